package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"crosstalk/simulate"
	"crosstalk/simulate/fill"
	"crosstalk/warehouse"
)

// fillOptions are those of simulate, for a company that fills a warehouse; a day above 0 is one after its end.
func fillOptions(o simulate.Options, day int) fill.Options {
	f := fill.Options{Seed: o.Seed, People: o.People, Tools: o.Tools, Weeks: o.Weeks, Messages: o.Messages, End: o.End, TimeZone: o.TimeZone, Day: day}
	if f.End.IsZero() {
		f.End = time.Now()
	}
	if f.Messages == 0 {
		f.Messages = 30 * f.People * f.Weeks
	}
	return f
}

// fill invents a company straight into the warehouse, as one run.
func (a *app) fill(ctx context.Context, o fill.Options) error {
	company, err := fill.New(o)
	if err != nil {
		return usage("%v", err)
	}
	if !a.configured() {
		a.config = filepath.Join(a.data, configurationFile)
		if err := writeFillConfiguration(a.config, o.TimeZone, company.Tools()); err != nil {
			return err
		}
	}
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	truth, err := a.fillWarehouse(ctx, w, company, o)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	return a.printFilled(truth)
}

// fillWarehouse takes over the directories, and writes all messages as one run.
func (a *app) fillWarehouse(ctx context.Context, w *warehouse.Warehouse, company *fill.Company, o fill.Options) (fill.Truth, error) {
	began := time.Now()
	if o.Day == 0 {
		for _, d := range company.Directories() {
			if _, err := w.ImportPeople(ctx, d.People, d.AsOf); err != nil {
				return fill.Truth{}, err
			}
		}
		a.say("the directories are in after %s", time.Since(began).Round(time.Millisecond))
	}
	r, err := w.Begin(ctx, "simulate")
	if err != nil {
		return fill.Truth{}, err
	}
	sinks := map[string]fill.Sink{}
	for _, tool := range company.Tools() {
		sinks[tool] = r.Sink(warehouse.Source{Collector: "simulate", Tool: tool, Workspace: fill.Workspace, Files: 1, Latest: company.End()})
	}
	truth, err := company.Write(ctx, sinks)
	if err != nil {
		return truth, errors.Join(err, r.Undo())
	}
	// Before the run is published: one that is cut short then will be completed by the next command.
	if err := a.writeTruth(truth, o); err != nil {
		return truth, errors.Join(err, r.Undo())
	}
	a.say("%d messages are handed over after %s", truth.Messages, time.Since(began).Round(time.Millisecond))
	counts, err := r.Finish()
	if err != nil {
		return truth, err
	}
	stored := uint64(0)
	for _, c := range counts {
		stored += c.Messages
		if c.Rejected > 0 {
			return truth, fmt.Errorf("%d records of %s were refused: %v", c.Rejected, c.Tool, c.Reasons)
		}
	}
	a.say("%d messages are published after %s", stored, time.Since(began).Round(time.Millisecond))
	return truth, nil
}

// writeTruth writes the totals into the data folder, those of a later day under its date.
func (a *app) writeTruth(truth fill.Truth, o fill.Options) error {
	name := "truth.json"
	if o.Day > 0 {
		name = "truth-" + truth.Start + ".json"
	}
	text, err := json.MarshalIndent(truth, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(a.data, name), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("the truth cannot be written: %w", err)
	}
	return nil
}

// writeFillConfiguration says what the metrics should know of the company, where nothing is said yet.
func writeFillConfiguration(path, zone string, tools []string) error {
	if exists(path) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made: %w; choose another with --data", filepath.Dir(path), err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# An invented company; truth.json says what is true of it.\norganisation:\n  name: Heron Ltd\n  time_zone: %s\n  domains: [heron.example]\n  currency: EUR\ntools:\n", zone)
	status := []string{"sanctioned", "sanctioned", "sanctioned", "tolerated", "tolerated", "unknown", "banned"}
	for i, tool := range tools {
		fmt.Fprintf(&b, "  - tool: %s\n    status: %s\n    price: %.2f # per seat and month\n", tool, status[i%len(status)], 2+0.75*float64(i))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func (a *app) printFilled(truth fill.Truth) error {
	a.say("%d people, %s to %s", truth.People, truth.Start, truth.End)
	t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "tool\taccounts\tmessages")
	for _, tool := range truth.Tools {
		fmt.Fprintf(t, "%s\t%d\t%d\n", tool.Tool, tool.Accounts, tool.Messages)
	}
	return t.Flush()
}

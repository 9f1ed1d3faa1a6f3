package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/all"
	"crosstalk/organisation"
)

// wrongOptions tells what a workspace's collector does not take of its options. What any collector is to read is not asked:
// each takes its own.
func wrongOptions(w organisation.Workspace) []organisation.OptionProblem {
	settings, err := w.Settings()
	if err != nil {
		return []organisation.OptionProblem{{What: err.Error()}}
	}
	var wrong []organisation.OptionProblem
	for _, s := range wrongSettings(w.Collector, checkedOptions(w.Workspace, w.Tool, settings)) {
		wrong = append(wrong, organisation.OptionProblem{Key: s.Key, Known: s.Known, What: s.What})
	}
	return wrong
}

// checkedOptions are options that are looked at, not used.
func checkedOptions(workspace, tool string, settings []byte) collectors.Options {
	return collectors.Options{Workspace: workspace, Tool: tool, Location: time.UTC, Log: slog.New(slog.DiscardHandler)}.WithSettings(settings)
}

// wrongSettings are the mistakes in the settings of a collector; of one that is not known there are none to tell.
func wrongSettings(collector string, o collectors.Options) collectors.WrongSettings {
	var err error
	if p, ok := pollers[collector]; ok {
		err = collectors.CheckSettings(p.poller, o)
	}
	for _, c := range all.Collectors() {
		if c.Name() == collector {
			err = collectors.CheckSettings(c, o)
		}
	}
	var wrong collectors.WrongSettings
	if err != nil && !errors.As(err, &wrong) {
		wrong = collectors.WrongSettings{{What: err.Error()}}
	}
	return wrong
}

// checkMapping refuses a mapping file that the collector does not take: wrong use, told before anything is read.
func checkMapping(path string, o importOptions) error {
	var lines []error
	for _, s := range wrongSettings(o.collector, checkedOptions(o.workspace, o.tool, o.settings)) {
		where, what := printable(path)+": ", s.What
		if s.Line > 0 {
			where += fmt.Sprintf("line %d: ", s.Line)
		}
		switch {
		case s.What != "" && s.Key != "":
			what = s.Key + ": " + what
		case s.What == "":
			what = organisation.UnknownKey(s.Name(), s.Around(), s.Known)
		}
		lines = append(lines, errors.New(where+what))
	}
	if lines == nil {
		return nil
	}
	return usage("%w", errors.Join(lines...))
}

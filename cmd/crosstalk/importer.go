package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/all"
	"crosstalk/collectors/directory"
	"crosstalk/collectors/record"
	"crosstalk/collectors/table"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// importOptions are what a user or the configuration says about one import.
type importOptions struct {
	workspace string
	collector string
	tool      string
	zone      string
	settings  []byte // of the collector, as YAML
}

// importer reads paths into a warehouse: it joins the collectors, which know exports, to
// the warehouse's runs.
type importer struct {
	options importOptions
	zone    *time.Location
	say     func(format string, args ...any)
	log     *slog.Logger
	config  organisation.Config

	paths []string
	plans []*collectors.Plan
}

func (a *app) newImporter(o importOptions) (*importer, error) {
	c, err := a.configure()
	if err != nil {
		return nil, err
	}
	if o.zone == "" {
		o.zone = c.Organisation.TimeZone
	}
	zone, err := time.LoadLocation(o.zone)
	if err != nil {
		return nil, usage("unknown time zone %q: use an IANA name such as Europe/Berlin", o.zone)
	}
	return &importer{options: o, config: c, zone: zone, say: a.say, log: a.logger()}, nil
}

// knownTool reports whether a column of a directory is named after a tool.
func knownTool(slug string) bool { return slices.Contains(organisation.Known(), slug) }

// passed are files that stand beside exports and hold no records.
var passed = []string{"truth.json", "crosstalk.yaml"}

// plan works out how every path will be read.
func (i *importer) plan(paths []string) error {
	i.paths = paths
	for _, p := range paths {
		plan, err := i.planPath(p)
		if err != nil {
			return err
		}
		i.plans = append(i.plans, plan)
		if len(plan.Jobs) == 0 && len(plan.Directories) == 0 {
			return fmt.Errorf("%s is not recognised; tried %s; use --collector or a table mapping%s", filepath.Base(p), strings.Join(collectorNames(), ", "), columnsHint(plan.Root()))
		}
	}
	return nil
}

// columnsHint names the columns of a table that has no mapping yet.
func columnsHint(t *collectors.Tree) string {
	columns, err := table.Describe(t)
	if err != nil || len(columns) == 0 {
		return ""
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	const most = 20
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return " (its columns: " + strings.Join(names, ", ") + ")"
}

func (i *importer) planPath(path string) (*collectors.Plan, error) {
	if i.options.collector == "" {
		return collectors.MakePlan(path, all.Collectors(), collectors.Known{IsDirectory: directory.IsCSV, Pass: passed}, collectors.Limits{})
	}
	for _, c := range all.Collectors() {
		if c.Name() == i.options.collector {
			return collectors.ForcePlan(path, c, collectors.Limits{})
		}
	}
	return nil, usage("there is no collector %q: choose one of %s", i.options.collector, strings.Join(collectorNames(), ", "))
}

func collectorNames() []string {
	var names []string
	for _, c := range all.Collectors() {
		names = append(names, c.Name())
	}
	return names
}

func (i *importer) close() {
	for _, p := range i.plans {
		_ = p.Close()
	}
}

// softLimit is the heap from which on the garbage of an import is collected more often: an
// import should fit beside whatever else a laptop does.
const softLimit = 192 << 20

// run reads everything that was planned as one run.
func (i *importer) run(ctx context.Context, w *warehouse.Warehouse) ([]warehouse.SourceCount, error) {
	if err := i.people(ctx, w); err != nil {
		return nil, err
	}
	jobs := 0
	for _, p := range i.plans {
		jobs += len(p.Jobs)
	}
	if jobs == 0 {
		return nil, nil
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(softLimit))
	exclude, err := exclusions(ctx, i.config, w)
	if err != nil {
		return nil, err
	}
	r, err := w.Begin(ctx, "import")
	if err != nil {
		return nil, err
	}
	digesting, stop := context.WithCancel(ctx)
	defer stop()
	digests := digestAll(digesting, i.paths)
	for _, p := range i.plans {
		if err := i.collect(ctx, r, p, exclude); err != nil {
			return nil, errors.Join(err, r.Undo())
		}
	}
	for d := range digests {
		if err := errors.Join(d.err, r.File(d.sum, d.bytes)); err != nil {
			return nil, errors.Join(err, r.Undo())
		}
	}
	return r.Finish()
}

// people reads the directories, which come first so that accounts find their people.
func (i *importer) people(ctx context.Context, w *warehouse.Warehouse) error {
	for _, p := range i.plans {
		for _, d := range p.Directories {
			f, err := p.Root().Open(d.Path)
			if err != nil {
				return err
			}
			err = readDirectory(ctx, w, f, i.say)
			f.Close()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// readDirectory takes over a directory of people. Rows that cannot be read are told by
// their number.
func readDirectory(ctx context.Context, w *warehouse.Warehouse, in io.Reader, say func(string, ...any)) error {
	people, problems, err := directory.ReadCSV(in, knownTool)
	if err != nil {
		return err
	}
	n, err := w.ImportPeople(ctx, people, time.Now().UTC().Truncate(24*time.Hour))
	if err != nil {
		return err
	}
	say("%d people from the directory", n)
	for _, problem := range problems {
		say("directory row %d left out: %s", problem.Row, problem.Reason)
	}
	return nil
}

// collect reads the jobs of one path.
func (i *importer) collect(ctx context.Context, r *warehouse.Run, p *collectors.Plan, exclude func() warehouse.Exclusion) error {
	oldest := i.config.Privacy.KeepsFrom(time.Now().UTC())
	for n, j := range p.Jobs {
		o := collectors.Options{Workspace: i.options.workspace, Tool: i.options.tool, Location: i.zone, Log: i.log}
		if o.Workspace == "" {
			o.Workspace = j.Workspace
		}
		tool := o.Tool
		if tool == "" {
			tool = j.Collector.Name()
		}
		sink := r.Sink(warehouse.Source{Collector: j.Collector.Name(), Tool: tool, Workspace: o.Workspace, Files: len(j.Tree.Files()), Exclude: exclude(), Oldest: oldest})
		i.say("reading %s: %s", j.Workspace, j.What)
		if err := j.Collector.Collect(ctx, j.Tree, o.WithSettings(i.options.settings), sink); err != nil {
			return fmt.Errorf("%s: workspace %s: %w", j.Collector.Name(), o.Workspace, err)
		}
		if n > 0 {
			continue
		}
		for _, name := range p.Unrecognised {
			i.say("not recognised: %s", name)
			if err := sink.Reject(record.Reject{Reason: "unrecognised_file", Entry: name}); err != nil {
				return err
			}
		}
	}
	return nil
}

type digest struct {
	sum   [32]byte
	bytes int64
	err   error
}

// digestAll computes the SHA-256 of every file of the paths, beside the reading.
func digestAll(ctx context.Context, paths []string) <-chan digest {
	out := make(chan digest, 1<<12)
	go func() {
		defer close(out)
		for _, p := range paths {
			_ = filepath.WalkDir(p, func(p string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					select {
					case out <- digestOf(p):
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				return nil // a file that cannot be read has stopped the reading already
			})
		}
	}()
	return out
}

func digestOf(path string) digest {
	f, err := os.Open(path)
	if err != nil {
		return digest{err: err}
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	d := digest{bytes: n, err: err}
	h.Sum(d.sum[:0])
	return d
}

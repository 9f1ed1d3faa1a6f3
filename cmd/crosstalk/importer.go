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
	dateOrder string // one of collectors.DateOrders, or empty
	zone      string
	asOf      string // the day of the directories
	settings  []byte // of the collector, as YAML
}

// importer reads paths into a warehouse: it joins the collectors, which know exports, to
// the warehouse's runs.
type importer struct {
	options importOptions
	zone    *time.Location
	asOf    time.Time // the day of the directories
	say     func(format string, args ...any)
	log     *slog.Logger
	config  organisation.Config

	paths   []string
	plans   []*collectors.Plan
	leftOut []directory.Problem // rows of directories
}

func (a *app) newImporter(o importOptions) (*importer, error) {
	c, err := a.configure()
	if err != nil {
		return nil, err
	}
	if o.zone == "" {
		o.zone = c.Organisation.TimeZone
	}
	if o.dateOrder != "" && !slices.Contains(collectors.DateOrders, o.dateOrder) {
		return nil, usage("--date-order is %s, not %q", strings.Join(collectors.DateOrders, ", "), o.dateOrder)
	}
	if o.tool != "" && !organisation.IsSlug(o.tool) {
		return nil, usage("--tool %q is not a tool's slug: use small letters and digits, as in slack or our-chat", o.tool)
	}
	zone, err := time.LoadLocation(o.zone)
	if err != nil {
		return nil, usage("unknown time zone %q: use an IANA name such as Europe/Berlin", o.zone)
	}
	asOf, err := directoryDay(o.asOf, c)
	if err != nil {
		return nil, err
	}
	return &importer{options: o, config: c, zone: zone, asOf: asOf, say: a.say, log: a.logger()}, nil
}

// directoryDay is the day that a directory shows: the one that is named, else today, where the
// organisation is.
func directoryDay(named string, c organisation.Config) (time.Time, error) {
	zone, err := time.LoadLocation(c.Organisation.TimeZone)
	if err != nil {
		return time.Time{}, usage("unknown time zone %q: use an IANA name such as Europe/Berlin", c.Organisation.TimeZone)
	}
	y, m, d := time.Now().In(zone).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if named == "" {
		return today, nil
	}
	day, err := time.Parse(time.DateOnly, named)
	switch {
	case err != nil:
		return day, usage("--as-of %q is not a day: write it as 2026-03-31", named)
	case day.After(today):
		return day, usage("--as-of %s is in the future: give the day on which the directory was exported", named)
	case day.Year() < 1970:
		return day, usage("--as-of %s is before 1970: give the day on which the directory was exported", named)
	}
	return day, nil
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
			return unreadable(p, err)
		}
		i.plans = append(i.plans, plan)
		if isUnclaimed(plan) {
			if len(plan.Refused) > 0 { // there is nothing else in the folder
				return unreadable(plan.Refused[0].Path, plan.Refused[0].Err)
			}
			if err := cutOff(plan.Root()); err != nil {
				return unreadable(p, err)
			}
			return fmt.Errorf("%s %s", printable(filepath.Base(p)), unclaimed(plan))
		}
	}
	if i.options.asOf != "" && !slices.ContainsFunc(i.plans, func(p *collectors.Plan) bool { return len(p.Directories) > 0 }) {
		return usage("--as-of dates a directory of people, and there is none in what was named")
	}
	return nil
}

// cutOff reads on in a file that nobody claims, as it may have been cut off before anything could
// be known by.
func cutOff(t *collectors.Tree) error {
	if !t.Single() || isEmpty(t) {
		return nil
	}
	r, err := t.Open(t.Files()[0].Path)
	if err == nil {
		defer r.Close()
		_, err = io.CopyN(io.Discard, r, 1<<20)
	}
	if err == io.EOF || !collectors.IsDamage(err) {
		return nil
	}
	return err
}

// isUnclaimed reports whether nobody reads anything of what was planned.
func isUnclaimed(p *collectors.Plan) bool { return len(p.Jobs) == 0 && len(p.Directories) == 0 }

// unclaimed says why, and what to do.
func unclaimed(p *collectors.Plan) string {
	switch {
	case isEmpty(p.Root()) && len(p.Root().Unsafe()) > 0:
		return "holds nothing but paths that climb out of it, which are not read: pack it again"
	case isEmpty(p.Root()):
		return "is empty: export it again"
	}
	return fmt.Sprintf("is not recognised; tried %s; use --collector or a table mapping%s", strings.Join(collectorNames(), ", "), columnsHint(p.Root()))
}

// isEmpty reports whether nothing is in any of the files of a tree, or there is none.
func isEmpty(t *collectors.Tree) bool {
	for _, f := range t.Files() {
		if head, err := t.Head(f.Path, 1); err != nil || len(head) > 0 {
			return false
		}
	}
	return true
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
		return collectors.MakePlan(path, all.Collectors(), collectors.Known{IsDirectory: directory.Is, Pass: passed}, collectors.Limits{})
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
const softLimit = 128 << 20

// run reads everything that was planned as one run.
func (i *importer) run(ctx context.Context, w *warehouse.Warehouse) ([]warehouse.SourceCount, error) {
	people, err := i.directories()
	if err != nil {
		return nil, err
	}
	jobs := 0
	for _, p := range i.plans {
		jobs += len(p.Jobs)
	}
	if jobs == 0 {
		for _, p := range i.plans {
			for _, refused := range p.Refused { // beside a directory
				i.say("%s: %s", refusals[refused.Reason], printable(refused.Path))
				i.leftOut = append(i.leftOut, directory.Problem{Reason: refused.Reason})
			}
		}
		return nil, takeOver(ctx, w, people, i.asOf, i.say)
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(softLimit))
	exclude, err := exclusions(ctx, i.config, w, people)
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
	for n, p := range i.plans {
		if err := i.collect(ctx, w, r, p, exclude); err != nil {
			if w.Ping(ctx) == nil { // otherwise the fault is not the path's
				err = unreadable(i.paths[n], err)
			}
			return nil, errors.Join(err, r.Undo())
		}
	}
	for d := range digests {
		if err := errors.Join(d.err, r.File(d.sum, d.bytes)); err != nil {
			return nil, errors.Join(err, r.Undo())
		}
	}
	// Last, so that nothing of what fails is seen, and before accounts look for their people.
	if err := takeOver(ctx, w, people, i.asOf, i.say); err != nil {
		return nil, errors.Join(err, r.Undo())
	}
	return r.Finish()
}

// directories reads all directories of people as one, whole, before anything is changed. It gives
// nil where there is none.
func (i *importer) directories() ([]record.Person, error) {
	all := directory.New(knownTool)
	files := 0
	for n, p := range i.plans {
		for _, f := range p.Directories {
			files++
			problems, err := readDirectory(all, p.Root(), f.Path, i.say)
			if err != nil {
				return nil, unreadable(i.paths[n], err)
			}
			i.leftOut = append(i.leftOut, problems...)
		}
	}
	if files == 0 {
		return nil, nil
	}
	return all.People()
}

// readDirectory reads one file of a directory of people. Rows that cannot be read are told by their
// number, and of a file among others by its name.
func readDirectory(into *directory.Directory, t *collectors.Tree, name string, say func(string, ...any)) ([]directory.Problem, error) {
	f, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	problems, err := into.Read(f)
	of := ""
	if !t.Single() {
		of = " of " + printable(name)
	}
	for _, problem := range problems {
		say("directory row %d%s left out: %s", problem.Row, of, problem.Reason)
	}
	return problems, err
}

// takeOver makes these the people of the organisation as of a day, unless there was no directory.
func takeOver(ctx context.Context, w *warehouse.Warehouse, people []record.Person, asOf time.Time, say func(string, ...any)) error {
	if people == nil {
		return nil
	}
	n, err := w.ImportPeople(ctx, people, asOf)
	if err != nil {
		return err
	}
	left := 0
	for _, p := range people {
		if p.HasLeft {
			left++
		}
	}
	if left == 0 {
		say("%d people from the directory", n)
	} else {
		say("%d people from the directory, %d of them no longer active", n, left)
	}
	return nil
}

// collect reads the jobs of one path.
func (i *importer) collect(ctx context.Context, w *warehouse.Warehouse, r *warehouse.Run, p *collectors.Plan, exclude func() warehouse.Exclusion) error {
	oldest := keepsFrom(i.config, w)
	for n, j := range p.Jobs {
		o := collectors.Options{Workspace: i.options.workspace, Tool: i.options.tool, Location: i.zone, DateOrder: i.options.dateOrder, Log: i.log}
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
			i.say("not recognised: %s", printable(name))
			if err := sink.Reject(record.Reject{Reason: "unrecognised_file", Entry: name}); err != nil {
				return err
			}
		}
		for _, refused := range p.Refused {
			i.say("%s: %s", refusals[refused.Reason], printable(refused.Path))
			if err := sink.Reject(record.Reject{Reason: refused.Reason, Entry: refused.Path}); err != nil {
				return err
			}
		}
	}
	return nil
}

// refusals say why a packed file among others was not read.
var refusals = map[string]string{
	collectors.EncryptedArchive: "protected by a password, unpack it first",
	collectors.ArchiveBomb:      "unpacks to far more than it should",
	collectors.DamagedArchive:   "damaged or cut off",
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
		for _, p := range withLogs(paths) {
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

// withLogs adds the write-ahead logs of databases that are named themselves.
func withLogs(paths []string) []string {
	var all []string
	for _, p := range paths {
		all = append(all, collectors.WithLog(p)...)
	}
	return all
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

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/directory"
	"crosstalk/collectors/imap"
	"crosstalk/collectors/live"
	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
	"crosstalk/dashboards"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// How often sources are asked that have no schedule.
const (
	lookEvery = 5 * time.Second  // at a drop folder
	pollEvery = 10 * time.Minute // at a server
	never     = 100 * 365 * 24 * time.Hour
)

// directoryCollector names directories of people where a collector would be named.
const directoryCollector = "directory"

// dropCollector names drop folders where a collector would be named, since they may hold exports of several.
const dropCollector = "drop_folder"

// anyCollector is the `collector` of a drop folder whose exports are recognised by content.
const anyCollector = "any"

// poller is a collector of live sources.
type poller interface {
	Check(o collectors.Options) error
	Poll(ctx context.Context, cursor []byte, o collectors.Options, sink collectors.Sink, commit func([]byte) error) (next []byte, err error)
}

// pollers are the collectors of live sources by slug, each with the tool of its records.
var pollers = map[string]struct {
	poller
	tool string
}{
	"imap": {imap.New(), mail.Tool},
}

// startLive watches and asks the sources of the configuration until it is stopped or the context ends.
func (a *app) startLive(ctx context.Context, w *warehouse.Warehouse, c organisation.Config, counters *dashboards.Counters) (stop func(), err error) {
	scheduler, err := a.scheduler(w, c, counters)
	if err != nil {
		return nil, usage("%v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		scheduler.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}, nil
}

// scheduler makes a source of every workspace of the configuration.
func (a *app) scheduler(w *warehouse.Warehouse, c organisation.Config, o collectors.Observer) (*live.Scheduler, error) {
	var sources []live.Source
	var wrong []error
	seen := map[string]int{}
	for i, entry := range c.Workspaces {
		source, key, err := a.liveSource(w, c, entry, o)
		if first, twice := seen[key]; twice && err == nil {
			err = fmt.Errorf("is the same source as entry %d: keep one", first)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("workspaces, entry %d: %w", i+1, err))
			continue
		}
		seen[key] = i + 1
		sources = append(sources, source)
	}
	if c.Directory.Source != "" {
		sources = append(sources, a.directorySource(w, c, o))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return live.NewScheduler(sources, live.Options{Observer: o, Log: a.logger()}), nil
}

// directorySource reads the directory of people, a file or a folder of several: at the start, and
// again as often as the configuration says.
func (a *app) directorySource(w *warehouse.Warehouse, c organisation.Config, o collectors.Observer) live.Source {
	every := c.Directory.Refresh
	if every <= 0 {
		every = never
	}
	read := func(ctx context.Context) error {
		people, problems, err := a.readSource(c.Directory.Source)
		if err != nil {
			return err
		}
		for _, p := range problems {
			o.Rejected(directoryCollector, p.Reason, 1)
		}
		today, err := directoryDay("", c)
		if err != nil {
			return err
		}
		return takeOver(ctx, w, people, today, a.say)
	}
	return live.Source{Collector: directoryCollector, Schedule: live.Every(every), Poll: read, Once: read}
}

// readSource reads the directory that the configuration names. In a folder, what is none is passed
// over.
func (a *app) readSource(path string) (people []record.Person, problems []directory.Problem, err error) {
	t, err := collectors.OpenTree(path, collectors.Limits{})
	if err != nil {
		return nil, nil, fmt.Errorf("directory.source cannot be read: %w", err)
	}
	defer t.Close()
	all := directory.New(knownTool)
	for _, f := range t.Files() {
		head, err := t.Head(f.Path, 4<<10)
		if err != nil {
			return nil, nil, fmt.Errorf("directory.source cannot be read: %w", err)
		}
		if !t.Single() && !directory.Is(head) {
			continue
		}
		more, err := readDirectory(all, t, f.Path, a.say)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, more...)
	}
	people, err = all.People()
	return people, problems, err
}

// liveSource makes a source of one workspace; the key tells equal ones.
func (a *app) liveSource(w *warehouse.Warehouse, c organisation.Config, entry organisation.Workspace, o collectors.Observer) (s live.Source, key string, err error) {
	zone, err := time.LoadLocation(entry.TimeZone)
	if err != nil {
		return s, "", fmt.Errorf("unknown time zone %q: use an IANA name such as Europe/Berlin", entry.TimeZone)
	}
	if entry.Path != "" {
		s, err = a.dropSource(w, entry, o)
		key = entry.Path
	} else {
		s, key, err = a.polledSource(w, c, entry, zone, o)
	}
	if err == nil && entry.Schedule != "" {
		s.Schedule, err = live.ParseSchedule(entry.Schedule, zone)
	}
	return s, key, err
}

// dropSource watches a folder.
func (a *app) dropSource(w *warehouse.Warehouse, entry organisation.Workspace, o collectors.Observer) (live.Source, error) {
	if info, err := os.Stat(entry.Path); err == nil && !info.IsDir() {
		return live.Source{}, fmt.Errorf("path %s is a file: name a folder to watch, or read the file with crosstalk import", entry.Path)
	}
	if _, polled := pollers[entry.Collector]; polled {
		return live.Source{}, fmt.Errorf("the collector %s reads no files: give an endpoint in place of path", entry.Collector)
	}
	d := &dropImport{app: a, w: w, observer: o, options: importOptions{workspace: entry.Workspace, tool: entry.Tool, zone: entry.TimeZone, settings: entry.Options}}
	if entry.Collector != anyCollector {
		d.options.collector = entry.Collector
		if !knownCollector(entry.Collector) {
			return live.Source{}, fmt.Errorf("there is no collector %q: choose one of %s, or %s to recognise exports by content", entry.Collector, strings.Join(collectorNames(), ", "), anyCollector)
		}
	}
	drop := live.NewDropFolder(live.DropOptions{Path: entry.Path, Import: d.read, Known: w.HasFiles, Log: a.logger()})
	return live.Source{Collector: dropCollector, Workspace: entry.Workspace, Schedule: live.Every(lookEvery), Poll: drop.Poll, Once: drop.Once}, nil
}

func knownCollector(name string) bool {
	for _, known := range collectorNames() {
		if name == known {
			return true
		}
	}
	return false
}

// polledSource asks a server.
func (a *app) polledSource(w *warehouse.Warehouse, c organisation.Config, entry organisation.Workspace, zone *time.Location, o collectors.Observer) (s live.Source, key string, err error) {
	p, ok := pollers[entry.Collector]
	if !ok {
		return s, "", fmt.Errorf("the collector %s reads no server: give a path to a folder in place of endpoint", entry.Collector)
	}
	if entry.Workspace == "" {
		return s, "", errors.New("an endpoint needs a workspace: name the organisation whose accounts these are")
	}
	settings, err := entry.Settings()
	if err != nil {
		return s, "", err
	}
	options := collectors.Options{Workspace: entry.Workspace, Tool: entry.Tool, Location: zone, Log: a.logger()}.WithSettings(settings)
	if err := p.Check(options); err != nil {
		return s, "", err
	}
	tool := entry.Tool
	if tool == "" {
		tool = p.tool
	}
	endpoint := entry.Endpoint
	if endpoint == "" {
		endpoint = string(settings) // it stands among the options
	}
	key = sourceName(entry.Collector, entry.Workspace, endpoint)
	ledger := &liveLedger{w: w, name: key, observer: o, source: func(ctx context.Context) (warehouse.Source, error) {
		exclude, err := exclusions(ctx, c, w, nil)
		if err != nil {
			return warehouse.Source{}, err
		}
		return warehouse.Source{Collector: entry.Collector, Tool: tool, Workspace: entry.Workspace, Exclude: exclude(), Oldest: keepsFrom(c, w)}, nil
	}}
	feed := &live.Feed{Ledger: ledger, Poll: func(ctx context.Context, cursor []byte, sink collectors.Sink, commit func([]byte) error) ([]byte, error) {
		return p.Poll(ctx, cursor, options, sink, commit)
	}}
	return live.Source{Collector: entry.Collector, Workspace: entry.Workspace, Schedule: live.Every(pollEvery), Poll: feed.Run}, key, nil
}

// sourceName names a source in the warehouse, where several mailboxes may belong to one workspace; the mailbox's own name
// stays out of it.
func sourceName(collector, workspace, endpoint string) string {
	sum := sha256.Sum256([]byte(endpoint))
	return collector + " " + workspace + " " + hex.EncodeToString(sum[:4])
}

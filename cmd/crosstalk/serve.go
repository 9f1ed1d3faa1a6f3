package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/access"
	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

const defaultListen = "127.0.0.1:8080"

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the dashboard, CSV and JSON exports and the Prometheus endpoint",
		Long: `Serve the dashboard, CSV and JSON exports and the Prometheus endpoint, and collect from the
live sources of the configuration. On loopback without users the dashboard is open; any
other address needs users (crosstalk user add) or a trusted proxy.

Exit codes: 0 stopped, 1 failed, 2 wrong use.`,
		Example: `  crosstalk serve --listen 127.0.0.1:8080`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.serve(cmd.Context(), w, listen), w.Close())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address to listen on, host:port")
	return cmd
}

// serve serves until the context ends.
func (a *app) serve(ctx context.Context, w *warehouse.Warehouse, listen string) error {
	c, err := a.configure()
	if err != nil {
		return err
	}
	auth, err := accessConfig(c.Auth)
	if err != nil {
		return usage("%v", err)
	}
	users := access.New(w.Access(), access.Options{Session: auth.Session, Log: a.logger()})
	known, err := users.HasUsers(ctx)
	if err != nil {
		return err
	}
	if err := access.CheckListen(listen, known, auth.Proxy.LogsIn()); err != nil {
		return usage("%v", err)
	}
	// What an earlier command left unfinished is completed or undone before anybody looks.
	if err := w.Recover(ctx); err != nil {
		return err
	}
	if err := a.ageOut(ctx, c, w); err != nil {
		return err
	}
	server, err := a.server(c, w, users, auth, listen)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --listen", listen, err)
	}
	stop, err := a.startLive(ctx, w, c, server.Counters())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stop()
	defer a.keepAgeing(ctx, c, w)()
	a.say("serving on http://%s (stop with Ctrl-C)", listener.Addr())
	return server.Serve(ctx, listener)
}

func (a *app) server(c organisation.Config, w *warehouse.Warehouse, users *access.Registry, auth access.Config, listen string) (*dashboards.Server, error) {
	set, err := setting(c, w)
	if err != nil {
		return nil, err
	}
	return dashboards.New(dashboards.Config{
		Querier: w, Keeper: a.keeper(w), Groups: groups{w, set}, Setting: set, Organisation: c.Organisation.Name, Register: c.Register(), Initiatives: c.Initiatives,
		Sources: &sources{w: w}, Users: users, Access: auth, Listen: []string{listen}, Log: a.logger(), Version: version,
	})
}

// groups are the parts of the organisation that can be chosen.
type groups struct {
	w   *warehouse.Warehouse
	set analytics.Setting
}

// Groups lists them in the order of the tree, then by other attributes.
func (g groups) Groups(ctx context.Context) ([]string, error) {
	s, err := g.w.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return analytics.Groups(ctx, s, g.set)
}

// sources tells the dashboard what was read. Every page shows how fresh it is, so a report
// serves until a run changes.
type sources struct {
	w *warehouse.Warehouse

	mu      sync.Mutex
	report  dashboards.SourceReport
	changed time.Time // of the runs that the report tells of
}

const shownRuns = 50

// Sources gives the report of all runs so far.
func (s *sources) Sources(ctx context.Context) (dashboards.SourceReport, error) {
	changed, err := s.w.RunsChanged(ctx)
	if err != nil {
		return dashboards.SourceReport{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.changed.IsZero() && s.changed.Equal(changed) {
		return s.report, nil
	}
	report, err := s.read(ctx)
	if err == nil {
		s.report, s.changed = report, changed
	}
	return report, err
}

func (s *sources) read(ctx context.Context) (dashboards.SourceReport, error) {
	var out dashboards.SourceReport
	workspaces, err := s.w.Workspaces(ctx)
	if err != nil {
		return out, err
	}
	for _, x := range workspaces {
		d := dashboards.Workspace{Tool: x.Tool, Workspace: x.Workspace, Collector: x.Collector, First: orZero(x.First), Last: orZero(x.Last), ReadAt: x.ReadAt,
			Messages: x.Messages, Duplicates: x.Duplicates, Reactions: x.Reactions, System: x.System, Accounts: x.Accounts, Matched: x.Matched,
			Excluded: x.Excluded, Rejected: x.Rejected, Coverage: coverage(x.Coverages)}
		for _, g := range x.Gaps() {
			d.Gaps = append(d.Gaps, dashboards.Gap{From: g[0], To: g[1]})
		}
		out.Workspaces = append(out.Workspaces, d)
	}
	runs, err := s.w.Runs(ctx, shownRuns)
	if err != nil {
		return out, err
	}
	for _, r := range runs {
		out.Runs = append(out.Runs, dashboards.Run{ID: fmt.Sprint(r.ID), Collector: r.Collector, Tool: r.Tool, Workspace: r.Workspace, State: r.State,
			Begun: r.Began, Ended: r.Ended, Files: r.Files, Messages: r.Messages, Rejected: r.Rejected})
	}
	matching, err := s.w.Matching(ctx)
	out.People = dashboards.Matching(matching)
	return out, err
}

func orZero(t time.Time) time.Time {
	if t.Unix() <= 0 {
		return time.Time{}
	}
	return t
}

// coverage puts the coverages of a workspace's conversations into words.
func coverage(all []string) string {
	words := map[string]string{"whole": "whole", "own": "own messages only", "member": "one member's view", "truncated": "truncated", "unknown": "not stated"}
	switch len(all) {
	case 0:
		return ""
	case 1:
		return words[all[0]]
	}
	return "mixed"
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments: see %s --help", cmd.Name(), cmd.CommandPath())
	}
	return nil
}

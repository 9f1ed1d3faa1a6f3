// Package dashboardstest invents a company and what each metric answers about it, so that pages can be tested without
// a database. It is for tests only.
package dashboardstest

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/organisation"
)

// Kind is what a [Company] answers.
type Kind string

// Kinds of companies.
const (
	Full       Kind = "full"       // every figure is known
	Empty      Kind = "empty"      // nothing was read
	Suppressed Kind = "suppressed" // most figures are hidden by the gate
	Refused    Kind = "refused"    // the gate refuses every question
	Hostile    Kind = "hostile"    // names of tools try to break out of markup and cells
	Long       Kind = "long"       // many tools, very long names, many weeks
)

// Now is when the tests run.
var Now = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// Company is a stub of the warehouse and of the metrics.
type Company struct {
	Kind Kind
	Fail error // what Snapshot answers, if anything
}

var registers = map[Kind][]organisation.Tool{
	Full: {
		{Tool: "email", Status: "sanctioned"}, {Tool: "slack", Status: "sanctioned"}, {Tool: "hipchat", Status: "tolerated"},
		{Tool: "teams", Status: "sanctioned"}, {Tool: "whatsapp", Status: "banned"}, {Tool: "yammer"},
	},
	Hostile: {
		{Tool: "a", Name: `<script>alert("x")</script>`, Colour: `#000" onload="alert(1)`, Status: `"><img src=x onerror=alert(1)>`},
		{Tool: "b", Name: `=HYPERLINK("http://evil")</script>`, Colour: "#123456", Status: "banned"},
	},
}

// Tools is the register of the company.
func (c Company) Tools() []organisation.Tool {
	switch c.Kind {
	case Hostile:
		return registers[Hostile]
	case Long:
		var tools []organisation.Tool
		for i := range 14 {
			tools = append(tools, organisation.Tool{Tool: fmt.Sprintf("tool%02d", i), Status: "tolerated",
				Name: fmt.Sprintf("The %d. collaboration platform with a very long name indeed", i+1)})
		}
		return tools
	}
	return registers[Full]
}

// Snapshot fixes the one generation there is.
func (c Company) Snapshot(context.Context) (analytics.Snapshot, error) {
	if c.Fail != nil {
		return nil, c.Fail
	}
	return snapshot{company: c}, nil
}

// snapshot answers what pages ask of it; the rest would only be asked by metrics.
type snapshot struct {
	analytics.Snapshot
	company Company
}

func (s snapshot) Publication() uint64 {
	if s.company.Kind == Empty {
		return 0
	}
	return 7
}

func (s snapshot) HasDirectory() bool { return true }

func (s snapshot) DataFrom() time.Time {
	if s.company.Kind == Empty {
		return time.Time{}
	}
	return time.Date(2026, 5, 25, 0, 0, 0, 0, time.UTC)
}

func (s snapshot) DataUntil() time.Time {
	if s.company.Kind == Empty {
		return time.Time{}
	}
	return time.Date(2026, 11, 22, 23, 10, 0, 0, time.UTC)
}

func (s snapshot) Tools() []string {
	if s.company.Kind == Empty {
		return nil
	}
	var slugs []string
	for _, t := range s.company.Tools() {
		slugs = append(slugs, t.Tool)
	}
	return slugs
}

// ErrRefused is what the gate of a Refused company says.
var ErrRefused = fmt.Errorf("a department with one tool by day is not shown: choose whole weeks%w", silent{analytics.ErrRefused})

// silent keeps an error's kind without its text.
type silent struct{ error }

func (s silent) Error() string { return "" }
func (s silent) Unwrap() error { return s.error }

// Ask answers as the metric would.
func (c Company) Ask(_ context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
	if c.Kind == Refused {
		return analytics.Answer{}, ErrRefused
	}
	if strings.HasPrefix(f.Period, "9999") {
		return analytics.Answer{}, fmt.Errorf("period %s is longer than the data%w", f.Period, silent{analytics.ErrFilter})
	}
	a := analytics.Answer{Metric: m, Filter: f, Publication: s.Publication(), DataUntil: s.DataUntil(), MinimumGroup: set.MinimumGroup}
	if a.Filter.Grain == "" {
		a.Filter.Grain = m.Doc().Grains[0]
	}
	if c.Kind == Empty {
		a.Rows = reflect.Zero(reflect.TypeOf(c.rows(m, nil, f)))
		return a, nil
	}
	buckets := c.buckets(a.Filter)
	a.Period = analytics.Period{From: buckets[0].FromOn, To: buckets[len(buckets)-1].ToOn}
	if a.Filter.Grain == analytics.Whole && f.Compare != analytics.CompareNone {
		a.Previous = analytics.Period{From: a.Period.From.AddDate(0, 0, -a.Period.Days()), To: a.Period.From}
	}
	a.Rows = reflect.ValueOf(c.rows(m, buckets, f))
	return a, nil
}

func (c Company) buckets(f analytics.Filter) []analytics.Bucket {
	end := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	if f.Grain == analytics.Whole {
		return []analytics.Bucket{{FromOn: end.AddDate(0, 0, -28), ToOn: end}}
	}
	weeks := 12
	if c.Kind == Long {
		weeks = 26
	}
	var list []analytics.Bucket
	for i := weeks; i > 0; i-- {
		list = append(list, analytics.Bucket{FromOn: end.AddDate(0, 0, -7*i), ToOn: end.AddDate(0, 0, -7*(i-1))})
	}
	return list
}

// Config is a server's configuration over the company, open on the loopback.
func (c Company) Config() dashboards.Config {
	facts := map[string]analytics.ToolFacts{}
	for _, t := range c.Tools() {
		facts[t.Tool] = analytics.ToolFacts{Class: "chat", Status: t.Status}
	}
	return dashboards.Config{
		Querier: c, Ask: c.Ask, Organisation: "Heron Ltd", Register: organisation.Config{Tools: c.Tools()}.Register(),
		Setting:     analytics.Setting{Zone: time.UTC, MinimumGroup: 10, Tools: facts},
		Initiatives: []organisation.Initiative{{Name: "Champions' incentive", Start: "2026-09-21"}, {Name: "Chatter launch", Start: "2026-09-30"}},
		Sources:     c, Users: access.New(accesstest.NewStore(), access.Options{Password: accesstest.Cheap()}),
		Listen: []string{"127.0.0.1:8080"}, Now: func() time.Time { return Now }, Log: slog.New(slog.DiscardHandler), Version: "test",
	}
}

// Sources is what was read.
func (c Company) Sources(context.Context) (dashboards.SourceReport, error) {
	if c.Kind == Empty {
		return dashboards.SourceReport{}, nil
	}
	var r dashboards.SourceReport
	for i, t := range c.Tools() {
		n := uint64(180000 / (i + 1))
		r.Workspaces = append(r.Workspaces, dashboards.Workspace{
			Tool: t.Tool, Workspace: "heron", Collector: t.Tool, First: Now.AddDate(0, -6, 0), Last: Now.Add(-time.Duration(i*4) * time.Hour), ReadAt: Now.Add(-time.Hour),
			Messages: n, Duplicates: n / 40, Reactions: n / 6, System: n / 90, Accounts: 640, Matched: 612,
			Rejected: map[string]uint64{"no_sender": 12, "date_absurd": 3}, Coverage: "whole", Late: t.Tool == "email",
			Gaps: []dashboards.Gap{{From: time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 8, 6, 0, 0, 0, 0, time.UTC)}},
		})
		r.Runs = append(r.Runs, dashboards.Run{ID: fmt.Sprint(i), Collector: t.Tool, Tool: t.Tool, Workspace: "heron", State: "published",
			Begun: Now.Add(-time.Hour), Ended: Now.Add(-time.Hour + 42*time.Second), Files: 3, Messages: n, Rejected: 15})
	}
	r.Runs = append(r.Runs, dashboards.Run{ID: "x", Collector: "slack", Tool: "slack", Workspace: "heron", State: "failed", Begun: Now.Add(-26 * time.Hour),
		Ended: Now.Add(-26*time.Hour + 3*time.Second), Files: 1, Problem: "the archive ends in the middle of a file"})
	r.People = dashboards.Matching{Accounts: 3840, Matched: 3672, People: 655, ByMethod: map[string]uint64{"e-mail": 3500, "declared handle": 172}}
	return r, nil
}

package dashboards

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"crosstalk/access"
	"crosstalk/analytics"
	"crosstalk/organisation"
)

// Config is what a [Server] stands on.
type Config struct {
	// Querier answers metrics. Required.
	Querier analytics.Querier
	// Keeper asks metrics and keeps their answers from one process to the next; the zero one only asks.
	Keeper analytics.Keeper
	// Ask is how a metric is asked; nil asks the Keeper. Tests put invented answers here.
	Ask func(ctx context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error)
	// Setting is what the organisation decided: clock, minimum group, facts about tools.
	Setting analytics.Setting
	// Organisation is its name, empty if it has none.
	Organisation string
	// Register has the names, colours and status of tools; nil knows only the built-in catalogue.
	Register *organisation.Register
	// Initiatives are drawn on every chart over time.
	Initiatives []organisation.Initiative
	// Groups and Sources say what there is to choose from and what was read. Either may be nil.
	Groups  Groups
	Sources Sources

	// Users and Access guard the pages; Listen are the addresses the server listens on.
	Users  *access.Registry
	Access access.Config
	Listen []string

	// Counters receives what is counted elsewhere; nil makes its own.
	Counters *Counters
	// GaugeEvery is how often the domain gauges are computed; 0 is a minute.
	GaugeEvery time.Duration
	// AnswerWithin bounds the time a request may take; 0 is 30 seconds.
	AnswerWithin time.Duration
	// CachedAnswers bounds how many answers are kept; 0 is 2,048.
	CachedAnswers int
	Now           func() time.Time // nil is time.Now
	Log           *slog.Logger     // nil discards
	Version       string
}

// Groups lists the parts of the organisation that can be chosen.
type Groups interface {
	// Groups are the values that the filter "group" takes: departments, "department/team", and other attributes
	// as "location:X". In the order to show.
	Groups(ctx context.Context) ([]string, error)
}

// Sources tells what was read.
type Sources interface {
	Sources(ctx context.Context) (SourceReport, error)
}

// SourceReport is what /sources shows.
type SourceReport struct {
	Workspaces []Workspace // by tool, then workspace
	Runs       []Run       // newest first, as many as are worth showing
	People     Matching
}

// Workspace is one tool in one workspace, over all of its runs.
type Workspace struct {
	Tool, Workspace string
	Collector       string
	First, Last     time.Time // of its messages; zero when there are none
	ReadAt          time.Time // end of the last run that succeeded
	Messages        uint64    // distinct
	Duplicates      uint64
	Reactions       uint64
	System          uint64
	Accounts        uint64
	Matched         uint64 // accounts that belong to a person of the directory
	Excluded        uint64
	Rejected        map[string]uint64 // by reason
	Coverage        string            // whole, own messages only, ...
	Gaps            []Gap             // stretches without a message that are unusual for this source
	Late            bool              // behind what its schedule promises
}

// Gap is a half-open stretch of days without a message.
type Gap struct{ From, To time.Time }

// Run is one execution of a collector.
type Run struct {
	ID        string
	Collector string
	Tool      string
	Workspace string
	State     string
	Begun     time.Time
	Ended     time.Time // zero while it runs
	Files     uint64
	Messages  uint64
	Rejected  uint64
	Problem   string // one sentence when it failed; holds no text, name or address
}

// Matching is how many accounts were matched to people.
type Matching struct {
	Accounts uint64
	Matched  uint64
	ByMethod map[string]uint64
	People   uint64 // in the directory
}

// Retry is implemented by errors that pass by themselves, such as while the engine restarts.
type Retry interface {
	error
	RetryAfter() time.Duration
}

func (c Config) withDefaults() (Config, error) {
	if c.Querier == nil || c.Users == nil {
		return c, errors.New("dashboards: a querier and a registry of users are needed")
	}
	if c.Ask == nil {
		c.Ask = func(ctx context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
			return c.Keeper.Ask(ctx, m, s, set, f)
		}
	}
	if c.Register == nil {
		c.Register = organisation.Default().Register()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Setting.Zone == nil {
		c.Setting.Zone = time.UTC
	}
	if c.Setting.MinimumGroup == 0 {
		c.Setting.MinimumGroup = 10
	}
	if c.GaugeEvery == 0 {
		c.GaugeEvery = time.Minute
	}
	if c.AnswerWithin == 0 {
		c.AnswerWithin = 30 * time.Second
	}
	if c.CachedAnswers == 0 {
		c.CachedAnswers = 2048
	}
	if c.Version == "" {
		c.Version = "unknown"
	}
	return c, nil
}

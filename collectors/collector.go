// Package collectors reads what messaging tools export and hands it, record by
// record, to a Sink. It holds what every collector needs: the view of a path as a
// Tree of files whatever its packing, the recognition of a tree's tool by content, and
// the run over it. Each tool's reader is a folder below this one; none imports
// another, and none knows ClickHouse, people or metrics.
package collectors

import (
	"context"
	"log/slog"
	"time"

	"crosstalk/collectors/record"
)

// Collector reads one family of exports. Implementations hold no state between calls
// and may be used by several runs at once.
type Collector interface {
	// Name is the collector's slug, the same as its folder.
	Name() string

	// Recognise looks at the content of a tree, never only at names, and claims it
	// when all of it, stray files apart, is this collector's. The zero Claim is no
	// claim. It must be cheap: a few heads, no whole files.
	Recognise(t *Tree) (Claim, error)

	// Collect reads the whole tree into sink. Bad records go to sink.Reject and the
	// reading goes on; the error is for what stops the run: a broken archive, a wrong
	// option, the sink's own failure, a context that ended.
	Collect(ctx context.Context, t *Tree, o Options, sink Sink) error
}

// Claim is a collector's answer to "is this yours?".
type Claim struct {
	Certainty Certainty
	Workspace string // what the export calls itself, or empty
	What      string // a few words for the terminal: "Slack export"
}

// Certainty ranks claims; the highest wins, and equals at the top are ambiguous.
type Certainty int

// How sure a claim is.
const (
	No        Certainty = 0
	Plausible Certainty = 1 // fits, but so might others (any CSV with a mapping)
	Likely    Certainty = 2 // the content has this shape
	Certain   Certainty = 3 // marks that no other tool writes
)

// Sink is where a collector's records go. It keeps nothing of what it is handed, so
// records and their slices may be reused. Calls come from one goroutine at a time. An
// error ends the run.
type Sink interface {
	Account(*record.Account) error
	Conversation(*record.Conversation) error
	Message(*record.Message) error
	Activity(*record.Activity) error
	Signal(*record.Signal) error
	Reject(record.Reject) error
}

// Options are what a run tells a collector.
type Options struct {
	Workspace string         // never empty
	Tool      string         // names the tool of records whose export does not; empty is the collector's own
	Location  *time.Location // the zone to assume for times that state none; never nil
	DateOrder string         // how dates like 3/4/2024 are meant: one of DateOrders, or empty for what the content says
	Log       *slog.Logger   // never nil

	settings []byte // the workspace's `options` in crosstalk.yaml, or a mapping file
}

// DateOrders are the orders of day, month and year that exports use.
var DateOrders = []string{"dmy", "mdy", "ymd"}

// WithSettings returns the options with the collector's own settings, as YAML.
func (o Options) WithSettings(yaml []byte) Options {
	o.settings = yaml
	return o
}

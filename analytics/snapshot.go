package analytics

import (
	"context"
	"time"
)

// Querier is where metrics get their data: the warehouse, declared here by its user.
type Querier interface {
	// Snapshot fixes the newest publication. Everything asked of one Snapshot comes from
	// that one generation, whatever is imported meanwhile.
	Snapshot(ctx context.Context) (Snapshot, error)
}

// Snapshot answers queries about one publication.
type Snapshot interface {
	// Select runs a query file and fills rows, a pointer to a slice of structs with `ch`
	// tags. Values enter as {name:Type} parameters. Besides params every query may use
	//
	//	{live:Array(UInt64)}    slice ids of the roll-ups that are live in this publication
	//	{publications:Array(UInt64)}  numbers of the publications that made them: with it old generations are not read
	//	{people:UInt64}         slice id of account_person that is live in it
	//	{zone:String}           the organisation's time zone
	Select(ctx context.Context, rows any, query string, params Params) error

	// Publication numbers the generation; 0 is an empty warehouse.
	Publication() uint64
	// DataFrom and DataUntil bound the days that hold messages: first day (a midnight in UTC standing
	// for the day, as everywhere in this package), and the instant of the last message. Zero when
	// there are none.
	DataFrom() time.Time
	DataUntil() time.Time
	// Tools are the tools with messages, by slug, ascending. ToolDays are the first and the last day with messages of one:
	// before and after, a tool is not idle but unknown.
	Tools() []string
	ToolDays(tool string) (first, last time.Time)
	// HasDirectory reports whether a directory says who is on the roster.
	HasDirectory() bool
}

// Params are the values of a query's parameters by name: bool, string, and []string (also for an Array(Date), as
// 2006-01-02).
type Params map[string]any

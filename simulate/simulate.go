// Package simulate invents a company whose truth is known and writes what its
// messaging tools would export. The same Options always give the same bytes.
//
//	directory.csv                    people, with their handles in slack and irc
//	crosstalk.yaml                   organisation, tools, the initiative
//	truth.json                       what is true (Truth)
//	Heron Slack export ….zip         as Slack's own export of everything, Pacific day files
//	mail/2026-05.mbox …              one mboxrd a month, in order of time
//	mail/second-mailbox.mbox         copies of a few of these mails
//	irc/heronnet/#channel/DATE.log   ZNC's shape, in UTC
//	teams/messages.jsonl …           further tools, each with a mapping.yaml, or, with Formats,
//	mattermost/ telegram/ …          in the tools' own shapes
//
// The truth is counted from the simulated events by plain Go in this package. It must
// not use the product's own collectors, store or metrics, since it is what they are
// tested against.
package simulate

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	_ "time/tzdata" // the same zones on every machine
)

// Canary is a sentence that stands in some message texts, subjects, topics and file
// names. No store and no log may ever hold it.
const Canary = "the heron lands at dusk"

// Options say what to invent. Zero values take the defaults.
type Options struct {
	Seed     uint64    // everything random follows from it
	People   int       // in the directory over the whole span; default 400, from 40
	Weeks    int       // span in weeks of 7 days; default 26, from 6
	End      time.Time // exclusive, cut to a midnight in TimeZone; default today, so that the data end yesterday
	TimeZone string    // the organisation's, for days and weeks; default UTC

	// Messages is about how many messages people write over the whole span and all
	// tools (within a few per cent); 0 takes MessagesPerPersonWeek.
	Messages              int
	MessagesPerPersonWeek float64 // default 30

	// Tools is how many: slack, email, irc, then further ones as JSON Lines; default
	// 3, at most 9. Two split the messages into halves.
	Tools int

	// Formats names further tools that are written in their own export formats, instead of
	// Tools: any of Formats(). In such a company a third of the accounts that could state an
	// address do not, every fiftieth person has the full name of another, the directory knows the
	// telephones and nicks of nine in ten, and truth.json says whose each account is. Where a
	// format does not list who is in a group, fewer ties can be seen in it than are true.
	Formats []string

	// Effect is by how much the initiative raises the rate of answered one-to-one
	// exchanges: 0.5 is 50 per cent and the default; negative means no initiative.
	Effect float64

	Clean bool // plant no broken records, so that an import has no rejects
}

// The limits of Options.
const (
	minPeople = 40
	minWeeks  = 6
	maxPeople = 1 << 20

	maxMessages = 2_000_000_000 // what a large disk holds
	minYear     = 1990          // of the end
	maxYear     = 2200
)

// Summary says what Write left behind.
type Summary struct {
	People      int
	Departments int
	Teams       int
	Start, End  time.Time // half-open
	Tools       []ToolSummary
}

// ToolSummary says what was written for one tool.
type ToolSummary struct {
	Tool     string
	Path     string // below the output folder
	Messages int    // by people of the directory
	Rows     int    // everything written: messages of anybody, system rows, calls, duplicates
}

// Write invents the company and writes it into dir, which must be empty or new. It
// streams: memory grows with people, conversations and one day's messages only.
func Write(ctx context.Context, dir string, o Options) (Summary, error) {
	o, cal, err := o.complete()
	if err != nil {
		return Summary{}, fmt.Errorf("simulate: %w", err)
	}
	if err := emptyDir(dir); err != nil {
		return Summary{}, fmt.Errorf("simulate: %w", err)
	}
	w := newWorld(o, cal)
	if err := w.run(ctx, dir); err != nil {
		return Summary{}, fmt.Errorf("simulate: %w", err)
	}
	truth := w.truth()
	if err := w.writeBeside(dir, truth); err != nil {
		return Summary{}, fmt.Errorf("simulate: %w", err)
	}
	return w.summary(truth), nil
}

// Validate says in one sentence what of the options Write would refuse.
func (o Options) Validate() error {
	_, _, err := o.complete()
	return err
}

func (o Options) complete() (Options, *calendar, error) {
	if o.People == 0 {
		o.People = 400
	}
	if o.Weeks == 0 {
		o.Weeks = 26
	}
	if o.TimeZone == "" {
		o.TimeZone = "UTC"
	}
	if o.MessagesPerPersonWeek == 0 {
		o.MessagesPerPersonWeek = 30
	}
	if o.Tools == 0 {
		o.Tools = 3 + len(o.Formats)
	}
	if o.Effect == 0 {
		o.Effect = 0.5
	}
	if o.Messages == 0 {
		o.Messages = int(math.Round(o.MessagesPerPersonWeek * float64(o.People) * float64(o.Weeks)))
	}
	if err := o.check(); err != nil {
		return o, nil, err
	}
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return o, nil, fmt.Errorf("time zone %q is not known; use a name like Europe/Berlin", o.TimeZone)
	}
	if o.End.IsZero() {
		o.End = time.Now()
	}
	if y := o.End.Year(); y < minYear || y > maxYear {
		return o, nil, fmt.Errorf("it would end in the year %d; choose from %d to %d", y, minYear, maxYear)
	}
	cal := newCalendar(o.End, o.Weeks, zone)
	o.End = cal.end
	return o, cal, nil
}

func (o Options) check() error {
	switch {
	case o.People < minPeople || o.People > maxPeople:
		return fmt.Errorf("%d people; choose from %d to %d", o.People, minPeople, maxPeople)
	case o.Weeks < minWeeks || o.Weeks > 1040:
		return fmt.Errorf("%d weeks; choose from %d to 1040", o.Weeks, minWeeks)
	case len(o.Formats) > 0 && o.Tools != 3+len(o.Formats):
		return fmt.Errorf("%d tools and %d formats beside slack, email and irc; leave one of the two away", o.Tools, len(o.Formats))
	case len(o.Formats) == 0 && (o.Tools < 1 || o.Tools > 3+len(moreTools)):
		return fmt.Errorf("%d tools; choose from 1 to %d", o.Tools, 3+len(moreTools))
	case o.Messages < 0 || !(o.MessagesPerPersonWeek > 0):
		return fmt.Errorf("the number of messages must be positive")
	case o.Messages > maxMessages:
		return fmt.Errorf("%d messages; choose at most %d", o.Messages, maxMessages)
	case o.Effect > 5 || math.IsNaN(o.Effect):
		return fmt.Errorf("an effect of %g; choose at most 5", o.Effect)
	}
	return checkFormats(o.Formats)
}

func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty; choose an empty or a new folder", filepath.Clean(dir))
	}
	return nil
}

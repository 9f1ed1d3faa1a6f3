// Package fill invents the messages of a large company and hands them over as records, so that a warehouse can be filled
// to any size without exports. The same Options give the same records in the same order, whoever takes them.
//
// People differ by orders of magnitude in what they write, and so do their ties. Who talks to whom on which day does not depend on
// Options.Messages, which only makes the talks longer, as long as there are as many messages as talks. The truth is counted beside the
// records by plain Go; this package must not use the product's collectors, store or metrics, since they are tested against it.
package fill

import (
	"context"
	"fmt"
	"math"
	"time"

	"crosstalk/collectors/record"
)

// Options say what to invent. The company follows from all of them but Messages and Day.
type Options struct {
	Seed     uint64
	People   int
	Tools    int       // 1 to MostTools: slack, email, then further ones
	Weeks    int       // of 7 days
	Messages int       // over all weeks and tools
	End      time.Time // exclusive, cut to a midnight in TimeZone
	TimeZone string    // IANA name; empty is UTC
	Day      int       // when positive, only this day after End is invented, End itself being the first: a later export of the same company
}

// Workspace is the one that every tool has.
const Workspace = "heron"

// Sink takes records. It keeps nothing of what it is handed.
type Sink interface {
	Account(*record.Account) error
	Message(*record.Message) error
}

// Check says what is wrong with the options, in words for whoever gave them.
func (o Options) Check() error {
	switch {
	case o.People < 40 || o.People > 1<<20:
		return fmt.Errorf("%d people; choose from 40 to %d", o.People, 1<<20)
	case o.Weeks < 6 || o.Weeks > 1040:
		return fmt.Errorf("%d weeks; choose from 6 to 1040", o.Weeks)
	case o.Tools < 1 || o.Tools > MostTools:
		return fmt.Errorf("%d tools; choose from 1 to %d", o.Tools, MostTools)
	case o.Messages < 1:
		return fmt.Errorf("%d messages; choose one or more", o.Messages)
	case o.Day < 0 || o.Day > 366:
		return fmt.Errorf("day %d after the end; choose at most 366", o.Day)
	case o.End.IsZero():
		return fmt.Errorf("the end of the span is missing")
	}
	if _, err := time.LoadLocation(o.TimeZone); err != nil {
		return fmt.Errorf("time zone %q is not known; use a name like Europe/Berlin", o.TimeZone)
	}
	return nil
}

// Company is who there is, what they use, and whom they know.
type Company struct {
	o      Options
	zone   *time.Location
	days   int         // of the span
	dates  []time.Time // when each day begins, those after the span among them, and when the last ends
	people []person
	teams  []team
	depts  []string
	tools  []*tool
}

// New invents a company.
func New(o Options) (*Company, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return nil, err
	}
	c := &Company{o: o, zone: zone, days: 7 * o.Weeks}
	y, m, d := o.End.In(zone).Date()
	for i := range c.days + o.Day + 1 {
		c.dates = append(c.dates, time.Date(y, m, d-c.days+i, 0, 0, 0, 0, zone))
	}
	c.hire()
	c.equip()
	return c, nil
}

// Start and End are the span that Write invents, half-open.
func (c *Company) Start() time.Time { return c.dates[c.first()] }

// End is the day after the last.
func (c *Company) End() time.Time { return c.dates[len(c.dates)-1] }

func (c *Company) first() int {
	if c.o.Day > 0 {
		return c.days + c.o.Day - 1
	}
	return 0
}

// Tools are the slugs of the tools, in the order of Write.
func (c *Company) Tools() []string {
	var slugs []string
	for _, t := range c.tools {
		slugs = append(slugs, t.slug)
	}
	return slugs
}

// heard is how many days back a message may refer to.
const heard = 3

// Write invents every message, day by day and tool by tool, and hands each to the sink of its tool.
func (c *Company) Write(ctx context.Context, sinks map[string]Sink) (Truth, error) {
	talks := make([]*talk, len(c.tools))
	for i, t := range c.tools {
		talks[i] = newTalk(c, t, sinks[t.slug])
		if err := talks[i].announce(); err != nil {
			return Truth{}, err
		}
	}
	for d := max(c.first()-heard, 0); d < len(c.dates)-1; d++ {
		for _, t := range talks {
			if err := ctx.Err(); err != nil {
				return Truth{}, err
			}
			if err := t.day(d, d < c.first()); err != nil {
				return Truth{}, err
			}
		}
	}
	return c.truth(talks), nil
}

// pressure is how much is written on a day, where an average day has 1.
func (c *Company) pressure(d int) float64 {
	weekday := c.dates[d].Weekday()
	base := [...]float64{0.06, 1.34, 1.44, 1.43, 1.40, 1.25, 0.08}[weekday]
	return base * math.Exp(0.06*newRandom(c.o.Seed, 11, uint64(d)).normal())
}

// progress is how far a day is in the span, from 0 to 1; days after it go on.
func (c *Company) progress(d int) float64 { return float64(d) / float64(c.days) }

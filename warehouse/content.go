package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// toolContent is what the roll-ups ask about the messages of a tool.
type toolContent struct {
	tool  string
	rows  map[uint32]uint64    // of each month
	until time.Time            // the last moment of which the data tell
	last  map[uint32]time.Time // message of each month
	rules []string             // of openings that can hold
	named bool                 // some messages name what they answer
}

// How many months before and after those that are made can be read for them.
const (
	monthsBefore = 3
	monthsAfter  = 2
)

// toolContents looks at tools, in their order, as far as the touched months depend on it; those without a message have nothing in them.
func (w *Warehouse) toolContents(ctx context.Context, tools []string, touched []month, live map[month]liveSlice) ([]toolContent, error) {
	low, high := touched[0].first(), touched[0].first()
	for _, t := range touched {
		low, high = earliest(low, t.first()), latest(high, t.first())
	}
	var rows []struct {
		month
		Rows  uint64    `ch:"rows"`
		Last  time.Time `ch:"last"`
		Rules []string  `ch:"rules"`
		Named bool      `ch:"is_named"`
	}
	err := w.conn.Select(clickhouse.Context(ctx, clickhouse.WithSettings(byMonth)), &rows, sqlFile("content"), named("tools", tools), named("zone", w.Zone()),
		named("first_month", yyyymm(low.AddDate(0, -monthsBefore, 0))), named("last_month", yyyymm(high.AddDate(0, monthsAfter, 0))))
	if err != nil {
		return nil, fmt.Errorf("look at the messages: %w", passing(err))
	}
	isTouched := map[month]bool{}
	for _, t := range touched {
		isTouched[t] = true
	}
	out := make([]toolContent, len(tools))
	for i, tool := range tools {
		c := toolContent{tool: tool, rows: map[uint32]uint64{}, last: map[uint32]time.Time{}, until: time.Unix(0, 0)}
		for m, s := range live { // what is not touched is as it was published
			if m.Tool == tool && !isTouched[m] {
				c.until = latest(c.until, s.Until)
			}
		}
		for _, r := range rows {
			if r.Tool != tool {
				continue
			}
			c.rows[r.Month] = r.Rows
			c.last[r.Month] = r.Last
			c.rules = append(c.rules, r.Rules...)
			c.named = c.named || r.Named
			c.until = latest(c.until, r.Last)
		}
		slices.Sort(c.rules)
		c.rules = slices.Compact(c.rules)
		out[i] = c
	}
	return out, nil
}

func yyyymm(t time.Time) uint32 { return uint32(t.Year()*100 + int(t.Month())) }

// rowsAtOnce is about how many messages one roll-up query may read.
const rowsAtOnce = 5_000_000

// spans cuts months of the tool, ascending, into runs without long gaps, for which not too many messages are read.
func (c toolContent) spans(months []month) [][]month {
	var out [][]month
	for i, m := range months {
		last := len(out) - 1
		if i == 0 || monthIndex(m.Month)-monthIndex(months[i-1].Month) > 12 || c.read(out[last][0], m) > rowsAtOnce {
			out = append(out, nil)
			last++
		}
		out[last] = append(out[last], m)
	}
	return out
}

// read is how many messages are read to make the months from one to another.
func (c toolContent) read(from, to month) uint64 {
	n := uint64(0)
	for m, rows := range c.rows {
		if monthIndex(m) >= monthIndex(from.Month)-2 && monthIndex(m) <= monthIndex(to.Month)+1 {
			n += rows
		}
	}
	return n
}

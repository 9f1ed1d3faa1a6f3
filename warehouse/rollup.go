package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// rollups are the tables made of messages, each by the query of its name.
var rollups = []string{"account_day", "tie_day", "opening_day", "reach_day", "minute_day", "session_day", "gap_day"}

// rollupsVersion tells the roll-ups of this program from those of earlier ones, which are
// made anew when a data folder is opened. It is counted up with every change of what they hold.
const rollupsVersion = "2"

// month is one slice of the roll-ups: a tool and a month of the organisation's days.
type month struct {
	Tool  string `ch:"tool"`
	Month uint32 `ch:"month"` // yyyymm
}

// rollUp makes the roll-ups of the touched slices, tool by tool.
func (p *publication) rollUp(ctx context.Context, touched []month) error {
	months := map[string][]uint32{}
	for _, t := range touched {
		months[t.Tool] = append(months[t.Tool], t.Month)
	}
	contents, err := p.w.toolContents(ctx, slices.Sorted(maps.Keys(months)))
	if err != nil {
		return err
	}
	rows := uint64(0)
	for _, c := range contents {
		rows += c.rows
	}
	for i, c := range contents {
		slices.Sort(months[c.tool])
		for _, span := range spans(months[c.tool], rows) {
			if err := p.rollUpSpan(ctx, p.base(i+1), span, c); err != nil {
				return fmt.Errorf("roll up %s: %w", c.tool, err)
			}
		}
	}
	return nil
}

// rowsAtOnce is about how many messages one roll-up query may sort.
const rowsAtOnce = 4_000_000

// spans cuts months, ascending, into runs without long gaps, and into single months when
// the tools have many rows.
func spans(months []uint32, rows uint64) [][]uint32 {
	var out [][]uint32
	for i, m := range months {
		if i == 0 || rows > rowsAtOnce || monthIndex(m)-monthIndex(months[i-1]) > 12 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], m)
	}
	return out
}

func monthIndex(yyyymm uint32) int { return int(yyyymm/100)*12 + int(yyyymm%100) }

func (p *publication) rollUpSpan(ctx context.Context, base uint64, months []uint32, c toolContent) error {
	zone, err := time.LoadLocation(p.w.Zone())
	if err != nil {
		return err
	}
	first, last := months[0], months[len(months)-1]
	from := time.Date(int(first/100), time.Month(first%100), 1, 0, 0, 0, 0, zone)
	to := time.Date(int(last/100), time.Month(last%100)+1, 1, 0, 0, 0, 0, zone)
	const layout = "2006-01-02 15:04:05"
	parameters := []any{named("publication", p.id), named("base", base), named("tool", c.tool), named("zone", p.w.Zone()), named("months", months),
		named("from", from.UTC().Format(layout)), named("to", to.UTC().Format(layout)), named("until", c.until.UnixMilli()), named("edges", GapEdges)}
	parameters = append(parameters, p.w.days.Load().calendar.parameters()...)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, s := range rollupStatements(c) {
		group.Go(func() error {
			if err := p.w.conn.Exec(ctx, s.query, parameters...); err != nil {
				return fmt.Errorf("%s: %w", s.table, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, m := range months {
		p.add(publicationRow{c.tool, m, base + uint64(m), c.last[m]})
	}
	return nil
}

// statement is what makes a roll-up, or a part of one.
type statement struct{ table, query string }

// rollupStatements make all roll-ups of a tool, without those that nothing in it can fill.
func rollupStatements(c toolContent) []statement {
	var out []statement
	for _, table := range rollups {
		switch query := sqlFile(table); {
		case strings.Contains(query, "\n-- opening.sql\n"):
			for _, rule := range c.rules {
				out = append(out, statement{table, including(query, "opening", sqlFile("opening")+sqlFile("opening_"+rule), "gap_bins", sqlFile("gap_bins"))})
			}
		case table == "session_day" && !slices.Contains(c.rules, "turn"):
		default:
			out = append(out, statement{table, including(query, "gap_named", c.namedAnswers(), "gap_timed", c.timedGaps())})
		}
	}
	return out
}

// including puts texts into a query where it names their files, and then worked.sql into these.
func including(query string, named ...string) string {
	for i := 0; i < len(named); i += 2 {
		query = strings.ReplaceAll(query, "-- "+named[i]+".sql\n", named[i+1])
	}
	return strings.ReplaceAll(query, "-- worked.sql\n", sqlFile("worked"))
}

// namedAnswers and timedGaps are the parts of gap_day.sql that not all tools need; much of
// the time of a small import goes into reading statements.
func (c toolContent) namedAnswers() string {
	if c.named {
		return sqlFile("gap_named")
	}
	return "    named AS (SELECT toUInt64(0) AS message_id WHERE false),\n"
}

func (c toolContent) timedGaps() string {
	if slices.Contains(c.rules, "turn") {
		return sqlFile("gap_timed")
	}
	return "    timed AS (SELECT *, 0 AS worked FROM heard),\n"
}

// toolContent is what the roll-ups ask about all messages of a tool.
type toolContent struct {
	tool  string
	rows  uint64
	until time.Time            // the last moment of which the data tell
	last  map[uint32]time.Time // message of each month
	rules []string             // of openings that can hold
	named bool                 // some messages name what they answer
}

// toolContents looks at tools, in their order; those without a message have nothing in them.
func (w *Warehouse) toolContents(ctx context.Context, tools []string) ([]toolContent, error) {
	var rows []struct {
		Tool  string    `ch:"tool"`
		Month uint32    `ch:"month"`
		Rows  uint64    `ch:"rows"`
		Last  time.Time `ch:"last"`
		Rules []string  `ch:"rules"`
		Named bool      `ch:"is_named"`
	}
	if err := w.conn.Select(ctx, &rows, sqlFile("content"), named("tools", tools), named("zone", w.Zone())); err != nil {
		return nil, fmt.Errorf("look at the messages: %w", passing(err))
	}
	out := make([]toolContent, len(tools))
	for i, tool := range tools {
		c := toolContent{tool: tool, last: map[uint32]time.Time{}, until: time.Unix(0, 0)}
		for _, r := range rows {
			if r.Tool != tool {
				continue
			}
			c.rows += r.Rows
			c.last[r.Month] = r.Last
			c.rules = append(c.rules, r.Rules...)
			c.named = c.named || r.Named
			if r.Last.After(c.until) {
				c.until = r.Last
			}
		}
		slices.Sort(c.rules)
		c.rules = slices.Compact(c.rules)
		out[i] = c
	}
	return out, nil
}

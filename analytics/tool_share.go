package analytics

import (
	"context"
	"fmt"
	"slices"

	"crosstalk/analytics/stat"
)

// ToolShareRow is what one tool carried in one bucket. Tool is AllTools in the rows of the total.
type ToolShareRow struct {
	Bucket
	Hour       *uint8   `ch:"hour" dim:"true" unit:"hours" gauge:"-" doc:"hour of the organisation's day at which the bucket begins; empty unless the grain is hour"`
	Tool       string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the total over the tools asked for"`
	People     *uint64  `ch:"people" unit:"people" gauge:"true" doc:"people who sent at least one message in the bucket"`
	Messages   *uint64  `ch:"messages" unit:"messages" gauge:"true" doc:"messages they sent"`
	ShareRatio *float64 `ch:"share_ratio" gauge:"true" doc:"messages as a share of the messages on all tools in the bucket, whatever tools are asked for"`
	Change     Change   `ch:"share_ratio"`
	Release
}

// ToolShare asks which tool carries how much.
var ToolShare = define("tool_share", Doc{
	Title:    "Share of messages by tool",
	Question: "Which tool carries how much of the traffic?",
	Formula:  "p_k = messages sent on tool k / messages sent on all tools, in the bucket",
	Source:   "count of messages; the shares are those of the Herfindahl-Hirschman index and of Hill numbers",
	Caveats: []string{
		"Messages of bots, of shared mailboxes and without a sender are left out.",
		"A mail to twenty people is one message, like a line of chat.",
		"A tool filter chooses rows; the share stays that of all tools.",
		"By hour, days are the organisation's and the hour is its clock's.",
	},
	Example: "500 messages on e-mail, 300 on Slack and 200 on IRC: shares .5, .3 and .2.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Day, Hour, Whole},
}, making[ToolShareRow]{of: []query{sentFact.query, shareByHour}, needs: shareNeeds, answer: toolShare})

// longestByHour bounds a series by hour.
const longestByHour = 62

// shareByHour gives what was sent in each hour of the day.
var shareByHour = load("tool_share")

// hourRow is what people sent on one tool in one window, in one hour of its days. People carry their own id only until they
// are counted.
type hourRow struct {
	Window    uint16   `ch:"window"`
	Hour      uint8    `ch:"hour"`
	Tool      string   `ch:"tool"`
	People    []uint64 `ch:"people"`
	Messages  []uint32 `ch:"messages"`  // of People, one by one
	Outsiders []uint64 `ch:"outsiders"` // of People, those of the other side, where both are counted together
}

func shareNeeds(q *question) []need {
	if q.filter.Grain == Hour {
		return nil
	}
	return needsSent(q)
}

func toolShare(ctx context.Context, q *question) ([]cell[ToolShareRow], error) {
	if q.filter.Grain == Hour {
		return q.sharesByHour(ctx)
	}
	book, err := q.sent(ctx)
	if err != nil {
		return nil, err
	}
	return q.shares(book.ledger(q.windows), nil), nil
}

func (q *question) sharesByHour(ctx context.Context) ([]cell[ToolShareRow], error) {
	if len(q.buckets) > longestByHour {
		return nil, badFilter("grain hour is offered for at most %d days: use a shorter period or a coarser grain", longestByHour)
	}
	var rows []hourRow
	if err := q.ask(ctx, &rows, shareByHour, nil); err != nil {
		return nil, err
	}
	var cells []cell[ToolShareRow]
	for hour := range uint8(24) {
		people := crowd{}
		l := newLedger(len(q.windows), 0)
		for _, r := range rows {
			if r.Hour == hour {
				l.windows[r.Window][r.Tool] = part{people.numbers(r.People), floats(r.Messages), people.numbers(r.Outsiders)}
			}
		}
		l.people = len(people)
		cells = append(cells, q.shares(l, &hour)...)
	}
	slices.SortStableFunc(cells, func(a, b cell[ToolShareRow]) int { return a.row.FromOn.Compare(b.row.FromOn) })
	return cells, nil
}

// shares gives the cells of one hour of the day, or of whole buckets.
func (q *question) shares(l *ledger, hour *uint8) []cell[ToolShareRow] {
	name := "share"
	if hour != nil {
		name = fmt.Sprint(name, " ", *hour)
	}
	var cells, companions []cell[ToolShareRow]
	for window := range q.buckets {
		rows, totals := q.sharesOf(l, window, hour, name)
		cells, companions = append(cells, rows...), append(companions, totals...)
	}
	if q.isCompared() {
		companions = append(companions, q.compareShares(l, cells, name)...)
	}
	return append(cells, companions...)
}

// sharesOf gives the rows of a window, and the totals that decide with them.
func (q *question) sharesOf(l *ledger, window int, hour *uint8, name string) (cells, totals []cell[ToolShareRow]) {
	f := q.family(l, window, name)
	whole := l.over(window, q.all).sum()
	add := func(tool string, p part, proof *proof, isKept bool) {
		cells = append(cells, cell[ToolShareRow]{
			row: ToolShareRow{
				Bucket: q.buckets[window], Hour: hour, Tool: tool, People: count(float64(len(p.people))),
				Messages: count(p.sum()), ShareRatio: number(ratio(p.sum(), whole)),
			},
			proof: proof, isKept: isKept,
		})
	}
	add(AllTools, l.over(window, q.tools), f.sum, len(q.tools) > 0)
	for _, tool := range q.all {
		if f.byTool[tool] != nil {
			add(tool, l.windows[window][tool], f.byTool[tool], slices.Contains(q.tools, tool))
		}
	}
	return cells, companionTotals[ToolShareRow](f)
}

// compareShares adds the comparison to the cells of a summary, and gives the cells of the earlier period that decide with
// them. The sums of a draw are the messages on each tool, now and before.
func (q *question) compareShares(l *ledger, cells []cell[ToolShareRow], name string) []cell[ToolShareRow] {
	tools := len(q.all)
	people := contributions(l.people, 2*tools)
	sums := make([]float64, 2*tools)
	for window := range 2 {
		for t, tool := range q.all {
			p := l.windows[window][tool]
			for i, person := range p.people {
				people[person][window*tools+t] = p.amounts[i]
			}
			sums[window*tools+t] = p.sum()
		}
	}
	share := func(sums []float64, tool string) float64 {
		part := 0.0
		for t, name := range q.all {
			if name == tool || tool == AllTools && slices.Contains(q.tools, name) {
				part += sums[t]
			}
		}
		return ratio(part, stat.Sum(sums))
	}
	intervals := stat.Bootstrap(people, len(cells), func(sums, out []float64) {
		for i, c := range cells {
			out[i] = share(sums[:tools], c.row.Tool) - share(sums[tools:], c.row.Tool)
		}
	})
	f := q.family(l, 1, name)
	for i := range cells {
		c := &cells[i]
		if c.row.Tool != AllTools && f.byTool[c.row.Tool] == nil {
			continue // not known in the earlier period
		}
		c.row.Change = change(share(sums[:tools], c.row.Tool), share(sums[tools:], c.row.Tool), intervals[i])
		if c.before = f.byTool[c.row.Tool]; c.row.Tool == AllTools {
			c.before = f.sum
		}
	}
	return companions[ToolShareRow](f)
}

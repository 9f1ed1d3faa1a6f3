package analytics

import (
	"context"
	"math/bits"
	"slices"
	"strconv"

	"crosstalk/analytics/stat"
)

// ToolActivityRow is the activity on one tool in one window of days that ends with the bucket. Tool is AllTools in the
// rows of the total.
type ToolActivityRow struct {
	Bucket
	Tool            string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the total over the tools asked for"`
	WindowDays      uint16   `ch:"window_days" dim:"true" unit:"days" doc:"length of the window that ends with the bucket: 1, 7 or 28"`
	People          *uint64  `ch:"people" unit:"people" gauge:"tool_active_people" doc:"people who sent at least one message in the window (DAU, WAU, MAU)"`
	Messages        *uint64  `ch:"messages" unit:"messages" gauge:"true" doc:"messages they sent in the window"`
	DailyPeople     *float64 `ch:"daily_people" unit:"people" doc:"people active on a day, mean over the working days of the window; empty when it has none"`
	StickinessRatio *float64 `ch:"stickiness_ratio" gauge:"true" doc:"daily_people / people"`
	Change          Change   `ch:"people" unit:"people"`
	Release
}

// ToolActivity asks how many people use each tool.
var ToolActivity = define("tool_activity", Doc{
	Title:    "Active people by tool",
	Question: "How many people use each tool, and how often?",
	Formula:  "people = distinct senders in the trailing 1, 7 and 28 days (DAU, WAU, MAU); stickiness = mean of the daily senders over the working days of the window / people",
	Source:   "the usual definitions of Slack and Viva, with 28 days instead of 30 so that every window holds the same weekdays",
	Caveats: []string{
		"Active means sent: reading is not visible in most tools.",
		"People on all tools are counted once, so the tools do not add up to the total.",
		"Messages are those of the window, not of the bucket; tool_share has those of the bucket.",
	},
	Example: "Ten people send on each of five working days and 30 more on one of them: 40 people, (4 × 10 + 40) / 5 = 16 a day, stickiness .4.",
	Shape:   ShapeSeries,
	Stock:   true,
	Grains:  []Grain{Week, Month, Day, Whole},
}, making[ToolActivityRow]{of: []query{sentFact.query}, needs: needsSent, answer: toolActivity})

// activity holds what was sent, by length of the window, and on which days.
type activity struct {
	sent map[uint16]*ledger
	days []map[string][]uint32 // by window and tool, for the people of the 28 days, one by one: as bits, bit 0 the last day
}

var activityWindows = []uint16{1, 7, windowDays}

func toolActivity(ctx context.Context, q *question) ([]cell[ToolActivityRow], error) {
	book, err := q.sent(ctx)
	if err != nil {
		return nil, err
	}
	a := newActivity(book, q.windows)
	var cells, companions []cell[ToolActivityRow]
	for window := range q.buckets {
		for _, length := range activityWindows {
			rows, totals := q.activityOf(a, window, length)
			cells, companions = append(cells, rows...), append(companions, totals...)
		}
	}
	if q.isCompared() {
		companions = append(companions, q.compareActivity(a, cells)...)
	}
	cells = append(cells, companions...)
	slices.SortStableFunc(cells, func(a, b cell[ToolActivityRow]) int { return a.row.FromOn.Compare(b.row.FromOn) })
	return cells, nil
}

func newActivity(book *sent, windows []Period) *activity {
	a := &activity{sent: map[uint16]*ledger{}, days: make([]map[string][]uint32, len(windows))}
	for _, length := range activityWindows {
		short := make([]Period, len(windows))
		for i, w := range windows {
			short[i] = Period{w.To.AddDate(0, 0, -int(length)), w.To}
		}
		a.sent[length] = book.ledger(short)
	}
	held := book.windowsOfDays(windows)
	for tool, senders := range book.byTool() {
		for window, days := range book.daysAsBits(senders, windows, held) {
			if a.days[window] == nil {
				a.days[window] = map[string][]uint32{}
			}
			a.days[window][tool] = days
		}
	}
	return a
}

// daysAsBits gives, by window of at most 32 days, the days on which something was sent, for every sender who sent something in
// it.
func (b *sent) daysAsBits(senders []sender, windows []Period, held [][]int) [][]uint32 {
	last := make([]int, len(windows))
	for window, period := range windows {
		last[window] = b.number(period.To) - 1
	}
	days, bits := make([][]uint32, len(windows)), make([]uint32, len(windows))
	for _, s := range senders {
		clear(bits)
		for _, d := range s.days {
			for _, window := range held[d.day] {
				bits[window] |= 1 << (last[window] - d.day)
			}
		}
		for window, sentOn := range bits {
			if sentOn != 0 && b.counts(window, s.person) {
				days[window] = append(days[window], sentOn)
			}
		}
	}
	return days
}

// activityOf gives the rows of a window, and the totals that decide with them.
func (q *question) activityOf(a *activity, window int, length uint16) (cells, totals []cell[ToolActivityRow]) {
	l := a.sent[length]
	f := q.family(l, window, activityFamily(length))
	add := func(tool string, tools []string, proof *proof, isKept bool) {
		p := l.over(window, tools)
		people, daily := float64(len(p.people)), q.dailyPeople(a, window, length, tools)
		cells = append(cells, cell[ToolActivityRow]{
			row: ToolActivityRow{
				Bucket: q.buckets[window], Tool: tool, WindowDays: length, People: count(people), Messages: count(p.sum()),
				DailyPeople: number(daily), StickinessRatio: number(ratio(daily, people)),
			},
			proof: proof, isKept: isKept,
		})
	}
	add(AllTools, q.tools, f.sum, len(q.tools) > 0)
	for _, tool := range q.all {
		if f.byTool[tool] != nil {
			add(tool, []string{tool}, f.byTool[tool], slices.Contains(q.tools, tool))
		}
	}
	return cells, companionTotals[ToolActivityRow](f)
}

func activityFamily(length uint16) string { return "activity " + strconv.Itoa(int(length)) }

// dailyPeople is the mean number of people active on a working day of the window.
func (q *question) dailyPeople(a *activity, window int, length uint16, tools []string) float64 {
	working, days := q.workingDays(window, length)
	active := make([]uint32, a.sent[windowDays].people)
	for _, tool := range tools {
		for i, person := range a.sent[windowDays].windows[window][tool].people {
			active[person] |= a.days[window][tool][i] & working
		}
	}
	personDays := 0
	for _, bitsOfDays := range active {
		personDays += bits.OnesCount32(bitsOfDays)
	}
	return ratio(float64(personDays), float64(days))
}

// workingDays are the working days of a window as bits, bit 0 its last day, as far as the data reach back.
func (q *question) workingDays(window int, length uint16) (working uint32, days int) {
	for ago := range length {
		day := q.windows[window].To.AddDate(0, 0, -1-int(ago))
		if q.set.isWorkingDay(day) && !day.Before(q.dataFrom) {
			working |= 1 << ago
			days++
		}
	}
	return working, days
}

// compareActivity adds the comparison to the cells of a summary, and gives the cells of the earlier period that decide with
// them. Each cell's change is a sum over people: whether they were
// active now, less whether they were before.
func (q *question) compareActivity(a *activity, cells []cell[ToolActivityRow]) []cell[ToolActivityRow] {
	people := contributions(a.sent[windowDays].people, len(cells))
	before := make([]float64, len(cells))
	for i, c := range cells {
		l, tools := a.sent[c.row.WindowDays], q.toolsOf(c.row.Tool)
		for _, person := range l.over(0, tools).people {
			people[person][i]++
		}
		for _, person := range l.over(1, tools).people {
			people[person][i]--
			before[i]++
		}
	}
	intervals := stat.Bootstrap(people, len(cells), func(sums, out []float64) { copy(out, sums) })
	var earlier []cell[ToolActivityRow]
	for _, length := range activityWindows {
		f := q.family(a.sent[length], 1, activityFamily(length))
		earlier = append(earlier, companions[ToolActivityRow](f)...)
		for i := range cells {
			c := &cells[i]
			if c.row.WindowDays != length || c.row.Tool != AllTools && f.byTool[c.row.Tool] == nil {
				continue
			}
			if c.before = f.byTool[c.row.Tool]; c.row.Tool == AllTools {
				c.before = f.sum
			}
			c.row.Change = change(float64(*c.row.People), before[i], intervals[i])
		}
	}
	return earlier
}

// toolsOf are the tools that a row's tool column stands for.
func (q *question) toolsOf(tool string) []string {
	if tool == AllTools {
		return q.tools
	}
	return []string{tool}
}

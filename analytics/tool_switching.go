package analytics

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"crosstalk/analytics/stat"
)

// ToolSwitchingRow is how often people change tools, in the ISO weeks that end in the bucket: all of them, or those who use so many.
type ToolSwitchingRow struct {
	Bucket
	OnTools       string   `ch:"on_tools" dim:"true" doc:"number of tools that a person uses in the bucket: 1, 2 or 3+; all is any number"`
	People        *uint64  `ch:"people" unit:"people" doc:"people who sent a message"`
	ActiveHours   *uint64  `ch:"active_hours" unit:"hours" doc:"their active hours: hours of the clock in which somebody sent a message, summed over people"`
	Changes       *uint64  `ch:"changes" doc:"minutes in which a person was on another tool than in the active minute before, at most 10 minutes earlier"`
	PerHour       *float64 `ch:"changes_per_hour" doc:"changes / active_hours"`
	MeanPerHour   *float64 `ch:"mean_changes_per_hour" doc:"a person's own changes by own active hours, mean over people"`
	MedianPerHour *float64 `ch:"median_changes_per_hour" doc:"the same, median over people"`
	Change        Change   `ch:"changes_per_hour"`
	Release
}

// ToolSwitching asks how often people change tools.
var ToolSwitching = define("tool_switching", Doc{
	Title:    "Changes of tool",
	Question: "How often do people change from one tool to another?",
	Formula:  "changes = pairs of consecutive active minutes of a person, at most 10 minutes apart, on different tools, within an ISO week; by active hour = hour of the clock with an active minute. Several tools in one minute count in the order of their slugs",
	Source:   "research on context switches; own definition",
	Caveats: []string{
		"Sending is seen, reading is not: there are more changes than these.",
		"Minutes are the finest that is kept, so several changes within one count once for each tool more.",
		"A mail that is sent later than written counts when it was sent.",
		"With a tool filter, changes are among the chosen tools only.",
		"Only the total is compared with an earlier period.",
	},
	Example: "Slack at 9:00 and 9:01, mail at 9:05, Slack at 9:20 and mail at 9:30: two changes (9:05 and 9:30) in one active hour.",
	Shape:   ShapeSummary,
	Grains:  []Grain{Whole, Week, Month},
	weekly:  true, isSlow: true,
}, making[ToolSwitchingRow]{of: []query{switchingFact.query, peopleFact.query}, needs: switchingNeeds, answer: toolSwitching})

// switchingNames are the numbers of tools by which people are told apart: one, two, and more.
var switchingNames = []string{"1", "2", "3+"}

// switchingFact is how often everybody changed tools, week by week.
var switchingFact = &fact[*switching]{
	query: load("switching"),
	params: func(q *question) Params {
		return Params{"side": string(q.filter.Side), "tools": append([]string{}, q.tools...), "all_tools": append([]string{}, q.all...)}
	},
	read: func(ctx context.Context, s Snapshot, f *fact[*switching], weeks []time.Time, params Params) (*switching, error) {
		params["weeks"] = days(weeks)
		w := &switching{first: weeks[0]}
		err := s.Select(ctx, &w.rows, f.query.text, params)
		return w, err
	},
}

type switching struct {
	first time.Time // the week from which weeks are counted
	rows  []switchingRow
}

type switchingRow struct {
	Person  uint64  `ch:"person"`
	InWeeks numbers `ch:"in_weeks"`
	Changes numbers `ch:"changes"` // of InWeeks, one by one
	Hours   numbers `ch:"hours"`
	OnTools numbers `ch:"on_tools"`
}

func switchingNeeds(q *question) []need {
	weeks := inOrder(slices.Concat(q.weekSpans()...))
	if len(weeks) == 0 || len(q.tools) == 0 {
		return nil
	}
	return []need{switchingFact.need(q, weeks), peopleFact.need(q, nil)}
}

// switched is how often everybody changed tools in a window, by number of the person.
type switched struct {
	changes, hours []float64
	tools          []uint64 // as bits
}

type switchedPeople struct {
	crowd   crowd
	outside []bool
	windows []switched
}

var switchedInWindows = &derived[*switchedPeople]{"tool switching", func(ctx context.Context, q *question) (*switchedPeople, error) {
	spans := q.weekSpans()
	var w *switching
	var everybody *people
	err := sideBySide(
		func() (err error) { w, err = switchingFact.of(ctx, q, inOrder(slices.Concat(spans...))); return err },
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	s := &switchedPeople{crowd: everybody.numbers, outside: everybody.outside}
	for _, span := range spans {
		s.windows = append(s.windows, s.sum(w, span))
	}
	return s, nil
}}

// sum adds up the weeks of a window.
func (s *switchedPeople) sum(w *switching, span []time.Time) switched {
	n := len(s.outside)
	sums := switched{make([]float64, n), make([]float64, n), make([]uint64, n)}
	if len(span) == 0 {
		return sums
	}
	first := int(span[0].Sub(w.first).Hours()) / (hoursOfDay * daysOfWeek)
	for _, r := range w.rows {
		person, isKnown := s.crowd[r.Person]
		for i, week := range r.InWeeks {
			if isKnown && int(week) >= first && int(week) < first+len(span) {
				sums.changes[person] += float64(r.Changes[i])
				sums.hours[person] += float64(r.Hours[i])
				sums.tools[person] |= r.OnTools[i]
			}
		}
	}
	return sums
}

func toolSwitching(ctx context.Context, q *question) ([]cell[ToolSwitchingRow], error) {
	if len(q.all) > mostOverlapTools {
		return nil, refused("changes between %d tools are not offered: there may be %d at most", len(q.all), mostOverlapTools)
	}
	spans := q.weekSpans()
	if len(q.tools) == 0 {
		return nil, nil
	}
	if len(slices.Concat(spans...)) == 0 {
		q.note("No whole ISO week ends in this period: changes are counted within whole weeks.")
		return nil, nil
	}
	s, err := switchedInWindows.of(ctx, q)
	if err != nil {
		return nil, err
	}
	insideBy := q.insideBy(s.crowd)
	var cells []cell[ToolSwitchingRow]
	for window, b := range q.buckets {
		if len(spans[window]) > 0 {
			b.IsPartial = b.IsPartial || spans[window][0].Before(q.dataFrom)
			cells = append(cells, s.cells(window, b, insideBy(q.windows[window].To))...)
		}
	}
	if q.isCompared() && len(cells) == 1+len(switchingNames) && len(spans[1]) > 0 {
		q.compareSwitching(s, &cells[0], insideBy)
	}
	return cells, nil
}

// cells are the row of everybody and those by number of tools, which add up to it.
func (s *switchedPeople) cells(window int, b Bucket, inside []bool) []cell[ToolSwitchingRow] {
	all := s.cell(window, b, AllTools, inside, func(int) bool { return true })
	cells := []cell[ToolSwitchingRow]{all}
	linked := table{total: all.proof}
	for i, name := range switchingNames {
		c := s.cell(window, b, name, inside, func(tools int) bool { return min(tools, len(switchingNames)) == i+1 })
		linked.children = append(linked.children, c.proof)
		cells = append(cells, c)
	}
	cells[0].tables = []table{linked}
	return cells
}

// cell is the row of the people who use some number of tools. Enough of them change tools, unless they use one.
func (s *switchedPeople) cell(window int, b Bucket, onTools string, inside []bool, isIn func(tools int) bool) cell[ToolSwitchingRow] {
	w := s.windows[window]
	var heads, hours, changes part
	var rates []float64
	for person, n := range w.hours {
		if n == 0 || !inside[person] || !isIn(bits.OnesCount64(w.tools[person])) {
			continue
		}
		heads, hours = heads.with(person, 1), hours.with(person, n)
		if w.changes[person] > 0 {
			changes = changes.with(person, w.changes[person])
		}
		if s.outside[person] {
			heads.outsiders = append(heads.outsiders, person)
		}
		rates = append(rates, w.changes[person]/n)
	}
	slices.Sort(rates)
	behind := heads.headcount()
	behind.also = []*proof{hours.proof()}
	if onTools != switchingNames[0] {
		behind.also = append(behind.also, changes.proof())
	}
	return cell[ToolSwitchingRow]{
		row: ToolSwitchingRow{
			Bucket: b, OnTools: onTools, People: count(float64(len(rates))), ActiveHours: count(hours.sum()), Changes: count(changes.sum()),
			PerHour: number(ratio(changes.sum(), hours.sum())), MeanPerHour: number(stat.Mean(rates)), MedianPerHour: number(stat.QuantileSorted(rates, 0.5)),
		},
		proof: behind, isKept: true,
		parts: map[string]*proof{"median_changes_per_hour": {people: uint64(len(rates) / 2)}},
	}
}

// compareSwitching adds the comparison of the total. The sums of a draw are changes and hours, now and before.
func (q *question) compareSwitching(s *switchedPeople, to *cell[ToolSwitchingRow], insideBy func(time.Time) []bool) {
	people := contributions(len(s.outside), 4)
	sums := make([]float64, 4)
	for window := range 2 {
		inside := insideBy(q.windows[window].To)
		for person, hours := range s.windows[window].hours {
			if inside[person] {
				people[person][2*window], people[person][2*window+1] = s.windows[window].changes[person], hours
				sums[2*window] += s.windows[window].changes[person]
				sums[2*window+1] += hours
			}
		}
	}
	intervals := stat.Bootstrap(ofAny(people), 1, func(sums, out []float64) { out[0] = ratio(sums[0], sums[1]) - ratio(sums[2], sums[3]) })
	to.row.Change = change(ratio(sums[0], sums[1]), ratio(sums[2], sums[3]), intervals[0])
	to.before = s.cell(1, to.row.Bucket, AllTools, insideBy(q.windows[1].To), func(int) bool { return true }).proof
}

package analytics

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"crosstalk/analytics/stat"
)

// UsageSegmentRow counts the people in one stage of use of a tool, by what they sent in the ISO weeks of which the last ends in the
// bucket. Tool is AllTools in the rows of all tools asked for together.
type UsageSegmentRow struct {
	Bucket
	Tool        string   `ch:"tool" dim:"true" doc:"slug of the tool; all is all tools asked for together"`
	Weeks       uint16   `ch:"weeks" dim:"true" unit:"weeks" doc:"ISO weeks that decide: 12, where a habit is 9 of them, or 4, where it is all of them"`
	Segment     string   `ch:"segment" dim:"true" doc:"power (a habit and at least 15 messages a week on average), habitual (a habit), novice (at least 1 a week on average), low (any), none (known, and sent nothing)"`
	People      *uint64  `ch:"people" unit:"people" doc:"people in the segment"`
	KnownPeople *uint64  `ch:"known_people" unit:"people" doc:"people in all segments together"`
	ShareRatio  *float64 `ch:"share_ratio" doc:"people / known_people"`
	Change      Change   `ch:"share_ratio"`
	Release
}

// UsageSegment asks for how many people a tool is a habit.
var UsageSegment = define("usage_segment", Doc{
	Title:    "People by stage of use",
	Question: "For how many people is each tool a habit?",
	Formula:  "by the messages of the 12 ISO weeks to the end of the bucket: power = active in 9 weeks or more and at least 15 messages a week on average; habitual = active in 9 weeks; novice = at least 1 a week on average; low = any; none = none. The variant of 4 weeks asks for all 4",
	Source:   "identify_usage_segments of vivainsights, taken over as it is, with messages sent as the actions",
	Caveats: []string{
		"With a directory, none are the people on the roster of the last week who sent nothing; on a tool, those of them who have an account there.",
		"Without a directory, none are the people of whom an account was ever seen; whoever has left stays among them.",
		"An account is seen when it sends, reacts, or is written to by name.",
		"Weeks before a tool's first message are unknown: they are left out of the average, and with fewer than 9 weeks nobody has a habit.",
	},
	Example: "12 weeks of 20 messages: power; 9 weeks of 5 and three of none: habitual; one week of 12: novice; one of 3: low.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},

	lookBack: 7 * 12,
}, making[UsageSegmentRow]{of: []query{weeklyFact.query, historyFact.query, rosterFact.query}, needs: segmentNeeds, answer: usageSegment})

var usageRules = []stat.UsageRule{stat.TwelveWeeks, stat.FourWeeks}

var usageSegments = []stat.UsageSegment{stat.UsagePower, stat.UsageHabitual, stat.UsageNovice, stat.UsageLow, stat.UsageNone}

// unsegmented is the segment of who is not known.
const unsegmented = -1

// segmentEnd is the end of the last ISO week that ends in a window.
func segmentEnd(w Period) time.Time { return floorTo(w.To, string(Week)) }

// segmentWeeks are the ISO weeks whose messages decide.
func (q *question) segmentWeeks() []time.Time {
	var spans []Period
	for _, w := range q.windows {
		end := segmentEnd(w)
		spans = append(spans, Period{end.AddDate(0, 0, -7*stat.TwelveWeeks.Weeks), end})
	}
	return weeksOf(spans)
}

func segmentNeeds(q *question) []need {
	needs := []need{weeklyFact.need(q, q.segmentWeeks()), historyFact.need(q, nil)}
	if q.isByDirectory() {
		needs = append(needs, rosterFact.need(q, nil))
	}
	return needs
}

// staged is the stage of everybody, in each window, by subject and rule.
type staged struct {
	crowd    crowd
	outside  []bool
	segments [][][][]int8 // window, subject, rule, person: number of the segment, or unsegmented
}

var stagedPeople = &derived[*staged]{"usage segments", stagesOf}

func stagesOf(ctx context.Context, q *question) (*staged, error) {
	var w *weekly
	var h *history
	var stays []stayRow
	err := sideBySide(
		func() (err error) { w, err = weeklyFact.of(ctx, q, q.segmentWeeks()); return err },
		func() (err error) { h, err = historyFact.of(ctx, q, nil); return err },
		func() (err error) {
			if q.isByDirectory() {
				stays, err = rosterFact.of(ctx, q, nil)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	s := &staged{crowd: maps.Clone(h.crowd), segments: make([][][][]int8, len(q.windows))}
	for _, stay := range stays {
		s.crowd.number(stay.Person)
	}
	s.outside = make([]bool, len(s.crowd))
	copy(s.outside, h.outside)
	for _, subject := range q.subjects() {
		sent, seen := w.messages(subject.tools, s.crowd), h.over(subject.tools).seen
		for window := range q.windows {
			known := s.known(q, h, seen, stays, subject, window)
			s.segments[window] = append(s.segments[window], q.stages(w, sent, known, subject, window))
		}
	}
	return s, nil
}

// known tells who could have sent something in a window: whose account was seen before its end and, where a directory tells, who is on
// the roster of its last week; over all tools the roster alone decides.
func (s *staged) known(q *question, h *history, seen []int, stays []stayRow, of subject, window int) []bool {
	end := segmentEnd(q.windows[window])
	known := make([]bool, len(s.crowd))
	for person, week := range seen {
		known[person] = week != never && week < h.week(end)
	}
	if !q.isByDirectory() {
		return known
	}
	isListed := make([]bool, len(s.crowd))
	for _, stay := range stays {
		if stay.From.Before(end) && stay.To.After(end.AddDate(0, 0, -7)) {
			isListed[s.crowd[stay.Person]] = true
		}
	}
	if of.name == AllTools && len(q.tools) == len(q.all) {
		return isListed
	}
	for person := range known {
		known[person] = known[person] && isListed[person]
	}
	return known
}

// stages gives everybody's segment by each rule.
func (q *question) stages(w *weekly, sent [][]float64, known []bool, of subject, window int) [][]int8 {
	end := segmentEnd(q.windows[window])
	from := latest(end.AddDate(0, 0, -7*stat.TwelveWeeks.Weeks), floorTo(q.toolsFrom(of.tools), string(Week)))
	stages := make([][]int8, len(usageRules))
	for i := range stages {
		stages[i] = make([]int8, len(sent))
	}
	weeks := make([]float64, max(int(end.Sub(from).Hours())/(7*24), 0))
	for person := range sent {
		for i := range weeks {
			weeks[i] = 0
			if week := w.number(from) + i; week < w.weeks {
				weeks[i] = sent[person][week]
			}
		}
		isSender := stat.Sum(weeks) > 0
		for i, rule := range usageRules {
			stages[i][person] = unsegmented
			if isSender || known[person] {
				stages[i][person] = int8(slices.Index(usageSegments, rule.Segment(weeks)))
			}
		}
	}
	return stages
}

func usageSegment(ctx context.Context, q *question) ([]cell[UsageSegmentRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	s, err := stagedPeople.of(ctx, q)
	if err != nil {
		return nil, err
	}
	insideBy := q.insideBy(s.crowd)
	var cells []cell[UsageSegmentRow]
	for window, b := range q.buckets {
		if !segmentEnd(q.windows[window]).After(b.FromOn) {
			q.note("No ISO week ends between %s and %s: stages of use are of whole weeks.", b.FromOn.Format(time.DateOnly), b.ToOn.Format(time.DateOnly))
			continue
		}
		cells = append(cells, q.segmentCells(s, window, b, insideBy(q.windows[window].To))...)
	}
	if q.isCompared() && len(cells) > 0 {
		q.compareSegments(s, cells, insideBy)
	}
	return cells, nil
}

// segmentCells are the rows of a bucket. The segments of a tool add up to the people known.
func (q *question) segmentCells(s *staged, window int, b Bucket, inside []bool) []cell[UsageSegmentRow] {
	from := segmentEnd(q.windows[window]).AddDate(0, 0, -7*stat.TwelveWeeks.Weeks)
	b.IsPartial = b.IsPartial || from.Before(q.dataFrom)
	var cells []cell[UsageSegmentRow]
	for i, of := range q.subjects() {
		if !q.isAnyKnown(of.tools, window) {
			continue
		}
		for j, rule := range usageRules {
			proofs, all := s.proofs(window, i, j, inside)
			for k, segment := range usageSegments {
				c := cell[UsageSegmentRow]{
					row: UsageSegmentRow{
						Bucket: b, Tool: of.name, Weeks: uint16(rule.Weeks), Segment: string(segment),
						People: count(proofs[k].sum), KnownPeople: count(all.sum), ShareRatio: number(ratio(proofs[k].sum, all.sum)),
					},
					proof: proofs[k], isKept: true,
				}
				if k == 0 {
					c.tables = []table{{all, proofs}}
				}
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// proofs are those of the segments, and of the people in all of them.
func (s *staged) proofs(window, subject, rule int, inside []bool) (segments []*proof, all *proof) {
	parts := make([]part, len(usageSegments))
	var everybody part
	for person, segment := range s.segments[window][subject][rule] {
		if segment == unsegmented || !inside[person] {
			continue
		}
		for _, p := range []*part{&parts[segment], &everybody} {
			*p = p.with(person, 1)
			if s.outside[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
	for _, p := range parts {
		segments = append(segments, p.headcount())
	}
	return segments, everybody.headcount()
}

// headcount proves a number of people, who count alike.
func (p part) headcount() *proof {
	h := &proof{people: uint64(len(p.people)), outsiders: uint64(len(p.outsiders)), sum: float64(len(p.people))}
	if len(p.people) > 0 {
		h.top1 = 1
	}
	if len(p.people) > 1 {
		h.top2 = 1
	}
	return h
}

// compareSegments adds the comparison of shares by the 12 weeks. The sums of a draw are, by tool, the people of each segment now and
// before.
func (q *question) compareSegments(s *staged, cells []cell[UsageSegmentRow], insideBy func(time.Time) []bool) {
	subjects := q.subjects()
	width := len(usageSegments)
	people := contributions(len(s.crowd), 2*width*len(subjects))
	sums := make([]float64, 2*width*len(subjects))
	befores := make([][]*proof, len(subjects))
	for i := range subjects {
		for period := range 2 {
			inside := insideBy(q.windows[period].To)
			for person, segment := range s.segments[period][i][0] {
				if segment != unsegmented && inside[person] {
					column := (2*i+period)*width + int(segment)
					people[person][column]++
					sums[column]++
				}
			}
		}
		befores[i], _ = s.proofs(1, i, 0, insideBy(q.windows[1].To))
	}
	share := func(sums []float64, subject, period, segment int) float64 {
		of := sums[(2*subject+period)*width : (2*subject+period+1)*width]
		return ratio(of[segment], stat.Sum(of))
	}
	intervals := stat.Bootstrap(ofAny(people), len(subjects)*width, func(sums, out []float64) {
		for i := range out {
			out[i] = share(sums, i/width, 0, i%width) - share(sums, i/width, 1, i%width)
		}
	})
	for n := range cells {
		c := &cells[n]
		if int(c.row.Weeks) != stat.TwelveWeeks.Weeks {
			continue
		}
		i := slices.IndexFunc(subjects, func(of subject) bool { return of.name == c.row.Tool })
		k := slices.Index(usageSegments, stat.UsageSegment(c.row.Segment))
		before := share(sums, i, 1, k)
		if !q.isAnyKnown(subjects[i].tools, 1) {
			before = math.NaN() // unknown then, not unused
		}
		c.row.Change = change(share(sums, i, 0, k), before, intervals[i*width+k])
		if c.row.Change.Previous != nil {
			c.before = befores[i][k]
			if k == 0 {
				c.tables = append(c.tables, table{total: sumOf(befores[i]), children: befores[i]})
			}
		}
	}
}

// ofAny leaves the rows of the people who have a part in anything.
func ofAny(rows [][]float64) [][]float64 {
	return slices.DeleteFunc(rows, func(row []float64) bool { return stat.Sum(row) == 0 })
}

// sumOf proves the total of what different people stand behind.
func sumOf(proofs []*proof) *proof {
	all := &proof{}
	for _, p := range proofs {
		mergeOthers(all, p)
		all.outsiders += p.outsiders
	}
	return all
}

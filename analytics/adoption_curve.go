package analytics

import (
	"context"
	"errors"
	"math"
	"time"

	"crosstalk/analytics/stat"
)

// AdoptionCurveRow is how many people have adopted a tool by the end of the bucket, and the curve that all weeks to the end of the period
// fit. Tool is AllTools in the rows of all tools asked for together.
type AdoptionCurveRow struct {
	Bucket
	Tool                string     `ch:"tool" dim:"true" doc:"slug of the tool; all is all tools asked for together"`
	Refusal             string     `ch:"refusal" dim:"true" doc:"why there is no curve, in a sentence; empty when there is one"`
	AdoptedPeople       *uint64    `ch:"adopted_people" unit:"people" doc:"people who have sent a first message by the end of the last ISO week that ends in the bucket"`
	NewPeople           *uint64    `ch:"new_people" unit:"people" doc:"of these, people whose first message lies in the ISO weeks that end in the bucket"`
	FittedPeople        *float64   `ch:"fitted_people" unit:"people" doc:"how many the curve says have adopted by then"`
	P                   *float64   `ch:"p" doc:"chance a week to adopt unprompted"`
	Q                   *float64   `ch:"q" doc:"what those who have adopted add to it"`
	MPeople             *float64   `ch:"m_people" unit:"people" doc:"people who will have adopted in the end"`
	MLowPeople          *float64   `ch:"m_low_people" unit:"people" doc:"lower bound of m_people, 95 % interval by resampling the weeks' residuals"`
	MHighPeople         *float64   `ch:"m_high_people" unit:"people" doc:"upper bound of m_people"`
	PeakOn              *time.Time `ch:"peak_on" doc:"Monday of the week in which most adopted at once by the curve"`
	InnovatorPeople     *uint64    `ch:"innovator_people" unit:"people" doc:"adopters so far among the first 2.5 % of m_people"`
	EarlyAdopterPeople  *uint64    `ch:"early_adopter_people" unit:"people" doc:"adopters so far among the next 13.5 %"`
	EarlyMajorityPeople *uint64    `ch:"early_majority_people" unit:"people" doc:"adopters so far among the next 34 %"`
	LateMajorityPeople  *uint64    `ch:"late_majority_people" unit:"people" doc:"adopters so far among the next 34 %"`
	LaggardPeople       *uint64    `ch:"laggard_people" unit:"people" doc:"adopters so far among the last 16 %"`
	Release
}

// AdoptionCurve asks how a tool spreads, and how far it will.
var AdoptionCurve = define("adoption_curve", Doc{
	Title:    "Adoption of a tool",
	Question: "How does a tool spread, and how many will use it in the end?",
	Formula:  "adopted = people with a first message by the end of the week; Bass: F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t), adopted = m F(t), t in weeks from the tool's first; peak at ln(q/p) / (p+q); Rogers' segments are 2.5, 13.5, 34, 34 and 16 % of m",
	Source:   "Bass 1969, fitted by least squares of the cumulative numbers (Srinivasan and Mason 1986); Rogers 1962 with the segments of create_rogers of vivainsights",
	Caveats: []string{
		"Adopting is sending a first message, whatever comes after; tool_retention says who stays.",
		"There is no curve when the tool was in use before the data begin, for fewer than 8 weeks, and before half of those who will adopt have: then any end fits.",
		"The curve is that of all weeks to the end of the period, the same in all its rows.",
		"A number is shown only when it differs from the one last shown by enough people, over all weeks of the tool, and so that no small week can be worked out.",
	},
	Example: "p = .03, q = .38: the peak is at ln(.38 / .03) / .41 = 6.19 weeks; of m = 1,000 the first 25 are innovators, the next 135 early adopters.",
	Shape:   ShapeSeries,
	Stock:   true,
	Grains:  []Grain{Week, Month, Whole},
	isAlone: true, isOrganisational: true, isSlow: true,

	lookBack: 7,
}, making[AdoptionCurveRow]{of: []query{historyFact.query}, needs: historyNeeds, answer: adoptionCurve})

// UsedBefore says that a tool was in use when the data begin, so that its spread is not seen. The other reasons are stat's.
const UsedBefore stat.BassRefusal = "used_before"

var refusalWords = map[stat.BassRefusal]string{
	UsedBefore:            "The tool was in use when the data begin: how it spread before is not known.",
	stat.TooShort:         "Fewer than 8 weeks are known: too few for a curve.",
	stat.NotCumulative:    "The numbers are no course of adoption.",
	stat.NobodyAdopted:    "Nobody has sent a message yet.",
	stat.BeforeInflection: "Fewer than half of those who will adopt seem to have done so: how many will cannot be told yet.",
	stat.Undetermined:     "How many will adopt cannot be told yet: the weeks so far fit very different ends.",
}

func adoptionCurve(ctx context.Context, q *question) ([]cell[AdoptionCurveRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	h, err := historyFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	var spreads []*spread
	for _, of := range q.subjects() {
		spreads = append(spreads, q.spread(h, of))
	}
	var cells []cell[AdoptionCurveRow]
	for window, b := range q.buckets {
		for i, of := range q.subjects() {
			if q.isAnyKnown(of.tools, window) {
				cells = append(cells, spreads[i].cell(b, of.name))
			}
		}
	}
	return cells, nil
}

// spread is how a tool was adopted, week by week.
type spread struct {
	h       *history
	begin   int      // week of the tool's first message
	adopted []*proof // by week from the begin, up to the end of the period: everybody so far
	isShown []bool
	fit     stat.Adoption
	refusal stat.BassRefusal
}

func (q *question) spread(h *history, of subject) *spread {
	s := &spread{h: h, begin: h.week(floorTo(q.toolsFrom(of.tools), string(Week)))}
	end := earliest(floorTo(q.dataEnd, string(Week)), floorTo(q.windows[len(q.windows)-1].To, string(Week)))
	weeks := max(h.week(end)-s.begin, 0)
	begun := make([]part, weeks)
	for person, first := range h.over(of.tools).firsts() {
		if week := first - s.begin; first != never && week < weeks {
			begun[week].people = append(begun[week].people, person)
			if h.outside[person] {
				begun[week].outsiders = append(begun[week].outsiders, person)
			}
		}
	}
	var all part
	cumulative := make([]float64, weeks)
	for week, p := range begun {
		all.people, all.outsiders = append(all.people, p.people...), append(all.outsiders, p.outsiders...)
		s.adopted = append(s.adopted, all.headcount())
		cumulative[week] = float64(len(all.people))
	}
	s.isShown = shownOf(cumulative, float64(q.set.minimumGroup()))
	if s.begin < unseenWeeks {
		s.refusal = UsedBefore
		return s
	}
	var err error
	if s.fit, err = stat.FitBass(cumulative); err != nil {
		errors.As(err, &s.refusal)
	}
	return s
}

// shownOf chooses the weeks whose cumulative numbers may be shown. Between two of them lie no people at all that are not counted in a
// week of k or more of its own, which is shown as a cohort, or k or more who are not.
func shownOf(cumulative []float64, k float64) []bool {
	shown := make([]bool, len(cumulative))
	before, small, isSmall := 0.0, 0.0, false
	for week, sum := range cumulative {
		if begun := sum - before; begun < k {
			small, isSmall = small+begun, true
		}
		if before = sum; !isSmall || small >= k {
			shown[week] = true
			small, isSmall = 0, false
		}
	}
	return shown
}

// at proves the people who have adopted by the end of a week; nobody before the first, and nil when it may not be shown.
func (s *spread) at(week int) *proof {
	switch {
	case week < 0:
		return &proof{}
	case week >= len(s.adopted) || !s.isShown[week]:
		return nil
	}
	return s.adopted[week]
}

func (s *spread) cell(b Bucket, tool string) cell[AdoptionCurveRow] {
	row := AdoptionCurveRow{Bucket: b, Tool: tool, Refusal: refusalWords[s.refusal]}
	last := s.h.week(floorTo(b.ToOn, string(Week))) - 1 - s.begin
	before := s.h.week(floorTo(b.FromOn, string(Week))) - 1 - s.begin
	hidden := &proof{isHidden: true}
	c := cell[AdoptionCurveRow]{proof: &proof{}, isKept: true}
	adopted, begun := hidden, hidden
	if len(s.adopted) > 0 {
		c.proof = s.adopted[min(max(last, 0), len(s.adopted)-1)]
	}
	if now, then := s.at(last), s.at(before); now != nil {
		adopted = now
		row.AdoptedPeople = count(now.sum)
		if then != nil {
			n := now.sum - then.sum
			begun = &proof{people: now.people - then.people, sum: n, top1: min(n, 1), top2: min(max(n-1, 0), 1)}
			row.NewPeople = count(n)
		}
	}
	c.parts = map[string]*proof{"adopted_people": adopted, "new_people": begun}
	if s.refusal == "" && len(s.adopted) > 0 {
		s.enterFit(&row, last)
		s.enterRogers(&row, adopted, c.parts)
	}
	c.row = row
	return c
}

// enterFit enters the curve.
func (s *spread) enterFit(row *AdoptionCurveRow, week int) {
	row.FittedPeople = number(s.fit.Adopted(float64(week + 1)))
	row.P, row.Q, row.MPeople = number(s.fit.P), number(s.fit.Q), number(s.fit.M)
	row.MLowPeople, row.MHighPeople = number(s.fit.MInterval.Low), number(s.fit.MInterval.High)
	peak := s.h.monday(s.begin + int(s.fit.Peak()))
	row.PeakOn = &peak
}

// rogersShares are how much of m each of the segments takes in turn.
var rogersShares = []float64{0.025, 0.135, 0.34, 0.34, 0.16}

// enterRogers enters how far each segment is full: what follows from the two numbers that are shown, and tells no more.
func (s *spread) enterRogers(row *AdoptionCurveRow, adopted *proof, parts map[string]*proof) {
	names := []string{"innovator_people", "early_adopter_people", "early_majority_people", "late_majority_people", "laggard_people"}
	fields := []**uint64{&row.InnovatorPeople, &row.EarlyAdopterPeople, &row.EarlyMajorityPeople, &row.LateMajorityPeople, &row.LaggardPeople}
	below := 0.0
	for i, share := range rogersShares {
		upTo := math.Round((below + share) * s.fit.M)
		from := math.Round(below * s.fit.M)
		n := min(max(adopted.sum-from, 0), upTo-from)
		*fields[i] = count(n)
		parts[names[i]] = &proof{people: uint64(n), with: []*proof{adopted}, isHidden: adopted.isHidden}
		below += share
	}
}

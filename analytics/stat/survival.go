package stat

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Followed is one case under observation: how long it was followed, in any unit, and whether the event ended it. What did
// not end is censored: all that is known is that the event came later, if at all.
type Followed struct {
	Time    float64
	IsEvent bool
}

// Survival is the share of cases the event has not yet reached, over time: the product-limit estimate of Kaplan and Meier
// (1958). Cases count as independent of each other; where one person has many, its intervals are too narrow.
// The zero value knows nothing.
type Survival struct {
	points   []survivalPoint // ascending, the first with survival 1
	isBinned bool
	end      float64 // nothing was followed for longer
}

// survivalPoint is the curve at a time: of exact times after a step, of bins at an edge.
type survivalPoint struct {
	at, survival float64
	greenwood    float64 // sum of d/(n(n-d)) up to here; infinite when nobody is left
	least, most  float64 // what the survival may be, by where in their bins the censored stopped
}

// reached is how far above a share a curve may end and still count as there: products of many fractions are not exact.
const reached = 1e-12

// KaplanMeier estimates from exact times: S(t) is the product of 1-d/n over the times up to t, with d events among n cases
// still followed; a case censored at the time of an event was still followed. A time that is negative or not a number is an error.
func KaplanMeier(cases []Followed) (Survival, error) {
	ordered := slices.Clone(cases)
	for i, c := range ordered {
		if !(c.Time >= 0) || math.IsInf(c.Time, 1) {
			return Survival{}, fmt.Errorf("case %d was followed for %v", i, c.Time)
		}
	}
	slices.SortFunc(ordered, func(a, b Followed) int { return cmp.Compare(a.Time, b.Time) })
	s := newSurvival(0, false)
	for i := 0; i < len(ordered); {
		at, atRisk, events := ordered[i].Time, len(ordered)-i, 0
		for ; i < len(ordered) && ordered[i].Time == at; i++ {
			if ordered[i].IsEvent {
				events++
			}
		}
		s.end = at
		if events > 0 {
			s.step(at, float64(atRisk), float64(events), 0)
		}
	}
	if len(cases) == 0 {
		return Survival{}, nil
	}
	return s, nil
}

// KaplanMeierBins estimates from counts: events[i] and censored[i] cases were followed for edges[i] up to but not including
// edges[i+1]. There is one edge more than bins, ascending, none negative; anything else is an error.
//
// At the edges the estimate is that of the life table (Cutler & Ederer 1958): the censored of a bin count as followed for
// half of it, so S falls by the factor 1-d/(n-c/2). Within a bin the curve is a straight line: its events count as
// evenly spread. QuantileBin says what holds without either assumption.
func KaplanMeierBins(edges []float64, events, censored []uint64) (Survival, error) {
	if err := checkBins(edges, events, censored); err != nil {
		return Survival{}, err
	}
	left := 0.0
	for i := range events {
		left += float64(events[i]) + float64(censored[i])
	}
	if left == 0 {
		return Survival{}, nil
	}
	s := newSurvival(edges[0], true)
	for i := 0; i < len(events) && left > 0; i++ {
		d, c := float64(events[i]), float64(censored[i])
		s.step(edges[i+1], left, d, c)
		left -= d + c
		s.end = edges[i+1]
	}
	return s, nil
}

func checkBins(edges []float64, events, censored []uint64) error {
	if len(events) == 0 || len(edges) != len(events)+1 || len(censored) != len(events) {
		return fmt.Errorf("%d edges and %d censored counts do not fit %d bins", len(edges), len(censored), len(events))
	}
	if !(edges[0] >= 0) {
		return fmt.Errorf("the first edge is %v", edges[0])
	}
	for i, e := range edges[1:] {
		if !(e > edges[i]) || math.IsInf(e, 1) {
			return errors.New("the edges of the bins do not ascend")
		}
	}
	return nil
}

func newSurvival(start float64, isBinned bool) Survival {
	return Survival{points: []survivalPoint{{at: start, survival: 1, least: 1, most: 1}}, isBinned: isBinned}
}

// step carries the curve on to a time before which d of n cases ended and c stopped being followed.
func (s *Survival) step(at, n, d, c float64) {
	last := s.points[len(s.points)-1]
	next := survivalPoint{at: at, survival: last.survival, greenwood: last.greenwood, least: last.least, most: last.most}
	if d > 0 {
		atRisk := n - c/2
		next.survival *= 1 - d/atRisk
		next.greenwood += d / (atRisk * (atRisk - d))
		next.least *= 1 - d/(n-c)
		next.most *= 1 - d/n
	}
	s.points = append(s.points, next)
}

// At is S(t), the share the event has not reached by t, from 0 to 1. NaN where nothing was followed for so long, and of no cases.
func (s Survival) At(t float64) float64 {
	return s.read(t, func(p survivalPoint) float64 { return p.survival })
}

// Variance is Greenwood's (1926) of At(t): S² times the sum of d/(n(n-d)). NaN where At is, and where nobody is left.
func (s Survival) Variance(t float64) float64 {
	return s.read(t, func(p survivalPoint) float64 { return p.survival * p.survival * p.greenwood })
}

// Band is the interval of At(t) of a confidence such as 0.95, by the log-log transformation of Kalbfleisch & Prentice:
// S^exp(±z·sd/|ln S|) with the sd of ln S, so that it stays within 0 and 1. Where nobody is left the upper bound is NaN.
func (s Survival) Band(t, confidence float64) Interval {
	z := normalReach(confidence)
	return Interval{
		s.read(t, func(p survivalPoint) float64 { return p.band(z) }),
		s.read(t, func(p survivalPoint) float64 { return p.band(-z) }),
	}
}

// band is the lower bound at z standard deviations; the upper one at -z.
func (p survivalPoint) band(z float64) float64 {
	switch {
	case p.survival >= 1:
		return 1
	case p.survival <= 0 && z < 0:
		return math.NaN()
	case p.survival <= 0:
		return 0
	}
	return math.Pow(p.survival, math.Exp(z*math.Sqrt(p.greenwood)/-math.Log(p.survival)))
}

// Quantile is the time by which the event has reached the share q of all: the first t with S(t) ≤ 1-q. NaN, unknown, when
// the curve does not get there.
func (s Survival) Quantile(q float64) float64 {
	t := s.reach(1-q, func(p survivalPoint) float64 { return p.survival })
	if math.IsInf(t, 1) {
		return math.NaN()
	}
	return t
}

// QuantileInterval holds Quantile(q) with a confidence such as 0.95: the times at which Band holds 1-q (Brookmeyer &
// Crowley 1982). A bound that is not reached is infinite: "at least so long". NaN of no cases.
func (s Survival) QuantileInterval(q, confidence float64) Interval {
	z := normalReach(confidence)
	return Interval{
		s.reach(1-q, func(p survivalPoint) float64 { return p.band(z) }),
		s.reach(1-q, func(p survivalPoint) float64 { return p.band(-z) }),
	}
}

// QuantileBin holds what Quantile(q) of the exact times would be, wherever in their bins the cases ended or stopped: the upper
// end is not included. The upper end is infinite when the quantile may be unknown, and the lower end is how long was
// followed when it must be. Of exact times both ends are the quantile. NaN of no cases.
func (s Survival) QuantileBin(q float64) Interval {
	if !s.isBinned {
		exact := s.reach(1-q, func(p survivalPoint) float64 { return p.survival })
		return Interval{exact, exact}
	}
	within := Interval{s.end, math.Inf(1)}
	for i := len(s.points) - 1; i > 0; i-- {
		if s.points[i].least <= 1-q+reached {
			within.Low = s.points[i-1].at
		}
		if s.points[i].most <= 1-q+reached {
			within.High = s.points[i].at
		}
	}
	return within
}

// read gives a value of the curve at a time.
func (s Survival) read(t float64, value func(survivalPoint) float64) float64 {
	if len(s.points) == 0 || math.IsNaN(t) {
		return math.NaN()
	}
	i := sort.Search(len(s.points), func(i int) bool { return s.points[i].at > t }) // the first point after t
	last := s.points[max(i-1, 0)]
	switch {
	case t > s.end && last.survival > 0:
		return math.NaN()
	case i == 0 || i == len(s.points) || !s.isBinned:
		return value(last)
	}
	next := s.points[i]
	from := value(last)
	return from + (value(next)-from)*(t-last.at)/(next.at-last.at)
}

// reach is the first time at which a value of the curve is down to a share; infinite when it never is.
func (s Survival) reach(share float64, value func(survivalPoint) float64) float64 {
	if len(s.points) == 0 {
		return math.NaN()
	}
	before := value(s.points[0])
	for i := 1; i < len(s.points); i++ {
		now := value(s.points[i])
		if !(now <= share+reached) { // NaN has not reached anything
			before = now
			continue
		}
		if !s.isBinned {
			return s.points[i].at
		}
		from, to := s.points[i-1].at, s.points[i].at
		return from + (to-from)*min(max((before-share)/(before-now), 0), 1)
	}
	return math.Inf(1)
}

// normalReach is how many standard deviations to each side of the mean hold a share of a normal distribution.
func normalReach(confidence float64) float64 { return math.Sqrt2 * math.Erfinv(confidence) }

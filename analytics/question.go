package analytics

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// windowDays is the length of the window in which a person counts as active and a tie as one.
const windowDays = 28

// mostBuckets bounds the rows of a series.
const mostBuckets = 1500

// question is a filter made definite: which days, which tools, which people.
type question struct {
	s        Snapshot
	set      Setting
	doc      Doc
	filter   Filter // every default filled in
	period   Period
	previous Period   // zero: nothing is compared
	buckets  []Bucket // of the period, in order; none: nothing to show
	windows  []Period // spans of days that are summed up: of the buckets in order, then of the earlier period
	all      []string // tools with data
	tools    []string // of these, those asked for
	dataFrom time.Time
	dataEnd  time.Time // first day after the data
	notes    []string

	population population // who counts
}

// newQuestion checks a filter against what there is and fills in its defaults.
func newQuestion(m Metric, s Snapshot, set Setting, f Filter) (*question, error) {
	q := &question{s: s, set: set, doc: m.Doc(), filter: f}
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := q.chooseGrain(m.Slug()); err != nil {
		return nil, err
	}
	if err := q.checkGroup(); err != nil {
		return nil, err
	}
	if s.Publication() == 0 || s.DataUntil().IsZero() {
		return q, nil
	}
	q.dataFrom = floorTo(s.DataFrom().UTC(), string(Day))
	q.dataEnd = dayOf(s.DataUntil(), set.zone()).AddDate(0, 0, 1)
	for _, choose := range []func() error{q.chooseTools, q.choosePeriod, q.alignWithGroup, q.cutBuckets} {
		if err := choose(); err != nil {
			return nil, err
		}
	}
	q.choosePrevious()
	q.layWindows()
	return q, nil
}

// dayOf is the day of an instant on the organisation's calendar.
func dayOf(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (q *question) note(format string, a ...any) {
	q.notes = append(q.notes, fmt.Sprintf(format, a...))
}

func (q *question) chooseGrain(slug string) error {
	f := &q.filter
	if f.Grain == "" {
		f.Grain = q.doc.Grains[0]
	}
	if f.Compare == "" {
		f.Compare = ComparePrevious
	}
	if q.doc.isAlone {
		f.Compare = CompareNone
	}
	if f.Side == "" {
		f.Side = Internal
	}
	if slices.Contains(q.doc.Grains, f.Grain) {
		return nil
	}
	if q.doc.weekly && (f.Grain == Hour || f.Grain == Day) {
		q.note("Asked by %s, answered by week: ties are counted within whole ISO weeks.", f.Grain)
		f.Grain = Week
		return nil
	}
	return badFilter("grain %s is not offered by %s: use %s", f.Grain, slug, list(words(q.doc.Grains))).about("grain", words(q.doc.Grains)...)
}

// chooseTools finds the tools asked for. No selection, or one that names every tool, is the whole.
func (q *question) chooseTools() error {
	q.all = sorted(q.s.Tools())
	for _, tool := range q.filter.Tools {
		if !slices.Contains(q.all, tool) {
			return badFilter("tool %s has no data: use %s", quote(tool), list(q.all)).about("tool", q.all...)
		}
	}
	if class := q.filter.Class; class != "" && !slices.Contains(q.classes(), class) {
		return badFilter("class %s holds no tool with data: use %s", quote(class), list(q.classes())).about("class", q.classes()...)
	}
	q.tools = slices.DeleteFunc(slices.Clone(q.all), func(tool string) bool { return !q.isAskedFor(tool) })
	if len(q.tools) == 0 {
		q.note("No tool with data is %s.", q.filter.Status)
	}
	return nil
}

func (q *question) isAskedFor(tool string) bool {
	f := q.filter
	return (len(f.Tools) == 0 || slices.Contains(f.Tools, tool)) &&
		(f.Class == "" || f.Class == q.set.Tools[tool].Class) &&
		(f.Status == "" || f.Status == q.set.status(tool))
}

func (q *question) classes() []string {
	var classes []string
	for _, tool := range q.all {
		if class := q.set.Tools[tool].Class; class != "" {
			classes = append(classes, class)
		}
	}
	return sorted(classes)
}

// choosePeriod resolves the period. A preset that would begin before the data begins with the unit that holds their first
// day; where the data hold no whole unit yet, all of the data are shown.
func (q *question) choosePeriod() error {
	f := &q.filter
	if !f.From.IsZero() {
		q.period = Period{f.From, f.To}
		return nil
	}
	if f.Period == "" {
		f.Period = seriesPeriod
		if f.Grain == Whole {
			f.Period = summaryPeriod
		}
	}
	p, err := parsePeriod(f.Period)
	if err != nil {
		return badFilter("period %s is unknown: %v", quote(f.Period), err).about("period")
	}
	q.period = p.before(q.dataEnd, q.dataFrom)
	if !q.period.To.After(q.dataFrom) {
		q.period = Period{q.dataFrom, q.dataEnd}
		q.note("The data do not hold a whole %s yet: all of them are shown.", p.unit)
	} else if first := floorTo(q.dataFrom, string(p.unit)); q.period.From.Before(first) {
		q.period.From = first
		q.note("The data begin on %s.", q.dataFrom.Format(time.DateOnly))
	}
	return nil
}

// cutBuckets cuts the period at the units of the grain. What lies outside of the data is left out, and a bucket that is not
// whole, or looks at days before the data, is marked.
func (q *question) cutBuckets() error {
	if !q.period.From.Before(q.dataEnd) || !q.period.To.After(q.dataFrom) {
		q.note("There are no data in this period: they reach from %s to %s.", q.dataFrom.Format(time.DateOnly), q.dataEnd.AddDate(0, 0, -1).Format(time.DateOnly))
		return nil
	}
	for from := q.firstBucket(); from.Before(q.period.To) && from.Before(q.dataEnd); {
		next := q.after(from)
		if next.After(q.dataFrom) {
			q.buckets = append(q.buckets, q.bucket(from, next))
		}
		if len(q.buckets) > mostBuckets {
			return badFilter("grain %s cuts %d days into more than %d pieces: use a coarser grain or a shorter period", q.filter.Grain, q.period.Days(), mostBuckets).about("grain")
		}
		from = next
	}
	if n := len(q.buckets); n > 0 && q.buckets[n-1].IsPartial && q.filter.Grain != Whole {
		q.note("The last bucket is not finished.")
	}
	return nil
}

func (q *question) firstBucket() time.Time {
	if q.filter.Grain == Whole || q.isByGroup() {
		return q.period.From
	}
	return floorTo(q.period.From, string(q.filter.Grain))
}

func (q *question) after(from time.Time) time.Time {
	if q.filter.Grain == Whole {
		return q.period.To
	}
	if q.isByGroup() && q.filter.Grain == Month {
		return monthInWeeks(from.AddDate(0, 0, 6)).To
	}
	return step(from, q.filter.Grain, 1)
}

func (q *question) bucket(from, to time.Time) Bucket {
	b := Bucket{FromOn: latest(from, q.period.From), ToOn: earliest(to, q.period.To, q.dataEnd)}
	b.IsPartial = b.FromOn != from || b.ToOn != to || q.looksBack(b).Before(q.dataFrom)
	return b
}

// looksBack is the first day that a bucket's figures look at.
func (q *question) looksBack(b Bucket) time.Time {
	switch {
	case q.doc.lookBack > 0:
		return b.ToOn.AddDate(0, 0, -q.doc.lookBack)
	case q.doc.Stock:
		return b.ToOn.AddDate(0, 0, -windowDays)
	}
	return b.FromOn
}

// choosePrevious finds the period that a summary is compared with; it must lie inside the data like its own.
func (q *question) choosePrevious() {
	if q.filter.Grain != Whole || q.filter.Compare == CompareNone || len(q.buckets) == 0 {
		return
	}
	p := Period{q.buckets[0].FromOn, q.buckets[0].ToOn}
	switch isYear := q.filter.Compare == CompareYear; {
	case q.isByGroup():
		q.previous = q.beforeGroup(p, isYear)
	case isYear:
		q.previous = p.yearBefore()
	default:
		q.previous = p.preceding()
	}
	if q.looksBack(Bucket{FromOn: q.previous.From, ToOn: q.previous.To}).Before(q.dataFrom) {
		q.previous = Period{}
		q.note("Nothing is compared: the period before lies outside of the data.")
	}
}

// isCompared reports whether the question has an earlier period.
func (q *question) isCompared() bool { return !q.previous.IsZero() }

func (q *question) layWindows() {
	spans := slices.Clone(q.buckets)
	if q.isCompared() {
		spans = append(spans, Bucket{FromOn: q.previous.From, ToOn: q.previous.To})
	}
	for _, b := range spans {
		q.windows = append(q.windows, Period{q.looksBack(b), b.ToOn})
	}
}

// ask runs a query of the question's own, with the windows and further parameters.
func (q *question) ask(ctx context.Context, rows any, own query, further Params) error {
	params := q.windowParams()
	maps.Copy(params, further)
	return q.s.Select(ctx, rows, own.text, params)
}

// windowParams are the parameters of a query over the question's windows.
func (q *question) windowParams() Params {
	var starts, ends []time.Time
	for _, w := range q.windows {
		starts, ends = append(starts, w.From), append(ends, w.To)
	}
	return Params{"starts": days(starts), "ends": days(ends), "side": string(q.filter.Side)}
}

// days writes days as query parameters take them.
func days(of []time.Time) []string {
	texts := make([]string, len(of))
	for i, day := range of {
		texts[i] = day.Format(time.DateOnly)
	}
	return texts
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.Before(first) {
			first = t
		}
	}
	return first
}

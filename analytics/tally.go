package analytics

import (
	"context"
	"maps"
	"math/bits"
	"slices"
	"time"
)

// reciprocalFact is every person's reciprocal ties, week by week.
var reciprocalFact = &fact[*reciprocal]{
	query: load("tie_frequency"),
	params: func(q *question) Params {
		return Params{"side": string(q.filter.Side), "tools": append([]string{}, q.tools...)}
	},
	read: func(ctx context.Context, s Snapshot, f *fact[*reciprocal], weeks []time.Time, params Params) (*reciprocal, error) {
		params["weeks"] = days(weeks)
		r := &reciprocal{first: weeks[0]}
		err := s.Select(ctx, &r.rows, f.query.text, params)
		return r, err
	},
}

type reciprocal struct {
	first time.Time // the week from which weeks are counted
	rows  []reciprocalRow
}

// reciprocalRow are ties in a stretch of weeks, of one person of each pair.
type reciprocalRow struct {
	Stretch uint32  `ch:"stretch"`
	Person  uint64  `ch:"person"`
	Others  numbers `ch:"others"`
	Ties    numbers `ch:"ties"` // the weeks of each in which it was reciprocal, as bits; bit 0 is the first of the stretch
}

const weeksInStretch = 64

// rosterFact is who is in the directory, and when.
var rosterFact = &fact[[]stayRow]{
	query:  load("roster"),
	params: func(*question) Params { return Params{} },
	read: func(ctx context.Context, s Snapshot, f *fact[[]stayRow], _ []time.Time, params Params) ([]stayRow, error) {
		var rows []stayRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

// stayRow is one stay of a person: from a day to the first day no longer there.
type stayRow struct {
	Person uint64    `ch:"person"`
	From   time.Time `ch:"start_on"`
	To     time.Time `ch:"end_on"`
}

// tally adds up what people did, week by week.
type tally struct {
	crowd   crowd
	outside []bool // by number in the crowd: people of the other side, where both are counted together
	first   time.Time
	weeks   []*weekSums // from the first on; nil: not asked for
}

// weekSums are the sums of a week, by number of the person.
type weekSums struct {
	pairs              int    // that are tied; one of each at least counts
	inside             []bool // who counts
	ties, turns        []float64
	isActive, isListed []bool
}

func (q *question) tally(ctx context.Context, weeks []time.Time) (*tally, error) {
	var everybody *people
	var book *sent
	var ties *reciprocal
	var stays []stayRow
	err := sideBySide(
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err },
		func() (err error) { ties, err = reciprocalFact.of(ctx, q, weeks); return err },
		func() (err error) { book, err = sentFact.of(ctx, q, q.rosterWeeks(weeks)); return err },
		func() (err error) {
			if q.isByDirectory() {
				stays, err = rosterFact.of(ctx, q, nil)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	t := newTally(q, everybody, stays, weeks)
	t.enterSent(q, book)
	t.enterTies(ties)
	t.enterStays(stays)
	return t, nil
}

// newTally numbers the people, so that all sums can be laid out.
func newTally(q *question, everybody *people, stays []stayRow, weeks []time.Time) *tally {
	t := &tally{crowd: maps.Clone(everybody.numbers), first: weeks[0]}
	for _, s := range stays {
		t.crowd.number(s.Person)
	}
	n := len(t.crowd)
	t.outside = make([]bool, n)
	copy(t.outside, everybody.outside)
	t.weeks = make([]*weekSums, t.number(weeks[len(weeks)-1])+1)
	for _, monday := range weeks {
		t.weeks[t.number(monday)] = &weekSums{
			inside: q.insideOf(t.crowd, monday.AddDate(0, 0, 7)), ties: make([]float64, n), turns: make([]float64, n),
			isActive: make([]bool, n), isListed: make([]bool, n),
		}
	}
	return t
}

// number is that of a week, which may lie before the first.
func (t *tally) number(monday time.Time) int { return int(monday.Sub(t.first) / (7 * 24 * time.Hour)) }

// at are the sums of a week by its number; nil when it was not asked for.
func (t *tally) at(number int) *weekSums {
	if number < 0 || number >= len(t.weeks) {
		return nil
	}
	return t.weeks[number]
}

// enterSent enters who was active on the tools asked for and, where no directory tells it, who is on the rosters: whoever
// was active on any tool.
func (t *tally) enterSent(q *question, book *sent) {
	first := t.number(book.first)
	numbers := make([]int, len(book.outside))
	for id, number := range book.crowd {
		numbers[number] = t.crowd.number(id)
	}
	for _, s := range book.senders {
		isAskedFor, person := q.isAskedFor(s.tool), numbers[s.person]
		for _, d := range s.days {
			week := first + d.day/7
			if w := t.at(week); w != nil && isAskedFor && w.inside[person] {
				w.turns[person] += float64(d.turns)
				w.isActive[person] = true
			}
			if !q.isByDirectory() {
				t.list(person, week)
			}
		}
	}
}

// list puts a person who was active in a week on the rosters that this makes.
func (t *tally) list(person, week int) {
	for later := range activeWeeks {
		if w := t.at(week + later); w != nil {
			w.isListed[person] = w.inside[person]
		}
	}
}

func (t *tally) enterTies(ties *reciprocal) {
	first := t.number(ties.first)
	for _, r := range ties.rows {
		a := t.crowd.number(r.Person)
		for i, weeks := range r.Ties {
			b := t.crowd.number(r.Others[i])
			for ; weeks != 0; weeks &= weeks - 1 {
				if w := t.at(first + weeksInStretch*int(r.Stretch) + bits.TrailingZeros64(weeks)); w != nil {
					w.enterTie(a, b)
				}
			}
		}
	}
}

// enterTie counts a tie at those of its ends that count.
func (s *weekSums) enterTie(a, b int) {
	if !s.inside[a] && !s.inside[b] {
		return
	}
	s.pairs++
	for _, person := range []int{a, b} {
		if s.inside[person] {
			s.ties[person]++
		}
	}
}

func (t *tally) enterStays(stays []stayRow) {
	for _, s := range stays {
		person := t.crowd.number(s.Person)
		for number, w := range t.weeks {
			monday := t.first.AddDate(0, 0, 7*number)
			if w != nil && s.From.Before(monday.AddDate(0, 0, 7)) && s.To.After(monday) {
				w.isListed[person] = w.inside[person]
			}
		}
	}
}

// ofKnown leaves the rows of the people of whom anything is known in the weeks, so that those who are known only from the weeks
// of other questions do not count.
func (t *tally) ofKnown(rows [][]float64) [][]float64 {
	var known [][]float64
	for person, row := range rows {
		if slices.ContainsFunc(t.weeks, func(s *weekSums) bool {
			return s != nil && (s.ties[person] > 0 || s.isListed[person] || s.isActive[person])
		}) {
			known = append(known, row)
		}
	}
	return known
}

// week lays the sums out to be averaged.
func (s *weekSums) week() week {
	people := len(s.ties)
	w := week{pairs: s.pairs, ties: roomFor(people), listed: roomFor(people), turns: roomFor(people)}
	for person, ties := range s.ties {
		if ties > 0 {
			w.ties = w.ties.with(person, ties)
		}
		if s.isListed[person] {
			w.roster++
			w.listed = w.listed.with(person, ties)
		}
		if s.isActive[person] {
			w.turns = w.turns.with(person, s.turns[person])
		}
	}
	return w
}

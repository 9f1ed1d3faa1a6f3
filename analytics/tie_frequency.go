package analytics

import (
	"context"
	"math"
	"time"

	"crosstalk/analytics/stat"
)

// TieFrequencyRow is how much people exchange: the mean of the ISO weeks that end in the bucket.
type TieFrequencyRow struct {
	Bucket
	Weeks          uint16   `ch:"weeks" dim:"true" unit:"weeks" doc:"ISO weeks that end in the bucket and are averaged"`
	People         *float64 `ch:"people" unit:"people" doc:"people on the roster of a week: of the directory, or without one who were active in the 28 days to its end"`
	Ties           *float64 `ch:"ties" unit:"ties" doc:"weekly reciprocal ties: pairs who both sent to each other within the week"`
	TiesPerPerson  *float64 `ch:"ties_per_person" unit:"ties" doc:"weekly reciprocal ties of a person on the roster, each tie counted at both ends"`
	ActivePeople   *float64 `ch:"active_people" unit:"people" doc:"people who sent at least one message in a week"`
	TurnsPerPerson *float64 `ch:"turns_per_person" unit:"turns" doc:"turns of an active person in a week, mean"`
	TurnsLogMean   *float64 `ch:"turns_log_mean" doc:"mean over active person-weeks of ln(1 + turns), turns cut at the 99th percentile of the week"`
	TiesChange     Change   `ch:"ties_per_person" unit:"ties"`
	TurnsChange    Change   `ch:"turns_per_person" unit:"turns"`
	Release
}

// TieFrequency asks how many colleagues people are in exchange with.
var TieFrequency = define("tie_frequency", Doc{
	Title:    "Weekly ties per person",
	Question: "With how many colleagues are people in exchange, and how much do they say?",
	Formula:  "mean over the people on a week's roster of their reciprocal ties within that ISO week; a month or a period is the mean of the ISO weeks that end in it; turns per active person and week beside it",
	Source:   "own definition: ties resist gaming by chatter, and whole weeks share no data; turns after conversation analysis",
	Caveats: []string{
		"An interaction is a message to at most 8 people, a reply, or a mention; presence in a larger room makes no tie.",
		"The roster is the directory's; without a directory, the people active in the 28 days to the end of the week.",
		"A tool filter keeps interactions and turns on these tools only; the roster stays.",
		"With a side other than internal, both ends of a tie are on that side.",
	},
	Example: "Four people on the roster, three of them in exchange with each other: 3 ties, counted at both ends 6 / 4 = 1.5 a person.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
	weekly:  true,
}, tieFrequency)

// weekRow is what the people of a week did, one by one.
type weekRow struct {
	Week      uint32   `ch:"week"`
	People    []uint64 `ch:"people"`
	Ties      []uint32 `ch:"ties"`
	Turns     []uint32 `ch:"turns"`
	IsActive  []uint8  `ch:"is_active"`
	IsListed  []uint8  `ch:"is_listed"`
	Outsiders []uint64 `ch:"outsiders"`
}

func tieFrequency(ctx context.Context, q *question) ([]cell[TieFrequencyRow], error) {
	spans := q.weekSpans()
	var weeks []time.Time
	for _, span := range spans {
		weeks = append(weeks, span...)
	}
	if len(weeks) == 0 {
		q.note("No whole ISO week ends in this period: ties are counted within whole weeks.")
		return nil, nil
	}
	var rows []weekRow
	byDirectory := q.s.HasDirectory() && q.filter.Side == Internal
	if err := q.ask(ctx, &rows, Params{"weeks": days(weeks), "by_directory": byDirectory}); err != nil {
		return nil, err
	}
	people := crowd{}
	byWeek := map[time.Time]week{}
	for _, r := range rows {
		byWeek[weeks[r.Week]] = newWeek(r, people)
	}
	return q.frequencies(spans, byWeek, len(people)), nil
}

// weekSpans are the ISO weeks that end in each window: of the buckets in order, then of the earlier period.
func (q *question) weekSpans() [][]time.Time {
	starts, ends := q.windows()
	spans := make([][]time.Time, len(starts))
	for i := range spans {
		for monday := floorTo(starts[i].AddDate(0, 0, -6), string(Week)); !monday.AddDate(0, 0, 7).After(ends[i]); monday = monday.AddDate(0, 0, 7) {
			if last := monday.AddDate(0, 0, 6); !last.Before(starts[i]) && !last.Before(q.dataFrom) {
				spans[i] = append(spans[i], monday)
			}
		}
	}
	return spans
}

func (q *question) frequencies(spans [][]time.Time, byWeek map[time.Time]week, people int) []cell[TieFrequencyRow] {
	var cells []cell[TieFrequencyRow]
	for window, b := range q.buckets {
		if len(spans[window]) == 0 {
			continue
		}
		b.IsPartial = b.IsPartial || spans[window][0].Before(q.dataFrom)
		cells = append(cells, frequencyOf(b, weeksIn(spans[window], byWeek)))
	}
	if q.isCompared() && len(cells) == 1 && len(spans[1]) > 0 {
		compareFrequency(&cells[0], weeksIn(spans[0], byWeek), weeksIn(spans[1], byWeek), people)
	}
	return cells
}

func weeksIn(mondays []time.Time, byWeek map[time.Time]week) []week {
	weeks := make([]week, len(mondays))
	for i, monday := range mondays {
		weeks[i] = byWeek[monday]
	}
	return weeks
}

// week is what people did in a week, ready to be averaged.
type week struct {
	roster    int
	ties      part // of everybody
	listed    part // of the people on the roster
	turns     part // of active people, 0 turns included
	outsiders []int
}

func newWeek(r weekRow, people crowd) week {
	var w week
	for _, id := range r.Outsiders {
		w.outsiders = append(w.outsiders, people.number(id))
	}
	for i, id := range r.People {
		person := people.number(id)
		w.ties = w.ties.with(person, float64(r.Ties[i]))
		if r.IsListed[i] > 0 {
			w.roster++
			w.listed = w.listed.with(person, float64(r.Ties[i]))
		}
		if r.IsActive[i] > 0 {
			w.turns = w.turns.with(person, float64(r.Turns[i]))
		}
	}
	return w
}

func (p part) with(person int, amount float64) part {
	p.people, p.amounts = append(p.people, person), append(p.amounts, amount)
	return p
}

func (w week) tiesPerPerson() float64  { return ratio(w.listed.sum(), float64(w.roster)) }
func (w week) turnsPerPerson() float64 { return ratio(w.turns.sum(), float64(len(w.turns.people))) }

// turnsLogMean cuts the turns at the 99th percentile, so that a few flooders do not decide.
func (w week) turnsLogMean() float64 {
	cut := stat.Winsorise(w.turns.amounts, 0.99)
	for i, turns := range cut {
		cut[i] = math.Log1p(turns)
	}
	return stat.Mean(ascending(cut))
}

func frequencyOf(b Bucket, weeks []week) cell[TieFrequencyRow] {
	mean := func(of func(week) float64) *float64 { return number(meanOf(weeks, of)) }
	roster, ties, turns := frequencyProofs(weeks)
	return cell[TieFrequencyRow]{
		row: TieFrequencyRow{
			Bucket: b, Weeks: uint16(len(weeks)),
			People:         mean(func(w week) float64 { return float64(w.roster) }),
			Ties:           mean(func(w week) float64 { return w.ties.sum() / 2 }),
			TiesPerPerson:  mean(week.tiesPerPerson),
			ActivePeople:   mean(func(w week) float64 { return float64(len(w.turns.people)) }),
			TurnsPerPerson: mean(week.turnsPerPerson),
			TurnsLogMean:   mean(week.turnsLogMean),
		},
		proof: roster, isKept: true,
		parts: map[string]*proof{
			"ties": ties, "ties_per_person": ties, "active_people": turns, "turns_per_person": turns, "turns_log_mean": turns,
		},
	}
}

// meanOf averages the weeks that have the figure: nobody active is no figure.
func meanOf(weeks []week, of func(week) float64) float64 {
	var values []float64
	for _, w := range weeks {
		if v := of(w); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return stat.Mean(values)
}

// frequencyProofs are the proofs of the roster, of ties and of turns: everybody who has a part in any of the weeks.
func frequencyProofs(weeks []week) (roster, ties, turns *proof) {
	onRoster, withTies, withTurns := map[int]float64{}, map[int]float64{}, map[int]float64{}
	outsiders := map[int]bool{}
	for _, w := range weeks {
		for i, person := range w.listed.people {
			onRoster[person] = 1
			withTies[person] += w.listed.amounts[i]
		}
		for i, person := range w.turns.people {
			withTurns[person] += w.turns.amounts[i]
		}
		for _, person := range w.outsiders {
			outsiders[person] = true
		}
	}
	return behind(onRoster, outsiders), behind(withTies, outsiders), behind(withTurns, outsiders)
}

// behind proves a figure by the people who have a part in it.
func behind(amounts map[int]float64, outsiders map[int]bool) *proof {
	var p part
	for person, amount := range amounts {
		if amount > 0 {
			p = p.with(person, amount)
			if outsiders[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
	return p.proof()
}

// compareFrequency adds the comparison to the cell of a summary. A person's contribution is weighted so that every week
// counts alike, as in the mean of weeks: parts over heads, for ties and turns, now and before.
func compareFrequency(c *cell[TieFrequencyRow], now, before []week, people int) {
	sums := contributions(people, 8)
	for period, weeks := range [][]week{now, before} {
		for _, w := range weeks {
			enter(sums, 4*period, w.listed)
			enter(sums, 4*period+2, w.turns)
		}
	}
	intervals := stat.Bootstrap(sums, 2, func(sums, out []float64) {
		out[0] = ratio(sums[0], sums[1]) - ratio(sums[4], sums[5])
		out[1] = ratio(sums[2], sums[3]) - ratio(sums[6], sums[7])
	})
	c.row.TiesChange = change(meanOf(now, week.tiesPerPerson), meanOf(before, week.tiesPerPerson), intervals[0])
	c.row.TurnsChange = change(meanOf(now, week.turnsPerPerson), meanOf(before, week.turnsPerPerson), intervals[1])
	roster, ties, turns := frequencyProofs(before)
	c.before = roster
	c.before.also = append(c.before.also, ties, turns)
}

func enter(sums [][]float64, column int, p part) {
	heads := float64(len(p.people))
	for i, person := range p.people {
		sums[person][column] += p.amounts[i] / heads
		sums[person][column+1] += 1 / heads
	}
}

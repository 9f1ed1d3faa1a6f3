package analytics

import (
	"context"
	"math"
	"slices"
	"time"

	"crosstalk/analytics/stat"
)

// TieFrequencyRow is how much people exchange: the mean of the ISO weeks that end in the bucket.
type TieFrequencyRow struct {
	Bucket
	Weeks          uint16   `ch:"weeks" dim:"true" unit:"weeks" gauge:"-" doc:"ISO weeks that end in the bucket and are averaged"`
	People         *float64 `ch:"people" unit:"people" doc:"people on the roster of a week: of the directory, or without one who were active in the 28 days to its end"`
	Ties           *float64 `ch:"ties" unit:"ties" doc:"weekly reciprocal ties: pairs who both sent to each other within the week"`
	TiesPerPerson  *float64 `ch:"ties_per_person" unit:"ties" gauge:"true" doc:"weekly reciprocal ties of a person on the roster, each tie counted at both ends"`
	ActivePeople   *float64 `ch:"active_people" unit:"people" doc:"people who sent at least one message in a week"`
	TurnsPerPerson *float64 `ch:"turns_per_person" unit:"turns" gauge:"true" doc:"turns of an active person in a week, mean"`
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
}, making[TieFrequencyRow]{
	of: []query{peopleFact.query, sentFact.query, reciprocalFact.query, rosterFact.query}, needs: frequencyNeeds, answer: tieFrequency,
})

// activeWeeks is within how many weeks one must have been active to be on the roster of the last, where no directory tells it.
const activeWeeks = windowDays / 7

func frequencyNeeds(q *question) []need {
	weeks := inOrder(slices.Concat(q.weekSpans()...))
	if len(weeks) == 0 {
		return nil
	}
	needs := []need{peopleFact.need(q, nil), sentFact.need(q, q.rosterWeeks(weeks)), reciprocalFact.need(q, weeks)}
	if q.isByDirectory() {
		needs = append(needs, rosterFact.need(q, nil))
	}
	return needs
}

// isByDirectory reports whether the directory says who is on the roster.
func (q *question) isByDirectory() bool { return q.s.HasDirectory() && q.filter.Side == Internal }

// rosterWeeks are the weeks whose messages tell who is active in some weeks, and who is on their rosters.
func (q *question) rosterWeeks(weeks []time.Time) []time.Time {
	if q.isByDirectory() {
		return weeks
	}
	var spans []Period
	for _, monday := range weeks {
		spans = append(spans, Period{monday.AddDate(0, 0, 7-windowDays), monday.AddDate(0, 0, 7)})
	}
	return weeksOf(spans)
}

func tieFrequency(ctx context.Context, q *question) ([]cell[TieFrequencyRow], error) {
	spans := q.weekSpans()
	weeks := inOrder(slices.Concat(spans...))
	if len(weeks) == 0 {
		q.note("No whole ISO week ends in this period: ties are counted within whole weeks.")
		return nil, nil
	}
	t, err := q.tally(ctx, weeks)
	if err != nil {
		return nil, err
	}
	return q.frequencies(spans, t), nil
}

// weekSpans are the ISO weeks that end in each window: of the buckets in order, then of the earlier period.
func (q *question) weekSpans() [][]time.Time {
	spans := make([][]time.Time, len(q.windows))
	for i, w := range q.windows {
		for monday := floorTo(w.From.AddDate(0, 0, -6), string(Week)); !monday.AddDate(0, 0, 7).After(w.To); monday = monday.AddDate(0, 0, 7) {
			if last := monday.AddDate(0, 0, 6); !last.Before(w.From) && !last.Before(q.dataFrom) {
				spans[i] = append(spans[i], monday)
			}
		}
	}
	return spans
}

func (q *question) frequencies(spans [][]time.Time, t *tally) []cell[TieFrequencyRow] {
	byWeek := map[time.Time]week{}
	for number, sums := range t.weeks {
		if sums != nil {
			byWeek[t.first.AddDate(0, 0, 7*number)] = sums.week()
		}
	}
	var cells []cell[TieFrequencyRow]
	for window, b := range q.buckets {
		if len(spans[window]) == 0 {
			continue
		}
		b.IsPartial = b.IsPartial || spans[window][0].Before(q.dataFrom)
		cells = append(cells, frequencyOf(b, weeksIn(spans[window], byWeek), t.outside))
	}
	if q.isCompared() && len(cells) == 1 && len(spans[1]) > 0 {
		compareFrequency(&cells[0], weeksIn(spans[0], byWeek), weeksIn(spans[1], byWeek), t)
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
	roster int
	pairs  int  // that are tied
	ties   part // of everybody
	listed part // of the people on the roster
	turns  part // of active people, 0 turns included
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

func frequencyOf(b Bucket, weeks []week, outside []bool) cell[TieFrequencyRow] {
	mean := func(of func(week) float64) *float64 { return number(meanOf(weeks, of)) }
	roster, ties, turns := frequencyProofs(weeks, outside)
	return cell[TieFrequencyRow]{
		row: TieFrequencyRow{
			Bucket: b, Weeks: uint16(len(weeks)),
			People:         mean(func(w week) float64 { return float64(w.roster) }),
			Ties:           mean(func(w week) float64 { return float64(w.pairs) }),
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
func frequencyProofs(weeks []week, outside []bool) (roster, ties, turns *proof) {
	people := len(outside)
	onRoster, withTies, withTurns := make([]float64, people), make([]float64, people), make([]float64, people)
	for _, w := range weeks {
		for i, person := range w.listed.people {
			onRoster[person] = 1
			withTies[person] += w.listed.amounts[i]
		}
		for i, person := range w.turns.people {
			withTurns[person] += w.turns.amounts[i]
		}
	}
	return behind(onRoster, outside), behind(withTies, outside), behind(withTurns, outside)
}

// behind proves a figure by the people who have a part in it.
func behind(amounts []float64, outside []bool) *proof {
	p := roomFor(len(amounts))
	for person, amount := range amounts {
		if amount > 0 {
			p = p.with(person, amount)
			if outside[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
	return p.proof()
}

// compareFrequency adds the comparison to the cell of a summary. A person's contribution is weighted so that every week
// counts alike, as in the mean of weeks: parts over heads, for ties and turns, now and before.
func compareFrequency(c *cell[TieFrequencyRow], now, before []week, t *tally) {
	sums := contributions(len(t.outside), 8)
	for period, weeks := range [][]week{now, before} {
		for _, w := range weeks {
			enter(sums, 4*period, w.listed)
			enter(sums, 4*period+2, w.turns)
		}
	}
	intervals := stat.Bootstrap(t.ofKnown(sums), 2, func(sums, out []float64) {
		out[0] = ratio(sums[0], sums[1]) - ratio(sums[4], sums[5])
		out[1] = ratio(sums[2], sums[3]) - ratio(sums[6], sums[7])
	})
	c.row.TiesChange = change(meanOf(now, week.tiesPerPerson), meanOf(before, week.tiesPerPerson), intervals[0])
	c.row.TurnsChange = change(meanOf(now, week.turnsPerPerson), meanOf(before, week.turnsPerPerson), intervals[1])
	roster, ties, turns := frequencyProofs(before, t.outside)
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

package analytics

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"crosstalk/analytics/stat"
)

// AfterHoursRow is how much people send outside of their working hours, in the ISO weeks that end in the bucket.
type AfterHoursRow struct {
	Bucket
	People           *uint64  `ch:"people" unit:"people" doc:"people who sent a message, and 10 at least in the 8 weeks of which their hours are learned"`
	Messages         *uint64  `ch:"messages" unit:"messages" doc:"messages they sent"`
	AfterHoursRatio  *float64 `ch:"after_hours_ratio" doc:"share of these messages that lie outside of the sender's own central 10 hours"`
	MeanRatio        *float64 `ch:"mean_ratio" doc:"a person's own share outside of these hours, mean over people"`
	MedianRatio      *float64 `ch:"median_ratio" doc:"a person's own share outside of these hours, median over people"`
	P90Ratio         *float64 `ch:"p90_ratio" doc:"the share that a tenth of the people reach or exceed"`
	OfficeHoursRatio *float64 `ch:"outside_office_ratio" doc:"share of the messages outside of the organisation's working hours and days; empty when it has not set any"`
	DaysOffRatio     *float64 `ch:"days_off_ratio" doc:"share of the messages on weekends and holidays of the organisation"`
	Change           Change   `ch:"after_hours_ratio"`
	Release
}

// AfterHours asks how much is sent outside of working hours.
var AfterHours = define("after_hours", Doc{
	Title:    "Messages after hours",
	Question: "How much do people send outside of their working hours?",
	Formula:  "own hours of a person = the 10 hours running, around the clock, that hold most of the person's messages of the last 8 ISO weeks on all tools; after hours = messages at other hours / messages; beside it the messages outside of the organisation's hours and days, and those on days off",
	Source:   "after-hours metrics of Viva, with hours learned instead of set",
	Caveats: []string{
		"Hours are those of the organisation's clock, which the roll-ups keep. Somebody in another time zone has other hours on it, which are learned as well; travel and weeks between two changes to summer time blur them.",
		"An hour counts whole. Working hours that begin or end within one count it when half of it or more is worked.",
		"A person's own hours hold on every day of the week; days off have a figure of their own.",
		"With fewer than 10 messages in 8 weeks nobody's hours are known, and the messages are left out.",
		"A tool filter chooses messages; own hours are learned on all tools.",
	},
	Example: "Of 100 messages 96 lie between 8 and 18, which hold more than any other 10 hours, and 4 at 21: 4 / 100 = .04.",
	Shape:   ShapeSummary,
	Grains:  []Grain{Whole, Week, Month},
	weekly:  true, isSlow: true,
}, making[AfterHoursRow]{of: []query{hoursFact.query, peopleFact.query}, needs: hoursNeeds, answer: afterHours})

const (
	hoursOfDay      = 24
	ownHours        = 10 // of a person, running
	learningWeeks   = 8
	fewestToLearn   = 10 // messages
	daysOfWeek      = 7
	shareOfQuantile = 0.9
)

// hoursFact is at which hours everybody sent something, week by week.
var hoursFact = &fact[*hourly]{
	query: load("hours"),
	params: func(q *question) Params {
		from, to := q.set.officeHours()
		return Params{
			"side": string(q.filter.Side), "tools": append([]string{}, q.tools...), "is_all": len(q.tools) == len(q.all),
			"office_from": strconv.Itoa(from), "office_to": strconv.Itoa(to), "days_off": days(q.daysOff()),
		}
	},
	read: func(ctx context.Context, s Snapshot, f *fact[*hourly], weeks []time.Time, params Params) (*hourly, error) {
		params["weeks"] = days(weeks)
		h := &hourly{first: weeks[0]}
		err := s.Select(ctx, &h.rows, f.query.text, params)
		return h, err
	},
}

type hourly struct {
	first time.Time // the week from which weeks are counted
	rows  []hourlyRow
}

type hourlyRow struct {
	Person   uint64  `ch:"person"`
	InWeeks  numbers `ch:"in_weeks"`
	Hours    numbers `ch:"hours"`       // of InWeeks, 24 each
	Asked    numbers `ch:"asked_hours"` // the same on the tools asked for; none: as Hours
	OffDays  numbers `ch:"off_days"`
	InOffice numbers `ch:"in_office"`
}

// officeHours are the working hours of a day, the second no longer worked: 0 and 0 where none are set. An hour is worked when half of it is.
func (s Setting) officeHours() (from, to int) {
	return int((s.WorkingFrom + 30*time.Minute) / time.Hour), int((s.WorkingTo + 30*time.Minute) / time.Hour)
}

// daysOff are the days of the data on which nobody works.
func (q *question) daysOff() []time.Time {
	off := []time.Time{}
	for day := q.dataFrom; day.Before(q.dataEnd); day = day.AddDate(0, 0, 1) {
		if !q.set.isWorkingDay(day) {
			off = append(off, day)
		}
	}
	return off
}

// learningSpans are, for each window, the ISO weeks that end in it, and the weeks of which people's hours are learned.
func (q *question) learningSpans() (spans [][]time.Time, learning []time.Time) {
	spans = q.weekSpans()
	for _, weeks := range spans {
		if len(weeks) > 0 {
			last := weeks[len(weeks)-1]
			for ago := range learningWeeks {
				learning = append(learning, last.AddDate(0, 0, -daysOfWeek*ago))
			}
			learning = append(learning, weeks...)
		}
	}
	return spans, inOrder(learning)
}

func hoursNeeds(q *question) []need {
	_, weeks := q.learningSpans()
	if len(weeks) == 0 {
		return nil
	}
	return []need{hoursFact.need(q, weeks), peopleFact.need(q, nil)}
}

// clocked is what everybody sent in a window, by number of the person, and how much of it after hours.
type clocked struct {
	crowd                      crowd
	outside                    []bool
	sent, after, office, isOff [][]float64 // by window, then person; nothing sent: not known
}

var clockedPeople = &derived[*clocked]{"after hours", clockedOf}

func clockedOf(ctx context.Context, q *question) (*clocked, error) {
	spans, weeks := q.learningSpans()
	var h *hourly
	var everybody *people
	err := sideBySide(
		func() (err error) { h, err = hoursFact.of(ctx, q, weeks); return err },
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	n := len(everybody.outside)
	c := &clocked{crowd: everybody.numbers, outside: everybody.outside}
	for _, span := range spans {
		for _, into := range []*[][]float64{&c.sent, &c.after, &c.office, &c.isOff} {
			*into = append(*into, make([]float64, n))
		}
		if len(span) > 0 {
			c.enter(len(c.sent)-1, h, span)
		}
	}
	return c, nil
}

// enter learns everybody's hours up to the last of some weeks, and counts what lies outside of them in these.
func (c *clocked) enter(window int, h *hourly, span []time.Time) {
	number := func(monday time.Time) int { return int(monday.Sub(h.first).Hours()) / (hoursOfDay * daysOfWeek) }
	first, last := number(span[0]), number(span[len(span)-1])
	learned := make([]float64, hoursOfDay)
	for _, r := range h.rows {
		person, isKnown := c.crowd[r.Person]
		if !isKnown {
			continue
		}
		clear(learned)
		sum := 0.0
		for i, week := range r.InWeeks {
			if w := int(week); w > last-learningWeeks && w <= last {
				for hour, n := range r.Hours[i*hoursOfDay : (i+1)*hoursOfDay] {
					learned[hour] += float64(n)
					sum += float64(n)
				}
			}
		}
		if sum < fewestToLearn {
			continue
		}
		start, _ := stat.BusiestSpan(learned, ownHours)
		for i, week := range r.InWeeks {
			if w := int(week); w >= first && w <= last {
				c.count(window, person, start, r, i)
			}
		}
	}
}

func (c *clocked) count(window, person, start int, r hourlyRow, i int) {
	asked := r.Hours
	if len(r.Asked) > 0 {
		asked = r.Asked
	}
	for hour, n := range asked[i*hoursOfDay : (i+1)*hoursOfDay] {
		c.sent[window][person] += float64(n)
		c.office[window][person] += float64(n)
		if (hour-start+hoursOfDay)%hoursOfDay >= ownHours {
			c.after[window][person] += float64(n)
		}
	}
	c.office[window][person] -= float64(r.InOffice[i])
	c.isOff[window][person] += float64(r.OffDays[i])
}

func afterHours(ctx context.Context, q *question) ([]cell[AfterHoursRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	spans, weeks := q.learningSpans()
	if len(weeks) == 0 {
		q.note("No whole ISO week ends in this period: hours are counted in whole weeks.")
		return nil, nil
	}
	c, err := clockedPeople.of(ctx, q)
	if err != nil {
		return nil, err
	}
	insideBy := q.insideBy(c.crowd)
	var cells []cell[AfterHoursRow]
	for window, b := range q.buckets {
		if len(spans[window]) == 0 {
			continue
		}
		last := spans[window][len(spans[window])-1]
		b.IsPartial = b.IsPartial || last.AddDate(0, 0, -daysOfWeek*(learningWeeks-1)).Before(q.dataFrom)
		cells = append(cells, q.afterHoursOf(c, window, b, insideBy(q.windows[window].To)))
	}
	if q.isCompared() && len(cells) == 1 && len(spans[1]) > 0 {
		q.compareAfterHours(c, &cells[0], insideBy)
	}
	return cells, nil
}

func (q *question) afterHoursOf(c *clocked, window int, b Bucket, inside []bool) cell[AfterHoursRow] {
	sent, after, office, off := c.part(c.sent[window], inside), c.part(c.after[window], inside), c.part(c.office[window], inside), c.part(c.isOff[window], inside)
	shares := make([]float64, len(sent.people))
	for i, person := range sent.people {
		shares[i] = c.after[window][person] / sent.amounts[i]
	}
	slices.Sort(shares)
	row := AfterHoursRow{
		Bucket: b, People: count(float64(len(shares))), Messages: count(sent.sum()), AfterHoursRatio: number(ratio(after.sum(), sent.sum())),
		MeanRatio: number(stat.Mean(shares)), MedianRatio: number(stat.QuantileSorted(shares, 0.5)), P90Ratio: number(stat.QuantileSorted(shares, shareOfQuantile)),
		DaysOffRatio: number(ratio(off.sum(), sent.sum())),
	}
	if from, to := q.set.officeHours(); from < to {
		row.OfficeHoursRatio = number(ratio(office.sum(), sent.sum()))
	}
	n := float64(len(shares))
	return cell[AfterHoursRow]{
		row: row, proof: sent.proof(), isKept: true,
		parts: map[string]*proof{
			"after_hours_ratio": after.proof(), "mean_ratio": after.proof(), "outside_office_ratio": office.proof(), "days_off_ratio": off.proof(),
			"median_ratio": {people: uint64(n / 2)}, "p90_ratio": {people: uint64(math.Floor(n*(1-shareOfQuantile) + 1e-9))},
		},
	}
}

// part is what the people who count have of something.
func (c *clocked) part(amounts []float64, inside []bool) part {
	var p part
	for person, amount := range amounts {
		if amount > 0 && inside[person] {
			p = p.with(person, amount)
			if c.outside[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
	return p
}

// compareAfterHours adds the comparison. The sums of a draw are messages and those after hours, now and before.
func (q *question) compareAfterHours(c *clocked, to *cell[AfterHoursRow], insideBy func(time.Time) []bool) {
	people := contributions(len(c.crowd), 4)
	sums := make([]float64, 4)
	for window := range 2 {
		inside := insideBy(q.windows[window].To)
		for person, sent := range c.sent[window] {
			if inside[person] {
				people[person][2*window], people[person][2*window+1] = sent, c.after[window][person]
				sums[2*window] += sent
				sums[2*window+1] += c.after[window][person]
			}
		}
	}
	intervals := stat.Bootstrap(ofAny(people), 1, func(sums, out []float64) { out[0] = ratio(sums[1], sums[0]) - ratio(sums[3], sums[2]) })
	to.row.Change = change(ratio(sums[1], sums[0]), ratio(sums[3], sums[2]), intervals[0])
	inside := insideBy(q.windows[1].To)
	to.before = c.part(c.sent[1], inside).proof()
	to.before.also = append(to.before.also, c.part(c.after[1], inside).proof())
}

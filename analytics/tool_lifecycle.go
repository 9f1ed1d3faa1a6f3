package analytics

import (
	"context"
	"time"

	"crosstalk/analytics/stat"
)

// Lifecycle is where a tool stands between its first and its last users.
type Lifecycle string

// States of a tool, in the order of a life.
const (
	Trial    Lifecycle = "trial"
	Rise     Lifecycle = "rise"
	Plateau  Lifecycle = "plateau"
	Decline  Lifecycle = "decline"
	Residual Lifecycle = "residual"
)

// ToolLifecycleRow is where a tool stands at the end of the last ISO week that ends in the bucket.
type ToolLifecycleRow struct {
	Bucket
	Tool           string     `ch:"tool" dim:"true" doc:"slug of the tool"`
	State          *string    `ch:"state" doc:"trial, rise, plateau, decline or residual; empty in the first weeks of a tool that was in use when the data begin"`
	SinceOn        *time.Time `ch:"since_on" doc:"Monday of the week from which the state holds; empty when it may have held before the data"`
	People         *uint64    `ch:"people" unit:"people" doc:"people who sent a message in the week"`
	Slope          *float64   `ch:"people_slope" unit:"people" doc:"by how many people a week that number moved over 6 weeks: Theil-Sen slope"`
	SlopeLow       *float64   `ch:"people_slope_low" unit:"people" doc:"lower bound of people_slope, 90 % interval; empty when there is none"`
	SlopeHigh      *float64   `ch:"people_slope_high" unit:"people" doc:"upper bound of people_slope"`
	JoinedPeople   *uint64    `ch:"joined_people" unit:"people" doc:"people who sent a message in the week and none in the 4 before: new or back"`
	LostPeople     *uint64    `ch:"lost_people" unit:"people" doc:"people whose last message lies in the week 4 weeks before"`
	UsersSlope     *float64   `ch:"users_slope" unit:"people" doc:"by how many people a week the users (joined less lost, added up: people with a message within 4 weeks) moved over 6 weeks: Theil-Sen slope"`
	UsersSlopeLow  *float64   `ch:"users_slope_low" unit:"people" doc:"lower bound of users_slope, 90 % interval"`
	UsersSlopeHigh *float64   `ch:"users_slope_high" unit:"people" doc:"upper bound of users_slope"`
	Release
}

// ToolLifecycle asks where each tool stands.
var ToolLifecycle = define("tool_lifecycle", Doc{
	Title:    "Life of a tool",
	Question: "Is each tool on trial, rising, steady, declining or a remnant, and since when?",
	Formula:  "sign of a week: up when the 90 % interval of the 6-week Theil-Sen slope of weekly people or of users (joined less lost, added up) lies above 0 and neither lies below; down likewise. 3 weeks up running: rise; 3 down: decline; 6 of neither: plateau; a tool that begins is on trial until it rises or declines, 26 weeks at most; at a tenth of its best, by the median of 6 weeks, for 3 weeks running: residual, until it rises",
	Source:   "own definition; slopes after Theil 1950, intervals after Sen 1968 with Kendall's exact distribution",
	Caveats: []string{
		"Six points make a strict test: a slope is sure when all but one or two pairs of weeks agree.",
		"A holiday moves all tools: look at the others before blaming one.",
		"A tool that was in use in the first 4 weeks of the data has no trial and no known begin.",
		"The state is shown from enough people who ever used the tool on; the numbers behind it only where enough are in each.",
	},
	Example: "50, 61, 70, 82, 90, 101, 110, 120 people in the weeks of a new tool: up in the 6th, 7th and 8th; rise since the 8th, after a trial.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
	isAlone: true, isOrganisational: true,

	lookBack: 7 * slopeWeeks,
}, making[ToolLifecycleRow]{of: []query{historyFact.query}, needs: historyNeeds, answer: toolLifecycle})

const (
	slopeWeeks      = 6   // of a slope
	slopeConfidence = 0.9 // of its interval
	turnWeeks       = 3   // of a sign, running, that change the state
	calmWeeks       = 6   // without a sign, running, that make a plateau
	longestTrial    = 26  // weeks
	userWeeks       = 4   // within which a user has sent something
	residualShare   = 0.1 // of the best 6-week median, at or below which a tool is a remnant
)

func toolLifecycle(ctx context.Context, q *question) ([]cell[ToolLifecycleRow], error) {
	h, err := historyFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	lives := map[string]*life{}
	for _, tool := range q.tools {
		lives[tool] = q.life(h, tool)
	}
	var cells []cell[ToolLifecycleRow]
	for window, b := range q.buckets {
		for _, tool := range q.tools {
			week := h.week(floorTo(b.ToOn, string(Week))) - 1
			if l := lives[tool]; q.isKnown(tool, window) && week >= l.begin && week < l.begin+len(l.weeks) {
				cells = append(cells, l.cell(b, tool, week-l.begin))
			}
		}
	}
	return cells, nil
}

// life is the course of a tool, week by week from its first message.
type life struct {
	h       *history
	begin   int // week
	isKnown bool
	weeks   []lifeWeek
}

// lifeWeek is who used a tool in a week, and what follows from that and the weeks before.
type lifeWeek struct {
	active, joined, lost, ever part
	users                      float64
	activeSlope, usersSlope    stat.Slope
	state                      Lifecycle
	since                      int // week from the begin; never: before the data
}

func (q *question) life(h *history, tool string) *life {
	first, _ := q.s.ToolDays(tool)
	l := &life{h: h, begin: h.week(floorTo(first, string(Week)))}
	l.isKnown = l.begin >= unseenWeeks
	l.weeks = make([]lifeWeek, max(h.week(floorTo(q.dataEnd, string(Week)))-l.begin, 0))
	if u := h.tools[tool]; u != nil {
		for person := range u.seen {
			l.enter(u, person)
		}
	}
	l.slopes()
	l.run()
	return l
}

// enter counts a person in all weeks.
func (l *life) enter(u *use, person int) {
	add := func(p *part) {
		p.people = append(p.people, person)
		if l.h.outside[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
	last, hasBegun := never, false
	for i := range l.weeks {
		w, week := &l.weeks[i], l.begin+i
		if u.isActive(person, week) {
			if !hasBegun || week-last > userWeeks {
				add(&w.joined)
			}
			add(&w.active)
			last, hasBegun = week, true
		} else if hasBegun && week-last == userWeeks {
			add(&w.lost)
		}
		if hasBegun {
			add(&w.ever)
			if week-last < userWeeks {
				w.users++
			}
		}
	}
}

func (l *life) slopes() {
	x := make([]float64, slopeWeeks)
	for i := range x {
		x[i] = float64(i)
	}
	for end := slopeWeeks; end <= len(l.weeks); end++ {
		var active, users []float64
		for _, w := range l.weeks[end-slopeWeeks : end] {
			active, users = append(active, float64(len(w.active.people))), append(users, w.users)
		}
		w := &l.weeks[end-1]
		w.activeSlope, w.usersSlope = stat.TheilSen(x, active, slopeConfidence), stat.TheilSen(x, users, slopeConfidence)
	}
}

// sign of a week is 1, -1 or, when no slope is sure or they contradict each other, 0.
func (w lifeWeek) sign() int {
	isUp := w.activeSlope.Interval.Low > 0 || w.usersSlope.Interval.Low > 0
	isDown := w.activeSlope.Interval.High < 0 || w.usersSlope.Interval.High < 0
	switch {
	case isUp && !isDown:
		return 1
	case isDown && !isUp:
		return -1
	}
	return 0
}

// run goes through the states.
func (l *life) run() {
	var state Lifecycle
	since, running, sign, remnant := never, 0, 0, 0
	if l.isKnown {
		state, since = Trial, 0
	}
	best := 0.0
	for i := range l.weeks {
		if i >= slopeWeeks-1 {
			if now := l.weeks[i].sign(); now == sign {
				running++
			} else {
				sign, running = now, 1
			}
			median := l.median(i)
			if best = max(best, median); best > 0 && median <= residualShare*best {
				remnant++
			} else {
				remnant = 0
			}
		}
		if next := turn(state, sign, running, remnant, i+1); next != state {
			if state != "" || sign != 0 {
				since = i
			}
			state = next
		}
		l.weeks[i].state, l.weeks[i].since = state, since
	}
}

// turn is the state after a week, of which the sign has been running for some weeks, and the tool a remnant for some.
func turn(state Lifecycle, sign, running, remnant, age int) Lifecycle {
	switch {
	case sign > 0 && running >= turnWeeks:
		return Rise
	case state == Residual || remnant >= turnWeeks && state != Rise && state != Trial:
		return Residual
	case sign < 0 && running >= turnWeeks:
		return Decline
	case sign == 0 && running >= calmWeeks && state != Trial || state == Trial && age > longestTrial:
		return Plateau
	}
	return state
}

// median of the people of the last weeks.
func (l *life) median(week int) float64 {
	var active []float64
	for _, w := range l.weeks[week+1-slopeWeeks : week+1] {
		active = append(active, float64(len(w.active.people)))
	}
	return stat.Quantile(active, 0.5)
}

func (l *life) cell(b Bucket, tool string, week int) cell[ToolLifecycleRow] {
	w := l.weeks[week]
	joined, lost := w.joined.headcount(), w.lost.headcount()
	joined.with, lost.with = []*proof{lost}, []*proof{joined}
	slope := w.active.headcount()
	for _, before := range l.weeks[max(week+1-slopeWeeks, 0) : week+1] {
		slope.also = append(slope.also, before.active.headcount())
	}
	row := ToolLifecycleRow{
		Bucket: b, Tool: tool, People: count(float64(len(w.active.people))),
		JoinedPeople: count(float64(len(w.joined.people))), LostPeople: count(float64(len(w.lost.people))),
	}
	if w.state != "" {
		state := string(w.state)
		row.State = &state
	}
	if w.since != never {
		since := l.h.monday(l.begin + w.since)
		row.SinceOn = &since
	}
	if week+1 >= slopeWeeks {
		row.Slope, row.SlopeLow, row.SlopeHigh = number(w.activeSlope.Value), number(w.activeSlope.Interval.Low), number(w.activeSlope.Interval.High)
		row.UsersSlope, row.UsersSlopeLow, row.UsersSlopeHigh = number(w.usersSlope.Value), number(w.usersSlope.Interval.Low), number(w.usersSlope.Interval.High)
	}
	parts := map[string]*proof{"people": w.active.headcount(), "joined_people": joined, "lost_people": lost}
	for _, name := range []string{"people_slope", "people_slope_low", "people_slope_high", "users_slope", "users_slope_low", "users_slope_high"} {
		parts[name] = slope
	}
	return cell[ToolLifecycleRow]{row: row, proof: w.ever.headcount(), parts: parts, isKept: true}
}

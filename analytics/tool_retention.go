package analytics

import "context"

// ToolRetentionRow is how many of the people who began with a tool in the bucket, a cohort, still used it some time later. Tool is
// AllTools in the rows of all tools asked for together.
type ToolRetentionRow struct {
	Bucket
	Tool         string   `ch:"tool" dim:"true" doc:"slug of the tool; all is all tools asked for together"`
	Age          uint16   `ch:"age" dim:"true" doc:"weeks since the cohort began, or months, or spans as long as the period: whatever the bucket is; 0 is the bucket itself"`
	People       *uint64  `ch:"people" unit:"people" doc:"the cohort: people whose first message on the tool lies in the bucket"`
	ActivePeople *uint64  `ch:"active_people" unit:"people" doc:"of these, people who sent a message in the week, month or span of that age"`
	ActiveRatio  *float64 `ch:"active_ratio" doc:"active_people / people"`
	LaterPeople  *uint64  `ch:"later_people" unit:"people" doc:"of the cohort, people who sent a message in it or in any later one (unbounded retention); empty at the last age, where there is no later one"`
	LaterRatio   *float64 `ch:"later_ratio" doc:"later_people / people"`
	Release
}

// ToolRetention asks who stays with a tool.
var ToolRetention = define("tool_retention", Doc{
	Title:    "Who stays with a tool",
	Question: "Of the people who begin with a tool, how many stay?",
	Formula:  "cohort c = people whose first message on the tool lies in week c; active at age k = share of them who sent something in week c + k; unbounded = share who did in week c + k or any later one",
	Source:   "cohort retention as in PostHog and in identify_retention of vivainsights",
	Caveats: []string{
		"The first message is the first in the data. The cohorts of the first four weeks hold people who had begun before, and are marked as partial.",
		"By month, a month is the ISO weeks that end in it, so that weeks and months count the same messages.",
		"Only whole weeks and months are shown. Younger cohorts were watched for a shorter time, so their unbounded share is lower.",
		"How many were active is shown when enough were and enough were not; how many were later, when enough have stopped since the last figure shown.",
		"An age is at most 52.",
	},
	Example: "40 people begin in a week; 25 of them write in the next one, and 15 in the one after, of whom 5 had not in the one between: active .625 and .375, unbounded at age 1 (25 + 5) / 40 = .75.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
	isAlone: true,

	lookBack: windowDays,
}, making[ToolRetentionRow]{of: []query{historyFact.query}, needs: historyNeeds, answer: toolRetention})

func historyNeeds(q *question) []need { return []need{historyFact.need(q, nil)} }

// mostAges bounds how long a cohort is followed.
const mostAges = 52

func toolRetention(ctx context.Context, q *question) ([]cell[ToolRetentionRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	h, err := historyFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	insideBy := q.insideBy(h.crowd)
	uses := map[string]*use{}
	firsts := map[string][]int{}
	for _, of := range q.subjects() {
		u := h.over(of.tools)
		uses[of.name], firsts[of.name] = u, u.firsts()
	}
	var cells []cell[ToolRetentionRow]
	for window, b := range q.buckets {
		units := q.ages(b)
		for _, of := range q.subjects() {
			if len(units) > 0 && q.isAnyKnown(of.tools, window) {
				c := cohort{h: h, use: uses[of.name], units: units}
				c.gather(firsts[of.name], insideBy(b.ToOn))
				cells = append(cells, c.cells(b, of.name, q.set.minimumGroup())...)
			}
		}
	}
	return cells, nil
}

// firsts are the weeks of everybody's first message.
func (u *use) firsts() []int {
	firsts := make([]int, len(u.seen))
	for person := range firsts {
		firsts[person] = u.first(person)
	}
	return firsts
}

// ages are the ISO weeks of a bucket, and the spans alike after it that are over; none when no week ends in the bucket.
func (q *question) ages(b Bucket) []Period {
	var units []Period
	end := floorTo(q.dataEnd, string(Week))
	for unit := q.unitOf(b); len(units) <= mostAges && unit.From.Before(unit.To) && !unit.To.After(end); {
		units = append(units, unit)
		if q.filter.Grain == Month {
			unit = monthInWeeks(unit.To.AddDate(0, 0, 6))
		} else {
			unit = Period{unit.To, unit.To.AddDate(0, 0, unit.Days())}
		}
	}
	return units
}

// unitOf is the whole week of a bucket, or the ISO weeks that end in its month, or in the period.
func (q *question) unitOf(b Bucket) Period {
	last := b.ToOn.AddDate(0, 0, -1)
	switch q.filter.Grain {
	case Month:
		return monthInWeeks(last)
	case Week:
		monday := floorTo(last, string(Week))
		return Period{monday, monday.AddDate(0, 0, 7)}
	}
	return Period{floorTo(b.FromOn, string(Week)), floorTo(b.ToOn, string(Week))}
}

// cohort is who began in the first of some units of time.
type cohort struct {
	h       *history
	use     *use
	units   []Period
	members []int
}

func (c *cohort) gather(firsts []int, inside []bool) {
	from, to := c.h.week(c.units[0].From), c.h.week(c.units[0].To)
	for person, first := range firsts {
		if first != never && first >= from && first < to && inside[person] {
			c.members = append(c.members, person)
		}
	}
}

// isActive reports whether a person sent something in a unit.
func (c *cohort) isActive(person, age int) bool {
	for week := c.h.week(c.units[age].From); week < c.h.week(c.units[age].To); week++ {
		if c.use.isActive(person, week) {
			return true
		}
	}
	return false
}

// follow proves who is active at each age, and who is at that age or a later one.
func (c *cohort) follow() (active, later []*proof) {
	active, later = make([]*proof, len(c.units)), make([]*proof, len(c.units))
	isLater := make([]bool, len(c.members))
	for age := len(c.units) - 1; age >= 0; age-- {
		var now, others, since []int
		for i, person := range c.members {
			if c.isActive(person, age) {
				now, isLater[i] = append(now, person), true
			} else {
				others = append(others, person)
			}
			if isLater[i] {
				since = append(since, person)
			}
		}
		active[age], later[age] = c.proof(now), c.proof(since)
		active[age].also = []*proof{c.proof(others)}
	}
	return active, later
}

// cells are the rows of a cohort, from its own unit of time on.
func (c *cohort) cells(b Bucket, tool string, k int) []cell[ToolRetentionRow] {
	size := c.proof(c.members)
	active, later := c.follow()
	active[0], later[0] = size, size
	thin(size, active, later, k)
	var cells []cell[ToolRetentionRow]
	for age := range c.units {
		row := ToolRetentionRow{
			Bucket: b, Tool: tool, Age: uint16(age), People: count(size.sum),
			ActivePeople: count(active[age].sum), ActiveRatio: number(ratio(active[age].sum, size.sum)),
		}
		parts := map[string]*proof{"active_people": active[age], "active_ratio": active[age]}
		if age < len(c.units)-1 {
			row.LaterPeople, row.LaterRatio = count(later[age].sum), number(ratio(later[age].sum, size.sum))
			parts["later_people"], parts["later_ratio"] = later[age], later[age]
		}
		cells = append(cells, cell[ToolRetentionRow]{row: row, proof: size, parts: parts, isKept: true})
	}
	return cells
}

func (c *cohort) proof(people []int) *proof {
	p := part{people: people}
	for _, person := range people {
		if c.h.outside[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
	return p.headcount()
}

// thin hides figures of unbounded retention until no two figures of a cohort that are shown differ by fewer than k people. The unbounded
// ones only fall, so that each difference of two is the people who stopped in between; and whoever is active is among the later ones of that
// and of all ages before, so that each difference is those who paused.
func thin(size *proof, active, later []*proof, k int) {
	most := make([]float64, len(active)+1) // of the active ones shown, at this age or later
	for age := len(active) - 1; age > 0; age-- {
		if most[age] = most[age+1]; active[age].holds(k) {
			most[age] = max(most[age], active[age].sum)
		}
	}
	shown := size.sum
	for age := 1; age < len(later); age++ {
		if p := later[age]; shown-p.sum < float64(k) || p.sum-most[age] < float64(k) {
			p.isHidden = true
		} else {
			shown = p.sum
		}
	}
}

package analytics

import (
	"context"
	"math/bits"
	"slices"

	"crosstalk/analytics/stat"
)

// NetworkSizeRow is about the ties of the people who were active in the 28 days that end with the bucket.
type NetworkSizeRow struct {
	Bucket
	People                 *uint64  `ch:"people" unit:"people" doc:"people who sent at least one message on the tools asked for"`
	TiesPerPerson          *float64 `ch:"ties_per_person" unit:"ties" doc:"colleagues a person has a tie with, mean; 0 counts"`
	TiesLow                *float64 `ch:"ties_low" unit:"ties" doc:"a quarter of the people have at most so many"`
	TiesMedian             *float64 `ch:"ties_median" unit:"ties" doc:"half of the people have at most so many"`
	TiesHigh               *float64 `ch:"ties_high" unit:"ties" doc:"three quarters of the people have at most so many"`
	DepartmentsPerPerson   *float64 `ch:"departments_per_person" unit:"departments" doc:"other departments in which a person has a tie, mean over active people who are in a department; empty without a directory"`
	NoOtherDepartmentRatio *float64 `ch:"no_other_department_ratio" doc:"share of these people without a tie in another department"`
	TiesChange             Change   `ch:"ties_per_person" unit:"ties"`
	Release
}

// NetworkSize asks with how many colleagues people have ties.
var NetworkSize = define("network_size", Doc{
	Title:    "Network of a person",
	Question: "With how many colleagues, and in how many other departments, does a person have ties?",
	Formula:  "size = people with whom a person has a tie within 28 days; breadth = other departments with at least one; mean and quartiles over the people who sent a message",
	Source:   "internal network size and networking outside of the group in Viva; quartiles by type 7",
	Caveats: []string{
		"Only who sent a message counts as a person, but whoever received some may be the other end of a tie.",
		"Quartiles are shown for four times, the median for twice the minimum group, so that they are no one person's.",
		"Breadth counts departments of the start of the quarter; people in none have none, and are nobody's other department.",
		"Accounts that are not matched to a person count as people of their own, and make networks smaller.",
	},
	Example: "Of twelve people seven have two ties, four one, and one none: mean 18 / 12 = 1.5, median 2.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
}, making[NetworkSizeRow]{
	of:    []query{peopleFact.query, networkFact.query, sentFact.query, groupFact.query},
	needs: func(q *question) []need { return append(needsDepartments(q), needsSent(q)...) }, answer: networkSize,
})

// everyDepartment is where everybody belongs, window by window; nil without a directory.
var everyDepartment = &derived[[]*departments]{"departments", func(ctx context.Context, q *question) ([]*departments, error) {
	if !q.s.HasDirectory() {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	all := make([]*departments, len(windows))
	for i, t := range windows {
		if all[i], err = q.departmentsOf(ctx, t, q.windows[i].To); err != nil {
			return nil, err
		}
	}
	return all, nil
}}

// activePeople are the people who sent something on the tools asked for, window by window and by number.
var activePeople = &derived[[][]bool]{"active people", func(ctx context.Context, q *question) ([][]bool, error) {
	everybody, err := peopleFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	book, err := sentFact.of(ctx, q, weeksOf(q.windows))
	if err != nil {
		return nil, err
	}
	numbers := book.numbersIn(everybody.numbers)
	active := make([][]bool, len(q.windows))
	for i := range active {
		active[i] = make([]bool, len(everybody.outside))
	}
	held := book.windowsOfDays(q.windows)
	for _, s := range book.senders {
		person := numbers[s.person]
		if person < 0 || !q.isAskedFor(s.tool) {
			continue
		}
		for _, d := range s.days {
			for _, window := range held[d.day] {
				active[window][person] = active[window][person] || d.messages > 0
			}
		}
	}
	return active, nil
}}

// sizes are the networks of the people who count and were active in a window.
type sizes struct {
	people      []int     // by number
	ties        []float64 // of each
	departments []float64 // other ones, of those who are in one
	outside     []bool
}

func networkSize(ctx context.Context, q *question) ([]cell[NetworkSizeRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	var windows []*ties
	var active [][]bool
	err := sideBySide(
		func() (err error) { windows, err = q.tiesOf(ctx, allTies); return err },
		func() (err error) { active, err = activePeople.of(ctx, q); return err })
	if err != nil {
		return nil, err
	}
	in, err := everyDepartment.of(ctx, q)
	if err != nil {
		return nil, err
	}
	all := make([]*sizes, len(windows))
	for i, t := range windows {
		all[i] = t.sizes(active[i])
		if in != nil {
			all[i].departments = t.breadths(active[i], in[i])
		}
	}
	var cells []cell[NetworkSizeRow]
	for window, b := range q.buckets {
		cells = append(cells, all[window].cell(b))
	}
	if q.isCompared() {
		c := &cells[0]
		before := all[1].cell(Bucket{})
		c.before = before.proof
		c.before.also = []*proof{before.parts["ties_per_person"]}
		c.row.TiesChange = compareSizes(len(windows[0].outside), all[0], all[1])
	}
	return cells, nil
}

func (t *ties) sizes(active []bool) *sizes {
	degrees := make([]float64, len(t.outside))
	for _, one := range t.own() {
		degrees[one.a]++
		degrees[one.b]++
	}
	s := &sizes{outside: t.outside}
	for person, is := range active {
		if is && t.inside[person] {
			s.people = append(s.people, person)
			s.ties = append(s.ties, degrees[person])
		}
	}
	return s
}

// breadths are the other departments in which active people of a department have ties.
func (t *ties) breadths(active []bool, in *departments) []float64 {
	words := (len(in.names) + 63) / 64
	met := make([]uint64, words*len(t.outside))
	for _, one := range t.own() {
		for _, end := range [2][2]int{{one.a, one.b}, {one.b, one.a}} {
			if own, other := in.labels[end[0]], in.labels[end[1]]; own != other && other < len(in.names) {
				met[words*end[0]+other/64] |= 1 << (other % 64)
			}
		}
	}
	breadths := []float64{}
	for person, is := range active {
		if !is || !t.inside[person] || in.labels[person] == len(in.names) {
			continue
		}
		n := 0
		for _, word := range met[words*person : words*(person+1)] {
			n += bits.OnesCount64(word)
		}
		breadths = append(breadths, float64(n))
	}
	return breadths
}

func (s *sizes) cell(b Bucket) cell[NetworkSizeRow] {
	ascending := slices.Sorted(slices.Values(s.ties))
	people, tied := part{people: s.people, amounts: slices.Repeat([]float64{1}, len(s.people))}, part{}
	alone, n := 0, len(s.people)
	for i, person := range s.people {
		if s.outside[person] {
			people.outsiders = append(people.outsiders, person)
		}
		if s.ties[i] > 0 {
			tied = tied.with(person, s.ties[i])
		}
	}
	for _, departments := range s.departments {
		if departments == 0 {
			alone++
		}
	}
	quarter, half := &proof{people: uint64(n / 4)}, &proof{people: uint64(n / 2)}
	broad := &proof{people: uint64(len(s.departments) - alone)}
	c := cell[NetworkSizeRow]{
		row: NetworkSizeRow{
			Bucket: b, People: count(float64(n)), TiesPerPerson: number(stat.Mean(ascending)), TiesLow: number(stat.QuantileSorted(ascending, 0.25)),
			TiesMedian: number(stat.QuantileSorted(ascending, 0.5)), TiesHigh: number(stat.QuantileSorted(ascending, 0.75)),
		},
		proof: people.proof(), isKept: true,
		parts: map[string]*proof{"ties_per_person": tied.proof(), "ties_low": quarter, "ties_median": half, "ties_high": quarter},
	}
	if s.departments != nil {
		c.row.DepartmentsPerPerson = number(stat.Mean(s.departments))
		c.row.NoOtherDepartmentRatio = number(ratio(float64(alone), float64(len(s.departments))))
		c.parts["departments_per_person"], c.parts["no_other_department_ratio"] = broad, &proof{people: uint64(alone), also: []*proof{broad}}
	}
	return c
}

// compareSizes compares the mean number of ties.
func compareSizes(everybody int, now, before *sizes) Change {
	of, sums := newResample(everybody, 4), make([]float64, 4)
	for window, s := range []*sizes{now, before} {
		for i, person := range s.people {
			row := of.row(person)
			row[2*window], row[2*window+1] = 1, s.ties[i]
			sums[2*window]++
			sums[2*window+1] += s.ties[i]
		}
	}
	interval := stat.Bootstrap(of.rows, 1, func(sums, out []float64) { out[0] = ratio(sums[1], sums[0]) - ratio(sums[3], sums[2]) })[0]
	return change(ratio(sums[1], sums[0]), ratio(sums[3], sums[2]), interval)
}

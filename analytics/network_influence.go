package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"crosstalk/analytics/stat"
)

// NetworkInfluenceRow is about how influence is spread over people in the 28 days that end with the bucket, or in one department.
type NetworkInfluenceRow struct {
	Bucket
	Department        string   `ch:"department" dim:"true" doc:"department; all is everybody"`
	People            *uint64  `ch:"people" unit:"people" doc:"people with a reciprocal tie on the tools asked for"`
	Top1Ratio         *float64 `ch:"top_1_ratio" doc:"share of influence held by the 1 % of people with most; only over everybody"`
	Top5Ratio         *float64 `ch:"top_5_ratio" doc:"share of influence held by the 5 % of people with most; only over everybody"`
	Top10Ratio        *float64 `ch:"top_10_ratio" doc:"share of influence held by the 10 % of people with most; only over everybody"`
	Gini              *float64 `ch:"gini" doc:"Gini coefficient of influence among these people: 0 all alike, near 1 one has all"`
	InfluenceRatio    *float64 `ch:"influence_ratio" doc:"share of all influence that these people hold"`
	RelativeInfluence *float64 `ch:"relative_influence" doc:"influence_ratio / share of people: above 1 more than others"`
	Release
}

// NetworkInfluence asks in how many hands influence is.
var NetworkInfluence = define("network_influence", Doc{
	Title:    "Spread of influence",
	Question: "Is influence in few hands, and in which departments?",
	Formula:  "influence = PageRank on reciprocal ties, weighted by interactions, damping .85; share of the top 1, 5 and 10 % of people, rounded up to whole people; Gini coefficient; relative influence of a department = share of influence / share of people",
	Source:   "PageRank (Brin & Page 1998), as in Viva's influence; Gini coefficient. Never of a person",
	Caveats: []string{
		"Whoever writes both ways with many who do so has influence, whatever is said.",
		"The share of the top is shown only where the top is at least the minimum group.",
		"Departments are those of the start of the quarter; figures of one are as coarse as when it is asked for.",
		"Nothing is compared with an earlier period.",
	},
	Example:          "20 of 52 people hold .514 of the influence: .514 / .385 = 1.34.",
	Shape:            ShapeSummary,
	Stock:            true,
	Grains:           []Grain{Whole, Week},
	isAlone:          true,
	isOrganisational: true,
}, making[NetworkInfluenceRow]{of: []query{peopleFact.query, networkFact.query, groupFact.query}, needs: needsDepartments, answer: networkInfluence})

func networkInfluence(ctx context.Context, q *question) ([]cell[NetworkInfluenceRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	q.noteDepartments()
	var cells []cell[NetworkInfluenceRow]
	for window, b := range q.buckets {
		held, err := windows[window].influence()
		if err != nil {
			return nil, err
		}
		all := held.row(b, anyOf, held.everybody())
		cells = append(cells, all)
		if !q.hasDepartments(b) {
			continue
		}
		d, err := q.departmentsOf(ctx, windows[window], b.ToOn)
		if err != nil {
			return nil, err
		}
		linked := table{total: all.proof}
		for group := range d.groups {
			name, isShown := d.name(group)
			c := held.row(b, name, held.among(func(person int) bool { return d.labels[person] == group }))
			c.isKept, c.isNode = isShown, true
			if !isShown && c.proof.people == 0 {
				continue // nobody is in none
			}
			linked.children = append(linked.children, c.proof)
			cells = append(cells, c)
		}
		cells[len(cells)-1].tables = []table{linked}
	}
	return cells, nil
}

// influence is what each person with a reciprocal tie holds: together 1.
type influence struct {
	people  []int // by number
	held    []float64
	outside []bool
}

func (t *ties) influence() (*influence, error) {
	i := &influence{outside: t.outside}
	var edges []stat.Edge
	nodes := make([]uint32, len(t.outside)) // from 1
	node := func(person int) uint32 {
		if nodes[person] == 0 {
			i.people = append(i.people, person)
			nodes[person] = uint32(len(i.people))
		}
		return nodes[person] - 1
	}
	for _, one := range t.own() {
		if one.isReciprocal() {
			weight := min(one.interactions(), math.MaxInt32)
			edges = append(edges, stat.Edge{A: node(one.a), B: node(one.b), Weight: uint32(weight)})
		}
	}
	graph, err := stat.NewGraph(len(i.people), edges)
	if err != nil {
		return nil, fmt.Errorf("graph of reciprocal ties: %w", err)
	}
	i.held = graph.PageRank()
	return i, nil
}

func (i *influence) everybody() part { return i.among(func(int) bool { return true }) }

func (i *influence) among(isIn func(person int) bool) part {
	var p part
	for place, person := range i.people {
		if !isIn(person) {
			continue
		}
		p = p.with(person, i.held[place])
		if i.outside[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
	return p
}

// row is about some people. What the few with most of them hold is told for everybody only, and only if they are not too few.
func (i *influence) row(b Bucket, department string, some part) cell[NetworkInfluenceRow] {
	p := some.proof()
	amounts := ascending(slices.Clone(some.amounts))
	share := ratio(stat.Sum(amounts), stat.Sum(ascending(slices.Clone(i.held))))
	c := cell[NetworkInfluenceRow]{proof: p, isKept: true, row: NetworkInfluenceRow{
		Bucket: b, Department: department, People: count(float64(len(amounts))), Gini: number(stat.Gini(amounts)),
		InfluenceRatio: number(share), RelativeInfluence: number(ratio(share, ratio(float64(len(amounts)), float64(len(i.people))))),
	}}
	if department != anyOf {
		return c
	}
	c.parts = map[string]*proof{}
	for _, top := range []struct {
		column  string
		percent int
		figure  **float64
	}{{"top_1_ratio", 1, &c.row.Top1Ratio}, {"top_5_ratio", 5, &c.row.Top5Ratio}, {"top_10_ratio", 10, &c.row.Top10Ratio}} {
		n := (len(amounts)*top.percent + 99) / 100
		most := amounts[len(amounts)-n:]
		*top.figure = number(ratio(stat.Sum(most), stat.Sum(amounts)))
		c.parts[top.column] = (part{people: make([]int, n), amounts: most}).proof()
	}
	return c
}

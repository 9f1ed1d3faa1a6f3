package analytics

import (
	"slices"
	"strconv"
	"strings"

	"crosstalk/analytics/stat"
)

// crowd numbers people from 0 in the order in which they are met.
type crowd map[uint64]int

func (c crowd) number(person uint64) int {
	n, known := c[person]
	if !known {
		n = len(c)
		c[person] = n
	}
	return n
}

// part is what each of some people has of something.
type part struct {
	people    []int // numbers in the crowd, each once
	amounts   []float64
	outsiders []int
}

// roomFor is a part that so many people may enter.
func roomFor(people int) part {
	return part{people: make([]int, 0, people), amounts: make([]float64, 0, people)}
}

func (p part) with(person int, amount float64) part {
	p.people, p.amounts = append(p.people, person), append(p.amounts, amount)
	return p
}

// ledger holds parts by window and tool.
type ledger struct {
	people  int // numbers in use
	windows []map[string]part
}

func newLedger(windows, people int) *ledger {
	l := &ledger{people: people, windows: make([]map[string]part, windows)}
	for i := range l.windows {
		l.windows[i] = map[string]part{}
	}
	return l
}

func (c crowd) numbers(people []uint64) []int {
	numbers := make([]int, len(people))
	for i, p := range people {
		numbers[i] = c.number(p)
	}
	return numbers
}

func floats[N uint16 | uint32 | uint64](values []N) []float64 {
	converted := make([]float64, len(values))
	for i, v := range values {
		converted[i] = float64(v)
	}
	return converted
}

// over adds up the parts of some tools in a window, person by person.
func (l *ledger) over(window int, tools []string) part {
	if len(tools) == 1 {
		return l.windows[window][tools[0]]
	}
	amounts := make([]float64, l.people)
	outsiders := make([]bool, l.people)
	for _, tool := range tools {
		p := l.windows[window][tool]
		for i, person := range p.people {
			amounts[person] += p.amounts[i]
		}
		for _, person := range p.outsiders {
			outsiders[person] = true
		}
	}
	var sum part
	for person, amount := range amounts {
		if amount > 0 {
			sum.people = append(sum.people, person)
			sum.amounts = append(sum.amounts, amount)
		}
		if outsiders[person] {
			sum.outsiders = append(sum.outsiders, person)
		}
	}
	return sum
}

func (p part) sum() float64 { return stat.Sum(p.amounts) }

// proof counts who stands behind a part.
func (p part) proof() *proof {
	largest := [2]float64{}
	for _, a := range p.amounts {
		if a > largest[0] {
			largest[0], largest[1] = a, largest[0]
		} else if a > largest[1] {
			largest[1] = a
		}
	}
	return &proof{people: uint64(len(p.people)), outsiders: uint64(len(p.outsiders)), top1: largest[0], top2: largest[1], sum: p.sum()}
}

// family are the proofs of a window's tools and of totals over some of them. A total over one tool alone is that tool. Tools of which
// nothing is known in the window have no proof.
type family struct {
	byTool map[string]*proof
	sum    *proof   // over the tools asked for
	others []*proof // below the organisation: over all tools and over each class, whatever is asked for
}

// of is the proof of a tool, or of the total; nil where nothing is known.
func (f family) of(tool string) *proof {
	if tool == AllTools {
		return f.sum
	}
	return f.byTool[tool]
}

func (q *question) family(l *ledger, window int, name string) family {
	known := slices.DeleteFunc(slices.Clone(q.all), func(tool string) bool { return !q.isKnown(tool, window) })
	return q.familyBy(known, name+" "+strconv.Itoa(window), l.provenOver(window))
}

// familyBy makes a family of the tools of which something is known, by how some tools together are proved.
func (q *question) familyBy(known []string, name string, prove func(tools []string) *proof) family {
	f := family{byTool: map[string]*proof{}}
	for _, tool := range known {
		p := prove([]string{tool})
		p.family, p.role, p.key = name, child, name+" "+tool
		f.byTool[tool] = p
	}
	f.sum = q.totalOf(name, prove, f.byTool, q.tools)
	if !q.isByGroup() {
		return f
	}
	for _, tools := range q.releasedSets() {
		if !slices.Equal(tools, q.tools) && len(tools) > 1 {
			f.others = append(f.others, q.totalOf(name, prove, f.byTool, tools))
		}
	}
	return f
}

func (q *question) totalOf(name string, prove func(tools []string) *proof, byTool map[string]*proof, tools []string) *proof {
	if len(tools) == 1 && byTool[tools[0]] != nil {
		return byTool[tools[0]]
	}
	sum := prove(tools)
	sum.family, sum.role, sum.key, sum.isOfGroup = name, total, name+" "+strings.Join(tools, "+"), !q.population.isWhole()
	for _, tool := range tools {
		if byTool[tool] != nil {
			sum.parts = append(sum.parts, byTool[tool])
		}
	}
	return sum
}

// provenOver proves the parts of some tools of a window taken together.
func (l *ledger) provenOver(window int) func(tools []string) *proof {
	return func(tools []string) *proof { return l.over(window, tools).proof() }
}

// releasedSets are the sets of tools that may be asked for below the organisation, but for single ones.
func (q *question) releasedSets() [][]string {
	sets := [][]string{q.all}
	for _, class := range q.classes() {
		sets = append(sets, slices.DeleteFunc(slices.Clone(q.all), func(tool string) bool { return q.set.Tools[tool].Class != class }))
	}
	return sets
}

// isKnown reports whether a tool counts as connected in a window: from its first message until 28 days after its last. Before
// and after, it is not idle but unknown.
func (q *question) isKnown(tool string, window int) bool {
	first, last := q.s.ToolDays(tool)
	return first.Before(q.windows[window].To) && !last.AddDate(0, 0, windowDays).Before(q.windows[window].From)
}

// ascending sums values from the smallest up, so that the sum does not depend on who is met first.
func ascending(values []float64) []float64 {
	slices.Sort(values)
	return values
}

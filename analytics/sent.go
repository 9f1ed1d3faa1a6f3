package analytics

import (
	"cmp"
	"slices"
	"strconv"

	"crosstalk/analytics/stat"
)

// sentRow is what people sent on one tool in one window, as queries give it. People carry their own id only until they
// are counted.
type sentRow struct {
	Window    uint16   `ch:"window"`
	Tool      string   `ch:"tool"`
	People    []uint64 `ch:"people"`
	Messages  []uint32 `ch:"messages"`  // of People, one by one
	Outsiders []uint64 `ch:"outsiders"` // of People, those of the other side, where both are counted together
}

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

// ledger holds parts by window and tool.
type ledger struct {
	crowd   crowd
	windows []map[string]part
}

func newLedger(windows int) *ledger {
	l := &ledger{crowd: crowd{}, windows: make([]map[string]part, windows)}
	for i := range l.windows {
		l.windows[i] = map[string]part{}
	}
	return l
}

func (l *ledger) enter(rows []sentRow) {
	for _, r := range rows {
		l.windows[r.Window][r.Tool] = part{l.numbers(r.People), floats(r.Messages), l.numbers(r.Outsiders)}
	}
}

func (l *ledger) numbers(people []uint64) []int {
	numbers := make([]int, len(people))
	for i, p := range people {
		numbers[i] = l.crowd.number(p)
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
	amounts := make([]float64, len(l.crowd))
	outsiders := make([]bool, len(l.crowd))
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

// family makes the proofs of a window's tools and of the total over those asked for, as one family. A total over one tool
// alone is that tool. Tools of which nothing is known in the window have no proof.
func (q *question) family(l *ledger, window int, name string) (byTool map[string]*proof, sum *proof) {
	byTool = map[string]*proof{}
	name += " " + strconv.Itoa(window)
	for _, tool := range q.all {
		if q.isKnown(tool, window) {
			p := l.windows[window][tool].proof()
			p.family, p.role, p.isInside = name, child, slices.Contains(q.tools, tool)
			byTool[tool] = p
		}
	}
	sum = l.over(window, q.tools).proof()
	sum.family, sum.role = name, total
	if len(q.tools) == 1 && byTool[q.tools[0]] != nil {
		sum = byTool[q.tools[0]]
	}
	return byTool, sum
}

// isKnown reports whether a tool counts as connected in a window: from its first message until 28 days after its last. Before
// and after, it is not idle but unknown.
func (q *question) isKnown(tool string, window int) bool {
	starts, ends := q.windows()
	first, last := q.s.ToolDays(tool)
	return first.Before(ends[window]) && !last.AddDate(0, 0, windowDays).Before(starts[window])
}

// ascending sums values from the smallest up, so that the sum does not depend on who is met first.
func ascending(values []float64) []float64 {
	slices.SortFunc(values, cmp.Compare[float64])
	return values
}

package analytics

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// The privacy gate stands between a metric and every face. A metric hands in its rows, each with a proof of who stands
// behind it; the gate decides what is hidden and empties it. What the rules are, and why, is in docs/metrics.md.

const (
	largestShareOfOne = 0.5
	largestShareOfTwo = 0.8
)

// proof says who stands behind a cell. Sums are of what the cell counts: messages, ties.
type proof struct {
	people     uint64   // people with a part in numerator and denominator, the fewer of the two
	outsiders  uint64   // of these, people of the other side; only where both sides are counted together
	top1, top2 float64  // the largest and the second largest part of one person
	sum        float64  // all parts; 0 where people count alike, each once
	also       []*proof // must hold as well: the other sides of a pair, the weeks of a mean
	with       []*proof // hidden with any of these: what tells them

	family    string // proofs of one family (of tools) add up to the total of that family
	role      role
	parts     []*proof // of a total: the children that it is over
	isOfGroup bool     // of a group, not of the organisation
	key       string   // what it proves, where the cells of groups cannot tell it by their rows

	isHidden bool
	isNear   bool // a total over hidden children: indices of it could tell their shares
}

type role uint8

const (
	alone role = iota // belongs to nothing
	child             // is a part of a total
	total             // is the sum of all children, or of those inside
)

// cell is a row before the gate.
type cell[R any] struct {
	row    R
	proof  *proof
	before *proof            // of the same cell in the earlier period; nil where nothing is compared
	parts  map[string]*proof // of single columns that have a proof of their own
	tables []table           // of proofs that add up, this cell's and others'
	isKept bool              // false: only takes part in the decisions, as a tool that was not asked for
	isNode bool              // about a group below the organisation, in an answer about the whole: as coarse as in the group's own
	blur   func(*R) []string // coarsens indices when the proof, or the earlier one, isNear; gives the columns it emptied
}

// release decides what may be shown, and gives the rows with the rest emptied. Below the organisation figures are coarse, too.
func release[R any](cells []cell[R], tables []table, isByGroup bool, k int) []R {
	for _, c := range cells {
		tables = append(tables, c.tables...)
	}
	decide(proofsOf(cells), tables, k)
	rows := make([]R, 0, len(cells))
	columns := measures(reflect.TypeFor[R]())
	for _, c := range cells {
		if !c.isKept {
			continue
		}
		row := c.masked(columns)
		if isByGroup || c.isNode {
			coarsen(reflect.ValueOf(&row).Elem(), columns)
		}
		rows = append(rows, row)
	}
	return rows
}

// proofsOf are the proofs of all cells, each once: a total over one tool shares that tool's.
func proofsOf[R any](cells []cell[R]) []*proof {
	var proofs []*proof
	seen := map[*proof]bool{nil: true}
	add := func(p *proof) {
		if !seen[p] {
			seen[p] = true
			proofs = append(proofs, p)
		}
	}
	for _, c := range cells {
		add(c.proof)
		add(c.before)
		for _, p := range c.parts {
			add(p)
		}
	}
	return proofs
}

// companions are cells that are not shown but decide with those that are: the tools of a window, or of an earlier one, and totals
// over them.
func companions[R any](f family) []cell[R] {
	var cells []cell[R]
	for _, tool := range slices.Sorted(maps.Keys(f.byTool)) {
		cells = append(cells, cell[R]{proof: f.byTool[tool]})
	}
	return append(cells, companionTotals[R](f)...)
}

func companionTotals[R any](f family) []cell[R] {
	var cells []cell[R]
	for _, p := range f.others {
		cells = append(cells, cell[R]{proof: p})
	}
	return cells
}

// decide marks what is hidden: cells with too few or too dominant people, then, family by family and table by table, further cells
// until what is hidden cannot be worked out from what is shown.
func decide(proofs []*proof, tables []table, k int) {
	families := map[string][]*proof{}
	for _, p := range proofs {
		p.isHidden = p.isHidden || !p.holds(k)
		if p.role != alone {
			families[p.family] = append(families[p.family], p)
		}
	}
	for hidden := -1; hidden != countHidden(proofs); {
		hidden = countHidden(proofs)
		for _, members := range families {
			complete(members, k)
		}
		for _, t := range tables {
			t.complete(k)
		}
		for _, p := range proofs {
			p.isHidden = p.isHidden || slices.ContainsFunc(p.with, func(other *proof) bool { return other.isHidden })
		}
	}
}

func countHidden(proofs []*proof) int {
	n := 0
	for _, p := range proofs {
		if p.isHidden {
			n++
		}
	}
	return n
}

// holds reports whether enough people stand behind a cell, none of them dominant.
func (p *proof) holds(k int) bool {
	switch {
	case p.people < uint64(k):
		return false
	case p.outsiders > 0 && p.outsiders < uint64(k):
		return false
	case p.sum > 0 && (p.top1 > largestShareOfOne*p.sum || p.top1+p.top2 > largestShareOfTwo*p.sum):
		return false
	}
	return !slices.ContainsFunc(p.also, func(other *proof) bool { return !other.holds(k) })
}

// complete hides the next smallest children until those hidden, taken together, could themselves be shown: their sum is the
// total less what is shown, so anybody can work it out. Then it hides every total that would tell hidden children apart, and of a
// total that is hidden so many of its children that it cannot be added up.
func complete(members []*proof, k int) {
	var children []*proof
	for _, p := range members {
		if p.role == child {
			children = append(children, p)
		}
	}
	hideOpen(children, k, mergeSame)
	for _, p := range members {
		if p.role == total {
			inside, outside := p.whereHidden(children)
			p.isHidden, p.isNear = p.isHidden || inside && outside, inside
			if p.isHidden && (p.isOfGroup || !inside) {
				table{p, p.parts}.hideTotal()
			}
		}
	}
}

// hideOpen hides the next smallest children while those hidden could be worked out from a total.
func hideOpen(children []*proof, k int, merge func(*proof, *proof)) {
	for _, p := range bySize(children) {
		if !p.isHidden && isOpen(children, k, merge) {
			p.isHidden = true
		}
	}
}

// bySize gives proofs from the smallest up.
func bySize(proofs []*proof) []*proof {
	proofs = slices.Clone(proofs)
	slices.SortStableFunc(proofs, func(a, b *proof) int {
		return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.people, b.people))
	})
	return proofs
}

// isOpen reports whether the hidden children could be worked out: there is one alone, or all of them together are
// too few or too dominant.
func isOpen(children []*proof, k int, merge func(together, with *proof)) bool {
	hidden := 0
	var together proof
	for _, p := range children {
		if p.isHidden {
			hidden++
			merge(&together, p)
		}
	}
	return hidden == 1 || hidden > 1 && !together.holds(k)
}

// mergeSame merges the proofs of what the same people may have done, as on several tools.
func mergeSame(together, with *proof) {
	together.people = max(together.people, with.people)
	together.sum += with.sum
	together.top1 += with.top1
	together.top2 += with.top2
}

// mergeOthers merges the proofs of what different people did.
func mergeOthers(together, with *proof) {
	together.people += with.people
	together.sum += with.sum
	for _, amount := range []float64{with.top1, with.top2} {
		if amount > together.top1 {
			together.top1, together.top2 = amount, together.top1
		} else if amount > together.top2 {
			together.top2 = amount
		}
	}
}

// whereHidden reports whether there are hidden children among those that a total is over, and others beside them. With both, the
// total would, with totals over other tools, give single ones away.
func (p *proof) whereHidden(children []*proof) (inside, outside bool) {
	for _, c := range children {
		isPart := slices.Contains(p.parts, c)
		inside = inside || c.isHidden && isPart
		outside = outside || c.isHidden && !isPart
	}
	return inside, outside
}

// masked gives the row as it may be shown.
func (c cell[R]) masked(columns []measure) R {
	row := reflect.ValueOf(&c.row).Elem()
	if c.proof.isHidden {
		for _, m := range columns {
			row.FieldByIndex(m.index).SetZero()
		}
		setRelease(row, Release{IsSuppressed: true})
		return c.row
	}
	var hidden []string
	for _, m := range columns {
		part := c.parts[m.name]
		if m.isChange && c.before == nil {
			continue // nothing is compared
		}
		if part != nil && part.isHidden || m.isChange && c.before.isHidden {
			row.FieldByIndex(m.index).SetZero()
			hidden = append(hidden, m.columns...)
		}
	}
	if c.blur != nil && (c.proof.isNear || c.before != nil && c.before.isNear && !c.before.isHidden) {
		hidden = append(hidden, c.blur(&c.row)...)
	}
	setRelease(row, Release{Hidden: strings.Join(hidden, " ")})
	return c.row
}

func setRelease(row reflect.Value, r Release) {
	row.FieldByName("Release").Set(reflect.ValueOf(r))
}

// measure is a field of a row that is emptied when it is hidden.
type measure struct {
	name     string
	index    []int
	isChange bool
	columns  []string
}

// measures are all fields of a row but its dimensions.
func measures(row reflect.Type) []measure {
	var found []measure
	for _, f := range reflect.VisibleFields(row) {
		if f.Anonymous || f.Tag.Get("dim") == "true" || f.Tag.Get("ch") == "" {
			continue
		}
		m := measure{name: f.Tag.Get("ch"), index: f.Index, columns: []string{f.Tag.Get("ch")}}
		if m.isChange = f.Type == reflect.TypeFor[Change](); m.isChange {
			m.columns = nil
			for _, c := range changeColumns(f) {
				m.columns = append(m.columns, c.Name)
			}
		}
		found = append(found, m)
	}
	return found
}

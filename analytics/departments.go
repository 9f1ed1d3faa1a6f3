package analytics

import (
	"context"
	"maps"
	"slices"
	"time"
)

// departments are where people belong, for figures about pairs of departments and about each of them beside the whole. People in none
// make one more group, that is never shown.
type departments struct {
	names   []string // ascending
	members []int    // of each, with ties or without
	labels  []int    // of each person by number: the place of the name, or one beyond them
	groups  int      // labels in use among people with ties
}

// hasDepartments reports whether a bucket of a stock may be divided by department: the organisation is asked for as a group may be,
// and the 28 days are four whole ISO weeks.
func (q *question) hasDepartments(b Bucket) bool {
	f := q.filter
	return !q.isByGroup() && q.s.HasDirectory() && f.Side == Internal && f.Status == "" && len(f.Tools) <= 1 && b.ToOn.Weekday() == time.Monday
}

// noteDepartments says why there are no departments, where there are none.
func (q *question) noteDepartments() {
	missing := slices.ContainsFunc(q.buckets, func(b Bucket) bool { return !q.hasDepartments(b) })
	switch {
	case q.isByGroup() || !missing:
	case !q.s.HasDirectory():
		q.note("No directory says who is in which department.")
	default:
		q.note("Departments are told apart within four whole ISO weeks (as period 4w), over all tools, one class or one tool, among people of the company.")
	}
}

// departmentsOf gives the departments of people with ties, as at the start of the quarter of the last of the days before end.
func (q *question) departmentsOf(ctx context.Context, t *ties, end time.Time) (*departments, error) {
	byPerson, err := q.labels(ctx, byDepartment, end)
	if err != nil {
		return nil, err
	}
	named := map[string]int{}
	for _, name := range byPerson {
		named[name]++
	}
	d := newDepartments(slices.Sorted(maps.Keys(named)), len(t.outside))
	for i, name := range d.names {
		d.members[i] = named[name]
	}
	for person, name := range byPerson {
		if number, known := t.numbers[person]; known {
			d.labels[number], _ = slices.BinarySearch(d.names, name)
		}
	}
	d.measure(t)
	return d, nil
}

// newDepartments begins with everybody in none.
func newDepartments(names []string, people int) *departments {
	return &departments{names: names, members: make([]int, len(names)), labels: slices.Repeat([]int{len(names)}, people)}
}

// measure finds the labels in use.
func (d *departments) measure(t *ties) {
	d.groups = len(d.names)
	for _, one := range t.own() {
		d.groups = max(d.groups, d.labels[one.a]+1, d.labels[one.b]+1)
	}
}

// name is that of a group, and whether it may be shown.
func (d *departments) name(group int) (name string, isShown bool) {
	if group == len(d.names) {
		return "", false
	}
	return d.names[group], true
}

// between is some ties of two groups, or within one.
type between struct {
	size int
	a, b []int32 // people at the ends in the first and in the second group; one may stand several times
}

// pairwise is some ties by the groups at their ends.
type pairwise struct {
	*departments
	pairs []between // by the groups, the lower first
}

func newPairwise(d *departments) *pairwise {
	return &pairwise{departments: d, pairs: make([]between, d.groups*d.groups)}
}

// place is that of a pair of groups.
func (d *departments) place(a, b int) int { return min(a, b)*d.groups + max(a, b) }

// put adds a tie.
func (p *pairwise) put(one *tie) {
	a, b := int32(one.a), int32(one.b)
	if p.labels[a] > p.labels[b] {
		a, b = b, a
	}
	of := &p.pairs[p.place(p.labels[a], p.labels[b])]
	of.size++
	of.a = append(of.a, a)
	if p.labels[a] == p.labels[b] {
		of.a = append(of.a, b)
	} else {
		of.b = append(of.b, b)
	}
}

// pairProofs prove the ties of pairs of groups, and those that follow from them. All of them decide together.
type pairProofs struct {
	pairs   []*proof // as in pairwise; nil the other way round
	own     []*proof // all ties of each group, which may also be asked for by itself
	named   []*proof // of each named group, with people of named groups
	leaving []*proof // of these, to others
	all     *proof   // ties of which both ends are in named groups
	within  *proof   // of these, within a group
	across  *proof   // and between two
	rest    *proof   // ties of which an end is in none; nil where there are none
	tables  []table
}

// prove proves pairs by enough people on each side and enough ties; whole proves all ties.
func (p *pairwise) prove(t *ties, whole *proof) *pairProofs {
	proofs := &pairProofs{pairs: make([]*proof, len(p.pairs))}
	var within, across, withNobody bundle
	all, inner, outer := table{total: whole}, table{}, table{}
	for a := range p.groups {
		for b := a; b < p.groups; b++ {
			pair := &p.pairs[p.place(a, b)]
			proofs.pairs[p.place(a, b)] = t.proofBetween(pair)
			all.children = append(all.children, proofs.pairs[p.place(a, b)])
			switch {
			case b == len(p.names): // somebody is in none
				withNobody.add(pair)
			case a == b:
				within.add(pair)
				inner.children = append(inner.children, proofs.pairs[p.place(a, b)])
			default:
				across.add(pair)
			}
		}
	}
	for a := range p.groups {
		p.proveGroup(t, a, proofs)
	}
	proofs.within, proofs.across = t.proof(&within), t.proof(&across)
	inner.total, outer.total, outer.children = proofs.within, proofs.across, proofs.leaving
	within.merge(&across)
	proofs.all = t.proof(&within)
	proofs.tables = append(proofs.tables, all, inner, outer, table{total: proofs.all, children: []*proof{proofs.within, proofs.across}}, table{total: proofs.all, children: proofs.named})
	if withNobody.size > 0 {
		proofs.rest = t.proof(&withNobody)
		proofs.tables = append(proofs.tables, table{total: whole, children: []*proof{proofs.all, proofs.rest}})
	}
	return proofs
}

// proveGroup links the pairs of a group: they add up to its ties, and those with other groups to what leaves it.
func (p *pairwise) proveGroup(t *ties, a int, proofs *pairProofs) {
	var ends, named, leaving bundle
	pairs, others := table{}, table{}
	rest := []*proof{proofs.pairs[p.place(a, a)]}
	for b := range p.groups {
		pair, proved := p.pairs[p.place(a, b)], proofs.pairs[p.place(a, b)]
		if b < a {
			pair.a, pair.b = pair.b, pair.a
		}
		pair.b = nil
		ends.add(&pair)
		pairs.children = append(pairs.children, proved)
		switch {
		case b == len(p.names):
			rest = append(rest, proved)
		case b == a:
			named.add(&pair)
		default:
			named.add(&pair)
			leaving.add(&pair)
			others.children = append(others.children, proved)
		}
	}
	pairs.total = t.proof(&ends)
	proofs.own, proofs.tables = append(proofs.own, pairs.total), append(proofs.tables, pairs)
	if a < len(p.names) {
		both := t.proof(&named)
		others.total = t.proof(&leaving)
		proofs.named, proofs.leaving = append(proofs.named, both), append(proofs.leaving, others.total)
		proofs.tables = append(proofs.tables, others, table{total: pairs.total, children: append(rest, others.total)},
			table{total: both, children: []*proof{proofs.pairs[p.place(a, a)], others.total}})
	}
}

// deciding are the proofs beside those of the pairs.
func (p *pairProofs) deciding() []*proof {
	return slices.Concat(p.own, p.named, p.leaving, []*proof{p.all, p.within, p.across, p.rest})
}

func (b *bundle) merge(other *bundle) {
	b.size += other.size
	b.people = append(b.people, other.people...)
}

func (b *bundle) add(some *between) {
	b.size += some.size
	b.people = append(append(b.people, some.a...), some.b...)
}

func (t *ties) proofBetween(x *between) *proof {
	sides := []*proof{t.proof(&bundle{size: x.size, people: x.a})}
	if len(x.b) > 0 {
		sides = append(sides, t.proof(&bundle{size: x.size, people: x.b}))
	}
	p := &proof{people: uint64(x.size), sum: float64(x.size), also: sides}
	for _, side := range sides {
		p.people = min(p.people, side.people)
		p.outsiders = max(p.outsiders, side.outsiders)
		p.top1, p.top2 = max(p.top1, side.top1), max(p.top2, side.top2)
	}
	return p
}

// decidingCells are cells without a row, of the proofs that only decide.
func decidingCells[R any](proofs []*proof) []cell[R] {
	var cells []cell[R]
	for _, p := range proofs {
		if p != nil {
			cells = append(cells, cell[R]{proof: p})
		}
	}
	return cells
}

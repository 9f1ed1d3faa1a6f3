package analytics

import (
	"context"
	"maps"
	"slices"
	"time"
)

// departments are where people belong, for figures about pairs of departments and about each of them beside the whole.
type departments struct {
	names  []string // ascending
	labels []int    // of each person by number: the place of the department, or noDepartment
}

// noDepartment is the label of people who are in none.
const noDepartment = -1

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

// departmentsOf gives the departments of people by number, as at the start of the quarter of the last of the days before end.
func (q *question) departmentsOf(ctx context.Context, numbers crowd, end time.Time) (*departments, error) {
	byPerson, err := q.labels(ctx, byDepartment, end)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, name := range byPerson {
		named[name] = true
	}
	d := &departments{names: slices.Sorted(maps.Keys(named)), labels: make([]int, len(numbers))}
	for i := range d.labels {
		d.labels[i] = noDepartment
	}
	for person, name := range byPerson {
		if number, known := numbers[person]; known {
			d.labels[number], _ = slices.BinarySearch(d.names, name)
		}
	}
	return d, nil
}

// between is some ties of two departments, or within one.
type between struct {
	size int
	a, b []int32 // people at the ends in the first and in the second department; one may stand several times
}

// pairwise is some ties by the departments at their ends.
type pairwise struct {
	*departments
	pairs  []between // by the places of the departments, the lower first
	apart  []between // of a department with people in none
	nobody between   // among people in no department
}

func newPairwise(d *departments) *pairwise {
	n := len(d.names)
	return &pairwise{departments: d, pairs: make([]between, n*n), apart: make([]between, n)}
}

// put adds a tie.
func (p *pairwise) put(one *tie) {
	a, b := int32(one.a), int32(one.b)
	from, to := p.labels[a], p.labels[b]
	if from > to {
		a, b, from, to = b, a, to, from
	}
	of := &p.nobody
	switch {
	case from != noDepartment:
		of = &p.pairs[from*len(p.names)+to]
	case to != noDepartment:
		of = &p.apart[to]
		a, b = b, a
	}
	of.size++
	of.a = append(of.a, a)
	if from == to {
		of.a = append(of.a, b)
	} else {
		of.b = append(of.b, b)
	}
}

// pairProofs prove the ties of pairs of departments: enough people on each side, and enough pairs.
type pairProofs struct {
	pairs  []*proof // as in pairwise
	apart  []*proof
	nobody *proof
}

func (p *pairwise) prove(t *ties) *pairProofs {
	proofs := &pairProofs{pairs: make([]*proof, len(p.pairs)), apart: make([]*proof, len(p.apart)), nobody: t.proofBetween(&p.nobody)}
	for a := range p.names {
		proofs.apart[a] = t.proofBetween(&p.apart[a])
		for b := a; b < len(p.names); b++ {
			proofs.pairs[a*len(p.names)+b] = t.proofBetween(&p.pairs[a*len(p.names)+b])
		}
	}
	return proofs
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

// tables link the pairs: they add up to the whole, and those of each department to it.
func (p *pairwise) tables(whole *proof, proofs *pairProofs) []table {
	all := table{total: whole}
	var tables []table
	n := len(p.names)
	for a := range n {
		own := table{total: p.whole(a)}
		for b := range n {
			own.children = append(own.children, proofs.pairs[min(a, b)*n+max(a, b)])
			if b >= a {
				all.children = append(all.children, proofs.pairs[a*n+b])
			}
		}
		if p.apart[a].size > 0 {
			own.children, all.children = append(own.children, proofs.apart[a]), append(all.children, proofs.apart[a])
		}
		tables = append(tables, own)
	}
	if p.nobody.size > 0 {
		all.children = append(all.children, proofs.nobody)
	}
	return append(tables, all)
}

// whole stands for all ties of a department, which may be asked for by group.
func (p *pairwise) whole(a int) *proof { return &proof{sum: float64(p.sizeOf(a))} }

// sizeOf is how many ties have an end in a department.
func (p *pairwise) sizeOf(a int) int {
	size, n := p.apart[a].size, len(p.names)
	for b := range n {
		size += p.pairs[min(a, b)*n+max(a, b)].size
	}
	return size
}

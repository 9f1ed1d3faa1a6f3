package analytics

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"crosstalk/analytics/stat"
)

// table links the cells of a node's groups with that of the node, so that nobody can subtract the ones from the other; or the parts of
// something that the same people did with the whole of it.
type table struct {
	total    *proof // nil where there is none
	children []*proof
	isOfSame bool // the same people may stand behind several children
}

// tablesOf links all cells of a tree, row by row and proof by proof. A group without a row has nobody in it, which is hidden like any
// other number below k.
func tablesOf[R any](t *tree, byNode map[*node][]cell[R]) []table {
	var tables []table
	proofs := map[*node]map[string]*proof{}
	for n, cells := range byNode {
		proofs[n] = proofsByKey(cells)
	}
	for _, n := range t.nodes {
		if len(n.children) == 0 {
			continue
		}
		for _, key := range slices.Sorted(mapKeys(keysOf(n, proofs))) {
			linked := table{total: proofs[n][key]}
			for _, c := range n.children {
				p := proofs[c][key]
				if p == nil {
					p = &proof{isHidden: true}
				}
				linked.children = append(linked.children, p)
			}
			tables = append(tables, linked)
		}
	}
	return tables
}

// keysOf are the keys of all proofs of a node and its groups.
func keysOf(n *node, proofs map[*node]map[string]*proof) map[string]bool {
	keys := map[string]bool{}
	for _, of := range append([]*node{n}, n.children...) {
		for key := range proofs[of] {
			keys[key] = true
		}
	}
	return keys
}

// proofsByKey gives the proofs of rows by what the row is about and what they prove in it.
func proofsByKey[R any](cells []cell[R]) map[string]*proof {
	byKey := map[string]*proof{}
	for _, c := range cells {
		key := rowKey(c.row, true)
		for figure, p := range c.proofs() {
			if p.key != "" {
				byKey[p.key] = p
			} else {
				byKey[key+figure] = p
			}
		}
	}
	return byKey
}

// beforeFigure stands for what a row is compared with.
const beforeFigure = "before "

// proofs are those of a cell by the figure that they prove; "" is the row.
func (c cell[R]) proofs() map[string]*proof {
	all := maps.Clone(c.parts)
	if all == nil {
		all = map[string]*proof{}
	}
	all[""] = c.proof
	if c.before != nil {
		all[beforeFigure] = c.before
	}
	return all
}

// rowKey is what a row is about, with its span of days or without.
func rowKey(row any, isWithSpan bool) string {
	v := reflect.ValueOf(row)
	var key strings.Builder
	for _, index := range dimensionsOf(v.Type()) {
		if isSpan := len(index) > 1; isWithSpan || !isSpan {
			fmt.Fprint(&key, reflect.Indirect(v.FieldByIndex(index)), "\x00")
		}
	}
	return key.String()
}

func spanOf(row any) Period {
	b := reflect.ValueOf(row).FieldByName("Bucket").Interface().(Bucket)
	return Period{b.FromOn, b.ToOn}
}

func dimensionsOf(row reflect.Type) [][]int {
	var found [][]int
	for _, f := range reflect.VisibleFields(row) {
		if name := f.Tag.Get("ch"); !f.Anonymous && f.Tag.Get("dim") == "true" && name != "suppressed" && name != "hidden" && name != "banded" {
			found = append(found, f.Index)
		}
	}
	return found
}

// largestKnownShare is how much of a hidden total may be known from its groups.
const largestKnownShare = 0.75

// complete hides groups until those hidden cannot be worked out from the node, nor a hidden node from its groups.
func (t table) complete(k int) {
	if t.total == nil || t.total.isHidden {
		t.hideTotal()
		return
	}
	merge := mergeOthers
	if t.isOfSame {
		merge = mergeSame
	}
	hideOpen(t.children, k, merge)
}

// hideTotal hides the smallest groups until what is known of a hidden node is well below it.
func (t table) hideTotal() {
	if t.total == nil {
		return
	}
	known := 0.0
	for _, p := range t.children {
		if !p.isHidden {
			known += p.sum
		}
	}
	for _, p := range bySize(t.children) {
		if !p.isHidden && known > largestKnownShare*t.total.sum {
			p.isHidden = true
			known -= p.sum
		}
	}
}

// Below the organisation, shares outside of these bounds are shown as a band: at most, or at least, the bound. Everybody would
// be known to do something, or nobody.
const (
	lowestShare  = 0.05
	highestShare = 0.95
)

// coarsen rounds the figures of a group: counts to 5, shares to 1 %, others to two significant digits.
func coarsen(row reflect.Value, columns []measure) {
	release := row.FieldByName("Release").Addr().Interface().(*Release)
	var banded []string
	for _, m := range columns {
		field := row.FieldByIndex(m.index)
		switch v := field.Interface().(type) {
		case *uint64:
			if v != nil {
				*v = uint64(math.Round(float64(*v)/5)) * 5
			}
		case *float64:
			isBand := coarse(v, m.name, true)
			if isBand {
				banded = append(banded, m.name)
			}
		case Change:
			coarse(v.Previous, m.name, true)
			for _, part := range []*float64{v.Change, v.Low, v.High} {
				coarse(part, m.name, false)
			}
		}
	}
	release.Banded = strings.Join(banded, " ")
}

// coarse rounds a figure in place and reports whether it is a band now.
func coarse(v *float64, name string, isLevel bool) (isBand bool) {
	switch {
	case v == nil:
	case strings.HasSuffix(name, "_ratio"):
		*v = stat.CoarseShare(*v)
		if isLevel && (*v < lowestShare || *v > highestShare) {
			*v = min(max(*v, lowestShare), highestShare)
			return true
		}
	default:
		*v = stat.CoarseDigits(*v)
	}
	return false
}

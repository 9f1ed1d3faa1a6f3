package analytics

import (
	"context"
)

// GroupTiesRow is about the ties between two departments in the 28 days that end with the bucket, seen from the first. Every pair stands
// twice, once in each direction; ties within a department once.
type GroupTiesRow struct {
	Bucket
	DepartmentA     string   `ch:"department_a" dim:"true" doc:"department whose ties are looked at"`
	DepartmentB     string   `ch:"department_b" dim:"true" doc:"department of the other end; the same for ties within it"`
	Ties            *uint64  `ch:"ties" unit:"ties" doc:"pairs of people of the two departments with at least two interactions"`
	TiesRatio       *float64 `ch:"ties_ratio" doc:"share of the ties of department_a with people of any department"`
	TiesPer100Pairs *float64 `ch:"ties_per_100_pairs" unit:"ties" doc:"ties per 100 possible pairs of their members by the directory"`
	Release
}

// GroupTies asks which departments talk with each other.
var GroupTies = define("group_ties", Doc{
	Title:    "Ties between departments",
	Question: "Which departments have ties with each other?",
	Formula:  "ties of A with B; share = ties of A with B / ties of A with all departments; density = 100 × ties / possible pairs, n_A × n_B, or n (n - 1) / 2 within a department",
	Source:   "counting; density of a network",
	Caveats: []string{
		"Large departments have more ties: compare ties per 100 possible pairs.",
		"People in no department are left out, with their ties; members without an account count as possible ends.",
		"Both directions of a pair are shown or hidden together, with k people on each side and k ties, and with whatever would give them away.",
		"Departments are those of the start of the quarter; figures are as coarse as when one of them is asked for.",
	},
	Example:          "12 ties between departments of 20 and 12 people: 100 × 12 / 240 = 5 per 100 pairs; 20 % of the 60 ties of the one.",
	Shape:            ShapeMatrix,
	Stock:            true,
	Grains:           []Grain{Whole, Week},
	isAlone:          true,
	isOrganisational: true,
}, making[GroupTiesRow]{of: []query{peopleFact.query, networkFact.query, groupFact.query}, needs: needsDepartments, answer: groupTies})

func groupTies(ctx context.Context, q *question) ([]cell[GroupTiesRow], error) {
	mixtures, err := q.departmentMixtures(ctx)
	if err != nil {
		return nil, err
	}
	var cells []cell[GroupTiesRow]
	for bucket, m := range mixtures {
		if m == nil {
			continue
		}
		first := len(cells)
		cells = append(cells, decidingCells[GroupTiesRow](append(m.proofs.deciding(), m.proofs.pairs...))...)
		cells[first].tables = m.proofs.tables
		for a := range m.names {
			for b := range m.names {
				cells = append(cells, cell[GroupTiesRow]{
					row: m.pairRow(q.buckets[bucket], a, b), proof: m.proofs.pairs[m.place(a, b)], isKept: true, isNode: true,
				})
			}
		}
	}
	return cells, nil
}

func (m *mixture) pairRow(bucket Bucket, a, b int) GroupTiesRow {
	ties := float64(m.pairs[m.place(a, b)].size)
	possible := float64(m.members[a]) * float64(m.members[b])
	if a == b {
		possible = float64(m.members[a]) * float64(m.members[a]-1) / 2
	}
	of := float64(m.of[a].Internal + m.of[a].External)
	return GroupTiesRow{
		Bucket: bucket, DepartmentA: m.names[a], DepartmentB: m.names[b], Ties: count(ties),
		TiesRatio: number(ratio(ties, of)), TiesPer100Pairs: number(ratio(100*ties, possible)),
	}
}

package analytics

import "context"

// GroupMixingRow is about the ties of a department in the 28 days that end with the bucket, or of all departments.
type GroupMixingRow struct {
	Bucket
	Department string `ch:"department" dim:"true" doc:"department; all is all of them"`
	Mixing
	Release
}

// GroupMixing asks whether departments are silos.
var GroupMixing = define("group_mixing", Doc{
	Title:    "Ties within and between departments",
	Question: "Do departments keep to themselves, more than their sizes make them?",
	Formula:  "E-I index = (E - I) / (E + I), E = ties leaving the department, I = ties inside; expected and z from the exact moments of the index when the same people carry their departments in random order",
	Source:   "E-I index (Krackhardt & Stern 1988); moments of joins between labels drawn without replacement (Moran 1948; Cliff & Ord 1973)",
	Caveats: []string{
		"A large department has many ties inside by chance alone: compare with what is expected.",
		"People in no department are left out, with their ties.",
		"Departments are those of the start of the quarter; figures of one are as coarse as when it is asked for.",
		"A z of -5 says that it is no chance, not how much it matters: that is the index less the expected.",
	},
	Example:          "30 ties leave the departments and 70 stay inside: (30 - 70) / 100 = -.40.",
	Shape:            ShapeSummary,
	Stock:            true,
	Grains:           []Grain{Whole, Week},
	isAlone:          true,
	isOrganisational: true,
}, making[GroupMixingRow]{of: []query{peopleFact.query, networkFact.query, groupFact.query}, needs: needsDepartments, answer: groupMixing})

func groupMixing(ctx context.Context, q *question) ([]cell[GroupMixingRow], error) {
	mixtures, err := q.departmentMixtures(ctx)
	if err != nil {
		return nil, err
	}
	var cells []cell[GroupMixingRow]
	for bucket, m := range mixtures {
		if m == nil {
			continue
		}
		b, first := q.buckets[bucket], len(cells)
		cells = append(cells, cell[GroupMixingRow]{
			row: GroupMixingRow{Bucket: b, Department: anyOf, Mixing: figuresOf(m.index)}, proof: m.proofs.all, isKept: true,
			parts: mixingParts(m.proofs.within, m.proofs.across), tables: m.proofs.tables,
		})
		for group, name := range m.names {
			cells = append(cells, cell[GroupMixingRow]{
				row: GroupMixingRow{Bucket: b, Department: name, Mixing: figuresOf(m.of[group])}, proof: m.proofs.named[group], isKept: true, isNode: true,
				parts: m.groupParts(group),
			})
		}
		cells[first].isNode = len(m.names) < m.groups // else the ties of people in none could be told
		cells = append(cells, decidingCells[GroupMixingRow](append(m.proofs.deciding(), m.proofs.pairs...))...)
	}
	return cells, nil
}

// departmentMixtures are the ties within departments and between them, in each bucket that may be divided; nil for the others.
func (q *question) departmentMixtures(ctx context.Context) ([]*mixture, error) {
	q.noteDepartments()
	mixtures := make([]*mixture, len(q.buckets))
	if len(q.tools) == 0 || !q.s.HasDirectory() {
		return mixtures, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	for window, b := range q.buckets {
		if !q.hasDepartments(b) {
			continue
		}
		d, err := q.departmentsOf(ctx, windows[window], b.ToOn)
		if err != nil {
			return nil, err
		}
		if mixtures[window], err = windows[window].mixture(d); err != nil {
			return nil, err
		}
	}
	return mixtures, nil
}

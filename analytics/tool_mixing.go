package analytics

import (
	"context"
	"maps"
)

// ToolMixingRow is about the ties of people with the same main tool in the 28 days that end with the bucket, or of all of them.
type ToolMixingRow struct {
	Bucket
	Tool string `ch:"tool" dim:"true" doc:"slug of the tool on which the people sent most messages; all is any"`
	Mixing
	Assortativity *float64 `ch:"assortativity" doc:"Newman's coefficient: 1 when all ties stay among people of one main tool, 0 as at random, below 0 when they avoid it; only over all tools"`
	Release
}

// ToolMixing asks whether tools are islands.
var ToolMixing = define("tool_mixing", Doc{
	Title:    "Islands of tools",
	Question: "Do people who mainly use the same tool keep to themselves?",
	Formula:  "main tool of a person = most messages sent in the 28 days, of equals the first by slug; E-I index = (E - I) / (E + I) with main tools as groups; assortativity = (sum e_ii - sum a_i^2) / (1 - sum a_i^2)",
	Source:   "E-I index (Krackhardt & Stern 1988) with the main tool as label; assortativity coefficient (Newman 2003)",
	Caveats: []string{
		"A tie counts on whatever tool it is: people of different main tools may meet on a third.",
		"People who sent nothing, and those whose main tool is that of fewer than k, are left out with their ties.",
		"A tool that nearly everybody uses has most ties by itself: compare with what is expected.",
	},
	Example:          "64 and 20 ties within two main tools, 32 between: (32 - 84) / 116 = -.448, assortativity .356.",
	Shape:            ShapeSummary,
	Stock:            true,
	Grains:           []Grain{Whole, Week, Month},
	isAlone:          true,
	isOrganisational: true,
}, making[ToolMixingRow]{
	of:    []query{peopleFact.query, networkFact.query, sentFact.query},
	needs: func(q *question) []need { return append(needsSent(q), needsNetwork(q)...) }, answer: toolMixing,
})

func toolMixing(ctx context.Context, q *question) ([]cell[ToolMixingRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	var windows []*ties
	var book *sent
	err := sideBySide(
		func() (err error) { windows, err = q.tiesOf(ctx, allTies); return err },
		func() (err error) { book, err = sentFact.of(ctx, q, weeksOf(q.windows)); return err })
	if err != nil {
		return nil, err
	}
	var cells []cell[ToolMixingRow]
	for window, b := range q.buckets {
		m, err := windows[window].mixture(q.mainTools(book, window, windows[window]))
		if err != nil {
			return nil, err
		}
		all := ToolMixingRow{Bucket: b, Tool: AllTools, Mixing: figuresOf(m.index), Assortativity: number(m.assortativity())}
		parts := mixingParts(m.proofs.within, m.proofs.across)
		parts["assortativity"] = parts["ei_index"]
		cells = append(cells, cell[ToolMixingRow]{row: all, proof: m.proofs.all, isKept: true, parts: parts, tables: m.proofs.tables})
		for group, tool := range m.names {
			cells = append(cells, cell[ToolMixingRow]{
				row: ToolMixingRow{Bucket: b, Tool: tool, Mixing: figuresOf(m.of[group])}, proof: m.proofs.named[group], isKept: true, parts: m.groupParts(group),
			})
		}
		cells = append(cells, decidingCells[ToolMixingRow](append(m.proofs.deciding(), m.proofs.pairs...))...)
	}
	return cells, nil
}

// mainTools puts people into groups by the tool on which they sent most in a window. Tools that are the main one of fewer than the
// minimum group have no name, like people without one.
func (q *question) mainTools(book *sent, window int, t *ties) *departments {
	tools, most := make([]int, len(t.outside)), make([]int, len(t.outside)) // tools from 1
	numbers := book.numbersIn(t.numbers)
	held := book.windowsOfDays([]Period{q.windows[window]})
	sizes, senders := make([]int, len(q.tools)+1), maps.Collect(book.byTool())
	for place, tool := range q.tools {
		for _, sender := range senders[tool] {
			person, messages := numbers[sender.person], 0
			for _, d := range sender.days {
				messages += len(held[d.day]) * d.messages
			}
			if person >= 0 && messages > most[person] {
				sizes[tools[person]]--
				tools[person], most[person] = place+1, messages
				sizes[place+1]++
			}
		}
	}
	return q.nameTools(tools, sizes[1:], t)
}

// nameTools makes groups of tools, by number from 1, with enough people.
func (q *question) nameTools(tools, sizes []int, t *ties) *departments {
	var names []string
	groups := make([]int, len(sizes))
	for place, tool := range q.tools {
		if groups[place] = -1; sizes[place] >= q.set.minimumGroup() {
			groups[place] = len(names)
			names = append(names, tool)
		}
	}
	d := newDepartments(names, len(t.outside))
	for person, tool := range tools {
		if tool > 0 && groups[tool-1] >= 0 {
			d.labels[person] = groups[tool-1]
			d.members[groups[tool-1]]++
		}
	}
	d.measure(t)
	return d
}

package analytics

import (
	"context"
	"slices"
)

// ToolDisplacementRow is about the ties on a tool in the 28 days that end with the bucket, against those in the 28 days that end with
// the period compared with.
type ToolDisplacementRow struct {
	Bucket
	Tool           string   `ch:"tool" dim:"true" doc:"slug of the tool"`
	OtherTool      string   `ch:"other_tool" dim:"true" doc:"slug of another tool, from which ties came or to which they went; all is any"`
	Ties           *uint64  `ch:"ties" unit:"ties" doc:"ties on the tool; empty in rows of another tool"`
	KeptTies       *uint64  `ch:"kept_ties" unit:"ties" doc:"of these, ties that were on it before; empty in rows of another tool"`
	MovedTies      *uint64  `ch:"moved_ties" unit:"ties" doc:"ties that were not on it before, but on another tool, or on the other tool named"`
	MovedRatio     *float64 `ch:"moved_ratio" doc:"moved_ties / ties"`
	NewTies        *uint64  `ch:"new_ties" unit:"ties" doc:"ties that were on no tool before; empty in rows of another tool"`
	NewRatio       *float64 `ch:"new_ratio" doc:"new_ties / ties; empty in rows of another tool"`
	TiesBefore     *uint64  `ch:"ties_before" unit:"ties" doc:"ties that were on the tool before; empty in rows of another tool"`
	MovedAwayTies  *uint64  `ch:"moved_away_ties" unit:"ties" doc:"of these, ties that are not on it any more, but on another tool, or on the other tool named"`
	MovedAwayRatio *float64 `ch:"moved_away_ratio" doc:"moved_away_ties / ties_before"`
	VanishedTies   *uint64  `ch:"vanished_ties" unit:"ties" doc:"of these, ties that are on no tool any more; empty in rows of another tool"`
	VanishedRatio  *float64 `ch:"vanished_ratio" doc:"vanished_ties / ties_before; empty in rows of another tool"`
	Release
}

// ToolDisplacement asks from where a tool's ties came.
var ToolDisplacement = define("tool_displacement", Doc{
	Title:    "Ties that moved between tools",
	Question: "Do a tool's ties come from other tools, or are they new? And where did those go that it lost?",
	Formula:  "of the ties on T within 28 days: kept = on T before, moved = not on T but on another tool before, new = on no tool before; of those on T before: moved away = on another tool now, vanished = on none; before = the 28 days that end with the period compared with",
	Source:   "descriptive form of the diversion ratio; new against moved ties as in Ribeiro, Shapiro & Suri 2025",
	Caveats: []string{
		"It tells what happened, not what the tool caused: ties come and go anyway.",
		"A holiday in one of the windows looks like vanished or new ties; compare with the year before.",
		"A tie that was on several other tools counts for each, so other tools do not add up.",
		"A tool filter chooses rows; where ties were is told over all tools.",
	},
	Example: "84 ties on e-mail: 12 were on it before, 40 on other tools, 32 on none: 48 % moved, 38 % new.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole},
}, making[ToolDisplacementRow]{of: []query{peopleFact.query, networkFact.query}, needs: needsNetwork, answer: toolDisplacement})

func toolDisplacement(ctx context.Context, q *question) ([]cell[ToolDisplacementRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	if !q.isCompared() {
		if q.filter.Compare == CompareNone {
			q.note("Where ties were before is told with compare=previous or year.")
		}
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, tiesOnAnyTool)
	if err != nil {
		return nil, err
	}
	elsewhere, err := everyMove.of(ctx, q)
	if err != nil {
		return nil, err
	}
	now, before := windows[0], windows[1]
	d := &displacement{now, before, now.transfers(elsewhere[0], len(q.all)), before.transfers(elsewhere[1], len(q.all))}
	var cells []cell[ToolDisplacementRow]
	for place, tool := range q.all {
		if q.isKnown(tool, 0) || q.isKnown(tool, 1) {
			cells = append(cells, d.rows(q, place, q.isAskedFor(tool))...)
		}
	}
	return cells, nil
}

// displacement compares the ties of two windows, by number of the tool.
type displacement struct {
	now, before *ties
	in, out     []*transfer // ties now by where they were before, and ties before by where they are now
}

// transfer are the ties on a tool in one window, by where they are in the other.
type transfer struct {
	all, kept, moved, nowhere bundle
	by                        []bundle // moved, by number of the other tool
}

// everyMove tells, for each tie now and each before, on which tools it is in the other window, as bits.
var everyMove = &derived[[2][]uint64]{"moves of ties", func(ctx context.Context, q *question) (moves [2][]uint64, err error) {
	windows, err := tiesOnAnyTool.of(ctx, q)
	if err != nil {
		return moves, err
	}
	return [2][]uint64{windows[0].against(windows[1]), windows[1].against(windows[0])}, nil
}}

// against gives for each tie the tools on which it is in another window.
func (t *tied) against(other *tied) []uint64 {
	there, on := other.byPair(), make([]uint64, len(t.ties))
	for place := range t.ties {
		if at, found := slices.BinarySearchFunc(there, &t.ties[place], (*tie).compare); found {
			on[place] = there[at].on
		}
	}
	return on
}

// transfers tell for each tool where its ties are in the other window.
func (t *ties) transfers(elsewhere []uint64, tools int) []*transfer {
	transfers := make([]*transfer, tools)
	for i := range transfers {
		transfers[i] = &transfer{by: make([]bundle, tools)}
	}
	for place, one := range t.own() {
		for tool, x := range transfers {
			if one.on&(1<<tool) != 0 {
				t.transfer(x, one, tool, elsewhere[place])
			}
		}
	}
	return transfers
}

func (t *ties) transfer(x *transfer, one *tie, tool int, elsewhere uint64) {
	enter := func(b *bundle) {
		b.size++
		t.putEnds(b, one)
	}
	enter(&x.all)
	switch {
	case elsewhere&(1<<tool) != 0:
		enter(&x.kept)
	case elsewhere == 0:
		enter(&x.nowhere)
	default:
		enter(&x.moved)
		for to := range x.by {
			if elsewhere&(1<<to) != 0 {
				enter(&x.by[to])
			}
		}
	}
}

// byPair are the ties of everybody on some tool, in the order of their ends.
func (t *tied) byPair() []*tie {
	ordered := make([]*tie, 0, len(t.ties))
	for i := range t.ties {
		if t.ties[i].on != 0 {
			ordered = append(ordered, &t.ties[i])
		}
	}
	slices.SortFunc(ordered, (*tie).compare)
	return ordered
}

// compare orders ties by their ends.
func (t *tie) compare(other *tie) int {
	if t.a != other.a {
		return t.a - other.a
	}
	return t.b - other.b
}

// rows are those of a tool: over all others, then each of them. Where its ties are in the other window adds up.
func (d *displacement) rows(q *question, tool int, isAsked bool) []cell[ToolDisplacementRow] {
	in, out := d.in[tool], d.out[tool]
	now, kept, moved, fresh := d.now.proof(&in.all), d.now.proof(&in.kept), d.now.proof(&in.moved), d.now.proof(&in.nowhere)
	before, stayed, away, vanished := d.before.proof(&out.all), d.before.proof(&out.kept), d.before.proof(&out.moved), d.before.proof(&out.nowhere)
	kept.with, stayed.with = []*proof{stayed}, []*proof{kept}
	cells := []cell[ToolDisplacementRow]{{
		row: ToolDisplacementRow{
			Bucket: q.buckets[0], Tool: q.all[tool], OtherTool: AllTools,
			Ties: count(float64(in.all.size)), KeptTies: count(float64(in.kept.size)),
			MovedTies: count(float64(in.moved.size)), MovedRatio: number(in.all.perTie(float64(in.moved.size))),
			NewTies: count(float64(in.nowhere.size)), NewRatio: number(in.all.perTie(float64(in.nowhere.size))),
			TiesBefore: count(float64(out.all.size)), MovedAwayTies: count(float64(out.moved.size)), MovedAwayRatio: number(out.all.perTie(float64(out.moved.size))),
			VanishedTies: count(float64(out.nowhere.size)), VanishedRatio: number(out.all.perTie(float64(out.nowhere.size))),
		},
		proof: &proof{people: max(now.people, before.people), outsiders: max(now.outsiders, before.outsiders)}, isKept: isAsked,
		parts: map[string]*proof{
			"ties": now, "kept_ties": kept, "moved_ties": moved, "moved_ratio": moved, "new_ties": fresh, "new_ratio": fresh,
			"ties_before": before, "moved_away_ties": away, "moved_away_ratio": away, "vanished_ties": vanished, "vanished_ratio": vanished,
		},
		tables: []table{{total: now, children: []*proof{kept, moved, fresh}}, {total: before, children: []*proof{stayed, away, vanished}}},
	}}
	cells = append(cells, decidingCells[ToolDisplacementRow]([]*proof{stayed})...)
	from, to := table{total: moved}, table{total: away} // a tie may stand for several other tools: at least as many
	for other, name := range q.all {
		if other != tool && (q.isKnown(name, 0) || q.isKnown(name, 1)) {
			c := d.pairRow(q, tool, other, moved, away)
			c.isKept = isAsked
			from.children, to.children = append(from.children, c.parts["moved_ties"]), append(to.children, c.parts["moved_away_ties"])
			cells = append(cells, c)
		}
	}
	cells[0].tables = append(cells[0].tables, from, to)
	return cells
}

// pairRow is about ties that came from another tool, or went there: enough people and enough ties.
func (d *displacement) pairRow(q *question, tool, other int, moved, away *proof) cell[ToolDisplacementRow] {
	in, out := d.in[tool], d.out[tool]
	from, to := d.now.proof(&in.by[other]), d.before.proof(&out.by[other])
	from.people, from.with = min(from.people, uint64(from.sum)), []*proof{moved}
	to.people, to.with = min(to.people, uint64(to.sum)), []*proof{away}
	return cell[ToolDisplacementRow]{
		row: ToolDisplacementRow{
			Bucket: q.buckets[0], Tool: q.all[tool], OtherTool: q.all[other],
			MovedTies: count(float64(in.by[other].size)), MovedRatio: number(in.all.perTie(float64(in.by[other].size))),
			MovedAwayTies: count(float64(out.by[other].size)), MovedAwayRatio: number(out.all.perTie(float64(out.by[other].size))),
		},
		proof: &proof{people: max(from.people, to.people), outsiders: max(from.outsiders, to.outsiders)},
		parts: map[string]*proof{"moved_ties": from, "moved_ratio": from, "moved_away_ties": to, "moved_away_ratio": to},
	}
}

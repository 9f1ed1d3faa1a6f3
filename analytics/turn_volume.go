package analytics

import (
	"context"
	"slices"
)

// TurnVolumeRow is how people take turns on one tool in one bucket. Tool is AllTools in the rows of the total.
type TurnVolumeRow struct {
	Bucket
	Tool            string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the total over the tools asked for"`
	People          *uint64  `ch:"people" unit:"people" doc:"people who sent at least one message in the bucket"`
	Turns           *uint64  `ch:"turns" unit:"turns" doc:"turns they took: consecutive messages of one sender in a conversation, nobody else's between and with gaps of at most 5 minutes"`
	TurnShareRatio  *float64 `ch:"turn_share_ratio" doc:"turns as a share of the turns on all tools in the bucket, whatever tools are asked for"`
	TurnsPerPerson  *float64 `ch:"turns_per_person" unit:"turns" doc:"turns / people"`
	MessagesPerTurn *float64 `ch:"messages_per_turn" unit:"messages" doc:"messages of these people in the bucket / turns: how much people split what they say"`
	Change          Change   `ch:"turns_per_person" unit:"turns"`
	Release
}

// TurnVolume asks how much people say, however they split it.
var TurnVolume = define("turn_volume", Doc{
	Title:    "Turns by tool",
	Question: "How much do people say on each tool, however they split it into messages?",
	Formula:  "turns = runs of messages of one sender in a conversation with gaps of at most 5 minutes; turns per person = turns / people who sent something; messages per turn = messages / turns",
	Source:   "conversation analysis; counting turns instead of posts keeps those who split their messages from looking busier",
	Caveats: []string{
		"A turn is counted on the day of its first message.",
		"The shares of turns are a fairer split of traffic than those of messages where one tool invites short lines.",
		"People on several tools count once in the total, so turns per person of the tools do not average to it.",
		"By week and person, with the mean over weeks, turns are in tie_frequency.",
	},
	Example: "30 turns by e-mail with 60 messages, 23 on Slack with 40: shares .566 and .434, messages per turn 2 and 1.74.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Day, Whole},
}, making[TurnVolumeRow]{of: []query{sentFact.query}, needs: needsSent, answer: turnVolume})

// volume is what was sent, in messages and in turns.
type volume struct{ messages, turns *ledger }

func turnVolume(ctx context.Context, q *question) ([]cell[TurnVolumeRow], error) {
	book, err := q.sent(ctx)
	if err != nil {
		return nil, err
	}
	v := volume{book.ledger(q.windows), book.ledgerOf(q.windows, func(d sentDay) int { return d.turns })}
	var cells, companions []cell[TurnVolumeRow]
	for window := range q.buckets {
		f := q.volumeFamilies(v, window)
		cells = append(cells, q.volumesOf(v, window, f)...)
		companions = append(companions, f.companionTotals()...)
	}
	if q.isCompared() {
		companions = append(companions, q.compareVolumes(v, cells)...)
	}
	return append(cells, companions...), nil
}

// volumeFamilies are the proofs of messages and of turns. Turns are hidden wherever messages are; messages are decided alone, as in other
// metrics that tell them.
type volumeFamilies struct{ messages, turns family }

func (q *question) volumeFamilies(v volume, window int) volumeFamilies {
	f := volumeFamilies{q.family(v.messages, window, "turn messages"), q.family(v.turns, window, "turns")}
	link := func(turns, messages *proof) {
		if !slices.Contains(turns.with, messages) {
			turns.with = append(turns.with, messages)
		}
	}
	link(f.turns.sum, f.messages.sum)
	for tool, p := range f.turns.byTool {
		link(p, f.messages.byTool[tool])
	}
	for i, p := range f.turns.others {
		link(p, f.messages.others[i])
	}
	return f
}

func (f volumeFamilies) companionTotals() []cell[TurnVolumeRow] {
	return append(companionTotals[TurnVolumeRow](f.messages), companionTotals[TurnVolumeRow](f.turns)...)
}

func (f volumeFamilies) companions() []cell[TurnVolumeRow] {
	return append(companions[TurnVolumeRow](f.messages), companions[TurnVolumeRow](f.turns)...)
}

// volumesOf gives the rows of a window.
func (q *question) volumesOf(v volume, window int, f volumeFamilies) []cell[TurnVolumeRow] {
	whole := v.turns.over(window, q.all).sum()
	var cells []cell[TurnVolumeRow]
	add := func(tool string, messagesProof, turnsProof *proof, isKept bool) {
		messages, turns := v.messages.over(window, q.toolsOf(tool)), v.turns.over(window, q.toolsOf(tool)).sum()
		people := float64(len(messages.people))
		cells = append(cells, cell[TurnVolumeRow]{
			row: TurnVolumeRow{
				Bucket: q.buckets[window], Tool: tool, People: count(people), Turns: count(turns), TurnShareRatio: number(ratio(turns, whole)),
				TurnsPerPerson: number(ratio(turns, people)), MessagesPerTurn: number(ratio(messages.sum(), turns)),
			},
			proof: messagesProof, isKept: isKept,
			parts: map[string]*proof{"turns": turnsProof, "turn_share_ratio": turnsProof, "turns_per_person": turnsProof, "messages_per_turn": turnsProof},
		})
	}
	add(AllTools, f.messages.sum, f.turns.sum, len(q.tools) > 0)
	for _, tool := range q.all {
		if f.messages.byTool[tool] != nil {
			add(tool, f.messages.byTool[tool], f.turns.byTool[tool], slices.Contains(q.tools, tool))
		}
	}
	return cells
}

// compareVolumes adds the comparison to the cells of a summary, and gives the cells of the earlier period that decide with them.
func (q *question) compareVolumes(v volume, cells []cell[TurnVolumeRow]) []cell[TurnVolumeRow] {
	f := q.volumeFamilies(v, 1)
	changes := ratioChanges(v.messages.people, len(cells), func(n, window int) (turns, people part) {
		tools := q.toolsOf(cells[n].row.Tool)
		return v.turns.over(window, tools), v.messages.over(window, tools).heads()
	})
	for i := range cells {
		if c := &cells[i]; f.turns.of(c.row.Tool) != nil {
			c.before, c.row.Change = f.turns.of(c.row.Tool), changes[i]
		}
	}
	return f.companions()
}

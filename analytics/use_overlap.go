package analytics

import (
	"context"

	"crosstalk/analytics/stat"
)

// UseOverlapRow compares what two tools are used for, in the 28 days that end with the bucket, and what they can do. Every pair stands
// twice, once in each direction, with the same figures.
type UseOverlapRow struct {
	Bucket
	ToolA                  string   `ch:"tool_a" dim:"true" doc:"slug of tool A"`
	ToolB                  string   `ch:"tool_b" dim:"true" doc:"slug of tool B"`
	PeopleA                *uint64  `ch:"people_a" unit:"people" doc:"people who did something on A: wrote, reacted or called"`
	PeopleB                *uint64  `ch:"people_b" unit:"people" doc:"people who did something on B"`
	UseOverlap             *float64 `ch:"use_overlap" gauge:"true" doc:"cosine of the two profiles of use: 1 is the same use, 0 nothing in common"`
	CapabilityJaccardRatio *float64 `ch:"capability_jaccard_ratio" gauge:"true" doc:"capabilities that both have / capabilities that one has, of those known of both; empty when none is"`
	KnownCapabilities      *uint64  `ch:"known_capabilities" doc:"capabilities of which the register knows for both whether they have them"`
	Release
}

// UseOverlap asks whether two tools serve the same use cases.
var UseOverlap = define("use_overlap", Doc{
	Title:    "Overlap of use",
	Question: "Do two tools serve the same use cases?",
	Formula:  "use overlap = cosine of two profiles, each the shares of what was done on the tool by kind of conversation (direct, group, room, mail, other) × act (new message, reply, reaction, call, attachment) × within working hours or outside; beside it Jaccard of the register's capabilities",
	Source:   "own definition; cosine similarity; Jaccard",
	Caveats: []string{
		"It says how alike two tools are used, not whether the same people use them: tool_overlap says that.",
		"A message with attachments counts as a message and as an attachment.",
		"What a source does not show (reactions, calls) is missing in the profile of its tool, which lowers the overlap.",
		"Capabilities are known from the register; those unknown of one of the tools are left out.",
	},
	Example: "Profiles (.6, .4) and (.6, .4): 1. (.6, .4, 0) and (0, .4, .6): .16 / .52 = .308.",
	Shape:   ShapeMatrix,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
	isAlone: true,

	isOrganisational: true,
}, making[UseOverlapRow]{
	of:    []query{usesFact.query},
	needs: func(q *question) []need { return []need{usesFact.need(q, nil)} }, answer: useOverlap,
})

func useOverlap(ctx context.Context, q *question) ([]cell[UseOverlapRow], error) {
	windows, err := q.uses(ctx)
	if err != nil {
		return nil, err
	}
	var cells []cell[UseOverlapRow]
	for window, b := range q.buckets {
		for _, a := range q.all {
			for _, other := range q.all {
				if a != other && q.isPairAskedFor(a, other) && q.isKnown(a, window) && q.isKnown(other, window) {
					cells = append(cells, q.useOverlapOf(b, a, other, windows[window]))
				}
			}
		}
	}
	return cells, nil
}

// useOverlapOf is the row of a pair. A profile is that of a tool, not of a pair of people, so it takes enough people on each side, none of
// them dominant, and none in common. What the register says of the two is no secret.
func (q *question) useOverlapOf(b Bucket, toolA, toolB string, of map[string]uses) cell[UseOverlapRow] {
	onA, onB := proofOfUses(of[toolA]), proofOfUses(of[toolB])
	pair := &proof{people: min(onA.people, onB.people), also: []*proof{onA, onB}}
	shared, known := q.set.Tools[toolA].Shared(q.set.Tools[toolB])
	row := UseOverlapRow{
		Bucket: b, ToolA: toolA, ToolB: toolB, PeopleA: count(float64(onA.people)), PeopleB: count(float64(onB.people)),
		UseOverlap: number(stat.Cosine(of[toolA].profile, of[toolB].profile)), KnownCapabilities: count(float64(known)),
	}
	if shared.A+shared.B > 0 {
		row.CapabilityJaccardRatio = number(shared.Jaccard())
	}
	return cell[UseOverlapRow]{
		row: row, proof: ofRegister(), isKept: true,
		parts: map[string]*proof{"people_a": pair, "people_b": pair, "use_overlap": pair},
	}
}

func proofOfUses(u uses) *proof {
	if u.proof == nil {
		return &proof{} // nobody did anything
	}
	return u.proof
}

package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"crosstalk/analytics/stat"
)

// ToolAdviceRow is what to do with a tool, and the numbers that say so, in the 28 days that end with the bucket.
type ToolAdviceRow struct {
	Bucket
	Tool              string   `ch:"tool" dim:"true" doc:"slug of the tool"`
	Status            string   `ch:"status" dim:"true" gauge:"-" doc:"sanctioned, tolerated, banned or unknown, by the register"`
	Retention         string   `ch:"retention" dim:"true" gauge:"-" doc:"whether messages stay for a time that the company set: yes, no or unknown"`
	Advice            *string  `ch:"advice" doc:"retire, merge (into the tool of column into), watch or keep: the first whose rule holds"`
	Into              *string  `ch:"into" doc:"slug of the tool to merge into; empty unless the advice is merge"`
	Reason            *string  `ch:"reason" doc:"rule that holds: declined_and_covered, carried_by_one_tool, unapproved_traffic, ties_without_retention or state_changed; empty for keep"`
	State             *string  `ch:"state" doc:"state of tool_lifecycle: trial, rise, plateau, decline or residual; empty when it is not known"`
	StateWeeks        *uint64  `ch:"state_weeks" unit:"weeks" doc:"ISO weeks for which the state has held; at least so many where the data begin with it"`
	TrafficRatio      *float64 `ch:"traffic_ratio" doc:"share of the messages on all tools within 28 days"`
	Ties              *uint64  `ch:"ties" unit:"ties" doc:"pairs with at least two interactions on the tool"`
	CoveredRatio      *float64 `ch:"covered_ratio" gauge:"true" doc:"of the interactions within these ties, the share in ties that another tool carries too"`
	CarriedTies       *uint64  `ch:"carried_ties" unit:"ties" doc:"ties that no other tool carries"`
	ClosestTool       *string  `ch:"closest_tool" doc:"the tool to merge into, or else the one that most of the ties are on too"`
	ClosestTiesRatio  *float64 `ch:"closest_ties_ratio" doc:"share of the ties that are on closest_tool too"`
	ClosestUseOverlap *float64 `ch:"closest_use_overlap" doc:"overlap of use with closest_tool, as in use_overlap"`
	ClosestState      *string  `ch:"closest_state" doc:"state of closest_tool"`
	Release
}

// ToolAdvice asks what to do with each tool.
var ToolAdvice = define("tool_advice", Doc{
	Title:    "Advice for tools",
	Question: "Which tools could be retired or merged, which need watching, and why?",
	Formula:  "the first that holds: retire = decline or residual for 8 weeks and 90 % of what is exchanged within its ties is in ties that other tools carry too; merge into X = 70 % of its ties are on X, use overlap .8, X is known not to decline, is not banned and has no fewer ties; watch = not sanctioned with 5 % of traffic, or no retention with ties only it carries, or a state that began in one of the last 8 weeks; else keep",
	Source:   "own rules; the thresholds are in the configuration",
	Caveats: []string{
		"It is a rule of thumb over numbers, with the numbers: it knows no contracts, no law and no plans.",
		"By what is unknown or may not be shown no rule holds.",
		"Retention that is unknown is not no retention.",
		"Of two tools that could merge into each other the one with fewer ties does; of equals each could.",
		"Ties that others carry too can be moved; whether people will is another question.",
	},
	Example: "In decline for 9 weeks, 93 % of what is exchanged covered: retire. At 89 %, with 75 % of its ties on X, which is used alike (.85) and rises: merge into X.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Month, Week},
	isAlone: true,

	isOrganisational: true,
}, making[ToolAdviceRow]{
	of: []query{sentFact.query, peopleFact.query, networkFact.query, usesFact.query, historyFact.query},
	needs: func(q *question) []need {
		return slices.Concat(needsSent(q), needsNetwork(q), []need{usesFact.need(q, nil)}, historyNeeds(q))
	}, answer: toolAdvice,
})

func toolAdvice(ctx context.Context, q *question) ([]cell[ToolAdviceRow], error) {
	if err := q.checkToolSets(); err != nil {
		return nil, err
	}
	var networks []*network
	var book *sent
	var used []map[string]uses
	var h *history
	err := sideBySide(
		func() (err error) { networks, err = q.networks(ctx); return err },
		func() (err error) { book, err = q.sent(ctx); return err },
		func() (err error) { used, err = q.uses(ctx); return err },
		func() (err error) { h, err = historyFact.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	lives := make([]*life, len(q.all))
	for i, tool := range q.all {
		lives[i] = q.life(h, tool)
	}
	l := book.ledger(q.windows)
	var cells []cell[ToolAdviceRow]
	for window, b := range q.buckets {
		a := newAdviser(q, window, networks[window], used[window], lives)
		f := q.family(l, window, "advice")
		all := l.over(window, q.all).sum()
		for bit, tool := range q.all {
			if f.byTool[tool] != nil && q.isAskedFor(tool) {
				cells = append(cells, a.cell(b, bit, f.byTool[tool], ratio(l.windows[window][tool].sum(), all)))
			}
		}
		cells = append(cells, companions[ToolAdviceRow](f)...)
	}
	return cells, nil
}

// adviser knows all tools of a window.
type adviser struct {
	q               *question
	k               int
	rules           AdviceRules
	found           sets
	ties            []*proof // on each tool
	volume, covered []float64
	used            map[string]uses
	states          []stateOf
}

// stateOf is where a tool stands at the end of the last week.
type stateOf struct {
	state Lifecycle
	weeks int
	isNew bool
	proof *proof // nil: nothing is known
}

func newAdviser(q *question, window int, n *network, used map[string]uses, lives []*life) *adviser {
	a := &adviser{q: q, k: q.set.minimumGroup(), rules: q.set.adviceRules(), found: n.sets(), used: used}
	for bit := range q.all {
		a.ties = append(a.ties, a.found.on(1<<bit))
		a.states = append(a.states, lives[bit].at(q.windows[window]))
	}
	a.volume, a.covered = make([]float64, len(q.all)), make([]float64, len(q.all))
	n.byPair(func(exchanges []exchange) {
		on := onTools(exchanges)
		for _, x := range exchanges {
			if on>>x.tool&1 == 1 {
				a.volume[x.tool] += float64(x.ab + x.ba)
				if on != 1<<x.tool {
					a.covered[x.tool] += float64(x.ab + x.ba)
				}
			}
		}
	})
	return a
}

// at is the state at the end of the last ISO week that ends in a window.
func (l *life) at(w Period) stateOf {
	week := l.h.week(floorTo(w.To, string(Week))) - 1 - l.begin
	if week < 0 || week >= len(l.weeks) {
		return stateOf{}
	}
	at := l.weeks[week]
	s := stateOf{state: at.state, weeks: week + 1, proof: at.ever.headcount()}
	if at.since != never {
		s.weeks, s.isNew = week-at.since+1, true
	}
	return s
}

// cell is the row of a tool: of what may be shown of it and of the others the advice follows.
func (a *adviser) cell(b Bucket, bit int, sent *proof, traffic float64) cell[ToolAdviceRow] {
	q, tool := a.q, a.q.all[bit]
	facts := q.set.Tools[tool]
	only := tieProof(a.found.where(func(on uint64) bool { return on == 1<<bit }))
	only.family, only.role = fmt.Sprint("carried ", b.ToOn), child
	shared := tieProof(a.found.where(func(on uint64) bool { return on>>bit&1 == 1 && on != 1<<bit }))
	tied := tieProof(a.ties[bit])
	shared.also = []*proof{tied}
	row := ToolAdviceRow{
		Bucket: b, Tool: tool, Status: q.set.status(tool), Retention: facts.Retention.String(), TrafficRatio: number(traffic),
		Ties: count(tied.sum), CoveredRatio: number(ratio(a.covered[bit], a.volume[bit])), CarriedTies: count(only.sum),
	}
	neighbours, proofs := a.neighbours(bit)
	s := standing{
		covered: shared.shown(ratio(a.covered[bit], a.volume[bit]), a.k), others: neighbours, isSanctioned: row.Status == sanctionedStatus,
		traffic: sent.shown(traffic, a.k), retention: facts.Retention, onlyTies: only.shown(only.sum, a.k),
	}
	state := a.states[bit]
	if state.proof != nil && state.proof.holds(a.k) && state.state != "" {
		s.state, s.weeks, s.isNewState = state.state, state.weeks, state.isNew
	}
	advice, reason, into := a.rules.advise(s)
	row.Advice, row.Reason = &advice, text(reason)
	if state.proof != nil && state.state != "" {
		row.State, row.StateWeeks = text(string(state.state)), count(float64(state.weeks))
	}
	decided := &proof{people: math.MaxUint64, with: a.behind(reason, sent, state.proof, shared, only)}
	parts := map[string]*proof{
		"advice": decided, "into": decided, "reason": decided, "ties": tied, "covered_ratio": shared, "carried_ties": only, "traffic_ratio": sent,
	}
	if state.proof != nil {
		parts["state"], parts["state_weeks"] = state.proof, state.proof
	}
	if into >= 0 {
		row.Into = &neighbours[into].tool
		decided.with = append(decided.with, proofs[into])
	}
	if closest := max(into, 0); closest < len(neighbours) {
		n := neighbours[closest]
		row.ClosestTool, row.ClosestTiesRatio, row.ClosestUseOverlap, row.ClosestState = &n.tool, number(n.ties), number(n.use), text(string(n.state))
		for _, column := range []string{"closest_tool", "closest_ties_ratio", "closest_use_overlap", "closest_state"} {
			parts[column] = proofs[closest]
		}
	}
	return cell[ToolAdviceRow]{row: row, proof: sent, isKept: true, parts: parts}
}

// behind are the proofs of the numbers by which a rule holds.
func (a *adviser) behind(reason string, sent, state, shared, only *proof) []*proof {
	switch reason {
	case ReasonCovered:
		return []*proof{state, shared}
	case ReasonRetention:
		return []*proof{only}
	case ReasonChanged:
		return []*proof{state}
	}
	return []*proof{sent}
}

// neighbours are the other tools of which may be shown how much they carry of a tool's ties, most first.
func (a *adviser) neighbours(bit int) ([]neighbour, []*proof) {
	type candidate struct {
		neighbour
		proof *proof
	}
	var list []candidate
	own := a.ties[bit]
	for other, tool := range a.q.all {
		if other == bit {
			continue
		}
		both := a.found.on(1<<bit | 1<<other)
		p := pairProof(own, a.ties[other], both)
		if !p.holds(a.k) {
			continue
		}
		n := neighbour{tool: tool, ties: both.sum / own.sum, use: math.NaN(), isSmaller: a.ties[other].sum < own.sum, isBanned: a.q.set.status(tool) == bannedStatus}
		onA, onB := proofOfUses(a.used[a.q.all[bit]]), proofOfUses(a.used[tool])
		if onA.holds(a.k) && onB.holds(a.k) {
			n.use = stat.Cosine(a.used[a.q.all[bit]].profile, a.used[tool].profile)
		}
		if s := a.states[other]; s.proof != nil && s.proof.holds(a.k) {
			n.state = s.state
		}
		list = append(list, candidate{n, p})
	}
	slices.SortStableFunc(list, func(x, y candidate) int { return cmp.Compare(y.ties, x.ties) })
	neighbours, proofs := make([]neighbour, len(list)), make([]*proof, len(list))
	for i, c := range list {
		neighbours[i], proofs[i] = c.neighbour, c.proof
	}
	return neighbours, proofs
}

// tieProof holds when enough people stand behind enough ties.
func tieProof(p *proof) *proof {
	own := *p
	own.people = min(own.people, uint64(own.sum))
	return &own
}

func text(word string) *string {
	if word == "" {
		return nil
	}
	return &word
}

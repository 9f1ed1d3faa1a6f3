package analytics

import (
	"context"
	"fmt"
	"slices"

	"crosstalk/analytics/stat"
)

// What the shares of GovernanceShare are of.
const (
	ShareOfMessages = "messages"
	ShareOfPeople   = "people"
	ShareOfTies     = "ties"
)

// By what GovernanceShare sorts tools.
const (
	ByRetentionAndHold = "retention_and_hold"
	ByStatus           = "status"
)

// GovernanceShareRow is how much the tools of one kind carry, in the 28 days that end with the bucket.
type GovernanceShareRow struct {
	Bucket
	Of         string   `ch:"of" dim:"true" doc:"what the share is of: messages, people (who sent a message) or ties (pairs with at least two interactions)"`
	By         string   `ch:"by" dim:"true" doc:"by what tools are sorted: retention_and_hold (set, not_set or unknown) or status (sanctioned, tolerated, banned or unknown)"`
	Kind       string   `ch:"kind" dim:"true" doc:"kind of tools: set is retention and legal hold both set, not_set that one of them is known not to be"`
	Tools      *uint64  `ch:"tools" unit:"tools" doc:"tools of the kind that are connected"`
	Amount     *uint64  `ch:"amount" doc:"messages, people or ties on tools of the kind"`
	Total      *uint64  `ch:"total" doc:"messages, people or ties on all tools asked for"`
	ShareRatio *float64 `ch:"share_ratio" gauge:"governance_ratio" doc:"amount / total. Messages add up to 1; people and ties do not, since they may be on tools of several kinds"`
	Change     Change   `ch:"share_ratio"`
	Release
}

// GovernanceShare asks how much of the exchange runs on tools that the company governs.
var GovernanceShare = define("governance_share", Doc{
	Title:    "Governed share",
	Question: "How much runs on tools with retention and legal hold, and how much on tools that nobody approved?",
	Formula:  "share of kind G = amount on tools of kind G / amount on all tools, of messages, of people who sent one and of ties; a tie is on G with at least two interactions on the tools of G together",
	Source:   "own definition; risk registers of tools know their attributes, not what they carry",
	Caveats: []string{
		"What the register does not say is unknown, and has rows of its own.",
		"A tool whose retention is set and whose legal hold is unknown counts as unknown.",
		"A tool filter makes the chosen tools the whole.",
		"The register's facts are today's, whatever the period.",
	},
	Example: "60 messages on a tool with both set, 40 on one of which one is unknown: .6 set, 0 not set, .4 unknown.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},

	isOrganisational: true,
}, making[GovernanceShareRow]{
	of:    []query{sentFact.query, peopleFact.query, networkFact.query},
	needs: func(q *question) []need { return append(needsSent(q), needsNetwork(q)...) }, answer: governanceShare,
})

func governanceShare(ctx context.Context, q *question) ([]cell[GovernanceShareRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	if err := q.checkToolSets(); err != nil {
		return nil, err
	}
	var networks []*network
	var book *sent
	err := sideBySide(
		func() (err error) { networks, err = q.networks(ctx); return err },
		func() (err error) { book, err = q.sent(ctx); return err })
	if err != nil {
		return nil, err
	}
	l := book.ledger(q.windows)
	spans := make([]*governed, len(q.windows))
	for window := range q.windows {
		spans[window] = q.govern(l, networks[window], window)
	}
	var cells []cell[GovernanceShareRow]
	for window, b := range q.buckets {
		cells = append(cells, spans[window].cells(b, true)...)
	}
	if q.isCompared() {
		before := spans[1].cells(q.buckets[0], false)
		compareGovernance(cells, before, spans[0], spans[1])
		cells = append(cells, before...)
	}
	return cells, nil
}

// kindsOf are the kinds of tools, by what they are sorted.
var kindsOf = []struct {
	by    string
	kinds []string
	of    func(Setting, string) string
}{
	{ByRetentionAndHold, []string{"set", "not_set", "unknown"}, func(s Setting, tool string) string {
		facts := s.Tools[tool]
		switch {
		case facts.Retention == True && facts.LegalHold == True:
			return "set"
		case facts.Retention == False || facts.LegalHold == False:
			return "not_set"
		}
		return "unknown"
	}},
	{ByStatus, []string{"sanctioned", "tolerated", "banned", unknownStatus}, Setting.status},
}

// governed is what the tools of each kind carry in a window; the last kind is all tools asked for.
type governed struct {
	kinds  []kindOfTools
	family family
	people int      // numbers in use
	ties   []*proof // of all, for each sorting
}

type kindOfTools struct {
	by, kind    string
	tools       []string
	sent        part
	ties        tieSet
	proof, tied *proof
}

func (q *question) govern(l *ledger, n *network, window int) *governed {
	known := slices.DeleteFunc(slices.Clone(q.tools), func(tool string) bool { return !q.isKnown(tool, window) })
	g := &governed{family: q.family(l, window, "governance"), people: l.people}
	for _, sorting := range kindsOf {
		for _, kind := range sorting.kinds {
			tools := slices.DeleteFunc(slices.Clone(known), func(tool string) bool { return sorting.of(q.set, tool) != kind })
			g.kinds = append(g.kinds, kindOfTools{by: sorting.by, kind: kind, tools: tools})
		}
	}
	g.kinds = append(g.kinds, kindOfTools{tools: known})
	var masks []uint64
	for _, k := range g.kinds {
		masks = append(masks, q.mask(k.tools))
	}
	ties := n.tiesOn(masks)
	for i := range g.kinds {
		k := &g.kinds[i]
		k.sent, k.ties = l.over(window, k.tools), ties[i]
	}
	g.prove(q, l, window)
	return g
}

func (g *governed) all() *kindOfTools { return &g.kinds[len(g.kinds)-1] }

// prove finds who stands behind each kind. Messages add up over tools; ties over the kinds of one sorting, at most. A kind that no tool
// is of carries nothing, which the register tells.
func (g *governed) prove(q *question, l *ledger, window int) {
	all := g.all()
	all.proof = g.family.sum
	whole := map[string]*proof{}
	for i := range g.kinds[:len(g.kinds)-1] {
		k := &g.kinds[i]
		if whole[k.by] == nil {
			p := all.ties.proof()
			p.family, p.role, p.with = fmt.Sprint("governed ties ", k.by, window), total, []*proof{all.proof}
			whole[k.by], g.ties = p, append(g.ties, p)
		}
		if len(k.tools) == 0 {
			k.proof, k.tied = all.proof, whole[k.by]
			continue
		}
		k.proof = q.totalOf(fmt.Sprint("governance ", window), l.provenOver(window), g.family.byTool, k.tools)
		k.proof.with = append(k.proof.with, all.proof)
		k.tied = k.ties.proof()
		k.tied.family, k.tied.role, k.tied.with = whole[k.by].family, child, []*proof{k.proof, whole[k.by]}
		whole[k.by].parts = append(whole[k.by].parts, k.tied)
	}
}

// cells are the rows of a window, and what decides with them.
func (g *governed) cells(b Bucket, isKept bool) []cell[GovernanceShareRow] {
	var cells []cell[GovernanceShareRow]
	all := g.all()
	for of, name := range governedThings {
		for i := range g.kinds[:len(g.kinds)-1] {
			k := &g.kinds[i]
			amount, whole := k.amount(of), all.amount(of)
			cells = append(cells, cell[GovernanceShareRow]{
				row: GovernanceShareRow{
					Bucket: b, Of: name, By: k.by, Kind: k.kind, Tools: count(float64(len(k.tools))),
					Amount: count(amount), Total: count(whole), ShareRatio: number(ratio(amount, whole)),
				},
				proof: k.proofOf(of), isKept: isKept,
			})
		}
	}
	cells = append(cells, companions[GovernanceShareRow](g.family)...)
	for _, p := range append(g.ties, g.family.sum) {
		cells = append(cells, cell[GovernanceShareRow]{proof: p})
	}
	return cells
}

var governedThings = []string{ShareOfMessages, ShareOfPeople, ShareOfTies}

func (k *kindOfTools) amount(of int) float64 {
	switch governedThings[of] {
	case ShareOfMessages:
		return k.sent.sum()
	case ShareOfPeople:
		return float64(len(k.sent.people))
	}
	return k.ties.size
}

func (k *kindOfTools) proofOf(of int) *proof {
	if governedThings[of] == ShareOfTies {
		return k.tied
	}
	return k.proof
}

// enter adds what each person has of the kind to a column: messages, whether any, and their halves of ties. Senders and the people at the
// ends of ties are numbered apart, so they have rows of their own.
func (k *kindOfTools) enter(senders, tied [][]float64, column, width int) {
	for i, person := range k.sent.people {
		senders[person][column] += k.sent.amounts[i]
		senders[person][column+width]++
	}
	for person, ties := range k.ties.ends {
		tied[person][column] += ties / 2
	}
}

// compareGovernance adds the comparison to the cells of a summary, which come in the order of the earlier ones. The sums of a draw are
// amounts by kind, the last of which is all, now and before; of people who sent, of messages and then of heads.
func compareGovernance(cells, before []cell[GovernanceShareRow], now, then *governed) {
	kinds := len(now.kinds)
	senders, tied := contributions(now.people, 4*kinds), contributions(len(now.all().ties.ends), 2*kinds)
	for i := range now.kinds {
		now.kinds[i].enter(senders, tied, i, 2*kinds)
		then.kinds[i].enter(senders, tied, i+kinds, 2*kinds)
	}
	difference := func(sums, out []float64) {
		for i := range out {
			own := sums[2*kinds*(i/(kinds-1)):][:2*kinds]
			kind := i % (kinds - 1)
			out[i] = ratio(own[kind], own[kinds-1]) - ratio(own[kinds+kind], own[2*kinds-1])
		}
	}
	intervals := append(stat.Bootstrap(ofAny(senders), 2*(kinds-1), difference), stat.Bootstrap(ofAny(tied), kinds-1, difference)...)
	for i := range intervals {
		c, earlier := &cells[i], before[i]
		if c.row.ShareRatio == nil || earlier.row.ShareRatio == nil {
			continue
		}
		c.row.Change = change(*c.row.ShareRatio, *earlier.row.ShareRatio, intervals[i])
		c.before = earlier.proof
	}
}

package analytics

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// ReplyShareRow is how much of what people sent in a bucket are replies, by one rule or all. Tool is AllTools in the rows of the total.
type ReplyShareRow struct {
	Bucket
	Tool       string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the total over the tools asked for"`
	Rule       string   `ch:"rule" dim:"true" doc:"how a reply is told: named (it names the message it answers, by thread or quote), direct (inferred: the first turn after another's in a conversation of two), group (inferred: the same in a group of at most 8, within 24 working hours); all is all of them. In larger rooms without threads none is inferred"`
	IsInferred bool     `ch:"is_inferred" dim:"true" doc:"some of the replies are inferred from the order of messages: those by rules direct and group"`
	People     *uint64  `ch:"people" unit:"people" doc:"people who replied"`
	Replies    *uint64  `ch:"replies" unit:"messages" doc:"messages that are replies by the rule; a message is one at most once, by the first rule that holds"`
	ReplyRatio *float64 `ch:"reply_ratio" doc:"replies / messages of everybody on the tool, whether they replied or not"`
	Change     Change   `ch:"reply_ratio"`
	Release
}

// The rules by which a reply is told, beside AllRules.
const (
	RuleNamed  = "named"
	RuleDirect = "direct"
	RuleGroup  = "group"
)

var replyRules = []string{RuleNamed, RuleDirect, RuleGroup}

// ReplyShare asks how much of the traffic answers something.
var ReplyShare = define("reply_share", Doc{
	Title:    "Replies",
	Question: "How much of what people write is a reply?",
	Formula:  "replies / messages; a reply names what another person wrote and is the first of all to do so; or, inferred, is the first turn after another's in a direct conversation, or in a group of at most 8 within 24 working hours",
	Source:   "Kooti et al. 2015; that replies in large rooms without threads cannot be told by time: Elsner & Charniak 2008, Kummerfeld et al. 2018",
	Caveats: []string{
		"In large rooms without threads no reply is inferred, so tools that are mostly such rooms have few.",
		"Inferred replies are labelled: rules direct and group.",
		"The second answer to the same message by name is none: replies by name are at most as many as messages answered.",
		"Rules overlap by no message: one that names what it answers counts there alone.",
	},
	Example: "Of 40 messages on Slack, 5 name what they answer, 16 are first turns after another's in chats of two, 5 in groups: 26 / 40 = .65.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
}, making[ReplyShareRow]{
	of:     []query{replyFact.query, peopleFact.query},
	needs:  func(q *question) []need { return []need{peopleFact.need(q, nil), replyFact.need(q, nil)} },
	answer: replyShare,
})

// replyFact is what people sent, and which of it were replies.
var replyFact = &fact[[]replyRow]{
	query:  load("reply"),
	params: func(q *question) Params { return q.windowParams() },
	read: func(ctx context.Context, s Snapshot, f *fact[[]replyRow], _ []time.Time, params Params) ([]replyRow, error) {
		var rows []replyRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

type replyRow struct {
	Window   uint16  `ch:"window"`
	Tool     string  `ch:"tool"`
	People   numbers `ch:"people"`
	Messages numbers `ch:"messages"` // of People, one by one
	Named    numbers `ch:"named"`
	Direct   numbers `ch:"in_direct"`
	Group    numbers `ch:"in_group"`
}

// replies are what the people who count wrote in the question's windows.
type replies struct {
	rules    map[string][]string // by tool: those that there are, whoever counts
	messages *ledger             // by window and tool
	replies  *ledger             // by window, then tool and rule
}

func (q *question) replies(ctx context.Context) (*replies, error) {
	var everybody *people
	var rows []replyRow
	err := sideBySide(
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err },
		func() (err error) { rows, err = replyFact.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	r := &replies{map[string][]string{}, newLedger(len(q.windows), len(everybody.numbers)), newLedger(len(q.windows), len(everybody.numbers))}
	inside := q.insiders(everybody)
	for _, row := range rows {
		people := countedPeople{everybody, inside[row.Window], row.People}
		r.messages.windows[row.Window][row.Tool] = people.part(row.Messages)
		for i, amounts := range []numbers{row.Named, row.Direct, row.Group} {
			rule := replyRules[i]
			if slices.Max(amounts) > 0 && !slices.Contains(r.rules[row.Tool], rule) {
				r.rules[row.Tool] = append(r.rules[row.Tool], rule)
			}
			r.replies.windows[row.Window][openingKey(row.Tool, rule)] = people.part(amounts)
		}
	}
	return r, nil
}

// over are the replies on some tools by one rule, or by all.
func (r *replies) over(window int, tools []string, rule string) part {
	var keys []string
	for _, tool := range tools {
		for _, each := range replyRules {
			if rule == AllRules || rule == each {
				keys = append(keys, openingKey(tool, each))
			}
		}
	}
	return r.replies.over(window, keys)
}

// rulesOf are the rules by which there are replies on a tool, in their order.
func (r *replies) rulesOf(tool string) []string {
	return slices.DeleteFunc(slices.Clone(replyRules), func(rule string) bool { return !slices.Contains(r.rules[tool], rule) })
}

// known are the tools with replies of which there is something to tell in a window.
func (r *replies) known(q *question, window int) []string {
	return slices.DeleteFunc(slices.Clone(q.all), func(tool string) bool { return len(r.rules[tool]) == 0 || !q.isKnown(tool, window) })
}

func replyShare(ctx context.Context, q *question) ([]cell[ReplyShareRow], error) {
	r, err := q.replies(ctx)
	if err != nil {
		return nil, err
	}
	var cells, companions []cell[ReplyShareRow]
	for window := range q.buckets {
		f := q.replyFamilies(r, window)
		cells = append(cells, q.repliesOf(r, window, f)...)
		companions = append(companions, f.companions()...)
	}
	if q.isCompared() {
		companions = append(companions, q.compareReplies(r, cells)...)
	}
	return append(cells, companions...), nil
}

// replyFamilies are the proofs of messages and of replies. Replies are hidden wherever messages are, which their share would tell; messages
// are decided alone, as in other metrics that tell them.
type replyFamilies struct{ messages, replies family }

func (q *question) replyFamilies(r *replies, window int) replyFamilies {
	known := r.known(q, window)
	f := replyFamilies{
		messages: q.family(r.messages, window, "replied messages"),
		replies: q.familyBy(known, "reply "+strconv.Itoa(window), func(tools []string) *proof {
			return r.over(window, tools, AllRules).proof()
		}),
	}
	f.replies.sum.with = append(f.replies.sum.with, f.messages.sum)
	for tool, p := range f.replies.byTool {
		p.with = append(p.with, f.messages.byTool[tool])
	}
	for i, p := range f.replies.others {
		p.with = append(p.with, f.messages.others[i])
	}
	return f
}

func (f replyFamilies) companions() []cell[ReplyShareRow] {
	return append(companions[ReplyShareRow](f.messages), companionTotals[ReplyShareRow](f.replies)...)
}

// repliesOf gives the rows of a window. The rules of a tool are hidden with the tool, and so that none can be worked out from it; what all
// tools have by one rule is shown where each of them is.
func (q *question) repliesOf(r *replies, window int, f replyFamilies) []cell[ReplyShareRow] {
	cells := []cell[ReplyShareRow]{q.replyOf(r, window, AllTools, AllRules, f.replies.sum)}
	byRule := map[string][]*proof{}
	var single []cell[ReplyShareRow]
	for _, tool := range r.known(q, window) {
		whole := q.replyOf(r, window, tool, AllRules, f.replies.byTool[tool])
		rules, parts := r.rulesOf(tool), table{total: f.replies.byTool[tool]}
		var rows []cell[ReplyShareRow]
		for _, rule := range rules {
			proof := f.replies.byTool[tool]
			if len(rules) > 1 {
				proof = r.over(window, []string{tool}, rule).proof()
				proof.with = append(proof.with, f.replies.byTool[tool])
				parts.children = append(parts.children, proof)
			}
			if q.isAskedFor(tool) {
				byRule[rule] = append(byRule[rule], proof)
			}
			rows = append(rows, q.replyOf(r, window, tool, rule, proof))
		}
		whole.tables = append(whole.tables, parts)
		single = append(append(single, whole), rows...)
	}
	for _, rule := range replyRules {
		if len(byRule[rule]) > 0 && !q.isByGroup() {
			proof := r.over(window, q.tools, rule).proof()
			proof.with = append(byRule[rule], f.messages.sum)
			cells = append(cells, q.replyOf(r, window, AllTools, rule, proof))
		}
	}
	return append(cells, single...)
}

func (q *question) replyOf(r *replies, window int, tool, rule string, proof *proof) cell[ReplyShareRow] {
	tools := q.toolsOf(tool)
	replies, messages := r.over(window, tools, rule), r.messages.over(window, tools).sum()
	isInferred := rule == RuleDirect || rule == RuleGroup || rule == AllRules && slices.ContainsFunc(tools, func(tool string) bool {
		return slices.ContainsFunc(r.rules[tool], func(rule string) bool { return rule != RuleNamed })
	})
	return cell[ReplyShareRow]{
		row: ReplyShareRow{
			Bucket: q.buckets[window], Tool: tool, Rule: rule, IsInferred: isInferred, People: count(float64(len(replies.people))),
			Replies: count(replies.sum()), ReplyRatio: number(ratio(replies.sum(), messages)),
		},
		proof: proof, isKept: len(q.tools) > 0 && (tool == AllTools || slices.Contains(q.tools, tool)),
	}
}

// compareReplies adds the comparison to the cells over all rules, and gives the cells of the earlier period that decide with them.
func (q *question) compareReplies(r *replies, cells []cell[ReplyShareRow]) []cell[ReplyShareRow] {
	f := q.replyFamilies(r, 1)
	var compared []*cell[ReplyShareRow]
	for i := range cells {
		c := &cells[i]
		if c.row.Rule == AllRules && f.replies.of(c.row.Tool) != nil {
			c.before = f.replies.of(c.row.Tool)
			compared = append(compared, c)
		}
	}
	changes := ratioChanges(r.messages.people, len(compared), func(n, window int) (replies, messages part) {
		tools := q.toolsOf(compared[n].row.Tool)
		return r.over(window, tools, AllRules), r.messages.over(window, tools)
	})
	for i, c := range compared {
		c.row.Change = changes[i]
	}
	return append(f.companions(), companions[ReplyShareRow](f.replies)...)
}

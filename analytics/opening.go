package analytics

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// The rules by which an opening and its answer are told; AllRules stands for all of them together.
const (
	AllRules   = "all"
	RuleTurn   = "turn"   // in a conversation of at most 8: inferred from the order of turns
	RuleMail   = "mail"   // the answer names the mail
	RuleThread = "thread" // the answer is in the thread
)

var openingRules = []string{RuleTurn, RuleMail, RuleThread}

// answerTime is the working time within which an opening is answered in time.
const answerTime = 24 * time.Hour

// openingFact is what people opened, and how that went.
var openingFact = openingsFact("opening", answerTime)

// openingsFact is a fact of openings, of which those answered within some working time are told.
func openingsFact(name string, inTime time.Duration) *fact[[]openingRow] {
	return &fact[[]openingRow]{
		query: load(name),
		params: func(q *question) Params {
			params := q.windowParams()
			params["tools"], params["followed_until"] = append([]string{}, q.all...), q.followedUntil(inTime)
			params["limit"] = strconv.Itoa(binAt(inTime))
			return params
		},
		read: func(ctx context.Context, s Snapshot, f *fact[[]openingRow], _ []time.Time, params Params) ([]openingRow, error) {
			var rows []openingRow
			err := s.Select(ctx, &rows, f.query.text, params)
			return rows, err
		},
	}
}

// openingRow are the openings by one rule, or by all of them, on one tool in one window.
type openingRow struct {
	Window   uint16  `ch:"window"`
	Tool     string  `ch:"tool"`
	Rule     string  `ch:"rule"`
	People   numbers `ch:"people"`
	Openings numbers `ch:"openings"` // of People, one by one
	Replied  numbers `ch:"replied_openings"`
	Followed numbers `ch:"followed_openings"`
	Answered numbers `ch:"answered_openings"`
}

// openingGaps are how long they waited.
var openingGaps = gapFact("opening_gap")

func needsOpenings(q *question) []need {
	return []need{peopleFact.need(q, nil), openingFact.need(q, nil)}
}

// followedUntil is, for each tool with data, the last day after which the data go on for some working time: between it and their last
// day, of which nobody knows how much they hold. A day long ago where there is none.
func (q *question) followedUntil(long time.Duration) []string {
	until := make([]time.Time, len(q.all))
	for i, tool := range q.all {
		until[i] = q.followedDay(tool, long)
	}
	return days(until)
}

// farBack bounds the search for working days.
const farBack = 366

func (q *question) followedDay(tool string, long time.Duration) time.Time {
	_, day := q.s.ToolDays(tool)
	var worked time.Duration
	for range farBack {
		day = day.AddDate(0, 0, -1)
		if worked >= long {
			return day
		}
		if q.set.isWorkingDay(day) {
			worked += q.set.workingHours()
		}
	}
	return time.Unix(0, 0).UTC()
}

// openings are those of the people who count in the question's windows: what they opened, or what addressed them.
type openings struct {
	rules    map[string][]string // by tool: those that there are, whoever counts
	opened   *ledger             // by window, then tool and rule
	replied  *ledger             // of those, answered at all
	followed *ledger             // of those opened, with a full follow-up
	answered *ledger             // of those followed, within the answer time
}

func (q *question) openings(ctx context.Context, of *fact[[]openingRow]) (*openings, *people, error) {
	var everybody *people
	var rows []openingRow
	err := sideBySide(
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err },
		func() (err error) { rows, err = of.of(ctx, q, nil); return err })
	if err != nil {
		return nil, nil, err
	}
	ledgerOf := func() *ledger { return newLedger(len(q.windows), len(everybody.numbers)) }
	o := &openings{map[string][]string{}, ledgerOf(), ledgerOf(), ledgerOf(), ledgerOf()}
	inside := q.insiders(everybody)
	for _, r := range rows {
		if !slices.Contains(o.rules[r.Tool], r.Rule) {
			o.rules[r.Tool] = append(o.rules[r.Tool], r.Rule)
		}
		people := countedPeople{everybody, inside[r.Window], r.People}
		key := openingKey(r.Tool, r.Rule)
		o.opened.windows[r.Window][key] = people.part(r.Openings)
		o.replied.windows[r.Window][key] = people.part(r.Replied)
		o.followed.windows[r.Window][key] = people.part(r.Followed)
		o.answered.windows[r.Window][key] = people.part(r.Answered)
	}
	return o, everybody, nil
}

// countedPeople are some people of whom some count.
type countedPeople struct {
	everybody *people
	inside    []bool // by number
	ids       numbers
}

// part gives what those who count have of something, where that is anything.
func (c countedPeople) part(amounts numbers) part {
	p := roomFor(len(c.ids))
	for i, id := range c.ids {
		person, known := c.everybody.numbers[id]
		if amounts[i] == 0 || !known || !c.inside[person] {
			continue
		}
		p = p.with(person, float64(amounts[i]))
		if c.everybody.outside[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
	return p
}

func openingKey(tool, rule string) string { return tool + "\x00" + rule }

// keys are those of some tools by one rule, or by all.
func (o *openings) keys(tools []string, rule string) []string {
	var keys []string
	for _, tool := range tools {
		for _, r := range o.rulesOf(tool) {
			if rule == AllRules || rule == r {
				keys = append(keys, openingKey(tool, r))
			}
		}
	}
	return keys
}

// rulesOf are the rules by which there are openings on a tool, in their order.
func (o *openings) rulesOf(tools ...string) []string {
	var rules []string
	for _, tool := range tools {
		rules = append(rules, o.rules[tool]...)
	}
	rules = sorted(rules)
	slices.SortStableFunc(rules, func(a, b string) int { return slices.Index(openingRules, a) - slices.Index(openingRules, b) })
	return rules
}

// known are the tools of which there is something to tell in a window.
func (o *openings) known(q *question, window int) []string {
	return slices.DeleteFunc(slices.Clone(q.all), func(tool string) bool {
		return len(o.rules[tool]) == 0 || !q.isKnown(tool, window)
	})
}

// behindBoth proves a share: by who stands behind the whole, and behind the part.
func behindBoth(whole, some part) *proof {
	p, of := whole.proof(), some.proof()
	p.people, p.also = min(p.people, of.people), append(p.also, of)
	return p
}

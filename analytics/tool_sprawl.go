package analytics

import (
	"context"
	"math"
	"slices"

	"crosstalk/analytics/stat"
)

// ToolSprawlRow is the sprawl of the organisation in the 28 days that end with the bucket.
type ToolSprawlRow struct {
	Bucket
	People                  *uint64  `ch:"people" unit:"people" gauge:"true" doc:"people who sent at least one message"`
	Tools                   *uint64  `ch:"tools" unit:"tools" gauge:"tools_in_use" doc:"tools in which a message was sent"`
	ToolsPerPerson          *float64 `ch:"tools_per_person" unit:"tools" gauge:"true" doc:"mean over active people of the number of tools in which they sent a message"`
	ManyToolsRatio          *float64 `ch:"many_tools_ratio" gauge:"true" doc:"share of active people who use three tools or more"`
	EffectiveTools          *float64 `ch:"effective_tools" unit:"tools" gauge:"true" doc:"effective number of tools of the organisation: exp of the entropy of the tools' shares of messages (N1)"`
	EffectiveToolsPerPerson *float64 `ch:"effective_tools_per_person" unit:"tools" gauge:"true" doc:"mean over active people of their own effective number of tools"`
	SprawlGap               *float64 `ch:"sprawl_gap" unit:"tools" gauge:"true" doc:"effective_tools less effective_tools_per_person: high means silos by group, near 0 that everybody juggles"`
	Concentration           *float64 `ch:"concentration" gauge:"true" doc:"Herfindahl-Hirschman index: sum of the squared shares of messages (HHI), 1 is a single tool"`
	InverseConcentration    *float64 `ch:"inverse_concentration" unit:"tools" doc:"1 / concentration (N2)"`
	Entropy                 *float64 `ch:"entropy" unit:"nats" doc:"entropy of the organisation's shares; entropy_within + entropy_between, exactly"`
	EntropyWithin           *float64 `ch:"entropy_within" unit:"nats" doc:"mean entropy of people's own shares, weighted by their messages: how much people juggle"`
	EntropyBetween          *float64 `ch:"entropy_between" unit:"nats" doc:"what is left: how much people differ from each other"`
	ToolsPerPersonChange    Change   `ch:"tools_per_person" unit:"tools"`
	EffectiveToolsChange    Change   `ch:"effective_tools" unit:"tools"`
	SprawlGapChange         Change   `ch:"sprawl_gap" unit:"tools"`
	Release
}

// ToolSprawl asks how many tools people juggle.
var ToolSprawl = define("tool_sprawl", Doc{
	Title:    "Tools per person",
	Question: "How many tools do people juggle, and how evenly?",
	Formula:  "tools per person = mean number of tools with a sent message; effective number N1 = exp(-sum p_k ln p_k), p_k = share of messages on tool k; HHI = sum p_k^2, N2 = 1/HHI; sprawl gap = N1 of the organisation - mean N1 of a person; entropy = within people + between people",
	Source:   "Hill numbers (Jost 2006); Herfindahl-Hirschman index; Shannon's decomposition; tools per person as in the Viva data dictionary",
	Caveats: []string{
		"A tool counts for a person from the first message sent; reading is not visible.",
		"Accounts that are not matched to a person count as people of their own, which lowers tools per person.",
		"A tool filter makes the chosen tools the whole: shares are among them.",
		"When a tool's own figures are hidden, effective numbers are rounded to 0.1 and the other indices hidden, since they would tell its share.",
	},
	Example: "500, 300 and 200 messages on three tools: H = 1.030, N1 = 2.80, HHI = .38, N2 = 2.63.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month, Day},
}, making[ToolSprawlRow]{of: []query{sentFact.query}, needs: needsSent, answer: toolSprawl})

// manyTools is from how many tools on a person is said to use many.
const manyTools = 3

func toolSprawl(ctx context.Context, q *question) ([]cell[ToolSprawlRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	book, err := q.sent(ctx)
	if err != nil {
		return nil, err
	}
	l := book.ledger(q.windows)
	var cells []cell[ToolSprawlRow]
	for window := range q.buckets {
		cells = append(cells, q.sprawlOf(l, window)...)
	}
	if q.isCompared() {
		cells = append(cells, q.compareSprawl(l, &cells[0])...)
	}
	return cells, nil
}

// sprawlOf gives the row of a window, and what decides with it: the tools' own cells, which are shown elsewhere.
func (q *question) sprawlOf(l *ledger, window int) []cell[ToolSprawlRow] {
	p := l.profiles(window, q.tools)
	sums := p.sums()
	many := &proof{people: uint64(sums.many)}
	f, sum := q.sprawlFamily(l, window)
	cells := []cell[ToolSprawlRow]{{
		row: sums.row(q.buckets[window]), proof: sum, isKept: true,
		parts: map[string]*proof{"many_tools_ratio": many}, blur: blurSprawl,
	}}
	return append(cells, companions[ToolSprawlRow](f)...)
}

// sprawlFamily gives the tools' proofs and that of the row, which is always one of its own.
func (q *question) sprawlFamily(l *ledger, window int) (family, *proof) {
	f := q.family(l, window, "sprawl")
	sum := *f.sum
	if sum.role == child {
		sum.role, sum.parts = total, []*proof{f.sum}
	}
	sum.key = "row of " + sum.key
	return f, &sum
}

// blurSprawl keeps the shares of hidden tools from being worked out of the indices.
func blurSprawl(r *ToolSprawlRow) []string {
	for _, v := range []*float64{r.EffectiveTools, r.SprawlGap} {
		tenth(v)
	}
	for _, c := range []Change{r.EffectiveToolsChange, r.SprawlGapChange} {
		for _, v := range []*float64{c.Previous, c.Change, c.Low, c.High} {
			tenth(v)
		}
	}
	r.Concentration, r.InverseConcentration = nil, nil
	r.Entropy, r.EntropyWithin, r.EntropyBetween = nil, nil, nil
	return []string{"concentration", "inverse_concentration", "entropy", "entropy_within", "entropy_between"}
}

func tenth(v *float64) {
	if v != nil {
		*v = Round(math.Round(*v*10) / 10)
	}
}

// profiles are the people of a window, each with the messages on every tool.
type profiles struct {
	people   []int       // numbers in the crowd
	messages [][]float64 // by person and tool
}

func (l *ledger) profiles(window int, tools []string) profiles {
	byPerson := contributions(l.people, len(tools))
	for t, tool := range tools {
		p := l.windows[window][tool]
		for i, person := range p.people {
			byPerson[person][t] = p.amounts[i]
		}
	}
	var p profiles
	for person, messages := range byPerson {
		if stat.Sum(messages) > 0 {
			p.people = append(p.people, person)
			p.messages = append(p.messages, messages)
		}
	}
	return p
}

// sprawlSums are the sums over people from which all figures follow.
type sprawlSums struct {
	people, tools, many, effective, within float64 // within is weighted by messages
	messages                               []float64
}

func (p profiles) sums() sprawlSums {
	var s sprawlSums
	effective, within := make([]float64, len(p.messages)), make([]float64, len(p.messages))
	for i, messages := range p.messages {
		tools := float64(toolsIn(messages))
		s.people++
		s.tools += tools
		if tools >= manyTools {
			s.many++
		}
		entropy := stat.Entropy(messages)
		effective[i], within[i] = math.Exp(entropy), entropy*stat.Sum(messages)
		s.messages = plus(s.messages, messages)
	}
	s.effective, s.within = stat.Sum(ascending(effective)), stat.Sum(ascending(within))
	return s
}

func toolsIn(messages []float64) int {
	n := 0
	for _, m := range messages {
		if m > 0 {
			n++
		}
	}
	return n
}

func plus(sums, more []float64) []float64 {
	if sums == nil {
		return slices.Clone(more)
	}
	for i, v := range more {
		sums[i] += v
	}
	return sums
}

func (s sprawlSums) row(b Bucket) ToolSprawlRow {
	messages := stat.Sum(s.messages)
	organisation, person := stat.EffectiveNumber(s.messages), ratio(s.effective, s.people)
	concentration, entropy, within := stat.Concentration(s.messages), stat.Entropy(s.messages), ratio(s.within, messages)
	return ToolSprawlRow{
		Bucket: b, People: count(s.people), Tools: count(float64(toolsIn(s.messages))),
		ToolsPerPerson: number(ratio(s.tools, s.people)), ManyToolsRatio: number(ratio(s.many, s.people)),
		EffectiveTools: number(organisation), EffectiveToolsPerPerson: number(person), SprawlGap: number(organisation - person),
		Concentration: number(concentration), InverseConcentration: number(ratio(1, concentration)),
		Entropy: number(entropy), EntropyWithin: number(within), EntropyBetween: number(entropy - within),
	}
}

// compareSprawl adds the comparison to the cell of a summary and gives the companions of the earlier window. The sums of a
// draw are, now and before: people, tools, effective tools, messages by tool.
func (q *question) compareSprawl(l *ledger, c *cell[ToolSprawlRow]) []cell[ToolSprawlRow] {
	width := 3 + len(q.tools)
	people := contributions(l.people, 2*width)
	sums := make([]float64, 2*width)
	for window := range 2 {
		p := l.profiles(window, q.tools)
		for i, person := range p.people {
			own := people[person][window*width : (window+1)*width]
			own[0], own[1], own[2] = 1, float64(toolsIn(p.messages[i])), stat.EffectiveNumber(p.messages[i])
			copy(own[3:], p.messages[i])
		}
		s := p.sums()
		copy(sums[window*width:], append([]float64{s.people, s.tools, s.effective}, s.messages...))
	}
	intervals := stat.Bootstrap(people, 3, func(sums, out []float64) {
		now, before := sprawlFigures(sums[:width]), sprawlFigures(sums[width:])
		for i := range out {
			out[i] = now[i] - before[i]
		}
	})
	now, before := sprawlFigures(sums[:width]), sprawlFigures(sums[width:])
	for i, field := range []*Change{&c.row.ToolsPerPersonChange, &c.row.EffectiveToolsChange, &c.row.SprawlGapChange} {
		*field = change(now[i], before[i], intervals[i])
	}
	f, sum := q.sprawlFamily(l, 1)
	c.before = sum
	return companions[ToolSprawlRow](f)
}

// sprawlFigures are tools per person, the effective number and the sprawl gap, from the sums over people.
func sprawlFigures(sums []float64) [3]float64 {
	organisation := math.NaN()
	if sums[0] > 0 {
		organisation = stat.EffectiveNumber(sums[3:])
	}
	return [3]float64{ratio(sums[1], sums[0]), organisation, organisation - ratio(sums[2], sums[0])}
}

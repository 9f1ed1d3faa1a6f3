package analytics

import (
	"context"
	"math/bits"
	"time"
)

// networkFact is who exchanged how much with whom on every tool, in the question's windows.
var networkFact = &fact[[]networkRow]{
	query: load("network"),
	params: func(q *question) Params {
		params := q.windowParams()
		params["tools"] = append([]string{}, q.all...)
		return params
	},
	read: func(ctx context.Context, s Snapshot, f *fact[[]networkRow], _ []time.Time, params Params) ([]networkRow, error) {
		var rows []networkRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

// networkRow are the exchanges of one person of each pair in one window.
type networkRow struct {
	Window  uint16  `ch:"window"`
	Person  uint64  `ch:"person"`
	Others  numbers `ch:"others"`
	OnTools numbers `ch:"on_tools"`
	Sent    numbers `ch:"sent_to_others"`
	Got     numbers `ch:"got_from_others"`
}

// needsNetwork is the need of metrics that are made of the exchanges in their windows, and of who the people are.
func needsNetwork(q *question) []need {
	return []need{peopleFact.need(q, nil), networkFact.need(q, nil)}
}

// network is who exchanged how much with whom in one window, as far as it concerns the group asked for.
type network struct {
	numbers   crowd      // of everybody on the side asked for, in all windows alike
	outside   []bool     // by number: people of the other side, where both are counted together
	inside    []bool     // by number: people of the group asked for, who count; all of them for the organisation
	exchanges []exchange // by pair, then by tool; one end at least is inside
}

// exchange is what two people exchanged on one tool.
type exchange struct {
	a, b   int // numbers
	tool   int // number among all tools with data
	ab, ba int // interactions of a towards b, and of b towards a
}

// networks are those of the question's windows.
func (q *question) networks(ctx context.Context) ([]*network, error) {
	var everybody *people
	var rows []networkRow
	err := sideBySide(
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err },
		func() (err error) { rows, err = networkFact.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	networks := make([]*network, len(q.windows))
	for i, w := range q.windows {
		networks[i] = &network{numbers: everybody.numbers, outside: everybody.outside, inside: q.insideOf(everybody.numbers, w.To)}
	}
	for _, r := range rows {
		networks[r.Window].enter(r)
	}
	return networks, nil
}

// insideOf tells by number who counts in figures that end before a day.
func (q *question) insideOf(everybody crowd, end time.Time) []bool {
	inside := make([]bool, len(everybody))
	roster, isLeftOut := q.population.roster(end)
	if isLeftOut {
		for i := range inside {
			inside[i] = true
		}
	}
	for person := range roster {
		if number, known := everybody[person]; known {
			inside[number] = !isLeftOut
		}
	}
	return inside
}

func (n *network) enter(r networkRow) {
	a := n.numbers[r.Person]
	for i, other := range r.Others {
		b := n.numbers[other]
		if n.inside[a] || n.inside[b] {
			n.exchanges = append(n.exchanges, exchange{a, b, int(r.OnTools[i]), int(r.Sent[i]), int(r.Got[i])})
		}
	}
}

// fewestInteractions make a tie.
const fewestInteractions = 2

// tie is a pair with at least two interactions on the tools asked for.
type tie struct {
	a, b      int
	ab, ba    int        // on the tools asked for together
	on        uint64     // tools with at least two interactions, as bits; bit 0 is the first tool with data
	exchanges []exchange // by tool, on the tools asked for
}

func (t *tie) interactions() int  { return t.ab + t.ba }
func (t *tie) isReciprocal() bool { return t.ab > 0 && t.ba > 0 }

// tools is how many carry the tie, each with two interactions or more; 0 when it takes several together.
func (t *tie) tools() int { return bits.OnesCount64(t.on) }

// ties are the pairs with at least two interactions on some tools together, by numbers of the tools.
func (n *network) ties(isOn func(tool int) bool) []tie {
	var ties []tie
	kept := make([]exchange, 0, len(n.exchanges))
	for begin := 0; begin < len(n.exchanges); {
		end := begin + 1
		for end < len(n.exchanges) && n.exchanges[end].a == n.exchanges[begin].a && n.exchanges[end].b == n.exchanges[begin].b {
			end++
		}
		t, first := tie{a: n.exchanges[begin].a, b: n.exchanges[begin].b}, len(kept)
		for _, x := range n.exchanges[begin:end] {
			if !isOn(x.tool) {
				continue
			}
			t.ab, t.ba = t.ab+x.ab, t.ba+x.ba
			if x.ab+x.ba >= fewestInteractions {
				t.on |= 1 << x.tool
			}
			kept = append(kept, x)
		}
		t.exchanges = kept[first:len(kept):len(kept)]
		if t.interactions() >= fewestInteractions {
			ties = append(ties, t)
		}
		begin = end
	}
	return ties
}

// ends calls for each end of a tie that counts.
func (n *network) ends(t tie, each func(person, other int)) {
	if n.inside[t.a] {
		each(t.a, t.b)
	}
	if n.inside[t.b] {
		each(t.b, t.a)
	}
}

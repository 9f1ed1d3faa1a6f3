package analytics

import (
	"context"
	"slices"
)

// coverage is how much of what people exchange on each tool they exchange on others too, in one window.
type coverage struct {
	numbers int
	outside []bool
	// by tool, then number of the person: interactions within the person's ties on the tool, and of those, within ties that some other
	// tools carry too
	volume, covered [][]float64
}

// coverage adds up, for each tool with data, the ties that tools of its set carry too.
func (n *network) coverage(tools int, others []uint64) *coverage {
	c := &coverage{numbers: len(n.inside), outside: n.outside, volume: contributions(tools, len(n.inside)), covered: contributions(tools, len(n.inside))}
	n.byPair(func(exchanges []exchange) {
		on := onTools(exchanges)
		for _, x := range exchanges {
			if on>>x.tool&1 == 0 {
				continue
			}
			for _, person := range [2]int{x.a, x.b} {
				if !n.inside[person] {
					continue
				}
				c.volume[x.tool][person] += float64(x.ab + x.ba)
				if on&others[x.tool] != 0 {
					c.covered[x.tool][person] += float64(x.ab + x.ba)
				}
			}
		}
	})
	return c
}

// coveredTenths is how much of a person's exchange on a tool others must carry for the person to be covered: nine tenths.
const coveredTenths = 9

// people are those of some people of whom nearly all that they exchange on a tool is within ties that the other tools carry too. Who has no
// ties on the tool has nothing that could be covered.
func (c *coverage) people(tool int, among []int) part {
	var p part
	for _, person := range among {
		if volume := c.volume[tool][person]; volume > 0 && 10*c.covered[tool][person] >= coveredTenths*volume {
			p = p.with(person, 1)
			if c.outside[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
	return p
}

// activeByTool gives who sent something on each tool with data, by window and tool, as the people of networks are numbered.
func (q *question) activeByTool(ctx context.Context) ([][][]int, error) {
	everybody, err := peopleFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	book, err := sentFact.of(ctx, q, weeksOf(q.windows))
	if err != nil {
		return nil, err
	}
	numbers := make([]int, len(book.outside))
	for id, number := range book.crowd {
		numbers[number] = everybody.numbers[id]
	}
	held := book.windowsOfDays(q.windows)
	active := make([][][]int, len(q.windows))
	for window := range active {
		active[window] = make([][]int, len(q.all))
	}
	sentIn := make([]bool, len(q.windows))
	for _, s := range book.senders {
		clear(sentIn)
		for _, d := range s.days {
			for _, window := range held[d.day] {
				sentIn[window] = sentIn[window] || d.messages > 0
			}
		}
		tool, isKnown := slices.BinarySearch(q.all, s.tool)
		for window, is := range sentIn {
			if is && isKnown {
				active[window][tool] = append(active[window][tool], numbers[s.person])
			}
		}
	}
	return active, nil
}

package analytics

import (
	"context"
	"iter"
	"math"
	"slices"

	"crosstalk/analytics/stat"
)

// tied is who has a tie with whom in one window, on the tools asked for together: the ties of everybody, with what is known of each.
type tied struct {
	numbers   crowd
	outside   []bool // by number: people of the other side, where both are counted together
	ties      []tie
	strength  []strength // of each tie
	effective []fixed    // effective number of tools of each
	starts    []int32    // in at, of each person by number, and the end
	at        []int32    // places of the ties of each person
}

// strength sorts ties by their interactions, in quarters of all ties of the organisation.
type strength uint8

const (
	weak   strength = iota // at or below the lower quartile, and below the upper
	medium                 // between
	heavy                  // at or above the upper quartile
	strengths
)

var strengthNames = [strengths]string{"weak", "medium", "heavy"}

// fixed is a number in units of 2^-32: sums of such do not hang on their order.
type fixed int64

const fixedUnit = 1 << 32

func toFixed(v float64) fixed    { return fixed(math.Round(v * fixedUnit)) }
func (f fixed) float64() float64 { return float64(f) / fixedUnit }

// allTies are the ties on the tools asked for in each of the question's windows.
var allTies = &derived[[]*tied]{"ties", func(ctx context.Context, q *question) ([]*tied, error) {
	return q.tieEverybody(ctx, func(tool int) bool { return slices.Contains(q.tools, q.all[tool]) })
}}

// tiesOnAnyTool are those over all tools, whatever is asked for.
var tiesOnAnyTool = &derived[[]*tied]{"ties on any tool", func(ctx context.Context, q *question) ([]*tied, error) {
	return q.tieEverybody(ctx, func(int) bool { return true })
}}

func (q *question) tieEverybody(ctx context.Context, isOn func(tool int) bool) ([]*tied, error) {
	if len(q.all) > mostOverlapTools {
		return nil, refused("the ties on %d tools are not told apart: there may be %d at most", len(q.all), mostOverlapTools)
	}
	networks, err := q.networks(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]*tied, len(networks))
	for i, n := range networks {
		all[i] = &tied{numbers: n.numbers, outside: n.outside, ties: n.ties(isOn)}
		all[i].measure()
		all[i].index()
	}
	return all, nil
}

// index finds the ties of each person.
func (t *tied) index() {
	t.starts, t.at = make([]int32, len(t.outside)+1), make([]int32, 2*len(t.ties))
	for i := range t.ties {
		t.starts[t.ties[i].a]++
		t.starts[t.ties[i].b]++
	}
	sum := int32(0)
	for person := range t.starts {
		sum += t.starts[person]
		t.starts[person] = sum // the end, until the places are entered
	}
	for i := range t.ties {
		for _, person := range [2]int{t.ties[i].a, t.ties[i].b} {
			t.starts[person]--
			t.at[t.starts[person]] = int32(i)
		}
	}
}

// measure finds how strong each tie is, and how evenly it is spread over tools.
func (t *tied) measure() {
	t.strength, t.effective = make([]strength, len(t.ties)), make([]fixed, len(t.ties))
	interactions := make([]float64, len(t.ties))
	for i := range t.ties {
		interactions[i] = float64(t.ties[i].interactions())
	}
	ascending := slices.Sorted(slices.Values(interactions))
	lower, upper := stat.QuantileSorted(ascending, 0.25), stat.QuantileSorted(ascending, 0.75)
	var amounts []float64
	for i, n := range interactions {
		switch {
		case n >= upper:
			t.strength[i] = heavy
		case n > lower:
			t.strength[i] = medium
		}
		amounts = amounts[:0]
		for _, x := range t.ties[i].exchanges {
			amounts = append(amounts, float64(x.ab+x.ba))
		}
		t.effective[i] = toFixed(stat.EffectiveNumber(amounts))
	}
}

// ties are those of a window that concern the group asked for: one end at least is inside.
type ties struct {
	*tied
	inside  []bool
	isWhole bool      // everybody counts
	places  []int32   // of the ties with an end that counts; unused for everybody
	counts  []float64 // by number; all 0 between uses
}

// tiesOf gives the ties of each window as they concern the group asked for.
func (q *question) tiesOf(ctx context.Context, of *derived[[]*tied]) ([]*ties, error) {
	all, err := of.of(ctx, q)
	if err != nil {
		return nil, err
	}
	own := make([]*ties, len(all))
	for i, t := range all {
		own[i] = &ties{tied: t, inside: q.insideOf(t.numbers, q.windows[i].To), isWhole: q.population.isWhole(), counts: make([]float64, len(t.outside))}
		if !own[i].isWhole {
			own[i].choose()
		}
	}
	return own, nil
}

// own gives the ties with an end that counts, by their places, in no order that means anything.
func (t *ties) own() iter.Seq2[int, *tie] {
	return func(yield func(int, *tie) bool) {
		if t.isWhole {
			for i := range t.ties {
				if !yield(i, &t.ties[i]) {
					return
				}
			}
			return
		}
		for _, i := range t.places {
			if !yield(int(i), &t.ties[i]) {
				return
			}
		}
	}
}

// choose finds the places of the ties with an end that counts.
func (t *ties) choose() {
	for person, is := range t.inside {
		if !is {
			continue
		}
		for _, place := range t.at[t.starts[person]:t.starts[person+1]] {
			if a := t.ties[place].a; a == person || !t.inside[a] { // else it comes with its other end
				t.places = append(t.places, place)
			}
		}
	}
}

// bundle is some ties, with the people at those of their ends that count.
type bundle struct {
	size         int
	interactions int
	tools        int // that carry them, each tie with its own
	effective    fixed
	people       []int32 // one may stand several times
}

// put adds a tie by its place.
func (t *ties) put(b *bundle, place int) {
	one := &t.ties[place]
	b.size++
	b.interactions += one.interactions()
	b.tools += one.tools()
	b.effective += t.effective[place]
	t.putEnds(b, one)
}

func (t *ties) putEnds(b *bundle, one *tie) {
	for _, person := range [2]int{one.a, one.b} {
		if t.inside[person] {
			b.people = append(b.people, int32(person))
		}
	}
}

// proof counts who stands behind a bundle.
func (t *ties) proof(b *bundle) *proof {
	for _, person := range b.people {
		t.counts[person]++
	}
	p := &proof{sum: float64(b.size)}
	for _, person := range b.people {
		n := t.counts[person]
		if n == 0 {
			continue // met before
		}
		t.counts[person] = 0
		p.people++
		if t.outside[person] {
			p.outsiders++
		}
		switch {
		case n > p.top1:
			p.top1, p.top2 = n, p.top1
		case n > p.top2:
			p.top2 = n
		}
	}
	return p
}

func (b *bundle) perTie(sum float64) float64 { return ratio(sum, float64(b.size)) }

// resampled compares sums over ties now and before, by drawing people again. values gives what a tie adds to each of some sums; a tie
// counts in equal parts at those of its ends that count. figures turn the sums of a window into what is compared.
func resampled(now, before *ties, values func(*tie, []float64), width, count int, figures func(sums, out []float64)) []Change {
	of, total := newResample(len(now.outside), 2*width), make([]float64, 2*width)
	sums := make([]float64, width)
	for window, t := range []*ties{now, before} {
		for _, one := range t.own() {
			clear(sums)
			values(one, sums)
			ends, weight := [2]int{one.a, one.b}, 1.0
			if t.inside[one.a] && t.inside[one.b] {
				weight = 0.5
			}
			for i, v := range sums {
				total[window*width+i] += v
				for _, person := range ends {
					if t.inside[person] {
						of.row(person)[window*width+i] += v * weight
					}
				}
			}
		}
	}
	intervals := stat.Bootstrap(of.rows, count, func(sums, out []float64) { // several at once
		was := make([]float64, count)
		figures(sums[:width], out)
		figures(sums[width:], was)
		for i := range out {
			out[i] -= was[i]
		}
	})
	is, was := make([]float64, count), make([]float64, count)
	figures(total[:width], is)
	figures(total[width:], was)
	changes := make([]Change, count)
	for i := range changes {
		changes[i] = change(is[i], was[i], intervals[i])
	}
	return changes
}

// resample lays out what people add to some sums, for those alone who add something.
type resample struct {
	width  int
	places []int32 // of each person by number, from 1
	rows   [][]float64
}

func newResample(people, width int) *resample {
	return &resample{width: width, places: make([]int32, people)}
}

// row is that of a person.
func (r *resample) row(person int) []float64 {
	if r.places[person] == 0 {
		r.rows = append(r.rows, make([]float64, r.width))
		r.places[person] = int32(len(r.rows))
	}
	return r.rows[r.places[person]-1]
}

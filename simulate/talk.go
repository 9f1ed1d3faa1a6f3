package simulate

import (
	"math/rand/v2"
	"slices"
	"sort"
)

// kind says what a simulated row is. Only talk is a message by a person.
type kind uint8

const (
	talk      kind = iota
	bot            // written by an integration
	automatic      // an automatic answer or notification sent as mail
	bulk           // a newsletter
	bounce         // a delivery report
	system         // a join
	call           // a huddle
	tombstone      // a deleted thread root
)

// message is one simulated event. Instants are Unix milliseconds.
type message struct {
	at       int64
	seq      uint64 // order of creation within its tool; also makes ids
	salt     uint64 // what it looks like: text, edits, files
	conv     int32  // index of the tool's conversation; a mail list for mail, or -1
	from     int32  // person, or a stranger from len(people) on; -1 nobody
	kind     kind
	extra    bool // would not be there without the initiative
	turn     bool // mail only: begins a turn
	parent   *message
	replies  []*message // chat threads only
	mentions []int32
	to, cc   []int32 // mail only
	reactors []int32
	dangling bool // answers a mail that is not in the archive
	late     bool // written after a broadcast flag: a reply also shown in the channel
}

// place is a conversation of a chat tool, or a mail list.
type place struct {
	id, name string
	kind     placeKind
	members  []int32
	created  int64

	lastFrom int32 // of the turn that is going on
	lastAt   int64
}

type placeKind uint8

const (
	direct placeKind = iota
	group
	channel
	private
	alerts // a channel in which only integrations write
	standup
)

// smallRoom is the largest conversation, or list of recipients, in which a message
// speaks to each of the others.
const smallRoom = 8

// generator makes the events of one tool and hands them to a writer in order of time.
type generator struct {
	*habits
	tool    int
	slug    string
	r, also *rand.Rand // also draws what the initiative adds, so that the rest stays the same
	places  []place
	pending []*message
	used    map[uint64]struct{}
	step    int64 // the tool's precision
	seq     uint64
	owed    float64
	scale   float64
	picks   []float64 // cumulative weights of the week
	made    int       // messages by people
	pushed  int       // in this exchange
	begin   func(g *generator, i int32, at int64)
	daily   func(g *generator, d int)
	out     writer
	count   *counter
	lift    func(i int32, at int64) float64 // by how much the initiative raises a person's rate
	base    int                             // answered one-to-one exchanges that were raised
	added   int                             // exchanges that were added

	// Of a tool with a format of its own.
	scribe     scribe
	cards      []card // by person
	mute       bool   // it does not say whom a message names
	rosterless bool   // nor who is in a channel of a few, so that there are none
	gaps       bool   // addresses are missing
}

// writer puts the rows of one tool into its files.
type writer interface {
	write(m *message) error
	close() error
}

// claim makes an instant unique within a place, at the tool's precision.
func (g *generator) claim(conv int32, at int64) int64 {
	at -= at % g.step
	for {
		key := uint64(conv)<<40 | uint64(at-g.cal.from+400*day)
		if _, taken := g.used[key]; !taken {
			g.used[key] = struct{}{}
			return at
		}
		at += g.step
	}
}

// push adds an event, unless it lies outside the span.
func (g *generator) push(m message) *message {
	if m.conv >= 0 && g.tool != emailTool {
		m.at = g.claim(m.conv, m.at)
	}
	if m.at < g.cal.from || m.at >= g.cal.to {
		return nil
	}
	if g.mute {
		m.mentions = nil
	}
	g.seq++
	m.seq, m.salt = g.seq, mix(g.seq, uint64(m.at))
	p := &m
	g.pending = append(g.pending, p)
	if m.kind == talk && int(m.from) < len(g.people) && m.from >= 0 {
		g.pushed++
	}
	return p
}

// mix makes well spread bits of two numbers.
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 ^ b
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// startWeek works out who writes how much in a week.
func (g *generator) startWeek(w int) {
	sum := 0.0
	g.picks = g.picks[:0]
	for i := range g.people {
		sum += g.weight(g.tool, i, w)
		g.picks = append(g.picks, sum)
	}
}

// day makes the exchanges that begin on one day.
func (g *generator) day(d int) {
	if g.daily != nil {
		g.daily(g, d)
	}
	total := g.picks[len(g.picks)-1]
	g.owed += total * g.pressure[d] * g.scale
	for tries := 0; g.owed >= 1 && total > 0 && tries < 1<<26; tries++ {
		x := g.r.Float64() * total
		i := int32(sort.Search(len(g.picks)-1, func(k int) bool { return g.picks[k] > x }))
		at := g.deskTime(g.r, i, d)
		if !g.reachable(g.tool, i, at) {
			g.owed -= 0.5 // the edges of the span have fewer hours
			continue
		}
		g.pushed = 0
		g.begin(g, i, at)
		g.owed -= max(float64(g.pushed), 0.25) // nobody to talk to costs time as well
		g.made += g.pushed
	}
}

// emit writes what happened before an instant, in order of time.
func (g *generator) emit(until int64) error {
	slices.SortFunc(g.pending, func(a, b *message) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return int(int64(a.seq) - int64(b.seq))
	})
	n := sort.Search(len(g.pending), func(k int) bool { return g.pending[k].at >= until })
	for _, m := range g.pending[:n] {
		g.count.add(g, m)
		if err := g.out.write(m); err != nil {
			return err
		}
	}
	rest := copy(g.pending, g.pending[n:])
	clear(g.pending[rest:])
	g.pending = g.pending[:rest]
	clear(g.used)
	for _, m := range g.pending {
		if m.conv >= 0 && g.tool != emailTool {
			g.used[uint64(m.conv)<<40|uint64(m.at-g.cal.from+400*day)] = struct{}{}
		}
	}
	return nil
}

// friend draws somebody a person knows who can be reached with the tool now, or -1.
func (g *generator) friend(r *rand.Rand, i int32, at int64) (k int, j int32) {
	circle := g.contacts[i]
	for range 5 {
		x := r.Float64() * circle[len(circle)-1].weight
		k := 0
		for circle[k].weight <= x {
			k++
		}
		if g.reachable(g.tool, circle[k].to, at) {
			return k, circle[k].to
		}
	}
	return -1, -1
}

// anyFriend draws without regard to closeness.
func (g *generator) anyFriend(r *rand.Rand, i int32, at int64) (k int, j int32) {
	circle := g.contacts[i]
	for range 6 {
		k := r.IntN(len(circle))
		if g.reachable(g.tool, circle[k].to, at) {
			return k, circle[k].to
		}
	}
	return -1, -1
}

// raise adds, with the initiative's chance, an exchange beside one that was answered.
func (g *generator) raise(i int32, at int64, exchange func(r *rand.Rand, at int64)) {
	chance := g.lift(i, at)
	if chance <= 0 {
		return
	}
	g.base++
	before := g.pushed
	for ; chance > 0; chance-- {
		if g.also.Float64() < chance {
			g.added++
			d := int((at+g.cal.offset(g.people[i].location, at))/day - g.cal.firstDay)
			exchange(g.also, g.deskTime(g.also, i, min(max(d, 0), g.cal.days-1)))
		}
	}
	g.made += g.pushed - before
	g.pushed = before // comes on top
}

package analytics

import (
	"context"
	"math/bits"
	"time"
)

// historyFact is in which ISO weeks everybody sent something, since the data begin, and since when they are known on each tool.
var historyFact = &fact[*history]{
	query: load("history"),
	params: func(q *question) Params {
		return Params{"side": string(q.filter.Side), "first": floorTo(q.dataFrom, string(Week)).Format(time.DateOnly)}
	},
	read: readHistory,
}

// history is what people did, week by week, since the data begin. It is read by several questions at once and never changed.
type history struct {
	first   time.Time // the week from which weeks are counted
	crowd   crowd
	outside []bool // by number: people of the other side, where both are counted together
	tools   map[string]*use
}

// use is who used one tool, or some together, and when; all by number of the person.
type use struct {
	seen    []int // the week in which an account of the person was first seen; never: none was
	sent    []uint64
	stretch int // words of a person in sent
}

// never is no week.
const never = -1

type historyRow struct {
	Tool      string  `ch:"tool"`
	Stretch   uint32  `ch:"stretch"`
	People    numbers `ch:"people"`
	IsOutside numbers `ch:"is_outside"`
	Seen      numbers `ch:"seen"`
	Sent      numbers `ch:"sent"`
}

func readHistory(ctx context.Context, s Snapshot, f *fact[*history], _ []time.Time, params Params) (*history, error) {
	var rows []historyRow
	if err := s.Select(ctx, &rows, f.query.text, params); err != nil {
		return nil, err
	}
	first, err := time.Parse(time.DateOnly, params["first"].(string))
	if err != nil {
		return nil, err
	}
	h := &history{first: first, crowd: crowd{}, tools: map[string]*use{}}
	stretches := 1
	for _, r := range rows {
		stretches = max(stretches, int(r.Stretch)+1)
		for _, id := range r.People {
			h.crowd.number(id)
		}
	}
	h.outside = make([]bool, len(h.crowd))
	for _, r := range rows {
		h.enter(r, stretches)
	}
	return h, nil
}

func (h *history) enter(r historyRow, stretches int) {
	u := h.tools[r.Tool]
	if u == nil {
		u = newUse(len(h.crowd), stretches)
		h.tools[r.Tool] = u
	}
	for i, id := range r.People {
		person := h.crowd[id]
		h.outside[person] = h.outside[person] || r.IsOutside[i] != 0
		u.sent[person*stretches+int(r.Stretch)] = r.Sent[i]
		if u.seen[person] == never { // stretches ascend
			u.seen[person] = weeksInStretch*int(r.Stretch) + int(r.Seen[i])
		}
	}
}

func newUse(people, stretches int) *use {
	u := &use{seen: make([]int, people), sent: make([]uint64, people*stretches), stretch: stretches}
	for person := range u.seen {
		u.seen[person] = never
	}
	return u
}

// week is the number of the week that begins on a Monday.
func (h *history) week(monday time.Time) int { return int(monday.Sub(h.first).Hours()) / (7 * 24) }

// monday is the first day of a week.
func (h *history) monday(week int) time.Time { return h.first.AddDate(0, 0, 7*week) }

// over is the use of some tools together.
func (h *history) over(tools []string) *use {
	if len(tools) == 1 && h.tools[tools[0]] != nil {
		return h.tools[tools[0]]
	}
	stretches := 1
	for _, u := range h.tools {
		stretches = u.stretch
	}
	sum := newUse(len(h.crowd), stretches)
	for _, tool := range tools {
		if u := h.tools[tool]; u != nil {
			sum.add(u)
		}
	}
	return sum
}

func (u *use) add(other *use) {
	for i, word := range other.sent {
		u.sent[i] |= word
	}
	for person, seen := range other.seen {
		if seen != never && (u.seen[person] == never || seen < u.seen[person]) {
			u.seen[person] = seen
		}
	}
}

// words are the weeks of a person, as bits.
func (u *use) words(person int) []uint64 { return u.sent[person*u.stretch : (person+1)*u.stretch] }

// isActive reports whether a person sent something in a week.
func (u *use) isActive(person, week int) bool {
	return week >= 0 && week < u.stretch*weeksInStretch && u.words(person)[week/weeksInStretch]>>(week%weeksInStretch)&1 == 1
}

// first is the week of a person's first message, or never.
func (u *use) first(person int) int {
	for i, word := range u.words(person) {
		if word != 0 {
			return i*weeksInStretch + bits.TrailingZeros64(word)
		}
	}
	return never
}

// insideBy gives who counts in figures that end before a day, by number; the same answer for all days of a quarter.
func (q *question) insideBy(everybody crowd) func(end time.Time) []bool {
	byQuarter := map[time.Time][]bool{}
	return func(end time.Time) []bool {
		quarter := floorTo(end.AddDate(0, 0, -1), "quarter")
		if byQuarter[quarter] == nil {
			byQuarter[quarter] = q.insideOf(everybody, end)
		}
		return byQuarter[quarter]
	}
}

// subject is a tool, or AllTools for those asked for together.
type subject struct {
	name  string
	tools []string
}

// subjects are the total over the tools asked for and each of them.
func (q *question) subjects() []subject {
	list := []subject{{AllTools, q.tools}}
	for _, tool := range q.tools {
		list = append(list, subject{tool, []string{tool}})
	}
	return list
}

// toolsFrom is the first day with messages on some tools.
func (q *question) toolsFrom(tools []string) time.Time {
	from := q.dataEnd
	for _, tool := range tools {
		first, _ := q.s.ToolDays(tool)
		from = earliest(from, first)
	}
	return from
}

// isAnyKnown reports whether one of some tools counts as connected in a window.
func (q *question) isAnyKnown(tools []string, window int) bool {
	for _, tool := range tools {
		if q.isKnown(tool, window) {
			return true
		}
	}
	return false
}

package simulate

// counter counts what is true of one tool while its events go by in order of time.
type counter struct {
	cal     *calendar
	people  int32
	truth   ToolTruth
	week    span // the current ISO week
	block   span // the current 4 weeks
	last    span // the last 28 days
	ever    []uint32
	from28  int64
	dayEnd  int64
	today   []int32 // by person: the last day on which they sent
	dayAt   int
	targets []int32
}

// span is what one window holds.
type span struct {
	pairs    pairs
	messages []uint32 // by person
	turns    int
}

func newSpan(people int) span { return span{messages: make([]uint32, people)} }

func (s *span) clear() {
	s.pairs.clear()
	clear(s.messages)
	s.turns = 0
}

func newCounter(cal *calendar, slug string, people int) *counter {
	c := &counter{
		cal: cal, people: int32(people), week: newSpan(people), block: newSpan(people), last: newSpan(people),
		ever: make([]uint32, people), from28: cal.end.AddDate(0, 0, -28).UnixMilli(), today: make([]int32, people),
		truth: ToolTruth{Tool: slug, Rejects: map[string]int{}},
	}
	c.nextDay()
	return c
}

func (c *counter) nextDay() {
	c.truth.Days = append(c.truth.Days, DayTruth{Day: c.cal.start.AddDate(0, 0, c.dayAt).Format("2006-01-02")})
	c.dayAt++
	c.dayEnd = c.cal.start.AddDate(0, 0, c.dayAt).UnixMilli()
}

// add counts one event; g is the generator whose places it speaks of.
func (c *counter) add(g *generator, m *message) {
	c.truth.Reactions += len(m.reactors)
	switch m.kind {
	case talk:
		c.addTalk(g, m)
	case bot:
		c.truth.Bots++
	case automatic:
		c.truth.Automatic++
	case bulk:
		c.truth.Bulk++
	case bounce:
		c.truth.Bounces++
	case system, tombstone:
		c.truth.System++
	case call:
		c.truth.Calls++
	}
}

func (c *counter) addTalk(g *generator, m *message) {
	turn := m.turn
	if g.tool != emailTool {
		turn = g.places[m.conv].turn(m)
	}
	if m.from >= c.people {
		c.truth.Strangers++
		return
	}
	c.truth.Messages++
	c.addSender(m)
	if turn {
		c.truth.Turns++
		c.week.turns++
	}
	for _, to := range c.addressed(g, m) {
		c.week.pairs.add(m.from, to, m.extra)
		if m.at >= c.from28 {
			c.last.pairs.add(m.from, to, m.extra)
		}
	}
}

func (c *counter) addSender(m *message) {
	for m.at >= c.dayEnd {
		c.nextDay()
	}
	d := &c.truth.Days[c.dayAt-1]
	d.Messages++
	if c.today[m.from] != int32(c.dayAt) {
		c.today[m.from] = int32(c.dayAt)
		d.Senders++
	}
	c.week.messages[m.from]++
	c.ever[m.from]++
	if m.at >= c.from28 {
		c.last.messages[m.from]++
	}
}

// turn reports whether a message begins a turn in its place, and keeps the place's state.
func (p *place) turn(m *message) bool {
	begins := p.lastFrom != m.from || m.at-p.lastAt > turnGap
	p.lastFrom, p.lastAt = m.from, m.at
	return begins
}

// addressed is whom a message is an interaction towards, each once.
func (c *counter) addressed(g *generator, m *message) []int32 {
	c.targets = c.targets[:0]
	if g.tool == emailTool {
		listed := len(m.to) + len(m.cc)
		if m.conv >= 0 {
			listed++
		}
		if listed <= smallRoom {
			c.address(m.from, m.to)
			c.address(m.from, m.cc)
		}
	} else if members := g.places[m.conv].members; len(members) <= smallRoom {
		c.address(m.from, members)
	}
	if m.parent != nil {
		c.address(m.from, []int32{m.parent.from})
	}
	c.address(m.from, m.mentions)
	return c.targets
}

func (c *counter) address(from int32, list []int32) {
	for _, to := range list {
		if to >= 0 && to < c.people && to != from && !contains(c.targets, to) {
			c.targets = append(c.targets, to)
		}
	}
}

// closeWeek writes the week down.
func (c *counter) closeWeek(w week) {
	t := ToolWeek{Week: w.name, Complete: w.complete, Turns: c.week.turns}
	for _, n := range c.week.messages {
		t.Messages += int(n)
		if n > 0 {
			t.Senders++
		}
	}
	t.Ties, t.Reciprocal = c.week.pairs.ties()
	c.truth.Weeks = append(c.truth.Weeks, t)
}

func (c *counter) finish() ToolTruth {
	for c.dayAt < c.cal.days {
		c.nextDay()
	}
	for _, n := range c.ever {
		if n > 0 {
			c.truth.Senders++
		}
	}
	return c.truth
}

package simulate

// newIRC makes the channels of the dying tool: one of all who use it and one for each
// technical department. All are larger than a small room.
func newIRC(g *generator, c *company) *rooms {
	rm := &rooms{}
	n := len(g.people)
	rm.direct, rm.groups, rm.channels = make([][]int32, n), make([][]int32, n), make([][]int32, n)
	for i := range rm.direct {
		rm.direct[i] = make([]int32, len(g.contacts[i]))
		for k := range rm.direct[i] {
			rm.direct[i][k] = -1
		}
	}
	for d := range c.depts {
		if c.depts[d].style == technical {
			g.open(rm, channel, "#"+slug(c.depts[d].name), g.users(c.everyoneIn(d)))
		}
	}
	g.open(rm, channel, "#heron", g.users(all(n)))
	return rm
}

// gossip begins one exchange in a channel.
func (rm *rooms) gossip(g *generator, i int32, at int64) {
	if len(rm.channels[i]) > 0 {
		rm.talkInChannel(g, i, at, rm.pickChannel(g, i))
	}
}

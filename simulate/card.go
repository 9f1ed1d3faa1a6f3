package simulate

import "fmt"

// card is what an export says of an account beside its key; what is empty it does not say.
type card struct{ name, email, phone, nick string }

// ownDraw is a number of a person's own in a tool, of which follows what the export says.
func (g *generator) ownDraw(i int) uint64 {
	return mix(uint64(i)+1, mix(uint64(g.tool)+1, g.seed+1009))
}

// hidesAddress reports whether an account is one of the third whose address is missing.
func hidesAddress(draw uint64) bool { return draw%3 == 0 }

// plainCard is of tools that know names and addresses.
func plainCard(p *person, draw uint64) card {
	c := card{name: p.name(), email: p.email}
	if hidesAddress(draw) {
		c.email = ""
	}
	return c
}

// officeCard is of tools in which people also have a nick.
func officeCard(p *person, draw uint64) card {
	c := plainCard(p, draw)
	c.nick = p.nick
	return c
}

// contactCard is of tools that go by telephone number, which a third does not show.
func contactCard(p *person, draw uint64) card {
	c := card{name: p.name(), phone: p.phone, nick: p.nick}
	if draw%3 == 0 {
		c.phone = ""
	}
	return c
}

// playerCard is of tools in which half of the people show no more than a nick.
func playerCard(p *person, draw uint64) card {
	c := card{nick: p.nick}
	if draw%2 == 0 {
		c.name = p.name()
	}
	return c
}

// phonebookCard is of tools that show the name in somebody's telephone or the number. Of two
// who share a name the number is shown, as a telephone needs to tell them apart.
func phonebookCard(p *person, draw uint64) card {
	if p.phone != "" && (draw%2 == 0 || p.namesake) {
		return card{phone: p.phone}
	}
	return card{name: p.name()}
}

// fictional is the k-th of the telephone numbers that are kept for fiction, or empty: of each
// area of North America a hundred.
func fictional(k int) string {
	const areas, each = 800, 100
	if k >= areas*each {
		return ""
	}
	return fmt.Sprintf("+1%d55501%02d", 200+k/each, k%each)
}

// declares reports whether the directory knows a person's nick or number: of nine in ten.
func declares(seed, what uint64, i int) bool { return mix(uint64(i)+1, seed+what)%10 != 0 }

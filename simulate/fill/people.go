package fill

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// domain is where the company's addresses are.
const domain = "heron.example"

// person is one row of the directory. Days are numbers of the span.
type person struct {
	name, email string
	team        int
	moved       int // the team from movedOn on
	movedOn     int // the first day in it; 0 is never
	manager     int // index, or -1
	location    int
	from, to    int     // on the roster, half-open
	activity    float64 // 1 on average, heavy-tailed
	shift       int64   // milliseconds by which the day begins earlier or later
}

type team struct {
	name    string
	dept    int
	members []int32
}

var locations = []struct {
	name, zone string
	offset     int16 // minutes, of the sender's clock
}{{"Hamburg", "Europe/Berlin", 60}, {"Bristol", "Europe/London", 0}, {"Toronto", "America/Toronto", -300}, {"Pune", "Asia/Kolkata", 330}}

var (
	given  = strings.Fields("Anna Jonas Lena Katrin Malte Silke Torben Heike Alice Oliver Grace Harry Emily Thomas Priya Arjun Meera Rohan Anjali Vikram Camille Luc Juliette Marc Wei Jun Mei Hao Zofia Jakub Piotr Ewa Elena Pablo Diego Carmen")
	family = strings.Fields("Brandt Petersen Hansen Vogt Jansen Behrens Thomsen Groth Barlow Carter Ellis Langley Morton Prescott Whitby Sharma Patel Iyer Joshi Nair Reddy Mehta Dubois Moreau Garnier Fortin Girard Mercier Zhang Chen Liu Huang Zhou Nowak Mazur Lis Baran Castro Molina Vidal")
	fields = strings.Fields("Engineering Sales Operations Care Marketing Finance Research Product Logistics IT People Procurement Legal Quality Design Security Data Facilities")
)

// hire makes departments of heavy-tailed sizes out of teams of 6 to 24, and their people.
func (c *Company) hire() {
	r := newRandom(c.o.Seed, 1, 0)
	n := min(max(c.o.People/120, 2), 60)
	sum := 0.0
	for d := range n {
		sum += math.Pow(float64(d+1), -0.8)
	}
	for d := range n {
		name := fields[d%len(fields)]
		if d >= len(fields) {
			name += fmt.Sprintf(" %d", d/len(fields)+1)
		}
		c.depts = append(c.depts, name)
		size := max(int(float64(c.o.People)*math.Pow(float64(d+1), -0.8)/sum), 12)
		if d == n-1 {
			size = c.o.People
		}
		c.staff(r, d, min(size, c.o.People-len(c.people)))
	}
	c.temper(r)
	c.move(r)
}

// staff makes the teams and people of a department. The first of each team leads it, under the first of the department.
func (c *Company) staff(r *random, dept, size int) {
	director := len(c.people)
	for k := 1; size > 0; k++ {
		n := 6 + r.below(19)
		if size-n < 6 {
			n = size
		}
		size -= n
		t := team{name: fmt.Sprintf("%s %d", c.depts[dept], k), dept: dept}
		manager, location := len(c.people), r.below(len(locations))
		for i := range n {
			p := person{team: len(c.teams), manager: manager, location: location}
			if r.below(5) == 0 {
				p.location = r.below(len(locations))
			}
			if i == 0 {
				p.manager = director
			}
			t.members = append(t.members, int32(len(c.people)))
			c.people = append(c.people, c.named(r, p))
		}
		c.teams = append(c.teams, t)
	}
	if director < len(c.people) {
		c.people[director].manager = 0
	}
	c.people[0].manager = -1
}

func (c *Company) named(r *random, p person) person {
	a, b := given[r.below(len(given))], family[r.below(len(family))]
	p.name = fmt.Sprintf("%s %s", a, b)
	p.email = fmt.Sprintf("%s.%s%d@%s", strings.ToLower(a), strings.ToLower(b), len(c.people)+1, domain)
	return p
}

// temper draws what people are like. One in twenty joins within the span, and one in twenty leaves.
func (c *Company) temper(r *random) {
	much := tail(1.3)
	for i := range c.people {
		p := &c.people[i]
		p.activity = much[r.next()&(quantiles-1)]
		p.shift = int64(r.normal() * float64(40*time.Minute/time.Millisecond))
		p.to = math.MaxInt32
		switch day := 7 + r.below(c.days-14); r.below(20) {
		case 0:
			p.from = day
		case 1:
			p.to = day
		}
	}
}

// quarter is after how many days the directory is looked at anew.
const quarter = 91

// move lets one in twelve change the team once, most of them within the department.
func (c *Company) move(r *random) {
	for i := range c.people {
		p := &c.people[i]
		p.moved = p.team
		if r.below(12) > 0 || c.days < 2*quarter {
			continue
		}
		p.movedOn = quarter * (1 + r.below(c.days/quarter-1))
		for range 8 {
			p.moved = r.below(len(c.teams))
			if c.teams[p.moved].dept == c.teams[p.team].dept {
				break
			}
		}
	}
}

// Directory is the directory of people as it was on a day.
type Directory struct {
	AsOf   time.Time
	People []record.Person
}

// Directories are those of the first day of the span and of each quarter, oldest first.
func (c *Company) Directories() []Directory {
	var out []Directory
	for d := 0; d < c.days && (d == 0 || d+quarter <= c.days); d += quarter {
		y, m, day := c.dates[d].Date()
		out = append(out, Directory{time.Date(y, m, day, 0, 0, 0, 0, time.UTC), c.directory(d)})
	}
	return out
}

func (c *Company) directory(d int) []record.Person {
	out := make([]record.Person, 0, len(c.people))
	for i := range c.people {
		p := &c.people[i]
		t := c.teams[p.team]
		if p.movedOn > 0 && p.movedOn <= d {
			t = c.teams[p.moved]
		}
		row := record.Person{Key: personKey(i), Name: p.name, Email: p.email, Department: c.depts[t.dept], Team: t.name,
			Location: locations[p.location].name, TimeZone: locations[p.location].zone, Level: "staff", Start: c.date(p.from), End: c.date(p.to - 1)}
		if p.manager >= 0 {
			row.Manager = personKey(p.manager)
		}
		if slices.Contains(t.members[:1], int32(i)) {
			row.Level = "manager"
		}
		out = append(out, row)
	}
	return out
}

func personKey(i int) string { return fmt.Sprintf("e%05d", i+1) }

// date is a day of the span, or zero outside of it.
func (c *Company) date(d int) time.Time {
	if d <= 0 || d >= c.days {
		return time.Time{}
	}
	y, m, day := c.dates[d].Date()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
}

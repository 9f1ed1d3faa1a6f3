package analytics_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"crosstalk/analytics"
)

// company is an invented one whose every act is known: 130 people in four departments, some of them with teams, one with a team of
// four, one department of six; over 26 weeks from the Monday of a quarter's first week, on three tools.
type company struct {
	*store
	people []employee
	sent   map[act]int
	ties   map[meeting]int
}

// employee is somebody with an account on every tool used; the account of a tool has the person's id and the tool's number.
type employee struct {
	id               int
	department, team string
	moves            string // to this team, at the start of the second quarter
	location         string
	tools            int // how many are used, from the first on
	rate             float64
}

type act struct{ person, tool, day int }

type meeting struct{ from, to, tool, day int }

var (
	companyTools = []string{"chat", "mail", "odd"}
	companyFirst = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
)

const companyDays = 26 * 7

// teams are the leaves of the invented company, with how many people are in each; a team "" is a department's rest.
var teams = []struct {
	department, team, location string
	people                     int
}{
	{"Sales", "North", "Lyon", 16}, {"Sales", "South", "Lyon", 13}, {"Sales", "Key", "Oslo", 4}, {"Sales", "", "Oslo", 2},
	{"Research", "Core", "Lyon", 30}, {"Research", "Lab", "Oslo", 7}, {"Research", "Tools", "Lyon", 12},
	{"Works", "", "Lyon", 28}, {"Board", "", "Oslo", 6}, {"", "", "", 12},
}

func newCompany(t testing.TB, seed uint64) *company {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	c := &company{store: newStore(t), sent: map[act]int{}, ties: map[meeting]int{}}
	for _, team := range teams {
		for range team.people {
			e := employee{id: len(c.people) + 1, department: team.department, team: team.team, location: team.location, tools: min(1+rng.IntN(4), 3), rate: rng.ExpFloat64()}
			if e.team == "North" && rng.IntN(12) < 2+7*int(seed%2) { // few, or with odd seeds most
				e.moves = "South"
			}
			c.people = append(c.people, e)
		}
	}
	for i, e := range c.people {
		c.live(rng, i, e)
	}
	c.write(t)
	c.measure(t)
	return c
}

// live makes a person's days.
func (c *company) live(rng *rand.Rand, i int, e employee) {
	for day := range companyDays {
		if day%7 > 4 {
			continue
		}
		for tool := range e.tools {
			n := int(rng.ExpFloat64() * (1 + 2*e.rate) / (1 + 0.5*float64(tool)))
			for range n {
				c.sent[act{i, tool, day}]++
				if other := c.colleague(rng, i); c.people[other].tools > tool {
					c.ties[meeting{i, other, tool, day}]++
				}
			}
		}
	}
}

// colleague is somebody, most often of those who came just before or after.
func (c *company) colleague(rng *rand.Rand, i int) int {
	for {
		other := i + rng.IntN(13) - 6
		if rng.IntN(4) == 0 {
			other = rng.IntN(len(c.people))
		}
		if other != i && other >= 0 && other < len(c.people) {
			return other
		}
	}
}

func account(person, tool int) int { return 10*person + tool + 1 }

func (c *company) write(t testing.TB) {
	t.Helper()
	var who, days, pairs, facts []string
	for i, e := range c.people {
		for tool := range e.tools {
			who = append(who, fmt.Sprintf("(1, 1, %d, %d, true, true, true)", account(i, tool), e.id))
		}
		for attribute, value := range map[string]string{"department": e.department, "location": e.location, "team": e.team} {
			switch {
			case value == "":
			case attribute == "team" && e.moves != "":
				facts = append(facts, fmt.Sprintf("(%d, 'team', '1900-01-01', '2026-03-10', '%s', 1, false), (%d, 'team', '2026-03-10', '2299-12-31', '%s', 1, false)", e.id, value, e.id, e.moves))
			default:
				facts = append(facts, fmt.Sprintf("(%d, '%s', '1900-01-01', '2299-12-31', '%s', 1, false)", e.id, attribute, value))
			}
		}
	}
	for a, n := range c.sent {
		days = append(days, fmt.Sprintf("(1, 1, '%s', '%s', %d, %d, %d)", companyTools[a.tool], dayAt(a.day), account(a.person, a.tool), n, n))
	}
	for m, n := range c.ties {
		a, b, ab, ba := account(m.from, m.tool), account(m.to, m.tool), n, 0
		if a > b {
			a, b, ab, ba = b, a, ba, ab
		}
		pairs = append(pairs, fmt.Sprintf("(1, 1, '%s', '%s', %d, %d, %d, %d)", companyTools[m.tool], dayAt(m.day), a, b, ab, ba))
	}
	conversations := c.conversations()
	for into, values := range map[string][]string{
		"account_person": who,
		"account_day (publication_id, slice_id, tool, day, account_id, messages, turns)":   days,
		"tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a)":        pairs,
		"person_attribute (person_id, attribute, from_on, to_on, value, version, is_gone)": facts,
		"opening_day": conversations.opening, "reach_day": conversations.reach, "session_day": conversations.session, "gap_day": conversations.gap,
	} {
		for len(values) > 0 {
			n := min(len(values), 2000)
			c.exec(t, "INSERT INTO "+into+" VALUES "+strings.Join(values[:n], ", "))
			values = values[n:]
		}
	}
}

func dayAt(day int) string { return companyFirst.AddDate(0, 0, day).Format(time.DateOnly) }

// isIn reports whether somebody is in a group, before the moves or after.
func (e employee) isIn(group string, isMoved bool) bool {
	department, team, hasTeam := strings.Cut(group, "/")
	own := e.team
	if isMoved && e.moves != "" {
		own = e.moves
	}
	return e.department == department && (!hasTeam || own == team)
}

// messages are those of a group on some tools in a span of days.
func (c *company) messages(group string, isMoved bool, from, to int, tools ...string) (messages, people int) {
	seen := map[int]bool{}
	for a, n := range c.sent {
		if a.day < from || a.day >= to || group != "" && !c.people[a.person].isIn(group, isMoved) {
			continue
		}
		for _, tool := range tools {
			if companyTools[a.tool] == tool {
				messages += n
				seen[a.person] = true
			}
		}
	}
	return messages, len(seen)
}

var companySetting = analytics.Setting{MinimumGroup: 10, Tools: map[string]analytics.ToolFacts{
	"chat": {Class: "team_chat", Status: "sanctioned"}, "mail": {Class: "mail", Status: "sanctioned"}, "odd": {Class: "team_chat", Status: "banned"},
}}

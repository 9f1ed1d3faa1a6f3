package analytics

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// company is a Snapshot of 20,000 people in 25 departments of 8 teams each, with 400,000 pairs in every window, on six tools.
type company struct {
	span
	tools   []string
	network []networkRow
	people  []peopleRow
	sent    []sentRow
	groups  []groupRow
}

func (c *company) Tools() []string    { return c.tools }
func (c *company) HasDirectory() bool { return true }

func (c *company) Select(_ context.Context, rows any, _ string, params Params) error {
	switch into := rows.(type) {
	case *[]networkRow:
		for window := range params["starts"].([]string) {
			for _, r := range c.network {
				r.Window = uint16(window)
				*into = append(*into, r)
			}
		}
	case *[]peopleRow:
		*into = c.people
	case *[]sentRow:
		*into = c.sent
	case *[]groupRow:
		*into = c.groups
	default:
		return fmt.Errorf("%T is not read by metrics of ties", rows)
	}
	return nil
}

func newCompany() *company {
	const people, pairs = 20_000, 20 // pairs of each person
	random := rand.New(rand.NewPCG(9, 9))
	c := &company{span: span{"2025-01-06", "2026-02-01"}, tools: []string{"email", "irc", "mattermost", "slack", "teams", "yammer"}, people: make([]peopleRow, 1)}
	forever := time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
	for d := range 25 {
		c.groups = append(c.groups, groupRow{Attribute: byDepartment, Value: fmt.Sprint("d", d), From: c.DataFrom(), To: forever})
		for team := range 8 {
			c.groups = append(c.groups, groupRow{Attribute: byTeam, Value: fmt.Sprint("t", d, "-", team), From: c.DataFrom(), To: forever})
		}
	}
	for p := range uint64(people) {
		c.people[0].People, c.people[0].IsInside = append(c.people[0].People, p), append(c.people[0].IsInside, 1)
		department := int(p) / 800
		for _, g := range []int{9 * department, 9*department + 1 + int(p)%8} {
			c.groups[g].People = append(c.groups[g].People, p)
		}
		r := networkRow{Person: p}
		for i := range pairs {
			other := p + 1 + uint64(i)*uint64(1+random.IntN(3))
			if random.IntN(3) == 0 {
				other = random.Uint64N(people)
			}
			for tool := random.IntN(6); tool < 6 && other > p && other < people; tool += 1 + random.IntN(6) {
				r.Others, r.OnTools = append(r.Others, other), append(r.OnTools, uint64(tool))
				r.Sent, r.Got = append(r.Sent, random.Uint64N(9)), append(r.Got, random.Uint64N(9))
			}
		}
		c.network = append(c.network, r)
	}
	for _, tool := range c.tools {
		for p := range uint64(people) {
			c.sent = append(c.sent, sentRow{Tool: tool, Person: p, Days: numbers{1, 8, 15, 22}, Messages: numbers{1, p % 7, 2, 3}, Turns: numbers{1, 1, 1, 1}})
		}
	}
	return c
}

// BenchmarkTies asks the metrics of ties beyond what the engine takes: over all, and for a department with all groups deciding.
func BenchmarkTies(b *testing.B) {
	c := newCompany()
	for _, m := range []Metric{TieMultiplexity, TieFragility, TieReciprocity, GroupMixing, GroupTies, ToolMixing, NetworkSize, TieStrength, NetworkInfluence, ToolDisplacement} {
		for _, group := range []string{"", "d7"} {
			if group != "" && m.Doc().isOrganisational {
				continue
			}
			b.Run(m.Slug()+"/"+group, func(b *testing.B) {
				for b.Loop() {
					if _, err := m.Ask(context.Background(), c, Setting{}, Filter{Group: group}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package organisation_test

import (
	"testing"

	"crosstalk/organisation"
)

func exclusion(t *testing.T, text string) *organisation.Exclusion {
	t.Helper()
	c, err := organisation.Parse([]byte("organisation: {time_zone: Europe/Amsterdam}\nprivacy:\n  exclusions: " + text + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Organisation.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Privacy.Exclusion(k)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestExclusion(t *testing.T) {
	t.Parallel()
	x := exclusion(t, `{people: [Ana@Heron.example, ana_l], teams: [Legal, Sales/Works Council], kinds: [direct, reaction], `+
		`conversations: [council, {tool: slack, key: C1}, {tool: slack, workspace: heron, key: C2}, {workspace: heron, key: C3}], `+
		`dates: [{from: 2026-07-01, to: 2026-07-02}, {from: 2026-12-24, to: 2027-01-02}]}`)
	for name, c := range map[string]struct{ got, want bool }{
		"an address":                           {x.ExcludesPerson("ana@heron.example"), true},
		"an address in capitals":               {x.ExcludesPerson(" ANA@HERON.EXAMPLE"), true},
		"a handle among names":                 {x.ExcludesPerson("", "U0042", "Ana_L"), true},
		"another person":                       {x.ExcludesPerson("ben@heron.example", "ana"), false},
		"nobody":                               {x.ExcludesPerson(), false},
		"an account without names":             {x.ExcludesPerson("", ""), false},
		"a department":                         {x.ExcludesTeam("legal", "Contracts"), true},
		"a department's own people":            {x.ExcludesTeam("Legal", ""), true},
		"a team":                               {x.ExcludesTeam("Sales", "works council"), true},
		"a team of that name elsewhere":        {x.ExcludesTeam("Support", "Works Council"), false},
		"a department with an excluded team":   {x.ExcludesTeam("Sales", ""), false},
		"a conversation anywhere":              {x.ExcludesConversation("irc", "libera", "council"), true},
		"a conversation of a tool":             {x.ExcludesConversation("slack", "acme", "C1"), true},
		"the same key in another tool":         {x.ExcludesConversation("teams", "acme", "C1"), false},
		"a conversation of a workspace":        {x.ExcludesConversation("teams", "heron", "C3"), true},
		"a conversation of both":               {x.ExcludesConversation("slack", "heron", "C2"), true},
		"the same key in another workspace":    {x.ExcludesConversation("slack", "acme", "C2"), false},
		"a key in other letters":               {x.ExcludesConversation("slack", "heron", "c2"), false},
		"a kind":                               {x.ExcludesKind("direct"), true},
		"another kind":                         {x.ExcludesKind("group"), false},
		"a day":                                {x.ExcludesTime(at(t, "2026-07-01T21:59:59Z")), true},
		"the day after, which begins at 22:00": {x.ExcludesTime(at(t, "2026-07-01T22:00:00Z")), false},
		"the beginning of a day":               {x.ExcludesTime(at(t, "2026-06-30T22:00:00Z")), true},
		"the day before":                       {x.ExcludesTime(at(t, "2026-06-30T21:59:59Z")), false},
		"within the second span":               {x.ExcludesTime(at(t, "2027-01-01T12:00:00Z")), true},
		"teams":                                {x.HasTeams(), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

func TestNoExclusion(t *testing.T) {
	t.Parallel()
	x := exclusion(t, "{}")
	if x != nil {
		t.Errorf("no exclusions make %+v", x)
	}
	if x.ExcludesPerson("a") || x.ExcludesTeam("a", "b") || x.ExcludesConversation("a", "b", "c") || x.ExcludesKind("direct") || x.ExcludesTime(at(t, "2026-07-01T00:00:00Z")) {
		t.Error("nothing excludes something")
	}
	if people := exclusion(t, "{people: [a]}"); people.HasTeams() || people.ExcludesTeam("", "") || people.ExcludesKind("") {
		t.Error("excluding people excludes something else")
	}
}

// Each record asks, so that asking must not cost anything.
func TestExclusionAllocatesNothing(t *testing.T) {
	x := exclusion(t, "{people: [a@heron.example], conversations: [c], dates: [{from: 2026-07-01, to: 2026-07-02}]}")
	when := at(t, "2026-07-03T00:00:00Z")
	if n := testing.AllocsPerRun(100, func() {
		x.ExcludesPerson("ben@heron.example", "U0042AB")
		x.ExcludesConversation("slack", "heron", "C1")
		x.ExcludesTime(when)
	}); n > 1 { // a native id in capitals is copied
		t.Errorf("a record costs %v allocations", n)
	}
}

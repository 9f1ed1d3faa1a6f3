package views

import (
	"testing"
	"time"

	"crosstalk/analytics"
)

func p[N any](n N) *N { return &n }

func moved(by, low, high float64) analytics.Change {
	return analytics.Change{Previous: p(0.0), Change: &by, Low: &low, High: &high}
}

// fourWeeks is an answer compared with the four weeks before it.
func fourWeeks() analytics.Answer {
	end := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	return analytics.Answer{MinimumGroup: 10, Period: analytics.Period{From: end.AddDate(0, 0, -28), To: end},
		Previous: analytics.Period{From: end.AddDate(0, 0, -56), To: end.AddDate(0, 0, -28)}}
}

var tools = Look{Tools: []Tool{{Slug: "slack", Name: "Slack"}, {Slug: "email", Name: "E-mail"}, {Slug: "hipchat", Name: "HipChat"}, {Slug: "whatsapp", Name: "WhatsApp", Status: "banned"}}}

func TestChangeInWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change                Change
		class, arrow, between string
		amount                string
	}{
		"more, and more is bad":     {Change{Known: true, By: 0.2, Low: 0.1, High: 0.3, More: MoreIsBad}, "down", "▲", "(0.1 to 0.3)", "0.2"},
		"less, and more is bad":     {Change{Known: true, By: -6, Low: -9, High: -3, Unit: "min", More: MoreIsBad}, "up", "▼", "(3 to 9)", "6\u202fmin"},
		"more, and more is good":    {Change{Known: true, By: 1.5, Low: 1, High: 2, More: MoreIsGood}, "up", "▲", "(1 to 2)", "1.5"},
		"more, which is neither":    {Change{Known: true, By: 1.5, Low: 1, High: 2}, "flat", "▲", "(1 to 2)", "1.5"},
		"small changes are rounded": {Change{Known: true, By: -0.069, Low: -0.1, High: -0.036}, "flat", "▼", "(0.04 to 0.1)", "0.07"},
		"the interval holds zero":   {Change{Known: true, By: 0.1, Low: -0.2, High: 0.3, Unit: "points", More: MoreIsBad}, "flat", "►", "(−0.2 to +0.3\u202fpoints)", "no change"},
		"the interval begins at 0":  {Change{Known: true, By: 0.1, Low: 0, High: 0.2, More: MoreIsBad}, "flat", "►", "(0 to +0.2)", "no change"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.change.class() != c.class || c.change.arrow() != c.arrow || c.change.between() != c.between || c.change.amount() != c.amount {
				t.Errorf("got %s %s %s %s", c.change.class(), c.change.arrow(), c.change.amount(), c.change.between())
			}
		})
	}
}

func TestBriefTitle(t *testing.T) {
	t.Parallel()
	hidden := analytics.ToolSprawlRow{Release: analytics.Release{IsSuppressed: true}}
	cases := map[string]struct {
		rows []analytics.ToolSprawlRow
		want string
	}{
		"eight worth three":       {[]analytics.ToolSprawlRow{{Tools: p(uint64(8)), EffectiveTools: p(2.7)}}, "Eight tools do the work of three"},
		"two less is wasteful":    {[]analytics.ToolSprawlRow{{Tools: p(uint64(4)), EffectiveTools: p(2.4)}}, "Four tools do the work of two"},
		"one less is not":         {[]analytics.ToolSprawlRow{{Tools: p(uint64(4)), EffectiveTools: p(2.6)}}, "Four tools share the work"},
		"never the work of none":  {[]analytics.ToolSprawlRow{{Tools: p(uint64(3)), EffectiveTools: p(0.4)}}, "Three tools do the work of one"},
		"one tool":                {[]analytics.ToolSprawlRow{{Tools: p(uint64(1)), EffectiveTools: p(1.0)}}, "One tool carries everything"},
		"many are digits":         {[]analytics.ToolSprawlRow{{Tools: p(uint64(23)), EffectiveTools: p(14.0)}}, "23 tools do the work of 14"},
		"nothing known":           {nil, "How do our people communicate?"},
		"hidden":                  {[]analytics.ToolSprawlRow{hidden}, "How do our people communicate?"},
		"the newest bucket rules": {[]analytics.ToolSprawlRow{{Tools: p(uint64(9)), EffectiveTools: p(2.0)}, {Tools: p(uint64(5)), EffectiveTools: p(3.0)}}, "Five tools do the work of three"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			brief := Brief{Sprawl: Result[analytics.ToolSprawlRow]{Rows: c.rows}}
			if got := brief.Title(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSprawlSentence(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		row  analytics.ToolSprawlRow
		want string
	}{
		"juggling, more than before": {analytics.ToolSprawlRow{ToolsPerPerson: p(3.42), EffectiveToolsPerPerson: p(2.1), ToolsPerPersonChange: moved(0.2, 0.1, 0.3)},
			"People juggle 3.42 tools each, up 0.2 (0.1 to 0.3) on the 4 weeks before, but their traffic is worth only 2.1: the rest is switching."},
		"even use": {analytics.ToolSprawlRow{ToolsPerPerson: p(2.0), EffectiveToolsPerPerson: p(1.9), ToolsPerPersonChange: moved(0.01, -0.1, 0.1)},
			"People write in 2 tools each, no change (−0.1 to +0.1) on the 4 weeks before."},
		"one tool each":       {analytics.ToolSprawlRow{ToolsPerPerson: p(1.01)}, "Nearly everybody writes in one tool only."},
		"hidden says nothing": {analytics.ToolSprawlRow{Release: analytics.Release{IsSuppressed: true}}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := sprawlSentence(Result[analytics.ToolSprawlRow]{Answer: fourWeeks(), Rows: []analytics.ToolSprawlRow{c.row}}, "/sprawl")
			if got := s.Text(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func overlapRows(ties, people float64) []analytics.ToolOverlapRow {
	return []analytics.ToolOverlapRow{
		{Of: analytics.OverlapOfTies, ToolA: "hipchat", ToolB: "slack", ContainmentRatio: &ties},
		{Of: analytics.OverlapOfTies, ToolA: "slack", ToolB: "hipchat", ContainmentRatio: p(ties / 3)},
		{Of: analytics.OverlapOfTies, ToolA: "slack", ToolB: "email", Release: analytics.Release{IsSuppressed: true}},
		{Of: analytics.OverlapOfPeople, ToolA: "hipchat", ToolB: "slack", ContainmentRatio: &people},
	}
}

func TestOverlapSentence(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		rows []analytics.ToolOverlapRow
		want string
	}{
		"the same pairs":       {overlapRows(0.81, 0.9), "Slack and HipChat serve the same pairs: 81\u202f% of HipChat's ties also run on Slack, and 90\u202f% of its people are there too."},
		"at the threshold":     {overlapRows(0.5, 0.9), "Slack and HipChat serve the same pairs: 50\u202f% of HipChat's ties also run on Slack, and 90\u202f% of its people are there too."},
		"below the threshold":  {overlapRows(0.49, 0.9), "No two tools serve the same pairs: at most 49\u202f% of one tool's ties (HipChat's) also run on another (Slack), and 90\u202f% of its people are there too."},
		"everything is hidden": {overlapRows(0.81, 0.9)[2:3], ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := overlapSentence(Result[analytics.ToolOverlapRow]{Answer: fourWeeks(), Rows: c.rows}, tools, "/silos")
			if got := s.Text(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSiloSentencesNameTheWidestGap(t *testing.T) {
	t.Parallel()
	said := siloSentences(Result[analytics.ToolOverlapRow]{Answer: fourWeeks(), Rows: overlapRows(0.3, 0.9)}, tools)
	if len(said) != 2 {
		t.Fatalf("%d sentences, want 2", len(said))
	}
	want := "The same people, other conversations: 90\u202f% of the people on HipChat are also on Slack, but only 30\u202f% of their ties on HipChat run there too."
	if got := said[1].Text(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if said := siloSentences(Result[analytics.ToolOverlapRow]{Answer: fourWeeks(), Rows: overlapRows(0.8, 0.9)}, tools); len(said) != 1 {
		t.Errorf("a gap of a tenth is called a silo: %v", said[1].Text())
	}
}

func TestTheToolThatStandsApart(t *testing.T) {
	t.Parallel()
	best := func(a, b, c float64) []analytics.ToolOverlapRow {
		return []analytics.ToolOverlapRow{
			{Of: analytics.OverlapOfTies, ToolA: "slack", ToolB: "email", ContainmentRatio: &a},
			{Of: analytics.OverlapOfTies, ToolA: "email", ToolB: "slack", ContainmentRatio: &b},
			{Of: analytics.OverlapOfTies, ToolA: "whatsapp", ToolB: "slack", ContainmentRatio: &c},
		}
	}
	cases := map[string]struct {
		rows []analytics.ToolOverlapRow
		want string
	}{
		"one is far below":       {best(0.4, 0.5, 0.2), "whatsapp"},
		"a tenth below is far":   {best(0.51, 0.51, 0.4), "whatsapp"},
		"two are low":            {best(0.4, 0.25, 0.2), ""},
		"two tools say nothing":  {best(0.4, 0.1, 0)[:2], ""},
		"nothing to choose from": {nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row, ok := loneliest(c.rows)
			if row.ToolA != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v", row.ToolA, ok)
			}
		})
	}
}

func shareRow(tool string, share float64, c analytics.Change) analytics.ToolShareRow {
	return analytics.ToolShareRow{Tool: tool, ShareRatio: &share, Change: c}
}

func TestShiftSentence(t *testing.T) {
	t.Parallel()
	up, down, unsure := moved(0.042, 0.03, 0.05), moved(-0.03, -0.04, -0.02), moved(0.1, -0.1, 0.3)
	cases := map[string]struct {
		rows []analytics.ToolShareRow
		want string
	}{
		"one gains, one loses": {[]analytics.ToolShareRow{shareRow("slack", 0.4, up), shareRow("email", 0.6, down), shareRow("all", 1, analytics.Change{})},
			"Slack gained 4.2\u202fpoints (3 to 5) of traffic, E-mail lost 3\u202fpoints (2 to 4), against the 4 weeks before."},
		"only a gain is sure": {[]analytics.ToolShareRow{shareRow("slack", 0.4, up), shareRow("email", 0.6, unsure)},
			"Slack gained 4.2\u202fpoints (3 to 5) of traffic against the 4 weeks before; no other tool lost for sure."},
		"nothing is sure": {[]analytics.ToolShareRow{shareRow("slack", 0.4, unsure), shareRow("email", 0.6, unsure)},
			"E-mail carries 60\u202f% of messages, no change (−10 to +30\u202fpoints) on the 4 weeks before."},
		"nothing at all": {nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := shiftSentence(Result[analytics.ToolShareRow]{Answer: fourWeeks(), Rows: c.rows}, tools, "/sprawl")
			if got := s.Text(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestUnsanctionedSentence(t *testing.T) {
	t.Parallel()
	up := moved(0.03, 0.01, 0.05)
	cases := map[string]struct {
		rows []analytics.ToolShareRow
		want string
	}{
		"two tools": {[]analytics.ToolShareRow{shareRow("all", 0.2, up), shareRow("whatsapp", 0.15, up), shareRow("hipchat", 0.05, up)},
			"20\u202f% of messages run on tools that nobody approved, up 3\u202fpoints (1 to 5) on the 4 weeks before. WhatsApp is 75\u202f% of it."},
		"one tool": {[]analytics.ToolShareRow{shareRow("all", 0.2, analytics.Change{}), shareRow("whatsapp", 0.2, up)},
			"20\u202f% of messages run on tools that nobody approved. All of it is WhatsApp."},
		"too little": {[]analytics.ToolShareRow{shareRow("all", 0.0049, analytics.Change{}), shareRow("whatsapp", 0.0049, up)}, ""},
		"none":       {[]analytics.ToolShareRow{shareRow("all", 0, analytics.Change{})}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := unsanctionedSentence(Result[analytics.ToolShareRow]{Answer: fourWeeks(), Rows: c.rows}, tools, "/sprawl")
			if got := s.Text(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFrequencyTitle(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		row  analytics.TieFrequencyRow
		want string
	}{
		"more":         {analytics.TieFrequencyRow{TiesPerPerson: p(11.8), TiesChange: moved(1, 0.5, 1.5)}, "People exchange more than before"},
		"less":         {analytics.TieFrequencyRow{TiesPerPerson: p(11.8), TiesChange: moved(-1, -1.5, -0.5)}, "People exchange less than before"},
		"no change":    {analytics.TieFrequencyRow{TiesPerPerson: p(11.8), TiesChange: moved(1, -0.5, 2.5)}, "People exchange as much as before"},
		"not compared": {analytics.TieFrequencyRow{TiesPerPerson: p(11.84)}, "A person keeps 11.8 two-way ties a week"},
		"hidden":       {analytics.TieFrequencyRow{}, "How much do people exchange?"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := Frequency{Now: Result[analytics.TieFrequencyRow]{Answer: fourWeeks(), Rows: []analytics.TieFrequencyRow{c.row}}}
			if got := f.Title(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSilosTitle(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		rows []analytics.ToolOverlapRow
		want string
	}{
		"repeats":    {overlapRows(0.5, 0.9), "HipChat mostly repeats who already talks on Slack"},
		"of its own": {overlapRows(0.49, 0.9), "Each tool serves pairs of its own"},
		"not known":  {nil, "Do our tools serve the same people?"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Silos{Look: tools, Overlap: Result[analytics.ToolOverlapRow]{Rows: c.rows}}
			if got := s.Title(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTilesSayWhyThereIsNoNumber(t *testing.T) {
	t.Parallel()
	suppressed := Result[analytics.ToolSprawlRow]{Answer: fourWeeks(), Rows: []analytics.ToolSprawlRow{{Release: analytics.Release{IsSuppressed: true}}}}
	one := Result[analytics.ToolSprawlRow]{Answer: fourWeeks(), Rows: []analytics.ToolSprawlRow{{Release: analytics.Release{Hidden: "people tools_per_person"}}}}
	cases := map[string]struct {
		result Result[analytics.ToolSprawlRow]
		want   string
	}{
		"the row is hidden":    {suppressed, "fewer than 10 people"},
		"the figure is hidden": {one, "fewer than 10 people"},
		"refused":              {Result[analytics.ToolSprawlRow]{Refused: "No."}, "not shown for this choice"},
		"no data":              {Result[analytics.ToolSprawlRow]{}, "not known"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tile := toolsPerPersonTile(c.result, Result[analytics.ToolSprawlRow]{})
			if tile.Value != "" || tile.Words != c.want {
				t.Errorf("got %q and %q, want no number and %q", tile.Value, tile.Words, c.want)
			}
		})
	}
}

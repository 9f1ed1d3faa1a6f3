package analytics_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/analytics"
)

// opened is one opening of the invented company: who opened it, by which rule, and the bins of its answer on both clocks; none when nobody
// answers.
type opened struct {
	act
	rule          string
	isAnswered    bool
	wall, working int
}

// openings are those of a person's day on a tool: one for each message, told by what the person, the day and the number give.
func (a act) openings(messages int) []opened {
	var list []opened
	for i := range messages {
		o := opened{act: a, rule: map[int]string{0: "turn", 1: "mail", 2: "turn"}[a.tool], isAnswered: (a.person+a.day+i)%3 != 0}
		if a.tool == 0 && i%4 == 3 {
			o.rule = "thread"
		}
		o.wall = (a.person*5 + a.day*3 + i*11) % 64
		o.working = o.wall - min(o.wall, 5)
		list = append(list, o)
	}
	return list
}

// rollUps are rows of the tables of conversations.
type rollUps struct{ opening, reach, session, gap []string }

// conversations makes, of every person's day on a tool, openings that go as openings says, two sessions and some gaps. Whoever opens is
// addressed as often, and answers as they are answered.
func (c *company) conversations() rollUps {
	var r rollUps
	for a, n := range c.sent {
		tool, day, id := companyTools[a.tool], dayAt(a.day), account(a.person, a.tool)
		for _, rule := range []string{"turn", "mail", "thread"} {
			var wall, working []int
			openings, censored := 0, 0
			for _, o := range a.openings(n) {
				switch {
				case o.rule != rule:
					continue
				case o.isAnswered:
					wall, working = append(wall, o.wall), append(working, o.working)
				case a.day+28 >= companyDays:
					censored++
				}
				openings++
			}
			if openings > 0 {
				waited := strings.TrimSuffix(strings.Repeat("50,", censored), ",")
				row := fmt.Sprintf("(1, 1, '%s', '%s', %d, '%s', %d, %d, %d, %s, %s, [%s], [%s])", tool, day, id, rule, openings, len(wall), censored, list(wall), list(working), waited, waited)
				r.opening, r.reach = append(r.opening, row), append(r.reach, row)
			}
		}
		if a.tool != 1 {
			r.session = append(r.session, fmt.Sprintf("(1, 1, '%s', '%s', %d, 'direct', 2, 1, %d, %d, 3, %d)", tool, day, id, 2*n, n, 60*n))
			r.gap = append(r.gap, fmt.Sprintf("(1, 1, '%s', '%s', %d, 'direct', %d, %s, %d, %d, %d, %d)", tool, day, id, n, list(slices.Repeat([]int{20}, n)), 170*n, 170*170*n, n/3, n/2))
		} else {
			r.gap = append(r.gap, fmt.Sprintf("(1, 1, '%s', '%s', %d, 'mail', 0, [], 0, 0, %d, 0)", tool, day, id, n/2))
		}
	}
	return r
}

func list(numbers []int) string { return strings.ReplaceAll(fmt.Sprint(numbers), " ", ",") }

// Response rates of the whole company equal a plain recount, tool by tool and rule by rule; the last days, of which nobody knows enough, are
// left out.
func TestResponseRateEqualsARecount(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 5)
	last := map[int]int{}
	for a := range c.sent {
		last[a.tool] = max(last[a.tool], a.day)
	}
	shown := 0
	for _, row := range analytics.ResponseRate.Rows(askCompany(t, c, analytics.ResponseRate, "grain=week&period=12w")) {
		from := int(row.FromOn.Sub(companyFirst).Hours() / 24)
		openings, answered, people := 0, 0, map[int]bool{}
		for a, n := range c.sent {
			isFollowed := workingDays(a.day+1, last[a.tool]) >= 3 // 30 hours
			if a.day < from || a.day >= from+7 || !isFollowed || row.Tool != "all" && row.Tool != companyTools[a.tool] {
				continue
			}
			for _, o := range a.openings(n) {
				if row.Rule != "all" && row.Rule != o.rule {
					continue
				}
				openings++
				people[a.person] = true
				if o.isAnswered && o.working < 48 {
					answered++
				}
			}
		}
		if row.IsSuppressed {
			continue
		}
		shown++
		if *row.Openings != uint64(openings) || *row.Answered != uint64(answered) || *row.People != uint64(len(people)) ||
			math.Abs(*row.AnsweredRatio-float64(answered)/float64(openings)) > 1e-6 {
			t.Errorf("%s %s %s: %d of %d openings of %d people, %v; counted are %d of %d of %d", row.FromOn.Format(time.DateOnly), row.Tool, row.Rule,
				*row.Answered, *row.Openings, *row.People, *row.AnsweredRatio, answered, openings, len(people))
		}
		if row.IsInferred != (row.Rule == "turn" || row.Rule == "all" && row.Tool != "mail") {
			t.Errorf("%s %s: inferred %v", row.Tool, row.Rule, row.IsInferred)
		}
	}
	if shown < 60 {
		t.Errorf("only %d rows are shown", shown)
	}
}

// workingDays counts Mondays to Fridays from a day to before another; day 0 is a Monday.
func workingDays(from, to int) int {
	n := 0
	for day := from; day < to; day++ {
		if day%7 < 5 {
			n++
		}
	}
	return n
}

func askCompany(t *testing.T, c *company, m analytics.Metric, query string) analytics.Answer {
	t.Helper()
	a, err := m.Ask(t.Context(), c, companySetting, filter(t, query))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What a tool hides, its rules hide; and of the rules of a tool that is shown never one alone is hidden, nor does the sum over all tools give it.
func TestRulesAreHiddenTogether(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, 3} {
		c := newCompany(t, seed)
		for _, query := range []string{"grain=week&period=8w", "grain=week&period=8w&group=Sales/North", "grain=week&period=8w&group=Research", "grain=week&period=8w&group=Board"} {
			hidden := map[string]map[string]bool{} // by week and tool, then rule
			for _, row := range analytics.ResponseRate.Rows(askCompany(t, c, analytics.ResponseRate, query)) {
				key := row.FromOn.Format(time.DateOnly) + " " + row.Tool
				if hidden[key] == nil {
					hidden[key] = map[string]bool{}
				}
				hidden[key][row.Rule] = row.IsSuppressed
			}
			for key, rules := range hidden {
				checkRules(t, fmt.Sprint(seed, " ", query, " ", key), rules, strings.HasSuffix(key, "all"))
			}
		}
	}
}

func checkRules(t *testing.T, what string, hidden map[string]bool, isTotal bool) {
	t.Helper()
	n, rules := 0, 0
	for rule, isHidden := range hidden {
		if rule == "all" {
			continue
		}
		rules++
		if isHidden {
			n++
		} else if hidden["all"] && !isTotal {
			t.Errorf("%s: the tool is hidden, its rule %s is not", what, rule)
		}
	}
	if !isTotal && n == 1 && rules > 1 && !hidden["all"] {
		t.Errorf("%s: one rule alone is hidden: %v", what, hidden)
	}
}

// Latency does not hang on how openings are cut into days, grows with the clock, and its bounds hold it.
func TestLatencyIsInOrder(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 5)
	shown := 0
	for _, query := range []string{"grain=period", "grain=week&period=8w", "grain=period&group=Research"} {
		byClock := map[string]map[string]float64{"wall": {}, "working": {}}
		for _, row := range analytics.ResponseLatency.Rows(askCompany(t, c, analytics.ResponseLatency, query)) {
			if row.MedianSeconds == nil {
				continue
			}
			shown++
			byClock[row.Clock][row.FromOn.Format(time.DateOnly)+row.Tool] = *row.MedianSeconds
			if row.MedianLowSeconds == nil || *row.MedianLowSeconds > *row.MedianSeconds || row.MedianHighSeconds != nil && *row.MedianHighSeconds < *row.MedianSeconds {
				t.Errorf("%s %s: the median %v is not within its bounds", query, row.Tool, *row.MedianSeconds)
			}
			if row.P80Seconds != nil && *row.P80Seconds < *row.MedianSeconds {
				t.Errorf("%s %s: 80 %% are answered before half are", query, row.Tool)
			}
		}
		for key, working := range byClock["working"] {
			if wall, ok := byClock["wall"][key]; ok && working > wall {
				t.Errorf("%s %s: %v s of working time in %v s", query, key, working, wall)
			}
		}
	}
	if shown < 40 {
		t.Errorf("only %d medians are shown", shown)
	}
}

// Scores are chances, and quartiles are in order.
func TestReachIsAChance(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 5)
	shown := 0
	for _, query := range []string{"grain=period", "grain=week&period=8w", "grain=period&group=Research"} {
		for _, row := range analytics.ToolReach.Rows(askCompany(t, c, analytics.ToolReach, query)) {
			if row.IsSuppressed {
				continue
			}
			if *row.ReachRatio <= 0 || *row.ReachRatio >= 1 {
				t.Errorf("%s %s: reach %v", query, row.Tool, *row.ReachRatio)
			}
			if row.ReachP25Ratio == nil {
				continue
			}
			shown++
			if *row.People < 40 || *row.ReachP25Ratio > *row.ReachMedianRatio || *row.ReachMedianRatio > *row.ReachP75Ratio {
				t.Errorf("%s %s: %d people, quartiles %v, %v, %v", query, row.Tool, *row.People, *row.ReachP25Ratio, *row.ReachMedianRatio, *row.ReachP75Ratio)
			}
		}
	}
	if shown < 8 {
		t.Errorf("only %d quartiles are shown", shown)
	}
}

// Replies, turns and sessions add up over tools where all are shown.
func TestRepliesTurnsAndSessionsAddUp(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 5)
	checked := 0
	for _, m := range []struct {
		metric analytics.Metric
		column string
	}{{analytics.ReplyShare, "replies"}, {analytics.TurnVolume, "turns"}, {analytics.SessionLength, "sessions"}, {analytics.ResponseRate, "openings"}} {
		a := askCompany(t, c, m.metric, "grain=period&period=12w&compare=none")
		sums := map[string]int64{}
		table := a.Table()
		for _, row := range table.Rows {
			rule := "all"
			for i, column := range table.Columns {
				if column.Name == "rule" {
					rule = row[i].Text()
				}
			}
			n, ok := row[indexOf(t, table, m.column)].Value.(int64)
			if !ok {
				t.Fatalf("%s: %s is hidden", m.metric.Slug(), m.column)
			}
			kind := "tools "
			if row[indexOf(t, table, "tool")].Text() == "all" {
				kind = "all "
			}
			sums[kind+rule] += n
		}
		for key, n := range sums {
			rule, isAll := strings.CutPrefix(key, "all ")
			if !isAll {
				continue
			}
			checked++
			if n == 0 || sums["tools "+rule] != n {
				t.Errorf("%s: %s %s are %d, of the tools %d", m.metric.Slug(), rule, m.column, n, sums["tools "+rule])
			}
		}
	}
	if checked < 9 {
		t.Errorf("only %d sums are compared", checked)
	}
}

// Replies of the company are what was invented.
func TestReplyShareEqualsARecount(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 6)
	for _, row := range analytics.ReplyShare.Rows(askCompany(t, c, analytics.ReplyShare, "grain=week&period=4w")) {
		from := int(row.FromOn.Sub(companyFirst).Hours() / 24)
		replies, messages := 0, 0
		for a, n := range c.sent {
			if a.day < from || a.day >= from+7 || row.Tool != "all" && row.Tool != companyTools[a.tool] {
				continue
			}
			messages += n
			named, direct := n/3, n/2
			if a.tool == 1 {
				named, direct = n/2, 0
			}
			if row.Rule == "all" || row.Rule == "named" {
				replies += named
			}
			if row.Rule == "all" || row.Rule == "direct" {
				replies += direct
			}
		}
		if row.IsSuppressed {
			continue
		}
		if *row.Replies != uint64(replies) || math.Abs(*row.ReplyRatio-float64(replies)/float64(messages)) > 1e-6 {
			t.Errorf("%s %s %s: %d replies, %v; there were %d of %d", row.FromOn.Format(time.DateOnly), row.Tool, row.Rule, *row.Replies, *row.ReplyRatio, replies, messages)
		}
	}
}

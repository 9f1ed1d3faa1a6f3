package analytics_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"crosstalk/analytics"
)

// The attack: somebody who may ask everything, of every group, tool, class, week, month and block, writes down all answers as equations and
// inequalities over what each leaf of the tree did, and looks for hidden cells that can be no less and no more than 20 % of what they
// are. Totals of the whole organisation are exact, over any set of tools; everything below it is what the gate makes of it.

// attacker collects what is known of unknowns that are at least 0.
type attacker struct {
	names    map[string]int
	rows     []known
	released map[string]bool // cells that are shown as they are, with their rounding
	basis    *tableau        // once everything is known
}

// known is that a weighted sum of unknowns lies between two bounds.
type known struct {
	weights   map[int]float64
	low, high float64
}

func newAttacker() *attacker {
	return &attacker{names: map[string]int{}, released: map[string]bool{}}
}

func (a *attacker) number(name string) int {
	n, ok := a.names[name]
	if !ok {
		n = len(a.names)
		a.names[name] = n
	}
	return n
}

func (a *attacker) sum(names []string) map[int]float64 {
	weights := map[int]float64{}
	for _, name := range names {
		weights[a.number(name)]++
	}
	return weights
}

func (a *attacker) learn(weights map[int]float64, low, high float64) {
	a.rows = append(a.rows, known{weights, low, high})
}

// bounds are the least and the most that a sum of unknowns can be.
func (a *attacker) bounds(names []string) (low, high float64, err error) {
	target := a.sum(names)
	if len(a.rows) == 0 {
		return 0, math.Inf(1), nil
	}
	if a.basis == nil {
		if a.basis, err = feasible(a.rows, len(a.names)); err != nil {
			return 0, 0, err
		}
	}
	if len(a.names) > a.basis.unknowns {
		return 0, math.Inf(1), nil // something of which nothing is known
	}
	return a.basis.least(target, 1), -a.basis.least(target, -1), nil
}

// leaves are the groups that are divided no further: every node is the sum of some.
func leavesOf(group string) []string {
	var leaves []string
	for _, team := range teams {
		leaf := team.department + "/" + team.team
		if group == "" || team.department == group || leaf == group {
			leaves = append(leaves, leaf)
		}
	}
	return leaves
}

func cells(leaves, tools []string) []string {
	var names []string
	for _, leaf := range leaves {
		for _, tool := range tools {
			names = append(names, leaf+" "+tool)
		}
	}
	return names
}

var companyGroups = []string{"Sales", "Sales/North", "Sales/South", "Sales/Key", "Research", "Research/Core", "Research/Lab", "Research/Tools", "Works", "Board"}

// selections are the tools that may be asked for below the organisation, by the filter that names them.
var selections = map[string][]string{
	"": companyTools, "&tool=chat": {"chat"}, "&tool=mail": {"mail"}, "&tool=odd": {"odd"}, "&class=team_chat": {"chat", "odd"}, "&class=mail": {"mail"},
}

// learnWeek asks everything about one week.
func (a *attacker) learnWeek(t *testing.T, c *company, set analytics.Setting, span string) {
	t.Helper()
	for set := 1; set < 1<<len(companyTools); set++ {
		var tools []string
		query := span + "&grain=period&compare=none"
		for i, tool := range companyTools {
			if set>>i&1 == 1 {
				tools = append(tools, tool)
				query += "&tool=" + tool
			}
		}
		for _, row := range a.shares(t, c, companySetting, query) {
			if row.Tool == analytics.AllTools && row.Messages != nil {
				a.learn(a.sum(cells(leavesOf(""), tools)), float64(*row.Messages), float64(*row.Messages))
			}
		}
	}
	for _, group := range companyGroups {
		for selection, tools := range selections {
			for _, row := range a.shares(t, c, set, span+"&grain=period&compare=none&group="+group+selection) {
				of := tools
				if row.Tool != analytics.AllTools {
					of = []string{row.Tool}
				}
				a.learnShare(group, of, row)
			}
		}
	}
}

func (a *attacker) shares(t *testing.T, c *company, set analytics.Setting, query string) []analytics.ToolShareRow {
	t.Helper()
	answer, err := analytics.ToolShare.Ask(t.Context(), c, set, filter(t, query))
	if err != nil {
		t.Fatal(err)
	}
	return analytics.ToolShare.Rows(answer)
}

// learnShare notes what a row of a group tells: its messages to 5, and its share of all tools to 1 %.
func (a *attacker) learnShare(group string, tools []string, row analytics.ToolShareRow) {
	if row.Messages != nil {
		a.released[group+" "+strings.Join(tools, "+")] = true
		v := float64(*row.Messages)
		a.learn(a.sum(cells(leavesOf(group), tools)), v-2.5, v+2.5)
	}
	if row.ShareRatio == nil {
		return
	}
	low, high := *row.ShareRatio-0.005, *row.ShareRatio+0.005
	if strings.Contains(row.Banded, "share_ratio") {
		if *row.ShareRatio < 0.5 {
			low = 0
		} else {
			high = 1
		}
	}
	for _, bound := range []float64{low, high} {
		weights := a.sum(cells(leavesOf(group), tools))
		for n := range a.sum(cells(leavesOf(group), companyTools)) {
			weights[n] -= bound
		}
		if bound == low {
			a.learn(weights, 0, math.Inf(1))
		} else {
			a.learn(weights, math.Inf(-1), 0)
		}
	}
}

// isPinned reports whether bounds leave less than 20 % on either side of what is true.
func isPinned(low, high, truth float64) bool { return low >= 0.8*truth && high <= 1.2*truth }

// In a week: differences of groups, tools, classes and of the organisation.
func TestAttackByDifferences(t *testing.T) {
	t.Parallel()
	hidden, pinned := 0, 0
	for _, seed := range []uint64{1, 2} {
		c := newCompany(t, seed)
		for _, week := range []int{9, 17} {
			a := newAttacker()
			span := fmt.Sprintf("from=%s&to=%s", dayAt(7*week), dayAt(7*week+7))
			a.learnWeek(t, c, companySetting, span)
			for _, group := range companyGroups {
				for _, tools := range [][]string{companyTools, {"chat"}, {"mail"}, {"odd"}} {
					truth, _ := c.messages(group, week >= 13 && c.hasMoved(), 7*week, 7*week+7, tools...)
					if a.released[group+" "+strings.Join(tools, "+")] || truth == 0 {
						continue
					}
					hidden++
					low, high, err := a.bounds(cells(leavesOf(group), tools))
					if err != nil {
						t.Fatalf("%s %v: %v", group, tools, err)
					}
					if isPinned(low, high, float64(truth)) {
						pinned++
						t.Errorf("seed %d, %s: %s %v is hidden, and must lie between %.1f and %.1f: it is %d", seed, span, group, tools, low, high, truth)
					}
				}
			}
		}
	}
	t.Logf("%d hidden cells attacked, %d pinned", hidden, pinned)
	if hidden < 40 {
		t.Errorf("only %d cells were hidden: nothing is attacked", hidden)
	}
}

// Over weeks: differences of blocks that overlap, of months and of their weeks, group by group and tool by tool.
func TestAttackBySlidingBlocks(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 3)
	const first, last = 8, 22
	hidden := 0
	for _, group := range companyGroups {
		for selection, tools := range selections {
			a := newAttacker()
			for _, query := range slidingQueries(first, last) {
				for _, row := range a.shares(t, c, companySetting, query+"&compare=none&group="+group+selection) {
					if row.Tool != analytics.AllTools || row.Messages == nil {
						continue
					}
					var weeks []string
					for day := row.FromOn; day.Before(row.ToOn); day = day.AddDate(0, 0, 7) {
						weeks = append(weeks, day.Format("2006-01-02"))
					}
					if len(weeks) == 1 {
						a.released[weeks[0]] = true
					}
					a.learn(a.sum(weeks), float64(*row.Messages)-2.5, float64(*row.Messages)+2.5)
				}
			}
			for week := first; week < last; week++ {
				truth, _ := c.messages(group, week >= 13 && c.hasMoved(), 7*week, 7*week+7, tools...)
				if a.released[dayAt(7*week)] || truth == 0 {
					continue
				}
				hidden++
				low, high, err := a.bounds([]string{dayAt(7 * week)})
				if err != nil {
					t.Fatalf("%s%s: %v", group, selection, err)
				}
				if isPinned(low, high, float64(truth)) {
					t.Errorf("%s%s: the week from %s is hidden, and must lie between %.1f and %.1f: it is %d", group, selection, dayAt(7*week), low, high, truth)
				}
			}
		}
	}
	t.Logf("%d hidden weeks attacked", hidden)
	if hidden < 100 {
		t.Errorf("only %d weeks were hidden: nothing is attacked", hidden)
	}
}

// slidingQueries are all spans that are released below the organisation: weeks, blocks of four that begin with any week, and months.
func slidingQueries(first, last int) []string {
	queries := []string{fmt.Sprintf("grain=week&from=%s&to=%s", dayAt(7*first), dayAt(7*last)), "grain=month&period=4m"}
	for week := first; week+4 <= last; week++ {
		queries = append(queries, fmt.Sprintf("grain=period&from=%s&to=%s", dayAt(7*week), dayAt(7*week+28)))
	}
	return queries
}

// Mirrored cells: what one direction of a pair of tools hides, the other hides too, in every figure.
func TestAttackByMirroredCells(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 4)
	for _, group := range append([]string{"", "location:Oslo"}, companyGroups...) {
		a, err := analytics.ToolOverlap.Ask(t.Context(), c, companySetting, filter(t, "grain=period&group="+group))
		if err != nil {
			t.Fatal(err)
		}
		rows := analytics.ToolOverlap.Rows(a)
		for _, r := range rows {
			i := slices.IndexFunc(rows, func(o analytics.ToolOverlapRow) bool { return o.Of == r.Of && o.ToolA == r.ToolB && o.ToolB == r.ToolA })
			if i < 0 || rows[i].IsSuppressed != r.IsSuppressed || rows[i].Hidden != r.Hidden {
				t.Errorf("%s: %s of %s and %s is hidden in one direction alone", group, r.Of, r.ToolA, r.ToolB)
			}
		}
	}
}

// Roster changes: a group whose roster changes by fewer than k people keeps the one that was shown, so that nobody's coming or
// going can be told from two quarters.
func TestAttackByRosterChanges(t *testing.T) {
	t.Parallel()
	frozen, followed := 0, 0
	for seed := uint64(1); seed <= 6; seed++ {
		c := newCompany(t, seed)
		const week = 14 // in the second quarter
		shown := newAttacker().shares(t, c, companySetting, fmt.Sprintf("grain=period&compare=none&from=%s&to=%s&group=Sales/North", dayAt(7*week), dayAt(7*week+7)))
		if len(shown) == 0 || shown[0].Messages == nil {
			continue
		}
		before, _ := c.messages("Sales/North", false, 7*week, 7*week+7, companyTools...)
		after, _ := c.messages("Sales/North", true, 7*week, 7*week+7, companyTools...)
		want := before
		if c.hasMoved() {
			want = after
			followed++
		} else if before != after {
			frozen++
		}
		if got := float64(*shown[0].Messages); got != math.Round(float64(want)/5)*5 {
			t.Errorf("seed %d: %v messages are shown, %d with the roster before, %d with that after", seed, got, before, after)
		}
	}
	if frozen == 0 {
		t.Error("no roster was frozen: nothing is attacked")
	}
	t.Logf("%d rosters frozen, %d followed", frozen, followed)
}

package warehouse_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// The answers below were worked out by hand from the definitions. A line of openings is the day, the rule, and how many
// openings, answered and censored ones; then the lower ends of the gaps' bins on the wall clock and on the working clock
// (Monday to Friday, 8 to 18 o'clock in Berlin, not on 2026-04-03), and after a bar those of the follow-ups of
// the censored. Lines of reach say addressed instead of openings.
var handWorked = []struct {
	name    string
	said    []record.Message
	opening []string
	reach   []string
}{
	{
		name: "a burst is one opening, an answer in the session none",
		said: conversation("burst", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 09:01:00", who: "anna"}, said{at: "2026-03-02 09:20:00", who: "anna"},
			said{at: "2026-03-02 09:25:00", who: "ben"}, said{at: "2026-03-02 09:40:00", who: "anna"}),
		opening: []string{"2026-03-02 turn 1 1 0 [25m] [25m] | [] []"},
		reach:   []string{"2026-03-02 turn 1 1 0 [25m] [25m] | [] []"},
	},
	{
		name: "an answer the next day opens nothing, what comes after it does",
		said: conversation("nextday", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 16:00:00", who: "anna"}, said{at: "2026-03-03 08:00:00", who: "ben"}, said{at: "2026-03-04 07:00:00", who: "anna"},
			said{at: "2026-03-04 07:10:00", who: "ben"}),
		// 16:00 UTC is 17 o'clock in Berlin: one working hour on Monday, one from 8 to 9 on Tuesday.
		opening: []string{"2026-03-02 turn 1 1 0 [16h] [2h] | [] []", "2026-03-04 turn 1 1 0 [10m] [10m] | [] []"},
		reach:   []string{"2026-03-02 turn 1 1 0 [16h] [2h] | [] []", "2026-03-04 turn 1 1 0 [10m] [10m] | [] []"},
	},
	{
		name: "asked again in a later session, both answered at once; the last one waits",
		said: conversation("again", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 12:00:00", who: "anna"}, said{at: "2026-03-02 13:00:00", who: "ben"},
			said{at: "2026-03-02 15:00:00", who: "ben"}),
		opening: []string{"2026-03-02 turn 1 0 1 [] [] | [0s] [0s]", "2026-03-02 turn 2 2 0 [1h 4h] [1h 4h] | [] []"},
		reach:   []string{"2026-03-02 turn 1 0 1 [] [] | [0s] [0s]", "2026-03-02 turn 2 2 0 [1h 4h] [1h 4h] | [] []"},
	},
	{
		name: "three people: the first turn of another answers, each is reached by their own",
		said: conversation("three", record.ConversationGroup, "anna ben cleo",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 09:02:00", who: "ben"}, said{at: "2026-03-02 09:32:00", who: "cleo"},
			said{at: "2026-03-02 10:02:00", who: "anna"}),
		opening: []string{"2026-03-02 turn 1 1 0 [2m] [2m] | [] []"},
		reach:   []string{"2026-03-02 turn 1 1 0 [2m] [2m] | [] []", "2026-03-02 turn 1 1 0 [30m] [30m] | [] []"},
	},
	{
		name: "a session crosses midnight, and 30 minutes do not end it",
		said: conversation("midnight", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 22:50:00", who: "anna"}, said{at: "2026-03-02 23:20:00", who: "anna"}, said{at: "2026-03-02 23:50:00", who: "anna"},
			said{at: "2026-03-02 23:55:00", who: "ben"}),
		opening: []string{"2026-03-02 turn 1 1 0 [1h] [0s] | [] []"},
		reach:   []string{"2026-03-02 turn 1 1 0 [1h] [0s] | [] []"},
	},
	{
		name: "28 days to the second are in time, a second later is not, and opens itself",
		said: conversation("late", record.ConversationDirect, "anna ben",
			said{at: "2026-03-01 10:00:00", who: "anna"}, said{at: "2026-03-29 10:00:00", who: "ben"},
			said{at: "2026-04-01 10:00:00", who: "anna"}, said{at: "2026-04-29 10:00:01", who: "ben"}, said{at: "2026-07-01 10:00:00", who: "anna"}),
		// Four weeks of 50 hours. Of the others, only the last is too young to have been waited for in vain.
		opening: []string{"2026-03-01 turn 1 1 0 [576h] [168h] | [] []", "2026-04-01 turn 1 0 0 [] [] | [] []", "2026-04-29 turn 1 0 0 [] [] | [] []",
			"2026-07-01 turn 1 0 1 [] [] | [0s] [0s]"},
		reach: []string{"2026-03-01 turn 1 1 0 [576h] [168h] | [] []", "2026-04-01 turn 1 0 0 [] [] | [] []", "2026-04-29 turn 1 0 0 [] [] | [] []",
			"2026-07-01 turn 1 0 1 [] [] | [0s] [0s]"},
	},
	{
		name: "an opening of one month answered in the next, over a holiday and a week-end",
		said: conversation("month", record.ConversationDirect, "anna ben",
			said{at: "2026-03-31 21:30:00", who: "anna"}, // 23:30 in Berlin
			said{at: "2026-04-07 06:30:00", who: "ben"}), // 8:30
		// Working hours: Wednesday and Thursday 10 each, Good Friday none, Monday 10, half an hour.
		opening: []string{"2026-03-31 turn 1 1 0 [144h] [30h] | [] []"},
		reach:   []string{"2026-03-31 turn 1 1 0 [144h] [30h] | [] []"},
	},
	{
		name: "the night in which clocks are put forward is an hour shorter on the wall only",
		said: conversation("clocks", record.ConversationDirect, "anna ben",
			said{at: "2026-03-27 16:30:00", who: "anna"},                                                 // Friday, 17:30
			said{at: "2026-03-30 06:29:59", who: "ben"}, said{at: "2026-03-30 16:00:00", who: "botany"}), // Monday, 8:29:59
		opening: []string{"2026-03-27 turn 1 1 0 [60h] [50m] | [] []"},
		reach:   []string{"2026-03-27 turn 1 1 0 [60h] [50m] | [] []"},
	},
	{
		name: "automatons neither open nor answer, and stand between nobody",
		said: conversation("bots", record.ConversationGroup, "anna ben bot",
			said{at: "2026-03-02 08:00:00", who: "bot"}, said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 09:00:30", who: "bot"},
			said{at: "2026-03-02 09:30:00", who: "anna"}, said{at: "2026-03-02 09:50:00", who: "ben"}),
		opening: []string{"2026-03-02 turn 1 1 0 [50m] [50m] | [] []"},
		// The automaton is addressed too, and has not answered by the end; who is no person is known when pages ask.
		reach: []string{"2026-03-02 turn 1 0 1 [] [] | [50m] [50m]", "2026-03-02 turn 1 1 0 [50m] [50m] | [] []"},
	},
	{
		name: "eight people are few, nine are many",
		said: slices.Concat(
			conversation("eight", record.ConversationGroup, "a b c d e f g h", said{at: "2026-03-02 09:00:00", who: "a"}, said{at: "2026-03-02 09:00:10", who: "b"}),
			conversation("nine", record.ConversationGroup, "a b c d e f g h i", said{at: "2026-03-02 09:00:00", who: "a"}, said{at: "2026-03-02 09:00:10", who: "b"})),
		opening: []string{"2026-03-02 turn 1 1 0 [10s] [10s] | [] []"},
		reach: append(slices.Repeat([]string{"2026-03-02 turn 1 0 1 [] [] | [10s] [10s]"}, 6),
			"2026-03-02 turn 1 1 0 [10s] [10s] | [] []"),
	},
	{
		name: "mail: its own writer does not answer it, nor does an answer to an answer; replies open nothing",
		said: conversation("mail", record.ConversationMailThread, "anna ben cleo",
			said{at: "2026-03-02 09:00:00", who: "anna", id: "one"}, said{at: "2026-03-02 09:10:00", who: "anna", id: "two", parent: "one"},
			said{at: "2026-03-02 10:00:00", who: "ben", id: "three", parent: "one"}, said{at: "2026-03-02 11:00:00", who: "cleo", parent: "three"},
			said{at: "2026-03-02 12:00:00", who: "dora", parent: "elsewhere"}),
		opening: []string{"2026-03-02 mail 1 1 0 [1h] [1h] | [] []"},
		reach:   []string{"2026-03-02 mail 1 0 1 [] [] | [3h] [3h]", "2026-03-02 mail 1 1 0 [1h] [1h] | [] []"},
	},
	{
		name: "a room: a mention opens where people reply in threads; the mentioned answer for themselves",
		said: conversation("threads", record.ConversationChannel, "",
			said{at: "2026-03-02 09:00:00", who: "anna", id: "root", names: "ben cleo"}, said{at: "2026-03-02 09:05:00", who: "dora", parent: "root"},
			said{at: "2026-03-02 09:15:00", who: "cleo", parent: "root", names: "ben"}, said{at: "2026-03-02 10:00:00", who: "dora", names: "ben"},
			said{at: "2026-03-02 10:30:00", who: "dora"}, said{at: "2026-03-02 11:00:00", who: "cleo", parent: "root"}, said{at: "2026-03-02 12:00:00", who: "anna", names: "ben"}),
		opening: []string{"2026-03-02 thread 1 0 1 [] [] | [2h] [2h]", "2026-03-02 thread 1 1 0 [5m] [5m] | [] []"},
		reach:   []string{"2026-03-02 thread 1 1 0 [15m] [15m] | [] []", "2026-03-02 thread 2 0 2 [] [] | [2h 3h] [2h 3h]"},
	},
	{
		name: "a room without threads: nothing is inferred",
		said: conversation("flat", record.ConversationChannel, "", said{at: "2026-03-02 09:00:00", who: "anna", names: "ben"}, said{at: "2026-03-02 09:01:00", who: "ben", names: "anna"}),
	},
}

var berlin = warehouse.Options{Zone: "Europe/Berlin", Calendar: warehouse.Calendar{From: 8 * time.Hour, To: 18 * time.Hour,
	Days: [7]bool{false, true, true, true, true, true, false}, Holidays: []time.Time{time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)}}}

func TestOpeningsByHand(t *testing.T) {
	t.Parallel()
	w := warehousetest.OpenWith(t, berlin)
	var all []record.Message
	for _, c := range handWorked {
		all = append(all, c.said...)
	}
	load(t, w, all...)
	opening, reach := storedOpenings(t, w)
	for _, c := range handWorked {
		t.Run(c.name, func(t *testing.T) {
			tools := map[string]bool{}
			for _, m := range c.said {
				tools[m.Tool] = true
			}
			if diff := gocmp.Diff(c.opening, of(opening, slices.Collect(maps.Keys(tools))...)); diff != "" {
				t.Errorf("opening_day (-by hand +table):\n%s", diff)
			}
			if diff := gocmp.Diff(c.reach, of(reach, slices.Collect(maps.Keys(tools))...)); diff != "" {
				t.Errorf("reach_day (-by hand +table):\n%s", diff)
			}
		})
	}
}

// of gives the lines of these tools, sorted.
func of(lines map[string][]string, tools ...string) (out []string) {
	for _, tool := range tools {
		out = append(out, lines[tool]...)
	}
	slices.Sort(out)
	return out
}

// storedOpenings gives the rows of opening_day and reach_day by tool, without the accounts' ids.
func storedOpenings(t *testing.T, w *warehouse.Warehouse) (opening, reach map[string][]string) {
	t.Helper()
	lines := func(table, count string) map[string][]string {
		type row struct {
			Tool     string    `ch:"tool"`
			Day      time.Time `ch:"day"`
			Rule     string    `ch:"rule_name"`
			Count    uint32    `ch:"count"`
			Answered uint32    `ch:"answered"`
			Censored uint32    `ch:"censored"`
			Gaps     []uint8   `ch:"gap_bins"`
			Working  []uint8   `ch:"working_gap_bins"`
			Waits    []uint8   `ch:"followed_bins"`
			WorkWait []uint8   `ch:"working_followed_bins"`
		}
		query := "SELECT tool, day, toString(rule) AS rule_name, " + count + " AS count, answered, censored, gap_bins, working_gap_bins, followed_bins, working_followed_bins FROM " +
			table + " WHERE slice_id IN {live:Array(UInt64)} ORDER BY tool, day, account_id, rule"
		out := map[string][]string{}
		for _, r := range ask[row](t, w, query) {
			out[r.Tool] = append(out[r.Tool], fmt.Sprint(r.Day.Format(time.DateOnly), " ", r.Rule, " ", r.Count, " ", r.Answered, " ", r.Censored, " ",
				ends(r.Gaps), " ", ends(r.Working), " | ", ends(r.Waits), " ", ends(r.WorkWait)))
		}
		return out
	}
	return lines("opening_day", "openings"), lines("reach_day", "addressed")
}

// ends are the lower ends of bins, as durations.
func ends(bins []uint8) []string {
	out := []string{}
	for _, b := range bins {
		end := time.Duration(0)
		if b > 0 {
			end = time.Duration(warehouse.GapEdges[b-1]) * time.Second
		}
		text := end.String()
		if strings.HasSuffix(text, "m0s") {
			text = strings.TrimSuffix(text, "0s")
		}
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		out = append(out, text)
	}
	return out
}

func TestGapEdges(t *testing.T) {
	t.Parallel()
	edges := warehouse.GapEdges
	if len(edges) != 63 || !slices.IsSorted(edges) || edges[0] != 1 || edges[62] != 24*86400 {
		t.Fatalf("%d edges from %d to %d seconds; 63 from a second to 24 days are documented", len(edges), edges[0], edges[62])
	}
	for i := 6; i < len(edges); i++ {
		if r := float64(edges[i]) / float64(edges[i-1]); r < 1.1 || r > 1.34 {
			t.Errorf("from %d to %d seconds is a factor of %.2f", edges[i-1], edges[i], r)
		}
	}
	for _, asked := range []time.Duration{time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		if !slices.Contains(edges, uint32(asked.Seconds())) {
			t.Errorf("%s is no edge", asked)
		}
	}
}

package warehouse_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
	"crosstalk/warehouse/warehousetest"
)

// said is a message of a hand-worked case; at is UTC. 2026-03-02 is a Monday.
type said struct {
	at, who string
	id      string
	parent  string
	names   string // mentioned
}

func person(name string) record.AccountKey { return record.EmailKey(name + "@heron.example") }

func people(names string) []record.AccountKey {
	var out []record.AccountKey
	for _, name := range strings.Fields(names) {
		out = append(out, person(name))
	}
	return out
}

// conversation gives the messages of one place in which the members are; the sender is one of them.
func conversation(tool string, kind record.ConversationKind, members string, lines ...said) []record.Message {
	var out []record.Message
	for i, l := range lines {
		at, err := time.Parse("2006-01-02 15:04:05", l.at)
		if err != nil {
			panic(err)
		}
		m := record.Message{Tool: tool, Workspace: "heron", Kind: record.KindMessage, SenderKind: record.AccountHuman, OffsetMinutes: record.OffsetUnknown,
			ID: cmp.Or(l.id, fmt.Sprint("m", i)), SentAt: at, Sender: person(l.who), Mentions: people(l.names), Conversation: record.Conversation{Key: "here", Kind: kind}}
		if strings.HasPrefix(l.who, "bot") {
			m.SenderKind = record.AccountBot
		}
		if kind == record.ConversationMailThread {
			m.CopyID = m.ID
		}
		if l.parent != "" {
			m.Parent, m.Relation = l.parent, record.RelationThread
		}
		for _, k := range people(members) {
			if k != m.Sender {
				m.Recipients = append(m.Recipients, k)
			}
		}
		m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(m.Recipients))
		out = append(out, m)
	}
	return out
}

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
	for _, c := range handWorked {
		t.Run(c.name, func(t *testing.T) {
			tools := map[string]bool{}
			for _, m := range c.said {
				tools[m.Tool] = true
			}
			opening, reach := storedOpenings(t, w, slices.Collect(maps.Keys(tools)))
			if diff := gocmp.Diff(c.opening, opening); diff != "" {
				t.Errorf("opening_day (-by hand +table):\n%s", diff)
			}
			if diff := gocmp.Diff(c.reach, reach); diff != "" {
				t.Errorf("reach_day (-by hand +table):\n%s", diff)
			}
		})
	}
}

// storedOpenings gives the rows of opening_day and reach_day without the accounts' ids, sorted.
func storedOpenings(t *testing.T, w *warehouse.Warehouse, tools []string) (opening, reach []string) {
	t.Helper()
	current, err := w.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	lines := func(table, count string) []string {
		var rows []struct {
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
		query := "SELECT day, toString(rule) AS rule_name, " + count + " AS count, answered, censored, gap_bins, working_gap_bins, followed_bins, working_followed_bins FROM " +
			table + " WHERE slice_id IN {live:Array(UInt64)} AND tool IN {tools:Array(String)} ORDER BY tool, day, account_id, rule"
		if err := current.Select(context.Background(), &rows, query, map[string]any{"tools": tools}); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			out = append(out, fmt.Sprint(r.Day.Format(time.DateOnly), " ", r.Rule, " ", r.Count, " ", r.Answered, " ", r.Censored, " ",
				ends(r.Gaps), " ", ends(r.Working), " | ", ends(r.Waits), " ", ends(r.WorkWait)))
		}
		slices.Sort(out)
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

// talk gives four months of messages in conversations of all sorts, no two of one conversation in the same instant.
func talk(n int) []record.Message {
	r := rand.New(rand.NewPCG(3, 5))
	start := time.Date(2026, 1, 24, 0, 0, 0, 0, time.UTC)
	var out []record.Message
	add := func(kind record.ConversationKind, tool, place string, members []string, span time.Duration, count int) {
		at := start.Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
		var ids []string
		for i := range count {
			// Gaps from seconds to weeks, so that sessions, months and follow-ups are all crossed.
			at = at.Add(time.Second + time.Duration(float64(span)*r.ExpFloat64()*[]float64{0.001, 0.02, 1, 3}[r.IntN(4)])).Truncate(time.Second)
			m := record.Message{Tool: tool, Workspace: "heron", Kind: record.KindMessage, OffsetMinutes: record.OffsetUnknown, SentAt: at,
				ID: fmt.Sprint(place, "-", i), Sender: person(members[r.IntN(len(members))]), Conversation: record.Conversation{Key: place, Kind: kind}}
			if kind == record.ConversationMailThread {
				m.CopyID, m.Precision = m.ID, record.PrecisionSecond
			}
			if kind != record.ConversationChannel {
				for _, name := range members {
					if k := person(name); k != m.Sender && len(members) <= record.SmallRoom+1 {
						m.Recipients = append(m.Recipients, k)
					}
				}
				m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(members)-1)
			}
			if (kind == record.ConversationChannel || kind == record.ConversationMailThread) && i > 0 && r.IntN(2) == 0 {
				m.Parent, m.Relation = ids[max(0, i-1-r.IntN(6))], record.RelationReply
			}
			if kind == record.ConversationChannel && r.IntN(2) == 0 {
				m.Mentions = []record.AccountKey{person(fmt.Sprint("p", r.IntN(12)))}
				m.Mentions = slices.DeleteFunc(m.Mentions, func(k record.AccountKey) bool { return k == m.Sender })
			}
			ids = append(ids, m.ID)
			out = append(out, m)
		}
	}
	for i := range 13 { // a week apart and in turns: whether one opens or answers hangs on all before it
		at := start.Add(time.Duration(i) * 200 * time.Hour)
		out = append(out, conversation("chat", record.ConversationDirect, "p1 p2", said{at: at.Format(time.DateTime), who: []string{"p1", "p2"}[i%2], id: fmt.Sprint("turn", i)})...)
	}
	for i := range n {
		names := make([]string, 0, 12)
		for _, p := range r.Perm(12) {
			names = append(names, fmt.Sprint("p", p))
		}
		add(record.ConversationDirect, "chat", fmt.Sprint("D", i), names[:2], 30*time.Hour, 40)
		add(record.ConversationDirect, "chat", fmt.Sprint("S", i), names[:2], 9*24*time.Hour, 9)
		add(record.ConversationGroup, "chat", fmt.Sprint("G", i), names[:3+r.IntN(7)], 40*time.Hour, 40)
		add(record.ConversationMailThread, "email", fmt.Sprint("M", i), names[:1+r.IntN(10)], 5*24*time.Hour, 12)
		if i%4 == 0 {
			add(record.ConversationChannel, "chat", fmt.Sprint("C", i), names, 20*time.Hour, 60)
		}
	}
	return out
}

func TestOpeningsEqualAPlainRecount(t *testing.T) {
	t.Parallel()
	all := talk(12)
	// Clocks change on 2026-03-08 in New York, at night, which here is worked, Sundays too.
	o := warehouse.Options{Zone: zone, Calendar: warehouse.Calendar{From: 90 * time.Minute, To: 17*time.Hour + 15*time.Minute,
		Days: [7]bool{true, true, true, false, true, true, false}, Holidays: []time.Time{time.Date(2026, 2, 16, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}}
	w := warehousetest.OpenWith(t, o)
	load(t, w, all...)
	r := newOpeningRecount(t, o, all)
	opening, reach := storedOpenings(t, w, []string{"chat", "email"})
	for _, rule := range []string{" turn ", " mail ", " thread "} {
		if n := len(slices.DeleteFunc(slices.Clone(opening), func(l string) bool { return !strings.Contains(l, rule) })); n < 20 {
			t.Errorf("only %d rows of rule %s: little is compared", n, rule)
		}
	}
	if diff := gocmp.Diff(r.lines("opening"), opening); diff != "" {
		t.Errorf("opening_day (-recount +table):\n%s", diff)
	}
	if diff := gocmp.Diff(r.lines("reach"), reach); diff != "" {
		t.Errorf("reach_day (-recount +table):\n%s", diff)
	}
}

// openingRecount works the openings out in plain Go, message by message, from the definitions; it shares nothing with
// the SQL but the edges of the bins.
type openingRecount struct {
	o     warehouse.Options
	zone  *time.Location
	until map[string]time.Time
	rows  map[string]*openingRow
}

type openingRow struct {
	count, answered, censored    int
	gaps, working, waits, worked []uint8
}

const followUp = 28 * 24 * time.Hour

func newOpeningRecount(t *testing.T, o warehouse.Options, all []record.Message) openingRecount {
	t.Helper()
	where, err := time.LoadLocation(o.Zone)
	if err != nil {
		t.Fatal(err)
	}
	r := openingRecount{o, where, map[string]time.Time{}, map[string]*openingRow{}}
	places := map[string][]record.Message{}
	for _, m := range slices.SortedFunc(slices.Values(all), func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) }) {
		r.until[m.Tool] = m.SentAt
		places[m.Tool+m.Conversation.Key] = append(places[m.Tool+m.Conversation.Key], m)
	}
	for _, messages := range places {
		switch messages[0].Conversation.Kind {
		case record.ConversationDirect, record.ConversationGroup:
			r.small(messages)
		default:
			r.named(messages)
		}
	}
	return r
}

// small goes through a direct or group conversation, once for each month, noting openings that wait for their reply.
func (r openingRecount) small(messages []record.Message) {
	if messages[0].Audience > 7 {
		return
	}
	first := messages[0].SentAt.In(r.zone)
	for month := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, r.zone); !month.After(messages[len(messages)-1].SentAt); month = month.AddDate(0, 1, 0) {
		var waiting []record.Message
		for i, m := range messages {
			if m.SentAt.Before(month.Add(-2 * followUp)) {
				continue
			}
			isReply := false
			waiting = slices.DeleteFunc(waiting, func(w record.Message) bool {
				isReply = isReply || w.Sender != m.Sender && m.SentAt.Sub(w.SentAt) <= followUp
				return w.Sender != m.Sender
			})
			if isReply || i > 0 && m.SentAt.Sub(messages[i-1].SentAt) <= 30*time.Minute {
				continue
			}
			waiting = append(waiting, m)
			if at := m.SentAt.In(r.zone); at.Month() == month.Month() && at.Year() == month.Year() {
				r.opened("turn", m, m.Recipients, messages[i+1:])
			}
		}
	}
}

// named goes through a thread of mail or a room, where answers say what they answer.
func (r openingRecount) named(messages []record.Message) {
	for i, m := range messages {
		var answers []record.Message
		threaded := false
		for _, other := range messages[i:] {
			threaded = threaded || other.Parent != "" && other.SentAt.Sub(m.SentAt) <= followUp
			if other.Parent == m.ID {
				answers = append(answers, other)
			}
		}
		isMail := m.Conversation.Kind == record.ConversationMailThread
		switch {
		case m.Parent != "":
		case isMail && len(m.Recipients) >= 1 && len(m.Recipients) <= 8:
			r.opened("mail", m, m.Recipients, answers)
		case !isMail && len(m.Mentions) > 0 && threaded:
			r.opened("thread", m, m.Mentions, answers)
		}
	}
}

func (r openingRecount) opened(rule string, m record.Message, others []record.AccountKey, later []record.Message) {
	r.count("opening", rule, m, m.Sender, firstOf(later, func(a record.Message) bool { return a.Sender != m.Sender }))
	for _, other := range others {
		r.count("reach", rule, m, other, firstOf(later, func(a record.Message) bool { return a.Sender == other }))
	}
}

func firstOf(messages []record.Message, is func(record.Message) bool) time.Time {
	if i := slices.IndexFunc(messages, is); i >= 0 {
		return messages[i].SentAt
	}
	return time.Time{}
}

func (r openingRecount) count(table, rule string, m record.Message, who record.AccountKey, answer time.Time) {
	key := strings.Join([]string{table, m.SentAt.In(r.zone).Format(time.DateOnly), rule, m.Tool, who.Value}, " ")
	row := r.rows[key]
	if row == nil {
		row = &openingRow{}
		r.rows[key] = row
	}
	row.count++
	switch until := r.until[m.Tool]; {
	case !answer.IsZero() && answer.Sub(m.SentAt) <= followUp:
		row.answered++
		row.gaps = append(row.gaps, bin(answer.Sub(m.SentAt)))
		row.working = append(row.working, bin(r.worked(m.SentAt, answer)))
	case m.SentAt.Add(followUp).After(until):
		row.censored++
		row.waits = append(row.waits, bin(until.Sub(m.SentAt)))
		row.worked = append(row.worked, bin(r.worked(m.SentAt, until)))
	}
}

func bin(gap time.Duration) uint8 {
	return uint8(sort.Search(len(warehouse.GapEdges), func(i int) bool { return time.Duration(warehouse.GapEdges[i])*time.Second > gap }))
}

// worked adds up the working time between two moments day by day.
func (r openingRecount) worked(from, to time.Time) time.Duration {
	clock := func(t time.Time) time.Duration {
		h, m, s := t.In(r.zone).Clock()
		return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
	}
	first, last := from.In(r.zone).Format(time.DateOnly), to.In(r.zone).Format(time.DateOnly)
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	var sum time.Duration
	for ; day.Format(time.DateOnly) <= last; day = day.AddDate(0, 0, 1) {
		if !r.o.Calendar.Days[day.Weekday()] || slices.ContainsFunc(r.o.Calendar.Holidays, day.Equal) {
			continue
		}
		begin, end := r.o.Calendar.From, r.o.Calendar.To
		if day.Format(time.DateOnly) == first {
			begin = min(max(begin, clock(from)), end)
		}
		if day.Format(time.DateOnly) == last {
			end = max(min(end, clock(to)), r.o.Calendar.From)
		}
		sum += end - begin
	}
	return sum
}

func (r openingRecount) lines(table string) []string {
	var out []string
	for key, row := range r.rows {
		part := strings.Fields(key)
		if part[0] != table {
			continue
		}
		for _, bins := range [][]uint8{row.gaps, row.working, row.waits, row.worked} {
			slices.Sort(bins)
		}
		out = append(out, fmt.Sprint(part[1], " ", part[2], " ", row.count, " ", row.answered, " ", row.censored, " ",
			ends(row.gaps), " ", ends(row.working), " | ", ends(row.waits), " ", ends(row.worked)))
	}
	slices.Sort(out)
	return out
}

func TestOpeningsInAnyOrder(t *testing.T) {
	t.Parallel()
	all := talk(8)
	for i, n := 0, len(all); i < n; i += 9 {
		m := edited(all[i])
		if i%2 == 0 { // the source corrects the time, by up to three weeks
			m.SentAt = m.SentAt.Add(time.Duration(i%500) * time.Hour)
		}
		if m.CopyID != "" { // and the mail stands in a second mailbox
			m.Workspace = "archive"
		}
		all = append(all, m)
	}
	ws := together(t, 2)
	load(t, ws[0], all...)
	want := checksum(t, ws[0])
	for _, table := range []string{"opening_day", "reach_day", "message_loser"} {
		if want[table] == 0 {
			t.Errorf("%s is empty: nothing is compared", table)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for len(all) > 0 {
		n := min(len(all), 1+r.IntN(len(all)/2+60))
		if r.IntN(2) == 0 { // a stretch of time rather than a sample
			slices.SortFunc(all, func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) })
			from := r.IntN(len(all) - n + 1)
			load(t, ws[1], all[from:from+n]...)
			all = slices.Delete(all, from, from+n)
			continue
		}
		load(t, ws[1], all[:n]...)
		all = all[n:]
	}
	same(t, "in pieces", want, checksum(t, ws[1]))
	if err := ws[1].Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", want, checksum(t, ws[1]))
}

// Each case is told in two runs, of which the second changes what the first made of another month.
var latecomers = []struct{ first, second []record.Message }{
	{ // an answer; something later is known already
		conversation("answer", record.ConversationDirect, "anna ben", said{at: "2026-03-20 09:00:00", who: "anna", id: "a"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "c"}),
		conversation("answer", record.ConversationDirect, "anna ben", said{at: "2026-04-05 09:00:00", who: "ben", id: "b"}),
	},
	{ // an opening, which makes an answer of what looked like an opening
		conversation("opening", record.ConversationDirect, "anna ben", said{at: "2026-04-02 09:00:00", who: "ben", id: "b"}, said{at: "2026-04-25 09:00:00", who: "ben", id: "c"}),
		conversation("opening", record.ConversationDirect, "anna ben", said{at: "2026-03-25 09:00:00", who: "anna", id: "a"}),
	},
	{ // the same at three removes
		conversation("chain", record.ConversationDirect, "anna ben", said{at: "2026-03-05 09:00:00", who: "ben", id: "b"}, said{at: "2026-03-20 09:00:00", who: "anna", id: "c"},
			said{at: "2026-04-05 09:00:00", who: "ben", id: "d"}),
		conversation("chain", record.ConversationDirect, "anna ben", said{at: "2026-02-20 09:00:00", who: "anna", id: "a"}),
	},
	{ // nothing but time
		conversation("time", record.ConversationDirect, "anna ben", said{at: "2026-03-10 09:00:00", who: "anna", id: "a"}),
		conversation("time", record.ConversationChannel, "", said{at: "2026-05-30 09:00:00", who: "cleo", id: "x"}),
	},
	{ // the reply to a mail
		conversation("reply", record.ConversationMailThread, "anna ben", said{at: "2026-03-10 09:00:00", who: "anna", id: "reply-a"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "reply-c"}),
		conversation("reply", record.ConversationMailThread, "anna ben", said{at: "2026-04-03 09:00:00", who: "ben", id: "reply-b", parent: "reply-a"}),
	},
	{ // the first reply in a room, to something else
		conversation("room", record.ConversationChannel, "", said{at: "2026-03-28 09:00:00", who: "anna", id: "a", names: "ben"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "c"}),
		conversation("room", record.ConversationChannel, "", said{at: "2026-04-05 09:00:00", who: "ben", id: "b", parent: "elsewhere"}),
	},
	{ // an answer's time is corrected
		conversation("moved", record.ConversationDirect, "anna ben", said{at: "2026-03-28 09:00:00", who: "anna", id: "a"}, said{at: "2026-04-03 09:00:00", who: "ben", id: "b"},
			said{at: "2026-04-29 09:00:00", who: "anna", id: "c"}),
		[]record.Message{edited(conversation("moved", record.ConversationDirect, "anna ben", said{at: "2026-04-28 09:00:00", who: "ben", id: "b"})[0])},
	},
	copiedReplies(),
}

// copiedReplies are mails whose copies in another mailbox do not say what they answer; which of two counts is the keys' choice.
func copiedReplies() (c struct{ first, second []record.Message }) {
	for i := range 8 {
		opening, reply := fmt.Sprint("copy-a", i), fmt.Sprint("copy-b", i)
		c.first = append(c.first, conversation("copy", record.ConversationMailThread, "anna ben", said{at: "2026-03-28 09:00:00", who: "anna", id: opening},
			said{at: "2026-04-03 09:00:00", who: "ben", id: reply, parent: opening})...)
		twin := conversation("copy", record.ConversationMailThread, "anna ben", said{at: "2026-04-03 09:00:00", who: "ben", id: reply})[0]
		twin.Workspace = "archive"
		c.second = append(c.second, twin)
	}
	return c
}

func TestLatecomersReachOtherMonths(t *testing.T) {
	t.Parallel()
	ws := together(t, 2)
	var first, second []record.Message
	for _, c := range latecomers {
		first, second = append(first, c.first...), append(second, c.second...)
	}
	load(t, ws[0], slices.Concat(first, second)...)
	load(t, ws[1], first...)
	before := checksum(t, ws[1])
	load(t, ws[1], second...)
	after := checksum(t, ws[1])
	for _, table := range []string{"opening_day", "reach_day"} {
		if before[table] == after[table] {
			t.Errorf("%s does not change: nothing is compared", table)
		}
	}
	same(t, "in two runs", checksum(t, ws[0]), after)
}

func TestOtherDaysRollUpAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	all := talk(3)
	// Within an hour of the end of a month: under another clock this month has no message.
	all = append(all, conversation("lonely", record.ConversationDirect, "anna ben", said{at: "2026-01-31 23:30:00", who: "anna"})...)
	before, after := warehouse.Options{DataDir: t.TempDir(), ClickHouse: enginetest.Database(t)}, berlin
	after.DataDir, after.ClickHouse = before.DataDir, before.ClickHouse
	open := func(o warehouse.Options) (w *warehouse.Warehouse, publication uint64, sums map[string]uint64) {
		t.Helper()
		w, err := warehouse.Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Close() })
		s, err := w.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return w, s.Publication(), checksum(t, w)
	}
	w, first, _ := open(before)
	if first != 0 {
		t.Errorf("an empty warehouse published %d times", first)
	}
	load(t, w, all...)
	_, first, old := open(before)
	_, second, sums := open(after)
	if second != first+1 {
		t.Errorf("publication %d follows %d; one publication holds all", second, first)
	}
	for _, table := range []string{"account_day", "minute_day", "tie_day", "opening_day", "reach_day"} {
		if sums[table] == old[table] {
			t.Errorf("%s is as it was under the other clock", table)
		}
	}
	fresh := warehousetest.OpenWith(t, warehouse.Options{DataDir: copyOfKeys(t, before.DataDir), Zone: berlin.Zone, Calendar: berlin.Calendar})
	load(t, fresh, all...)
	same(t, "as if it had always been so", checksum(t, fresh), sums)

	if _, third, _ := open(after); third != second {
		t.Errorf("opened again with the same days it published %d", third)
	}
	after.Calendar.Holidays = append(slices.Clone(after.Calendar.Holidays), time.Date(2026, 2, 18, 12, 0, 0, 0, time.UTC))
	_, third, other := open(after)
	if third != second+1 || other["opening_day"] == sums["opening_day"] || other["account_day"] != sums["account_day"] {
		t.Errorf("a new holiday: publication %d after %d; it changes the working clock and nothing else", third, second)
	}
	if _, err := warehouse.Open(ctx, warehouse.Options{DataDir: before.DataDir, ClickHouse: before.ClickHouse, Calendar: warehouse.Calendar{From: 9 * time.Hour, To: 8 * time.Hour}}); err == nil {
		t.Error("working hours that end before they begin are taken")
	}
}

// copyOfKeys makes a data folder with the same key files.
func copyOfKeys(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"id.key", "privacy.key"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

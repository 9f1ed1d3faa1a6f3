package warehouse_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
	"crosstalk/warehouse/warehousetest"
)

// The rows below were worked out by hand from the definitions in the schema, under the working hours of `berlin`. A line of sessions is
// tool, day, place, then how many sessions, answered ones, messages, turns, participants, seconds. A line of gaps is tool, day, place, how
// many, their bins, seconds, squared seconds, named replies, inferred replies; bins are numbers: 16 is a minute, 31 half an hour.
var handWorkedSessions = []struct {
	name     string
	said     []record.Message
	sessions []string
	gaps     []string
}{
	{
		name: "30 minutes do not end a session, a second more does; 5 minutes do not end a turn",
		said: conversation("split", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 09:05:00", who: "anna"}, said{at: "2026-03-02 09:35:00", who: "anna"},
			said{at: "2026-03-02 10:05:01", who: "ben"}),
		sessions: []string{"split 2026-03-02 direct 1 0 1 1 1 0", "split 2026-03-02 direct 1 0 3 2 1 2100"},
		gaps:     []string{"split 2026-03-02 direct 1 31 1801 3243601 0 1", "split 2026-03-02 direct 2 23,31 2100 3330000 0 0"},
	},
	{
		name: "a session over midnight of the last of a month is of the day and account that it began on and with",
		said: conversation("eve", record.ConversationGroup, "anna ben cleo",
			said{at: "2026-03-31 21:50:00", who: "anna"}, said{at: "2026-03-31 22:10:00", who: "ben"}, said{at: "2026-03-31 22:11:00", who: "anna"}), // midnight is 22:00
		sessions: []string{"eve 2026-03-31 group 1 1 3 3 2 1260"},
		gaps:     []string{"eve 2026-04-01 group 1 16 60 3600 0 1", "eve 2026-04-01 group 1 29 1200 1440000 0 1"},
	},
	{
		name: "a group of three: 24 working hours to the second, and a second more",
		said: conversation("worked", record.ConversationGroup, "anna ben cleo",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-04 13:00:00", who: "ben"}, // 10 to 18, 8 to 18, 8 to 14 o'clock
			said{at: "2026-03-06 17:00:01", who: "cleo"}), // 14 to 18, 8 to 18, 8 to 18
		sessions: []string{"worked 2026-03-02 group 1 0 1 1 1 0", "worked 2026-03-04 group 1 0 1 1 1 0", "worked 2026-03-06 group 1 0 1 1 1 0"},
		gaps:     []string{"worked 2026-03-04 group 1 51 187200 35043840000 0 1", "worked 2026-03-06 group 1 51 187201 35044214401 0 1"},
	},
	{
		name: "a second more than 24 working hours is no reply",
		said: conversation("slow", record.ConversationGroup, "anna ben cleo",
			said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-04 13:00:01", who: "ben"}),
		sessions: []string{"slow 2026-03-02 group 1 0 1 1 1 0", "slow 2026-03-04 group 1 0 1 1 1 0"},
		gaps:     []string{"slow 2026-03-04 group 1 51 187201 35044214401 0 0"},
	},
	{
		name: "of two, whatever the hour, for 28 days; longer silence is no gap",
		said: conversation("silence", record.ConversationDirect, "anna ben",
			said{at: "2026-03-01 09:00:00", who: "anna"}, said{at: "2026-03-29 09:00:00", who: "ben"}, said{at: "2026-04-26 09:00:01", who: "anna"}),
		sessions: []string{"silence 2026-03-01 direct 1 0 1 1 1 0", "silence 2026-03-29 direct 1 0 1 1 1 0", "silence 2026-04-26 direct 1 0 1 1 1 0"},
		gaps:     []string{"silence 2026-03-29 direct 1 63 2419200 5852528640000 0 1"},
	},
	{
		name: "a named reply is not inferred too, one that is not the first is",
		said: conversation("both", record.ConversationDirect, "anna ben",
			said{at: "2026-03-02 09:00:00", who: "anna", id: "a"}, said{at: "2026-03-02 09:01:00", who: "ben", id: "b", parent: "a"},
			said{at: "2026-03-02 09:02:00", who: "anna", id: "c"}, said{at: "2026-03-02 09:03:00", who: "ben", id: "d", parent: "a"}),
		sessions: []string{"both 2026-03-02 direct 1 1 4 4 2 180"},
		gaps:     []string{"both 2026-03-02 direct 1 16 60 3600 0 1", "both 2026-03-02 direct 2 16,16 120 7200 1 1"},
	},
	{
		name: "in a room the first of another who names it, not its author, nobody else; gaps for all",
		said: conversation("room", record.ConversationChannel, "",
			said{at: "2026-03-02 09:00:00", who: "anna", id: "a"}, said{at: "2026-03-02 09:01:00", who: "anna", id: "b", parent: "a"},
			said{at: "2026-03-02 09:02:00", who: "ben", id: "c", parent: "a"}, said{at: "2026-03-02 09:03:00", who: "cleo", id: "d", parent: "a"},
			said{at: "2026-03-02 09:04:00", who: "dora", id: "e"}, said{at: "2026-03-02 09:05:00", who: "ben", id: "f", parent: "elsewhere"}),
		gaps: []string{"room 2026-03-02 room 1 16 60 3600 0 0", "room 2026-03-02 room 1 16 60 3600 0 0", "room 2026-03-02 room 1 16 60 3600 0 0",
			"room 2026-03-02 room 2 16,16 120 7200 1 0"},
	},
	{
		name: "more than eight are a room, and an automaton is not there",
		said: slices.Concat(
			conversation("nine", record.ConversationGroup, "a b c d e f g h i", said{at: "2026-03-02 09:00:00", who: "a"}, said{at: "2026-03-02 09:01:00", who: "b"}),
			conversation("bot", record.ConversationDirect, "anna bot", said{at: "2026-03-02 09:00:00", who: "anna"}, said{at: "2026-03-02 09:00:01", who: "bot"},
				said{at: "2026-03-02 09:01:00", who: "anna"})),
		sessions: []string{"bot 2026-03-02 direct 1 0 2 1 1 60"},
		gaps:     []string{"bot 2026-03-02 direct 1 16 60 3600 0 0", "nine 2026-03-02 room 1 16 60 3600 0 0"},
	},
	{
		name: "a mail is answered in another thread and mailbox",
		said: slices.Concat(
			conversation("mail", record.ConversationMailThread, "anna ben", said{at: "2026-03-02 09:00:00", who: "anna", id: "one"}),
			elsewhere(conversation("mail", record.ConversationMailThread, "anna ben", said{at: "2026-03-02 10:00:00", who: "ben", id: "two", parent: "one"}))),
		gaps: []string{"mail 2026-03-02 mail 0  0 0 1 0"},
	},
	{
		name: "of a session of more than a day the first 24 hours are told",
		said: allDay(),
		// Until 23:45 they are 58; all but the first of them have a gap of the first day.
		sessions: []string{"allday 2026-03-02 direct 1 1 58 58 2 85500"},
		gaps: []string{"allday 2026-03-02 direct 28 " + bins(28, "30") + " 42000 63000000 0 28", "allday 2026-03-02 direct 29 " + bins(29, "30") + " 43500 65250000 0 29",
			"allday 2026-03-03 direct 3 30,30,30 4500 6750000 0 3", "allday 2026-03-03 direct 4 30,30,30,30 6000 9000000 0 4"},
	},
}

// elsewhere puts messages into another conversation of another mailbox.
func elsewhere(messages []record.Message) []record.Message {
	for i := range messages {
		messages[i].Workspace, messages[i].Conversation.Key = "otter", "there"
	}
	return messages
}

// allDay is 65 messages of two people in turns, 25 minutes apart, from midnight in Berlin on.
func allDay() []record.Message {
	var lines []said
	start := time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)
	for i := range 65 {
		lines = append(lines, said{at: start.Add(time.Duration(25*i) * time.Minute).Format(time.DateTime), who: []string{"anna", "ben"}[i%2]})
	}
	return conversation("allday", record.ConversationDirect, "anna ben", lines...)
}

func bins(n int, bin string) string { return strings.Join(slices.Repeat([]string{bin}, n), ",") }

func TestSessionsAndGapsByHand(t *testing.T) {
	t.Parallel()
	w := warehousetest.OpenWith(t, berlin)
	var all []record.Message
	for _, c := range handWorkedSessions {
		all = append(all, c.said...)
	}
	load(t, w, all...)
	sessions, gaps := storedSessions(t, w), storedGaps(t, w)
	for _, c := range handWorkedSessions {
		t.Run(c.name, func(t *testing.T) {
			ofCase := func(lines []string) (out []string) {
				for _, l := range lines {
					tool, _, _ := strings.Cut(l, " ")
					if slices.ContainsFunc(c.said, func(m record.Message) bool { return m.Tool == tool }) {
						out = append(out, l)
					}
				}
				return out
			}
			if diff := gocmp.Diff(c.sessions, ofCase(sessions)); diff != "" {
				t.Errorf("session_day (-by hand +table):\n%s", diff)
			}
			if diff := gocmp.Diff(c.gaps, ofCase(gaps)); diff != "" {
				t.Errorf("gap_day (-by hand +table):\n%s", diff)
			}
		})
	}
}

// A folder of a version that did not have these roll-ups has them once it is opened.
func TestEarlierFoldersAreRolledUpAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o := berlin
	o.DataDir, o.ClickHouse = t.TempDir(), enginetest.Database(t)
	open := func() (*warehouse.Warehouse, map[string]uint64, uint64) {
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
		return w, checksum(t, w), s.Publication()
	}
	w, _, _ := open()
	load(t, w, deeds(2)...)
	want := checksum(t, w)

	conn, err := clickhouse.Open(o.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, earlier := range []string{"DROP TABLE session_day", "DROP TABLE gap_day", "ALTER TABLE account_day DROP COLUMN use_codes, DROP COLUMN use_amounts",
		"ALTER TABLE schema_version DELETE WHERE version = 8 SETTINGS mutations_sync = 1", "ALTER TABLE setting DELETE WHERE name = 'rollups' SETTINGS mutations_sync = 1"} {
		if err := conn.Exec(ctx, earlier); err != nil {
			t.Fatal(err)
		}
	}
	_, sums, made := open()
	same(t, "a folder of an earlier version", want, sums)
	if _, _, again := open(); made != 2 || again != 2 {
		t.Errorf("publication %d after the migration and %d later; one follows the first", made, again)
	}
}

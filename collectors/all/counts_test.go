package all_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/all"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// counted is one row of the tables in which the reference data says what it holds, counted
// by scripts that share no code with this project.
type counted struct {
	path              string // below fixtures
	messages, senders int
}

// countedRows reads such a table. Its columns are found by their titles.
func countedRows(t *testing.T, name string) (rows []counted) {
	t.Helper()
	text, err := os.ReadFile(collectortest.Shared(t, "fixtures", name))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(at) == 0 && len(cells) > 7 {
			for i, title := range cells {
				at[strings.TrimPrefix(title, "distinct ")] = i
			}
			continue
		}
		if len(cells) < 7 || !strings.HasPrefix(cells[1], "`") {
			continue
		}
		messages, err1 := strconv.Atoi(cells[at["messages"]])
		senders, err2 := strconv.Atoi(cells[at["senders"]])
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: a row without counts: %s", name, cells[1])
		}
		rows = append(rows, counted{strings.Trim(cells[1], "`"), messages, senders})
	}
	return rows
}

// Every count of the reference data is what comes of the file, or the difference is
// one of meaning that is written down here.
func TestEveryCountOfTheReferenceData(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"consumer-SOURCES.md", "enterprise-SOURCES.md"} {
		rows := countedRows(t, table)
		if len(rows) < 40 {
			t.Errorf("%s: %d rows", table, len(rows))
		}
		for _, row := range rows {
			if strings.HasPrefix(row.path, logs) {
				continue
			}
			t.Run(row.path, func(t *testing.T) {
				t.Parallel()
				want := row
				if d, ok := byMeaning[row.path]; ok {
					want.messages, want.senders = d.messages, d.senders
				}
				if got, r := read(t, row.path); got != want {
					t.Errorf("%d messages of %d senders; want %d of %d (%s); kinds %v, %d signals, rejects %v",
						got.messages, got.senders, want.messages, want.senders, byMeaning[row.path].why, r.Kinds, len(r.Signals), r.Reasons)
				}
			})
		}
	}
}

// read counts what a collector makes of a path: messages and who wrote them, or where
// there are none the hits of signals and whose they are.
func read(t *testing.T, p string) (n counted, r *collectortest.Recorder) {
	t.Helper()
	n.path = p
	r = collectortest.Collect(t, named(t, ownerOf("fixtures/"+p)), collectortest.Shared(t, "fixtures", p), collectors.Options{Workspace: "test"})
	who := map[string]bool{}
	for i := range r.Messages {
		if m := &r.Messages[i]; m.Kind == record.KindMessage {
			n.messages++
			if !m.Sender.IsZero() {
				who[fmt.Sprint(m.Sender)] = true
			}
		}
	}
	for i := range r.Signals {
		s := &r.Signals[i]
		n.messages += int(s.Hits)
		who[fmt.Sprint(s.Account)] = true
	}
	n.senders = len(who)
	return n, r
}

func named(t *testing.T, name string) collectors.Collector {
	t.Helper()
	for _, c := range all.Collectors() {
		if c.Name() == name {
			return c
		}
	}
	t.Fatalf("no collector is called %q", name)
	return nil
}

// byMeaning holds the counts that differ, and why.
var byMeaning = map[string]struct {
	messages, senders int
	why               string
}{
	"telegram/innerdvations/users_test.json":        {8, 1, "saved messages: the others wrote what the owner saved"},
	"telegram/innerdvations/saved.json":             {20, 1, "saved messages"},
	"snapchat/synthetic/old/json/snap_history.json": {2, 1, "the owner of the archive is not named in the file alone"},
	"snapchat/synthetic/old/json/chat_history.json": {3, 2, "the owner of the archive is not named in the file alone"},
	"snapchat/synthetic/new/json/chat_history.json": {6, 3, "2 entries are notices of the system"},
	"messenger/synthetic/your_activity_across_facebook/messages/inbox/heronwknd_7000000000000001/message_2.json": {3, 3, "1 is a line of the system"},
	"messenger/synthetic/your_activity_across_facebook/messages/inbox/benokafor_7000000000000002/message_1.json": {2, 2, "1 is a call"},
	"yammer/synthetic-export/Messages.csv":                    {13, 4, "1 is a line of the system, by a writer of no other"},
	"teams/synthetic/TeamsUserActivityUserDetail.csv":         {4, 4, "rows are users, of whom 1 was not active; the sums are asserted in package teams"},
	"lync/synthetic/SkypeForBusinessActivityUserDetail.csv":   {4, 4, "rows are users, of whom 1 was not active; the sums are asserted in package lync"},
	"lync/synthetic/SessionDetails.csv":                       {0, 0, "a session is no message: its counts are asserted in package lync"},
	"lync/synthetic/ConferenceMessageCount.csv":               {0, 0, "counts over a span: asserted in package lync"},
	"slack/modern-export-2025":                                {14, 3, "2 are lines of the system"},
	"slack/importer-samples/normal_messages.json":             {1, 1, "1 says that somebody joined"},
	"slack/public-workspace-2016":                             {548, 28, "140 are lines of the system; 28 of 71 wrote anything else"},
	"rocketchat/synthetic-mongoexport":                        {12, 4, "what an integration wrote in somebody's name is not theirs"},
	"microsoft-send/synthetic/message-trace.csv":              {9, 4, "11 rows are recipients of 9 mails"},
	"jive/synthetic-des":                                      {10, 4, "7 acts are messages and 3 signals; 2 are likes"},
	"google-workspace/reports-chat-a.ndjson":                  {5, 1, "1 of 12 events is a message; 2 signals stand for 4 hits; the rest is of the system or a reaction"},
	"hipchat/synthetic-modern":                                {31, 6, "33 records on disk less 2 of the system; 10 of 23 stand in two histories; an integration is a sender of its own"},
	"hipchat/legacy-zip-layout/rooms/Company/2015-08-21.json": {0, 0, "alone it is no export: the folder is asserted in package hipchat"},
	"flowdock/message-types-samples.json":                     {3, 3, "5 of 8 events are status, tags, edits and the like"},
	"whatsapp/timelinize/_chat.txt":                           {15, 4, "2 of 19 lines are of the system and 2 are calls"},
	"whatsapp/synthetic/WhatsApp Chat - Chloé/_chat.txt":      {4, 2, "1 of 6 lines is of the system and 1 is a call"},
}

// Logs of proxies and of name servers are counted by line, signals by tool and day: the lines are asserted in
// package weblogs.
const logs = "weblogs/"

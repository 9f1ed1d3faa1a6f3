package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
)

// chatter is messages of every day from the first of January 2026 to the last of March: a channel in which people mention each
// other and reply, a direct chat, and mail. Nothing answers or follows what is of another day.
func chatter() []record.Message {
	person := func(n int) record.AccountKey {
		return record.AccountKey{Kind: record.KeyEmail, Value: fmt.Sprintf("p%d@heron.example", n%6)}
	}
	var out []record.Message
	for day := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC); day.Month() < time.April; day = day.AddDate(0, 0, 1) {
		for i := range 6 {
			m := record.Message{Tool: "test", Workspace: "test", ID: fmt.Sprintf("%s-%d", day.Format(time.DateOnly), i), Sender: person(i), SenderKind: record.AccountHuman,
				SentAt: day.Add(time.Duration(i) * 7 * time.Minute), Kind: record.KindMessage, OffsetMinutes: record.OffsetUnknown}
			switch i % 3 {
			case 0:
				m.Conversation = record.Conversation{Key: "general", Kind: record.ConversationChannel}
				m.Mentions = []record.AccountKey{person(i + 1)}
			case 1:
				m.Conversation = record.Conversation{Key: "dm " + day.Format(time.DateOnly), Kind: record.ConversationDirect}
				m.Recipients = []record.AccountKey{person(i + 3)}
			default:
				m.Conversation = record.Conversation{Key: "thread " + m.ID, Kind: record.ConversationMailThread}
				m.CopyID, m.Recipients = m.ID, []record.AccountKey{person(i + 1), person(i + 2)}
			}
			out = append(out, m)
		}
	}
	return out
}

// rolledUp gives the rows of the live roll-ups of some days, as text, with accounts by their map keys.
func rolledUp(t *testing.T, w *warehouse.Warehouse, from, to string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{"account_day", "tie_day", "minute_day", "opening_day", "reach_day"} {
		type row struct {
			Text string `ch:"text"`
		}
		accounts := map[string]string{"tie_day": "least(a, b), greatest(a, b), if(a < b, (a_to_b, b_to_a), (b_to_a, a_to_b)), * EXCEPT (a, b, a_id, b_id, a_to_b, b_to_a, publication_id, slice_id)"}[table]
		from_ := "SELECT *, transform(a_id, ids, keys, 0) AS a, transform(b_id, ids, keys, 0) AS b FROM tie_day"
		if accounts == "" {
			accounts, from_ = "transform(account_id, ids, keys, 0), * EXCEPT (account_id, publication_id, slice_id)", "SELECT * FROM "+table
		}
		query := `WITH (SELECT groupArray(account_id) FROM (SELECT account_id FROM account GROUP BY account_id ORDER BY account_id)) AS ids,
			(SELECT groupArray(key) FROM (SELECT any(map_key) AS key FROM account GROUP BY account_id ORDER BY account_id)) AS keys
			SELECT toString(tuple(` + accounts + `)) AS text FROM (` + from_ + ` WHERE slice_id IN {live:Array(UInt64)} AND day >= '` + from + `' AND day < '` + to + `') ORDER BY text`
		for _, r := range ask[row](t, w, query) {
			out[table] = append(out[table], r.Text)
		}
	}
	return out
}

func sameRows(t *testing.T, what string, want, got map[string][]string) {
	t.Helper()
	for table, rows := range want {
		if len(rows) == 0 || !slices.Equal(rows, got[table]) {
			t.Errorf("%s: %s: %d rows, not the %d that there should be", what, table, len(got[table]), len(rows))
		}
	}
}

func count(t *testing.T, w *warehouse.Warehouse, query string) uint64 {
	t.Helper()
	type row struct {
		N uint64 `ch:"n"`
	}
	return ask[row](t, w, query)[0].N
}

// Messages age out in the middle of a month. What is left is as though they were there; later imports, rebuilding, another
// calendar and a late run do not change the days that have gone.
func TestAgeOut(t *testing.T) {
	t.Parallel()
	both := together(t, 2)
	whole, w := both[0], both[1]
	ctx := context.Background()
	load(t, whole, chatter()...)
	load(t, w, chatter()...)
	full := rolledUp(t, w, "2026-01-01", "2026-04-01")
	sums := checksum(t, w)

	running, err := w.Begin(ctx, "test") // its messages age out while it goes on
	if err != nil {
		t.Fatal(err)
	}
	sink := running.Sink(warehouse.Source{Collector: "test", Tool: "test", Workspace: "test"})
	stray := chatter()[40*6]
	stray.ID, stray.SentAt = "stray", stray.SentAt.Add(time.Minute)
	if err := sink.Message(&stray); err != nil {
		t.Fatal(err)
	}

	done, err := w.AgeOut(ctx, time.Date(2026, 2, 14, 17, 3, 0, 0, time.UTC))
	if err != nil || done.Messages != (31+13)*6 || !done.Frozen || done.RawFrom.Format(time.DateOnly) != "2026-02-14" {
		t.Fatalf("aged out: %+v, %v; want the messages of 44 days", done, err)
	}
	if n := count(t, w, "SELECT count() AS n FROM message WHERE sent_at < '2026-02-14 00:00:00'"); n != 0 {
		t.Errorf("%d messages are still there", n)
	}
	if n := count(t, w, "SELECT count() AS n FROM message"); n != (15+31)*6 {
		t.Errorf("%d messages are left", n)
	}
	sameRows(t, "aged out", full, rolledUp(t, w, "2026-01-01", "2026-04-01"))

	if _, err := running.Finish(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, w, "SELECT count() AS n FROM message WHERE sent_at < '2026-02-14 00:00:00'"); n != 0 {
		t.Errorf("%d messages came in with a run that went on", n)
	}
	sameRows(t, "a run that went on", full, rolledUp(t, w, "2026-01-01", "2026-04-01"))

	// A late message of a day that is still raw, and one of a day that is not.
	late := chatter()[50*6 : 50*6+2] // 20 February
	for i := range late {
		late[i].ID, late[i].SentAt = fmt.Sprint("late ", i), late[i].SentAt.Add(3*time.Hour)
	}
	early := chatter()[20]
	early.ID = "early"
	load(t, whole, late...)
	counts := load(t, w, append(slices.Clone(late), early)...)
	if counts[0].Messages != 2 || counts[0].Reasons["older_than_retention"] != 1 {
		t.Errorf("the late import: %+v", counts)
	}
	frozen := rolledUp(t, whole, "2026-01-01", "2026-02-14")
	sameRows(t, "frozen days after a late import", frozen, rolledUp(t, w, "2026-01-01", "2026-02-14"))
	sameRows(t, "raw days after a late import", rolledUp(t, whole, "2026-02-14", "2026-04-01"), rolledUp(t, w, "2026-02-14", "2026-04-01"))
	if before := checksum(t, w)["account_day"]; before == sums["account_day"] {
		t.Error("the late messages count nowhere")
	}

	// Everything made anew.
	now := checksum(t, w)
	if err := w.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", now, checksum(t, w))
	again, err := w.AgeOut(ctx, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
	if err != nil || again.RawFrom.Format(time.DateOnly) != "2026-02-14" || again.Messages != 0 {
		t.Errorf("a longer retention: %+v, %v; what is frozen stays so", again, err)
	}

	// Somebody of frozen days is erased.
	p, err := w.Whom(ctx, "p1@heron.example", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Erase(ctx, p); err != nil {
		t.Fatal(err)
	}
	others := rolledUp(t, w, "2026-01-01", "2026-02-14")
	for table, rows := range others {
		if len(rows) == 0 || len(rows) >= len(frozen[table]) {
			t.Errorf("%s: %d frozen rows after somebody was erased, %d before", table, len(rows), len(frozen[table]))
		}
		for _, r := range rows {
			if !slices.Contains(frozen[table], r) {
				t.Errorf("%s: a frozen row changed: %s", table, r)
				break
			}
		}
	}
}

// A time zone cannot change under frozen days; working hours can, for the days that are left.
func TestFrozenDaysKeepTheirZone(t *testing.T) {
	t.Parallel()
	options := warehouse.Options{DataDir: t.TempDir(), ClickHouse: enginetest.Database(t), Zone: "Europe/Lisbon"}
	first, err := warehouse.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	load(t, first, chatter()...)
	keep := time.Date(2026, 2, 14, 0, 0, 0, 0, time.UTC)
	if _, err := first.AgeOut(t.Context(), keep); err != nil {
		t.Fatal(err)
	}
	before := rolledUp(t, first, "2026-01-01", "2026-02-14")
	options.Zone = "Europe/Berlin"
	_, err = warehouse.Open(t.Context(), options)
	var refused *warehouse.FrozenError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "Europe/Lisbon") || !strings.Contains(err.Error(), "2026-02-14") {
		t.Errorf("another zone: %v", err)
	}
	options.Zone = "Europe/Lisbon"
	options.Calendar = warehouse.Calendar{From: 10 * time.Hour, To: 11 * time.Hour, Days: [7]bool{true, true, true, true, true, true, true}}
	second, err := warehouse.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	sameRows(t, "other working hours", before, rolledUp(t, second, "2026-01-01", "2026-02-14"))
}

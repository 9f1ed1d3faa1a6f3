package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
	"crosstalk/warehouse/warehousetest"
)

func mailKey(name string) record.AccountKey {
	return record.AccountKey{Kind: record.KeyEmail, Value: name + "@heron.example"}
}

// tangle is what hangs together in ways that an erasure has to undo: versions, copies, replies, mentions, mails to oneself, a
// direct chat, an opening that only one person answered.
func tangle() []record.Message {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	say := func(id, sender, place string, kind record.ConversationKind, minutes int, to ...string) record.Message {
		m := record.Message{Tool: "test", Workspace: "test", ID: id, Sender: mailKey(sender), SenderKind: record.AccountHuman, SentAt: at.Add(time.Duration(minutes) * time.Minute),
			Kind: record.KindMessage, OffsetMinutes: 60, SizeBytes: uint32(100 + minutes), Conversation: record.Conversation{Key: place, Kind: kind}}
		for _, name := range to {
			m.Recipients = append(m.Recipients, mailKey(name))
		}
		return m
	}
	mail := func(id, sender, thread string, minutes int, to ...string) record.Message {
		m := say("", sender, thread, record.ConversationMailThread, minutes, to...)
		m.CopyID = id
		return m
	}
	with := func(m record.Message, change func(*record.Message)) record.Message {
		change(&m)
		return m
	}
	direct, channel := record.ConversationDirect, record.ConversationChannel
	edited := func(m *record.Message) { m.EditedAt = at.Add(time.Hour) }
	return []record.Message{
		say("d1", "ana", "ana ben", direct, 0, "ben"), say("d2", "ben", "ana ben", direct, 3, "ana"), say("d3", "cyd", "cyd ben", direct, 5, "ben"), say("d4", "ben", "cyd ben", direct, 9, "cyd"),
		say("c1", "ana", "room", channel, 10), with(say("c2", "ben", "room", channel, 11), func(m *record.Message) { m.Parent, m.Relation = "c1", record.RelationThread }),
		with(say("c3", "ben", "room", channel, 12), func(m *record.Message) { m.Mentions = []record.AccountKey{mailKey("ana"), mailKey("cyd")} }),
		with(say("c3", "ben", "room", channel, 12), func(m *record.Message) { m.Mentions = []record.AccountKey{mailKey("ana")}; edited(m) }),
		with(say("c4", "ben", "room", channel, 13), func(m *record.Message) { m.Mentions = []record.AccountKey{mailKey("ana")} }),
		with(say("c5", "cyd", "room", channel, 14), func(m *record.Message) { m.Parent, m.Relation = "c4", record.RelationReply }),
		// The one copy was written to one person, the other to more.
		mail("m1", "ben", "t1", 20, "ana"), mail("m1", "ben", "t2", 20, "ana", "cyd"),
		mail("m2", "ben", "t3", 21, "ben", "ana"), mail("m3", "ben", "t3", 22, "ben", "ana", "cyd"), mail("m4", "ana", "t4", 23, "ben", "cyd"),
		with(mail("m5", "cyd", "t4", 40, "ana", "ben"), func(m *record.Message) { m.Parent, m.Relation = "m4", record.RelationReply }),
		say("g1", "cyd", "group", record.ConversationGroup, 60, "ana", "ben"), say("g2", "ana", "group", record.ConversationGroup, 61, "cyd", "ben"),
		say("g3", "ben", "group", record.ConversationGroup, 5000, "ana", "cyd"),
	}
}

// outcast excludes one address, by the rules of exclusions.
type outcast struct{ key record.AccountKey }

func (o outcast) Account(a *record.Account) bool              { return a.Key == o.key }
func (o outcast) Member(_ string, key record.AccountKey) bool { return key == o.key }
func (o outcast) Message(m *record.Message) bool {
	isOther := func(k record.AccountKey) bool { return k != m.Sender }
	had := slices.ContainsFunc(m.Recipients, isOther)
	is := func(k record.AccountKey) bool { return k == o.key }
	m.Recipients, m.Mentions = slices.DeleteFunc(m.Recipients, is), slices.DeleteFunc(m.Mentions, is)
	return m.Sender == o.key || had && !slices.ContainsFunc(m.Recipients, isOther)
}

func loadTangle(t *testing.T, w *warehouse.Warehouse, exclude warehouse.Exclusion, split int) []warehouse.SourceCount {
	t.Helper()
	all := tangle()
	var counts []warehouse.SourceCount
	for _, part := range [][]record.Message{all[:split], all[split:]} {
		run, err := w.Begin(context.Background(), "test")
		if err != nil {
			t.Fatal(err)
		}
		sink := run.Sink(warehouse.Source{Collector: "test", Tool: "test", Workspace: "test", Exclude: exclude})
		at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		members := []record.Member{{Account: mailKey("ana"), From: at}, {Account: mailKey("ben"), From: at}}
		room := record.Conversation{Tool: "test", Workspace: "test", Key: "room", Kind: record.ConversationChannel, Members: members}
		if err := sink.Conversation(&room); err != nil {
			t.Fatal(err)
		}
		for _, m := range part {
			m.Recipients, m.Mentions = slices.Clone(m.Recipients), slices.Clone(m.Mentions)
			if err := sink.Message(&m); err != nil {
				t.Fatal(err)
			}
		}
		if exclude == nil {
			calls := []record.Activity{{Account: mailKey("ana"), Counterpart: mailKey("ben")}, {Account: mailKey("ben"), Counterpart: mailKey("ana")}}
			for i, a := range calls {
				a.Tool, a.Workspace, a.ID, a.From, a.To, a.What, a.Count = "test", "test", fmt.Sprint(i), at, at.Add(time.Hour), "calls", 1
				if err := sink.Activity(&a); err != nil {
					t.Fatal(err)
				}
				g := record.Signal{Tool: "test", Workspace: "test", Account: a.Account, Day: at, Source: "proxy", Certainty: 1, Hits: 2}
				if err := sink.Signal(&g); err != nil {
					t.Fatal(err)
				}
			}
		}
		if counts, err = run.Finish(); err != nil {
			t.Fatal(err)
		}
	}
	return counts
}

// What is left of an erasure is what an exclusion from the beginning leaves, in whatever order things came; the same
// archive changes nothing afterwards.
func TestEraseEqualsExclusion(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	both := together(t, 2)
	w, never := both[0], both[1]
	directory := []record.Person{{Key: "e1", Name: "Ana Ruiz", Email: "ana@heron.example", Phones: []string{"+351 21 000 00 01"}, Team: "A"},
		{Key: "e2", Name: "Ben Okafor", Email: "ben@heron.example", Manager: "e1", Phones: []string{"+351 21 000 00 01"}, Team: "A"}}
	on := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	importPeople := func(w *warehouse.Warehouse, people []record.Person) int {
		t.Helper()
		n, err := w.ImportPeople(ctx, people, on)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	importPeople(w, directory)
	importPeople(never, directory[1:])
	loadTangle(t, w, nil, len(tangle())/2)
	loadTangle(t, never, outcast{mailKey("ana")}, len(tangle())-1)

	p, err := w.Whom(ctx, "ANA@heron.example", 0)
	if err != nil || p.Person != "e1" || len(p.Accounts) != 1 || p.Stored.Messages == 0 || p.Stored.Named == 0 {
		t.Fatalf("whom: %+v, %v", p, err)
	}
	if _, err := w.Whom(ctx, "+351210000001", 0); !errors.As(err, new(*warehouse.AmbiguousError)) {
		t.Errorf("a number that two share: %v", err)
	}
	open, err := w.Begin(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Erase(ctx, p); !errors.Is(err, warehouse.ErrBusy) {
		t.Errorf("beside a run that goes on: %v", err)
	}
	if err := open.Undo(); err != nil {
		t.Fatal(err)
	}
	done, err := w.Erase(ctx, p)
	if err != nil || done.Messages != p.Stored.Messages || done.Rewritten != p.Stored.Named || done.Accounts != 1 {
		t.Fatalf("erased %+v, %v; told before: %+v", done, err, p.Stored)
	}
	compare := func(what string) {
		t.Helper()
		want, got := checksum(t, never), checksum(t, w)
		for _, table := range []string{"message", "message_loser", "conversation", "conversation_member", "account", "account_person", "account_day", "tie_day", "minute_day", "opening_day", "reach_day"} {
			if want[table] != got[table] {
				t.Errorf("%s: %s is not as though they had never been there", what, table)
			}
		}
	}
	compare("erased")
	if n := count(t, w, "SELECT count() AS n FROM activity FINAL WHERE counterpart_id = 0"); n != 1 || count(t, w, "SELECT count() AS n FROM activity FINAL") != 1 || count(t, w, "SELECT uniqExact(account_id) AS n FROM merge(currentDatabase(), '^signal(_day)?$')") != 1 {
		t.Error("activities and signals: want those of the other person alone")
	}
	if n := count(t, w, "SELECT count() AS n FROM person_attribute WHERE attribute = 'manager'"); n != 0 {
		t.Error("they are still somebody's manager")
	}
	left := checksum(t, w)
	if err := w.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", left, checksum(t, w))

	counts := loadTangle(t, w, nil, 3)
	if counts[0].Reasons["erased"] == 0 || counts[0].Duplicates != counts[0].Messages {
		t.Errorf("the same archive again: %+v", counts[0])
	}
	compare("the same archive again")
	same(t, "the same archive again", left, checksum(t, w))
	on = on.AddDate(0, 0, 1)
	if n := importPeople(w, directory); n != 1 {
		t.Errorf("%d people of the same directory; want the one who shares the number, without the other", n)
	}
	if _, err := w.Whom(ctx, "e1", 0); !errors.Is(err, warehouse.ErrUnknownName) {
		t.Errorf("afterwards: %v", err)
	}
}

// Answers that are stored, in a table that keeps them by publication, go.
func TestEraseForgetsAnswers(t *testing.T) {
	t.Parallel()
	options := warehouse.Options{DataDir: t.TempDir(), ClickHouse: enginetest.Database(t)}
	w, err := warehouse.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	loadTangle(t, w, nil, 3)
	conn, err := clickhouse.Open(options.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, statement := range []string{"CREATE TABLE kept_answer (publication_id UInt64, answer String) ENGINE = MergeTree ORDER BY publication_id", "INSERT INTO kept_answer VALUES (1, 'x')"} {
		if err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.Whom(t.Context(), "ana@heron.example", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Erase(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if n := count(t, w, "SELECT count() AS n FROM kept_answer"); n != 0 {
		t.Errorf("%d answers are still there", n)
	}
}

// A column that names an account or a person has one of the names by which an erasure finds it.
func TestColumnsOfPeople(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	type column struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
		Type  string `ch:"type"`
	}
	known := []string{"account_id", "person_id", "a_id", "b_id", "sender_id", "counterpart_id", "recipient_ids", "mention_ids"}
	others := []string{"conversation_id", "parent_id", "message_id", "run_id", "publication_id", "slice_id", "erasure_id", "token_id", "activity_id"}
	seen := 0
	for _, c := range ask[column](t, w, "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND (name LIKE '%\\_id' OR name LIKE '%\\_ids') ORDER BY table, name") {
		switch {
		case c.Table == "opening_part": // emptied before a publication is out
		case slices.Contains(known, c.Name) && (c.Type == "UInt64" || strings.HasSuffix(c.Name, "s") && c.Table == "message" || strings.HasSuffix(c.Table, "_stage")):
			seen++
		case !slices.Contains(others, c.Name):
			t.Errorf("%s.%s %s: an erasure does not know it; call it like one of %v, or say here that it names nobody", c.Table, c.Name, c.Type, known)
		}
	}
	if seen < 15 {
		t.Errorf("only %d columns name people", seen)
	}
}

package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// profiles are three accounts of two people who share a name, and one whose nick tells.
func profiles(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	run, err := w.Begin(context.Background(), "test")
	if err != nil {
		t.Fatal(err)
	}
	sink := run.Sink(warehouse.Source{Collector: "slack", Tool: "slack", Workspace: "acme"})
	for _, a := range []record.Account{
		{Tool: "slack", Key: record.AccountKey{Kind: record.KeyToolID, Value: "U1"}, Name: "Ben Okafor"},
		{Tool: "skype", Key: record.AccountKey{Kind: record.KeyToolID, Value: "live:b"}, Name: "Ben Okafor"},
		{Tool: "slack", Key: record.AccountKey{Kind: record.KeyToolID, Value: "U2"}, Name: "Ana Ruiz"},
		{Tool: "irc", Key: record.AccountKey{Kind: record.KeyHandle, Value: "aruiz"}},
	} {
		a.Workspace, a.Kind = "acme", record.AccountHuman
		if err := sink.Account(&a); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run.Finish(); err != nil {
		t.Fatal(err)
	}
}

// told lists matches as tool/key state person.
func told(t *testing.T, w *warehouse.Warehouse) string {
	t.Helper()
	matches, err := w.Matches(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range matches {
		out = append(out, fmt.Sprintf("%s/%s %s %s", m.Tool, m.Key, m.State, m.Person))
	}
	return strings.Join(out, "; ")
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := warehousetest.Open(t)
	directory := []record.Person{{Key: "e1", Name: "Ana Ruiz", Email: "ana@heron.example"}, {Key: "e2", Name: "Ben Okafor"}, {Key: "e3", Name: "Ben Okafor"}}
	if _, err := w.ImportPeople(ctx, directory, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	profiles(t, w)
	const before = "irc/aruiz proposed e1; skype/live:b proposed e2; skype/live:b proposed e3; slack/U1 proposed e2; slack/U1 proposed e3; slack/U2 linked e1"
	if got := told(t, w); got != before {
		t.Errorf("before: %s\nwant %s", got, before)
	}

	ids := map[string]uint64{}
	matches, err := w.Matches(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range matches {
		ids[m.Key] = m.Account
	}
	decide := func(d ...warehouse.Decision) {
		t.Helper()
		if err := w.Decide(ctx, "user:ada", d); err != nil {
			t.Fatal(err)
		}
	}
	decide(warehouse.Decision{Account: ids["U1"], Person: "e3", Accepted: true}, warehouse.Decision{Account: ids["live:b"], Person: "e3"},
		warehouse.Decision{Account: ids["U2"], Person: "e1"})
	const after = "irc/aruiz proposed e1; skype/live:b proposed e2; skype/live:b rejected e3; slack/U1 accepted e3; slack/U2 rejected e1"
	if got := told(t, w); got != after {
		t.Errorf("after: %s\nwant %s", got, after)
	}
	matched := ask[struct {
		N uint64 `ch:"n"`
	}](t, w, "SELECT countIf(is_matched) AS n FROM account_person WHERE slice_id = {people:UInt64}")
	if matched[0].N != 1 {
		t.Errorf("%d accounts matched; want 1", matched[0].N)
	}

	profiles(t, w) // an import matches again, and changes nothing that was decided
	if got := told(t, w); got != after {
		t.Errorf("after another import: %s\nwant %s", got, after)
	}
	decide(warehouse.Decision{Account: ids["U2"], Person: "e1", Accepted: true}, warehouse.Decision{Account: ids["aruiz"], Other: ids["U2"], Accepted: true})
	const changed = "irc/aruiz accepted e1; skype/live:b proposed e2; skype/live:b rejected e3; slack/U1 accepted e3; slack/U2 accepted e1"
	if got := told(t, w); got != changed {
		t.Errorf("changed: %s\nwant %s", got, changed)
	}

	for want, d := range map[error]warehouse.Decision{
		warehouse.ErrUnknownAccount: {Account: 1, Person: "e1", Accepted: true},
		warehouse.ErrUnknownPerson:  {Account: ids["U1"], Person: "e9", Accepted: true},
	} {
		if err := w.Decide(ctx, "user:ada", []warehouse.Decision{d}); !errors.Is(err, want) {
			t.Errorf("%+v: %v; want %v", d, err, want)
		}
	}
	if err := w.Decide(ctx, "user:ada", []warehouse.Decision{{Account: ids["U1"], Other: ids["U1"], Accepted: true}}); !errors.Is(err, warehouse.ErrUnknownAccount) {
		t.Errorf("an account with itself: %v", err)
	}
}

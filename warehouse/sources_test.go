package warehouse_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

func TestSources(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), warehousetest.Open(t)
	for _, ask := range []func() error{
		func() error { _, err := w.Workspaces(ctx); return err },
		func() error { _, err := w.Matching(ctx); return err },
		func() error { _, err := w.Runs(ctx, 5); return err },
	} {
		if err := ask(); err != nil {
			t.Errorf("of an empty warehouse: %v", err)
		}
	}
	all, copies := invented(300)
	directory := []record.Person{{Key: "e1", Email: "p01@heron.example", Department: "Legal", Team: "Contracts"}, {Key: "e2", Email: "p02@heron.example", Department: "Sales"}}
	if _, err := w.ImportPeople(ctx, directory, time.Now()); err != nil {
		t.Fatal(err)
	}
	load(t, w, all...)
	load(t, w, slices.Concat(all, copies)...)

	workspaces, err := w.Workspaces(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var office *warehouse.Workspace
	for i := range workspaces {
		if workspaces[i].Workspace == "office" {
			office = &workspaces[i]
		}
	}
	if office == nil || office.Messages != 100 || office.Duplicates != 100 || office.Matched != 2 || office.Accounts < 20 || len(office.Days) == 0 {
		t.Errorf("office: %+v; want 100 messages, all known the second time, 2 of 20 or more accounts matched", office)
	}
	matching, err := w.Matching(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if matching.People != 2 || matching.ByMethod["email"] < 4 {
		t.Errorf("matching: %+v; want 2 people and a link for each mailbox and tool", matching)
	}
	runs, err := w.Runs(ctx, 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) < 6 || runs[0].State != "published" || runs[0].Messages == 0 {
		t.Errorf("runs: %+v", runs)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	w := warehouse.Workspace{Days: []time.Time{day(2), day(3), day(4), day(5), day(6), day(9), day(10), day(11), day(12), day(25), day(26)}}
	gaps := w.Gaps()
	if len(gaps) != 1 || !gaps[0][0].Equal(day(13)) || !gaps[0][1].Equal(day(25)) {
		t.Errorf("gaps %v; want one, from the 13th to the 25th", gaps)
	}
	if gaps := (warehouse.Workspace{}).Gaps(); gaps != nil {
		t.Errorf("no days, but gaps %v", gaps)
	}
}

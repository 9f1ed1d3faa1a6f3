package warehouse_test

import (
	"context"
	"slices"
	"testing"

	"crosstalk/collectors/record"
)

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	all, copies := invented(900)
	var edits []record.Message
	for i := 0; i < len(all); i += 21 {
		edits = append(edits, edited(all[i]))
	}
	ws := together(t, 3)

	load(t, ws[0], slices.Concat(all, copies, edits)...)
	want := checksum(t, ws[0])
	for table, sum := range want {
		if sum == 0 && table != "activity" && table != "signal_day" && table != "conversation_member" && table != "session_day" {
			t.Errorf("%s is empty: nothing is compared", table)
		}
	}

	// The same again: nothing changes.
	counts := load(t, ws[0], slices.Concat(all, copies, edits)...)
	for _, c := range counts {
		if c.Duplicates != c.Messages {
			t.Errorf("%s %s: %d messages, %d of them known; all are", c.Tool, c.Workspace, c.Messages, c.Duplicates)
		}
	}
	same(t, "imported twice", want, checksum(t, ws[0]))

	// Overlapping slices, in both orders, edits first.
	ordered := slices.SortedFunc(slices.Values(all), func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) })
	early, late := ordered[:500], ordered[380:]
	// A slice of an archive without ids begins between two instants, never inside one.
	for late[0].SentAt.Equal(ordered[379].SentAt) {
		late = late[1:]
	}
	load(t, ws[1], slices.Concat(edits, early)...)
	load(t, ws[1], copies...)
	load(t, ws[1], late...)
	same(t, "edits and early slice first", want, checksum(t, ws[1]))
	load(t, ws[2], copies...)
	load(t, ws[2], late...)
	load(t, ws[2], early...)
	for _, c := range load(t, ws[2], edits...) {
		if c.Messages > 0 && c.Duplicates != c.Messages {
			t.Errorf("%d edited messages, %d of them known; all are", c.Messages, c.Duplicates)
		}
	}
	same(t, "late slice first", want, checksum(t, ws[2]))

	// Made anew from the messages.
	if err := ws[2].Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", want, checksum(t, ws[2]))
}

package warehouse_test

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"time"

	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

func TestLiveSourceComesBackAsPut(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	s, err := w.LiveSource(t.Context(), "imap heron")
	if err != nil || s.Name != "imap heron" || len(s.Cursor) != 0 || !s.SucceededAt.IsZero() {
		t.Fatalf("a source that never ran: %+v, %v", s, err)
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.UTC)
	for i, cursor := range []string{"first", "second", "\x00\xff"} {
		s.Cursor, s.RunID, s.TriedAt, s.SucceededAt, s.Failures = []byte(cursor), uint64(i), at, at.Add(time.Second), uint32(i)
		if err := w.PutLiveSource(t.Context(), &s); err != nil {
			t.Fatal(err)
		}
		got, err := w.LiveSource(t.Context(), s.Name)
		if err != nil || string(got.Cursor) != cursor || got.RunID != uint64(i) || got.Failures != uint32(i) || !got.TriedAt.Equal(at) || !got.SucceededAt.Equal(at.Add(time.Second)) {
			t.Errorf("put %q, read back %+v, %v", cursor, got, err)
		}
	}
	all, err := w.LiveSources(t.Context())
	if err != nil || len(all) != 1 || string(all[0].Cursor) != "\x00\xff" {
		t.Errorf("all sources: %+v, %v", all, err)
	}
}

func TestLiveSourceIsReadByOneAtATime(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	first, err := w.LockLiveSource("imap heron")
	if err != nil || first == nil {
		t.Fatalf("lock: %v", err)
	}
	if second, err := w.LockLiveSource("imap heron"); second != nil || err != nil {
		t.Errorf("a second reader got the lock too (error %v)", err)
	}
	other, err := w.LockLiveSource("imap crane")
	if other == nil || err != nil {
		t.Fatalf("another source is locked too (error %v)", err)
	}
	other()
	first()
	again, err := w.LockLiveSource("imap heron")
	if again == nil || err != nil {
		t.Fatalf("still locked after it was given back (error %v)", err)
	}
	again()
}

func TestHasFiles(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	var digests [][32]byte
	for i := range 450 { // more than one question holds
		digests = append(digests, sha256.Sum256([]byte(strconv.Itoa(i))))
	}
	published, undone := digests[:430], digests[430:]
	readFiles(t, w, published, (*warehouse.Run).Undo)
	check(t, w, published, false, "files of a run that was undone")
	readFiles(t, w, published, finish)
	check(t, w, published, true, "files of a published run")
	check(t, w, append(published[:1:1], published[0]), true, "one file twice")
	check(t, w, nil, true, "no files")
	check(t, w, undone, false, "other files")
	check(t, w, digests, false, "files of which some were read")
}

func finish(r *warehouse.Run) error {
	_, err := r.Finish()
	return err
}

func readFiles(t *testing.T, w *warehouse.Warehouse, digests [][32]byte, end func(*warehouse.Run) error) {
	t.Helper()
	r, err := w.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range digests {
		if err := r.File(d, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := end(r); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, w *warehouse.Warehouse, digests [][32]byte, want bool, what string) {
	t.Helper()
	if got, err := w.HasFiles(t.Context(), digests); got != want || err != nil {
		t.Errorf("%s: %v, %v", what, got, err)
	}
}

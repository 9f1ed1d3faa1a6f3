package warehouse_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// TestWhatIsTakenOverEqualsWhatIsMadeAnew imports days one after the other, and then some that came late, so that slices are made of older ones and
// of some days; every roll-up then equals one made of all messages at once.
func TestWhatIsTakenOverEqualsWhatIsMadeAnew(t *testing.T) {
	t.Parallel()
	all := talk(14)
	slices.SortFunc(all, func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) })
	r := rand.New(rand.NewPCG(1, 2))
	var parts [][]record.Message
	var late []record.Message
	for _, m := range all {
		if r.IntN(12) == 0 {
			late = append(late, m)
			continue
		}
		if len(parts) == 0 || m.SentAt.Sub(parts[len(parts)-1][0].SentAt) > 9*24*time.Hour {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], m)
	}
	if len(parts) < 6 || len(late) < 20 {
		t.Fatalf("%d parts and %d messages that come late: little is tried", len(parts), len(late))
	}
	w := warehousetest.OpenWith(t, warehouse.Options{Zone: zone})
	for _, part := range append(parts, late[:len(late)/2], late[len(late)/2:]) {
		load(t, w, part...)
	}
	grown, err := w.Checksum(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	made, err := w.Checksum(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(made, grown); diff != "" {
		t.Errorf("(-made anew +grown):\n%s", diff)
	}
}

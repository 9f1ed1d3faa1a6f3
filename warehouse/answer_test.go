package warehouse_test

import (
	"testing"

	"crosstalk/warehouse/warehousetest"
)

// The newest publication's answer is the one that is given, whichever was kept last.
func TestAnswersAreKept(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	if publication, answer, err := w.LoadAnswer(t.Context(), "a"); publication != 0 || answer != nil || err != nil {
		t.Fatalf("an empty warehouse gives %d %q (%v)", publication, answer, err)
	}
	for _, kept := range []struct {
		key         string
		publication uint64
		answer      string
	}{{"a", 2, "two"}, {"a", 1, "one"}, {"b", 3, "three"}, {"a", 2, "two again"}} {
		if err := w.StoreAnswer(t.Context(), kept.key, kept.publication, []byte(kept.answer)); err != nil {
			t.Fatal(err)
		}
	}
	publication, answer, err := w.LoadAnswer(t.Context(), "a")
	if publication != 2 || err != nil || string(answer) != "two again" && string(answer) != "two" {
		t.Errorf("publication %d, %q (%v)", publication, answer, err)
	}
}

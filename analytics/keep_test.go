package analytics_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// shelf is a store of answers in memory.
type shelf struct {
	answers     map[string][]byte
	publication map[string]uint64
	fail        error
}

func (s *shelf) LoadAnswer(_ context.Context, key string) (uint64, []byte, error) {
	return s.publication[key], s.answers[key], s.fail
}

func (s *shelf) StoreAnswer(_ context.Context, key string, publication uint64, answer []byte) error {
	s.answers[key], s.publication[key] = answer, publication
	return s.fail
}

// slowly takes as long to read as to be worth keeping.
type slowly struct {
	*counting
	publication uint64
}

func (s *slowly) Publication() uint64 { return s.publication }

func (s *slowly) Select(ctx context.Context, rows any, query string, params analytics.Params) error {
	time.Sleep(50 * time.Millisecond)
	return s.counting.Select(ctx, rows, query, params)
}

// What is kept is what was answered, in every cell, and is read in place of the data until there is another publication or
// another rule.
func TestKeeper(t *testing.T) {
	t.Parallel()
	data := &slowly{&counting{Snapshot: newOffice(t)}, 1}
	keeper := analytics.Keeper{Store: &shelf{answers: map[string][]byte{}, publication: map[string]uint64{}}}
	for _, m := range analytics.All() {
		f := analytics.Filter{Grain: analytics.Whole}
		first, err := keeper.Ask(t.Context(), m, data, officeSetting, f)
		if err != nil {
			t.Fatal(err)
		}
		reads := data.reads.Load()
		again, err := keeper.Ask(t.Context(), m, data, officeSetting, f)
		if err != nil || data.reads.Load() != reads {
			t.Errorf("%s: the data were read again (%v)", m.Slug(), err)
		}
		if diff := cmp.Diff(first.Table(), again.Table()); diff != "" {
			t.Errorf("%s: %s", m.Slug(), diff)
		}
		if again.Period != first.Period || again.Publication != first.Publication || !cmp.Equal(again.Notes, first.Notes) || again.Metric != m {
			t.Errorf("%s: %+v is kept as %+v", m.Slug(), first, again)
		}
		other := officeSetting
		other.Version = "other"
		if _, err := keeper.Ask(t.Context(), m, data, other, f); err != nil || data.reads.Load() == reads && len(m.Queries()) > 0 {
			t.Errorf("%s: under other rules, the kept answer was given (%v)", m.Slug(), err)
		}
	}
}

func TestKeeperFollowsPublications(t *testing.T) {
	t.Parallel()
	data := &slowly{&counting{Snapshot: newOffice(t)}, 1}
	store := &shelf{answers: map[string][]byte{}, publication: map[string]uint64{}}
	keeper := analytics.Keeper{Store: store}
	m, f := analytics.ToolShare, analytics.Filter{}
	for publication := uint64(1); publication <= 3; publication++ {
		data.publication = publication
		a, err := keeper.Ask(t.Context(), m, data, officeSetting, f)
		if err != nil || a.Publication != publication {
			t.Fatalf("publication %d answers as %d (%v)", publication, a.Publication, err)
		}
	}
	if a, ok := keeper.Latest(t.Context(), m, officeSetting, f); !ok || a.Publication != 3 {
		t.Errorf("the latest answer is of publication %d", a.Publication)
	}
	store.fail = errors.New("no room")
	if _, err := keeper.Ask(t.Context(), m, data, officeSetting, f); err != nil {
		t.Errorf("a store that fails must not cost the answer: %v", err)
	}
}

// Whatever is kept, it is read or asked anew.
func FuzzKeptAnswer(f *testing.F) {
	f.Add([]byte(`{"Rows":[{"Tool":"all"}]}`))
	f.Add([]byte(`{"Rows":[null]}`))
	f.Add([]byte(`{"Rows":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keeper := analytics.Keeper{Store: fixed(text)}
		if a, ok := keeper.Latest(t.Context(), analytics.ToolShare, officeSetting, analytics.Filter{}); ok {
			a.Table()
		}
	})
}

type fixed []byte

func (s fixed) LoadAnswer(context.Context, string) (uint64, []byte, error) { return 1, s, nil }
func (s fixed) StoreAnswer(context.Context, string, uint64, []byte) error  { return nil }

package analytics

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbersScan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		from any
		want numbers
		isOK bool
	}{
		{"none", "[]", nil, true},
		{"one", "[7]", numbers{7}, true},
		{"several, to the largest", "[0,12,18446744073709551615]", numbers{0, 12, 18446744073709551615}, true},
		{"negative", "[-1]", nil, false},
		{"a fraction", "[1.5]", nil, false},
		{"not closed", "[1,2", nil, false},
		{"no list", "12", nil, false},
		{"nothing", "", nil, false},
		{"no text", 12, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := numbers{1}
			err := got.Scan(c.from)
			if (err == nil) != c.isOK {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(c.want, got); c.isOK && diff != "" {
				t.Error(diff)
			}
		})
	}
}

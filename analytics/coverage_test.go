package analytics

import "testing"

// On tool 0 person 0 exchanges so much with person 1, who is also met on tool 1, and so much with person 2, who is not.
func TestCoverage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		covered, bare int
		on1           int
		want          bool
	}{
		{"nine tenths", 18, 2, 2, true},
		{"a little less", 17, 2, 2, false},
		{"all", 2, 0, 2, true},
		{"one interaction is no tie, and counts neither way", 2, 1, 2, true},
		{"one interaction on the other tool covers nothing", 18, 0, 1, false},
		{"no tie at all", 1, 1, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := &network{inside: []bool{true, true, true}, outside: make([]bool, 3), exchanges: []exchange{
				{a: 0, b: 1, tool: 0, ab: c.covered}, {a: 0, b: 1, tool: 1, ba: c.on1}, {a: 0, b: 2, tool: 0, ba: c.bare},
			}}
			if got := len(n.coverage(2, []uint64{1 << 1, 0}).people(0, []int{0}).people) == 1; got != c.want {
				t.Errorf("covered is %v", got)
			}
		})
	}
}

package analytics_test

import (
	"math"
	"testing"

	"crosstalk/analytics"
)

func TestToolFactsShared(t *testing.T) {
	t.Parallel()
	a := analytics.ToolFacts{Has: []string{"direct", "group", "files"}, Lacks: []string{"video", "voice"}}
	b := analytics.ToolFacts{Has: []string{"direct", "voice"}, Lacks: []string{"group", "video"}}
	for _, c := range []struct {
		name    string
		a, b    analytics.ToolFacts
		jaccard float64
		known   int
	}{
		{"direct of direct, group and voice; files is known of one only", a, b, 1. / 3, 4},
		{"the other way round", b, a, 1. / 3, 4},
		{"itself", a, a, 1, 5},
		{"nothing known", a, analytics.ToolFacts{}, 0, 0},
		{"nothing had", analytics.ToolFacts{Lacks: []string{"video"}}, a, 0, 1},
	} {
		if o, known := c.a.Shared(c.b); math.Abs(o.Jaccard()-c.jaccard) > 1e-12 || known != c.known {
			t.Errorf("%s: %v over %d, want %v over %d", c.name, o.Jaccard(), known, c.jaccard, c.known)
		}
	}
}

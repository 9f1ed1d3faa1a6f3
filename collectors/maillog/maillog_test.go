package maillog

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "plans", "Quarterly", "lunch", "#Send", "why we"}})
}

package weblogs

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "inbox", "agent"}})
}

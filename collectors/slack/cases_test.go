package slack

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"root caf", "for all", "secret", "Secret", "older.doc", "inner comment", "commented on", "webhook", "automatic answer",
		"A huddle", "second wording", "regretted", "unfurled", "block text", "canvas title", "just you", "no type", "wide",
	}})
}

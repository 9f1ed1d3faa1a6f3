package discord

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

// Every folder and file of the reference data is claimed if it is this collector's, and
// else left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	const mine = "fixtures/discord"
	collectortest.ClaimsWithin(t, New(), mine, mine+"/chat-analytics", mine+"/chat-analytics/DM_2A_2M.json", mine+"/synthetic/package_2021.zip")
}

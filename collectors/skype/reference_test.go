package skype

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

// Every folder and file of the reference data is claimed if it is this collector's, and
// else left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	const mine = "fixtures/skype"
	collectortest.ClaimsWithin(t, New(), mine, mine+"/synthetic/messages.json", mine+"/synthetic/8_live_ana.ruiz_export.tar")
}

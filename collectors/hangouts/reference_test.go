package hangouts

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

// Every folder and file of the reference data is claimed if it is this collector's, and
// else left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsWithin(t, New(), "fixtures/hangouts")
}

package signal

import (
	"testing"

	"crosstalk/collectors/collectortest"
)

// Every folder and file of the reference data is claimed if it is this collector's, and
// else left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	const mine = "fixtures/signal"
	collectortest.ClaimsWithin(t, New(), mine, mine+"/chat-miner/chat.txt", mine)
}

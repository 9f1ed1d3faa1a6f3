package crosstalk_test

import (
	"slices"
	"testing"

	"crosstalk/analytics"
	"crosstalk/warehouse"
)

// The bins that metrics read are those that the warehouse fills.
func TestGapEdgesAgree(t *testing.T) {
	t.Parallel()
	if !slices.Equal(analytics.GapEdges, warehouse.GapEdges) {
		t.Errorf("analytics has the edges %v, the warehouse %v", analytics.GapEdges, warehouse.GapEdges)
	}
}

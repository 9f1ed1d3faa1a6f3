package warehouse_test

import (
	"testing"

	"crosstalk/access"
	"crosstalk/access/accesstest"
	"crosstalk/warehouse/warehousetest"
)

func TestAccessStoreConforms(t *testing.T) {
	t.Parallel()
	accesstest.Conform(t, func(t *testing.T) access.Store { return warehousetest.Open(t).Access() })
}

package warehouse_test

import (
	"testing"

	"crosstalk/warehouse/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

package accesstest_test

import (
	"errors"
	"testing"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

func TestStoreConforms(t *testing.T) {
	t.Parallel()
	accesstest.Conform(t, func(*testing.T) access.Store { return accesstest.NewStore() })
}

func TestStoreFailsOnDemand(t *testing.T) {
	t.Parallel()
	store, down := accesstest.NewStore(), errors.New("down")
	store.Fail(down)
	if _, err := store.User(t.Context(), "ann"); !errors.Is(err, down) {
		t.Errorf("read while down: %v", err)
	}
	if err := store.PutUser(t.Context(), access.User{Name: "ann"}); !errors.Is(err, down) {
		t.Errorf("write while down: %v", err)
	}
	store.Fail(nil)
	if _, err := store.User(t.Context(), "ann"); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("a failed write left something: %v", err)
	}
}

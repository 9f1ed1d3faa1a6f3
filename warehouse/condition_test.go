package warehouse_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"crosstalk/warehouse"
	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/warehousetest"
)

func TestConditionTellsUnfinishedRuns(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	c, err := w.Condition(t.Context())
	migrations, globErr := filepath.Glob("schema/*.sql")
	if err != nil || globErr != nil || c.Server == "" || !strings.HasPrefix(filepath.Base(migrations[len(migrations)-1]), fmt.Sprintf("%04d_", c.Schema)) || len(c.Unfinished) != 0 {
		t.Errorf("an empty warehouse: %+v, %v, %v", c, err, globErr)
	}
	r, err := w.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	c, err = w.Condition(t.Context())
	if err != nil || len(c.Unfinished) != 1 || c.Unfinished[0].ID != r.ID() || c.Unfinished[0].Command != "test" || !c.Unfinished[0].IsRunning || c.Unfinished[0].IsLoaded {
		t.Errorf("while a run goes on: %+v, %v", c, err)
	}
	if err := r.Undo(); err != nil {
		t.Fatal(err)
	}
	if c, err = w.Condition(t.Context()); err != nil || len(c.Unfinished) != 0 {
		t.Errorf("after it was undone: %+v, %v", c, err)
	}
}

func TestOwnFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"the engine is down":       {&engine.UnavailableError{Cause: io.EOF}, true},
		"the disk is full":         {fmt.Errorf("stage: %w", unix.ENOSPC), true},
		"the server is not there":  {&net.OpError{Op: "dial", Err: unix.ECONNREFUSED}, true},
		"the archive is truncated": {fmt.Errorf("slack: %w", io.ErrUnexpectedEOF), false},
		"a wrong option":           {errors.New("options: unknown key"), false},
		"nothing":                  {nil, false},
	} {
		if got := warehouse.OwnFault(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

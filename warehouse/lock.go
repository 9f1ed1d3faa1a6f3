package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lock takes a named lock of the data folder, waiting for it; the kernel gives it back
// when the process ends, however it ends. Commands that write to one server from
// several machines must share the data folder or take turns.
func (w *Warehouse) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		unlock, err := w.tryLock(name)
		if unlock != nil || err != nil {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// tryLock takes a lock if it is free; unlock is nil when it is not.
func (w *Warehouse) tryLock(name string) (unlock func(), err error) {
	path := filepath.Join(w.dir, "locks", name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", reason(err))
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), f.Close())
	}
	return func() { f.Close() }, nil
}

package live

import (
	"context"
	"time"
)

// Clock is the time as a scheduler sees it. The zero Clock is the machine's.
type Clock struct {
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error // the context's error when that ends first
}

func (c Clock) orReal() Clock {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = wait
	}
	return c
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}

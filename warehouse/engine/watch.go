package engine

import (
	"context"
	"errors"
	"time"
)

const (
	firstPause = 100 * time.Millisecond
	mostPause  = 10 * time.Second
	steadyTime = time.Minute // an engine that ran this long starts the pauses anew
)

var errEnded = errors.New("its process has ended")

// watch waits for the engine to die and starts it again, with pauses that double, until ctx ends.
func (e *Engine) watch(ctx context.Context) {
	defer close(e.done)
	pause := firstPause
	held := e.lease
	for {
		begun := time.Now()
		select {
		case <-ctx.Done():
			e.lost(errClosed, time.Time{})
			held.release()
			return
		case <-held.gone:
		}
		if time.Since(begun) > steadyTime {
			pause = firstPause
		}
		e.log.Warn("the engine's process has ended; starting it again", "engine_pid", held.greeting.PID)
		if held, pause = e.restart(ctx, pause); held == nil {
			return
		}
	}
}

var errClosed = errors.New("it was closed by this program")

// restart gives nil when ctx ended first.
func (e *Engine) restart(ctx context.Context, pause time.Duration) (*lease, time.Duration) {
	cause := errEnded
	for {
		e.lost(cause, time.Now().Add(pause))
		select {
		case <-ctx.Done():
			e.lost(errClosed, time.Time{})
			return nil, 0
		case <-time.After(pause):
		}
		pause = min(2*pause, mostPause)
		held, err := e.acquire(ctx)
		if err == nil {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.lease, e.cause = held, nil
			e.restarts++
			return held, pause
		}
		if ctx.Err() == nil {
			e.log.Error("the engine cannot be started", "reason", err)
		}
		cause = err
	}
}

func (e *Engine) lost(cause error, next time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lease, e.cause, e.next = nil, cause, next
}

package warehouse

import (
	"errors"
	"time"

	"crosstalk/warehouse/engine"
)

// Unavailable is the error of a question asked while the embedded engine is being started
// again. It passes by itself.
type Unavailable struct{ cause *engine.UnavailableError }

func (e *Unavailable) Error() string { return e.cause.Error() }

func (e *Unavailable) Unwrap() error { return e.cause }

// RetryAfter is after how long it is worth asking again.
func (e *Unavailable) RetryAfter() time.Duration { return e.cause.RetryAfter }

// passing marks an error that passes by itself as Unavailable.
func passing(err error) error {
	var down *engine.UnavailableError
	if errors.As(err, &down) {
		return &Unavailable{down}
	}
	return err
}

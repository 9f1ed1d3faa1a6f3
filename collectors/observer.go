package collectors

import "time"

// Observer counts what collectors do, for Prometheus. A collector is named by its slug; a reason is a slug too, never
// text from a source. Implementations are safe for concurrent use.
type Observer interface {
	// Messages counts messages that a collector handed over, known before or not.
	Messages(collector string, n int)
	// Rejected counts records that could not be read.
	Rejected(collector, reason string, n int)
	// Failed counts a run that failed.
	Failed(collector string, took time.Duration)
	// Succeeded counts a run that ended without failing.
	Succeeded(collector string, at time.Time, took time.Duration)
}

// NoObserver counts nothing.
type NoObserver struct{}

// Messages counts nothing.
func (NoObserver) Messages(string, int) {}

// Rejected counts nothing.
func (NoObserver) Rejected(string, string, int) {}

// Failed counts nothing.
func (NoObserver) Failed(string, time.Duration) {}

// Succeeded counts nothing.
func (NoObserver) Succeeded(string, time.Time, time.Duration) {}

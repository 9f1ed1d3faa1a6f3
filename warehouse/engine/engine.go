package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"crosstalk/warehouse/engine/internal/child"
	"crosstalk/warehouse/engine/internal/folder"
)

// ChildCommand is the hidden first argument with which Crosstalk's binary becomes an engine; main passes the arguments
// behind it to RunChild.
const ChildCommand = "engine-child"

// RunChild is the life of an engine's process. It returns the exit code.
func RunChild(args []string) int { return child.Run(args) }

// Options say which data an engine serves and how its process is started.
type Options struct {
	DataDir     string        // made where missing
	MemoryLimit uint64        // bytes for ClickHouse; 0 for half of the machine's memory. An engine that already runs keeps its own
	Linger      time.Duration // how long the engine outlives its last lease; 0 for 3 s
	Executable  string        // to run as the engine; empty for this program
	Args        []string      // before the engine's own arguments; nil for ChildCommand alone
	Env         []string      // NAME=value, beside this process's environment
	Logger      *slog.Logger  // nil for none
}

const (
	defaultLinger = 3 * time.Second
	startTimeout  = 60 * time.Second // to find or start an engine: it may have to wait for one that ends, or to repair
)

// Engine is a lease on the engine of a data folder: while it is held, that engine runs, and is started again if it dies.
// Its methods may be called from several goroutines.
type Engine struct {
	folder  folder.Folder
	options Options
	log     *slog.Logger
	stop    context.CancelFunc
	done    chan struct{} // closed when the watch has ended

	mu       sync.Mutex
	lease    *lease
	cause    error     // why there is no lease
	next     time.Time // when the next start is tried
	restarts int
}

// Open finds the engine of a data folder or starts it, and returns when it answers. Its errors are one sentence each,
// fit for a terminal: no library, a folder that cannot be written, data of a newer ClickHouse.
func Open(ctx context.Context, options Options) (*Engine, error) {
	if options.Linger <= 0 {
		options.Linger = defaultLinger
	}
	if options.Args == nil {
		options.Args = []string{ChildCommand}
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	f, err := folder.Open(options.DataDir)
	if err != nil {
		return nil, err
	}
	e := &Engine{folder: f, options: options, log: options.Logger, done: make(chan struct{})}
	if e.lease, err = e.acquire(ctx); err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(context.Background())
	e.stop = stop
	go e.watch(watching)
	return e, nil
}

// Close gives the lease back. The engine ends by itself when nobody else holds one.
func (e *Engine) Close() error {
	e.stop()
	<-e.done
	return nil
}

// Status is a moment's view of an engine, for people and gauges.
type Status struct {
	Running  bool
	PID      int
	Version  string // of ClickHouse
	Restarts int    // since Open
}

// Status says how the engine does.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := Status{Running: e.lease != nil, Restarts: e.restarts}
	if e.lease != nil {
		s.PID, s.Version = e.lease.greeting.PID, e.lease.greeting.Version
	}
	return s
}

// ErrUnavailable says that the engine does not run at the moment. Errors of statements that were running when it died
// are ErrUnavailable too.
var ErrUnavailable = errors.New("the embedded ClickHouse is not running")

// UnavailableError is an ErrUnavailable with the time after which it is worth trying again.
type UnavailableError struct {
	RetryAfter time.Duration
	Cause      error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("%v, it is being started again: %v", ErrUnavailable, e.Cause)
}

// Is makes the error an ErrUnavailable.
func (e *UnavailableError) Is(target error) bool { return target == ErrUnavailable }

func (e *UnavailableError) Unwrap() error { return e.Cause }

// current gives the lease, or at once the reason why there is none.
func (e *Engine) current() (*lease, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lease != nil {
		return e.lease, nil
	}
	return nil, e.unavailable(e.cause)
}

// unavailable expects mu to be held.
func (e *Engine) unavailable(cause error) error {
	return &UnavailableError{RetryAfter: max(time.Second, time.Until(e.next).Round(time.Second)), Cause: cause}
}

package access

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

// ErrForbidden is returned when the actor's role does not allow a change.
var ErrForbidden = errors.New("only an admin may do this")

// Options are what a [Registry] takes from outside. Zero values are filled in.
type Options struct {
	Now      func() time.Time // default time.Now
	Rand     io.Reader        // default crypto/rand
	Password PasswordCost     // default DefaultPasswordCost
	Session  SessionConfig    // zero durations: the defaults of SessionConfig
	Log      *slog.Logger     // default: discard
}

// atOnceHashing bounds the memory that logins can take.
const atOnceHashing = 2

// Registry keeps users, sessions and tokens. It is safe for concurrent use. Every change is audited; what changes
// users or tokens needs an actor who is an admin.
type Registry struct {
	store    Store
	now      func() time.Time
	rand     io.Reader
	cost     PasswordCost
	limits   SessionConfig
	log      *slog.Logger
	audit    *auditor
	throttle *throttle
	hashing  chan struct{}
	matches  func(passwordHash, string) bool

	mu sync.Mutex // one change at a time within this process; versions settle it between processes
}

// New returns a registry over store.
func New(store Store, o Options) *Registry {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Password == (PasswordCost{}) {
		o.Password = DefaultPasswordCost()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Registry{
		store: store, now: o.Now, rand: o.Rand, cost: o.Password, limits: o.Session.withDefaults(), log: o.Log,
		audit:    &auditor{store: store, now: o.Now, log: o.Log, quiet: map[quietKey]*quietEntry{}},
		throttle: newThrottle(o.Now),
		hashing:  make(chan struct{}, atOnceHashing),
		matches:  passwordHash.matches,
	}
}

// Record audits a change made elsewhere, such as to the configuration. The target must hold no secret.
func (r *Registry) Record(ctx context.Context, actor Identity, action Action, target string, outcome Outcome) error {
	return r.audit.write(ctx, actor, action, target, outcome)
}

// Audit returns up to limit events, newest first.
func (r *Registry) Audit(ctx context.Context, limit int) ([]Event, error) {
	events, err := r.store.Audit(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("access: read the audit log: %w", err)
	}
	return events, nil
}

// instant is the time of a row: UTC, milliseconds, as the store keeps it.
func (r *Registry) instant() time.Time { return r.now().UTC().Truncate(time.Millisecond) }

// versionAfter is the version of a change somebody asked for. It follows the clock, so that such a change also wins
// over bookkeeping (which only counts up by one) that another process does at the same moment.
func (r *Registry) versionAfter(old uint64) uint64 {
	return max(old+1, uint64(max(r.now().UnixMicro(), 0)))
}

package access

import (
	"context"
	"net/netip"
	"time"
)

// What tests of this package look at from outside.

const MostThrottled, MostQuiet = mostThrottled, mostQuiet

// RespellHash parses a stored hash and writes it again.
func RespellHash(s string) (string, PasswordCost, error) {
	h, err := parsePasswordHash(s)
	return h.String(), h.cost, err
}

// HashMatches verifies a password against a stored hash.
func HashMatches(s, password string) (bool, error) {
	h, err := parsePasswordHash(s)
	return err == nil && h.matches(password), err
}

// CountHashes counts how many passwords are verified, and at what cost.
func (r *Registry) CountHashes(count func(PasswordCost)) {
	r.matches = func(h passwordHash, password string) bool {
		count(h.cost)
		return h.matches(password)
	}
}

func CheckListenWith(address string, hasUsers, hasProxy bool, resolve func(context.Context, string) ([]netip.Addr, error)) error {
	return checkListen(address, hasUsers, hasProxy, resolve)
}

// Throttle is the throttle behind logins.
type Throttle struct{ t *throttle }

func NewThrottle(now func() time.Time) Throttle { return Throttle{newThrottle(now)} }

func (t Throttle) Begin(account string, address netip.Addr) time.Duration {
	return t.t.begin(account, address)
}

func (t Throttle) Forgive(account string, address netip.Addr, succeeded bool) {
	t.t.forgive(account, address, succeeded)
}

func (t Throttle) Len() int { return len(t.t.entries) }

// QuietLen is how many refusals the auditor tells apart.
func (r *Registry) QuietLen() int { return len(r.audit.quiet) }

// Resume returns the identity of a session, or an error if it is not alive.
func (r *Registry) Resume(ctx context.Context, secret string) (Identity, error) {
	return r.resume(ctx, secret)
}

// End removes a session.
func (r *Registry) End(ctx context.Context, secret string) error { return r.end(ctx, secret) }

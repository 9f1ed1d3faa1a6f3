package access

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// ErrLogin says that a name and a password do not belong together; which of the two is wrong is not said.
var ErrLogin = errors.New("the name or the password is wrong")

// errNoSession says that a session id is unknown, ended or expired.
var errNoSession = errors.New("no such session")

// Login checks a password and begins a session. It returns the session's secret, which is for the cookie alone.
// Besides failures of the store it returns ErrLogin or a *ThrottledError.
func (r *Registry) Login(ctx context.Context, name, password string, address netip.Addr) (secret string, session Session, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	guest := Identity{Address: addressText(address)}
	if wait := r.throttle.begin(name, address); wait > 0 {
		r.audit.refusal(ctx, guest, ActionLogin, "", OutcomeThrottled)
		return "", Session{}, &ThrottledError{Wait: wait}
	}
	user, outcome, err := r.authenticate(ctx, name, password)
	if err != nil {
		r.throttle.forgive(name, address, false)
		return "", Session{}, err
	}
	if outcome != OutcomeDone {
		if err := r.audit.write(ctx, guest, ActionLogin, user.Name, outcome); err != nil {
			return "", Session{}, err
		}
		return "", Session{}, ErrLogin
	}
	r.throttle.forgive(name, address, true)
	return r.begin(ctx, user, guest)
}

// authenticate computes one hash whether or not the user exists.
func (r *Registry) authenticate(ctx context.Context, name, password string) (User, Outcome, error) {
	user, hash, err := r.passwordOf(ctx, name)
	if err != nil {
		return User{}, "", err
	}
	if err := r.takeTurn(ctx); err != nil {
		return User{}, "", err
	}
	defer r.endTurn()
	matched := r.matches(hash, clipBytes(password, longestPassword+1))
	switch {
	case user.Name == "":
		return User{}, OutcomeUnknownUser, nil
	case !matched || len(password) > longestPassword:
		return user, OutcomeWrongPassword, nil
	case hash.weaker(r.cost):
		return user, OutcomeDone, r.strengthen(ctx, user, password)
	}
	return user, OutcomeDone, nil
}

// passwordOf returns the user and the hash to verify; an unknown user is empty and gets a hash that fits nothing.
func (r *Registry) passwordOf(ctx context.Context, name string) (User, passwordHash, error) {
	if CheckName(name) != nil {
		return User{}, nobodysHash(r.cost), nil
	}
	user, err := r.liveUser(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return User{}, nobodysHash(r.cost), nil
	}
	if err != nil {
		return User{}, passwordHash{}, fmt.Errorf("access: read user: %w", err)
	}
	hash, err := parsePasswordHash(user.PasswordHash)
	if err != nil {
		return User{}, passwordHash{}, fmt.Errorf("access: stored password of a user: %w", err)
	}
	return user, hash, nil
}

// strengthen stores the password's hash at today's cost. It is bookkeeping: the stamp stays, and the version is the
// next one, so that a change by an admin at the same moment wins.
func (r *Registry) strengthen(ctx context.Context, user User, password string) error {
	hash, err := hashPassword(r.rand, r.cost, password)
	if err != nil {
		return err
	}
	user.PasswordHash = hash.String()
	user.Version++
	if err := r.store.PutUser(ctx, user); err != nil {
		return fmt.Errorf("access: write user: %w", err)
	}
	return nil
}

func (r *Registry) begin(ctx context.Context, user User, guest Identity) (string, Session, error) {
	secret, err := newSecret(r.rand)
	if err != nil {
		return "", Session{}, err
	}
	now := r.instant()
	session := Session{
		IDHash: HashSecret(secret), User: user.Name, Stamp: user.Stamp,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(r.limits.Absolute), Version: 1,
	}
	actor := Identity{Name: user.Name, Role: user.Role, Kind: KindSession, Address: guest.Address}
	if err := r.audit.write(ctx, actor, ActionLogin, user.Name, OutcomeDone); err != nil {
		return "", Session{}, err
	}
	if err := r.store.PutSession(ctx, session); err != nil {
		return "", Session{}, fmt.Errorf("access: write session: %w", err)
	}
	return secret, session, nil
}

// resume returns the identity of a session that is alive, or errNoSession. Now and then it notes that it was seen.
func (r *Registry) resume(ctx context.Context, secret string) (Identity, error) {
	if !isSecret(secret) {
		return Identity{}, errNoSession
	}
	session, err := r.store.Session(ctx, HashSecret(secret))
	if err == nil && !r.alive(session) {
		err = ErrNotFound
	}
	var user User
	if err == nil {
		user, err = r.liveUser(ctx, session.User)
	}
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && user.Stamp != session.Stamp:
		return Identity{}, errNoSession
	case err != nil:
		return Identity{}, fmt.Errorf("access: read session: %w", err)
	}
	return Identity{Name: user.Name, Role: user.Role, Kind: KindSession}, r.touch(ctx, session)
}

func (r *Registry) alive(s Session) bool {
	now := r.now()
	return !s.Removed && now.Before(s.ExpiresAt) && now.Sub(s.SeenAt) < r.limits.Idle
}

// touch writes when the session was last used, seldom enough to cost nothing.
func (r *Registry) touch(ctx context.Context, session Session) error {
	now := r.instant()
	if now.Sub(session.SeenAt) < min(r.limits.Idle/8, 5*time.Minute) {
		return nil
	}
	session.SeenAt = now
	session.Version++
	if err := r.store.PutSession(ctx, session); err != nil {
		return fmt.Errorf("access: write session: %w", err)
	}
	return nil
}

// end removes a session for good. An unknown one is no error.
func (r *Registry) end(ctx context.Context, secret string) error {
	if !isSecret(secret) {
		return nil
	}
	session, err := r.store.Session(ctx, HashSecret(secret))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("access: read session: %w", err)
	}
	session.Removed, session.Version = true, lastVersion
	if err := r.store.PutSession(ctx, session); err != nil {
		return fmt.Errorf("access: write session: %w", err)
	}
	return nil
}

func addressText(address netip.Addr) string {
	if !address.IsValid() {
		return ""
	}
	return address.String()
}

func clipBytes(s string, n int) string { return s[:min(len(s), n)] }

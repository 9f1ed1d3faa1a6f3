// Package accesstest helps to test what stands on package access: a [Store] in memory, and [Conform], the suite that
// every implementation of access.Store must pass. It is for tests only.
package accesstest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"crosstalk/access"
)

// Store keeps everything in memory. It is safe for concurrent use.
type Store struct {
	mu       sync.Mutex
	err      error
	users    map[string]access.User
	sessions map[access.SecretHash]access.Session
	tokens   map[access.SecretHash]access.Token
	events   []access.Event
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{
		users:    map[string]access.User{},
		sessions: map[access.SecretHash]access.Session{},
		tokens:   map[access.SecretHash]access.Token{},
	}
}

// Fail lets everything that follows fail with err, until it is called with nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// PutUser puts a user.
func (s *Store) PutUser(_ context.Context, user access.User) error {
	return put(s, s.users, user.Name, user, func(u access.User) uint64 { return u.Version })
}

// User returns a user, removed or not.
func (s *Store) User(_ context.Context, name string) (access.User, error) {
	return get(s, s.users, name)
}

// Users returns the users who are not removed, by name.
func (s *Store) Users(context.Context) ([]access.User, error) {
	return list(s, s.users, func(u access.User) bool { return u.Removed },
		func(a, b access.User) int { return cmp.Compare(a.Name, b.Name) })
}

// PutSession puts a session.
func (s *Store) PutSession(_ context.Context, session access.Session) error {
	return put(s, s.sessions, session.IDHash, session, func(x access.Session) uint64 { return x.Version })
}

// Session returns a session, removed or not.
func (s *Store) Session(_ context.Context, id access.SecretHash) (access.Session, error) {
	return get(s, s.sessions, id)
}

// PutToken puts a token.
func (s *Store) PutToken(_ context.Context, token access.Token) error {
	return put(s, s.tokens, token.Hash, token, func(t access.Token) uint64 { return t.Version })
}

// TokenByHash returns a token, removed or not.
func (s *Store) TokenByHash(_ context.Context, hash access.SecretHash) (access.Token, error) {
	return get(s, s.tokens, hash)
}

// Tokens returns the tokens that are not removed, by creation and id.
func (s *Store) Tokens(context.Context) ([]access.Token, error) {
	return list(s, s.tokens, func(t access.Token) bool { return t.Removed }, func(a, b access.Token) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
}

// AppendAudit appends an event.
func (s *Store) AppendAudit(_ context.Context, event access.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.events = append(s.events, event)
	}
	return s.err
}

// Audit returns up to limit events, newest first.
func (s *Store) Audit(_ context.Context, limit int) ([]access.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	events := slices.Clone(s.events)
	slices.Reverse(events)
	slices.SortStableFunc(events, func(a, b access.Event) int { return b.At.Compare(a.At) })
	return events[:min(limit, len(events))], s.err
}

func put[K comparable, V any](s *Store, rows map[K]V, key K, row V, version func(V) uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if old, ok := rows[key]; !ok || version(row) >= version(old) {
		rows[key] = row
	}
	return nil
}

func get[K comparable, V any](s *Store, rows map[K]V, key K) (V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := rows[key]
	switch {
	case s.err != nil:
		var none V
		return none, s.err
	case !ok:
		return row, access.ErrNotFound
	}
	return row, nil
}

func list[K comparable, V any](s *Store, rows map[K]V, removed func(V) bool, compare func(a, b V) int) ([]V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(func(yield func(V) bool) {
		for row := range maps.Values(rows) {
			if !removed(row) && !yield(row) {
				return
			}
		}
	}, compare), s.err
}

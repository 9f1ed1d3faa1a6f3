package accesstest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"crosstalk/access"
)

// Conform runs what access.Store promises against stores that open returns, each of which must be empty.
func Conform(t *testing.T, open func(t *testing.T) access.Store) {
	cases := map[string]func(*testing.T, access.Store){
		"unknown keys":                  unknownKeys,
		"users come back whole":         usersWhole,
		"sessions come back whole":      sessionsWhole,
		"tokens come back whole":        tokensWhole,
		"the highest version holds":     highestVersion,
		"removed rows leave the lists":  removedRows,
		"lists are in order":            listOrder,
		"the audit log is newest first": auditOrder,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) { run(t, open(t)) })
	}
}

var noon = time.Date(2025, 3, 4, 12, 0, 0, 123e6, time.UTC)

func sampleUser() access.User {
	return access.User{Name: "ann@example.com", Role: access.Analyst, PasswordHash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$a2V5",
		Stamp: math.MaxUint64 - 1, CreatedAt: noon, ChangedAt: noon.Add(time.Millisecond), Version: 7}
}

func sampleSession() access.Session {
	return access.Session{IDHash: access.HashSecret("session"), User: "ann", Stamp: 3,
		CreatedAt: noon, SeenAt: noon.Add(time.Hour), ExpiresAt: noon.AddDate(70, 0, 0), Version: 1} // a store may forget what has expired
}

func sampleToken() access.Token {
	hash := access.HashSecret("token")
	return access.Token{Hash: hash, ID: string(hash[:12]), Name: "scrape", Role: access.Viewer, CreatedBy: "ann", CreatedAt: noon, Version: 1}
}

func unknownKeys(t *testing.T, s access.Store) {
	_, userErr := s.User(t.Context(), "nobody")
	_, sessionErr := s.Session(t.Context(), access.HashSecret("none"))
	_, tokenErr := s.TokenByHash(t.Context(), access.HashSecret("none"))
	for what, err := range map[string]error{"user": userErr, "session": sessionErr, "token": tokenErr} {
		if !errors.Is(err, access.ErrNotFound) {
			t.Errorf("unknown %s: error %v, want ErrNotFound", what, err)
		}
	}
	users, err := s.Users(t.Context())
	if err != nil || len(users) != 0 {
		t.Errorf("users of an empty store: %v, %v", users, err)
	}
	tokens, err := s.Tokens(t.Context())
	if err != nil || len(tokens) != 0 {
		t.Errorf("tokens of an empty store: %v, %v", tokens, err)
	}
	events, err := s.Audit(t.Context(), 10)
	if err != nil || len(events) != 0 {
		t.Errorf("audit log of an empty store: %v, %v", events, err)
	}
}

func usersWhole(t *testing.T, s access.Store) {
	want := sampleUser()
	must(t, s.PutUser(t.Context(), want))
	got, err := s.User(t.Context(), want.Name)
	same(t, want, got, err)
}

func sessionsWhole(t *testing.T, s access.Store) {
	want := sampleSession()
	must(t, s.PutSession(t.Context(), want))
	got, err := s.Session(t.Context(), want.IDHash)
	same(t, want, got, err)
}

func tokensWhole(t *testing.T, s access.Store) {
	forever := sampleToken()
	must(t, s.PutToken(t.Context(), forever))
	got, err := s.TokenByHash(t.Context(), forever.Hash)
	same(t, forever, got, err)
	if !got.ExpiresAt.IsZero() {
		t.Errorf("a token that never expires came back with %v", got.ExpiresAt)
	}
	ending := sampleToken()
	ending.Hash, ending.ExpiresAt = access.HashSecret("ending"), noon.Add(time.Hour)
	must(t, s.PutToken(t.Context(), ending))
	got, err = s.TokenByHash(t.Context(), ending.Hash)
	same(t, ending, got, err)
}

func highestVersion(t *testing.T, s access.Store) {
	high, low := sampleUser(), sampleUser()
	high.Version, low.Version, low.Role = 9, 8, access.Admin
	must(t, s.PutUser(t.Context(), high))
	must(t, s.PutUser(t.Context(), low))
	got, err := s.User(t.Context(), high.Name)
	same(t, high, got, err)

	gone, late := sampleSession(), sampleSession()
	gone.Removed, gone.Version, late.Version = true, math.MaxUint64, 2
	must(t, s.PutSession(t.Context(), gone))
	must(t, s.PutSession(t.Context(), late))
	session, err := s.Session(t.Context(), gone.IDHash)
	same(t, gone, session, err)
}

func removedRows(t *testing.T, s access.Store) {
	user, token := sampleUser(), sampleToken()
	must(t, s.PutUser(t.Context(), user))
	must(t, s.PutToken(t.Context(), token))
	user.Removed, token.Removed = true, true
	user.Version++
	token.Version++
	must(t, s.PutUser(t.Context(), user))
	must(t, s.PutToken(t.Context(), token))

	gotUser, err := s.User(t.Context(), user.Name)
	same(t, user, gotUser, err)
	gotToken, err := s.TokenByHash(t.Context(), token.Hash)
	same(t, token, gotToken, err)
	users, err := s.Users(t.Context())
	if err != nil || len(users) != 0 {
		t.Errorf("users after removal: %v, %v", users, err)
	}
	tokens, err := s.Tokens(t.Context())
	if err != nil || len(tokens) != 0 {
		t.Errorf("tokens after removal: %v, %v", tokens, err)
	}
}

func listOrder(t *testing.T, s access.Store) {
	for _, name := range []string{"carl", "ann", "bea"} {
		user := sampleUser()
		user.Name = name
		must(t, s.PutUser(t.Context(), user))
	}
	users, err := s.Users(t.Context())
	must(t, err)
	var names []string
	for _, u := range users {
		names = append(names, u.Name)
	}
	if !slices.Equal(names, []string{"ann", "bea", "carl"}) {
		t.Errorf("users in order %v", names)
	}

	for i, id := range []string{"c", "b", "a"} {
		token := sampleToken()
		token.Hash, token.ID, token.CreatedAt = access.HashSecret(id), id, noon.Add(time.Duration(i/2)*time.Hour)
		must(t, s.PutToken(t.Context(), token))
	}
	tokens, err := s.Tokens(t.Context())
	must(t, err)
	var ids []string
	for _, token := range tokens {
		ids = append(ids, token.ID)
	}
	if !slices.Equal(ids, []string{"b", "c", "a"}) {
		t.Errorf("tokens in order %v, want by creation, then id", ids)
	}
}

func auditOrder(t *testing.T, s access.Store) {
	event := func(target string, after time.Duration) access.Event {
		return access.Event{At: noon.Add(after), Actor: "ann", Kind: access.KindSession, Action: access.ActionLogin,
			Target: target, Outcome: access.OutcomeDone, Address: "2001:db8::1", Repeats: 3}
	}
	early, between, late := event("early", 0), event("between", time.Millisecond), event("late", time.Second)
	for _, e := range []access.Event{late, early, between} {
		must(t, s.AppendAudit(t.Context(), e))
	}
	events, err := s.Audit(t.Context(), 2)
	must(t, err)
	if !slices.Equal(events, []access.Event{late, between}) {
		t.Errorf("newest two events:\n%+v", events)
	}
	twice := event("twice", time.Hour)
	must(t, s.AppendAudit(t.Context(), twice))
	must(t, s.AppendAudit(t.Context(), twice))
	events, err = s.Audit(t.Context(), 10)
	must(t, err)
	if len(events) != 5 {
		t.Errorf("%d events after five, two of them alike", len(events))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T comparable](t *testing.T, want, got T, err error) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("read back\n%+v, error %v\nput\n%+v", got, err, want)
	}
}

var _ access.Store = (*Store)(nil)

// Admin is an identity that may do everything, for tests that need one.
func Admin() access.Identity { return access.CommandLine("test") }

// User adds a user to a registry over store, and returns the user's password.
func User(ctx context.Context, t *testing.T, registry *access.Registry, name string, role access.Role) (password string) {
	t.Helper()
	password = "the password of " + name
	must(t, registry.AddUser(ctx, Admin(), name, password, role))
	return password
}

// Cheap is a password cost for tests.
func Cheap() access.PasswordCost { return access.PasswordCost{MemoryKiB: 8, Passes: 1, Lanes: 1} }

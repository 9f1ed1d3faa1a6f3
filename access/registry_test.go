package access_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

// desk is a registry with all that a test turns by hand.
type desk struct {
	*access.Registry
	store *accesstest.Store
	clock *clock
}

func newDesk() desk {
	store, c := accesstest.NewStore(), newClock()
	return desk{access.New(store, access.Options{Now: c.now, Password: accesstest.Cheap()}), store, c}
}

// beside is another process on the same store.
func (d desk) beside() *access.Registry {
	return access.New(d.store, access.Options{Now: d.clock.now, Password: accesstest.Cheap()})
}

// audited returns the newest events as "actor kind action target outcome", newest first.
func (d desk) audited(t *testing.T, n int) []string {
	t.Helper()
	events, err := d.Audit(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range events {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", e.Actor, e.Kind, e.Action, e.Target, e.Outcome))
	}
	return lines
}

func (d desk) lastAudited(t *testing.T) string {
	t.Helper()
	if lines := d.audited(t, 1); len(lines) == 1 {
		return lines[0]
	}
	return ""
}

func TestUsersComeAndGo(t *testing.T) {
	t.Parallel()
	d, ctx, admin := newDesk(), t.Context(), accesstest.Admin()
	if has, err := d.HasUsers(ctx); has || err != nil {
		t.Fatalf("an empty store has users: %v, %v", has, err)
	}
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	if line := d.lastAudited(t); line != "test command user_added ann done" {
		t.Errorf("audited %q", line)
	}
	if err := d.AddUser(ctx, admin, "ann", password, access.Admin); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("added twice: %v", err)
	}
	d.clock.pass(time.Second)
	if err := d.SetRole(ctx, admin, "ann", access.Analyst); err != nil {
		t.Fatal(err)
	}
	users, err := d.Users(ctx)
	if err != nil || len(users) != 1 || users[0].Role != access.Analyst || users[0].Name != "ann" {
		t.Errorf("users %+v, %v", users, err)
	}
	if !users[0].CreatedAt.Equal(start) || !users[0].ChangedAt.Equal(start.Add(time.Second)) {
		t.Errorf("created %v, changed %v", users[0].CreatedAt, users[0].ChangedAt)
	}
	if err := d.RemoveUser(ctx, admin, "ann"); err != nil {
		t.Fatal(err)
	}
	if has, err := d.HasUsers(ctx); has || err != nil {
		t.Errorf("has users after the last was removed: %v, %v", has, err)
	}
	for what, err := range map[string]error{
		"remove": d.RemoveUser(ctx, admin, "ann"), "role": d.SetRole(ctx, admin, "ann", access.Admin),
		"password": d.SetPassword(ctx, admin, "ann", "another password"),
	} {
		if !errors.Is(err, access.ErrNotFound) {
			t.Errorf("%s of a removed user: %v", what, err)
		}
	}
	accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	if has, err := d.HasUsers(ctx); !has || err != nil {
		t.Errorf("a removed user cannot come back: %v, %v", has, err)
	}
}

func TestNoPlainPasswordIsStored(t *testing.T) {
	t.Parallel()
	d := newDesk()
	password := accesstest.User(t.Context(), t, d.Registry, "ann", access.Viewer)
	user, err := d.store.User(t.Context(), "ann")
	if err != nil || strings.Contains(fmt.Sprint(user), password) || !strings.HasPrefix(user.PasswordHash, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Errorf("stored %+v, %v", user, err)
	}
}

func TestChangesNeedAnAdmin(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	_, token, err := d.CreateToken(ctx, accesstest.Admin(), "scrape", access.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []access.Role{access.None, access.Viewer, access.ChangeManager, access.Analyst} {
		actor := access.Identity{Name: "mallory", Role: role, Kind: access.KindSession}
		_, _, tokenErr := d.CreateToken(ctx, actor, "mine", access.Admin, time.Time{})
		for what, err := range map[string]error{
			"add": d.AddUser(ctx, actor, "eve", "a long enough one", access.Admin), "remove": d.RemoveUser(ctx, actor, "ann"),
			"role": d.SetRole(ctx, actor, "ann", access.Admin), "password": d.SetPassword(ctx, actor, "ann", "a long enough one"),
			"token": tokenErr, "remove token": d.RemoveToken(ctx, actor, token.ID),
		} {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%v: %s: %v", role, what, err)
			}
		}
	}
}

func TestAddUserRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for what, err := range map[string]error{
		"name":     d.AddUser(t.Context(), accesstest.Admin(), "Ann", "a long enough one", access.Viewer),
		"password": d.AddUser(t.Context(), accesstest.Admin(), "ann", "short", access.Viewer),
		"no role":  d.AddUser(t.Context(), accesstest.Admin(), "ann", "a long enough one", access.None),
		"odd role": d.AddUser(t.Context(), accesstest.Admin(), "ann", "a long enough one", access.Role(9)),
	} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if has, _ := d.HasUsers(t.Context()); has {
		t.Error("a refused user is there")
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Analyst)
	cases := map[string]struct {
		name, password string
		ok             bool
		audited        string
	}{
		"right":                 {"ann", password, true, "ann session login ann done"},
		"name in capitals":      {" Ann ", password, true, "ann session login ann done"},
		"wrong password":        {"ann", password + "x", false, "  login ann wrong_password"},
		"empty password":        {"ann", "", false, "  login ann wrong_password"},
		"unknown user":          {"bea", password, false, "  login  unknown_user"},
		"password as user":      {password, "ann", false, "  login  unknown_user"},
		"hostile name":          {"ann\x00", password, false, "  login  unknown_user"},
		"very long password":    {"ann", strings.Repeat("x", 1<<20), false, "  login ann wrong_password"},
		"very long name":        {strings.Repeat("x", 1<<20), password, false, "  login  unknown_user"},
		"password in capitals":  {"ann", strings.ToUpper(password), false, "  login ann wrong_password"},
		"password with a space": {"ann", password + " ", false, "  login ann wrong_password"},
	}
	for name, c := range cases {
		d.clock.pass(time.Hour)
		secret, session, err := d.Login(ctx, c.name, c.password, office)
		if c.ok && (err != nil || session.User != "ann" || len(secret) != 43 || session.IDHash != access.HashSecret(secret)) {
			t.Errorf("%s: %q, %+v, %v", name, secret, session, err)
		}
		if !c.ok && (!errors.Is(err, access.ErrLogin) || secret != "") {
			t.Errorf("%s: let in: %v", name, err)
		}
		if line := d.lastAudited(t); line != c.audited {
			t.Errorf("%s: audited %q, want %q", name, line, c.audited)
		}
	}
}

// An unknown user must cost the same work as a known one, or the time tells who exists.
func TestUnknownUsersCostTheSame(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	var costs []access.PasswordCost
	d.CountHashes(func(c access.PasswordCost) { costs = append(costs, c) })
	for _, name := range []string{"ann", "nobody", "not a name", ""} {
		costs = nil
		if _, _, err := d.Login(ctx, name, "wrong password", office); !errors.Is(err, access.ErrLogin) {
			t.Errorf("%q: %v", name, err)
		}
		if len(costs) != 1 || costs[0] != accesstest.Cheap() {
			t.Errorf("%q: computed %v, want one hash at %v", name, costs, accesstest.Cheap())
		}
	}
}

func TestLoginIsThrottled(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	hashes := 0
	d.CountHashes(func(access.PasswordCost) { hashes++ })
	var throttled *access.ThrottledError
	for range 50 {
		_, _, err := d.Login(ctx, "ann", "wrong password", office)
		if !errors.As(err, &throttled) && !errors.Is(err, access.ErrLogin) {
			t.Fatal(err)
		}
	}
	if hashes != 6 || throttled == nil || throttled.Seconds() != 1 {
		t.Errorf("%d of 50 guesses were tried, last %v", hashes, throttled)
	}
	if _, _, err := d.Login(ctx, "ann", password, office); !errors.As(err, &throttled) {
		t.Errorf("the right password got past the throttle: %v", err)
	}
	d.clock.pass(time.Second)
	if _, _, err := d.Login(ctx, "ann", password, office); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	events, err := d.Audit(ctx, 100)
	if err != nil {
		t.Fatal(err)
	}
	count := map[access.Outcome]int{}
	for _, e := range events {
		count[e.Outcome]++
	}
	if count[access.OutcomeWrongPassword] != 6 || count[access.OutcomeThrottled] != 1 || count[access.OutcomeDone] != 2 {
		t.Errorf("audited %v, want 6 wrong, 1 throttled for all, 2 done (the user and the login)", count)
	}
}

func TestManyGuessesAtOnceDoNotSlipThrough(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	var mu sync.Mutex
	hashes := 0
	d.CountHashes(func(access.PasswordCost) { mu.Lock(); defer mu.Unlock(); hashes++ })
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() { _, _, _ = d.Login(ctx, "ann", "wrong password", office) })
	}
	wg.Wait()
	if hashes != 6 {
		t.Errorf("%d of 40 guesses were tried", hashes)
	}
}

func TestRehashWhenTheCostRises(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	before, err := d.store.User(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	earlier, _, err := d.Login(ctx, "ann", password, office)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name   string
		cost   access.PasswordCost
		prefix string
	}{
		{"more memory", access.PasswordCost{MemoryKiB: 16, Passes: 1, Lanes: 1}, "$argon2id$v=19$m=16,t=1,p=1$"},
		{"more passes", access.PasswordCost{MemoryKiB: 16, Passes: 2, Lanes: 1}, "$argon2id$v=19$m=16,t=2,p=1$"},
		{"lower again", accesstest.Cheap(), "$argon2id$v=19$m=16,t=2,p=1$"},
		{"less of one, more of the other", access.PasswordCost{MemoryKiB: 32, Passes: 1, Lanes: 1}, "$argon2id$v=19$m=16,t=2,p=1$"},
	}
	for _, step := range steps {
		dearer := access.New(d.store, access.Options{Now: d.clock.now, Password: step.cost})
		if _, _, err := dearer.Login(ctx, "ann", "wrong password", office); !errors.Is(err, access.ErrLogin) {
			t.Fatalf("%s: %v", step.name, err)
		}
		if _, _, err := dearer.Login(ctx, "ann", password, office); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		after, err := d.store.User(ctx, "ann")
		if err != nil || !strings.HasPrefix(after.PasswordHash, step.prefix) {
			t.Errorf("%s: stored %q, %v", step.name, after.PasswordHash, err)
		}
		if after.Stamp != before.Stamp {
			t.Errorf("%s: a new hash of the same password ended the sessions", step.name)
		}
	}
	if err := resumes(d.Registry, earlier); err != nil {
		t.Errorf("the earlier session: %v", err)
	}
}

// A user whom an admin removes while a login renews the hash must stay removed.
func TestRehashLosesAgainstAdmin(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(), t.Context()
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	dearer := access.New(d.store, access.Options{Now: d.clock.now, Password: access.PasswordCost{MemoryKiB: 16, Passes: 1, Lanes: 1}})
	d.clock.pass(time.Millisecond)
	dearer.CountHashes(func(access.PasswordCost) { // between reading the user and writing the new hash
		if err := d.RemoveUser(context.Background(), accesstest.Admin(), "ann"); err != nil {
			t.Error(err)
		}
	})
	secret, _, err := dearer.Login(ctx, "ann", password, office)
	if err != nil {
		t.Fatal(err)
	}
	if has, err := d.HasUsers(ctx); has || err != nil {
		t.Errorf("the removed user is back: %v, %v", has, err)
	}
	if resumes(d.Registry, secret) == nil {
		t.Error("the session of the removed user is alive")
	}
}

func TestBrokenStoredHashLetsNobodyIn(t *testing.T) {
	t.Parallel()
	d := newDesk()
	if err := d.store.PutUser(t.Context(), access.User{Name: "ann", Role: access.Admin, Version: 1}); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "anything at all"} {
		if secret, _, err := d.Login(t.Context(), "ann", password, office); err == nil || secret != "" {
			t.Errorf("%q: let in", password)
		}
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	d, ctx, down := newDesk(), t.Context(), errors.New("down")
	password := accesstest.User(ctx, t, d.Registry, "ann", access.Viewer)
	d.store.Fail(down)
	for range 30 {
		if _, _, err := d.Login(ctx, "ann", password, office); !errors.Is(err, down) {
			t.Fatalf("login while the store is down: %v", err)
		}
	}
	if _, err := d.HasUsers(ctx); !errors.Is(err, down) {
		t.Errorf("has users while the store is down: %v", err)
	}
	if err := d.AddUser(ctx, accesstest.Admin(), "bea", "a long enough one", access.Viewer); !errors.Is(err, down) {
		t.Errorf("add while the store is down: %v", err)
	}
	d.store.Fail(nil)
	if _, _, err := d.Login(ctx, "ann", password, office); err != nil {
		t.Errorf("attempts that could not be judged counted as failed: %v", err)
	}
}

func TestLoginStopsWithItsRequest(t *testing.T) {
	t.Parallel()
	d := newDesk()
	password := accesstest.User(t.Context(), t, d.Registry, "ann", access.Viewer)
	entered, leave := make(chan struct{}), make(chan struct{})
	d.CountHashes(func(access.PasswordCost) { entered <- struct{}{}; <-leave })
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { _, _, _ = d.Login(t.Context(), "ann", password, nthAddress(i)) })
		<-entered
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := d.Login(ctx, "ann", password, office); !errors.Is(err, context.Canceled) {
		t.Errorf("a third login at once with a cancelled request: %v", err)
	}
	close(leave)
	wg.Wait()
}

func TestRecord(t *testing.T) {
	t.Parallel()
	d := newDesk()
	actor := access.Identity{Name: "ann", Role: access.Admin, Kind: access.KindSession, Address: "192.0.2.7"}
	d.clock.pass(1234567 * time.Nanosecond)
	if err := d.Record(t.Context(), actor, access.ActionConfiguration, "privacy.minimum_group\n"+strings.Repeat("x", 500), access.OutcomeDone); err != nil {
		t.Fatal(err)
	}
	events, err := d.Audit(t.Context(), 1)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0]
	if e.Actor != "ann" || e.Kind != access.KindSession || e.Address != "192.0.2.7" || !e.At.Equal(start.Add(time.Millisecond)) || e.At.Location() != time.UTC {
		t.Errorf("recorded %+v", e)
	}
	if strings.Contains(e.Target, "\n") || len(e.Target) > 210 {
		t.Errorf("target %q", e.Target)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	d, ctx, admin := newDesk(), t.Context(), accesstest.Admin()
	secret, token, err := d.CreateToken(ctx, admin, "scrape", access.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, "ct_") || len(secret) != 46 || token.Hash != access.HashSecret(secret) || len(token.ID) != 12 || token.CreatedBy != "test" {
		t.Errorf("created %q, %+v", secret, token)
	}
	if line := d.lastAudited(t); line != "test command token_created scrape done" {
		t.Errorf("audited %q", line)
	}
	nameless, other, err := d.CreateToken(ctx, admin, "", access.Admin, d.clock.now().Add(time.Hour))
	if err != nil || nameless == secret || other.ID == token.ID {
		t.Fatalf("second token %+v, %v", other, err)
	}
	for what, err := range map[string]error{
		"same name":   third(d.CreateToken(ctx, admin, "scrape", access.Viewer, time.Time{})),
		"bad name":    third(d.CreateToken(ctx, admin, "a b", access.Viewer, time.Time{})),
		"no role":     third(d.CreateToken(ctx, admin, "x", access.None, time.Time{})),
		"in the past": third(d.CreateToken(ctx, admin, "x", access.Viewer, d.clock.now())),
		"unknown":     d.RemoveToken(ctx, admin, "nothing"),
		"empty":       d.RemoveToken(ctx, admin, ""),
	} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	for _, which := range []string{"scrape", other.ID} {
		if err := d.RemoveToken(ctx, admin, which); err != nil {
			t.Errorf("remove %s: %v", which, err)
		}
	}
	if tokens, err := d.Tokens(ctx); err != nil || len(tokens) != 0 {
		t.Errorf("left %v, %v", tokens, err)
	}
	if _, _, err := d.CreateToken(ctx, admin, "scrape", access.Viewer, time.Time{}); err != nil {
		t.Errorf("the name of a removed token: %v", err)
	}
}

func third(_ string, _ access.Token, err error) error { return err }

func TestRandomnessRunsOut(t *testing.T) {
	t.Parallel()
	d := newDesk()
	password := accesstest.User(t.Context(), t, d.Registry, "ann", access.Viewer)
	dry := access.New(d.store, access.Options{Now: d.clock.now, Password: accesstest.Cheap(), Rand: strings.NewReader("")})
	if secret, _, err := dry.Login(t.Context(), "ann", password, netip.Addr{}); err == nil || secret != "" {
		t.Error("a session without randomness")
	}
	if secret, _, err := dry.CreateToken(t.Context(), accesstest.Admin(), "x", access.Viewer, time.Time{}); err == nil || secret != "" {
		t.Error("a token without randomness")
	}
	if err := dry.AddUser(t.Context(), accesstest.Admin(), "bea", "a long enough one", access.Viewer); err == nil {
		t.Error("a salt without randomness")
	}
}

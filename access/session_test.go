package access_test

import (
	"context"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

func resumes(r *access.Registry, secret string) error {
	_, err := r.Resume(context.Background(), secret)
	return err
}

// loggedIn is a desk with the user ann, who has a session.
func loggedIn(t *testing.T) (d desk, password, secret string) {
	t.Helper()
	d = newDesk()
	password = accesstest.User(t.Context(), t, d.Registry, "ann", access.Analyst)
	secret, _, err := d.Login(t.Context(), "ann", password, office)
	if err != nil {
		t.Fatal(err)
	}
	return d, password, secret
}

func TestSessionIdentity(t *testing.T) {
	t.Parallel()
	d, _, secret := loggedIn(t)
	got, err := d.Resume(t.Context(), secret)
	if err != nil || got != (access.Identity{Name: "ann", Role: access.Analyst, Kind: access.KindSession}) {
		t.Errorf("resumed as %+v, %v", got, err)
	}
}

func TestWhatEndsASession(t *testing.T) {
	t.Parallel()
	admin := accesstest.Admin()
	cases := map[string]func(ctx context.Context, d desk, secret string) error{
		"logging out":       func(ctx context.Context, d desk, secret string) error { return d.End(ctx, secret) },
		"removing the user": func(ctx context.Context, d desk, _ string) error { return d.RemoveUser(ctx, admin, "ann") },
		"changing the password": func(ctx context.Context, d desk, _ string) error {
			return d.SetPassword(ctx, admin, "ann", "quite another one")
		},
		"changing the role":    func(ctx context.Context, d desk, _ string) error { return d.SetRole(ctx, admin, "ann", access.Admin) },
		"giving the same role": func(ctx context.Context, d desk, _ string) error { return d.SetRole(ctx, admin, "ann", access.Analyst) },
		"removing and adding the user again": func(ctx context.Context, d desk, _ string) error {
			if err := d.RemoveUser(ctx, admin, "ann"); err != nil {
				return err
			}
			return d.AddUser(ctx, admin, "ann", "quite another one", access.Analyst)
		},
		"another process removing the user": func(ctx context.Context, d desk, _ string) error { return d.beside().RemoveUser(ctx, admin, "ann") },
		"half a day without a request":      func(_ context.Context, d desk, _ string) error { d.clock.pass(12 * time.Hour); return nil },
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _, secret := loggedIn(t)
			if err := end(t.Context(), d, secret); err != nil {
				t.Fatal(err)
			}
			if id, err := d.Resume(t.Context(), secret); err == nil {
				t.Errorf("the session is alive as %+v", id)
			}
		})
	}
}

func TestSessionsOfOthersGoOn(t *testing.T) {
	t.Parallel()
	d, password, secret := loggedIn(t)
	other, _, err := d.Login(t.Context(), "ann", password, office)
	if err != nil || other == secret {
		t.Fatal(other == secret, err)
	}
	if err := d.End(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	accesstest.User(t.Context(), t, d.Registry, "bea", access.Viewer)
	if err := d.RemoveUser(t.Context(), accesstest.Admin(), "bea"); err != nil {
		t.Fatal(err)
	}
	if err := resumes(d.Registry, secret); err != nil {
		t.Errorf("the session ended with another one: %v", err)
	}
}

func TestSessionLivesWhileUsedUntilTheAbsoluteEnd(t *testing.T) {
	t.Parallel()
	d, _, secret := loggedIn(t)
	for hours := 0; hours+11 < 7*24; hours += 11 {
		d.clock.pass(11 * time.Hour)
		if err := resumes(d.beside(), secret); err != nil {
			t.Fatalf("ended after %d hours, used every 11: %v", hours+11, err)
		}
	}
	d.clock.at = start.Add(7*24*time.Hour - time.Millisecond)
	if err := resumes(d.Registry, secret); err != nil {
		t.Errorf("ended before its week was over: %v", err)
	}
	d.clock.pass(time.Millisecond)
	if resumes(d.Registry, secret) == nil {
		t.Error("alive after its week was over")
	}
}

// A request that is still under way when its user logs out must not bring the session back.
func TestLateTouchDoesNotReviveSession(t *testing.T) {
	t.Parallel()
	d, _, secret := loggedIn(t)
	stale, err := d.store.Session(t.Context(), access.HashSecret(secret))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.End(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	stale.Version++
	if err := d.store.PutSession(t.Context(), stale); err != nil {
		t.Fatal(err)
	}
	if resumes(d.Registry, secret) == nil {
		t.Error("the session is alive again")
	}
}

func TestForeignSessionIDs(t *testing.T) {
	t.Parallel()
	d, _, secret := loggedIn(t)
	session, err := d.store.Session(t.Context(), access.HashSecret(secret))
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{
		"empty": "", "unknown": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cut": secret[:42], "longer": secret + "A",
		"the stored hash": string(session.IDHash), "other case": swapCase(secret), "padded": secret + "=", "null": secret + "\x00",
	} {
		if resumes(d.Registry, id) == nil {
			t.Errorf("%s was taken for a session", name)
		}
		if err := d.End(t.Context(), id); err != nil {
			t.Errorf("ending %s: %v", name, err)
		}
	}
}

func swapCase(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c|0x20 && c|0x20 <= 'z' {
			b[i] ^= 0x20
		}
	}
	return string(b)
}

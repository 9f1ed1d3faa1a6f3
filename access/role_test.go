package access_test

import (
	"strings"
	"testing"

	"crosstalk/access"
)

func TestParseRole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]access.Role{
		"viewer": access.Viewer, "Viewer": access.Viewer, " admin ": access.Admin, "ANALYST": access.Analyst,
		"change_manager": access.ChangeManager, "change-manager": access.ChangeManager, "Change Manager": access.ChangeManager,
	} {
		if got, err := access.ParseRole(text); err != nil || got != want {
			t.Errorf("ParseRole(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "none", "root", "changemanager", "admin\x00", "viewer,admin"} {
		if got, err := access.ParseRole(text); err == nil {
			t.Errorf("ParseRole(%q) = %v, want an error", text, got)
		}
	}
	if _, err := access.ParseRole("\x1b[31m" + strings.Repeat("x", 500)); err == nil || len(err.Error()) > 300 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("a hostile role is shown raw or whole: %v", err)
	}
}

func TestRoleOrder(t *testing.T) {
	t.Parallel()
	order := []access.Role{access.None, access.Viewer, access.ChangeManager, access.Analyst, access.Admin}
	for i, have := range order {
		for j, need := range order {
			if got := have.Allows(need); got != (i >= j) {
				t.Errorf("%v allows what %v may: %v", have, need, got)
			}
		}
	}
	if access.Role(200).Allows(access.Viewer) {
		t.Error("a value that is no role allows something")
	}
}

func TestRoleText(t *testing.T) {
	t.Parallel()
	for _, role := range access.Roles() {
		text, err := role.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back access.Role
		if err := back.UnmarshalText(text); err != nil || back != role {
			t.Errorf("%v came back as %v, %v", role, back, err)
		}
	}
	if _, err := access.Role(99).MarshalText(); err == nil {
		t.Error("a value that is no role was written")
	}
	var role access.Role
	if err := role.UnmarshalText([]byte("none")); err == nil {
		t.Error("none was read as a role to give")
	}
}

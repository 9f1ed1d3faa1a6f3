package access

import (
	"fmt"
	"strings"
)

// Role says how much an identity may do. Each role may do what the ones below it may.
type Role uint8

const (
	// None may see nothing but the login page.
	None Role = iota
	// Viewer sees released aggregates.
	Viewer
	// ChangeManager also sees and edits initiatives and notes.
	ChangeManager
	// Analyst also sees pages about people, where the configuration reveals people.
	Analyst
	// Admin may do everything.
	Admin
)

var roleNames = [...]string{"none", "viewer", "change_manager", "analyst", "admin"}

// Roles returns the roles that can be given, lowest first.
func Roles() []Role { return []Role{Viewer, ChangeManager, Analyst, Admin} }

// ParseRole reads a role's name in any case; words may be joined by a space, a hyphen or an underscore.
func ParseRole(s string) (Role, error) {
	name := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
	for _, role := range Roles() {
		if name == role.String() {
			return role, nil
		}
	}
	return None, fmt.Errorf("%s is not a role: use viewer, change_manager, analyst or admin", quote(s))
}

// String returns the role's name as it is written in configuration and stored.
func (r Role) String() string {
	if int(r) >= len(roleNames) {
		return fmt.Sprintf("role(%d)", uint8(r))
	}
	return roleNames[r]
}

// Allows reports whether r may do what need may. A value that is no role allows nothing.
func (r Role) Allows(need Role) bool { return r <= Admin && r >= need }

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) {
	if int(r) >= len(roleNames) {
		return nil, fmt.Errorf("%s is not a role", r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what [ParseRole] reads.
func (r *Role) UnmarshalText(text []byte) error {
	role, err := ParseRole(string(text))
	if err != nil {
		return err
	}
	*r = role
	return nil
}

package access

import "context"

// Kind says how an identity was established.
type Kind string

const (
	// KindNone is nobody: not logged in.
	KindNone Kind = ""
	// KindOpen is whoever sits at this machine while no users exist and the server listens on the loopback only.
	KindOpen Kind = "open"
	// KindSession is a user who logged in with a password.
	KindSession Kind = "session"
	// KindToken is a program with a bearer token.
	KindToken Kind = "token"
	// KindProxy is a person for whom the trusted proxy speaks.
	KindProxy Kind = "proxy"
	// KindCommand is whoever runs the command line beside the data folder.
	KindCommand Kind = "command"
)

// Identity is who makes a request or a change, and from where. The zero value is nobody.
type Identity struct {
	Name    string
	Role    Role
	Kind    Kind
	Address string // the client's address; empty on the command line
}

// Open reports that nobody had to log in, which every page must say.
func (i Identity) Open() bool { return i.Kind == KindOpen }

// Known reports whether the identity was established at all.
func (i Identity) Known() bool { return i.Kind != KindNone }

// CommandLine is the identity of a command run under the operating system account name. Who can read the data folder
// needs no password, so it is an admin.
func CommandLine(name string) Identity {
	return Identity{Name: name, Role: Admin, Kind: KindCommand}
}

// From returns the identity that [Guard.Middleware] found for the request of ctx; nobody if it did not run.
func From(ctx context.Context) Identity {
	if v := visitFrom(ctx); v != nil {
		return v.identity
	}
	return Identity{}
}

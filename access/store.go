package access

import (
	"context"
	"errors"
	"math"
	"time"
)

// ErrNotFound is what a [Store] answers for a key it has never seen.
var ErrNotFound = errors.New("not found")

// lastVersion marks a row that nothing may replace: a removed session or token never comes back, even when a late
// write of another process arrives after the removal.
const lastVersion = math.MaxUint64

// User is a person with a password. Key: Name.
type User struct {
	Name         string
	Role         Role
	PasswordHash string // argon2id in PHC form
	Stamp        uint64 // random; a session counts only while it carries its user's stamp
	CreatedAt    time.Time
	ChangedAt    time.Time
	Removed      bool
	Version      uint64
}

// Session is one login. Key: IDHash. A store may forget it once ExpiresAt has passed.
type Session struct {
	IDHash    SecretHash
	User      string
	Stamp     uint64
	CreatedAt time.Time
	SeenAt    time.Time // written now and then, not at every request
	ExpiresAt time.Time // the absolute end
	Removed   bool
	Version   uint64
}

// Token lets a program in with a role. Key: Hash.
type Token struct {
	Hash      SecretHash
	ID        string // 12 hex digits, for people to name it by
	Name      string // may be empty
	Role      Role
	CreatedBy string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	Removed   bool
	Version   uint64
}

// Store keeps what the registry knows. Rows are put, never changed: of the rows with one key the one with the highest
// Version holds; of equal versions either may. Removing is putting the row with Removed set. A row is seen by every read
// that begins after its put returned, in whichever process. Times are in UTC with millisecond precision; zero stays zero.
//
// The readers of one row answer ErrNotFound for an unknown key and return removed rows as such; the lists hold only
// rows that are not removed, by name (users) or by creation and id (tokens).
type Store interface {
	PutUser(ctx context.Context, user User) error
	User(ctx context.Context, name string) (User, error)
	Users(ctx context.Context) ([]User, error)

	PutSession(ctx context.Context, session Session) error
	Session(ctx context.Context, id SecretHash) (Session, error)

	PutToken(ctx context.Context, token Token) error
	TokenByHash(ctx context.Context, hash SecretHash) (Token, error)
	Tokens(ctx context.Context) ([]Token, error)

	AppendAudit(ctx context.Context, event Event) error
	// Audit returns up to limit events, newest first.
	Audit(ctx context.Context, limit int) ([]Event, error)
}

package warehouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/access"
)

// Access is the store of users, sessions, tokens and the audit log.
func (w *Warehouse) Access() access.Store { return accessStore{w} }

// accessStore puts rows and never changes one: the highest version of a key holds.
type accessStore struct{ w *Warehouse }

// insertRow writes one row; a read that begins afterwards sees it.
func (w *Warehouse) insertRow(ctx context.Context, insert string, values ...any) error {
	// Equal rows are two events, not one that was sent twice.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplicate": 0}))
	batch, err := w.insert(ctx, insert)
	if err != nil {
		return passing(err)
	}
	defer batch.Close()
	if err := batch.Append(values...); err != nil {
		return err
	}
	return passing(batch.Send())
}

func (s accessStore) PutUser(ctx context.Context, u access.User) error {
	err := s.w.insertRow(ctx, "INSERT INTO access_user (name, role, password_hash, stamp, created_at, changed_at, is_removed, version)",
		u.Name, u.Role.String(), u.PasswordHash, u.Stamp, orEpoch(u.CreatedAt), orEpoch(u.ChangedAt), u.Removed, u.Version)
	if err != nil {
		return fmt.Errorf("store a user: %w", err)
	}
	return nil
}

type userRow struct {
	Name         string    `ch:"name"`
	Role         string    `ch:"role"`
	PasswordHash string    `ch:"password_hash"`
	Stamp        uint64    `ch:"stamp"`
	CreatedAt    time.Time `ch:"created_at"`
	ChangedAt    time.Time `ch:"changed_at"`
	Removed      bool      `ch:"is_removed"`
	Version      uint64    `ch:"version"`
}

func (r userRow) user() access.User {
	return access.User{Name: r.Name, Role: storedRole(r.Role), PasswordHash: r.PasswordHash, Stamp: r.Stamp,
		CreatedAt: orZero(r.CreatedAt), ChangedAt: orZero(r.ChangedAt), Removed: r.Removed, Version: r.Version}
}

func (s accessStore) User(ctx context.Context, name string) (access.User, error) {
	row, err := newest[userRow](ctx, s.w, "SELECT * FROM access_user WHERE name = {key:String} ORDER BY version DESC LIMIT 1", name)
	return row.user(), err
}

func (s accessStore) Users(ctx context.Context) ([]access.User, error) {
	rows, err := selectRows[userRow](ctx, s.w, "SELECT * FROM (SELECT * FROM access_user ORDER BY name, version DESC LIMIT 1 BY name) WHERE NOT is_removed ORDER BY name")
	return mapped(rows, userRow.user), err
}

func (s accessStore) PutSession(ctx context.Context, x access.Session) error {
	err := s.w.insertRow(ctx, "INSERT INTO access_session (hash, user_name, stamp, created_at, seen_at, expires_at, is_removed, version)",
		string(x.IDHash), x.User, x.Stamp, orEpoch(x.CreatedAt), orEpoch(x.SeenAt), orEpoch(x.ExpiresAt), x.Removed, x.Version)
	if err != nil {
		return fmt.Errorf("store a session: %w", err)
	}
	return nil
}

type sessionRow struct {
	Hash      string    `ch:"hash"`
	User      string    `ch:"user_name"`
	Stamp     uint64    `ch:"stamp"`
	CreatedAt time.Time `ch:"created_at"`
	SeenAt    time.Time `ch:"seen_at"`
	ExpiresAt time.Time `ch:"expires_at"`
	Removed   bool      `ch:"is_removed"`
	Version   uint64    `ch:"version"`
}

func (s accessStore) Session(ctx context.Context, id access.SecretHash) (access.Session, error) {
	r, err := newest[sessionRow](ctx, s.w, "SELECT * FROM access_session WHERE hash = {key:String} ORDER BY version DESC LIMIT 1", string(id))
	return access.Session{IDHash: access.SecretHash(r.Hash), User: r.User, Stamp: r.Stamp, CreatedAt: orZero(r.CreatedAt),
		SeenAt: orZero(r.SeenAt), ExpiresAt: orZero(r.ExpiresAt), Removed: r.Removed, Version: r.Version}, err
}

func (s accessStore) PutToken(ctx context.Context, t access.Token) error {
	err := s.w.insertRow(ctx, "INSERT INTO access_token (hash, token_id, name, role, created_by, created_at, expires_at, is_removed, version)",
		string(t.Hash), t.ID, t.Name, t.Role.String(), t.CreatedBy, orEpoch(t.CreatedAt), orEpoch(t.ExpiresAt), t.Removed, t.Version)
	if err != nil {
		return fmt.Errorf("store a token: %w", err)
	}
	return nil
}

type tokenRow struct {
	Hash      string    `ch:"hash"`
	ID        string    `ch:"token_id"`
	Name      string    `ch:"name"`
	Role      string    `ch:"role"`
	CreatedBy string    `ch:"created_by"`
	CreatedAt time.Time `ch:"created_at"`
	ExpiresAt time.Time `ch:"expires_at"`
	Removed   bool      `ch:"is_removed"`
	Version   uint64    `ch:"version"`
}

func (r tokenRow) token() access.Token {
	return access.Token{Hash: access.SecretHash(r.Hash), ID: r.ID, Name: r.Name, Role: storedRole(r.Role), CreatedBy: r.CreatedBy,
		CreatedAt: orZero(r.CreatedAt), ExpiresAt: orZero(r.ExpiresAt), Removed: r.Removed, Version: r.Version}
}

func (s accessStore) TokenByHash(ctx context.Context, hash access.SecretHash) (access.Token, error) {
	row, err := newest[tokenRow](ctx, s.w, "SELECT * FROM access_token WHERE hash = {key:String} ORDER BY version DESC LIMIT 1", string(hash))
	return row.token(), err
}

func (s accessStore) Tokens(ctx context.Context) ([]access.Token, error) {
	rows, err := selectRows[tokenRow](ctx, s.w, "SELECT * FROM (SELECT * FROM access_token ORDER BY hash, version DESC LIMIT 1 BY hash) WHERE NOT is_removed ORDER BY created_at, token_id")
	return mapped(rows, tokenRow.token), err
}

func (s accessStore) AppendAudit(ctx context.Context, e access.Event) error {
	err := s.w.insertRow(ctx, "INSERT INTO audit (at, actor, kind, action, target, outcome, address, repeats)",
		orEpoch(e.At), e.Actor, string(e.Kind), string(e.Action), e.Target, string(e.Outcome), e.Address, e.Repeats)
	if err != nil {
		return fmt.Errorf("store an audited event: %w", err)
	}
	return nil
}

type auditRow struct {
	At      time.Time `ch:"at"`
	Actor   string    `ch:"actor"`
	Kind    string    `ch:"kind"`
	Action  string    `ch:"action"`
	Target  string    `ch:"target"`
	Outcome string    `ch:"outcome"`
	Address string    `ch:"address"`
	Repeats uint64    `ch:"repeats"`
}

func (r auditRow) event() access.Event {
	return access.Event{At: orZero(r.At), Actor: r.Actor, Kind: access.Kind(r.Kind), Action: access.Action(r.Action),
		Target: r.Target, Outcome: access.Outcome(r.Outcome), Address: r.Address, Repeats: r.Repeats}
}

func (s accessStore) Audit(ctx context.Context, limit int) ([]access.Event, error) {
	if limit <= 0 {
		return nil, nil
	}
	rows, err := selectRows[auditRow](ctx, s.w, "SELECT * EXCEPT written_at FROM audit ORDER BY at DESC, written_at DESC LIMIT {limit:UInt64}", named("limit", uint64(limit)))
	return mapped(rows, auditRow.event), err
}

// newest gives the row that a query finds for a key.
func newest[R any](ctx context.Context, w *Warehouse, query, key string) (R, error) {
	var none R
	rows, err := selectRows[R](ctx, w, query, named("key", key))
	if err != nil {
		return none, err
	}
	if len(rows) == 0 {
		return none, access.ErrNotFound
	}
	return rows[0], nil
}

func selectRows[R any](ctx context.Context, w *Warehouse, query string, parameters ...any) ([]R, error) {
	var rows []R
	if err := w.conn.Select(ctx, &rows, query, parameters...); err != nil {
		return nil, fmt.Errorf("look up users and tokens: %w", passing(err))
	}
	return rows, nil
}

func mapped[R, V any](rows []R, convert func(R) V) []V {
	out := make([]V, len(rows))
	for i, r := range rows {
		out[i] = convert(r)
	}
	return out
}

// storedRole reads a role that was written by String. One that is not known, as a later version may write, allows nothing.
func storedRole(name string) access.Role {
	role, err := access.ParseRole(name)
	if err != nil {
		return access.None
	}
	return role
}

// orZero is the time that orEpoch stored.
func orZero(t time.Time) time.Time {
	if t.UnixMilli() == 0 {
		return time.Time{}
	}
	return t.UTC()
}

package warehouse

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"crosstalk/collectors/record"
)

// account is one account as a run knows it.
type account struct {
	id      uint64
	stable  uint64             // see idKey.stable
	version uint64             // of the row that says most; 0 when the map has none yet
	kind    record.AccountKind // as the last message said
	pending *accountRow
	marked  uint64 // the last message that listed it, to drop repeats
}

// accountRow is a row of the account table that waits to be written.
type accountRow struct {
	mapKey    uint64
	id        uint64
	tool      string
	workspace string
	key       record.AccountKey
	kind      record.AccountKind
	deleted   bool
	sealed    sealedAccount
	version   uint64
}

// sealedAccount is what only the privacy key opens. Erasing the row erases it.
type sealedAccount struct {
	Value  string `json:"v"`
	Scope  string `json:"c,omitempty"`
	Name   string `json:"n,omitempty"`
	Email  string `json:"e,omitempty"`
	Handle string `json:"h,omitempty"`
	Phone  string `json:"p,omitempty"`
	// MapKey ties the sealed bytes to their row, so that equal contents of two accounts differ.
	MapKey uint64 `json:"k"`
}

func (w *Warehouse) seal(s sealedAccount) (string, error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	return w.privacy().sealed(plain), nil
}

func (w *Warehouse) unseal(sealed string) (sealedAccount, error) {
	var s sealedAccount
	plain, err := w.privacy().opened(sealed)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s)
}

// knownAccount is what the account map holds of one key.
type knownAccount struct {
	ID      uint64 `ch:"id"`
	Version uint64 `ch:"version"`
}

// loadAccountMap reads the map of keys to ids. Two writers may have given one key two
// ids; the smaller one is used from then on, and both stay valid.
func (w *Warehouse) loadAccountMap(ctx context.Context) (map[uint64]knownAccount, error) {
	var rows []struct {
		MapKey  uint64 `ch:"map_key"`
		ID      uint64 `ch:"id"`
		Version uint64 `ch:"latest"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT map_key, min(account_id) AS id, max(version) AS latest FROM account GROUP BY map_key"); err != nil {
		return nil, fmt.Errorf("read the account map: %w", err)
	}
	known := make(map[uint64]knownAccount, len(rows))
	for _, r := range rows {
		known[r.MapKey] = knownAccount{r.ID, r.Version}
	}
	return known, nil
}

// scope is one workspace of one tool within a run.
type scope struct {
	run       *Run
	tool      string
	workspace string

	accounts      map[record.AccountKey]*account
	conversations map[uint64]uint64 // id → version of the row written
	last          conversationRef   // conversations come in bunches
	rejected      map[string]uint64
	erased        map[record.AccountKey]bool // as far as it was asked
	files         uint64
	excluded      uint64
	activities    uint64
	signals       uint64
}

type conversationRef struct {
	key      string
	id       uint64
	identity uint64
}

// account finds or makes the account of a key, and notes what a record says of it.
func (s *scope) account(key record.AccountKey) *account {
	if a := s.accounts[key]; a != nil {
		return a
	}
	w := s.run.w
	mapKey := w.privacy().accountKey(s.tool, s.workspace, key, s.run.tuple())
	stable := w.id.stable(key, s.run.tuple())
	a := &account{stable: stable}
	if known, ok := s.run.known[mapKey]; ok {
		a.id, a.version = known.ID, known.Version
	} else {
		a.id = randomID()
	}
	a.pending = &accountRow{mapKey: mapKey, id: a.id, tool: s.tool, workspace: s.workspace, key: key, sealed: sealedAccount{Value: key.Value, Scope: key.Scope, MapKey: mapKey}}
	a.pending.version = s.accountVersion(a.pending)
	if a.pending.version <= a.version {
		a.pending = nil
	} else {
		a.version = a.pending.version
	}
	s.accounts[cloneKey(key)] = a
	return a
}

// stable is a hash of an account's key that is the same in every workspace and after a rotation of the privacy key; buffer may be nil.
func (k idKey) stable(key record.AccountKey, buffer tuple) uint64 {
	return k.content.sum(buffer.num(uint64(key.Kind)).str(key.Scope).str(key.Value))
}

// learn keeps what a record says of an account when it says more than is known.
func (s *scope) learn(a *account, key record.AccountKey, say record.Account) {
	row := accountRow{id: a.id, tool: s.tool, workspace: s.workspace, key: key, kind: say.Kind, deleted: say.IsDeleted,
		sealed: sealedAccount{Value: key.Value, Scope: key.Scope, Name: say.Name, Email: say.Email, Handle: say.Handle, Phone: say.Phone}}
	row.version = s.accountVersion(&row)
	if row.version <= a.version {
		return
	}
	row.mapKey = s.run.w.privacy().accountKey(s.tool, s.workspace, key, s.run.tuple())
	row.sealed.MapKey = row.mapKey
	a.version, a.pending = row.version, &row
}

// accountVersion ranks what rows say of an account: how many fields they fill, then the
// kind, then a hash of the content, so that the order of reading does not matter.
func (s *scope) accountVersion(r *accountRow) uint64 {
	said := uint64(1)
	for _, v := range []string{r.sealed.Name, r.sealed.Email, r.sealed.Handle, r.sealed.Phone} {
		if v != "" {
			said += 2
		}
	}
	if r.kind != record.AccountUnknown {
		said++
	}
	deleted := uint64(0)
	if r.deleted {
		deleted = 1
	}
	hash := s.run.w.id.content.sum(s.run.tuple().str(r.sealed.Name).str(r.sealed.Email).str(r.sealed.Handle).str(r.sealed.Phone).num(deleted))
	return said<<56 | uint64(r.kind)<<48 | hash>>16
}

// randomID is an id for an account or a person: random, and never 0, which means none.
func randomID() uint64 { return max(rand.Uint64(), 1) }

func cloneKey(k record.AccountKey) record.AccountKey {
	return record.AccountKey{Kind: k.Kind, Value: string(append([]byte(nil), k.Value...)), Scope: string(append([]byte(nil), k.Scope...))}
}

// writeAccounts stages the rows that wait.
func (r *Run) writeAccounts() error {
	batch, err := r.w.insert(r.ctx, "INSERT INTO account_stage (map_key, account_id, tool, workspace, key_kind, kind, is_deleted, sealed, run_id, version)")
	if err != nil {
		return fmt.Errorf("stage accounts: %w", err)
	}
	defer batch.Close()
	rows := 0
	for _, s := range r.scopes {
		for _, a := range s.accounts {
			if a.pending == nil {
				continue
			}
			p := a.pending
			sealed, err := r.w.seal(p.sealed)
			if err != nil {
				return err
			}
			if err := batch.Append(p.mapKey, p.id, p.tool, p.workspace, int8(p.key.Kind), int8(p.kind), p.deleted, sealed, r.id, p.version); err != nil {
				return fmt.Errorf("stage accounts: %w", err)
			}
			a.pending = nil
			rows++
		}
	}
	if rows == 0 {
		return nil
	}
	return batch.Send()
}

// tuple gives the run's scratch buffer for one hash.
func (r *Run) tuple() tuple { return tuple(r.scratch[:0]) }

func (t tuple) time(ms int64) tuple { return binary.LittleEndian.AppendUint64(t, uint64(ms)) }

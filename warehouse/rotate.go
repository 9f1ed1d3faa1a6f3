package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"crosstalk/collectors/record"
)

// nextKeyFile holds the new privacy key while a rotation goes on.
const nextKeyFile = "privacy.key.next"

// ErrBusy says that a run of another command is going on.
var ErrBusy = errors.New("an import or collection is running: wait for it to end, or stop it, then try again")

// RotatePrivacyKey makes a new privacy key and re-keys the account map and the people with
// it. Ids stay, so nothing else changes, and the same exports find the same accounts. A
// rotation that is cut short is finished when the warehouse is next opened.
func (w *Warehouse) RotatePrivacyKey(ctx context.Context) error {
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return err
	}
	defer unlock()
	open, err := w.unfinished(ctx, 0)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return ErrBusy
	}
	if _, err := loadKey(w.dir, nextKeyFile); err != nil { // makes it
		return err
	}
	return w.finishRotation(ctx)
}

// finishRotation brings a rotation to its end from wherever it stands; without one it
// does nothing. The caller holds a lock.
func (w *Warehouse) finishRotation(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(w.dir, nextKeyFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	secret, err := loadKey(w.dir, nextKeyFile)
	if err != nil {
		return err
	}
	next, err := newPrivacyKey(secret)
	if err != nil {
		return err
	}
	if err := w.rekey(ctx, "account", next, w.writeRekeyedAccounts); err != nil {
		return fmt.Errorf("rotate the privacy key: %w", err)
	}
	if err := w.rekey(ctx, "person", next, w.writeRekeyedPeople); err != nil {
		return fmt.Errorf("rotate the privacy key: %w", err)
	}
	// Before the file: whoever opens the warehouse in between finishes the rotation first.
	if err := w.storeSettings(ctx, map[string]string{privacyKeyFile: next.mark()}); err != nil {
		return fmt.Errorf("rotate the privacy key: %w", err)
	}
	if err := os.Rename(filepath.Join(w.dir, nextKeyFile), filepath.Join(w.dir, privacyKeyFile)); err != nil {
		return fmt.Errorf("rotate the privacy key: %w", err)
	}
	w.private.Store(&next)
	w.log.Info("the privacy key was rotated")
	return nil
}

// rekey writes a table anew under the next key beside the old one and exchanges the two,
// unless that was done before.
func (w *Warehouse) rekey(ctx context.Context, table string, next privacyKey, write func(context.Context, string, privacyKey) error) error {
	var sample []struct {
		Sealed string `ch:"sealed"`
	}
	if err := w.conn.Select(ctx, &sample, "SELECT sealed FROM "+table+" LIMIT 1"); err != nil {
		return err
	}
	if len(sample) == 0 {
		return nil
	}
	if _, err := next.opened(sample[0].Sealed); err == nil {
		return nil
	}
	rekeyed := table + "_rekeyed"
	for _, statement := range []string{"DROP TABLE IF EXISTS " + rekeyed + " SYNC", "CREATE TABLE " + rekeyed + " AS " + table} {
		if err := w.conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := write(ctx, rekeyed, next); err != nil {
		return err
	}
	if err := w.conn.Exec(ctx, "EXCHANGE TABLES "+table+" AND "+rekeyed); err != nil {
		return err
	}
	return w.conn.Exec(ctx, "DROP TABLE "+rekeyed+" SYNC")
}

func (w *Warehouse) writeRekeyedAccounts(ctx context.Context, into string, next privacyKey) error {
	var rows []struct {
		ID        uint64 `ch:"account_id"`
		Tool      string `ch:"tool"`
		Workspace string `ch:"workspace"`
		KeyKind   string `ch:"key_kind"`
		Kind      string `ch:"kind"`
		Deleted   bool   `ch:"is_deleted"`
		Sealed    string `ch:"sealed"`
		Run       uint64 `ch:"run_id"`
		Version   uint64 `ch:"version"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT account_id, tool, workspace, toString(key_kind) AS key_kind, toString(kind) AS kind, is_deleted, sealed, run_id, version FROM account FINAL"); err != nil {
		return err
	}
	batch, err := w.insert(ctx, "INSERT INTO "+into+" (map_key, account_id, tool, workspace, key_kind, kind, is_deleted, sealed, run_id, version)")
	if err != nil {
		return err
	}
	defer batch.Close()
	for _, r := range rows {
		s, err := w.unseal(r.Sealed)
		if err != nil {
			return err
		}
		kind, _ := record.ParseKeyKind(r.KeyKind)
		s.MapKey = next.accountKey(r.Tool, r.Workspace, record.AccountKey{Kind: kind, Value: s.Value, Scope: s.Scope}, nil)
		plain, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if err := batch.Append(s.MapKey, r.ID, r.Tool, r.Workspace, r.KeyKind, r.Kind, r.Deleted, next.sealed(plain), r.Run, r.Version); err != nil {
			return err
		}
	}
	return batch.Send()
}

func (w *Warehouse) writeRekeyedPeople(ctx context.Context, into string, next privacyKey) error {
	var rows []struct {
		storedPerson
		Version uint64 `ch:"version"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT person_id, toString(origin) AS origin, sealed, start_on, end_on, is_gone, version FROM person FINAL"); err != nil {
		return err
	}
	batch, err := w.insert(ctx, "INSERT INTO "+into+" (person_id, map_key, origin, sealed, start_on, end_on, is_gone, version)")
	if err != nil {
		return err
	}
	defer batch.Close()
	for _, r := range rows {
		plain, err := w.privacy().opened(r.Sealed)
		if err != nil {
			return err
		}
		var s sealedPerson
		if err := json.Unmarshal(plain, &s); err != nil {
			return err
		}
		if err := batch.Append(r.ID, next.personKey(r.Origin, s.Key), r.Origin, next.sealed(plain), r.Start, r.End, r.Gone, r.Version); err != nil {
			return err
		}
	}
	return batch.Send()
}

package warehouse

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Errors of a restore that are the backup's.
var (
	ErrNoBackup      = errors.New("it is no backup of Crosstalk")
	ErrDamagedBackup = errors.New("it is damaged or was cut off, and nothing was restored: take another copy of it")
)

// unrestored marks a data folder into which a restore is going on, or was cut short.
const unrestored = "restore.unfinished"

// checkRestored refuses a data folder that holds half of a backup.
func checkRestored(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, unrestored)); err == nil {
		return fmt.Errorf("a restore into the data folder %s goes on or was cut short: once it has ended, empty the folder and restore again", dir)
	}
	return nil
}

// Restore makes a warehouse of a backup, in a data folder that is empty or holds the keys of a backup that was made without them, and
// with a server in a database without tables. The backup is read and checked as a whole before anything of it is used.
// What was made of a restore that fails is removed.
func Restore(ctx context.Context, from io.Reader, o Options, at string) (m Manifest, err error) {
	if err := checkEmpty(o.DataDir); err != nil {
		return m, err
	}
	if err := os.MkdirAll(o.DataDir, 0o700); err != nil {
		return m, fmt.Errorf("the data folder %s cannot be made or written: %w; choose another with --data", o.DataDir, reason(err))
	}
	if err := os.WriteFile(filepath.Join(o.DataDir, unrestored), nil, 0o600); err != nil {
		return m, fmt.Errorf("the data folder %s cannot be written: %w; choose another with --data", o.DataDir, reason(err))
	}
	u := unpacker{dir: o.DataDir, sums: map[string]string{}}
	if m, err = u.unpack(from, o.DSN == ""); err == nil {
		err = restoreTables(ctx, m, o, at)
	}
	if err != nil {
		return m, errors.Join(err, u.undo())
	}
	return m, errors.Join(os.RemoveAll(filepath.Join(o.DataDir, "backup")), os.Remove(filepath.Join(o.DataDir, unrestored)))
}

// checkEmpty refuses a folder in which there is anything but keys.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be read: %w; choose another with --data", dir, reason(err))
	}
	if err := checkRestored(dir); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != idKeyFile && e.Name() != privacyKeyFile {
			return fmt.Errorf("the data folder %s is not empty: restore into an empty one, named by --data", dir)
		}
	}
	return nil
}

// restoreTables has ClickHouse read the tables.
func restoreTables(ctx context.Context, m Manifest, o Options, at string) error {
	embedded := o.DSN == ""
	switch {
	case m.Elsewhere && embedded:
		return errors.New("the tables of this backup are with a ClickHouse server: name it with --clickhouse, and where it keeps them with --at")
	case !m.Elsewhere && !embedded:
		return errors.New("this backup is of an embedded ClickHouse, and restored into one: leave --clickhouse out")
	}
	if err := CheckPlace(at, embedded); err != nil {
		return err
	}
	w := &Warehouse{dir: o.DataDir, log: o.Logger}
	if err := w.connect(ctx, o); err != nil {
		return err
	}
	defer w.Close()
	var held uint64
	if err := w.conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = currentDatabase()").Scan(&held); err != nil {
		return fmt.Errorf("look for tables: %w", err)
	}
	if held > 0 {
		return errors.New("the database of the ClickHouse server is not empty: restore into an empty one, named by --clickhouse")
	}
	if embedded {
		at = "File('" + strings.TrimSuffix(tablesFolder, "/") + "/')"
	}
	err := w.conn.Exec(ctx, "RESTORE "+tableList(m.Tables, backupDatabase, w.database(ctx))+" FROM "+at+" SETTINGS async = 0")
	if err != nil {
		return fmt.Errorf("ClickHouse cannot restore the tables: %w", err)
	}
	return nil
}

// unpacker reads a backup's file.
type unpacker struct {
	dir  string
	sums map[string]string
	made []string // of the data folder
}

// unpack puts keys and tables into the data folder, and checks all of it.
func (u *unpacker) unpack(from io.Reader, embedded bool) (m Manifest, err error) {
	t := tar.NewReader(from)
	first, err := t.Next()
	if err != nil || first.Name != manifestEntry {
		return m, ErrNoBackup
	}
	text, err := u.read(t, first)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, ErrDamagedBackup
	}
	if err := m.check(u.dir, embedded); err != nil {
		return m, err
	}
	for {
		h, err := t.Next()
		if err != nil {
			return m, damage(err)
		}
		if h.Name == sumsEntry {
			return m, u.checkSums(t, h)
		}
		if err := u.store(t, h); err != nil {
			return m, err
		}
	}
}

// check refuses what this Crosstalk cannot restore.
func (m *Manifest) check(dir string, embedded bool) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	known := steps[len(steps)-1].version
	switch {
	case m.Format != backupFormat, m.Schema > known:
		return fmt.Errorf("the backup was made by a newer Crosstalk (%s, schema %d, this one knows %d): install that version or a later one", m.Program, m.Schema, known)
	case slices.ContainsFunc(m.Tables, func(name string) bool { return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" }):
		return ErrDamagedBackup
	}
	if !m.Keys {
		for _, path := range KeyFiles(dir) {
			if _, err := os.Stat(path); err != nil {
				return fmt.Errorf("the backup was made without its keys: put %s and %s into %s first, with mode 0600", idKeyFile, privacyKeyFile, dir)
			}
		}
		return nil
	}
	for _, path := range KeyFiles(dir) {
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("the data folder %s is not empty: the backup holds its own keys", dir)
		}
	}
	return nil
}

// largestNote bounds what is read into memory.
const largestNote = 64 << 20

func (u *unpacker) read(t *tar.Reader, h *tar.Header) ([]byte, error) {
	if h.Size > largestNote {
		return nil, ErrDamagedBackup
	}
	text, err := io.ReadAll(t)
	if err != nil {
		return nil, damage(err)
	}
	sum := sha256.Sum256(text)
	u.sums[h.Name] = hex.EncodeToString(sum[:])
	return text, nil
}

// store writes one file of the backup.
func (u *unpacker) store(t *tar.Reader, h *tar.Header) error {
	name := filepath.FromSlash(h.Name)
	isKey := h.Name == idKeyFile || h.Name == privacyKeyFile
	if h.Typeflag != tar.TypeReg || !filepath.IsLocal(name) || !isKey && !strings.HasPrefix(h.Name, tablesFolder) {
		return ErrDamagedBackup
	}
	path := filepath.Join(u.dir, "backup", name)
	top := "backup"
	if isKey {
		path, top = filepath.Join(u.dir, name), name
	}
	if !slices.Contains(u.made, top) {
		u.made = append(u.made, top)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be written: %w", u.dir, reason(err))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be written: %w", u.dir, reason(err))
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), t)
	u.sums[h.Name] = hex.EncodeToString(sum.Sum(nil))
	return damage(errors.Join(err, f.Close()))
}

// checkSums compares what was read with the sums at the end.
func (u *unpacker) checkSums(t *tar.Reader, h *tar.Header) error {
	text, err := u.read(t, h)
	if err != nil {
		return err
	}
	delete(u.sums, sumsEntry)
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if u.sums[name] != sum {
			return ErrDamagedBackup
		}
		delete(u.sums, name)
	}
	if len(u.sums) > 0 {
		return ErrDamagedBackup
	}
	return nil
}

// damage tells a file that is at fault from a disk that is.
func damage(err error) error {
	var path *fs.PathError
	if err == nil || errors.As(err, &path) {
		return err
	}
	return ErrDamagedBackup
}

// undo removes what a restore made. An engine that was started may still be writing.
func (u *unpacker) undo() error {
	var errs []error
	for _, name := range append(u.made, "clickhouse", "engine.version", "engine.xml", "engine.json", "engine.lock", "engine.log", unrestored) {
		errs = append(errs, os.RemoveAll(filepath.Join(u.dir, name)))
	}
	return errors.Join(errs...)
}

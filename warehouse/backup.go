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
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A backup is a tar file: the manifest, the keys unless they were left out, the tables as ClickHouse's own BACKUP writes them,
// and last the sums of all of it, so that a file that was cut off is known by their lack.
const (
	manifestEntry = "crosstalk-backup.json"
	sumsEntry     = "sha256sums"
	tablesFolder  = "tables/"
	backupFormat  = 1
	// backupDatabase is what the database is called in a backup, wherever it came from.
	backupDatabase = "crosstalk"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format     int       `json:"format"`
	MadeAt     time.Time `json:"made_at"`
	Program    string    `json:"crosstalk"`  // version of Crosstalk
	ClickHouse string    `json:"clickhouse"` // version that wrote the tables
	Schema     uint32    `json:"schema"`
	Keys       bool      `json:"keys"`      // the key files are in it
	Elsewhere  bool      `json:"elsewhere"` // the tables are where the server put them
	Tables     []string  `json:"tables"`
}

// BackupOptions say what goes into a backup.
type BackupOptions struct {
	WithoutKeys bool
	// At is where a server keeps the tables, as its BACKUP takes it: Disk('backups', 'monday.zip'), S3(…). Only with a server.
	At      string
	Program string
}

var backupPlace = regexp.MustCompile(`(?s)^(Disk|File|S3|AzureBlobStorage)\('.*\)$`)

// CheckPlace checks where a server is to keep the tables, or kept them, against where the warehouse is.
func CheckPlace(at string, embedded bool) error {
	switch {
	case embedded && at != "":
		return errors.New("--at is for a ClickHouse server: the embedded one writes its tables into the file")
	case !embedded && at == "":
		return errors.New("say with --at where the ClickHouse server is to keep the tables, as its BACKUP takes it: --at \"Disk('backups', 'monday.zip')\"")
	case at != "" && !backupPlace.MatchString(at):
		return errors.New("--at is Disk('…', '…'), File('…'), S3(…) or AzureBlobStorage(…), as ClickHouse's BACKUP takes it")
	}
	return nil
}

// Backup writes a backup. Runs that end meanwhile wait for it; whoever reads does not. What runs have staged is in it, and undone
// after a restore.
func (w *Warehouse) Backup(ctx context.Context, to io.Writer, o BackupOptions) (Manifest, error) {
	embedded := w.engine != nil
	if err := CheckPlace(o.At, embedded); err != nil {
		return Manifest{}, err
	}
	unlock, err := w.lockAtRest(ctx)
	if err != nil {
		return Manifest{}, err
	}
	defer unlock()
	m := Manifest{Format: backupFormat, MadeAt: time.Now().UTC().Truncate(time.Second), Program: o.Program, Keys: !o.WithoutKeys, Elsewhere: !embedded}
	if err := w.describeBackup(ctx, &m); err != nil {
		return m, err
	}
	name := fmt.Sprintf("%s-%08x", m.MadeAt.Format("20060102T150405"), rand.Uint32())
	at := o.At
	if embedded {
		at = "File('" + name + "/')"
		defer os.RemoveAll(filepath.Join(w.dir, "backup", name))
	}
	if err := w.conn.Exec(ctx, "BACKUP "+tableList(m.Tables, w.database(ctx), backupDatabase)+" TO "+at+" SETTINGS async = 0"); err != nil {
		return m, fmt.Errorf("ClickHouse cannot back up its tables: %w", passing(err))
	}
	p := packer{tar: tar.NewWriter(to), made: m.MadeAt}
	if err := p.pack(w.dir, name, m); err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	return m, nil
}

// lockAtRest takes the publish lock when no run and no erasure is half done.
func (w *Warehouse) lockAtRest(ctx context.Context) (unlock func(), err error) {
	for {
		if err := w.Recover(ctx); err != nil {
			return nil, err
		}
		unlock, err := w.lock(ctx, "publish")
		if err != nil {
			return nil, err
		}
		open, err := w.unfinished(ctx, 0)
		if err == nil {
			err = w.completeErasures(ctx)
		}
		if err != nil {
			unlock()
			return nil, err
		}
		loaded := false
		for _, r := range open {
			loaded = loaded || r.State >= runLoaded
		}
		if !loaded {
			return unlock, nil
		}
		unlock() // its command has just ended, however; the next look completes it
	}
}

func (w *Warehouse) describeBackup(ctx context.Context, m *Manifest) error {
	c, err := w.Condition(ctx)
	if err != nil {
		return err
	}
	m.ClickHouse, m.Schema = c.Server, c.Schema
	var rows []struct {
		Name string `ch:"name"`
	}
	err = w.conn.Select(ctx, &rows, `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name NOT LIKE '%\\_rekeyed' ORDER BY name`)
	if err != nil {
		return fmt.Errorf("list the tables: %w", passing(err))
	}
	for _, r := range rows {
		m.Tables = append(m.Tables, r.Name)
	}
	return nil
}

// database is the name of the warehouse's database.
func (w *Warehouse) database(ctx context.Context) string {
	var name string
	if err := w.conn.QueryRow(ctx, "SELECT currentDatabase()").Scan(&name); err != nil {
		return "default" // whoever asks next tells the error
	}
	return name
}

// tableList names tables of one database as those of another.
func tableList(tables []string, from, to string) string {
	var parts []string
	for _, t := range tables {
		parts = append(parts, fmt.Sprintf("TABLE `%s`.`%s` AS `%s`.`%s`", from, t, to, t))
	}
	return strings.Join(parts, ", ")
}

// packer writes a backup's file.
type packer struct {
	tar  *tar.Writer
	made time.Time
	sums strings.Builder
}

func (p *packer) pack(dataDir, name string, m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := p.add(manifestEntry, int64(len(text)), strings.NewReader(string(text))); err != nil {
		return err
	}
	if m.Keys {
		for _, key := range []string{idKeyFile, privacyKeyFile} {
			if err := p.addFile(key, filepath.Join(dataDir, key)); err != nil {
				return err
			}
		}
	}
	if !m.Elsewhere {
		root := filepath.Join(dataDir, "backup", name)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			return p.addFile(tablesFolder+filepath.ToSlash(relative), path)
		})
		if err != nil {
			return err
		}
	}
	sums := p.sums.String()
	if err := p.add(sumsEntry, int64(len(sums)), strings.NewReader(sums)); err != nil {
		return err
	}
	return p.tar.Close()
}

func (p *packer) addFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return p.add(name, info.Size(), f)
}

func (p *packer) add(name string, size int64, from io.Reader) error {
	if err := p.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: p.made, Format: tar.FormatPAX}); err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(p.tar, h), from, size); err != nil {
		return err
	}
	fmt.Fprintf(&p.sums, "%s  %s\n", hex.EncodeToString(h.Sum(nil)), name)
	return nil
}

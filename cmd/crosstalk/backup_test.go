package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/analytics"
	"crosstalk/simulate"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/engine/enginetest"
)

// faces are the answers of every metric, as CSV, and who is who.
func (p *place) faces(flags ...string) string {
	p.t.Helper()
	var b strings.Builder
	for _, m := range analytics.All() {
		code, stdout, stderr := crosstalk(p.t, append([]string{"--data", p.data, "--config", p.config, "export", m.Slug()}, flags...)...)
		if code != exitDone {
			p.t.Fatalf("export %s: exit %d: %s", m.Slug(), code, stderr)
		}
		b.WriteString(stdout)
	}
	code, stdout, stderr := crosstalk(p.t, append([]string{"--data", p.data, "--config", p.config, "people", "export"}, flags...)...)
	if code != exitDone {
		p.t.Fatalf("people export: exit %d: %s", code, stderr)
	}
	return b.String() + stdout
}

// TestBackup backs up while another process uses the data, and restores into an empty folder: every metric's CSV is the same
// to the byte, and the same export is known there.
func TestBackup(t *testing.T) {
	t.Parallel()
	export := write(t, simulate.Options{Seed: 8, People: 40, Weeks: 6, Clean: true})
	p := newPlace(t, "")
	p.run(exitDone, "import", export)
	var before string
	file := filepath.Join(t.TempDir(), "backup.tar")
	p.open(func(w *warehouse.Warehouse) { // as serve would
		before = p.faces()
		if said := p.run(exitDone, "backup", file); !strings.Contains(said, "is written, with the keys") {
			t.Errorf("it said %s", said)
		}
		if _, err := w.Snapshot(t.Context()); err != nil {
			t.Error(err)
		}
	})
	sums := p.checksum()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v; want mode 0600", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(p.data, "backup", "*")); len(left) > 0 {
		t.Errorf("left behind in the data folder: %v", left)
	}

	q := newPlace(t, "")
	q.run(exitDone, "restore", file)
	if after := q.faces(); after != before {
		t.Errorf("other answers after the restore:\n%s\nbefore:\n%s", after, before)
	}
	same(t, "restored", sums, q.checksum())
	q.run(exitDone, "import", export)
	same(t, "restored, and the same export again", sums, q.checksum())

	whole := []byte(readText(t, file))
	bare := filepath.Join(t.TempDir(), "bare.tar")
	p.run(exitDone, "backup", "--without-keys", bare)
	if strings.Contains(readText(t, bare), strings.TrimSpace(readText(t, filepath.Join(p.data, "id.key")))) {
		t.Error("the backup without keys holds one")
	}
	damaged := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		p.write(path, string(content))
		return path
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x40
	newer := bytes.Replace(whole, []byte(`"schema": `), []byte(`"schema":9`), 1)
	for _, c := range []struct{ name, file, folder, says string }{
		{"a folder in use", file, p.data, "is not empty: restore into an empty one"},
		{"cut off in the tables", damaged("cut.tar", whole[:len(whole)/2]), "", "is damaged or was cut off"},
		{"cut off at the end", damaged("end.tar", whole[:len(whole)-3000]), "", "is damaged or was cut off"},
		{"cut off at the start", damaged("start.tar", whole[:700]), "", "is damaged or was cut off"},
		{"a bit changed", damaged("bit.tar", flipped), "", "is damaged or was cut off"},
		{"newer", damaged("newer.tar", newer), "", "made by a newer Crosstalk"},
		{"something else", damaged("else.tar", []byte("plover")), "", "is no backup of Crosstalk"},
		{"empty", damaged("empty.tar", nil), "", "is no backup of Crosstalk"},
		{"not there", "/nowhere/at/all.tar", "", "cannot read /nowhere/at/all.tar"},
		{"without keys", bare, "", "put id.key and privacy.key into"},
	} {
		folder := c.folder
		if folder == "" {
			folder = filepath.Join(t.TempDir(), "data")
		}
		code, _, stderr := crosstalk(t, "--data", folder, "restore", c.file)
		if code != exitFailed {
			t.Errorf("%s: exit %d: %s", c.name, code, stderr)
		}
		sentence(t, stderr, c.says)
		if left, _ := filepath.Glob(filepath.Join(folder, "*")); c.folder == "" && len(left) > 0 {
			t.Errorf("%s: left behind: %v", c.name, left)
		}
	}
	if said := p.run(exitFailed, "backup", file); !strings.Contains(said, "is there already") {
		t.Errorf("over a file that is there: %s", said)
	}

	r := newPlace(t, "")
	r.data = copyKeys(t, p.data)
	r.run(exitDone, "restore", bare)
	same(t, "restored beside its keys", sums, r.checksum())

	cut := filepath.Join(t.TempDir(), "data")
	p.write(filepath.Join(cut, "restore.unfinished"), "")
	if code, _, stderr := crosstalk(t, "--data", cut, "people", "list"); code != exitFailed || !strings.Contains(stderr, "was cut short") {
		t.Errorf("after a restore that was cut short: exit %d: %s", code, stderr)
	}
}

// TestRestoreMigrates restores a backup of an earlier schema, which is brought up to date.
func TestRestoreMigrates(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	p.run(exitDone, "import", write(t, simulate.Options{Seed: 8, People: 40, Weeks: 6, Clean: true}))
	sums := p.checksum()
	e, err := engine.Open(t.Context(), engine.Options{DataDir: p.data})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	conn, err := clickhouse.Open(e.Options())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var made bytes.Buffer
	p.open(func(w *warehouse.Warehouse) {
		if err := conn.Exec(t.Context(), "ALTER TABLE schema_version DELETE WHERE version >= 9 SETTINGS mutations_sync = 2"); err != nil {
			t.Fatal(err)
		}
		if m, err := w.Backup(t.Context(), &made, warehouse.BackupOptions{}); err != nil || m.Schema >= 9 {
			t.Fatalf("%+v, %v", m, err)
		}
	})
	file := filepath.Join(t.TempDir(), "old.tar")
	p.write(file, string(withoutTables(t, &made, "suppression", "erasure", "erasure_target")))
	q := newPlace(t, "")
	q.run(exitDone, "restore", file)
	same(t, "restored and migrated", sums, q.checksum())
	if said := q.run(exitDone, "people", "erase", "--yes", q.matchesOf()[0].Account); !strings.Contains(said, "verified") {
		t.Errorf("erasing in what was restored: %s", said)
	}
}

// withoutTables is a backup that lacks some tables.
func withoutTables(t *testing.T, from io.Reader, tables ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	var sums strings.Builder
	to := tar.NewWriter(&out)
	for in := tar.NewReader(from); ; {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		switch h.Name {
		case "crosstalk-backup.json":
			var m warehouse.Manifest
			if err := json.Unmarshal(content, &m); err != nil {
				t.Fatal(err)
			}
			m.Tables = slices.DeleteFunc(m.Tables, func(name string) bool { return slices.Contains(tables, name) })
			if content, err = json.Marshal(m); err != nil {
				t.Fatal(err)
			}
		case "sha256sums":
			content = []byte(sums.String())
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), h.Name)
		h.Size = int64(len(content))
		if err := to.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBackupOfServer backs up a ClickHouse server, which keeps its tables itself, and restores into another database.
func TestBackupOfServer(t *testing.T) {
	t.Parallel()
	server := enginetest.StartServer(t)
	p := newPlace(t, "")
	from := []string{"--clickhouse", server.Native("default")}
	p.run(exitDone, append(from, "import", write(t, simulate.Options{Seed: 8, People: 40, Weeks: 6, Clean: true}))...)
	before := p.faces(from...)
	file := filepath.Join(t.TempDir(), "backup.tar")
	for says, args := range map[string][]string{
		"say with --at":  {"backup", file},
		"--at is Disk('": {"backup", file, "--at", "somewhere"},
	} {
		if said := p.run(exitUsage, append(from, args...)...); !strings.Contains(said, says) {
			t.Errorf("%v said %s", args, said)
		}
	}
	p.run(exitDone, append(from, "backup", file, "--at", "File('monday/')")...)
	options, err := clickhouse.ParseDSN(server.Native("default"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Exec(t.Context(), "CREATE DATABASE second"); err != nil {
		t.Fatal(err)
	}
	for says, flags := range map[string][]string{
		"are with a ClickHouse server":                       {"restore", file},
		"the database of the ClickHouse server is not empty": append(from, "restore", file, "--at", "File('monday/')"),
	} {
		q := newPlace(t, "")
		if said := q.run(exitFailed, flags...); !strings.Contains(said, says) {
			t.Errorf("%v said %s", flags, said)
		}
	}
	q := newPlace(t, "")
	to := []string{"--clickhouse", server.Native("second")}
	q.run(exitDone, append(to, "restore", file, "--at", "File('monday/')")...)
	if after := q.faces(to...); after != before {
		t.Error("other answers after the restore")
	}
}

// A manifest is what others may read of a backup.
func TestManifest(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(warehouse.Manifest{Format: 1, Keys: true, Tables: []string{"message"}})
	if want := `{"format":1,"made_at":"0001-01-01T00:00:00Z","crosstalk":"","clickhouse":"","schema":0,"keys":true,"elsewhere":false,"tables":["message"]}`; err != nil || string(text) != want {
		t.Errorf("%s, %v; want %s", text, err, want)
	}
}

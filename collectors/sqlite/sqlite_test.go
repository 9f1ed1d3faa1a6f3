package sqlite

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the engine the tests hold this reader against

	"crosstalk/collectors"
)

// make writes a database with the real engine and leaves it in a folder. The connection
// stays open until the test ends, so that a write-ahead log stays where it is.
func makeDatabase(t testing.TB, statements ...string) (path string, db *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	run(t, db, statements...)
	return path, db
}

func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func openPath(t testing.TB, path string, l collectors.Limits) (*collectors.Tree, string) {
	t.Helper()
	tree, err := collectors.OpenTree(path, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	for _, f := range tree.Files() {
		if !IsCompanion(f.Path) {
			return tree, f.Path
		}
	}
	t.Fatal("an empty tree")
	return nil, ""
}

func open(t testing.TB, path string) *Database {
	t.Helper()
	tree, name := openPath(t, path, collectors.Limits{})
	d, err := Open(tree, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func failure(t *testing.T, path string, l collectors.Limits) error {
	t.Helper()
	tree, name := openPath(t, path, l)
	d, err := Open(tree, name)
	if err != nil {
		return err
	}
	defer d.Close()
	for table := range d.tables {
		if err := d.Each(context.Background(), table, nil, func(*Row) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// rows renders every row as its id and the columns asked for.
func rows(t testing.TB, d *Database, table string, columns ...string) []string {
	t.Helper()
	var out []string
	err := d.Each(context.Background(), table, columns, func(r *Row) error {
		line := fmt.Sprint(r.ID)
		for i := range columns {
			if r.Null(i) {
				line += "|-"
			} else {
				line += "|" + r.Text(i)
			}
		}
		out = append(out, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestColumns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		make    []string
		columns []string
		want    []string
	}{
		{"integers of every width", []string{
			`CREATE TABLE t(a INT)`,
			`INSERT INTO t VALUES (0),(1),(-1),(127),(-32768),(8388607),(-2147483648),(140737488355327),(-9223372036854775808),(NULL)`,
		}, []string{"a"}, []string{"1|0", "2|1", "3|-1", "4|127", "5|-32768", "6|8388607", "7|-2147483648", "8|140737488355327", "9|-9223372036854775808", "10|-"}},
		{"row id by another name", []string{
			`CREATE TABLE t("the id" INTEGER PRIMARY KEY, b TEXT)`, `INSERT INTO t VALUES (7,'x'),(-3,'y')`,
		}, []string{"THE ID", "b", "rowid"}, []string{"-3|-3|y|-3", "7|7|x|7"}},
		{"row id by a constraint", []string{
			`CREATE TABLE t(a INTEGER, b, CONSTRAINT k PRIMARY KEY (a))`, `INSERT INTO t VALUES (7,'x')`,
		}, []string{"a"}, []string{"7|7"}},
		{"no row id: INT PRIMARY KEY", []string{
			`CREATE TABLE t(a INT PRIMARY KEY)`, `INSERT INTO t VALUES (7)`,
		}, []string{"a"}, []string{"1|7"}},
		{"no row id: descending", []string{
			`CREATE TABLE t(a INTEGER PRIMARY KEY DESC)`, `INSERT INTO t VALUES (7)`,
		}, []string{"a"}, []string{"1|7"}},
		{"missing and added columns", []string{
			`CREATE TABLE t(a)`, `INSERT INTO t VALUES (1)`, `ALTER TABLE t ADD COLUMN b INTEGER DEFAULT -5`,
			`ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'it''s'`, `ALTER TABLE t ADD COLUMN d`, `INSERT INTO t VALUES (2,3,'z',4)`,
		}, []string{"a", "b", "c", "d", "e"}, []string{"1|1|-5|it's|-|-", "2|2|3|z|4|-"}},
		{"generated columns", []string{
			`CREATE TABLE t(a INT, v INT GENERATED ALWAYS AS (a*2) VIRTUAL, s INT AS (a*3) STORED, z)`, `INSERT INTO t(a,z) VALUES (1,9)`,
		}, []string{"a", "v", "s", "z"}, []string{"1|1|-|3|9"}},
		{"names, types, comments", []string{
			"CREATE TABLE t(\n [a b] VARCHAR(10, 2) NOT NULL DEFAULT (1+2), -- one, two\n `c` DECIMAL(3) CHECK (c IN (1,2)) /* ( */, \"check\" TEXT, UNIQUE(c), FOREIGN KEY (c) REFERENCES o(x))",
			`INSERT INTO t VALUES ('x', 2, 'y')`,
		}, []string{"a b", "c", "check"}, []string{"1|x|2|y"}},
		{"UTF-16", []string{`PRAGMA encoding='UTF-16be'`, `CREATE TABLE t(a)`, `INSERT INTO t VALUES ('Chloé 田中 😀')`},
			[]string{"a"}, []string{"1|Chloé 田中 😀"}},
		{"UTF-16 little", []string{`PRAGMA encoding='UTF-16le'`, `CREATE TABLE t(a)`, `INSERT INTO t VALUES ('Дмитрий')`},
			[]string{"a"}, []string{"1|Дмитрий"}},
		{"a fraction", []string{`CREATE TABLE t(a REAL)`, `INSERT INTO t VALUES (2.75),(1e300)`}, []string{"a"}, []string{"1|2", "2|0"}},
		{"small pages", []string{`PRAGMA page_size=512`, `CREATE TABLE t(a, b)`, `INSERT INTO t VALUES (replace(zeroblob(3000),'',''), 'behind')`},
			[]string{"b"}, []string{"1|behind"}},
		{"large pages", []string{`PRAGMA page_size=65536`, `CREATE TABLE t(a, b)`, `INSERT INTO t VALUES (zeroblob(300000), 'behind')`},
			[]string{"b"}, []string{"1|behind"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path, db := makeDatabase(t, test.make...)
			db.Close()
			if diff := cmp.Diff(test.want, rows(t, open(t, path), "t", test.columns...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A table of rows of random sizes, on page sizes that make rows end in every way, is read
// alike by the real engine.
func TestAgainstTheEngine(t *testing.T) {
	t.Parallel()
	for _, size := range []int{512, 1024, 4096, 65536} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(size), 3))
			path, db := makeDatabase(t, fmt.Sprintf("PRAGMA page_size=%d", size), "CREATE TABLE t(k INTEGER PRIMARY KEY, a TEXT, n INT, b BLOB, z TEXT)", "BEGIN")
			for range 3000 {
				long := strings.Repeat("é", random.IntN(1+random.IntN(3*size/2)))
				blob := make([]byte, random.IntN(1+random.IntN(2*size)))
				if _, err := db.Exec("INSERT OR REPLACE INTO t VALUES (?,?,?,?,?)", random.Int64N(1e12)-5e11, long, random.Int64()>>random.IntN(64), blob, fmt.Sprint(random.Uint64())); err != nil {
					t.Fatal(err)
				}
			}
			run(t, db, "COMMIT", "DELETE FROM t WHERE n % 5 = 0")
			var want []string
			found, err := db.Query("SELECT k, octet_length(a), n, length(b), z, substr(a,1,3) FROM t ORDER BY k")
			if err != nil {
				t.Fatal(err)
			}
			for found.Next() {
				var k, a, n, b int64
				var z, head string
				if err := found.Scan(&k, &a, &n, &b, &z, &head); err != nil {
					t.Fatal(err)
				}
				want = append(want, fmt.Sprint(k, a, n, b, z, head))
			}
			if err := errors.Join(found.Err(), found.Close(), db.Close()); err != nil {
				t.Fatal(err)
			}
			var got []string
			err = open(t, path).Each(context.Background(), "T", []string{"z", "k", "A", "b", "n"}, func(r *Row) error {
				z, k := r.Text(0), r.Int(1)
				got = append(got, fmt.Sprint(k, r.Size(2), r.Int(4), r.Size(3), z, string(r.Head(2, 6))))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWriteAheadLog(t *testing.T) {
	t.Parallel()
	path, db := makeDatabase(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE t(a)",
		"INSERT INTO t VALUES ('one')", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO t VALUES ('two')",
		"INSERT INTO t SELECT zeroblob(5000) FROM t", "UPDATE t SET a='first' WHERE rowid=1")
	read := func(path string) string {
		return strings.Join(rows(t, open(t, path), "t", "a")[:2], " ")
	}
	if got := read(path); got != "1|first 2|two" {
		t.Errorf("read %q; want what the log holds", got)
	}
	if got := read(filepath.Dir(path)); got != "1|first 2|two" {
		t.Errorf("read %q from the folder; want what the log holds", got)
	}

	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	main, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	copied := func(main, log []byte) string {
		p := filepath.Join(t.TempDir(), "y.db")
		write(t, p, main)
		write(t, p+"-wal", log)
		return p
	}
	frame := frameHeader + 4096
	for _, test := range []struct {
		name string
		log  []byte
		want []string
	}{
		{"whole", log, []string{"1|first", "2|two"}},
		{"no log", nil, []string{"1|one"}},
		{"only its header", log[:logHeader], []string{"1|one"}},
		{"first commit", log[:logHeader+frame], []string{"1|one", "2|two"}},
		{"a commit cut short", log[:logHeader+frame+100], []string{"1|one", "2|two"}},
		{"frames without a commit", log[:logHeader+2*frame], []string{"1|one", "2|two"}},
		{"wrong checksum", flipped(log, logHeader+frameHeader+4000), []string{"1|one"}},
		{"another log's frame", flipped(log, logHeader+9), []string{"1|one"}},
		{"no log at all", []byte("this is something else, of more than thirty-two bytes"), []string{"1|one"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := rows(t, open(t, copied(main, test.log)), "t", "a")
			if diff := cmp.Diff(test.want, got[:min(2, len(got))]); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("another database's log", func(t *testing.T) {
		t.Parallel()
		path, other := makeDatabase(t, "PRAGMA page_size=1024", "CREATE TABLE t(a)")
		other.Close()
		main, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		main = patched(main, 18, 2, 2)
		if err := failure(t, copied(main, log[:logHeader+frame]), collectors.Limits{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%v; want %v", err, ErrDamaged)
		}
	})
	t.Run("database still empty", func(t *testing.T) {
		t.Parallel()
		path, db := makeDatabase(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE t(a)", "INSERT INTO t VALUES ('one')")
		log, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
		if diff := cmp.Diff([]string{"1|one"}, rows(t, open(t, copied(nil, log)), "t", "a")); diff != "" {
			t.Error(diff)
		}
	})
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	path, db := makeDatabase(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE t(a)", "INSERT INTO t VALUES ('one')",
		"PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO t VALUES ('two')")
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, suffix := range []string{"", "-wal"} {
			content, err := os.ReadFile(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			f, err := w.CreateHeader(&zip.FileHeader{Name: "backup/x.db" + suffix, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(content); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		packed := filepath.Join(t.TempDir(), "x.zip")
		write(t, packed, b.Bytes())
		if diff := cmp.Diff([]string{"1|one", "2|two"}, rows(t, open(t, packed), "t", "a")); diff != "" {
			t.Errorf("method %d: %s", method, diff)
		}
		err := failure(t, packed, collectors.Limits{Buffered: 4096})
		if method == zip.Deflate && (err == nil || !strings.Contains(err.Error(), "unpack the archive")) {
			t.Errorf("a large packed database gives %v", err)
		}
		tree, name := openPath(t, packed, collectors.Limits{Buffered: 4096})
		if tables, err := Tables(tree, name); err != nil || len(tables["t"]) != 1 {
			t.Errorf("method %d: its tables are %v, %v", method, tables, err)
		}
	}
	db.Close()
}

func TestBadDatabases(t *testing.T) {
	t.Parallel()
	path, db := makeDatabase(t, "CREATE TABLE t(a)", "CREATE TABLE w(a PRIMARY KEY) WITHOUT ROWID", "CREATE VIEW v AS SELECT a FROM t",
		"WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 500) INSERT INTO t SELECT zeroblob(200) FROM n", "DROP TABLE w")
	db.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	encrypted := make([]byte, 8192)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range encrypted {
		encrypted[i] = byte(random.Uint32())
	}
	for _, test := range []struct {
		name  string
		bytes []byte
		want  error
		says  string
	}{
		{"empty", nil, ErrTruncated, "0 bytes"},
		{"half a header", good[:50], ErrTruncated, "50 bytes"},
		{"header only", good[:100], ErrTruncated, "0 of"},
		{"cut short", good[:len(good)/2], ErrTruncated, "copy it again"},
		{"far fewer pages than stated", patched(good[:8192], 28, 0x7f), ErrTruncated, "2 of"},
		{"encrypted", encrypted, ErrNotDatabase, "encrypted"},
		{"text", []byte(strings.Repeat("no database ", 100)), ErrNotDatabase, "decrypt"},
		{"page size", patched(good, 16, 3, 7), ErrDamaged, "pages of 775 bytes"},
		{"encoding", patched(good, 59, 9), ErrDamaged, "encoding"},
		{"root page", patched(good, 4096, 0x63), ErrDamaged, "page 2"},
		{"cell count", patched(good, 4096+3, 0xff, 0xff), ErrDamaged, "page 2"},
		{"cell pointer", patched(good, 4096+12, 0xff, 0xff), ErrDamaged, "page 2"},
		{"child beyond the end", patched(good, 4096+8, 0x7f), ErrDamaged, "is referred to"},
		{"a circle", patched(good, 4096+8, 0, 0, 0, 2), ErrDamaged, "circle"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.db")
			write(t, path, test.bytes)
			err := failure(t, path, collectors.Limits{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want %v and %q", err, test.want, test.says)
			}
		})
	}
}

func patched(b []byte, at int, with ...byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

func TestSchema(t *testing.T) {
	t.Parallel()
	path, _ := makeDatabase(t, "CREATE TABLE t(a, B)", "CREATE TABLE w(a PRIMARY KEY) WITHOUT ROWID", "CREATE VIEW v AS SELECT a FROM t", "CREATE INDEX i ON t(a)")
	d := open(t, path)
	if !d.Has("T", "a", "b") || d.Has("t", "c") || d.Has("v") || d.Has("i") {
		t.Errorf("tables %v", d.tables)
	}
	for _, err := range []error{
		d.Require("u"), d.Require("t", "a", "c"),
		d.Each(context.Background(), "u", nil, nil), d.Each(context.Background(), "w", nil, nil),
	} {
		if !errors.Is(err, ErrSchema) {
			t.Errorf("%v; want %v", err, ErrSchema)
		}
	}
	stop, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.Each(stop, "t", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v; want context.Canceled", err)
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	path, db := makeDatabase(t, "CREATE TABLE t(a)", "INSERT INTO t VALUES (1)")
	if err := failure(t, path, collectors.Limits{}); err != nil {
		t.Errorf("an open database that nobody writes gives %v", err)
	}
	db.Close()
	write(t, path+"-journal", []byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 and so on"))
	if err := failure(t, path, collectors.Limits{}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "journal") {
		t.Errorf("%v; want %v and the journal", err, ErrLocked)
	}
	write(t, path+"-journal", make([]byte, 512))
	if err := failure(t, path, collectors.Limits{}); err != nil {
		t.Errorf("a journal that is done with gives %v", err)
	}
}

// Whatever the bytes of database and log, reading ends and does not panic.
func FuzzOpen(f *testing.F) {
	path, db := makeDatabase(f, "PRAGMA page_size=512", "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL)", "INSERT INTO t VALUES (1,'x',2.5)",
		"PRAGMA wal_checkpoint(TRUNCATE)", "WITH n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n LIMIT 20) INSERT INTO t SELECT i, zeroblob(i*90), i FROM n")
	seed := func() {
		main, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		log, _ := os.ReadFile(path + "-wal")
		f.Add(main, log)
	}
	seed()
	run(f, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	seed()
	db.Close()
	f.Fuzz(func(t *testing.T, main, log []byte) {
		path := filepath.Join(t.TempDir(), "x.db")
		write(t, path, main)
		if len(log) > 0 {
			write(t, path+"-wal", log)
		}
		tree, name := openPath(t, path, collectors.Limits{})
		d, err := Open(tree, name)
		if err != nil {
			return
		}
		defer d.Close()
		for name, table := range d.tables {
			var columns []string
			for _, c := range table.columns {
				columns = append(columns, c.name)
			}
			read := 0
			err := d.Each(context.Background(), name, columns, func(r *Row) error {
				for i := range columns {
					read += len(r.Text(i)) + int(r.Int(i)) + int(r.Size(i)&1)
				}
				return nil
			})
			if err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
		}
	})
}

func FuzzParseTable(f *testing.F) {
	f.Add(`CREATE TABLE "a b"(x INTEGER PRIMARY KEY, 'y' TEXT DEFAULT 'z''', CHECK (x > (1))) WITHOUT ROWID`)
	f.Add("CREATE TABLE t(`x` INT GENERATED ALWAYS AS (1), [y] /* z */ -- w\n)")
	f.Fuzz(func(t *testing.T, sql string) {
		if table, ok := parseTable(sql); ok && len(table.columns) == 0 {
			t.Error("a table without columns")
		}
	})
}

func BenchmarkEach(b *testing.B) {
	path, db := makeDatabase(b, "CREATE TABLE t(id INTEGER PRIMARY KEY, guid TEXT, text TEXT, n INT, date INT)",
		`WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 200000)
		 INSERT INTO t SELECT i, hex(randomblob(16)), hex(randomblob(abs(random())%60)), i%50, i*1000000000 FROM n`)
	db.Close()
	d := open(b, path)
	b.SetBytes(d.file.Size)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		err := d.Each(context.Background(), "t", []string{"guid", "text", "n", "date"}, func(r *Row) error {
			if r.Size(1) >= 0 && len(r.Head(0, 40)) == 32 && r.Int(2) < 50 && r.Int(3) > 0 {
				n++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

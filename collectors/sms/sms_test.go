package sms

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // writes the databases of the tests

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"heron", "happy", "unescaped", "a.jpg", "Liked"}})
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, options     string
		messages, senders int
		reasons           map[string]int
		first, last       string
		conversations     int
	}{
		{"message-crate/dated_backup.xml", "", 2, 2, nil, "2026-09-29T16:40:00Z", "2026-09-29T19:26:40Z", 2},
		{"plaso/mmssms.db", "", 9, 2, nil, "2013-10-29T16:56:28.038Z", "2013-10-29T17:16:17.25Z", 1},
		{"plaso/mmssms.db", "region: US", 9, 2, nil, "2013-10-29T16:56:28.038Z", "2013-10-29T17:16:17.25Z", 1},
		{"synthetic/sms-20240102030405.xml", "owner: '+12025550101'", 5, 3, map[string]int{"skipped_draft": 1}, "2024-01-01T00:00:00Z", "2024-01-01T01:01:00Z", 3},
		{"synthetic/sms-20240102030405.xml", "", 5, 3, map[string]int{"skipped_draft": 1}, "2024-01-01T00:00:00Z", "2024-01-01T01:01:00Z", 4},
	}
	for _, test := range tests {
		t.Run(test.path+" "+test.options, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "sms", test.path), collectors.Options{}.WithSettings([]byte(test.options)))
			conversations := map[string]bool{}
			var first, last time.Time
			for _, m := range r.Messages {
				conversations[m.Conversation.Key] = true
				if first.IsZero() || m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
			}
			if r.Kinds[record.KindMessage] != test.messages || len(r.Senders) != test.senders || len(conversations) != test.conversations {
				t.Errorf("%d messages by %d in %d; want %d by %d in %d", r.Kinds[record.KindMessage], len(r.Senders), len(conversations), test.messages, test.senders, test.conversations)
			}
			if a, b := first.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano); a != test.first || b != test.last {
				t.Errorf("from %s to %s; want %s to %s", a, b, test.first, test.last)
			}
			if diff := cmp.Diff(len(test.reasons), len(r.Reasons)); diff != "" || r.Reasons["skipped_draft"] != test.reasons["skipped_draft"] {
				t.Errorf("rejects %v; want %v", r.Reasons, test.reasons)
			}
		})
	}
}

// Every fixture of text messages is claimed, and none of another tool.
func TestRecognisesItsOwnOnly(t *testing.T) {
	t.Parallel()
	root := collectortest.Shared(t, "fixtures")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tree, err := collectors.OpenTree(p, collectors.Limits{})
		if err != nil {
			return nil //nolint:nilerr // a fixture may be damaged on purpose
		}
		defer tree.Close()
		claim, err := New().Recognise(tree)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if own := strings.HasPrefix(rel, "sms"+string(filepath.Separator)); own != (claim.Certainty > 0) {
			t.Errorf("%s: claimed with %d", rel, claim.Certainty)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"plain":                            "plain",
		"&lt;&gt;&amp;&quot;&apos;":        "<>&\"'",
		"&#55357;&#56842;":                 "😊",
		"&#xD83D;&#xDE0A;":                 "😊",
		"&#55357;x":                        "\ufffdx",
		"&#55357;&#55357;&#56842;":         "\ufffd😊",
		"&#56842;":                         "\ufffd",
		"&#55357;":                         "\ufffd",
		"&#0;&#1;&#10;":                    "\ufffd\ufffd\n",
		"&#1114112;&#99999999999;":         "\ufffd&#99999999999;",
		"a & b &unknown; &#; &;":           "a & b &unknown; &#; &;",
		"<sms/> > \x01":                    "<sms/> > \x01",
		"é 田":                              "é 田",
		strings.Repeat("x", longestText+9): strings.Repeat("x", longestText),
	} {
		for _, chunk := range []int{1, 3, 1 << 20} {
			var x scanner
			x.reset(&slow{strings.NewReader(`<a b="` + value + `" c='` + strings.ReplaceAll(value, "'", "") + `'/>`), chunk})
			if name, _ := x.element(); string(name) != "a" {
				t.Fatalf("element %q", name)
			}
			x.attribute()
			if got := string(x.value()); got != want {
				t.Errorf("%.40q by %d gives %.40q; want %.40q", value, chunk, got, want)
			}
			x.attribute()
			size := len(want)
			if strings.HasPrefix(value, "xx") {
				size = len(value)
			}
			if got := x.size(); got != int64(size) || x.broken {
				t.Errorf("%.40q by %d has %d bytes; want %d", value, chunk, got, size)
			}
			if name, empty := x.attribute(); len(name) > 0 || !empty || x.broken {
				t.Errorf("%.40q is followed by %q", value, name)
			}
		}
	}
}

// slow gives few bytes at a time.
type slow struct {
	in    io.Reader
	chunk int
}

func (s *slow) Read(p []byte) (int, error) { return s.in.Read(p[:min(len(p), s.chunk)]) }

func TestUTF16(t *testing.T) {
	t.Parallel()
	text := []byte{0xff, 0xfe}
	for _, c := range `<smses><sms type="1" date="1704067200000" address="+12025550102" body="x"/></smses>` {
		text = append(text, byte(c), 0)
	}
	path := filepath.Join(t.TempDir(), "sms.xml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r := collectortest.Collect(t, New(), path, collectors.Options{})
	if len(r.Messages) != 1 || len(r.Rejects) != 0 {
		t.Errorf("%d messages, rejects %v", len(r.Messages), r.Reasons)
	}
}

// phoneTables are the tables of a phone that are read.
var phoneTables = []string{
	`CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER, type INTEGER, body TEXT, service_center TEXT)`,
	`CREATE TABLE pdu (_id INTEGER PRIMARY KEY, thread_id INTEGER, date INTEGER, msg_box INTEGER, m_id TEXT, m_type INTEGER)`,
	`CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, address TEXT, type INTEGER)`,
	`CREATE TABLE part (_id INTEGER PRIMARY KEY, mid INTEGER, ct TEXT, text TEXT)`,
	`CREATE TABLE threads (_id INTEGER PRIMARY KEY, recipient_ids TEXT)`,
	`CREATE TABLE canonical_addresses (_id INTEGER PRIMARY KEY, address TEXT)`,
}

// A backup and the database it was made from hold the same messages.
func TestDatabaseEqualsBackup(t *testing.T) {
	t.Parallel()
	database := filepath.Join(t.TempDir(), "mmssms.db")
	db, err := sql.Open("sqlite", database)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append(slices.Clone(phoneTables),
		`INSERT INTO canonical_addresses VALUES (1,'+12025550102'),(2,'7726'),(3,'+33639980003')`,
		`INSERT INTO threads VALUES (1,'1'),(2,'2'),(3,'1 3')`,
		`INSERT INTO sms VALUES (1,1,'+12025550102',1704067200000,1,'happy 😊 new year',NULL),(2,1,'(202) 555-0102',1704067260500,2,'x',NULL),
			(3,2,'7726',1704067300000,1,'code',NULL),(4,3,'+33639980003',1704067400000,3,'draft',NULL)`,
		`INSERT INTO pdu VALUES (1,3,1704070800,1,'mid-1',132),(2,3,1704070860,2,'mid-2',128)`,
		`INSERT INTO addr VALUES (1,1,'+12025550102',137),(2,1,'+33639980003',151),(3,1,'+12025550101',151),
			(4,2,'insert-address-token',137),(5,2,'+12025550102',151),(6,2,'+33639980003',151)`,
		`INSERT INTO part VALUES (1,1,'application/smil','<smil></smil>'),(2,1,'image/jpeg',NULL),(3,1,'text/plain','x'),(4,2,'text/plain','x')`) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	o := collectors.Options{Workspace: "test"}.WithSettings([]byte("owner: '+12025550101'"))
	messages := func(path string) []string {
		r := collectortest.Collect(t, New(), path, o)
		lines, err := r.Lines()
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		for _, line := range lines {
			if strings.HasPrefix(line, `{"message"`) {
				kept = append(kept, line)
			}
		}
		return kept
	}
	if diff := cmp.Diff(messages(filepath.Join("testdata", "backup", "input.xml")), messages(database)); diff != "" {
		t.Error(diff)
	}
}

func TestBadDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mmssms.db")
	b, err := os.ReadFile(collectortest.Shared(t, "fixtures", "sms", "plaso", "mmssms.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:50000], 0o600); err != nil {
		t.Fatal(err)
	}
	err = collectortest.Into(context.Background(), New(), path, collectors.Options{Workspace: "w"}, collectortest.NewRecorder())
	if err == nil || !strings.Contains(err.Error(), "sms: workspace w: the database is cut short") {
		t.Errorf("%v; want that it is cut short", err)
	}
}

// Each file is an archive of its own, so that overlapping backups count once.
func TestArchives(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"sms-1.xml", "sms-2.xml"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(`<smses><sms type="1" date="1704067200000" address="+12025550102" body="x"/></smses>`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &archives{Recorder: collectortest.NewRecorder()}
	if err := collectortest.Into(context.Background(), New(), folder, collectors.Options{}, a); err != nil {
		t.Fatal(err)
	}
	if a.begun != 2 || len(a.Messages) != 2 || a.Reasons["unrecognised_file"] != 1 {
		t.Errorf("%d archives, %d messages, rejects %v", a.begun, len(a.Messages), a.Reasons)
	}
}

type archives struct {
	*collectortest.Recorder
	begun int
}

func (a *archives) NextArchive() { a.begun++ }

// What stops the reading of a file in its middle stops the run, and a value of many megabytes
// is passed over in little memory.
func TestLargeAndBroken(t *testing.T) {
	t.Parallel()
	picture := func() io.Reader { return io.LimitReader(endless{}, 64<<20) }
	head := `<smses><mms date="1704067200000" msg_box="1" m_type="132" address="+12025550102"><parts><part ct="image/jpeg" data="`
	tail := `"/></parts></mms></smses>`
	r := collectortest.NewRecorder()
	w := &writer{settings: &settings{tool: "sms"}, sink: r, log: slog.New(slog.DiscardHandler)}
	if err := w.backup(context.Background(), io.MultiReader(strings.NewReader(head), picture(), strings.NewReader(tail)), nil, "x"); err != nil {
		t.Fatal(err)
	}
	if len(r.Messages) != 1 || r.Messages[0].Attachments != 1 || len(r.Rejects) != 0 {
		t.Errorf("%d messages, rejects %v", len(r.Messages), r.Reasons)
	}
	damage := errors.New("damage")
	if err := w.backup(context.Background(), io.MultiReader(strings.NewReader(head), failing{damage}), nil, "x"); !errors.Is(err, damage) {
		t.Errorf("%v; want %v", err, damage)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

func FuzzBackup(f *testing.F) {
	for _, name := range []string{"backup", "phones", "calls"} {
		b, err := os.ReadFile(filepath.Join("testdata", name, "input.xml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := collectortest.NewRecorder()
		w := &writer{settings: &settings{tool: "sms"}, sink: r, log: slog.New(slog.DiscardHandler)}
		if err := w.backup(context.Background(), bytes.NewReader(b), b, "x"); err != nil {
			t.Fatal(err)
		}
		isBackup(b)
		for i := range r.Messages {
			if m := &r.Messages[i]; int(m.SizeBytes) > 3*len(b) || m.Conversation.Key == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

// backup writes an archive of so many messages.
func backup(w io.Writer, n int) {
	fmt.Fprintf(w, "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"%d\">\n", n)
	for i := range n {
		fmt.Fprintf(w, `  <sms protocol="0" address="+120%07d" date="%d" type="%d" subject="null" body="have you seen the figures &#55357;&#56842; of last week, they are good" toa="null" sc_toa="null" service_center="+12025550000" read="1" status="-1" locked="0" date_sent="0" sub_id="1" readable_date="Jan 1, 2024 12:00:00 AM" contact_name="Person %d" />`+"\n",
			2550000+i%(n/100), 1704067200000+i*1000, 1+i%2, i%(n/100))
	}
	io.WriteString(w, "</smses>\n")
}

func BenchmarkBackup(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "sms.xml", collectortest.Written(backup, 100_000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "sms.xml", collectors.Options{}, backup)
}

// A database of 300 MB, of every fifth message a picture with its addresses and parts.
func BenchmarkResidentDatabase(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(dir string) string {
		path := filepath.Join(dir, "mmssms.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		const rows = `WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT %d) INSERT INTO `
		const messages, pictures, people = 1_400_000, 350_000, 7_000
		for _, statement := range append(slices.Clone(phoneTables),
			fmt.Sprintf(rows+`canonical_addresses SELECT i, '+120' || (2550000+i) FROM n`, people),
			fmt.Sprintf(rows+`threads SELECT i, i FROM n`, people),
			fmt.Sprintf(rows+`sms SELECT i, 1+i%%%d, '+120' || (2550001+i%%%[2]d), 1400000000000+i*1000, 1+i%%2, hex(randomblob(40)), NULL FROM n`, messages, people),
			fmt.Sprintf(rows+`pdu SELECT i, 1+i%%%d, 1400000000+i*4, 1, 'mid-' || i, 132 FROM n`, pictures, people),
			fmt.Sprintf(rows+`addr SELECT i, 1+i/2, '+120' || (2550000+i%%%d), CASE i%%2 WHEN 0 THEN 137 ELSE 151 END FROM n`, 2*pictures, people),
			fmt.Sprintf(rows+`part SELECT i, 1+i/2, CASE i%%2 WHEN 0 THEN 'image/jpeg' ELSE 'text/plain' END, hex(randomblob(30)) FROM n`, 2*pictures)) {
			if _, err := db.Exec(statement); err != nil {
				b.Fatal(err)
			}
		}
		return path
	})
}

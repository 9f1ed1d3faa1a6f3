package imessage

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"Liked", "orphan", "recently deleted", "Heron", "Loved", "heic"}})
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path                                                   string
		messages, senders, reactions, system, deleted, replies int
		attachments, conversations                             int
		tools                                                  map[string]int
		first, last                                            string
	}{
		{"macos-ts/chat.db", 15, 4, 0, 0, 0, 1, 2, 3, map[string]int{"imessage": 14, "sms": 1}, "2025-05-15T10:00:00Z", "2025-06-15T10:00:00Z"},
		// Reactions, one taken back, and four notices are no messages. The chats of Ben by
		// iMessage and by SMS are one conversation, in two tools.
		{"synthetic/chat.db", 13, 5, 3, 5, 1, 1, 2, 4, map[string]int{"imessage": 10, "sms": 2, "rcs": 1}, "2024-01-15T12:00:00.5Z", "2024-01-19T00:01:00Z"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "imessage", test.path), collectors.Options{})
			senders, conversations, tools := map[string]bool{}, map[string]bool{}, map[string]int{}
			deleted, replies, attachments := 0, 0, 0
			var first, last time.Time
			for _, m := range r.Messages {
				conversations[m.Conversation.Key] = true
				if m.Kind != record.KindMessage {
					continue
				}
				senders[m.Sender.Value] = true
				tools[m.Tool]++
				attachments += int(m.Attachments)
				if m.IsDeleted {
					deleted++
				}
				if m.Relation == record.RelationThread {
					replies++
				}
				if first.IsZero() || m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
			}
			got := []int{r.Kinds[record.KindMessage], len(senders), r.Kinds[record.KindReaction], r.Kinds[record.KindSystem], deleted, replies, attachments, len(conversations), len(r.Rejects)}
			want := []int{test.messages, test.senders, test.reactions, test.system, test.deleted, test.replies, test.attachments, test.conversations, 0}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("messages, senders, reactions, system, deleted, replies, attachments, conversations, rejects: %s", diff)
			}
			if diff := cmp.Diff(test.tools, tools); diff != "" {
				t.Error(diff)
			}
			if a, b := first.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano); a != test.first || b != test.last {
				t.Errorf("from %s to %s; want %s to %s", a, b, test.first, test.last)
			}
		})
	}
}

// Every fixture of Apple's messages is claimed, and none of another tool.
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
		if own := strings.HasPrefix(rel, "imessage"+string(filepath.Separator)); own != (claim.Certainty > 0) {
			t.Errorf("%s: claimed with %d", rel, claim.Certainty)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const oldSchema = `CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
	CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, room_name TEXT);
	CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, handle_id INTEGER, attributedBody BLOB, service TEXT, account TEXT, date INTEGER, is_from_me INTEGER, cache_roomnames TEXT);
	CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, PRIMARY KEY (chat_id, message_id));
	CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE(chat_id, handle_id));`

// make writes a database and keeps its connection, so that a write-ahead log stays.
func makeDatabase(t testing.TB, dir, statements string) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(dir, "chat.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return path, db
}

// rows renders messages, in the order of the database.
func rows(r *collectortest.Recorder) []string {
	var out []string
	for _, m := range r.Messages {
		line := fmt.Sprintf("%s %s %s %s %s %d", m.Tool, m.ID, m.Conversation.Key, m.SentAt.Format(time.RFC3339Nano), m.Sender.Value, m.SizeBytes)
		for _, k := range m.Recipients {
			line += " >" + k.Value
		}
		out = append(out, line)
	}
	for _, x := range r.Rejects {
		out = append(out, "reject "+x.Reason)
	}
	return out
}

// A database of an old system: times in seconds, columns missing, an own message in a group whose
// handle is 0, one in no chat but a room, one to nobody, a handle of each service, formatted text.
func TestOldSchema(t *testing.T) {
	t.Parallel()
	body := func(length string) string {
		return "x'040B73747265616D747970656481E803840140848484084E53537472696E67019484012B" + length + "78'"
	}
	path, db := makeDatabase(t, t.TempDir(), oldSchema+`
		INSERT INTO handle VALUES (1,'+12025550102','iMessage'),(2,'+1 (202) 555-0102','SMS'),(3,'Chloe.Dubois@example.com','iMessage'),(4,'7726','SMS');
		INSERT INTO chat VALUES (1,'iMessage;-;+12025550102',45,'+12025550102',''),(2,'SMS;-;+12025550102',45,'+12025550102',''),
			(3,'iMessage;+;chat1',43,'chat1','chat1'),(4,'SMS;-;7726',45,'7726','');
		INSERT INTO chat_handle_join VALUES (1,1),(2,2),(3,1),(3,3),(4,4);
		INSERT INTO message VALUES (1,'M1','abc',1,NULL,'iMessage','E:ana@example.com',400000000,0,NULL),
			(2,'M2','é',2,NULL,'SMS','E:ana@example.com',400000001,1,NULL),
			(3,'M3',NULL,0,`+body("05")+`,'iMessage','E:ana@example.com',600000000123456789,1,NULL),
			(4,'M4',NULL,3,`+body("812C01")+`,'iMessage',NULL,600000001000000000,0,'chat1'),
			(5,'M5',NULL,0,`+body("8200000100")+`,'iMessage',NULL,600000002000000000,1,NULL),
			(6,'M6','code',4,NULL,'SMS',NULL,600000003000000000,0,NULL),
			(7,'M7','x',1,NULL,NULL,NULL,0,0,NULL);
		INSERT INTO chat_message_join VALUES (1,1),(2,2),(3,3),(4,6),(1,7),(3,1);`)
	db.Close()
	r := collectortest.Collect(t, New(), path, collectors.Options{Workspace: "test"})
	want := []string{
		"imessage M1 +12025550102~ana@example.com 2013-09-04T15:06:40Z +12025550102 3 >ana@example.com",
		"sms M2 +12025550102~ana@example.com 2013-09-04T15:06:41Z ana@example.com 2 >+12025550102",
		"imessage M3 chat1 2020-01-06T10:40:00.123456789Z ana@example.com 5 >+12025550102 >chloe.dubois@example.com",
		"imessage M4 chat1 2020-01-06T10:40:01Z chloe.dubois@example.com 300 >ana@example.com >+12025550102",
		"sms M6 7726~ana@example.com 2020-01-06T10:40:03Z 7726 4 >ana@example.com",
		"reject no_conversation", "reject no_time",
	}
	if diff := cmp.Diff(want, rows(r)); diff != "" {
		t.Error(diff)
	}
}

// What stands only in the write-ahead log is read, whether the file or its folder is given.
func TestWriteAheadLog(t *testing.T) {
	t.Parallel()
	path, _ := makeDatabase(t, t.TempDir(), `PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;`+oldSchema+`
		INSERT INTO handle VALUES (1,'+12025550102','iMessage'); PRAGMA wal_checkpoint(TRUNCATE);
		INSERT INTO message VALUES (1,'M1','abc',1,NULL,'iMessage',NULL,400000000,0,NULL);`)
	for _, from := range []string{path, filepath.Dir(path)} {
		r := collectortest.Collect(t, New(), from, collectors.Options{Workspace: "test"})
		if diff := cmp.Diff([]string{"imessage M1 +12025550102 2013-09-04T15:06:40Z +12025550102 3 >owner"}, rows(r)); diff != "" {
			t.Errorf("%s: %s", from, diff)
		}
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, db := makeDatabase(t, t.TempDir(), oldSchema+`INSERT INTO handle VALUES (1,'+12025550102','iMessage');
		INSERT INTO message VALUES (1,'M1','abc',1,NULL,'iMessage',NULL,400000000,0,NULL);`)
	db.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{backupDatabase: content, "Manifest.db": []byte("x"), "00/00aa": []byte("y"), "Info.plist": nil} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := collectors.OpenTree(folder, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.Certain {
		t.Errorf("%v, %v", claim, err)
	}
	r := collectortest.Collect(t, New(), folder, collectors.Options{})
	if len(r.Messages) != 1 || len(r.Rejects) != 0 {
		t.Errorf("%d messages, rejects %v", len(r.Messages), r.Reasons)
	}
}

func TestBadDatabases(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(filepath.Join("testdata", "mac", "input", "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	other, db := makeDatabase(t, t.TempDir(), `CREATE TABLE message (guid TEXT, date INTEGER, is_from_me INTEGER)`)
	db.Close()
	strange, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		bytes []byte
		want  string
	}{
		{"cut short", good[:60000], "imessage: workspace w: the database is cut short"},
		{"encrypted", []byte(strings.Repeat("\x91\x07\xfe", 3000)), "or it is encrypted; decrypt it"},
		{"unknown schema", strange, "lacks the column handle_id"},
		{"damaged", append(append([]byte{}, good[:4096]...), make([]byte, len(good)-4096)...), "the database is damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "chat.db")
			if err := os.WriteFile(path, test.bytes, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 8 { // the answer does not depend on the order of a map
				err := collectortest.Into(context.Background(), New(), path, collectors.Options{Workspace: "w"}, collectortest.NewRecorder())
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("%v; want %q", err, test.want)
				}
			}
		})
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for v, want := range map[int64]string{
		727012860000000000:  "2024-01-15T12:01:00Z millisecond",
		727012860500000000:  "2024-01-15T12:01:00.5Z millisecond",
		400000000:           "2013-09-04T15:06:40Z second",
		-86400:              "2000-12-31T00:00:00Z second",
		0:                   "0001-01-01T00:00:00Z second",
		9223372036854775807: "2293-04-11T23:47:16.854775807Z millisecond",
	} {
		at, precision := instant(v)
		if got := at.UTC().Format(time.RFC3339Nano) + " " + precision.String(); got != want {
			t.Errorf("%d is %s; want %s", v, got, want)
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{"p:0/A-1": "A-1", "p:12/A-1": "A-1", "bp:A-1": "A-1", "A-1": "A-1", "p:": "", "": ""} {
		if got := targetOf(target); got != want {
			t.Errorf("%q is of %q; want %q", target, got, want)
		}
	}
}

func FuzzBodySize(f *testing.F) {
	f.Add([]byte("\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x08NSString\x01\x94\x84\x01+\x81\x2c\x01x"))
	f.Add([]byte("NSString+\x82"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := bodySize(b); n < 0 || n > 1<<32 {
			t.Errorf("%d bytes", n)
		}
	})
}

// Whatever became of a database, reading it ends and does not panic.
func FuzzDatabase(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "mac", "input", "chat.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(4200), []byte{0xff})
	f.Add(uint32(100), []byte{0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		b := append([]byte{}, good...)
		copy(b[int(at)%len(b):], with)
		path := filepath.Join(t.TempDir(), "chat.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r := collectortest.NewRecorder()
		if err := collectortest.Into(context.Background(), New(), path, collectors.Options{}, r); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}

// invented is a database of n messages.
func invented(b *testing.B, dir string, n int) (path string) {
	b.Helper()
	people := 200 + n/200
	path, db := makeDatabase(b, dir, oldSchema+fmt.Sprintf(`
		WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT %[1]d) INSERT INTO handle SELECT i, '+120' || (2550000+i), 'iMessage' FROM n;
		WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT %[1]d) INSERT INTO chat SELECT i, 'iMessage;-;+120' || (2550000+i), 45, '+120' || (2550000+i), '' FROM n;
		WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT %[1]d) INSERT INTO chat_handle_join SELECT i, i FROM n;
		WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT %[2]d) INSERT INTO message SELECT i, hex(randomblob(18)), hex(randomblob(abs(random())%%60)), 1+i%%%[1]d, NULL, 'iMessage', 'E:ana@example.com', 700000000000000000+i*100000000, i%%2, NULL FROM n;
		INSERT INTO chat_message_join SELECT handle_id, ROWID FROM message;`, people, n))
	db.Close()
	return path
}

func BenchmarkCollect(b *testing.B) {
	path := invented(b, b.TempDir(), 200_000)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	collectortest.Throughput(b, New(), path, info.Size(), collectors.Options{})
}

// Of 300 MB.
func BenchmarkResident(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(dir string) string { return invented(b, dir, 1_600_000) })
}

package xmpp

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // writes the database of a test

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "geheim", "is encrypted", "to myself", "aside", "without to", "known better", "mine", "old client", "no time", "broken", "nobody", "what is",
	}})
}

// The counts of the reference data's own account of itself.
func TestReferenceFixtures(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"mam-page.xml":               "1 1 0 2010-07-10T23:08:25Z",
		"mod_message_log-sample.log": "1 1 0 2014-05-25T11:55:04Z",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "xmpp", file), collectors.Options{})
			if len(r.Messages) == 0 {
				t.Fatal("no message")
			}
			got := fmt.Sprintf("%d %d %d %s", r.Kinds[record.KindMessage], len(r.Senders), len(r.Rejects), r.Messages[0].SentAt.Format(time.RFC3339))
			if got != want {
				t.Errorf("messages, senders, rejects, time: %s; want %s", got, want)
			}
		})
	}
}

// Exactly its own fixtures are claimed.
func TestRecogniseFixtures(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsExactly(t, New(), func(name string) bool { return strings.HasPrefix(name, Tool) })
}

// trace is what the scanner sees of a document.
func trace(r io.Reader) (string, error) {
	var s scanner
	var b strings.Builder
	s.reset(r)
	for ev := s.next(); ev != eventEnd; ev = s.next() {
		if s.text > 0 {
			fmt.Fprintf(&b, "%d", s.text)
		}
		if ev == eventClose {
			b.WriteString(">")
			continue
		}
		fmt.Fprintf(&b, "<%s", s.name)
		if s.space != spaceClient {
			fmt.Fprintf(&b, "{%s}", s.space)
		}
		if v := s.attr("a"); v != nil {
			fmt.Fprintf(&b, "=%s ", v)
		}
	}
	return b.String(), s.err
}

func TestScanner(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc, want string
		err             error
	}{
		{"nothing", "", "", nil},
		{"an element", "<x/>", "<x>", nil},
		{"text", "<x>ab&amp;c&eacute;</x>", "<x12>", nil},
		{"characters by number", "<x>&#233;&#xE9;&#0;</x>", "<x8>", nil},
		{"illegal characters", "<x>\x01\xff</x>", "<x2>", nil},
		{"attributes", "<x a='1&lt;\"2' b = \"'\"/>", "<x=1<\"2 >", nil},
		{"an empty attribute", "<x a=''/>", "<x= >", nil},
		{"sections", "<?xml version='1.0'?><!DOCTYPE x><!-- a <b> - -- --><x><![CDATA[<y>]]]]></x>", "<x5>", nil},
		{"namespaces", "<x xmlns='urn:xmpp:mam:1'><y/><z xmlns='urn:xmpp:delay'/><p:q xmlns:p='urn:xmpp:sid:0'/><r:s/></x>",
			"<x{urn:xmpp:mam:2}<y{urn:xmpp:mam:2}><z{urn:xmpp:delay}><q{urn:xmpp:sid:0}><s>>", nil},
		{"several roots", "<x/>\n<y/>", "<x>1<y>", nil},
		{"cut in text", "<x>ab", "<x", errTruncated},
		{"cut in a name", "<xy", "", errTruncated},
		{"cut in an attribute", "<x a='1", "", errTruncated},
		{"an end too many", "<x/></x>", "<x>", errSyntax},
		{"no quotes", "<x a=1>", "", errSyntax},
		{"no value", "<x a>", "", errSyntax},
		{"too deep", strings.Repeat("<x>", 300), strings.Repeat("<x", maxDepth), errSyntax},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.doc), "byte by byte": iotest.OneByteReader(strings.NewReader(c.doc))} {
				got, err := trace(r)
				if got != c.want || !errors.Is(err, c.err) {
					t.Errorf("%s: %s, %v; want %s, %v", how, got, err, c.want, c.err)
				}
			}
		})
	}
}

// The same message in the archives of both who took part has one id.
func TestCopiesAgree(t *testing.T) {
	t.Parallel()
	page := `<m><message to='%s'><result xmlns='urn:xmpp:mam:2' id='%s'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2024-05-01T08:00:00Z'/>` +
		`<message from='%s' to='b@hs' type='chat' id='1234-5678'><body>x</body></message></forwarded></result></message></m>`
	var seen []string
	for _, doc := range []string{fmt.Sprintf(page, "a@hs/1", "17", "a@hs/1"), fmt.Sprintf(page, "b@hs/1", "99", "A@hs/1")} {
		rec := collectortest.NewRecorder()
		if err := newRun("w", time.UTC, rec).file(context.Background(), "x", strings.NewReader(doc)); err != nil {
			t.Fatal(err)
		}
		if len(rec.Messages) != 1 {
			t.Fatal(rec.Reasons)
		}
		m := rec.Messages[0]
		seen = append(seen, fmt.Sprint(m.Conversation.Key, m.ID, m.Sender, m.Recipients, m.SentAt))
	}
	if seen[0] != seen[1] {
		t.Errorf("%s in the one archive, %s in the other", seen[0], seen[1])
	}
}

// A server's database and its tables as CSV hold the same messages.
func TestDatabaseEqualsTables(t *testing.T) {
	t.Parallel()
	database := filepath.Join(t.TempDir(), "server.sqlite")
	db, err := sql.Open("sqlite", database)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`CREATE TABLE archive (username text, server_host text, timestamp BIGINT, peer text, bare_peer text, xml text, txt text, id INTEGER PRIMARY KEY, kind text, nick text, created_at text)`,
		"CREATE TABLE `prosodyarchive` (`sort_id` INTEGER PRIMARY KEY AUTOINCREMENT, `host` TEXT, `user` TEXT, `store` TEXT, `key` TEXT, `when` INTEGER, `with` TEXT, `type` TEXT, `value` TEXT)",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, db, "archive", filepath.Join("testdata", "tables", "input", "archive.csv"), 11)
	fill(t, db, "prosodyarchive", filepath.Join("testdata", "tables", "input", "prosodyarchive.csv"), 9)
	db.Close()
	messages := func(path string) (list []string) {
		for _, m := range collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"}).Messages {
			list = append(list, fmt.Sprint(m.Conversation.Key, m.ID, m.Sender, m.Recipients, m.SentAt.Truncate(time.Second), m.SizeBytes))
		}
		slices.Sort(list)
		return list
	}
	want, got := messages(filepath.Join("testdata", "tables", "input")), messages(database)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-tables +database:\n%s", diff)
	}
	tree, err := collectors.OpenTree(database, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.Certain {
		t.Errorf("%v, %v; want a certain claim", claim, err)
	}
}

// fill puts the whole rows of a CSV into a table of so many columns.
func fill(t *testing.T, db *sql.DB, table, file string, columns int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	for first := true; ; first = false {
		row, err := rows.Read()
		if err != nil {
			return // at the end, or at the row that is cut short
		}
		if first || len(row) != columns {
			continue
		}
		values := make([]any, columns)
		for i := range row {
			values[i] = row[i]
		}
		if _, err := db.Exec("INSERT INTO "+table+" VALUES (?"+strings.Repeat(",?", columns-1)+")", values...); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzFile(f *testing.F) {
	err := filepath.WalkDir("testdata", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(p, "input") {
			return err
		}
		b, err := os.ReadFile(p)
		f.Add(b)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := newRun("w", time.UTC, collectortest.NewRecorder()).file(context.Background(), "x", bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	})
}

// archive writes a page of n messages.
func archive(w io.Writer, n int) {
	io.WriteString(w, "<stream>\n")
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n {
		fmt.Fprintf(w, `<message to='user0@hs.example/desk'><result xmlns='urn:xmpp:mam:2' queryid='f27' id='a%d'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2024-05-01T08:%02d:%02d.123Z'/><message xmlns='jabber:client' from='user%d@hs.example/phone' to='user0@hs.example' type='chat' id='uuid-%d'><body>%s</body><active xmlns='http://jabber.org/protocol/chatstates'/><stanza-id xmlns='urn:xmpp:sid:0' by='user0@hs.example' id='a%d'/></message></forwarded></result></message>`+"\n",
			i, i/60%60, i%60, i%(n/50)+1, i, text, i)
	}
	io.WriteString(w, "</stream>\n")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "archive.xml", collectortest.Written(archive, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "archive.xml", collectors.Options{}, archive)
}

// The yardstick: the tokens of encoding/xml.
func BenchmarkEncodingXML(b *testing.B) {
	doc := collectortest.Written(archive, 20000)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		d := xml.NewDecoder(bytes.NewReader(doc))
		for {
			if _, err := d.RawToken(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

package rocketchat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "A name in a message", "in thread", "wording", "c2Vj", "built", "hello", "three", "where", "no room", "text", "cut",
	}})
}

// The counts of the reference data's own account of itself.
func TestReferenceFixture(t *testing.T) {
	t.Parallel()
	dir := collectortest.Shared(t, "fixtures", "rocketchat", "synthetic-mongoexport")
	check(t, collectortest.Collect(t, New(), dir, collectors.Options{}))
}

func check(t *testing.T, r *collectortest.Recorder) {
	t.Helper()
	people, integrations, threaded := map[string]bool{}, 0, 0
	rooms := map[record.ConversationKind]int{}
	for _, m := range r.Messages {
		if m.Kind != record.KindMessage {
			continue
		}
		rooms[m.Conversation.Kind]++
		if m.Sender.Kind == record.KeyToolID {
			people[m.Sender.Value] = true
		} else {
			integrations++
		}
		if m.Relation == record.RelationThread {
			threaded++
		}
	}
	got := fmt.Sprint(r.Kinds[record.KindMessage], r.Kinds[record.KindSystem], r.Kinds[record.KindReaction], len(people), integrations, threaded,
		rooms[record.ConversationChannel], rooms[record.ConversationDirect]+rooms[record.ConversationGroup], rooms[record.ConversationPrivateChannel], len(r.Accounts), len(r.Rejects))
	// 12 of 14 documents are messages, of 3 people and one of an integration; 4, 6 and 2 by type of room; 5 users
	if want := "12 2 2 3 1 1 4 6 2 5 0"; got != want {
		t.Errorf("messages, system, reactions, people, integrations, replies, by room, accounts, rejects: %s; want %s", got, want)
	}
}

// asBSON writes every file of JSON lines in dir as mongodump would, by MongoDB's own encoder.
func asBSON(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	out := filepath.Join(t.TempDir(), "rocketchat")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(filepath.Base(name), ".json")
		target := base + ".bson"
		if strings.HasSuffix(base, ".metadata") {
			target = base + ".json"
		} else {
			text = convert(t, text)
		}
		if err := os.WriteFile(filepath.Join(out, target), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func convert(t testing.TB, lines []byte) []byte {
	t.Helper()
	var out []byte
	for line := range bytes.Lines(lines) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var doc bson.D
		if err := bson.UnmarshalExtJSON(line, false, &doc); err != nil {
			t.Fatal(err)
		}
		b, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

// A dump as BSON gives the same records as the same dump as JSON.
func TestBSONEqualsJSON(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{
		"own":       filepath.Join("testdata", "dump", "input"),
		"reference": collectortest.Shared(t, "fixtures", "rocketchat", "synthetic-mongoexport"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := collectors.Options{Workspace: "w"}
			want, err := collectortest.Collect(t, New(), dir, o).Lines()
			if err != nil {
				t.Fatal(err)
			}
			dump := asBSON(t, dir)
			r := collectortest.Collect(t, New(), dump, o)
			got, err := r.Lines()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-JSON +BSON:\n%s", diff)
			}
			if name == "reference" {
				check(t, r)
			}
			tree, err := collectors.OpenTree(dump, collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.Certain {
				t.Errorf("%v, %v; want a certain claim", claim, err)
			}
		})
	}
}

// Every type of element that BSON has is passed over by its right length.
func TestEveryBSONType(t *testing.T) {
	t.Parallel()
	id, err := bson.ObjectIDFromHex("5f1c00000000000000000001")
	if err != nil {
		t.Fatal(err)
	}
	decimal, err := bson.ParseDecimal128("1.5")
	if err != nil {
		t.Fatal(err)
	}
	doc := bson.D{
		{Key: "double", Value: 1.5}, {Key: "binary", Value: bson.Binary{Subtype: 2, Data: []byte("abc")}}, {Key: "undefined", Value: bson.Undefined{}},
		{Key: "null", Value: nil}, {Key: "regex", Value: bson.Regex{Pattern: "a.b", Options: "i"}}, {Key: "pointer", Value: bson.DBPointer{DB: "db", Pointer: id}},
		{Key: "code", Value: bson.JavaScript("1")}, {Key: "symbol", Value: bson.Symbol("s")}, {Key: "scoped", Value: bson.CodeWithScope{Code: "1", Scope: bson.D{{Key: "a", Value: 1}}}},
		{Key: "stamp", Value: bson.Timestamp{T: 1, I: 2}}, {Key: "decimal", Value: decimal}, {Key: "min", Value: bson.MinKey{}}, {Key: "max", Value: bson.MaxKey{}},
		{Key: "flag", Value: true}, {Key: "small", Value: int32(-7)}, {Key: "large", Value: int64(1) << 40},
		{Key: "inner", Value: bson.D{{Key: "list", Value: bson.A{"x", bson.D{}, bson.A{}}}}}, {Key: "_id", Value: id}, {Key: "text", Value: "é"},
	}
	b, err := bson.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var d binaryDocument
	d.reset(b)
	found := map[string]string{}
	for key, ok := d.Enter('{'), true; key && ok; {
		var name []byte
		if name, ok = d.Key(); !ok {
			break
		}
		switch string(name) {
		case "_id", "text", "small", "large", "double", "flag", "symbol", "null", "binary":
			found[string(name)] = string(d.Str())
		default:
			d.Skip()
		}
	}
	want := map[string]string{"_id": "5f1c00000000000000000001", "text": "é", "small": "-7", "large": "1099511627776", "double": "1", "flag": "1", "symbol": "s", "null": "", "binary": ""}
	if diff := cmp.Diff(want, found); diff != "" || d.failed || len(d.ends) > 0 {
		t.Errorf("failed %v, open %d, -want +got:\n%s", d.failed, len(d.ends), diff)
	}
}

func TestDamagedBSON(t *testing.T) {
	t.Parallel()
	good := convert(t, []byte(`{"_id":"m1","rid":"r","msg":"x","ts":{"$date":"2024-05-01T08:00:00Z"},"u":{"_id":"a","username":"a"}}`))
	inside := bytes.Clone(good)
	inside[4] = 0x66 // no such type
	for _, c := range []struct {
		name, reason string
		doc          []byte
		messages     int
	}{
		{"cut short", "truncated_file", append(bytes.Clone(good), good[:20]...), 1},
		{"cut in the length", "truncated_file", append(bytes.Clone(good), 5, 0), 1},
		{"no length", "bad_bson", append(append(bytes.Clone(good), 1, 0, 0, 0), good...), 1},
		{"a huge length", "bad_bson", append(append(bytes.Clone(good), 255, 255, 255, 127), good...), 1},
		{"damage inside", "bad_bson", append(append(bytes.Clone(good), inside...), good...), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "rocketchat_message.bson")
			if err := os.WriteFile(path, c.doc, 0o644); err != nil {
				t.Fatal(err)
			}
			r := collectortest.Collect(t, New(), path, collectors.Options{})
			if r.Kinds[record.KindMessage] != c.messages || fmt.Sprint(r.Reasons) != "map["+c.reason+":1]" {
				t.Errorf("%d messages, %v; want %d and one %s", r.Kinds[record.KindMessage], r.Reasons, c.messages, c.reason)
			}
		})
	}
}

// Exactly its own fixtures are claimed.
func TestRecogniseFixtures(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsExactly(t, New(), func(name string) bool { return strings.HasPrefix(name, Tool) })
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"dump/input/users.json", "dump/input/rocketchat_room.json", "dump/input/rocketchat_message.json", "array/input/messages.json", "hostile/input/rocketchat_message.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		if strings.HasPrefix(name, "dump") {
			f.Add(convert(f, b))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newRun("w", collectortest.NewRecorder())
		for _, now := range []pass{passLists, passMessages} {
			if err := r.file(context.Background(), now, "x", bytes.NewReader(b)); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.announce(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// server writes the messages of a server as JSON lines.
func server(w io.Writer, n int) {
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n {
		fmt.Fprintf(w, `{"_id":"m%d","rid":"room%d","msg":"%s","ts":{"$date":{"$numberLong":"%d"}},"u":{"_id":"user%d","username":"u%d","name":"U %d"},"_updatedAt":{"$date":{"$numberLong":"1714550400000"}},"urls":[],"mentions":[],"channels":[],"md":[{"type":"PARAGRAPH","value":[{"type":"PLAIN_TEXT","value":"%s"}]}],"reactions":{":+1:":{"usernames":["u1"]}}}`+"\n",
			i, i%(n/200), text, 1714550400000+i*1000, i%(n/100), i%(n/100), i%(n/100), text)
	}
}

func BenchmarkJSON(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "rocketchat_message.json", collectortest.Written(server, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "rocketchat_message.json", collectors.Options{}, server)
}

func BenchmarkResidentBSON(b *testing.B) {
	collectortest.Resident(b, New(), "rocketchat_message.bson", collectors.Options{}, func(w io.Writer, n int) {
		text := strings.Repeat("a sentence of some words, ", 5)
		for i := range n {
			document, err := bson.Marshal(bson.D{{Key: "_id", Value: fmt.Sprint("m", i)}, {Key: "rid", Value: fmt.Sprint("room", i%(n/200))}, {Key: "msg", Value: text},
				{Key: "ts", Value: time.UnixMilli(int64(1404550400000 + i*1000))}, {Key: "u", Value: bson.D{{Key: "_id", Value: fmt.Sprint("user", i%(n/100))}, {Key: "username", Value: fmt.Sprint("u", i%(n/100))}}}})
			if err != nil {
				b.Fatal(err)
			}
			w.Write(document)
		}
	})
}

func BenchmarkBSON(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "rocketchat_message.bson", convert(b, collectortest.Written(server, 20000)))
}

type yardstick struct {
	ID   string                         `json:"_id" bson:"_id"`
	Rid  string                         `json:"rid" bson:"rid"`
	Msg  string                         `json:"msg" bson:"msg"`
	Tmid string                         `json:"tmid" bson:"tmid"`
	TS   any                            `json:"ts" bson:"ts"`
	U    struct{ Username string }      `json:"u" bson:"u"`
	R    map[string]map[string][]string `json:"reactions" bson:"reactions"`
}

// The yardsticks: encoding/json and MongoDB's decoder into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	doc := collectortest.Written(server, 20000)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		for d := json.NewDecoder(bytes.NewReader(doc)); d.More(); {
			var y yardstick
			if err := d.Decode(&y); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkMongoDriver(b *testing.B) {
	doc := convert(b, collectortest.Written(server, 20000))
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		for r := bytes.NewReader(doc); r.Len() > 0; {
			raw, err := bson.ReadDocument(r)
			if err != nil {
				b.Fatal(err)
			}
			var y yardstick
			if err := bson.Unmarshal(raw, &y); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

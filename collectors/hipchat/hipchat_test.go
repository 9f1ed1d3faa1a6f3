package hipchat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "Water", "Ops", "Company", "iVBOR", "built",
	}})
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "hipchat/legacy-zip-layout", "hipchat/synthetic-modern")
}

// figures are what a script of Python's standard library counted of the reference data.
type figures struct {
	messages, system, distinct, senders int
	first, last                         string
}

func TestReferenceData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		want figures
	}{
		// Ten private messages stand in two histories each.
		{"synthetic-modern", figures{messages: 31, system: 2, distinct: 23, senders: 5, first: "2018-08-07T08:37:01Z", last: "2018-08-08T04:26:16Z"}},
		{"legacy-zip-layout", figures{messages: 3, distinct: 1, senders: 3, first: "2015-08-21T06:32:37Z", last: "2015-08-21T06:32:59Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "hipchat", c.name), collectors.Options{})
			if got := count(r); got != c.want {
				t.Errorf("counted\n%+v; want\n%+v", got, c.want)
			}
			if len(r.Rejects) > 0 {
				t.Errorf("rejects: %v", r.Reasons)
			}
		})
	}
}

func count(r *collectortest.Recorder) figures {
	f := figures{messages: r.Kinds[record.KindMessage], system: r.Kinds[record.KindSystem]}
	ids, senders := map[string]bool{}, map[string]bool{}
	var first, last time.Time
	for _, m := range r.Messages {
		ids[m.Conversation.Key+m.ID] = true
		if m.Kind == record.KindMessage && m.SenderKind != record.AccountBot {
			senders[m.Sender.Value] = true
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	f.distinct, f.senders = len(ids), len(senders)
	f.first, f.last = first.Format(time.RFC3339), last.Format(time.RFC3339)
	return f
}

func TestRoomOfFolder(t *testing.T) {
	t.Parallel()
	r := &run{rooms: map[string]*room{}, folders: map[string]*room{}}
	for id, name := range map[string]string{"1": "Company: Old", "2": "R&D", "3": "RD", "4": "Ståle"} {
		r.nameFolder(name, r.room(id))
	}
	for folder, want := range map[string]string{"Company_ Old": "1", "company-old": "1", "R_D": "R_D", "ståle": "4", "Gone": "Gone"} {
		if got := r.roomOfFolder(folder).Key; got != want {
			t.Errorf("%s is %s; want %s", folder, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		millis    int64
		precision record.Precision
	}{
		"2018-08-08T14:23:54Z 626267":   {1533738234626, record.PrecisionMillisecond},
		"2018-08-08T14:23:54Z 50779":    {1533738234050, record.PrecisionMillisecond},
		"2018-08-08T14:23:54Z":          {1533738234000, record.PrecisionSecond},
		"2018-08-08T14:23:54Z ":         {1533738234000, record.PrecisionSecond},
		"2018-08-08T14:23:44.527568Z":   {1533738224527, record.PrecisionMillisecond},
		"2015-08-21T06:32:37+0000":      {1440138757000, record.PrecisionSecond},
		"2015-08-21T08:32:37+0200":      {1440138757000, record.PrecisionSecond},
		"2015-08-21 06:32:37":           {(time.Time{}).UnixMilli(), 0},
		"":                              {(time.Time{}).UnixMilli(), 0},
		"2015-13-21T06:32:37+0000 junk": {(time.Time{}).UnixMilli(), 0},
	} {
		at, precision := parseTime([]byte(text))
		if at.UnixMilli() != want.millis || precision != want.precision {
			t.Errorf("%q: %v %v; want %v %v", text, at.UnixMilli(), precision, want.millis, want.precision)
		}
	}
}

func TestRecogniseEncrypted(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]collectors.Certainty{"hipchat-1-2018.tar.gz.aes": collectors.Likely, "backup.aes": collectors.No} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("Salted__12345678abcdefgh"), 0o600); err != nil {
			t.Fatal(err)
		}
		tree, err := collectors.OpenTree(path, collectors.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		if claim, err := New().Recognise(tree); err != nil || claim.Certainty != want {
			t.Errorf("%s: %v, %v; want %v", name, claim.Certainty, err, want)
		}
	}
}

func FuzzHistory(f *testing.F) {
	for _, name := range []string{"modern/input/rooms/9000", "modern/input/users/101", "hostile/input/rooms/1"} {
		b, err := os.ReadFile(filepath.Join("testdata", name, "history.json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
	}
	f.Add([]byte(`[{"date":"2015-08-21T06:32:37+0000","from":{"name":"Ana","user_id":11},"message":"x"}]`), true)
	f.Fuzz(func(t *testing.T, content []byte, bare bool) {
		kept := collectortest.NewRecorder()
		r := &run{sink: kept, workspace: "test", users: map[string]*user{}, rooms: map[string]*room{}}
		for _, one := range []*room{nil, r.newRoom("1")} {
			h := history{run: r, room: one, owner: "100", bare: bare}
			if err := h.read(context.Background(), "f", bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(kept.Messages) + len(kept.Rejects); n > 2*(len(content)+2) {
			t.Fatalf("%d bytes give %d records", len(content), n)
		}
		for _, m := range kept.Messages {
			if m.Conversation.Key == "" {
				t.Fatal("a message of no conversation")
			}
		}
	})
}

// bulk is a room history of n messages.
func bulk(w io.Writer, n int) {
	for i := range n {
		fmt.Fprintf(w, `%c
 {"UserMessage": {"attachment": null, "id": "6ec9d286-63ca-428d-95f4-%012d", "mentions": [%d], "message": "words of a message of the usual length, give or take some, with a \"quote\" and a caf\u00e9", "sender": {"id": %d, "mention_name": "Ana", "name": "Ana Prieto"}, "timestamp": "2018-08-07T08:%02d:%02dZ 596853"}}`,
			"[,"[min(i, 1)], i, i%(n/100), i%(n/100), i/60%60, i%60)
	}
	io.WriteString(w, "]")
}

// historyIn gives the file of a room in an export's folder.
func historyIn(b *testing.B, folder string) string {
	room := filepath.Join(folder, "rooms", "9000")
	if err := os.MkdirAll(room, 0o755); err != nil {
		b.Fatal(err)
	}
	return filepath.Join(room, "history.json")
}

func BenchmarkCollect(b *testing.B) {
	folder, content := b.TempDir(), collectortest.Written(bulk, 50000)
	if err := os.WriteFile(historyIn(b, folder), content, 0o644); err != nil {
		b.Fatal(err)
	}
	collectortest.Throughput(b, New(), folder, int64(len(content)), collectors.Options{})
}

func BenchmarkResident(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(folder string) string {
		collectortest.WriteLarge(b, historyIn(b, folder), bulk)
		return folder
	})
}

// The yardstick: a bare decode of the same file into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	content := collectortest.Written(bulk, 50000)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		var items []map[string]struct {
			ID, Timestamp, Message string
			Sender                 struct{ ID int }
			Mentions               []int
		}
		if err := json.Unmarshal(content, &items); err != nil {
			b.Fatal(err)
		}
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"modern", "legacy"} {
		collectortest.Packings(t, New(), filepath.Join("testdata", c))
	}
}

package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// parse reads a message file the way a run does, into one batch.
func parse(t testing.TB, src io.Reader) *batch {
	t.Helper()
	w := newWorkspace("test", nil)
	j := &job{entries: []entry{{}}, rooms: []*room{w.newRoom("C0", 0)}}
	d := reader{parser: parser{out: new(batch)}}
	if err := d.document(0, j, src, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	return d.out
}

// A window that moves at the worst moments changes nothing.
func TestOneByteAtATime(t *testing.T) {
	t.Parallel()
	doc := `[{"ts":"1646131001.000200","user":"U0ADA","text":"caf\u00e9 \ud83d\ude00 &amp; <@U0BEN|ben> \\ \"<@W0CLEO>\"",` +
		`"blocks":[{"a":"]}\"","b":[1,-2.5e3,true,null]}],"reactions":[{"name":"a","users":["U1","U2"],"count":3}],` +
		`"edited":{"user":"U","ts":"1646131002.000000"},"files":[{"mode":"hosted"}],"thread_ts":"1646131000.000100"}]`
	whole, single := parse(t, strings.NewReader(doc)), parse(t, iotest.OneByteReader(strings.NewReader(doc)))
	if len(whole.posts) != 1 || fmt.Sprint(whole.posts, whole.ids, whole.marks) != fmt.Sprint(single.posts, single.ids, single.marks) ||
		!bytes.Equal(whole.bytes, single.bytes) {
		t.Errorf("whole\n%+v\nsingle\n%+v", whole, single)
	}
	p := whole.posts[0]
	if want := len(`café 😀 & <@U0BEN|ben> \ "<@W0CLEO>"`); p.size != want {
		t.Errorf("size %d; want %d", p.size, want)
	}
	if p.mentions.len() != 2 || string(whole.of(whole.ids[p.mentions.from])) != "U0BEN" {
		t.Errorf("mentions %v", p.mentions)
	}
}

// endless repeats a piece until so many bytes have been read.
type endless struct {
	piece string
	left  int
	at    int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) && e.left > 0 {
		k := min(copy(p[n:], e.piece[e.at:]), e.left)
		n, e.left, e.at = n+k, e.left-k, (e.at+k)%len(e.piece)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Whatever is long passes through the window.
func TestLongValuesStayOutOfMemory(t *testing.T) {
	t.Parallel()
	const long = 32 << 20
	for _, c := range []struct{ name, before, piece, after string }{
		{"text", `"text":"`, "abc ", `"`},
		{"escaped text", `"text":"`, `\u00e9\n`, `"`},
		{"skipped string", `"client_msg_id":"`, "abcdefgh", `"`},
		{"skipped escapes", `"client_msg_id":"`, `\"`, `"`},
		{"skipped array", `"blocks":["`, `","`, `"]`},
		{"space", `"blocks":`, "        ", `[]`},
		{"id", `"user":"`, "U0", `"`},
		{"key", `"`, "abcd", `":1`},
		{"number", `"x":`, "1234", ``},
		{"reacting users", `"reactions":[{"name":"a","users":["`, `","`, `"]}]`},
		{"files", `"files":[{}`, `,{}`, `]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			whole := long / len(c.piece) * len(c.piece)
			src := io.MultiReader(strings.NewReader(`[{"ts":"1646131001.000200",`+c.before), &endless{piece: c.piece, left: whole},
				strings.NewReader(c.after+`},{"ts":"1646131002.000200"}]`))
			d := reader{parser: parser{out: new(batch)}}
			w := newWorkspace("test", nil)
			j := &job{entries: []entry{{}}, rooms: []*room{w.newRoom("C0", 0)}}
			if err := d.document(0, j, src, func() error { return nil }); err != nil {
				t.Fatal(err)
			}
			if len(d.out.posts) != 2 || len(d.out.rejects) != 0 {
				t.Errorf("%d posts, rejects %v; want 2, none", len(d.out.posts), d.out.rejects)
			}
			if cap(d.Window()) > 8*jsonscan.MaxToken || cap(d.out.bytes) > 1<<20 {
				t.Errorf("a window of %d and a batch of %d bytes", cap(d.Window()), cap(d.out.bytes))
			}
		})
	}
}

// An unbounded list of reacting users is counted to its end though not all are told
// apart.
func TestManyReactingUsers(t *testing.T) {
	t.Parallel()
	const users = maxIDs + 5
	src := io.MultiReader(strings.NewReader(`[{"ts":"1646131001.000200","reactions":[{"name":"a","users":["U0"`),
		&endless{piece: `,"U1"`, left: (users - 1) * len(`,"U1"`)}, strings.NewReader(`]}]}]`))
	b := parse(t, src)
	if len(b.marks) != 1 || b.marks[0].users.len() != maxIDs || b.marks[0].count != users {
		t.Errorf("marks %v; want %d users of %d", b.marks, maxIDs, users)
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	const good = `{"ts":"1646131001.000200"}`
	for _, c := range []struct {
		name, doc string
		posts     int
		reason    string // of the last reject
	}{
		{"empty array", `[]`, 0, ""},
		{"one object", good, 1, ""},
		{"objects without an array", good + "\n" + good, 2, ""},
		{"trailing comma", `[` + good + `,]`, 1, ""},
		{"nothing", ``, 0, "truncated_file"},
		{"spaces", " \n", 0, "truncated_file"},
		{"a word", `null`, 0, "bad_json"},
		{"open array", `[` + good, 1, "truncated_file"},
		{"open object", `[` + good + `,{"ts":"1646131001.000300"`, 1, "truncated_file"},
		{"open string", `[` + good + `,{"ts":"16461`, 1, "truncated_file"},
		{"open escape", `[` + good + `,{"text":"\`, 1, "truncated_file"},
		{"open skipped value", `[` + good + `,{"blocks":[[{"a":"b`, 1, "truncated_file"},
		{"no colon", `[` + good + `,{"ts" "1"}]`, 1, "bad_json"},
		{"no value", `[` + good + `,{"ts":}]`, 1, "bad_json"},
		{"wrong bracket", `[` + good + `}`, 1, "bad_json"},
		{"more after it", `[` + good + `] x`, 1, "bad_json"},
		{"not an object", `[` + good + `,[]]`, 1, "not_a_message"},
		{"another type", `[{"type":"canvas","ts":"1646131001.000200"}]`, 0, "not_a_message"},
		{"no time", `[{"type":"message"}]`, 0, "bad_time"},
		{"time in words", `[{"ts":"now"}]`, 0, "bad_time"},
		{"time too long", `[{"ts":"1646131001646131.000200"}]`, 0, "bad_time"},
		{"negative time", `[{"ts":"-1646131001.000200"}]`, 0, "bad_time"},
		{"time as number", `[{"ts":1646131001.000200}]`, 1, ""},
		{"time in seconds", `[{"ts":"1646131001"}]`, 1, ""},
		{"change of nothing", `[{"subtype":"message_changed","ts":"1646131001.000200","message":null}]`, 0, "incomplete_change"},
		{"deletion of nothing", `[{"subtype":"message_deleted","ts":"1646131001.000200","deleted_ts":"1646131000.000200"}]`, 0, "incomplete_change"},
		{"change inside a change", `[{"subtype":"message_changed","ts":"1646131001.000200","message":{"subtype":"message_changed","ts":"1646131000.000200","message":{}}}]`, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := parse(t, strings.NewReader(c.doc))
			reason := ""
			if n := len(b.rejects); n > 0 {
				reason = b.rejects[n-1].reason
			}
			if len(b.posts) != c.posts || reason != c.reason {
				t.Errorf("%d posts, reason %q; want %d, %q", len(b.posts), reason, c.posts, c.reason)
			}
		})
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for ts, want := range map[string]string{
		"1646131001.000200": "2022-03-01T10:36:41.0002Z",
		"1646131001.5":      "2022-03-01T10:36:41.5Z",
		"1646131001":        "2022-03-01T10:36:41Z",
		"":                  "",
		".5":                "",
		"0":                 "",
		"16e8":              "",
	} {
		got := ""
		if at := instant([]byte(ts)); !at.IsZero() {
			got = at.Format("2006-01-02T15:04:05.999999999Z")
		}
		if got != want {
			t.Errorf("%q: %q; want %q", ts, got, want)
		}
	}
}

// Arbitrary bytes never break the reading, in whatever pieces they come; of a valid
// array nothing is lost, and sizes and authors are those that encoding/json sees.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		`[{"ts":"1646131001.000200","user":"U0ADA","text":"a &amp; <@U0BEN|b> \ud83d\ude00","reactions":[{"name":"x","users":["U1"],"count":2}]}]`,
		`[{"type":"message","subtype":"message_changed","ts":"1.0","message":{"ts":"2.0","edited":{"ts":"3.0"}},"previous_message":{"text":"x"}}]`,
		`[{"subtype":"huddle_thread","room":{"created_by":"U1","participants":["U2"]}},null,[{}],"x",1e9]`,
		`{"user_profile":{"real_name":"a","team":"T1"},"comment":{"user":"U1"},"file":{"mode":"tombstone"},"files":[{}]}`,
		"\xff\xfe[\x00]\x00", "\xef\xbb\xbf[]", `[{"text":"\u12`, `{"a":"\\\"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		b := parse(t, bytes.NewReader(doc))
		single := parse(t, iotest.OneByteReader(bytes.NewReader(doc)))
		if fmt.Sprint(b.posts, b.rejects) != fmt.Sprint(single.posts, single.rejects) {
			t.Fatalf("in one piece %v %v, in many %v %v", b.posts, b.rejects, single.posts, single.rejects)
		}
		var elements []json.RawMessage
		if !json.Valid(doc) || json.Unmarshal(doc, &elements) != nil || elements == nil {
			return
		}
		if len(b.posts)+len(b.rejects) != len(elements) {
			t.Fatalf("%d posts and %d rejects of %d elements", len(b.posts), len(b.rejects), len(elements))
		}
		if len(elements) == 1 && len(b.posts) == 1 {
			compare(t, b, elements[0])
		}
	})
}

// compare holds a post against encoding/json's view of it.
func compare(t *testing.T, b *batch, element []byte) {
	var m map[string]json.RawMessage
	if json.Unmarshal(element, &m) != nil || !utf8.Valid(element) || bytes.Count(element, []byte(`"text"`)) > 1 ||
		bytes.Count(element, []byte(`"user"`)) > 1 || m["comment"] != nil || m["room"] != nil || m["subtype"] != nil {
		return
	}
	var text, user string
	if json.Unmarshal(m["text"], &text) == nil {
		plain := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)
		if b.posts[0].size != len(plain) {
			t.Fatalf("size %d; want %d of %q", b.posts[0].size, len(plain), plain)
		}
	}
	if json.Unmarshal(m["user"], &user) == nil && len(user) <= maxID && string(b.of(b.posts[0].user)) != user {
		t.Fatalf("user %q; want %q", b.of(b.posts[0].user), user)
	}
}

func FuzzLists(f *testing.F) {
	f.Add([]byte(`[{"id":"U1","name":"a","profile":{"email":"A@b","real_name":null},"tz":"Europe/Vienna","is_bot":true,"deleted":false}]`))
	f.Add([]byte(`[{"id":"C1","name":"a","members":["U1","U1",null,3],"is_mpim":true,"is_private":"true"},{"name":"b"},{},[],null]`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		w := newWorkspace("test", nil)
		for _, read := range []func(*jsonscan.Scanner){w.readUsers, func(s *jsonscan.Scanner) { w.readRooms(s, 3) }} {
			var s jsonscan.Scanner
			s.Reset(bytes.NewReader(doc))
			read(&s)
			if _, err := s.Verdict(); err != nil {
				t.Fatal(err)
			}
		}
		w.settle()
		for id, u := range w.users {
			if id == "" || u.account.Key.Value != id {
				t.Fatalf("user %q under %q", u.account.Key.Value, id)
			}
		}
		for id, r := range w.byID {
			if id == "" || r.Key != id {
				t.Fatalf("conversation %q under %q", r.Key, id)
			}
		}
	})
}

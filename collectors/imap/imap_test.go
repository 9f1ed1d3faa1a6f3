package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// The mailbox speaks for the source that the collection loop polls.
var _ interface {
	Poll(ctx context.Context, cursor []byte, o collectors.Options, sink collectors.Sink, commit func([]byte) error) ([]byte, error)
} = New()

// optionsFor are the options of the server's user, reached at an address.
func (s *server) optionsFor(endpoint string, more ...string) collectors.Options {
	s.t.Helper()
	file := filepath.Join(s.root, "secret")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	lines := append([]string{"endpoint: " + endpoint, "password_file: " + file}, more...)
	o := collectors.Options{Workspace: "test", Location: time.UTC}
	return o.WithSettings([]byte(strings.Join(lines, "\n")))
}

func (s *server) options() collectors.Options {
	return s.optionsFor(fmt.Sprintf("imap://ana@127.0.0.1:%d", s.port))
}

func message(id int) string {
	return fmt.Sprintf("From: Ben <ben@example.com>\nTo: ana@example.com\nSubject: secret\nMessage-ID: <%d@example.com>\n"+
		"Date: Mon, 15 Jan 2024 09:00:00 +0100\n\nhidden body\n", id)
}

// poll reads once and remembers what was committed.
func poll(t *testing.T, cursor []byte, o collectors.Options) (*collectortest.Recorder, []byte) {
	t.Helper()
	rec := collectortest.NewRecorder()
	var committed []byte
	next, err := New().Poll(context.Background(), cursor, o, rec, func(c []byte) error { committed = bytes.Clone(c); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if committed != nil && !bytes.Equal(committed, next) {
		t.Errorf("the last commit is %s, the next cursor %s", committed, next)
	}
	return rec, next
}

func ids(rec *collectortest.Recorder) []string {
	var out []string
	for _, m := range rec.Messages {
		out = append(out, strings.TrimSuffix(m.ID, "@example.com"))
	}
	slices.Sort(out)
	return out
}

func wantIDs(t *testing.T, what string, rec *collectortest.Recorder, want ...string) {
	t.Helper()
	if got := ids(rec); !slices.Equal(got, want) {
		t.Errorf("%s: messages %v, want %v", what, got, want)
	}
}

func TestPollReadsWhatIsNew(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	s.deliver("", "", message(1))
	s.deliver("", "S", message(2))
	s.deliver("", "D", message(3))
	s.deliver(".Gesendet", "S", message(4))
	s.deliver(".Entw&APw-rfe", "", message(5))
	s.deliver(".Papierkorb", "", message(6))
	s.deliver(".Werbung", "", message(7))
	s.deliver(".Projekte.Heron", "", message(8))
	before := s.files()

	rec, cursor := poll(t, nil, s.options())
	wantIDs(t, "first", rec, "1", "2", "4", "8")
	if rec.Reasons["skipped_draft"] != 1 || len(rec.Rejects) != 1 {
		t.Errorf("rejects %v, want one skipped_draft", rec.Reasons)
	}
	if m := rec.Messages[0]; m.Sender != record.EmailKey("ben@example.com") || m.OffsetMinutes != 60 || m.SizeBytes < 150 ||
		!slices.Equal(m.Recipients, []record.AccountKey{record.EmailKey("ana@example.com")}) {
		t.Errorf("the first message is %+v", m)
	}
	if strings.Contains(string(cursor), "Heron") {
		t.Errorf("the cursor names a folder: %s", cursor)
	}
	if after := s.files(); after != before {
		t.Errorf("reading changed flags:\n%s\n%s", before, after)
	}

	again, same := poll(t, cursor, s.options())
	wantIDs(t, "nothing new", again)
	if !bytes.Equal(cursor, same) {
		t.Errorf("the cursor moved from %s to %s", cursor, same)
	}

	s.deliver("", "", message(9))
	s.deliver(".Gesendet", "S", message(10))
	later, _ := poll(t, cursor, s.options())
	wantIDs(t, "two new", later, "10", "9")
}

func TestPollOverTLS(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	s.deliver("", "", message(1))
	ca := "ca_file: " + filepath.Join(s.root, "cert.pem")
	secure, _ := poll(t, nil, s.optionsFor(fmt.Sprintf("imaps://ana@127.0.0.1:%d", s.tlsPort), ca))
	wantIDs(t, "imaps", secure, "1")
	started, _ := poll(t, nil, s.optionsFor(fmt.Sprintf("imap://ana@127.0.0.1:%d", s.port), ca, "security: starttls"))
	wantIDs(t, "starttls", started, "1")
	_, err := New().Poll(context.Background(), nil, s.optionsFor(fmt.Sprintf("imaps://ana@127.0.0.1:%d", s.tlsPort)), collectortest.NewRecorder(), ignore)
	if err == nil || !strings.Contains(err.Error(), "cannot talk TLS") {
		t.Errorf("a certificate of nobody's gives %v", err)
	}
}

func ignore([]byte) error { return nil }

func TestPollReadsAgainWhenUIDsLoseTheirMeaning(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	s.deliver("", "", message(1))
	s.deliver("", "", message(2))
	_, cursor := poll(t, nil, s.options())
	// A new mailbox in the old one's place: another UIDVALIDITY, UIDs from 1 again.
	for _, pattern := range []string{"dovecot*", "cur/*"} {
		old, err := filepath.Glob(filepath.Join(s.root, "mail/ana/Maildir", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range old {
			if err := os.Remove(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.write("mail/ana/Maildir/dovecot-uidlist", "3 V1234567 N1 G00000000000000000000000000000001\n")
	s.deliver("", "", message(2))
	s.deliver("", "", message(3))
	rec, next := poll(t, cursor, s.options())
	wantIDs(t, "new UIDVALIDITY", rec, "2", "3")
	if !strings.Contains(string(next), "1234567") {
		t.Errorf("the cursor %s does not hold the new UIDVALIDITY", next)
	}
}

func TestPollGoesOnWhereTheServerDied(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	const messages = 2000
	for i := range messages {
		s.deliver("", "S", message(10000+i))
	}
	begun := time.Now()
	whole, _ := poll(t, nil, s.options())
	t.Logf("%d messages in %v", len(whole.Messages), time.Since(begun))
	if len(whole.Messages) != messages {
		t.Fatalf("%d messages, want %d", len(whole.Messages), messages)
	}
	relay := newRelay(t, s.port)
	o := s.optionsFor(fmt.Sprintf("imap://ana@127.0.0.1:%d", relay.port))
	seen := map[string]int{}
	var cursor []byte
	deaths := 0
	for allowed := 40 << 10; ; allowed += 90 << 10 {
		relay.allow(allowed)
		rec := collectortest.NewRecorder()
		var committed []byte
		next, err := New().Poll(context.Background(), cursor, o, rec, func(c []byte) error { committed = bytes.Clone(c); return nil })
		for _, m := range rec.Messages {
			seen[m.ID]++
		}
		if committed != nil && !bytes.Equal(next, committed) || committed == nil && err != nil && !bytes.Equal(next, cursor) {
			t.Fatalf("after %v the cursor is %s, committed was %s", err, next, committed)
		}
		cursor = next
		if err == nil {
			break
		}
		if deaths++; deaths > 50 {
			t.Fatalf("no end: %v", err)
		}
	}
	repeats := 0
	for _, n := range seen {
		repeats += n - 1
	}
	if deaths < 3 || len(seen) != messages || repeats > deaths*batch {
		t.Errorf("%d deaths, %d distinct messages, %d read again; want at least 3, %d, at most %d", deaths, len(seen), repeats, messages, deaths*batch)
	}
}

// relay passes bytes between a client and a server and cuts the line after some.
type relay struct {
	port    int
	mu      sync.Mutex
	allowed int
}

func (r *relay) allow(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.allowed = n
}

func newRelay(t *testing.T, to int) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	r := &relay{port: l.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", to))
			if err != nil {
				client.Close()
				return
			}
			r.mu.Lock()
			allowed := int64(r.allowed)
			r.mu.Unlock()
			go io.Copy(server, client)
			go func() {
				io.CopyN(client, server, allowed)
				client.Close()
				server.Close()
			}()
		}
	}()
	return r
}

func TestPollReadsLiterals(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	s.deliver("", "", "From: J\xf6rg \"the {5}\r\n one\" <joerg@example.com>\nTo: ana@example.com\nMessage-ID: <1@example.com>\nDate: 15 Jan 2024 09:00 +0100\n\nx\n")
	s.deliver("", "", "From: ben@example.com\nTo: "+strings.Repeat("someone <a@example.com>, ", 5000)+"b@example.com\nMessage-ID: <2@example.com>\nDate: 15 Jan 2024 09:00 +0100\n\nx\n")
	s.deliver("", "", "no header at all\n")
	rec, _ := poll(t, nil, s.options())
	wantIDs(t, "literals", rec, "1", "2")
	if rec.Recipients != 5002 {
		t.Errorf("%d recipients, want 5002", rec.Recipients)
	}
	if len(rec.Rejects) != 1 {
		t.Errorf("%d rejects, want 1", len(rec.Rejects))
	}
}

func TestPollSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	wrong := filepath.Join(s.root, "wrong")
	if err := os.WriteFile(wrong, []byte("guess"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := collectors.Options{Workspace: "test"}
	closed := freePort(t)
	for name, c := range map[string]struct{ settings, want string }{
		"wrong password": {fmt.Sprintf("{endpoint: 'imap://ana@127.0.0.1:%d', password_file: %s}", s.port, wrong), "refused the login; check the user in endpoint and the password in " + wrong},
		"nobody there":   {fmt.Sprintf("{endpoint: 'imap://ana@127.0.0.1:%d', password_file: %s}", closed, wrong), "cannot reach 127.0.0.1"},
	} {
		_, err := New().Poll(context.Background(), nil, o.WithSettings([]byte(c.settings)), collectortest.NewRecorder(), ignore)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "guess") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one sentence with %q", name, err, c.want)
		}
	}
}

func TestPollStopsWhenToldTo(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes calls and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := collectors.Options{Workspace: "test"}.WithSettings(fmt.Appendf(nil, "{endpoint: 'imap://ana@%s', password_file: %s}", l.Addr(), secret))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err = New().Poll(ctx, nil, o, collectortest.NewRecorder(), ignore)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v; want the context's error at once", err, time.Since(begun))
	}
}

func TestPollStopsWithItsSink(t *testing.T) {
	t.Parallel()
	s := startDovecot(t)
	for i := range 600 {
		s.deliver("", "", message(i))
	}
	full := errors.New("full")
	_, err := New().Poll(context.Background(), nil, s.options(), &failing{collectortest.NewRecorder(), full}, ignore)
	if !errors.Is(err, full) {
		t.Errorf("a sink that fails gives %v", err)
	}
	_, err = New().Poll(context.Background(), nil, s.options(), collectortest.NewRecorder(), func([]byte) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("a commit that fails gives %v", err)
	}
}

type failing struct {
	*collectortest.Recorder
	err error
}

func (f *failing) Message(*record.Message) error { return f.err }

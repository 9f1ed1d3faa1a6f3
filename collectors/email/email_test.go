package email

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "hidden", "nested", "geheim", "fake"}})
}

// The expected values of the two corpora come from a script that shares nothing with
// this package: Python's email package over a split at the lines between messages.

func TestLinuxClk(t *testing.T) {
	t.Parallel()
	got := collectortest.Collect(t, New(), collectortest.Shared(t, "corpora/email-linux-clk/linux-clk-2025H2.mbox.xz"), collectors.Options{})
	ids, replies, several, listed := map[string]bool{}, 0, 0, 0
	first, last := got.Messages[0].SentAt, got.Messages[0].SentAt
	for _, m := range got.Messages {
		ids[m.CopyID] = true
		if m.Relation == record.RelationReply {
			replies++
		}
		if len(m.Recipients) > 1 {
			several++
		}
		if m.Conversation.Parent == "linux-clk.vger.kernel.org" {
			listed++
		}
		first, last = earlier(first, m.SentAt), later(last, m.SentAt)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"messages", got.Kinds[record.KindMessage], 8299},
		{"distinct ids", len(ids), 8297},
		{"recipients", got.Recipients, 191106},
		{"messages to more than one", several, 8297},
		{"answers", replies, 7593},
		{"messages of the list", listed, 8299},
		// 400 addresses stand in From. A relay put its own into 280 messages; with the
		// authors' addresses restored there are 394.
		{"senders", len(got.Senders), 394},
		{"rejects", len(got.Rejects), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if want := "2025-06-30T23:26:16Z 2025-12-31T21:14:25Z"; first.Format(time.RFC3339)+" "+last.Format(time.RFC3339) != want {
		t.Errorf("span %v to %v, want %s", first, last, want)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func TestPipermailLists(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	for _, c := range []struct {
		file              string
		messages, ids     int
		fewest, mostNames int // distinct senders: some of the distinct From headers are one person's
	}{
		{"r-announce-2015_2026.mbox.xz", 119, 118, 20, 31},
		{"r-devel-2020_2026-07.mbox.xz", 2431, 2428, 320, 365},
		{"r-package-devel-2020_2026-07.mbox.xz", 6303, 6300, 700, 765},
	} {
		got := collectortest.Collect(t, New(), collectortest.Shared(t, "corpora/email-r-lists", c.file), collectors.Options{})
		ids := map[string]bool{}
		for _, m := range got.Messages {
			ids[m.CopyID], all[m.CopyID] = true, true
		}
		if len(got.Messages) != c.messages || len(ids) != c.ids || len(got.Rejects) > 0 {
			t.Errorf("%s: %d messages with %d ids and %d rejects, want %d, %d, 0", c.file, len(got.Messages), len(ids), len(got.Rejects), c.messages, c.ids)
		}
		if n := len(got.Senders); n < c.fewest || n > c.mostNames {
			t.Errorf("%s: %d senders, want %d to %d", c.file, n, c.fewest, c.mostNames)
		}
	}
	if len(all) != 8827 {
		t.Errorf("%d distinct messages on the three lists, want 8827", len(all))
	}
}

func TestCorporaAreClaimed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"corpora/email-linux-clk/linux-clk-2025H2.mbox.xz", "corpora/email-linux-clk", "corpora/email-r-lists"} {
		tree, err := collectors.OpenTree(collectortest.Shared(t, name), collectors.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.Certain {
			t.Errorf("%s: %v, %v", name, claim, err)
		}
	}
}

func TestForeignInputsAreNotClaimed(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"fixtures/microsoft-send", "fixtures/irc", "fixtures/slack", "fixtures/weblogs", "fixtures/signal", "fixtures/whatsapp", "fixtures/google-chat-takeout", "corpora/email-enron-departments", "corpora/slack-rcwg", "corpora/irc-web-standards"} {
		root := collectortest.Shared(t, folder)
		err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			tree, err := collectors.OpenTree(p, collectors.Limits{})
			if err != nil {
				return nil // not a tree: nobody's
			}
			defer tree.Close()
			if claim, err := New().Recognise(tree); err == nil && claim.Certainty != collectors.No {
				t.Errorf("%s is claimed as %s", p, claim.What)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

const plainHeader = "From: ana@example.com\nTo: ben@example.com\nMessage-ID: <%d@example.com>\nDate: Mon, 15 Jan 2024 09:00:00 +0000\n"

func boxOf(r io.Reader, rec *collectortest.Recorder) error {
	b := newBox(context.Background(), collectors.Options{}, settings{}, rec)
	if err := b.file("input", r, ""); err != nil {
		return err
	}
	return b.reports.emit(rec, 0)
}

func TestEndlessHeaderIsRejected(t *testing.T) {
	t.Parallel()
	r := io.MultiReader(
		strings.NewReader("From a Mon Jan 15 09:00:00 2024\nFrom: ana@example.com\nX-Long: "), io.LimitReader(repeated(strings.Repeat("x", 4096)), 64<<20),
		strings.NewReader("\n\nbody\n\nFrom b Mon Jan 15 09:00:00 2024\n"+fmt.Sprintf(plainHeader, 1)+"\nbody\n"),
	)
	rec := collectortest.NewRecorder()
	if err := boxOf(r, rec); err != nil {
		t.Fatal(err)
	}
	if rec.Reasons[HeaderTooLong] != 1 || len(rec.Messages) != 1 {
		t.Errorf("%d messages, rejects %v; want 1 and one %s", len(rec.Messages), rec.Reasons, HeaderTooLong)
	}
}

func TestMemoryStaysFlat(t *testing.T) {
	const gigabyte = 1 << 30
	if testing.Short() {
		t.Log("a gigabyte is not read in short mode")
		return
	}
	r := io.MultiReader(
		strings.NewReader("From a Mon Jan 15 09:00:00 2024\n"+fmt.Sprintf(plainHeader, 1)+"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"),
		io.LimitReader(repeated(strings.Repeat("one line without end ", 4096)), gigabyte),
		strings.NewReader("\n\nFrom b Mon Jan 15 09:00:00 2024\n"+fmt.Sprintf(plainHeader, 2)+"\n"),
		io.LimitReader(repeated(strings.Repeat("lines\n\nFrom time to time\n", 4096)), gigabyte/4),
	)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rec := collectortest.NewRecorder()
	if err := boxOf(r, rec); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if len(rec.Messages) != 2 || rec.Messages[0].SizeBytes < gigabyte {
		t.Fatalf("%d messages, want 2 of which the first has a gigabyte", len(rec.Messages))
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d bytes allocated while reading, want less than 8 MiB", grown)
	}
}

// repeated reads a text over and over.
func repeated(s string) io.Reader { return &repeater{s, 0} }

type repeater struct {
	text string
	at   int
}

func (r *repeater) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func TestWindowEdges(t *testing.T) {
	t.Parallel()
	// Messages of growing size, so that every boundary between reads falls on every
	// part of a separator; and one byte at a time.
	var all bytes.Buffer
	const n = 700
	for i := range n {
		fmt.Fprintf(&all, "From a@example.com Mon Jan 15 09:00:00 2024\n"+plainHeader+"\n%s\n\n", i, strings.Repeat("Fro", i))
	}
	for name, r := range map[string]io.Reader{
		"whole":        bytes.NewReader(all.Bytes()),
		"odd reads":    &chopped{all.Bytes(), 1021},
		"single bytes": &chopped{all.Bytes()[:40<<10], 1},
	} {
		rec := collectortest.NewRecorder()
		if err := boxOf(r, rec); err != nil {
			t.Fatal(err)
		}
		for i, m := range rec.Messages {
			head := len(fmt.Sprintf(plainHeader, i)) + 1
			if want := head + 3*i + 1; int(m.SizeBytes) != want && i < len(rec.Messages)-1 {
				t.Fatalf("%s: message %d has %d bytes, want %d", name, i, m.SizeBytes, want)
			}
		}
		if len(rec.Messages) != n && name != "single bytes" || len(rec.Messages) < 100 || len(rec.Rejects) > 0 {
			t.Errorf("%s: %d messages, %d rejects", name, len(rec.Messages), len(rec.Rejects))
		}
	}
}

// chopped hands out at most n bytes at a time.
type chopped struct {
	b []byte
	n int
}

func (c *chopped) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.b)
	c.b = c.b[n:]
	return n, nil
}

func TestSeparator(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"From robh@kernel.org Thu Jan  1 00:00:00 1970":               true,
		"From - Tue Jan 16 10:00:00 2024":                             true,
		"From ???@??? Mon Mar 04 10:00:00 2002":                       true,
		"From 17900@xxx Thu Jan 18 09:00:00 +0000 2024":               true,
		"From a@b Thu Jan 18 09:00:00 2024 +0100":                     true,
		"From a@b Thu, 18 Jan 2024 09:00:00 +0100 (CET)":              true,
		"From a@b Thu Jan 18 09:00 PST 2024":                          true,
		"From irederik m@iii@g oii oib@@et  Wed Jan  1 03:56:52 2020": true,
		"From J\xf6rg Thu Jan 18 09:00:00 2024\r":                     true,
		"From here on": false,
		"From Monday to Friday at 10:00 in 2024 we meet": false,
		"From 2023 to 2024":                 false,
		"From ":                             false,
		"from a@b Thu Jan 18 09:00:00 2024": false,
		"From a@b Thu Jan 18 09:00:00 2024" + strings.Repeat(" ", longestFrom): false,
	} {
		if _, got, complete := separator([]byte(line+"\nReceived: x\n"), true); got != want || !complete {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
	if _, ok, _ := separator([]byte("From a@b Thu Jan 18 09:00:00 2024\nand so on\n"), true); ok {
		t.Error("a line without a header behind it separates")
	}
}

func TestMaildirFlags(t *testing.T) {
	t.Parallel()
	m := maildirs{".": true, "Work/.Sent": true}
	for path, want := range map[string]string{
		"cur/1:2,S":            "",
		"cur/1:2,ST":           "skipped_trash",
		"cur/1:2,DS":           "skipped_draft",
		"cur/1;2,T":            "skipped_trash",
		"new/1:2,T":            "",
		"Work/.Sent/cur/1:2,D": "skipped_draft",
		"Elsewhere/cur/1:2,D":  "",
		"cur/1":                "",
	} {
		if got := m.unwanted(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"headers/input.mbox", "mboxcl/input.mbox", "crlf/input.mbox", "takeout/input.mbox", "pipermail/input.txt"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, chops := collectortest.NewRecorder(), collectortest.NewRecorder()
		if err := boxOf(bytes.NewReader(b), whole); err != nil {
			t.Fatal(err)
		}
		if err := boxOf(&chopped{b, 7}, chops); err != nil {
			t.Fatal(err)
		}
		a, _ := whole.Lines()
		z, _ := chops.Lines()
		if strings.Join(a, "\n") != strings.Join(z, "\n") {
			t.Errorf("read at once:\n%s\nread in small pieces:\n%s", a, z)
		}
		for _, m := range whole.Messages {
			if int64(m.SizeBytes) > int64(len(b)) {
				t.Errorf("a message of %d bytes in a file of %d", m.SizeBytes, len(b))
			}
		}
	})
}

// FuzzJournal reads whatever an Exchange server may write as a journal report: what stands behind a header that says it is one.
func FuzzJournal(f *testing.F) {
	const envelope = "Sender: ana@heron.example\r\nTo: ben@heron.example\r\nCc: eve@heron.example, Expanded: all@heron.example\r\nRecipient: fay@heron.example, Forwarded: gus@heron.example\r\nMessage-ID: <1@heron.example>\r\n"
	const message = "From: Ana <ana@heron.example>\r\nTo: ben@heron.example\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@heron.example>\r\n"
	report := func(kind, envelope, message string) []byte {
		return []byte("--b\r\nContent-Type: text/plain\r\n" + kind + "\r\n" + envelope + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + message + "--b--\r\n")
	}
	nested := strings.Replace(message, "From:", "Content-Type: multipart/mixed; boundary=c\r\nFrom:", 1) + "\r\n--c\r\nContent-Disposition: attachment\r\n\r\nx\r\n--c--\r\n"
	for _, seed := range [][]byte{
		report("", envelope, message+"\r\nhidden\r\n"), report("", envelope, nested), report("", envelope, ""), report("", "", message), report("", envelope, message),
		report("Content-Transfer-Encoding: base64\r\n", base64.StdEncoding.EncodeToString([]byte(envelope)), message+"\r\n"),
		report("Content-Transfer-Encoding: base64\r\n", "=not base64=", message+"\r\n"),
		report("Content-Transfer-Encoding: quoted-printable\r\n", strings.ReplaceAll(envelope, "@", "=40"), message+"\r\n"),
		report("Content-Transfer-Encoding: quoted-printable\r\n", "To: =\r\n=ZZ", message+"\r\n"),
		[]byte("--b\r\n--b\r\n--b"), []byte("--b\nContent-Type: message/rfc822\n\n--b\nContent-Type: message/rfc822\n\nFrom: a@b\n\n--b--"), []byte("no part at all\n"), nil,
	} {
		f.Add(seed)
	}
	const header = "From MicrosoftExchange Mon Mar  2 09:00:00 2026\nX-MS-Journal-Report:\nFrom: journal@heron.example\nDate: Mon, 2 Mar 2026 09:00:01 +0000\nMessage-ID: <r@heron.example>\nContent-Type: multipart/mixed; boundary=b\n\n"
	f.Fuzz(func(t *testing.T, body []byte) {
		file := append([]byte(header), body...)
		whole, chops := collectortest.NewRecorder(), collectortest.NewRecorder()
		if err := boxOf(bytes.NewReader(file), whole); err != nil {
			t.Fatal(err)
		}
		if err := boxOf(&chopped{file, 7}, chops); err != nil {
			t.Fatal(err)
		}
		a, _ := whole.Lines()
		z, _ := chops.Lines()
		if strings.Join(a, "\n") != strings.Join(z, "\n") {
			t.Errorf("read at once:\n%s\nread in small pieces:\n%s", a, z)
		}
		if len(whole.Messages)+len(whole.Rejects) == 0 {
			t.Error("the report is neither read nor rejected")
		}
		for _, m := range whole.Messages {
			if int64(m.SizeBytes) > int64(len(body)) {
				t.Errorf("a message of %d bytes in a report of %d", m.SizeBytes, len(body))
			}
		}
	})
}

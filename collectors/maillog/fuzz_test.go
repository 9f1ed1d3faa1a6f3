package maillog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

func FuzzFile(f *testing.F) {
	inputs, err := filepath.Glob("testdata/*/input*")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("testdata/*/input/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range append(inputs, more...) {
		if b, err := os.ReadFile(p); err == nil {
			f.Add(b)
		}
	}
	tree, err := collectors.OpenTree(f.TempDir(), collectors.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r, err := newReader(context.Background(), tree, collectors.Options{Workspace: "test", Location: time.UTC}, kept)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.file(bytes.NewReader(content)), r.mails.emitAll()); err != nil {
			t.Fatal(err)
		}
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.ID == "" || m.Conversation.Key == "" {
				t.Fatalf("a mail without an id: %+v", m)
			}
		}
	})
}

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func trace(w io.Writer, n int) {
	io.WriteString(w, "Received,SenderAddress,RecipientAddress,Subject,Status,FromIP,Size,MessageId,MessageTraceId\n")
	for i := range n {
		for to := range 3 {
			fmt.Fprintf(w, "2024-03-%02dT08:%02d:%02d.1234567,\"person%d@corp.example\",\"person%d@corp.example\",\"figures of last week\",Delivered,10.0.0.1,%d,<%d@corp.example>,%d\n",
				1+i%28, i%60, i%60, i%(n/100), (i*7+to*31+1)%(n/100), 1000+i%9000, i, i)
		}
	}
}

func postfix(w io.Writer, n int) {
	for i := range n {
		at := fmt.Sprintf("Mar %2d 08:%02d:%02d mx1 postfix/", 1+i%28, i%60, i%60)
		fmt.Fprintf(w, "%ssmtpd[1]: %08X1: client=client.example[192.0.2.1]\n", at, i)
		fmt.Fprintf(w, "%scleanup[2]: %08X1: message-id=<%d@corp.example>\n", at, i, i)
		fmt.Fprintf(w, "%sqmgr[3]: %08X1: from=<person%d@corp.example>, size=%d, nrcpt=2 (queue active)\n", at, i, i%(n/100), 1000+i%9000)
		for to := range 2 {
			fmt.Fprintf(w, "%slmtp[4]: %08X1: to=<person%d@corp.example>, relay=mx1[private/lmtp], delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)\n", at, i, (i*7+to*31+1)%(n/100))
		}
		fmt.Fprintf(w, "%sqmgr[3]: %08X1: removed\n", at, i)
	}
}

var logs = map[string]func(w io.Writer, n int){"trace.csv": trace, "mail.log": postfix}

func BenchmarkCollect(b *testing.B) {
	for name, write := range logs {
		b.Run(name, func(b *testing.B) {
			collectortest.ThroughputOf(b, New(), name, collectortest.Written(write, 100_000))
		})
	}
}

func BenchmarkResident(b *testing.B) {
	for name, write := range logs {
		b.Run(name, func(b *testing.B) { collectortest.Resident(b, New(), name, collectors.Options{}, write) })
	}
}

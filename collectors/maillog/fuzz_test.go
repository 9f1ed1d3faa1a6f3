package maillog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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

func trace(mails int) []byte {
	var b bytes.Buffer
	b.WriteString("Received,SenderAddress,RecipientAddress,Subject,Status,FromIP,Size,MessageId,MessageTraceId\n")
	for i := range mails {
		for to := range 3 {
			fmt.Fprintf(&b, "2024-03-%02dT08:%02d:%02d.1234567,\"person%d@corp.example\",\"person%d@corp.example\",\"figures of last week\",Delivered,10.0.0.1,%d,<%d@corp.example>,%d\n",
				1+i%28, i%60, i%60, i%500, (i*7+to*31+1)%500, 1000+i%9000, i, i)
		}
	}
	return b.Bytes()
}

func postfix(mails int) []byte {
	var b bytes.Buffer
	for i := range mails {
		at := fmt.Sprintf("Mar %2d 08:%02d:%02d mx1 postfix/", 1+i%28, i%60, i%60)
		fmt.Fprintf(&b, "%ssmtpd[1]: %08X1: client=client.example[192.0.2.1]\n", at, i)
		fmt.Fprintf(&b, "%scleanup[2]: %08X1: message-id=<%d@corp.example>\n", at, i, i)
		fmt.Fprintf(&b, "%sqmgr[3]: %08X1: from=<person%d@corp.example>, size=%d, nrcpt=2 (queue active)\n", at, i, i%500, 1000+i%9000)
		for to := range 2 {
			fmt.Fprintf(&b, "%slmtp[4]: %08X1: to=<person%d@corp.example>, relay=mx1[private/lmtp], delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)\n", at, i, (i*7+to*31+1)%500)
		}
		fmt.Fprintf(&b, "%sqmgr[3]: %08X1: removed\n", at, i)
	}
	return b.Bytes()
}

func BenchmarkCollect(b *testing.B) {
	const mails = 100_000
	for _, c := range []struct {
		name    string
		content []byte
	}{{"trace.csv", trace(mails)}, {"mail.log", postfix(mails)}} {
		b.Run(c.name, func(b *testing.B) {
			path := write(b, c.name, c.content)
			kept := collectortest.NewRecorder()
			kept.CountOnly = true
			b.SetBytes(int64(len(c.content)))
			b.ReportAllocs()
			for b.Loop() {
				if err := collectortest.Into(context.Background(), New(), path, collectors.Options{}, kept); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(mails)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

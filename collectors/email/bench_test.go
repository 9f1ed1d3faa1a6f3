package email

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// BenchmarkLinuxClk reads half a year of a busy list: 8,299 messages, unpacked.
func BenchmarkLinuxClk(b *testing.B) {
	path := filepath.Join(b.TempDir(), "linux-clk.mbox")
	size := unpack(b, collectortest.Shared(b, "corpora/email-linux-clk/linux-clk-2025H2.mbox.xz"), path)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := collectortest.Into(context.Background(), New(), path, collectors.Options{}, discard{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(8299*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// mailbox is a list's archive of n mails, in threads of five.
func mailbox(w io.Writer, n int) {
	at := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		at = at.Add(5 * time.Minute)
		who := i * 7 % (n / 20)
		fmt.Fprintf(w, "From person%d@corp.example %s\nReceived: from mx.corp.example (mx.corp.example [192.0.2.1]) by list.corp.example; %s\n"+
			"Message-ID: <%d.abcdef@corp.example>\nDate: %[3]s\nFrom: Person Number%[1]d <person%[1]d@corp.example>\nTo: list%[5]d@corp.example\nCc: person%[6]d@corp.example\nSubject: Re: figures of last week\n",
			who, at.Format(time.ANSIC), at.Format(time.RFC1123Z), i, i%(n/200), (who+1)%(n/20))
		if i%5 > 0 {
			fmt.Fprintf(w, "In-Reply-To: <%d.abcdef@corp.example>\nReferences: <%d.abcdef@corp.example> <%[1]d.abcdef@corp.example>\n", i-1, i/5*5)
		}
		fmt.Fprintf(w, "Content-Type: text/plain; charset=utf-8\n\n%s\n", strings.Repeat("These are words of a mail, and some more of them.\n", 20))
	}
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "list.mbox", collectors.Options{}, mailbox)
}

func unpack(b *testing.B, from, to string) int64 {
	b.Helper()
	tree, err := collectors.OpenTree(from, collectors.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	defer tree.Close()
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	size := int64(0)
	err = tree.Walk(context.Background(), func(_ collectors.File, r io.Reader) error {
		size, err = io.Copy(out, r)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}

// discard is a sink that does nothing.
type discard struct{}

func (discard) Account(*record.Account) error           { return nil }
func (discard) Conversation(*record.Conversation) error { return nil }
func (discard) Message(*record.Message) error           { return nil }
func (discard) Activity(*record.Activity) error         { return nil }
func (discard) Signal(*record.Signal) error             { return nil }
func (discard) Reject(record.Reject) error              { return nil }

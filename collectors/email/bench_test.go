package email

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

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

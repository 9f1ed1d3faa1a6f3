package collectortest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// Throughput is the body of a collector's benchmark: a path read into a sink that only
// counts, in bytes and messages a second. Beside JSON it says how fast that is against a bare
// decode of the same files: of-decode, which is 1 where both take as long. It is the median of
// pairs run in turn, so that it holds on a machine that does other work beside.
func Throughput(b *testing.B, c collectors.Collector, p string, bytes int64, o collectors.Options) {
	b.Helper()
	var sink counter
	b.SetBytes(bytes)
	b.ReportAllocs()
	var ofDecode []float64
	for b.Loop() {
		began := time.Now()
		if err := Into(b.Context(), c, p, o, &sink); err != nil {
			b.Fatal(err)
		}
		collecting := time.Since(began)
		b.StopTimer()
		ofDecode = append(ofDecode, decodeAll(b, p).Seconds()/collecting.Seconds())
		b.StartTimer()
	}
	if sink.rejects == sink.records {
		b.Fatalf("all of %d records are rejected", sink.records)
	}
	b.ReportMetric(float64(sink.messages)/b.Elapsed().Seconds(), "messages/s")
	slices.Sort(ofDecode)
	if median := ofDecode[len(ofDecode)/2]; median > 0 {
		b.ReportMetric(median, "of-decode")
	}
}

// ThroughputOf is the Throughput of one document, in a file of that name.
func ThroughputOf(b *testing.B, c collectors.Collector, name string, document []byte) {
	b.Helper()
	p := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(p, document, 0o644); err != nil {
		b.Fatal(err)
	}
	Throughput(b, c, p, int64(len(document)), collectors.Options{})
}

// ThroughputOfMessages is the Throughput of a path that holds so many messages and no reactions,
// calls or the like; it fails when not all of them come through.
func ThroughputOfMessages(b *testing.B, c collectors.Collector, p string, bytes int64, o collectors.Options, messages int) {
	b.Helper()
	if found := Collect(b, c, p, o).Kinds[record.KindMessage]; found != messages {
		b.Fatalf("%d messages; want %d", found, messages)
	}
	Throughput(b, c, p, bytes, o)
}

// Unmarshal is a yardstick: the standard decoder, into a struct of what a collector takes.
func Unmarshal[T any](b *testing.B, document []byte, messages int) {
	b.Helper()
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		var into T
		if err := json.Unmarshal(document, &into); err != nil {
			b.Fatal(err)
		}
	}
	PerSecond(b, messages)
}

// DecodeCSV is a yardstick: the standard reader of tables, which looks at every cell.
func DecodeCSV(b *testing.B, table []byte) {
	b.Helper()
	b.SetBytes(int64(len(table)))
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(table))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// PerSecond reports how many messages a second a benchmark read that has so many in each round.
func PerSecond(b *testing.B, messages int) {
	b.ReportMetric(float64(messages)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/engine/enginetest"
)

// BenchmarkTrivialQuery is what the way through the driver, the socket and the library adds to every statement.
func BenchmarkTrivialQuery(b *testing.B) {
	c := enginetest.Connect(b)
	var took []time.Duration
	var one uint8
	for b.Loop() {
		begun := time.Now()
		check(b, c.QueryRow(context.Background(), "SELECT 1").Scan(&one))
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(residentBytes(b, enginetest.Start(b).Status().PID))/(1<<20), "resident-MB")
}

// BenchmarkInsert appends blocks of 100,000 rows with four columns.
func BenchmarkInsert(b *testing.B) {
	const perBlock = 100_000
	c := enginetest.Connect(b)
	ctx := context.Background()
	mustExec(b, c, "CREATE TABLE t (id UInt64, at DateTime64(3, 'UTC'), kind LowCardinality(String), size UInt32) ENGINE = MergeTree ORDER BY id")
	ids, times, kinds, sizes := make([]uint64, perBlock), make([]time.Time, perBlock), make([]string, perBlock), make([]uint32, perBlock)
	for i := range perBlock {
		ids[i], times[i], kinds[i], sizes[i] = uint64(i), time.UnixMilli(1.7e12+int64(i)), "direct", uint32(i)
	}
	for b.Loop() {
		batch, err := c.PrepareBatch(ctx, "INSERT INTO t (id, at, kind, size)")
		check(b, err)
		for i, column := range []any{ids, times, kinds, sizes} {
			check(b, batch.Column(i).Append(column))
		}
		check(b, batch.Send())
	}
	b.ReportMetric(perBlock*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRead streams five million rows with two columns.
func BenchmarkRead(b *testing.B) {
	const rows = 5_000_000
	for name, raw := range map[string]bool{"raw": true, "re-encoded": false} {
		b.Run(name, func(b *testing.B) {
			options := enginetest.Database(b)
			if !raw {
				options.HttpHeaders = nil
			}
			c := connect(b, options)
			for b.Loop() {
				check(b, drain(c.Query(context.Background(), "SELECT number, toString(number) FROM numbers(5000000)")))
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkStart goes from nothing to the first answer, on an empty folder.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		e, err := engine.Open(context.Background(), enginetest.Options(dataFolder(b)))
		check(b, err)
		c := connect(b, e.Options())
		check(b, c.Ping(context.Background()))
		_ = c.Close()
		_ = e.Close()
	}
}

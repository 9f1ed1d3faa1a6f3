package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"crosstalk/warehouse/engine/enginetest"
)

// everyType has a column of each type that the schema may use.
type everyType struct {
	U8         uint8             `ch:"u8"`
	U16        uint16            `ch:"u16"`
	U32        uint32            `ch:"u32"`
	U64        uint64            `ch:"u64"`
	I16        int16             `ch:"i16"`
	F64        float64           `ch:"f64"`
	Text       string            `ch:"text"`
	Kind       string            `ch:"kind"`
	On         time.Time         `ch:"on_day"`
	At         time.Time         `ch:"at"`
	Numbers    []uint64          `ch:"numbers"`
	Texts      []string          `ch:"texts"`
	State      string            `ch:"state"`
	Is         bool              `ch:"is_set"`
	Maybe      *uint32           `ch:"maybe"`
	Attributes map[string]string `ch:"attributes"`
	ID         uuid.UUID         `ch:"id"`
	Pair       []any             `ch:"pair"`
}

const everyTypeTable = `CREATE TABLE every_type (u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, i16 Int16, f64 Float64, text String,
	kind LowCardinality(String), on_day Date, at DateTime64(3, 'UTC'), numbers Array(UInt64), texts Array(String),
	state Enum8('staged' = 1, 'published' = 2), is_set Bool, maybe Nullable(UInt32), attributes Map(String, String), id UUID,
	pair Tuple(UInt32, String)) ENGINE = MergeTree ORDER BY u64`

func everyTypeRows() []everyType {
	three := uint32(3)
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	return []everyType{
		{Kind: "direct", On: time.Unix(0, 0).UTC(), At: time.Unix(0, 0).UTC(), Numbers: []uint64{}, Texts: []string{}, State: "staged",
			Attributes: map[string]string{}, Pair: []any{uint32(0), ""}},
		{U8: 255, U16: 65535, U32: 1<<32 - 1, U64: 1<<64 - 1, I16: -32768, F64: -1.5e300, Text: "tab\tnul\x00quote'ümläut", Kind: "group",
			On: day, At: day.Add(12*time.Hour + 345*time.Millisecond), Numbers: []uint64{1, 1<<64 - 1}, Texts: []string{"", "a'b\\c"},
			State: "published", Is: true, Maybe: &three, Attributes: map[string]string{"k": "v", "": "empty"},
			ID: uuid.MustParse("61f0c404-5cb3-11e7-907b-a6006ad3dba0"), Pair: []any{uint32(7), "x"}},
	}
}

func TestTypesRoundTrip(t *testing.T) {
	t.Parallel()
	// Both ways in which blocks travel: as the library writes them, and re-encoded for a client that knows no better.
	for name, raw := range map[string]bool{"raw blocks": true, "re-encoded blocks": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := enginetest.Database(t)
			if !raw {
				options.HttpHeaders = nil
			}
			c := connect(t, options)
			ctx := context.Background()
			mustExec(t, c, everyTypeTable)
			batch, err := c.PrepareBatch(ctx, "INSERT INTO every_type")
			check(t, err)
			want := everyTypeRows()
			for _, row := range want {
				check(t, batch.AppendStruct(&row))
			}
			check(t, batch.Send())
			var got []everyType
			check(t, c.Select(ctx, &got, "SELECT * FROM every_type ORDER BY u64"))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what was written is not what is read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	for name, value := range map[string]string{
		"empty":         "",
		"quotes":        `a'b"c` + "`d",
		"backslashes":   `\ \\ \n \'`,
		"tab, newline":  "a\tb\nc\rd",
		"zero byte":     "a\x00b",
		"statement end": "'; DROP TABLE x; --",
		"unicode":       "żółć 漢字 🙂",
		"address signs": "a=b&c=d%20+#",
		"placeholder":   "{other:String}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			var length uint64
			var list []string
			row := c.QueryRow(context.Background(), "SELECT {v:String}, length({v:String}), {list:Array(String)}",
				clickhouse.Named("v", value), clickhouse.Named("list", []string{value, "second"}))
			check(t, row.Scan(&got, &length, &list))
			if diff := cmp.Diff([]string{value, value, "second"}, append([]string{got}, list...)); diff != "" || length != uint64(len(value)) {
				t.Errorf("length %d, want %d (-want +got):\n%s", length, len(value), diff)
			}
		})
	}
}

func TestParametersOfOtherTypes(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	at := time.Date(2024, 3, 31, 23, 59, 59, 0, time.UTC)
	var sum, n uint64
	var gotAt time.Time
	var null *uint32
	row := c.QueryRow(context.Background(), "SELECT arraySum({ids:Array(UInt64)}), {n:UInt64}, {at:DateTime('UTC')}, {none:Nullable(UInt32)}",
		clickhouse.Named("ids", []uint64{1, 2, 1 << 40}), clickhouse.Named("n", uint64(1<<64-1)), clickhouse.Named("at", at), clickhouse.Named("none", nil))
	check(t, row.Scan(&sum, &n, &gotAt, &null))
	if sum != 1<<40+3 || n != 1<<64-1 || !gotAt.Equal(at) || null != nil {
		t.Errorf("got %d %d %v %v", sum, n, gotAt, null)
	}
}

// A statement with parameters that defines or inserts goes another way than a SELECT.
func TestParametersOutsideSelect(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	ctx := context.Background()
	mustExec(t, c, "CREATE TABLE t (a UInt64, s String) ENGINE = MergeTree ORDER BY a")
	check(t, c.Exec(ctx, "INSERT INTO t SELECT number, {s:String} FROM numbers({n:UInt64})", clickhouse.Named("s", `'\`), clickhouse.Named("n", 5)))
	var rows uint64
	check(t, c.QueryRow(ctx, "SELECT count() FROM t WHERE s = {s:String}", clickhouse.Named("s", `'\`)).Scan(&rows))
	if rows != 5 {
		t.Errorf("rows = %d, want 5", rows)
	}
}

func TestSettingsHoldForOneStatement(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	read := func(ctx context.Context) string {
		var value string
		check(t, c.QueryRow(ctx, "SELECT value FROM system.settings WHERE name = 'max_block_size'").Scan(&value))
		return value
	}
	before := read(context.Background())
	with := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1234, "log_comment": "it's mine"}))
	if got := read(with); got != "1234" {
		t.Errorf("with the setting: %s", got)
	}
	for range 20 {
		if got := read(context.Background()); got != before {
			t.Fatalf("the setting reached another statement: %s, was %s", got, before)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	type settings = clickhouse.Settings
	for name, test := range map[string]struct {
		sql      string
		settings settings
		code     int32
	}{
		"syntax":            {sql: "SELEC 1", code: 62},
		"unknown table":     {sql: "SELECT * FROM no_such_table", code: 60},
		"unknown setting":   {sql: "SELECT 1", settings: settings{"no_such_setting": 1}, code: 115},
		"wrong setting":     {sql: "SELECT 1", settings: settings{"max_threads": "many"}, code: 27},
		"hostile setting":   {sql: "SELECT 1", settings: settings{"max_threads = 1, max_block_size": 1}, code: 36},
		"missing parameter": {sql: "SELECT {a:UInt8}", code: 456},
		"time limit":        {sql: "SELECT sum(sipHash64(number)) FROM numbers(100000000000)", settings: settings{"max_execution_time": 0.2}, code: 159},
		"memory limit":      {sql: "SELECT groupArray(number) FROM numbers(100000000)", settings: settings{"max_memory_usage": 50_000_000}, code: 241},
		"in the middle":     {sql: "SELECT throwIf(number = 3000000) FROM numbers(4000000)", settings: settings{"max_threads": 1}, code: 395},
		"external session":  {sql: "SELECT 1", settings: settings{"session_id": "x"}, code: 36},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := clickhouse.Context(context.Background(), clickhouse.WithSettings(test.settings))
			err := drain(c.Query(ctx, test.sql))
			var exception *clickhouse.Exception
			if !errors.As(err, &exception) || exception.Code != test.code {
				t.Errorf("got %v, want an exception with code %d", err, test.code)
			}
			check(t, c.Ping(context.Background()))
		})
	}
}

func TestCompressionIsRefused(t *testing.T) {
	t.Parallel()
	options := enginetest.Database(t)
	options.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	c, err := clickhouse.Open(options)
	check(t, err)
	defer c.Close()
	var exception *clickhouse.Exception
	if err := c.Ping(context.Background()); !errors.As(err, &exception) || exception.Code != 36 {
		t.Errorf("got %v, want code 36", err)
	}
}

// An error after the first rows has to reach the reader, who must not take half an answer for a whole one.
func TestErrorInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]bool{"raw blocks": true, "re-encoded blocks": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := enginetest.Database(t)
			if !raw {
				options.HttpHeaders = nil
			}
			c := connect(t, options)
			rows, err := c.Query(context.Background(), "SELECT number, throwIf(number = 3000000, 'stop here') FROM numbers(4000000) SETTINGS max_threads = 1")
			check(t, err)
			read := 0
			for rows.Next() {
				read++
			}
			var exception *clickhouse.Exception
			if err := rows.Err(); !errors.As(err, &exception) || exception.Code != 395 || !strings.Contains(exception.Message, "stop here") {
				t.Errorf("got %v, want an exception with code 395", err)
			}
			if read == 0 || read > 3_000_000 {
				t.Errorf("%d rows before the error", read)
			}
		})
	}
}

// The engine must pass rows on as they come: an answer of some 90 MB has to leave its memory flat.
func TestLargeResultIsStreamed(t *testing.T) {
	t.Parallel()
	const total, mostGrowth = 5_000_000, 60 << 20
	e := openEngine(t, enginetest.Options(dataFolder(t)))
	c := connect(t, e.Options())
	check(t, drain(c.Query(context.Background(), "SELECT number, toString(number) FROM numbers(100000)")))
	before := residentBytes(t, e.Status().PID)
	rows, err := c.Query(context.Background(), "SELECT number, toString(number) AS text, number % 7 AS rest FROM numbers(5000000)")
	check(t, err)
	defer rows.Close()
	var read, most, number uint64
	var text string
	var rest uint8
	for rows.Next() {
		check(t, rows.Scan(&number, &text, &rest))
		if number != read || uint64(rest) != read%7 {
			t.Fatalf("row %d holds %d, %d", read, number, rest)
		}
		if read++; read%200_000 == 0 {
			most = max(most, residentBytes(t, e.Status().PID))
		}
	}
	check(t, rows.Err())
	if read != total {
		t.Errorf("rows = %d, want %d", read, total)
	}
	if most > before+mostGrowth {
		t.Errorf("the engine grew from %d to %d MB", before>>20, most>>20)
	}
}

func TestLargeInsert(t *testing.T) {
	t.Parallel()
	const blocks, perBlock = 10, 100_000
	c := enginetest.Connect(t)
	ctx := context.Background()
	mustExec(t, c, "CREATE TABLE t (id UInt64, at DateTime64(3, 'UTC'), kind LowCardinality(String), size UInt32) ENGINE = MergeTree ORDER BY id")
	ids, times, kinds, sizes := make([]uint64, perBlock), make([]time.Time, perBlock), make([]string, perBlock), make([]uint32, perBlock)
	for block := range blocks {
		for i := range perBlock {
			ids[i] = uint64(block*perBlock + i)
			times[i] = time.UnixMilli(int64(1.7e12) + int64(ids[i]))
			kinds[i] = [...]string{"direct", "group", "channel"}[i%3]
			sizes[i] = uint32(i)
		}
		batch, err := c.PrepareBatch(ctx, "INSERT INTO t (id, at, kind, size)")
		check(t, err)
		for i, column := range []any{ids, times, kinds, sizes} {
			check(t, batch.Column(i).Append(column))
		}
		check(t, batch.Send())
	}
	var rows, distinct, sizesSum uint64
	check(t, c.QueryRow(ctx, "SELECT count(), uniqExact(id), sum(size) FROM t WHERE kind != ''").Scan(&rows, &distinct, &sizesSum))
	if want := uint64(blocks) * perBlock * (perBlock - 1) / 2; rows != blocks*perBlock || distinct != rows || sizesSum != want {
		t.Errorf("rows %d, distinct %d, sum %d (want %d)", rows, distinct, sizesSum, want)
	}
}

func TestSeveralBlocksInOneInsert(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	mustExec(t, c, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	mustExec(t, c, "INSERT INTO t VALUES (1), (2), (3)")
	mustExec(t, c, "INSERT INTO t SELECT number FROM numbers(4, 3)")
	var sum uint64
	check(t, c.QueryRow(context.Background(), "SELECT sum(a) FROM t").Scan(&sum))
	if sum != 21 {
		t.Errorf("sum = %d, want 21", sum)
	}
}

// A wrong row must fail the whole INSERT statement with ClickHouse's own error, and leave the connection usable.
func TestInsertErrors(t *testing.T) {
	t.Parallel()
	c := enginetest.Connect(t)
	ctx := context.Background()
	mustExec(t, c, "CREATE TABLE t (a UInt64, CONSTRAINT small CHECK a < 10) ENGINE = MergeTree ORDER BY a")
	batch, err := c.PrepareBatch(ctx, "INSERT INTO t")
	check(t, err)
	check(t, batch.Append(uint64(5)))
	check(t, batch.Append(uint64(11)))
	var exception *clickhouse.Exception
	if err := batch.Send(); !errors.As(err, &exception) || exception.Code != 469 {
		t.Errorf("got %v, want code 469", err)
	}
	var rows uint64
	check(t, c.QueryRow(ctx, "SELECT count() FROM t").Scan(&rows))
	if rows != 0 {
		t.Errorf("rows = %d, want none", rows)
	}
}

func connect(t testing.TB, options *clickhouse.Options) driver.Conn {
	t.Helper()
	c, err := clickhouse.Open(options)
	check(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustExec(t testing.TB, c driver.Conn, sql string) {
	t.Helper()
	if err := c.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%.40s: %v", sql, err)
	}
}

// drain reads an answer to its end and gives the first error.
func drain(rows driver.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("in the middle: %w", err)
	}
	return nil
}

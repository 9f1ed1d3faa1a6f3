package analytics_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/analytics"
	"crosstalk/warehouse/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// store is a warehouse as far as metrics see one: the real schema in the real engine, its roll-ups filled by the test.
type store struct {
	conn      driver.Conn
	from      time.Time
	until     time.Time
	tools     []string
	days      map[string][2]time.Time
	directory bool
}

// newStore makes the tables of the schema in a database of the test's own.
func newStore(t testing.TB) *store {
	t.Helper()
	s := &store{conn: enginetest.Connect(t)}
	var files []string
	for _, pattern := range []string{"000[34]_*.sql", "*_session.sql"} { // people and roll-ups
		found, err := filepath.Glob("../warehouse/schema/" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no schema files: %v", err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for statement := range strings.SplitSeq(string(text), ";\n") {
			if isStatement(statement) {
				s.exec(t, statement)
			}
		}
	}
	return s
}

func isStatement(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			return true
		}
	}
	return false
}

func (s *store) exec(t testing.TB, sql string) {
	t.Helper()
	if err := s.conn.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// measure reads the bounds of the data, as the warehouse does when it makes a snapshot.
func (s *store) measure(t testing.TB) {
	t.Helper()
	var rows []struct {
		Tool string    `ch:"tool"`
		From time.Time `ch:"from_on"`
		To   time.Time `ch:"to_on"`
	}
	err := s.conn.Select(context.Background(), &rows, "SELECT tool, min(day) AS from_on, max(day) AS to_on FROM account_day GROUP BY tool ORDER BY tool")
	if err != nil {
		t.Fatal(err)
	}
	s.days = map[string][2]time.Time{}
	for _, r := range rows {
		s.tools = append(s.tools, r.Tool)
		s.days[r.Tool] = [2]time.Time{r.From, r.To}
		if s.from.IsZero() || r.From.Before(s.from) {
			s.from = r.From
		}
		if end := r.To.Add(20 * time.Hour); end.After(s.until) {
			s.until = end
		}
	}
	var people []struct {
		N uint64 `ch:"n"`
	}
	if err := s.conn.Select(context.Background(), &people, "SELECT count() AS n FROM person WHERE origin = 'directory'"); err != nil {
		t.Fatal(err)
	}
	s.directory = people[0].N > 0
}

const live = "[1]"

func (s *store) Select(ctx context.Context, rows any, query string, params analytics.Params) error {
	values := clickhouse.Parameters{"live": live, "publications": "[0, 1]", "people": "1", "zone": "UTC"}
	for name, v := range params {
		values[name] = literal(v)
	}
	return s.conn.Select(clickhouse.Context(ctx, clickhouse.WithParameters(values)), rows, query)
}

// literal writes a value as the text of a query parameter.
func literal(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case time.Time:
		return x.Format(time.DateOnly)
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		parts := make([]string, r.Len())
		for i := range parts {
			parts[i] = literal(r.Index(i).Interface())
			if k := r.Type().Elem(); k.Kind() == reflect.String || k == reflect.TypeFor[time.Time]() {
				parts[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(parts[i]) + "'"
			}
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return fmt.Sprint(v)
}

func (s *store) Publication() uint64  { return 1 }
func (s *store) DataFrom() time.Time  { return s.from }
func (s *store) DataUntil() time.Time { return s.until }
func (s *store) Tools() []string      { return s.tools }
func (s *store) ToolDays(tool string) (first, last time.Time) {
	return s.days[tool][0], s.days[tool][1]
}
func (s *store) HasDirectory() bool { return s.directory }

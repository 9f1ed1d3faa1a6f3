package warehouse

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

//go:embed schema/*.sql
var schema embed.FS

// staged are the tables in which a run's rows wait, in <table>_stage, until it is complete; signal is a former one.
var staged = []string{"message", "conversation", "conversation_member", "account", "activity", "signal", "signal_day"}

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version
(
    version    UInt32,
    name       String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY version`

// migrate brings the schema up to date. Every statement may be repeated, so a start that
// was cut short is made good by the next one.
func migrate(ctx context.Context, conn driver.Conn) error {
	applied, err := appliedVersions(ctx, conn)
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && exception.Code == unknownTable {
		err = conn.Exec(ctx, versionTable)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if newest, known := slices.Max(append(applied, 0)), steps[len(steps)-1].version; newest > known {
		return fmt.Errorf("the data was written by a newer Crosstalk (schema %d, this one knows %d): install that version or a later one", newest, known)
	}
	for _, s := range steps {
		if slices.Contains(applied, s.version) {
			continue
		}
		for i, statement := range s.statements {
			if err := conn.Exec(ctx, statement); err != nil {
				return fmt.Errorf("migrate: %s: statement %d: %w", s.name, i+1, err)
			}
		}
		if err := conn.Exec(ctx, "INSERT INTO schema_version (version, name) VALUES ("+strconv.Itoa(int(s.version))+", '"+s.name+"')"); err != nil {
			return fmt.Errorf("migrate: %s: %w", s.name, err)
		}
	}
	return nil
}

// unknownTable is ClickHouse's number for a table that is not there.
const unknownTable = 60

func appliedVersions(ctx context.Context, conn driver.Conn) ([]uint32, error) {
	var rows []struct {
		Version uint32 `ch:"version"`
	}
	err := conn.Select(ctx, &rows, "SELECT version FROM schema_version")
	var applied []uint32
	for _, r := range rows {
		applied = append(applied, r.Version)
	}
	return applied, err
}

type migration struct {
	version    uint32
	name       string
	statements []string
}

var createTable = regexp.MustCompile(`(?s)^CREATE TABLE IF NOT EXISTS (\w+)\n(\(.*\n\))\nENGINE = \w+(?:\([^)]*\))?\n(?:PARTITION BY [^\n]+\n)?(ORDER BY [^\n]+)`)

func migrations() ([]migration, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []migration
	for _, path := range names {
		text, err := schema.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "schema/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("schema file %s: its name must begin with a number", path)
		}
		steps = append(steps, migration{uint32(version), name, statements(string(text))})
	}
	return steps, nil
}

// statements splits a schema file and adds the stage twin of each staged table.
func statements(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ";\n") {
		if statement := strings.TrimSpace(stripComments(part)); statement != "" {
			out = append(out, statement)
			if twin := stageTwin(statement); twin != "" {
				out = append(out, twin)
			}
		}
	}
	return out
}

func stripComments(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "--") }), "\n")
}

func stageTwin(statement string) string {
	m := createTable.FindStringSubmatch(statement)
	if m == nil || !slices.Contains(staged, m[1]) {
		return ""
	}
	return "CREATE TABLE IF NOT EXISTS " + m[1] + "_stage\n" + m[2] + "\nENGINE = MergeTree\nPARTITION BY run_id\n" + m[3]
}

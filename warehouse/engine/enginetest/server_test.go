package enginetest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/warehouse/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func TestServer(t *testing.T) {
	t.Parallel()
	server := enginetest.StartServer(t)
	for name, dsn := range map[string]string{"native": server.Native("default"), "http": server.HTTP("default")} {
		t.Run(name, func(t *testing.T) {
			c := open(t, dsn)
			ctx := context.Background()
			exec := func(sql string, args ...any) {
				t.Helper()
				if err := c.Exec(ctx, sql, args...); err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
			}
			exec("CREATE DATABASE " + name)
			exec("CREATE TABLE " + name + ".t (a UInt64, s String) ENGINE = MergeTree ORDER BY a")
			batch, err := c.PrepareBatch(ctx, "INSERT INTO "+name+".t")
			if err != nil {
				t.Fatal(err)
			}
			for i := range uint64(1000) {
				if err := batch.Append(i, "row"); err != nil {
					t.Fatal(err)
				}
			}
			if err := batch.Send(); err != nil {
				t.Fatal(err)
			}
			var rows uint64
			err = c.QueryRow(ctx, "SELECT count() FROM "+name+".t WHERE s = {s:String}", clickhouse.Named("s", "row")).Scan(&rows)
			if err != nil || rows != 1000 {
				t.Errorf("%d rows, %v", rows, err)
			}
			version, err := c.ServerVersion()
			if err != nil || version.Version.Major < 24 {
				t.Errorf("version %v, %v", version, err)
			}
		})
	}
}

func TestServerRefusesAWrongPassword(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"native", "http"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			server := enginetest.StartServer(t)
			server.Password += "x"
			dsn := server.Native("default")
			if protocol == "http" {
				dsn = server.HTTP("default")
			}
			err := open(t, dsn).Ping(context.Background())
			var exception *clickhouse.Exception
			if !errors.As(err, &exception) || exception.Code != 516 || !strings.Contains(err.Error(), "Authentication failed") {
				t.Errorf("got %v, want code 516", err)
			}
		})
	}
}

func open(t *testing.T, dsn string) driver.Conn {
	t.Helper()
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	c, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

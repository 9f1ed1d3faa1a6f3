package engine_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/engine/enginetest"
)

const endless = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"

// dataFolder gives a folder that is removed after its engine has ended.
func dataFolder(t testing.TB, below ...string) string {
	t.Helper()
	folder := filepath.Join(append([]string{t.TempDir()}, below...)...)
	t.Cleanup(func() {
		lock, err := os.Open(filepath.Join(folder, "engine.lock"))
		if err != nil {
			return
		}
		defer lock.Close()
		eventually(t, 20*time.Second, "the engine ends", func() bool {
			return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
		})
	})
	return folder
}

func openEngine(t testing.TB, options engine.Options) *engine.Engine {
	t.Helper()
	e, err := engine.Open(context.Background(), options)
	check(t, err)
	t.Cleanup(func() { check(t, e.Close()) })
	return e
}

func runningStatements(t testing.TB, c driver.Conn, like string) uint64 {
	t.Helper()
	var running uint64
	check(t, c.QueryRow(context.Background(), "SELECT count() FROM system.processes WHERE query LIKE {like:String} AND query NOT LIKE '%system.processes%'",
		clickhouse.Named("like", like)).Scan(&running))
	return running
}

func TestCancelledStatementsEnd(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"no rows yet":    "SELECT sum(sipHash64(number, 'aggregate')) FROM numbers(1000000000000)",
		"rows on end":    "SELECT sipHash64(number, 'stream') FROM numbers(1000000000000)",
		"insert, select": "INSERT INTO FUNCTION null('a UInt64') SELECT sipHash64(number, 'insert') FROM numbers(1000000000000)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := enginetest.Connect(t)
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			begun := time.Now()
			var err error
			if strings.HasPrefix(sql, "INSERT") {
				err = c.Exec(ctx, sql)
			} else {
				err = drain(c.Query(ctx, sql))
			}
			if err == nil {
				t.Fatal("an endless statement ended")
			}
			if took := time.Since(begun); took > 1300*time.Millisecond {
				t.Errorf("the caller waited %v", took)
			}
			other := enginetest.Connect(t)
			eventually(t, time.Second, "the statement ends in the engine", func() bool { return runningStatements(t, other, sql) == 0 })
			check(t, c.Ping(context.Background()))
		})
	}
}

// A hundred callers that hang up in the middle of an answer or of their rows must leave nothing behind.
func TestCallersThatHangUp(t *testing.T) {
	t.Parallel()
	e := openEngine(t, enginetest.Options(dataFolder(t)))
	c := connect(t, e.Options())
	mustExec(t, c, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	var callers sync.WaitGroup
	for i := range 100 {
		callers.Go(func() {
			if i%2 == 0 {
				hangUpReading(t, e)
			} else {
				hangUpWriting(t, e)
			}
		})
	}
	callers.Wait()
	eventually(t, 5*time.Second, "all statements end", func() bool {
		return runningStatements(t, c, "%hang_up%") == 0 && runningStatements(t, c, "INSERT%") == 0
	})
	var rows uint64
	check(t, c.QueryRow(context.Background(), "SELECT count() FROM t").Scan(&rows))
	if rows != 0 || e.Status().Restarts != 0 {
		t.Errorf("%d rows of broken inserts, %d restarts", rows, e.Status().Restarts)
	}
}

func hangUpReading(t *testing.T, e *engine.Engine) {
	conn, err := e.DialContext(context.Background(), "")
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	sql := "SELECT number AS hang_up FROM numbers(100000000000)"
	_, err = conn.Write([]byte("POST /?default_format=Native HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + strconv.Itoa(len(sql)) + "\r\n\r\n" + sql))
	if err == nil {
		_, err = conn.Read(make([]byte, 100_000))
	}
	if err != nil {
		t.Error(err)
	}
}

func hangUpWriting(t *testing.T, e *engine.Engine) {
	conn, err := e.DialContext(context.Background(), "")
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	// One column "a" of UInt64 with 1000 rows is announced, 100 follow.
	block := "\x01\xe8\x07\x01a\x06UInt64" + strings.Repeat("\x01\x00\x00\x00\x00\x00\x00\x00", 100)
	query := url.Values{"query": {"INSERT INTO t (a) FORMAT Native"}}
	if _, err := conn.Write([]byte("POST /?" + query.Encode() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + block)); err != nil {
		t.Error(err)
	}
}

// The engine is killed while inserts and reads run: callers hear at once that it is unavailable, it comes back by
// itself, and every insert that was reported as done is there.
func TestKilledEngineComesBack(t *testing.T) {
	t.Parallel()
	e := openEngine(t, enginetest.Options(dataFolder(t)))
	c := connect(t, e.Options())
	mustExec(t, c, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	var stop, unavailable atomic.Bool
	var done, next atomic.Uint64
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for !stop.Load() {
				n := next.Add(1)
				err := insertThousand(c, n)
				if err == nil {
					done.Add(1000)
					continue
				}
				var known *engine.UnavailableError
				if !errors.Is(err, engine.ErrUnavailable) || !errors.As(err, &known) || known.RetryAfter < time.Second {
					t.Errorf("insert: %v, want an UnavailableError with the time to wait", err)
				}
				unavailable.Store(true)
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	eventually(t, 10*time.Second, "some inserts are done", func() bool { return done.Load() > 20_000 })
	first := e.Status().PID
	check(t, syscall.Kill(first, syscall.SIGKILL))
	eventually(t, 5*time.Second, "callers hear of it", unavailable.Load)
	before := done.Load()
	eventually(t, 20*time.Second, "inserts go on", func() bool { return done.Load() > before+20_000 })
	stop.Store(true)
	load.Wait()
	if status := e.Status(); !status.Running || status.Restarts != 1 || status.PID == first {
		t.Errorf("status %+v after one kill", status)
	}
	var rows uint64
	check(t, c.QueryRow(context.Background(), "SELECT count() FROM t").Scan(&rows))
	// An insert whose caller heard nothing may be there or not.
	if rows < done.Load() {
		t.Errorf("%d rows, but %d were reported as done", rows, done.Load())
	}
}

func insertThousand(c driver.Conn, n uint64) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	batch, err := c.PrepareBatch(ctx, "INSERT INTO t (a)")
	if err != nil {
		return err
	}
	for i := range uint64(1000) {
		if err := batch.Append(n*1000 + i); err != nil {
			return err
		}
	}
	return batch.Send()
}

// A statement that runs when the engine dies must end with ErrUnavailable, not with a broken pipe.
func TestStatementDuringDeath(t *testing.T) {
	t.Parallel()
	e := openEngine(t, enginetest.Options(dataFolder(t)))
	c := connect(t, e.Options())
	failed := make(chan error, 2)
	go func() { failed <- drain(c.Query(context.Background(), endless)) }()
	go func() { failed <- drain(c.Query(context.Background(), "SELECT number FROM numbers(100000000000)")) }()
	time.Sleep(300 * time.Millisecond)
	check(t, syscall.Kill(e.Status().PID, syscall.SIGKILL))
	for range 2 {
		select {
		case err := <-failed:
			if !errors.Is(err, engine.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("a statement hangs after the engine's death")
		}
	}
	eventually(t, 20*time.Second, "it comes back", func() bool { return c.Ping(context.Background()) == nil })
}

func TestPing(t *testing.T) {
	t.Parallel()
	e := enginetest.Start(t)
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		return e.DialContext(ctx, address)
	}}}
	answer, err := client.Get("http://localhost/ping")
	check(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("status %d", answer.StatusCode)
	}
}

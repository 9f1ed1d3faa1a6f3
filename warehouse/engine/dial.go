package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/warehouse/engine/internal/child"
)

const (
	mostConnections  = 32
	idleConnections  = 8
	longestStatement = 24 * time.Hour // a caller's own context bounds a statement; the driver should not
)

// Options gives what clickhouse-go needs to open a connection to the engine: clickhouse.Open(e.Options()). Each call
// gives a new value, which the caller may change.
func (e *Engine) Options() *clickhouse.Options {
	return &clickhouse.Options{
		Protocol:        clickhouse.HTTP,
		Addr:            []string{"localhost"},
		DialContext:     e.DialContext,
		TransportFunc:   withoutProxy,
		HttpHeaders:     map[string]string{child.RevisionHeader: "0"},
		MaxOpenConns:    mostConnections,
		MaxIdleConns:    idleConnections,
		ConnMaxLifetime: time.Hour,
		ReadTimeout:     longestStatement,
	}
}

// withoutProxy keeps a proxy of the environment away from a socket.
func withoutProxy(transport *http.Transport) (http.RoundTripper, error) {
	transport.Proxy = nil
	return transport, nil
}

// DialContext connects to the engine's socket, whatever the address; when the engine is down it fails at once with an
// UnavailableError.
func (e *Engine) DialContext(ctx context.Context, _ string) (net.Conn, error) {
	held, err := e.current()
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unix", held.socket)
	if err == nil {
		return &connection{Conn: c, engine: e, lease: held}, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return nil, e.unavailable(err)
}

// connection names the engine's death for what it is, in the middle of a statement too.
type connection struct {
	net.Conn
	engine *Engine
	lease  *lease
}

func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.explain(err)
}

func (c *connection) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.explain(err)
}

// deathNotice is how much later than another connection a lease may break when a process dies.
const deathNotice = 200 * time.Millisecond

// explain turns the error of a broken connection into an UnavailableError if the engine died.
func (c *connection) explain(err error) error {
	var timeout net.Error
	if err == nil || errors.Is(err, net.ErrClosed) || errors.As(err, &timeout) && timeout.Timeout() {
		return err
	}
	select {
	case <-c.lease.gone:
	case <-time.After(deathNotice):
		return err
	}
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	// Not the error itself: a reader that finds an io.EOF in it would take the answer for complete.
	return c.engine.unavailable(errEnded)
}

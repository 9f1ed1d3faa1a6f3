package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"crosstalk/warehouse/engine/internal/child"
)

// lease is an open connection to an engine, which runs at least as long.
type lease struct {
	conn     net.Conn
	socket   string
	greeting child.Greeting
	gone     chan struct{} // closed when the engine has closed the connection, or this side has
}

// leaseTimeout bounds how long a running engine may take to grant a lease.
const leaseTimeout = 10 * time.Second

// takeLease asks the engine that listens on a socket. An engine that is about to end refuses by closing.
func takeLease(ctx context.Context, socket string) (*lease, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	l := &lease{conn: conn, socket: socket, gone: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := l.ask(); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("ask the engine for a lease: %w", err)
	}
	go l.wait()
	return l, nil
}

func (l *lease) ask() error {
	if err := l.conn.SetDeadline(time.Now().Add(leaseTimeout)); err != nil {
		return err
	}
	if _, err := l.conn.Write([]byte("POST /lease HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")); err != nil {
		return err
	}
	reader := bufio.NewReader(l.conn)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	// The body ends with the lease; the greeting is its first line.
	line, err := bufio.NewReader(answer.Body).ReadBytes('\n')
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &l.greeting); err != nil {
		return err
	}
	return l.conn.SetDeadline(time.Time{})
}

// wait ends when the connection does; nothing more is ever sent on it.
func (l *lease) wait() {
	defer close(l.gone)
	var one [1]byte
	for {
		if _, err := l.conn.Read(one[:]); err != nil {
			_ = l.conn.Close()
			return
		}
	}
}

func (l *lease) release() { _ = l.conn.Close() }

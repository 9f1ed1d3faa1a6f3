// Package warehouse keeps what the collectors read, in ClickHouse: one embedded in a
// process of its own, or a server named by a DSN. It is the only package that knows the
// driver. It turns records into keyed ids, stages and publishes runs, makes the roll-ups,
// resolves accounts to people, and answers the queries of the analytics package.
//
// It must not compute a metric, and never stores the text of a message, a subject, a topic or a
// file name.
package warehouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/warehouse/engine"
)

// Options say where the warehouse is and how its days run.
type Options struct {
	DataDir     string        // holds the keys, the locks and, without a DSN, the embedded engine's data; made where missing
	DSN         string        // clickhouse://user:password@host:9000/database or http(s)://…; empty for the embedded engine
	MemoryLimit uint64        // bytes for the embedded engine; 0 for its default
	Zone        string        // IANA name of the organisation's time zone; empty is that of the roll-ups, at first UTC
	Calendar    Calendar      // the organisation's working hours
	Linger      time.Duration // see engine.Options
	Executable  string        // see engine.Options
	Args        []string
	Env         []string
	Rules       Rules
	Logger      *slog.Logger // nil for none

	ClickHouse *clickhouse.Options // of an engine that somebody else holds open; nil goes by DSN and DataDir
}

// Rules say who counts as internal and which people the company's configuration knows.
type Rules struct {
	Domains    []string // lower case; addresses at them are internal
	Workspaces []string // workspaces the company runs
}

// Warehouse is an open connection. Its methods may be called from several goroutines.
type Warehouse struct {
	conn    driver.Conn
	engine  io.Closer // nil in server mode
	dir     string
	id      idKey
	private atomic.Pointer[privacyKey] // of the key file as last read
	days    atomic.Pointer[days]
	rules   Rules
	log     *slog.Logger
	columns columnCache
	newest  atomic.Pointer[snapshot] // as of the last look
}

// oldest is the first ClickHouse that has all the features the queries use.
var oldest = [2]uint64{24, 8}

// Open opens the warehouse and brings its schema up to date. Errors that a user can mend
// are one sentence each.
func Open(ctx context.Context, o Options) (*Warehouse, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	zone := cmp.Or(o.Zone, "UTC")
	if _, err := time.LoadLocation(zone); err != nil {
		return nil, fmt.Errorf("unknown time zone %q: use an IANA name such as Europe/Berlin", o.Zone)
	}
	calendar, err := o.Calendar.checked()
	if err != nil {
		return nil, err
	}
	if err := checkRestored(o.DataDir); err != nil {
		return nil, err
	}
	w := &Warehouse{dir: o.DataDir, rules: o.Rules, log: o.Logger}
	w.days.Store(&days{zone, calendar})
	if err := w.openKeys(); err != nil {
		return nil, err
	}
	if err := w.connect(ctx, o); err != nil {
		return nil, err
	}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.openSettings(ctx, o); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.resumeErasures(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Warehouse) openKeys() error {
	if err := os.MkdirAll(filepath.Join(w.dir, "locks"), 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made or written: %w; choose another with --data", w.dir, reason(err))
	}
	secret, err := loadKey(w.dir, idKeyFile)
	if err != nil {
		return err
	}
	w.id = newIDKey(secret)
	return w.readPrivacyKey()
}

// readPrivacyKey reads the key file again: another command may have rotated it.
func (w *Warehouse) readPrivacyKey() error {
	secret, err := loadKey(w.dir, privacyKeyFile)
	if err != nil {
		return err
	}
	key, err := newPrivacyKey(secret)
	if err != nil {
		return err
	}
	w.private.Store(&key)
	return nil
}

func (w *Warehouse) privacy() privacyKey { return *w.private.Load() }

func (w *Warehouse) connect(ctx context.Context, o Options) (err error) {
	if o.ClickHouse != nil {
		w.conn, err = clickhouse.Open(o.ClickHouse)
		return err
	}
	if o.DSN != "" {
		return w.connectServer(ctx, o.DSN)
	}
	e, err := engine.Open(ctx, engine.Options{DataDir: o.DataDir, MemoryLimit: o.MemoryLimit, Linger: o.Linger, Executable: o.Executable, Args: o.Args, Env: o.Env, Logger: o.Logger})
	if err != nil {
		return err
	}
	w.engine = e
	w.conn, err = clickhouse.Open(e.Options())
	return err
}

func (w *Warehouse) connectServer(ctx context.Context, dsn string) error {
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		return fmt.Errorf("--clickhouse is not an address of the form clickhouse://user:password@host:9000/database: %w", hideDSN(err, dsn))
	}
	options.Settings = clickhouse.Settings{}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return hideDSN(err, dsn)
	}
	w.conn = conn
	v, err := conn.ServerVersion()
	if err != nil {
		return errors.Join(serverError(options.Addr, err), conn.Close())
	}
	if v.Version.Major < oldest[0] || v.Version.Major == oldest[0] && v.Version.Minor < oldest[1] {
		return errors.Join(fmt.Errorf("the ClickHouse at %s is version %d.%d: Crosstalk needs %d.%d or later", strings.Join(options.Addr, ","), v.Version.Major, v.Version.Minor, oldest[0], oldest[1]), conn.Close())
	}
	return nil
}

func (w *Warehouse) prepare(ctx context.Context) error {
	unlock, err := w.lock(ctx, "migrate")
	if err != nil {
		return err
	}
	defer unlock()
	if err := migrate(ctx, w.conn); err != nil {
		return err
	}
	return w.finishRotation(ctx)
}

// Zone is the time zone of the warehouse's days, by its IANA name.
func (w *Warehouse) Zone() string { return w.days.Load().zone }

// Close ends the connection. The embedded engine ends by itself when nobody else uses it.
func (w *Warehouse) Close() error {
	var errs []error
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.engine != nil {
		errs = append(errs, w.engine.Close())
	}
	return errors.Join(errs...)
}

// Ping reports whether the engine or server answers.
func (w *Warehouse) Ping(ctx context.Context) error { return passing(w.conn.Ping(ctx)) }

// serverError puts what the driver says of a server that does not let us in into one sentence.
func serverError(addr []string, err error) error {
	where := strings.Join(addr, ",")
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		switch exception.Code {
		case 516, 192, 193, 194:
			return fmt.Errorf("the ClickHouse at %s refuses the user or the password: check the address given by --clickhouse", where)
		case 81:
			return fmt.Errorf("the ClickHouse at %s has no such database: create it first, or name another in --clickhouse", where)
		}
		return fmt.Errorf("the ClickHouse at %s answers: %s", where, exception.Message)
	}
	var operation *net.OpError // without the driver's words around it, which hold the whole address
	if errors.As(err, &operation) {
		err = operation.Err
	}
	return fmt.Errorf("the ClickHouse at %s cannot be reached: %w; is it running, and is the port right?", where, err)
}

// hideDSN keeps the password of a DSN out of an error.
func hideDSN(err error, dsn string) error {
	return errors.New(strings.ReplaceAll(err.Error(), dsn, "…"))
}

// reason is the innermost cause of a file system error, without its path.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

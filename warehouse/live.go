package warehouse

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sys/unix"

	"crosstalk/warehouse/engine"
)

// LiveSource is where a live source goes on, and how it went. Its cursor is stored only after everything before it was
// published: a crash in between reads some records again, which are known by then.
type LiveSource struct {
	Name        string // collector and workspace
	Cursor      []byte // the collector's own; empty is the beginning
	RunID       uint64 // that published the newest records before the cursor; 0 is none
	TriedAt     time.Time
	SucceededAt time.Time // zero is never
	Failures    uint32    // in a row
	version     uint64
}

type liveRow struct {
	Name        string    `ch:"source"`
	Cursor      string    `ch:"cursor"`
	RunID       uint64    `ch:"run_id"`
	TriedAt     time.Time `ch:"tried_at"`
	SucceededAt time.Time `ch:"succeeded_at"`
	Failures    uint32    `ch:"failures"`
	Version     uint64    `ch:"version"`
}

func (r liveRow) source() LiveSource {
	return LiveSource{Name: r.Name, Cursor: []byte(r.Cursor), RunID: r.RunID, TriedAt: orZero(r.TriedAt), SucceededAt: orZero(r.SucceededAt),
		Failures: r.Failures, version: r.Version}
}

// LiveSource gives what is known of a source; of one that never ran, its name alone.
func (w *Warehouse) LiveSource(ctx context.Context, name string) (LiveSource, error) {
	var rows []liveRow
	err := w.conn.Select(ctx, &rows, "SELECT * FROM live_source WHERE source = {key:String} ORDER BY version DESC LIMIT 1", named("key", name))
	if err != nil {
		return LiveSource{}, fmt.Errorf("look up where a live source goes on: %w", err)
	}
	if len(rows) == 0 {
		return LiveSource{Name: name}, nil
	}
	return rows[0].source(), nil
}

// LiveSources lists the sources that ever ran, by name.
func (w *Warehouse) LiveSources(ctx context.Context) ([]LiveSource, error) {
	var rows []liveRow
	if err := w.conn.Select(ctx, &rows, "SELECT * FROM live_source ORDER BY source, version DESC LIMIT 1 BY source"); err != nil {
		return nil, fmt.Errorf("look up the live sources: %w", err)
	}
	return mapped(rows, liveRow.source), nil
}

// PutLiveSource stores how a source goes on, in place of what s was loaded with. Whoever puts holds the source's lock.
func (w *Warehouse) PutLiveSource(ctx context.Context, s *LiveSource) error {
	s.version = max(s.version+1, uint64(max(time.Now().UnixMicro(), 0)))
	err := w.insertRow(ctx, "INSERT INTO live_source (source, cursor, run_id, tried_at, succeeded_at, failures, version)",
		s.Name, string(s.Cursor), s.RunID, orEpoch(s.TriedAt), orEpoch(s.SucceededAt), s.Failures, s.version)
	if err != nil {
		return fmt.Errorf("store where a live source goes on: %w", err)
	}
	return nil
}

// LockLiveSource keeps other processes of this data folder from reading a source at the same time. unlock is nil when
// another one reads it; the system gives the lock back when its holder ends, however it ends.
func (w *Warehouse) LockLiveSource(name string) (unlock func(), err error) {
	key := w.id.place.sum(tuple(nil).str("live source").str(name))
	return w.tryLock("live-" + hex.EncodeToString(tuple(nil).num(key)))
}

// HasFiles reports whether all of these files, by the SHA-256 of their content, were read by runs that are published.
func (w *Warehouse) HasFiles(ctx context.Context, digests [][32]byte) (bool, error) {
	const atOnce = 200 // they travel in an address
	for len(digests) > 0 {
		part := digests[:min(atOnce, len(digests))]
		digests = digests[len(part):]
		distinct := map[string]bool{}
		var wanted []string
		for _, d := range part {
			if key := hex.EncodeToString(d[:]); !distinct[key] {
				distinct[key] = true
				wanted = append(wanted, key)
			}
		}
		var found uint64
		err := w.conn.QueryRow(ctx, `SELECT uniqExact(digest) FROM run_file WHERE digest IN (SELECT toFixedString(unhex(arrayJoin({digests:Array(String)})), 32))
			AND run_id IN (SELECT run_id FROM run GROUP BY run_id HAVING max(state) = {published:UInt8})`,
			named("digests", wanted), named("published", runPublished)).Scan(&found)
		if err != nil {
			return false, fmt.Errorf("look for files that were read before: %w", err)
		}
		if found < uint64(len(wanted)) {
			return false, nil
		}
	}
	return true, nil
}

// ID names the run in the warehouse's tables.
func (r *Run) ID() uint64 { return r.id }

// OwnFault reports whether an error of a run is that of ClickHouse, the way to it or the machine, and not the fault of
// what was being read: the same may succeed later.
func OwnFault(err error) bool {
	var exception *clickhouse.Exception
	var operation *clickhouse.OpError
	var network net.Error
	var status *clickhouse.HTTPError
	return errors.Is(err, engine.ErrUnavailable) || errors.As(err, &status) || errors.As(err, &exception) || errors.As(err, &operation) || errors.As(err, &network) ||
		errors.Is(err, clickhouse.ErrAcquireConnTimeout) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EIO) || errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE)
}

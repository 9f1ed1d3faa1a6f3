package warehouse

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

func named(name string, value any) any { return clickhouse.Named(name, value) }

// publish makes slices anew and brings them out, together with who each account is when
// that changed.
func (w *Warehouse) publish(ctx context.Context, touched []month, people bool) error {
	p, err := w.newPublication(ctx)
	if err != nil {
		return err
	}
	return p.bringOut(ctx, touched, people)
}

// publication is one generation in the making.
type publication struct {
	w       *Warehouse
	id      uint64
	at      time.Time
	zone    *time.Location
	changes map[month]change // of slices that change from some day on only

	frozen frozen

	mu   sync.Mutex
	rows []publicationRow
}

// newPublication numbers the next publication and drops what an earlier try at it left behind.
func (w *Warehouse) newPublication(ctx context.Context) (*publication, error) {
	var last []struct {
		ID uint64 `ch:"id"`
	}
	if err := w.conn.Select(ctx, &last, "SELECT max(publication_id) AS id FROM publication"); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	p := &publication{w: w, id: last[0].ID + 1, at: time.Now().UTC(), changes: map[month]change{}}
	var err error
	if p.zone, err = time.LoadLocation(w.Zone()); err != nil {
		return nil, err
	}
	return p, w.dropGenerations(ctx, func(id uint64) bool { return id >= p.id })
}

// bringOut makes the publication's slices and makes them visible.
func (p *publication) bringOut(ctx context.Context, touched []month, people bool) error {
	if _, err := p.w.dropAged(ctx); err != nil {
		return err
	}
	var err error
	if p.frozen, err = p.w.frozenDays(ctx); err != nil {
		return err
	}
	touched = p.frozen.thawed(touched)
	if len(touched) == 0 && !people {
		return nil
	}
	group, making := errgroup.WithContext(ctx)
	if people {
		group.Go(func() error { return p.resolvePeople(making) })
	}
	if len(touched) > 0 {
		group.Go(func() error { return p.rollUp(making, touched) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := p.store(ctx); err != nil {
		return err
	}
	if err := p.w.sweep(ctx, p.id); err != nil {
		p.w.log.Warn("old generations could not be dropped: a later publication will", "error", err)
	}
	return nil
}

// add notes a slice that was made.
func (p *publication) add(r publicationRow) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, r)
}

type publicationRow struct {
	subject string
	month   uint32
	slice   uint64
	until   time.Time
}

// slice numbers the slices of a publication so that they can be read: publication,
// four digits of the tool, yyyymm.
func (p *publication) base(tool int) uint64 { return p.id*1e10 + uint64(tool)*1e6 }

// store brings the publication out: one insert of one block, which ClickHouse makes
// visible at once or not at all.
func (p *publication) store(ctx context.Context) error {
	batch, err := p.w.insert(ctx, "INSERT INTO publication (publication_id, subject, month, slice_id, published_at, data_until)")
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	defer batch.Close()
	for _, r := range p.rows {
		if err := batch.Append(p.id, r.subject, r.month, r.slice, p.at, orEpoch(r.until)); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// readersMayLag is how long a face may still read a publication after the next one.
const readersMayLag = 2 * time.Minute

// sweep drops generations of roll-ups in which nothing is live any more, once there are
// a few of them and nobody can be reading them.
func (w *Warehouse) sweep(ctx context.Context, newest uint64) error {
	const few = 8
	if newest%few != 0 {
		return nil
	}
	var live []struct {
		ID uint64 `ch:"publication_id"`
	}
	query := `SELECT DISTINCT publication_id FROM publication WHERE published_at > now64(3) - toIntervalSecond({seconds:UInt32})
		OR (subject, month, publication_id) IN (SELECT subject, month, max(publication_id) FROM publication GROUP BY subject, month)
		OR (subject, month, publication_id) IN (SELECT subject, month, max(publication_id) FROM publication
			WHERE published_at <= now64(3) - toIntervalSecond({seconds:UInt32}) GROUP BY subject, month)`
	if err := w.conn.Select(ctx, &live, query, named("seconds", uint32(readersMayLag.Seconds()))); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	keep := map[uint64]bool{}
	for _, l := range live {
		keep[l.ID] = true
	}
	return w.dropGenerations(ctx, func(id uint64) bool { return !keep[id] && id < newest })
}

// dropGenerations drops the partitions of publications that a test picks.
func (w *Warehouse) dropGenerations(ctx context.Context, drop func(uint64) bool) error {
	var parts []struct {
		Table string `ch:"table"`
		ID    uint64 `ch:"id"`
	}
	query := "SELECT DISTINCT table, toUInt64(partition) AS id FROM system.parts WHERE database = currentDatabase() AND active AND has({tables:Array(String)}, table)"
	if err := w.conn.Select(ctx, &parts, query, named("tables", append([]string{"account_person", "answer", openingPart}, rollups...))); err != nil {
		return fmt.Errorf("look for old generations: %w", err)
	}
	for _, p := range parts {
		if !drop(p.ID) {
			continue
		}
		if err := w.conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP PARTITION %d", p.Table, p.ID)); err != nil {
			return fmt.Errorf("drop an old generation: %w", err)
		}
	}
	return nil
}

package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

func named(name string, value any) any { return clickhouse.Named(name, value) }

// rollups are the tables made of messages, each by the query of its name.
var rollups = []string{"account_day", "tie_day", "opening_day", "reach_day", "minute_day"}

// month is one slice of the roll-ups: a tool and a month of the organisation's days.
type month struct {
	Tool  string `ch:"tool"`
	Month uint32 `ch:"month"` // yyyymm
}

// complete brings a loaded run to the faces: its rows move in, the slices they touch are
// made anew, and one insert publishes all of it. touched are the slices that noteSlices
// noted. It may be repeated from any point. The caller holds the publish lock.
func (w *Warehouse) complete(ctx context.Context, run uint64, touched []month, command string, began time.Time) error {
	accounts, err := w.moveIn(ctx, run)
	if err != nil {
		return err
	}
	if err := w.publish(ctx, touched, accounts); err != nil {
		return err
	}
	if err := w.setRun(ctx, run, runPublished, command, began); err != nil {
		return err
	}
	return w.dropStage(ctx, run)
}

// noteSlices works out which slices the run changes and writes them down before anything
// moves, since afterwards it could not be told any more.
func (w *Warehouse) noteSlices(ctx context.Context, run uint64) ([]month, error) {
	bounds, err := w.stageBounds(ctx, run)
	if err != nil {
		return nil, err
	}
	if err := w.conn.Exec(ctx, "INSERT INTO run_slice (run_id, tool, month) SELECT {run:UInt64}, tool, month FROM ("+sqlFile("affected")+")", bounds...); err != nil {
		return nil, fmt.Errorf("work out what a run changes: %w", err)
	}
	var touched []month
	if err := w.conn.Select(ctx, &touched, "SELECT DISTINCT tool, month FROM run_slice WHERE run_id = {run:UInt64} ORDER BY tool, month", named("run", run)); err != nil {
		return nil, fmt.Errorf("work out what a run changes: %w", err)
	}
	return touched, nil
}

// stageBounds are the parameters of affected.sql: which tools and times a run staged, and
// in which months there are messages at all, once it has moved in.
func (w *Warehouse) stageBounds(ctx context.Context, run uint64) ([]any, error) {
	var rows []struct {
		Tools      []string `ch:"tools"`
		First      int64    `ch:"first"`
		Last       int64    `ch:"last"`
		FirstMonth uint32   `ch:"first_month"`
		LastMonth  uint32   `ch:"last_month"`
	}
	query := `WITH (SELECT (count(), min(sent_at), max(sent_at)) FROM message) AS held
		SELECT groupUniqArray(toString(tool)) AS tools, toUnixTimestamp64Milli(min(sent_at)) AS first, toUnixTimestamp64Milli(max(sent_at)) AS last,
			toYYYYMM(toTimeZone(if(held.1 = 0, min(sent_at), least(min(sent_at), held.2)), {zone:String})) AS first_month,
			toYYYYMM(toTimeZone(if(held.1 = 0, max(sent_at), greatest(max(sent_at), held.3)), {zone:String})) AS last_month
		FROM message_stage WHERE run_id = {run:UInt64}`
	if err := w.conn.Select(ctx, &rows, query, named("run", run), named("zone", w.zone)); err != nil {
		return nil, fmt.Errorf("work out what a run changes: %w", err)
	}
	b := rows[0]
	return []any{named("run", run), named("zone", w.zone), named("tools", b.Tools), named("first", b.First), named("last", b.Last),
		named("first_month", b.FirstMonth), named("last_month", b.LastMonth)}, nil
}

// moveIn copies the run's rows from the stage to their tables; rows that are there
// already are left out. It reports whether the account map changed.
func (w *Warehouse) moveIn(ctx context.Context, run uint64) (accounts bool, err error) {
	var waiting []struct {
		Table string `ch:"table"`
	}
	err = w.conn.Select(ctx, &waiting, "SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND active AND partition = toString({run:UInt64}) AND table LIKE '%\\_stage'", named("run", run))
	if err != nil {
		return false, fmt.Errorf("move a run's rows: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for _, t := range waiting {
		table := strings.TrimSuffix(t.Table, "_stage")
		accounts = accounts || table == "account"
		group.Go(func() error {
			query := "INSERT INTO " + table + " SELECT * FROM " + table + "_stage WHERE run_id = {run:UInt64}"
			if table == "message" {
				query = sqlFile("move_message")
			}
			if err := w.conn.Exec(ctx, query, named("run", run)); err != nil {
				return fmt.Errorf("move a run's rows to %s: %w", table, err)
			}
			if table != "message" {
				return nil
			}
			if err := w.conn.Exec(ctx, sqlFile("losers"), named("run", run)); err != nil {
				return fmt.Errorf("settle versions and copies: %w", err)
			}
			return nil
		})
	}
	return accounts, group.Wait()
}

// publish makes the slices anew and brings them out, together with who each account is
// when that changed.
func (w *Warehouse) publish(ctx context.Context, touched []month, people bool) error {
	if len(touched) == 0 && !people {
		return nil
	}
	var last []struct {
		ID uint64 `ch:"id"`
	}
	if err := w.conn.Select(ctx, &last, "SELECT max(publication_id) AS id FROM publication"); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p := publication{w: w, id: last[0].ID + 1, at: time.Now().UTC()}
	if err := p.clear(ctx); err != nil {
		return err
	}
	group, making := errgroup.WithContext(ctx)
	group.Go(func() error { return p.rollUp(making, touched) })
	if people {
		group.Go(func() error { return p.resolvePeople(making) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := p.store(ctx); err != nil {
		return err
	}
	return w.sweep(ctx, p.id)
}

// publication is one generation in the making.
type publication struct {
	w  *Warehouse
	id uint64
	at time.Time

	mu   sync.Mutex
	rows []publicationRow
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

// clear drops what an earlier try at this publication left behind.
func (p *publication) clear(ctx context.Context) error {
	return p.w.dropGenerations(ctx, func(id uint64) bool { return id >= p.id })
}

// rollUp makes the roll-ups of the touched slices, tool by tool.
func (p *publication) rollUp(ctx context.Context, touched []month) error {
	size, err := p.w.messageRows(ctx)
	if err != nil {
		return err
	}
	tools := toolsOf(touched)
	for i, tool := range tools {
		content, err := p.w.toolContent(ctx, tool)
		if err != nil {
			return err
		}
		var months []uint32
		for _, t := range touched {
			if t.Tool == tool {
				months = append(months, t.Month)
			}
		}
		for _, batch := range spans(months, size) {
			if err := p.rollUpSpan(ctx, tool, p.base(i+1), batch, content); err != nil {
				return fmt.Errorf("roll up %s: %w", tool, err)
			}
		}
	}
	return nil
}

func toolsOf(touched []month) []string {
	var tools []string
	for _, t := range touched {
		if !slices.Contains(tools, t.Tool) {
			tools = append(tools, t.Tool)
		}
	}
	return tools
}

// rowsAtOnce is about how many messages one roll-up query may sort.
const rowsAtOnce = 4_000_000

// spans cuts months into runs without long gaps, and into single months when the
// warehouse is large.
func spans(months []uint32, size uint64) [][]uint32 {
	var out [][]uint32
	for i, m := range months {
		if i == 0 || size > rowsAtOnce || monthIndex(m)-monthIndex(months[i-1]) > 12 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], m)
	}
	return out
}

func monthIndex(yyyymm uint32) int { return int(yyyymm/100)*12 + int(yyyymm%100) }

func (w *Warehouse) messageRows(ctx context.Context) (uint64, error) {
	var rows []struct {
		Rows *uint64 `ch:"total_rows"`
	}
	err := w.conn.Select(ctx, &rows, "SELECT total_rows FROM system.tables WHERE database = currentDatabase() AND name = 'message'")
	if err != nil || len(rows) == 0 || rows[0].Rows == nil {
		return 0, err
	}
	return *rows[0].Rows, nil
}

func (p *publication) rollUpSpan(ctx context.Context, tool string, base uint64, months []uint32, content toolContent) error {
	zone, err := time.LoadLocation(p.w.zone)
	if err != nil {
		return err
	}
	first, last := months[0], months[len(months)-1]
	from := time.Date(int(first/100), time.Month(first%100), 1, 0, 0, 0, 0, zone)
	to := time.Date(int(last/100), time.Month(last%100)+1, 1, 0, 0, 0, 0, zone)
	const layout = "2006-01-02 15:04:05"
	parameters := []any{named("publication", p.id), named("base", base), named("tool", tool), named("zone", p.w.zone), named("months", months),
		named("from", from.UTC().Format(layout)), named("to", to.UTC().Format(layout)), named("until", content.Until), named("edges", GapEdges)}
	parameters = append(parameters, p.w.calendar.parameters()...)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for _, s := range rollupStatements(content) {
		group.Go(func() error {
			if err := p.w.conn.Exec(ctx, s.query, parameters...); err != nil {
				return fmt.Errorf("%s: %w", s.table, err)
			}
			return nil
		})
	}
	group.Go(func() error {
		until, err := p.w.lastMessages(ctx, parameters)
		for _, m := range months {
			p.add(publicationRow{tool, m, base + uint64(m), until[m]})
		}
		return err
	})
	return group.Wait()
}

// lastMessages gives the last instant of a message in each month of a tool.
func (w *Warehouse) lastMessages(ctx context.Context, parameters []any) (map[uint32]time.Time, error) {
	var rows []struct {
		Month uint32    `ch:"month"`
		Last  time.Time `ch:"last"`
	}
	err := w.conn.Select(ctx, &rows, `SELECT toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month, max(sent_at) AS last FROM message
		WHERE tool = {tool:String} AND kind = 'message' AND sent_at >= toDateTime64({from:String}, 3, 'UTC') AND sent_at < toDateTime64({to:String}, 3, 'UTC')
		GROUP BY month ORDER BY month`, parameters...)
	until := map[uint32]time.Time{}
	for _, r := range rows {
		until[r.Month] = r.Last
	}
	return until, err
}

// store brings the publication out: one insert of one block, which ClickHouse makes
// visible at once or not at all.
func (p *publication) store(ctx context.Context) error {
	batch, err := p.w.conn.PrepareBatch(ctx, "INSERT INTO publication (publication_id, subject, month, slice_id, published_at, data_until)")
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
	if err := w.conn.Select(ctx, &parts, query, named("tables", append([]string{"account_person"}, rollups...))); err != nil {
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

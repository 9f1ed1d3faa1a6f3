package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

// rollups are the tables made of messages, each by the query of its name.
var rollups = []string{"account_day", "tie_day", "opening_day", "reach_day", "minute_day", "session_day", "gap_day"}

// rollupsVersion tells the roll-ups of this program from those of earlier ones, which are
// made anew when a data folder is opened. It is counted up with every change of what they hold.
const rollupsVersion = "2"

// following are the roll-ups of which a day can change with what happens weeks later.
var following = []string{"opening_day", "reach_day"}

// rollUp makes the roll-ups of the touched slices: what changed is made of messages, the days before are taken over.
func (p *publication) rollUp(ctx context.Context, touched []month) error {
	live, err := p.w.liveSlices(ctx)
	if err != nil {
		return err
	}
	byTool := map[string][]month{}
	for _, t := range touched {
		byTool[t.Tool] = append(byTool[t.Tool], t)
	}
	tools := slices.Sorted(maps.Keys(byTool))
	contents, err := p.w.toolContents(ctx, tools, touched, live)
	if err != nil {
		return err
	}
	var todo []work
	var taken []takenOver
	for i, c := range contents {
		slices.SortFunc(byTool[c.tool], func(a, b month) int { return int(a.Month) - int(b.Month) })
		own, over := p.toolWork(p.base(i+1), c, byTool[c.tool], live)
		todo, taken = append(todo, own...), append(taken, over...)
		for _, m := range byTool[c.tool] {
			until := c.last[m.Month]
			if p.frozen.holds(m.Month) {
				until = latest(until, live[m].Until)
			}
			p.add(publicationRow{c.tool, m.Month, p.base(i+1) + uint64(m.Month), until})
		}
	}
	return p.make(ctx, together(todo), taken)
}

// work is a statement of the roll-ups for months of some tools, from a day on.
type work struct {
	statement
	tools  []toolContent
	bases  []uint64 // of the slices of each tool
	months []month  // of the first tool; the others have the same
	since  time.Time
	rows   uint64 // to be read
}

// together joins what is the same for several tools, as long as not too many messages are read at once: a statement costs time
// before it reads the first row.
func together(todo []work) []work {
	open := map[string]int{}
	var out []work
	for _, s := range todo {
		key := fmt.Sprint(s.tables, s.rule, s.since)
		for _, m := range s.months {
			key += fmt.Sprint(" ", m.Month)
		}
		n, isOpen := open[key]
		if !isOpen || s.single || out[n].rows+s.rows > rowsAtOnce {
			open[key] = len(out)
			out = append(out, s)
			continue
		}
		out[n].tools, out[n].bases = append(out[n].tools, s.tools...), append(out[n].bases, s.bases...)
		out[n].rows += s.rows
	}
	return out
}

// takenOver is the beginning of a slice that stays as it was.
type takenOver struct {
	table string
	old   liveSlice
	slice uint64
	until time.Time // the first day that is made anew
}

// toolWork says what is to be done for a tool's slices, the earliest first.
func (p *publication) toolWork(base uint64, c toolContent, touched []month, live map[month]liveSlice) (todo []work, taken []takenOver) {
	for _, s := range rollupStatements(c) {
		var anew []month
		since := map[month]time.Time{}
		for _, m := range touched {
			since[m] = p.since(m, s, live)
			if since[m].Before(m.next()) {
				anew = append(anew, m)
			}
		}
		for _, span := range c.spans(anew) {
			from := since[span[0]]
			for _, m := range span {
				from = earliest(from, since[m])
			}
			for _, m := range span { // a span is made from one day on
				since[m] = latest(from, m.first())
			}
			todo = append(todo, work{s, []toolContent{c}, []uint64{base}, span, from, c.read(span[0], span[len(span)-1])})
		}
		if !s.takesOver {
			continue
		}
		for _, m := range touched {
			if s.whole {
				since[m] = p.thawedFrom(m)
			}
			if _, isLive := live[m]; isLive && since[m].After(m.first()) {
				for _, table := range s.tables {
					taken = append(taken, takenOver{table, live[m], base + uint64(m.Month), since[m]})
				}
			}
		}
	}
	return todo, taken
}

// thawedFrom is the first day of a month that can be made anew; of frozen days no messages are left.
func (p *publication) thawedFrom(m month) time.Time { return latest(m.first(), p.frozen.until) }

// since is the first day of a slice that a statement makes anew.
func (p *publication) since(m month, s statement, live map[month]liveSlice) time.Time {
	c, isKnown := p.changes[m]
	switch _, isLive := live[m]; {
	case s.whole:
		return m.first()
	case !isKnown || !isLive:
		return p.thawedFrom(m)
	}
	return latest(c.by(s.rule != ""), p.frozen.until)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// parameters are those of a statement. Turns are followed back from the first of a month.
func (p *publication) parameters(s work) []any {
	from := time.Date(s.since.Year(), s.since.Month(), s.since.Day(), 0, 0, 0, 0, p.zone)
	if s.rule == "turn" {
		from = monthStart(s.months[0].Month, p.zone)
	}
	numbers := make([]uint32, len(s.months))
	for i, m := range s.months {
		numbers[i] = m.Month
	}
	to := monthStart(s.months[len(s.months)-1].Month, p.zone).AddDate(0, 1, 0)
	tools, untils := make([]string, len(s.tools)), make([]int64, len(s.tools))
	for i, c := range s.tools {
		tools[i], untils[i] = c.tool, c.until.UnixMilli()
	}
	const layout = "2006-01-02 15:04:05"
	parameters := []any{named("publication", p.id), named("bases", s.bases), named("tools", tools), named("untils", untils), named("zone", p.zone.String()),
		named("months", numbers), named("since", s.since.Format(time.DateOnly)), named("from", from.UTC().Format(layout)), named("to", to.UTC().Format(layout)), named("edges", GapEdges)}
	if s.single {
		parameters = append(parameters, named("base", s.bases[0]), named("tool", tools[0]), named("until", untils[0]))
	}
	return append(append(parameters, s.ruleParameters()...), p.w.days.Load().calendar.parameters()...)
}

// byMonth makes ClickHouse look at the months in the key of message, where a statement bounds them, instead of taking such a bound for one of
// the time, which comes too late in the key to spare anything.
var byMonth = clickhouse.Settings{"optimize_time_filter_with_preimage": 0}

// sparing are settings for statements that may read millions of messages, atOnce of them beside each other: one thread each, months as byMonth says, and what
// does not fit into half a gigabyte goes to disk.
var sparing = clickhouse.Settings{"optimize_time_filter_with_preimage": 0, "max_threads": 1, "max_bytes_before_external_group_by": 512 << 20, "max_bytes_before_external_sort": 512 << 20}

// make runs the statements.
func (p *publication) make(ctx context.Context, todo []work, taken []takenOver) error {
	group, making := errgroup.WithContext(clickhouse.Context(ctx, clickhouse.WithSettings(sparing)))
	group.SetLimit(atOnce)
	for _, s := range todo {
		group.Go(func() error {
			parameters := p.parameters(s)
			for _, query := range s.queries {
				if err := p.w.conn.Exec(making, query, parameters...); err != nil {
					return fmt.Errorf("roll up %s: %s: %w", s.tools[0].tool, s.tables[0], err)
				}
			}
			return nil
		})
	}
	for _, table := range rollups {
		group.Go(func() error { return p.takeOver(making, table, taken) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if !slices.ContainsFunc(todo, func(s work) bool { return s.rule != "" }) {
		return nil
	}
	if err := p.w.conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP PARTITION %d", openingPart, p.id)); err != nil {
		return fmt.Errorf("roll up: %w", err)
	}
	return nil
}

// takeOver copies the days that stay as they were.
func (p *publication) takeOver(ctx context.Context, table string, taken []takenOver) error {
	var publications, old, made []uint64
	var until, tools []string
	for _, t := range taken {
		if t.table != table {
			continue
		}
		publications, tools = append(publications, t.old.publicationOf()), append(tools, t.old.Tool)
		old, made, until = append(old, t.old.ID), append(made, t.slice), append(until, t.until.Format(time.DateOnly))
	}
	if len(old) == 0 {
		return nil
	}
	slices.Sort(publications)
	slices.Sort(tools)
	query := "INSERT INTO " + table + ` SELECT * REPLACE ({publication:UInt64} AS publication_id, transform(slice_id, {old:Array(UInt64)}, {made:Array(UInt64)}, toUInt64(0)) AS slice_id)
		FROM (SELECT * FROM ` + table + ` WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {old:Array(UInt64)} AND tool IN {tools:Array(String)}
			AND day < transform(slice_id, {old:Array(UInt64)}, {until:Array(Date)}, toDate(0)))`
	err := p.w.conn.Exec(ctx, query, named("publication", p.id), named("publications", slices.Compact(publications)), named("tools", slices.Compact(tools)),
		named("old", old), named("made", made), named("until", until))
	if err != nil {
		return fmt.Errorf("take over what stays of %s: %w", table, err)
	}
	return nil
}

// statement is what makes a roll-up, or a part of one. Statements about openings come together: the first works out what the others count.
type statement struct {
	tables    []string
	queries   []string
	rule      string // of openings, or empty
	whole     bool   // it makes whole months only
	single    bool   // it makes those of one tool only
	takesOver bool   // one of the statements of a table takes over what stays
}

// openingPart is the table in which openings wait to be counted.
const openingPart = "opening_part"

// ruleParameters are those that openings ask beside: the places of a rule, by the numbers of their kinds, and how many minutes
// it looks back. A turn is followed back for 56 days and the gap of a session.
func (s statement) ruleParameters() []any {
	places, lookback := []int8{}, 0
	switch s.rule {
	case "":
		return nil
	case "turn":
		places, lookback = []int8{1, 2}, 56*24*60+30
	case "mail":
		places = []int8{6, 7}
	case "thread":
		places = []int8{0, 2, 3, 4, 5, 8}
	}
	return []any{named("rule", s.rule), named("places", places), named("lookback", uint32(lookback))}
}

// rollupStatements make all roll-ups of a tool, without those that nothing in it can fill.
func rollupStatements(c toolContent) []statement {
	var out []statement
	for _, table := range rollups {
		if slices.Contains(following, table) || table == "session_day" && !slices.Contains(c.rules, "turn") {
			continue
		}
		query := including(sqlFile(table), "gap_named", c.namedAnswers(), "gap_timed", c.timedGaps())
		out = append(out, statement{
			tables: []string{table}, queries: []string{query}, whole: !strings.Contains(query, "{since:Date}"), single: strings.Contains(query, "{tool:String}"), takesOver: true,
		})
	}
	for i, rule := range c.rules {
		queries := []string{including(sqlFile(openingPart), "opening", sqlFile("opening")+sqlFile("opening_"+rule))}
		for _, table := range following {
			queries = append(queries, including(sqlFile(table), "gap_bins", sqlFile("gap_bins")))
		}
		out = append(out, statement{tables: following, queries: queries, rule: rule, takesOver: i == 0})
	}
	return out
}

// including puts texts into a query where it names their files, and then worked.sql into these.
func including(query string, named ...string) string {
	for i := 0; i < len(named); i += 2 {
		query = strings.ReplaceAll(query, "-- "+named[i]+".sql\n", named[i+1])
	}
	return strings.ReplaceAll(query, "-- worked.sql\n", sqlFile("worked"))
}

// namedAnswers and timedGaps are the parts of gap_day.sql that not all tools need; much of
// the time of a small import goes into reading statements.
func (c toolContent) namedAnswers() string {
	if c.named {
		return sqlFile("gap_named")
	}
	return "    named AS (SELECT toUInt64(0) AS message_id WHERE false),\n"
}

func (c toolContent) timedGaps() string {
	if slices.Contains(c.rules, "turn") {
		return sqlFile("gap_timed")
	}
	return "    timed AS (SELECT *, 0 AS worked FROM heard),\n"
}

package xmpp

import (
	"context"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// Columns of the archive tables: ejabberd's `archive`, then Prosody's `prosodyarchive`.
const (
	colXML = iota
	colTime
	colUser
	colHost
	colKind
	colStore
	colKey
	colPeer
	colNick
)

var columnNames = []string{"xml|value", "timestamp|when", "username|user", "server_host|host", "kind|type", "store", "id|key", "peer|with", "nick"}

// archiveRow is one row of such a table, by column.
type archiveRow [colNick + 1]string

// table reads an archive table as CSV with a header.
func (r *run) table(ctx context.Context, src io.Reader) error {
	rows := csvscan.New(columnNames, nil)
	rows.Reset(src)
	var row archiveRow
	for rows.Next() {
		if err := r.step(ctx); err != nil {
			return err
		}
		if reason := rows.Fault(); reason != "" {
			if err := r.reject(reason); err != nil {
				return err
			}
			continue
		}
		for i := range row {
			row[i] = string(rows.Text(i))
		}
		if err := r.tableRow(&row); err != nil {
			return err
		}
	}
	return collectors.Finish(rows, r.sink, r.entry, r.record)
}

// The tables as they stand in the servers' own databases: columns in the order of archiveRow.
var stored = map[string][]string{
	"archive":        {"xml", "timestamp", "username", "server_host", "kind", "store", "id", "peer", "nick"},
	"prosodyarchive": {"value", "when", "user", "host", "type", "store", "key", "with", "nick"},
}

// isDatabase reports whether tables are those of a server with an archive.
func isDatabase(tables map[string][]string) bool {
	has := func(table string, columns ...string) bool {
		for _, c := range columns {
			if !slices.Contains(tables[table], c) {
				return false
			}
		}
		return true
	}
	return has("archive", "username", "timestamp", "bare_peer", "xml") || has("prosodyarchive", "store", "when", "with", "value")
}

// database reads the archive tables of a server's SQLite database.
func (r *run) database(ctx context.Context, t *collectors.Tree, name string) error {
	db, err := sqlite.Open(t, name)
	if err != nil {
		return err
	}
	defer db.Close()
	collectors.NextArchive(r.sink)
	r.entry, r.record = name, 0
	if !db.Has("archive") && !db.Has("prosodyarchive") {
		return r.reject(collectors.Unrecognised)
	}
	for _, table := range [...]string{"archive", "prosodyarchive"} {
		if !db.Has(table) {
			continue
		}
		var values archiveRow
		err := db.Each(ctx, table, stored[table], func(row *sqlite.Row) error {
			r.record++
			for i := range values {
				values[i] = ""
				if !row.Null(i) {
					values[i] = row.Text(i)
				}
			}
			return r.tableRow(&values)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tableRow hands over one row. The message is the stanza in it; the time is the row's.
func (r *run) tableRow(row *archiveRow) error {
	store := row[colStore]
	switch store {
	case "", "archive", "archive2", "muc_log", "muc_archive":
	default:
		return nil // Prosody keeps other things in the same table
	}
	s, p := &r.xml, &r.stanza
	s.reset(strings.NewReader(row[colXML]))
	if s.next() != eventOpen || string(s.name) != "message" {
		return r.reject("not_a_message")
	}
	p.reset()
	if r.readStanza(p); s.err != nil {
		return r.reject("bad_xml")
	}
	owner := row[colUser]
	if row[colHost] != "" && !strings.Contains(owner, "@") {
		owner += "@" + row[colHost]
	}
	if strings.Contains(owner, "@") {
		p.owner = r.intern([]byte(owner))
	}
	if strings.HasPrefix(store, "muc") || row[colKind] == "groupchat" {
		r.inRoom(p, row[colPeer], row[colNick])
	}
	p.archived = row[colKey]
	if p.archived == "" || store == "" { // ejabberd numbers its messages by their time
		p.archived = row[colTime]
	}
	p.sent, p.precision = epoch(row[colTime])
	return r.emit(p)
}

// inRoom settles who wrote a message of a room's archive: the stanza, or the row's columns
// beside it, name the nick or the account behind it.
func (r *run) inRoom(p *stanza, peer, nick string) {
	p.archive, p.kind = p.owner, "groupchat"
	if strings.Contains(peer, "@") && r.bare([]byte(peer)) != p.owner && p.real == "" {
		p.real = r.bare([]byte(peer))
	}
	if from := r.bare([]byte(p.from)); from == p.owner && from != "" {
		return
	} else if from != "" && p.real == "" {
		p.real = from
	}
	p.from = p.owner
	if nick != "" {
		p.from += "/" + nick
	}
}

// epoch reads seconds or microseconds since 1970.
func epoch(text string) (time.Time, record.Precision) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(f > 0 && f < 1e17) {
		return time.Time{}, record.PrecisionSecond
	}
	switch {
	case f > 1e14:
		return time.UnixMicro(int64(f)), record.PrecisionMillisecond
	case f == math.Trunc(f):
		return time.Unix(int64(f), 0), record.PrecisionSecond
	}
	return time.UnixMicro(int64(f * 1e6)), record.PrecisionMillisecond
}

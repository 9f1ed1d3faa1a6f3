package sms

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// database reads Android's own database. What it has beside its messages are the members of
// each thread.
func (w *writer) database(ctx context.Context, t *collectors.Tree, name string) error {
	d, err := sqlite.Open(t, name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Require("sms", "address", "date", "type"); err != nil {
		return err
	}
	r := &telephony{writer: w, db: d, ctx: ctx, entry: name}
	numbers, err := r.numbers()
	if err != nil {
		return err
	}
	w.begin(numbers)
	for _, read := range []func() error{r.readThreads, r.readSMS, r.readAddresses, r.readParts, r.readMMS} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// telephony is one pass over a database.
type telephony struct {
	*writer
	db      *sqlite.Database
	ctx     context.Context
	entry   string
	threads map[int64]party
	mms     map[int64]*multimedia // by id, as far as addresses and parts go
}

func (r *telephony) reject(row *sqlite.Row, reason string, err error) error {
	if err != nil || reason == "" {
		return err
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: row.ID})
}

// each visits a table if there is one.
func (r *telephony) each(table string, columns []string, visit func(*sqlite.Row) error) error {
	if !r.db.Has(table) {
		return nil
	}
	return r.db.Each(r.ctx, table, columns, visit)
}

// errEnough ends a scan early.
var errEnough = errors.New("enough")

// numbers are some of the numbers with a country code.
func (r *telephony) numbers() ([]string, error) {
	const enough = 1000
	var numbers []string
	for _, from := range [][2]string{{"canonical_addresses", "address"}, {"sms", "service_center"}} {
		err := r.each(from[0], []string{from[1]}, func(row *sqlite.Row) error {
			if text := row.Text(0); strings.HasPrefix(text, "+") {
				numbers = append(numbers, text)
			}
			if len(numbers) >= enough {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
	}
	return numbers, nil
}

// readThreads finds out who is in each thread: a list of ids of addresses.
func (r *telephony) readThreads() error {
	addresses := map[int64]*address{}
	err := r.each("canonical_addresses", []string{"address"}, func(row *sqlite.Row) error {
		addresses[row.ID] = r.book.find(row.Text(0))
		return nil
	})
	if err != nil {
		return err
	}
	r.threads = map[int64]party{}
	return r.each("threads", []string{"recipient_ids"}, func(row *sqlite.Row) error {
		var members party
		for _, id := range strings.Fields(row.Text(0)) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err == nil && addresses[n] != r.book.owner {
				members = members.with(addresses[n])
			}
		}
		r.threads[row.ID] = members
		return nil
	})
}

func (r *telephony) readSMS() error {
	return r.each("sms", []string{"address", "date", "type", "body"}, func(row *sqlite.Row) error {
		i := item{kind: record.KindMessage, at: instant(row.Int(1)), size: row.Size(3)}
		sent, reason := textWay(row.Int(2))
		if reason != "" {
			return r.reject(row, reason, nil)
		}
		i.sent = sent
		reason, err := r.exchange(&i, row.Text(0), "")
		return r.reject(row, reason, err)
	})
}

// of gives the MMS with an id, to collect what belongs to it before it is read itself.
func (r *telephony) of(id int64) *multimedia {
	if r.mms == nil {
		r.mms = map[int64]*multimedia{}
	}
	m := r.mms[id]
	if m == nil {
		m = &multimedia{}
		r.mms[id] = m
	}
	return m
}

func (r *telephony) readAddresses() error {
	return r.each("addr", []string{"msg_id", "address", "type"}, func(row *sqlite.Row) error {
		r.of(row.Int(0)).address(r.book.find(row.Text(1)), row.Int(2), r.book.owner)
		return nil
	})
}

func (r *telephony) readParts() error {
	return r.each("part", []string{"mid", "ct", "text"}, func(row *sqlite.Row) error {
		r.of(row.Int(0)).part(row.Text(1), row.Size(2))
		return nil
	})
}

func (r *telephony) readMMS() error {
	return r.each("pdu", []string{"date", "msg_box", "m_type", "m_id", "thread_id"}, func(row *sqlite.Row) error {
		m := r.of(row.ID)
		m.at, m.box, m.kind, m.id = row.Int(0)*1000, row.Int(1), row.Int(2), row.Text(3)
		m.members = r.threads[row.Int(4)]
		delete(r.mms, row.ID)
		reason, err := r.multimedia(m)
		return r.reject(row, reason, err)
	})
}

// isTelephony tells a telephone's database by its tables.
func isTelephony(tables map[string][]string) bool {
	return tables["sms"] != nil && (tables["canonical_addresses"] != nil || tables["pdu"] != nil)
}

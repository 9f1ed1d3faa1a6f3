package teams

import (
	"io"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Columns of the usage report.
const (
	colRefreshed = iota
	colUserID
	colPrincipal
	colActive
	colDeleted
	colPeriod
	colCounts // the first of counted
)

// counted are the columns that are counts of something; posts and replies are parts of the
// first, and the kinds of meetings of the last.
var counted = [...]struct{ column, what string }{
	{"Team Chat Message Count", "channel_messages"},
	{"Private Chat Message Count", "chat_messages"},
	{"Call Count", "calls"},
	{"Meeting Count", "meetings"},
}

func usageColumns() []string {
	columns := []string{"Report Refresh Date", "User Id", "User Principal Name", "Last Activity Date", "Is Deleted", "Report Period"}
	for _, c := range counted {
		columns = append(columns, c.column)
	}
	return columns
}

// usage reads the activity report of users: counts over the report's period, and the day on
// which somebody was last active.
func (r *run) usage(src io.Reader) error {
	t := csvscan.New(usageColumns(), nil)
	t.Reset(src)
	r.s.Reset(strings.NewReader(""))
	for t.Next() {
		r.record = t.Record()
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		reason, err := r.usageRow(t)
		if reason != "" {
			err = r.reject(reason)
		}
		if err != nil {
			return err
		}
	}
	return r.verdict(t)
}

func (r *run) verdict(t *csvscan.Reader) error {
	return collectors.Finish(t, r.sink, r.entry, r.record)
}

func (r *run) usageRow(t *csvscan.Reader) (reason string, err error) {
	if reason := t.Fault(); reason != "" {
		return reason, nil
	}
	refreshed, err := time.Parse(time.DateOnly, string(t.Text(colRefreshed)))
	if err != nil {
		return "bad_time", nil
	}
	key, err := r.reported(t)
	if err != nil || key.IsZero() {
		return "no_account", err
	}
	period, _ := strconv.Atoi(string(t.Text(colPeriod)))
	to := refreshed.AddDate(0, 0, 1)
	total, err := r.counts(t, key, to.AddDate(0, 0, -max(period, 1)), to)
	if err != nil {
		return "", err
	}
	active := t.Text(colActive)
	if len(active) == 0 { // never
		return "", nil
	}
	on, err := time.Parse(time.DateOnly, string(active))
	if err != nil {
		return "bad_time", nil
	}
	g := record.Signal{Tool: Tool, Workspace: r.workspace, Account: key, Day: on, Source: "usage_report", Certainty: 1, Hits: 1}
	if period <= 1 {
		g.Hits = max(total, 1)
	}
	return "", r.sink.Signal(&g)
}

// counts hands over what was counted, and gives the sum.
func (r *run) counts(t *csvscan.Reader, key record.AccountKey, from, to time.Time) (total uint32, err error) {
	for i, c := range counted {
		n, err := strconv.ParseUint(string(t.Text(colCounts+i)), 10, 32)
		if err != nil || n == 0 {
			continue
		}
		total += uint32(n)
		a := record.Activity{Tool: Tool, Workspace: r.workspace, Account: key, From: from, To: to, What: c.what, Count: uint32(n),
			ID: c.what + ":" + key.Value + ":" + from.Format(time.DateOnly) + ":" + to.Format(time.DateOnly)}
		if err := r.sink.Activity(&a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// reported gives the account of a row: by its id in the directory, as messages have it,
// else by the principal name, which may be a pseudonym.
func (r *run) reported(t *csvscan.Reader) (record.AccountKey, error) {
	id, principal := string(t.Text(colUserID)), string(t.Text(colPrincipal))
	deleted := strings.EqualFold(string(t.Text(colDeleted)), "true")
	known := strings.Contains(principal, "@")
	switch {
	case isGUID(id) && strings.Trim(id, "0-") != "":
		a := account{id: id, deleted: deleted}
		if known {
			a.principal = principal
		}
		return r.user(id), r.introduce(a)
	case known:
		return r.acting(&event{user: principal})
	}
	return r.user(principal), nil
}

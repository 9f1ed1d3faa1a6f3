package yammer

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Columns of the activity report.
const (
	colRefreshed = iota
	colPrincipal
	colActive
	colName
	colPeriod
	colCounts // the first of counted
)

// counted are the columns that are counts of something.
var counted = [...]struct{ column, what string }{
	{"Posted Count", "messages"},
	{"Liked Count", "reactions"},
	{"Read Count", "views"},
}

// report reads the activity report of users.
type report struct {
	*csvscan.Reader
	run *run
	n   *network
}

// usage reads the activity report of users: counts over the report's period, and the day on
// which somebody was last active.
func (r *run) usage(ctx context.Context, n *network, entry string, src io.Reader) error {
	columns := []string{"Report Refresh Date", "User Principal Name", "Last Activity Date", "Display Name", "Report Period"}
	for _, c := range counted {
		columns = append(columns, c.column)
	}
	p := &report{csvscan.New(columns, nil), r, n}
	return r.rows(ctx, p.Reader, colActive+1, entry, src, p.row)
}

func (p *report) row() (reason string, err error) {
	refreshed, err := time.Parse(time.DateOnly, string(p.Text(colRefreshed)))
	if err != nil {
		return "bad_time", nil
	}
	who, err := p.account()
	if err != nil || who.IsZero() {
		return "no_account", err
	}
	period, err := strconv.Atoi(string(p.Text(colPeriod)))
	if err != nil || period < 1 || period > 366 {
		period = 1
	}
	to := refreshed.AddDate(0, 0, 1)
	total, err := p.counts(who, to.AddDate(0, 0, -period), to)
	if err != nil {
		return "", err
	}
	active := p.Text(colActive)
	if len(active) == 0 { // never
		return "", nil
	}
	on, err := time.Parse(time.DateOnly, string(active))
	if err != nil {
		return "bad_time", nil
	}
	g := record.Signal{Tool: Tool, Workspace: p.n.workspace, Account: who, Day: on, Source: "usage_report", Certainty: 1, Hits: 1}
	if period == 1 {
		g.Hits = max(total, 1)
	}
	return "", p.run.sink.Signal(&g)
}

// account is whom a row is about: an account of the users' list, else its address. Where
// the organisation conceals names, both name and address are a pseudonym.
func (p *report) account() (record.AccountKey, error) {
	principal := strings.ToLower(string(p.Text(colPrincipal)))
	if a := p.n.byEmail[principal]; a != nil {
		return a.Key, nil
	}
	if !strings.Contains(principal, "@") {
		return toolID(principal), nil
	}
	a := record.Account{Tool: Tool, Workspace: p.n.workspace, Key: record.EmailKey(principal), Kind: record.AccountHuman,
		Name: string(p.Text(colName)), Email: principal}
	p.n.byEmail[principal] = &a
	return a.Key, p.run.sink.Account(&a)
}

// counts hands over what was counted, and gives the sum.
func (p *report) counts(who record.AccountKey, from, to time.Time) (total uint32, err error) {
	for i, c := range counted {
		n, err := strconv.ParseUint(string(p.Text(colCounts+i)), 10, 32)
		if err != nil || n == 0 {
			continue
		}
		total += uint32(n)
		a := record.Activity{Tool: Tool, Workspace: p.n.workspace, Account: who, From: from, To: to, What: c.what, Count: uint32(n),
			ID: c.what + ":" + who.Value + ":" + from.Format(time.DateOnly) + ":" + to.Format(time.DateOnly)}
		if err := p.run.sink.Activity(&a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

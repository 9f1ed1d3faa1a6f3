package usage

import (
	"io"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// report is one table of users.
type report struct {
	what  string
	marks []string // columns that all must be there
	uses  []use
	slack bool // Slack's table of members rather than a report of Microsoft 365
}

// use is one tool that a report speaks of.
type use struct {
	tool    string
	active  string // the column of the day of the last use, or empty: that of the report
	counted []count
}

type count struct{ column, what string }

// reports are the tables that are known, by the columns that no other has.
var reports = []*report{
	{what: "Microsoft 365 active users", marks: []string{"User Principal Name", "Exchange Last Activity Date", "Teams Last Activity Date", "Report Refresh Date"}, uses: []use{
		{tool: "email", active: "Exchange Last Activity Date"},
		{tool: "teams", active: "Teams Last Activity Date"},
		{tool: "yammer", active: "Yammer Last Activity Date"},
		{tool: "lync", active: "Skype For Business Last Activity Date"},
	}},
	{what: "Microsoft 365 e-mail activity", marks: []string{"User Principal Name", "Send Count", "Receive Count", "Report Refresh Date"}, uses: []use{
		{tool: "email", active: "Last Activity Date", counted: []count{{"Send Count", "messages"}, {"Receive Count", "received"}, {"Read Count", "reads"}, {"Meeting Created Count", "meetings_organised"}}},
	}},
	{what: "Slack member analytics", marks: []string{"User ID", "Messages posted", "Days active"}, slack: true, uses: []use{
		{tool: "slack", active: "Last active (UTC)"},
	}},
}

// The columns that every report may have; those of its uses follow.
const (
	columnUser = iota
	columnName
	columnDeleted
	columnRefreshed
	columnPeriod
	columnEmail
	columnHandle
	columnUses
)

var sharedColumns = []string{"User Principal Name|User ID", "Display Name|Name", "Is Deleted", "Report Refresh Date", "Report Period", "Email", "Username"}

// columns are those of a report, in the order in which its rows are read.
func (p *report) columns() []string {
	columns := sharedColumns[:len(sharedColumns):len(sharedColumns)]
	for _, u := range p.uses {
		columns = append(columns, u.active)
		for _, c := range u.counted {
			columns = append(columns, c.column)
		}
	}
	return columns
}

// table reads a report row by row.
func (r *reader) table(src io.Reader, p *report) error {
	t := csvscan.New(p.columns(), nil)
	t.Reset(src)
	for t.Next() {
		if t.Record()%everyRows == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		reason, err := t.Fault(), error(nil)
		if reason == "" {
			reason, err = r.row(t, p)
		}
		if reason != "" && err == nil {
			err = r.reject(reason, t.Record())
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(t, r.sink, r.entry, 0)
}

func (r *reader) row(t *csvscan.Reader, p *report) (reason string, err error) {
	key := principal(t.Text(columnUser))
	if p.slack {
		key = record.AccountKey{Kind: record.KeyToolID, Value: string(t.Text(columnUser))}
	}
	if key.Value == "" {
		return record.ErrNoAccount.Error(), nil
	}
	span, reason := r.span(t, p)
	if reason != "" {
		return reason, nil
	}
	column := columnUses
	for _, u := range p.uses {
		at := t.Text(column)
		column++
		on, used := day(at)
		if !used && len(at) > 0 {
			return "bad_time", nil
		}
		total, counts := uint32(0), false
		for _, c := range u.counted {
			n := number(t.Text(column))
			column++
			counts = counts || n > 0
			if c.what == "messages" {
				total += n
			}
			if err := r.counted(r.tool(u.tool), key, span, c.what, n); err != nil {
				return "", err
			}
		}
		if used || counts {
			if err := r.use(t, u, key, p); err != nil {
				return "", err
			}
		}
		if !used {
			continue // never, or not this tool
		}
		hits := uint32(1)
		if span.to.Equal(span.from.AddDate(0, 0, 1)) {
			hits = total
		}
		if err := r.active(r.tool(u.tool), key, on, hits); err != nil {
			return "", err
		}
	}
	return "", nil
}

// span is the period that a report of Microsoft 365 is about: so many days, the last of which
// is that on which it was refreshed.
func (r *reader) span(t *csvscan.Reader, p *report) (period, string) {
	if p.slack {
		return period{}, ""
	}
	refreshed, ok := day(t.Text(columnRefreshed))
	if !ok {
		return period{}, "bad_time"
	}
	to := refreshed.AddDate(0, 0, 1)
	days := min(max(number(t.Text(columnPeriod)), 1), 366)
	return period{to.AddDate(0, 0, -int(days)), to}, ""
}

func (r *reader) use(t *csvscan.Reader, u use, key record.AccountKey, p *report) error {
	a := record.Account{Tool: r.tool(u.tool), Key: key, Name: string(t.Text(columnName)), IsDeleted: strings.EqualFold(string(t.Text(columnDeleted)), "true")}
	switch {
	case p.slack:
		a.Email, a.Handle = strings.ToLower(string(t.Text(columnEmail))), string(t.Text(columnHandle))
	case key.Kind == record.KeyEmail:
		a.Email = key.Value
	default:
		a.Name = "" // a pseudonym's name is one, too
	}
	return r.account(a)
}

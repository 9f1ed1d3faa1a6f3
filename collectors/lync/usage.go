package lync

import (
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// counted are the columns of the usage report that are counts of something.
var counted = [...]struct{ column, what string }{
	{"Peer-to-peer IM Count", "im_sessions"},
	{"Peer-to-peer Audio Count", "audio_calls"},
	{"Peer-to-peer Video Count", "video_calls"},
	{"Peer-to-peer App Sharing Count", "screen_shares"},
	{"Peer-to-peer File Transfer Count", "file_transfers"},
	{"Total Organized Conference Count", "meetings_organised"},
	{"Total Participated Conference Count", "meetings"},
}

const (
	useRefreshed = iota
	usePrincipal
	useActive
	usePeriod
	useCounts // the first of counted
)

func usageColumns() []string {
	columns := []string{"Report Refresh Date", "User Principal Name", "Last Activity Date", "Report Period"}
	for _, c := range counted {
		columns = append(columns, c.column)
	}
	return columns
}

// usage reads a row of the activity report of users: counts over the report's period, and
// the day on which somebody was last active.
func (r *run) usage(t *csvscan.Reader) (reason string, err error) {
	refreshed, err := time.Parse(time.DateOnly, string(t.Text(useRefreshed)))
	if err != nil {
		return "bad_time", nil
	}
	key, err := r.principal(string(t.Text(usePrincipal)))
	if err != nil || key.IsZero() {
		return "no_account", err
	}
	period, _ := strconv.Atoi(string(t.Text(usePeriod)))
	to := refreshed.AddDate(0, 0, 1)
	total, err := r.counts(t, key, to.AddDate(0, 0, -max(period, 1)), to)
	if err != nil {
		return "", err
	}
	active := string(t.Text(useActive))
	if active == "" { // never
		return "", nil
	}
	on, err := time.Parse(time.DateOnly, active)
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
		n := count(string(t.Text(useCounts + i)))
		if n == 0 {
			continue
		}
		total += n
		a := record.Activity{Tool: Tool, Workspace: r.workspace, Account: key, From: from, To: to, What: c.what, Count: n,
			ID: c.what + ":" + key.Value + ":" + from.Format(time.DateOnly) + ":" + to.Format(time.DateOnly)}
		if err := r.sink.Activity(&a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// principal gives the account of a principal name, which may be a pseudonym.
func (r *run) principal(name string) (record.AccountKey, error) {
	if name == "" || strings.Contains(name, "@") {
		return r.account(name)
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: strings.ToLower(name)}, nil
}

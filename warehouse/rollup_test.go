package warehouse_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

const zone = "America/New_York" // far from UTC, with a change of clocks inside the span

// recount works out the roll-ups in plain Go from the records, sharing nothing with the SQL. It
// returns rows without the accounts' ids, sorted: random ids tell nothing.
type recount struct {
	day    map[string]*daily
	tie    map[string]*[2]int
	minute map[string]map[int]bool
}

type daily struct{ messages, turns, received, wide int }

func plain(t *testing.T, messages []record.Message) recount {
	t.Helper()
	where, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	author := map[string]record.Message{}
	for _, m := range messages {
		author[m.Tool+m.Conversation.Key+m.ID] = m
	}
	ordered := slices.SortedFunc(slices.Values(messages), func(a, b record.Message) int {
		return cmp.Or(cmp.Compare(a.Tool, b.Tool), cmp.Compare(a.Conversation.Key, b.Conversation.Key), a.SentAt.Compare(b.SentAt))
	})
	r := recount{map[string]*daily{}, map[string]*[2]int{}, map[string]map[int]bool{}}
	for i, m := range ordered {
		local := m.SentAt.In(where)
		day := local.Format(time.DateOnly)
		mine := r.of(m.Tool, day, m.Sender)
		mine.messages++
		if i == 0 || ordered[i-1].Tool != m.Tool || ordered[i-1].Conversation.Key != m.Conversation.Key ||
			ordered[i-1].Sender != m.Sender || m.SentAt.Sub(ordered[i-1].SentAt) > 5*time.Minute {
			mine.turns++
		}
		key := m.Tool + day + m.Sender.Value
		if r.minute[key] == nil {
			r.minute[key] = map[int]bool{}
		}
		r.minute[key][local.Hour()*60+local.Minute()] = true
		r.towards(m, day, author)
	}
	return r
}

func (r recount) of(tool, day string, who record.AccountKey) *daily {
	key := tool + "|" + day + "|" + who.Value
	if r.day[key] == nil {
		r.day[key] = &daily{}
	}
	return r.day[key]
}

func (r recount) towards(m record.Message, day string, author map[string]record.Message) {
	listed := map[record.AccountKey]bool{}
	for _, k := range m.Recipients {
		if k != m.Sender {
			listed[k] = true
		}
	}
	to := map[record.AccountKey]bool{}
	for k := range listed {
		if len(listed) <= 8 {
			r.of(m.Tool, day, k).received++
			to[k] = true
		} else {
			r.of(m.Tool, day, k).wide++
		}
	}
	for _, k := range m.Mentions {
		to[k] = true
	}
	if parent, ok := author[m.Tool+m.Conversation.Key+m.Parent]; ok && m.Parent != "" {
		to[parent.Sender] = true
	}
	delete(to, m.Sender)
	for k := range to {
		a, b, way := m.Sender.Value, k.Value, 0
		if a > b {
			a, b, way = b, a, 1
		}
		key := m.Tool + "|" + day + "|" + a + "|" + b
		if r.tie[key] == nil {
			r.tie[key] = &[2]int{}
		}
		r.tie[key][way]++
	}
}

func (r recount) lines() (days, ties, minutes []string) {
	for key, d := range r.day {
		part := strings.Split(key, "|")
		days = append(days, fmt.Sprint(part[0], " ", part[1], " ", d.messages, " ", d.turns, " ", d.received, " ", d.wide))
	}
	for key, n := range r.tie {
		part := strings.Split(key, "|")
		ties = append(ties, fmt.Sprint(part[0], " ", part[1], " ", min(n[0], n[1]), " ", max(n[0], n[1])))
	}
	for _, m := range r.minute {
		minutes = append(minutes, fmt.Sprint(len(m)))
	}
	slices.Sort(days)
	slices.Sort(ties)
	slices.Sort(minutes)
	return days, ties, minutes
}

func TestRollUpsEqualAPlainRecount(t *testing.T) {
	t.Parallel()
	all, copies := invented(900)
	// Within one conversation and instant the order of messages is nobody's to know; here there is none.
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(m record.Message) bool {
		key := m.Tool + m.Conversation.Key + m.SentAt.String()
		twice := seen[key]
		seen[key] = true
		return twice && m.Tool == "irc"
	})
	w := warehousetest.OpenWith(t, warehouse.Options{Zone: zone})
	load(t, w, all...)
	wantDays, wantTies, wantMinutes := plain(t, all).lines()

	gather := func(query string) (out []string) {
		for _, r := range ask[struct {
			Line string `ch:"line"`
		}](t, w, query) {
			out = append(out, r.Line)
		}
		slices.Sort(out)
		return out
	}
	days := gather("SELECT concat(tool, ' ', toString(day), ' ', toString(messages), ' ', toString(turns), ' ', toString(received), ' ', toString(received_wide)) AS line FROM account_day WHERE slice_id IN {live:Array(UInt64)}")
	if diff := gocmp.Diff(wantDays, days); diff != "" {
		t.Errorf("account_day (-recount +table):\n%s", diff)
	}
	ties := gather("SELECT concat(tool, ' ', toString(day), ' ', toString(least(a_to_b, b_to_a)), ' ', toString(greatest(a_to_b, b_to_a))) AS line FROM tie_day WHERE slice_id IN {live:Array(UInt64)}")
	if diff := gocmp.Diff(wantTies, ties); diff != "" {
		t.Errorf("tie_day (-recount +table):\n%s", diff)
	}
	minutes := gather("SELECT toString(length(minutes)) AS line FROM minute_day WHERE slice_id IN {live:Array(UInt64)}")
	if diff := gocmp.Diff(wantMinutes, minutes); diff != "" {
		t.Errorf("minute_day (-recount +table):\n%s", diff)
	}

	// Copies in another mailbox change no total, only in whose name it is counted.
	total := "SELECT toString(sum(messages)) AS line FROM account_day WHERE slice_id IN {live:Array(UInt64)}"
	before := gather(total)
	load(t, w, copies...)
	if diff := gocmp.Diff(before, gather(total)); diff != "" {
		t.Errorf("messages after the copies came in:\n%s", diff)
	}
}

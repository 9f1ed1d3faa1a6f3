package warehouse_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

func TestOpeningsEqualAPlainRecount(t *testing.T) {
	t.Parallel()
	all := talk(12)
	// Clocks change on 2026-03-08 in New York, at night, which here is worked, Sundays too.
	o := warehouse.Options{Zone: zone, Calendar: warehouse.Calendar{From: 90 * time.Minute, To: 17*time.Hour + 15*time.Minute,
		Days: [7]bool{true, true, true, false, true, true, false}, Holidays: []time.Time{time.Date(2026, 2, 16, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}}
	w := warehousetest.OpenWith(t, o)
	load(t, w, all...)
	r := newOpeningRecount(t, o, all)
	openings, reached := storedOpenings(t, w)
	opening, reach := of(openings, "chat", "email"), of(reached, "chat", "email")
	for _, rule := range []string{" turn ", " mail ", " thread "} {
		if n := len(slices.DeleteFunc(slices.Clone(opening), func(l string) bool { return !strings.Contains(l, rule) })); n < 20 {
			t.Errorf("only %d rows of rule %s: little is compared", n, rule)
		}
	}
	if diff := gocmp.Diff(r.lines("opening"), opening); diff != "" {
		t.Errorf("opening_day (-recount +table):\n%s", diff)
	}
	if diff := gocmp.Diff(r.lines("reach"), reach); diff != "" {
		t.Errorf("reach_day (-recount +table):\n%s", diff)
	}
}

// openingRecount works the openings out in plain Go, message by message, from the definitions; it shares nothing with
// the SQL but the edges of the bins.
type openingRecount struct {
	o     warehouse.Options
	zone  *time.Location
	until map[string]time.Time
	rows  map[string]*openingRow
}

type openingRow struct {
	count, answered, censored    int
	gaps, working, waits, worked []uint8
}

const followUp = 28 * 24 * time.Hour

func newOpeningRecount(t *testing.T, o warehouse.Options, all []record.Message) openingRecount {
	t.Helper()
	where, err := time.LoadLocation(o.Zone)
	if err != nil {
		t.Fatal(err)
	}
	r := openingRecount{o, where, map[string]time.Time{}, map[string]*openingRow{}}
	places := map[string][]record.Message{}
	for _, m := range slices.SortedFunc(slices.Values(all), func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) }) {
		r.until[m.Tool] = m.SentAt
		places[m.Tool+m.Conversation.Key] = append(places[m.Tool+m.Conversation.Key], m)
	}
	for _, messages := range places {
		switch messages[0].Conversation.Kind {
		case record.ConversationDirect, record.ConversationGroup:
			r.small(messages)
		default:
			r.named(messages)
		}
	}
	return r
}

// small goes through a direct or group conversation, once for each month, noting openings that wait for their reply.
func (r openingRecount) small(messages []record.Message) {
	if messages[0].Audience > 7 {
		return
	}
	first := messages[0].SentAt.In(r.zone)
	for month := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, r.zone); !month.After(messages[len(messages)-1].SentAt); month = month.AddDate(0, 1, 0) {
		var waiting []record.Message
		for i, m := range messages {
			if m.SentAt.Before(month.Add(-2 * followUp)) {
				continue
			}
			isReply := false
			waiting = slices.DeleteFunc(waiting, func(w record.Message) bool {
				isReply = isReply || w.Sender != m.Sender && m.SentAt.Sub(w.SentAt) <= followUp
				return w.Sender != m.Sender
			})
			if isReply || i > 0 && m.SentAt.Sub(messages[i-1].SentAt) <= 30*time.Minute {
				continue
			}
			waiting = append(waiting, m)
			if at := m.SentAt.In(r.zone); at.Month() == month.Month() && at.Year() == month.Year() {
				r.opened("turn", m, m.Recipients, messages[i+1:])
			}
		}
	}
}

// named goes through a thread of mail or a room, where answers say what they answer.
func (r openingRecount) named(messages []record.Message) {
	for i, m := range messages {
		var answers []record.Message
		threaded := false
		for _, other := range messages[i:] {
			threaded = threaded || other.Parent != "" && other.SentAt.Sub(m.SentAt) <= followUp
			if other.Parent == m.ID {
				answers = append(answers, other)
			}
		}
		isMail := m.Conversation.Kind == record.ConversationMailThread
		switch {
		case m.Parent != "":
		case isMail && len(m.Recipients) >= 1 && len(m.Recipients) <= 8:
			r.opened("mail", m, m.Recipients, answers)
		case !isMail && len(m.Mentions) > 0 && threaded:
			r.opened("thread", m, m.Mentions, answers)
		}
	}
}

func (r openingRecount) opened(rule string, m record.Message, others []record.AccountKey, later []record.Message) {
	r.count("opening", rule, m, m.Sender, firstOf(later, func(a record.Message) bool { return a.Sender != m.Sender }))
	for _, other := range others {
		r.count("reach", rule, m, other, firstOf(later, func(a record.Message) bool { return a.Sender == other }))
	}
}

func firstOf(messages []record.Message, is func(record.Message) bool) time.Time {
	if i := slices.IndexFunc(messages, is); i >= 0 {
		return messages[i].SentAt
	}
	return time.Time{}
}

func (r openingRecount) count(table, rule string, m record.Message, who record.AccountKey, answer time.Time) {
	key := strings.Join([]string{table, m.SentAt.In(r.zone).Format(time.DateOnly), rule, m.Tool, who.Value}, " ")
	row := r.rows[key]
	if row == nil {
		row = &openingRow{}
		r.rows[key] = row
	}
	row.count++
	switch until := r.until[m.Tool]; {
	case !answer.IsZero() && answer.Sub(m.SentAt) <= followUp:
		row.answered++
		row.gaps = append(row.gaps, bin(answer.Sub(m.SentAt)))
		row.working = append(row.working, bin(r.worked(m.SentAt, answer)))
	case m.SentAt.Add(followUp).After(until):
		row.censored++
		row.waits = append(row.waits, bin(until.Sub(m.SentAt)))
		row.worked = append(row.worked, bin(r.worked(m.SentAt, until)))
	}
}

func bin(gap time.Duration) uint8 {
	return uint8(sort.Search(len(warehouse.GapEdges), func(i int) bool { return time.Duration(warehouse.GapEdges[i])*time.Second > gap }))
}

// worked adds up the working time between two moments day by day.
func (r openingRecount) worked(from, to time.Time) time.Duration {
	clock := func(t time.Time) time.Duration {
		h, m, s := t.In(r.zone).Clock()
		return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
	}
	first, last := from.In(r.zone).Format(time.DateOnly), to.In(r.zone).Format(time.DateOnly)
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	var sum time.Duration
	for ; day.Format(time.DateOnly) <= last; day = day.AddDate(0, 0, 1) {
		if !r.o.Calendar.Days[day.Weekday()] || slices.ContainsFunc(r.o.Calendar.Holidays, day.Equal) {
			continue
		}
		begin, end := r.o.Calendar.From, r.o.Calendar.To
		if day.Format(time.DateOnly) == first {
			begin = min(max(begin, clock(from)), end)
		}
		if day.Format(time.DateOnly) == last {
			end = max(min(end, clock(to)), r.o.Calendar.From)
		}
		sum += end - begin
	}
	return sum
}

func (r openingRecount) lines(table string) []string {
	var out []string
	for key, row := range r.rows {
		part := strings.Fields(key)
		if part[0] != table {
			continue
		}
		for _, bins := range [][]uint8{row.gaps, row.working, row.waits, row.worked} {
			slices.Sort(bins)
		}
		out = append(out, fmt.Sprint(part[1], " ", part[2], " ", row.count, " ", row.answered, " ", row.censored, " ",
			ends(row.gaps), " ", ends(row.working), " | ", ends(row.waits), " ", ends(row.worked)))
	}
	slices.Sort(out)
	return out
}

package warehouse_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// deeds gives talk with answers that name their message in all sorts of conversations, automatons, attachments, reactions and calls.
func deeds(n int) []record.Message {
	all := talk(n)
	last := map[string]string{} // by conversation
	for i := range all {
		m := &all[i]
		place := m.Tool + m.Conversation.Key
		if i%4 == 0 && last[place] != "" && m.Parent == "" {
			m.Parent, m.Relation = last[place], []record.Relation{record.RelationQuote, record.RelationReply, record.RelationThread}[i%3]
		}
		switch {
		case i%11 == 0:
			m.Attachments = uint16(1 + i%3)
		case i%13 == 0:
			m.SenderKind = record.AccountBot
		case i%17 == 0 && m.CopyID == "":
			m.Kind, m.Quantity = record.KindReaction, uint32(1+i%4)
			m.Relation = record.RelationMark
		case i%19 == 0 && m.CopyID == "":
			m.Kind = record.KindCall
		}
		if i%3 == 0 {
			last[place] = m.ID
		}
	}
	return all
}

func TestSessionsGapsAndUsesEqualAPlainRecount(t *testing.T) {
	t.Parallel()
	all := deeds(12)
	// As for openings: clocks change at night, which is worked. Little is, so that 24 working hours take days.
	o := warehouse.Options{Zone: zone, Calendar: warehouse.Calendar{From: 90 * time.Minute, To: 6*time.Hour + 15*time.Minute,
		Days: [7]bool{true, true, true, false, true, true, false}, Holidays: []time.Time{time.Date(2026, 2, 16, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}}
	w := warehousetest.OpenWith(t, o)
	load(t, w, all...)
	r := newSessionRecount(t, o, all)
	for name, got := range map[string][]string{"session_day": storedSessions(t, w), "gap_day": storedGaps(t, w), "uses": storedUses(t, w)} {
		if len(got) < 100 {
			t.Errorf("only %d rows of %s: little is compared", len(got), name)
		}
		if diff := gocmp.Diff(r.lines(name), got); diff != "" {
			t.Errorf("%s (-recount +table):\n%s", name, diff)
		}
	}
	if r.named == 0 || r.inferred == 0 || r.declined == 0 {
		t.Errorf("%d named replies, %d inferred, %d after more than 24 working hours: one rule is not tried", r.named, r.inferred, r.declined)
	}
}

func storedSessions(t *testing.T, w *warehouse.Warehouse) []string {
	t.Helper()
	return lines(t, w, `SELECT concat_ws(' ', tool, day, place, sessions, answered, messages, turns, participants, duration_seconds) AS line
		FROM session_day WHERE slice_id IN {live:Array(UInt64)}`)
}

func storedGaps(t *testing.T, w *warehouse.Warehouse) []string {
	t.Helper()
	return lines(t, w, `SELECT concat_ws(' ', tool, day, place, gaps, arrayStringConcat(gap_bins, ','), gap_seconds, squared_seconds, replies_named, replies_inferred) AS line
		FROM gap_day WHERE slice_id IN {live:Array(UInt64)}`)
}

func storedUses(t *testing.T, w *warehouse.Warehouse) []string {
	t.Helper()
	return lines(t, w, `SELECT concat_ws(' ', tool, day, arrayStringConcat(arrayMap((c, n) -> concat(leftPad(toString(c), 2, '0'), '=', toString(n)), use_codes, use_amounts), ',')) AS line
		FROM account_day WHERE slice_id IN {live:Array(UInt64)} AND notEmpty(use_codes)`)
}

// lines gives the lines of a query, sorted.
func lines(t *testing.T, w *warehouse.Warehouse, query string) (out []string) {
	t.Helper()
	for _, r := range ask[struct {
		Line string `ch:"line"`
	}](t, w, query) {
		out = append(out, r.Line)
	}
	slices.Sort(out)
	return out
}

// sessionRecount works out sessions, gaps, replies and uses in plain Go from the definitions of the schema; it shares nothing with the
// SQL but the edges of the bins.
type sessionRecount struct {
	openingRecount
	sessions map[string]*[6]int
	gaps     map[string]*gapRow
	uses     map[string]map[string]int

	named, inferred, declined int // of all
}

type gapRow struct {
	bins            []uint8
	sum, squares    int64
	named, inferred int
}

func newSessionRecount(t *testing.T, o warehouse.Options, all []record.Message) *sessionRecount {
	t.Helper()
	where, err := time.LoadLocation(o.Zone)
	if err != nil {
		t.Fatal(err)
	}
	r := &sessionRecount{openingRecount: openingRecount{o: o, zone: where}, sessions: map[string]*[6]int{}, gaps: map[string]*gapRow{}, uses: map[string]map[string]int{}}
	places := map[string][]record.Message{}
	for _, m := range slices.SortedFunc(slices.Values(all), func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) }) {
		if m.SenderKind == record.AccountBot {
			continue
		}
		r.used(m)
		if m.Kind == record.KindMessage {
			places[m.Tool+m.Conversation.Key] = append(places[m.Tool+m.Conversation.Key], m)
		}
	}
	for _, messages := range places {
		first := firstAnswers(messages)
		for i, m := range messages {
			r.followed(messages, i, first[m.ID])
		}
		if kind := placeOf(messages[0]); kind == "direct" || kind == "group" {
			r.split(messages)
		}
	}
	return r
}

// placeOf is the kind of a message's conversation, in the words of gap_day.
func placeOf(m record.Message) string {
	switch kind := m.Conversation.Kind; {
	case kind == record.ConversationDirect:
		return "direct"
	case kind == record.ConversationGroup && m.Audience <= 7:
		return "group"
	case kind == record.ConversationMailThread:
		return "mail"
	}
	return "room"
}

// firstAnswers tells of each message of a place whether it is the first of somebody else that names another.
func firstAnswers(messages []record.Message) map[string]bool {
	first := map[string]bool{}
	for _, parent := range messages {
		i := slices.IndexFunc(messages, func(m record.Message) bool {
			return m.Parent == parent.ID && m.Sender != parent.Sender && !m.SentAt.Before(parent.SentAt) && m.SentAt.Sub(parent.SentAt) <= followUp
		})
		if i >= 0 {
			first[messages[i].ID] = true
		}
	}
	return first
}

// followed notes what message i follows.
func (r *sessionRecount) followed(messages []record.Message, i int, isNamed bool) {
	m := messages[i]
	key := strings.Join([]string{m.Tool, m.SentAt.In(r.zone).Format(time.DateOnly), placeOf(m), m.Sender.Value}, " ")
	row := r.gaps[key]
	if row == nil {
		row = &gapRow{}
		r.gaps[key] = row
	}
	if isNamed {
		row.named++
		r.named++
	}
	if i == 0 || m.SentAt.Sub(messages[i-1].SentAt) > followUp {
		return
	}
	gap := m.SentAt.Sub(messages[i-1].SentAt)
	seconds := int64(gap / time.Second)
	row.bins = append(row.bins, bin(gap))
	row.sum += seconds
	row.squares += seconds * seconds
	if isNamed || m.Sender == messages[i-1].Sender {
		return
	}
	switch place := placeOf(m); {
	case place == "direct", place == "group" && r.worked(messages[i-1].SentAt, m.SentAt) <= 24*time.Hour:
		row.inferred++
		r.inferred++
	case place == "group":
		r.declined++
	}
}

// split goes through a small conversation session by session.
func (r *sessionRecount) split(messages []record.Message) {
	for len(messages) > 0 {
		n := 1
		for n < len(messages) && messages[n].SentAt.Sub(messages[n-1].SentAt) <= 30*time.Minute {
			n++
		}
		r.session(messages[:n])
		messages = messages[n:]
	}
}

func (r *sessionRecount) session(messages []record.Message) {
	first := messages[0]
	key := strings.Join([]string{first.Tool, first.SentAt.In(r.zone).Format(time.DateOnly), placeOf(first), first.Sender.Value}, " ")
	if r.sessions[key] == nil {
		r.sessions[key] = &[6]int{}
	}
	row := r.sessions[key]
	who := map[record.AccountKey]bool{}
	last := first
	for i, m := range messages {
		if m.SentAt.Sub(first.SentAt) > 24*time.Hour {
			break
		}
		row[2]++
		if i == 0 || m.Sender != last.Sender || m.SentAt.Sub(last.SentAt) > 5*time.Minute {
			row[3]++
		}
		who[m.Sender] = true
		last = m
	}
	row[0]++
	if len(who) > 1 {
		row[1]++
	}
	row[4] += len(who)
	row[5] += int(last.SentAt.Sub(first.SentAt) / time.Second)
}

// used notes what a message was for.
func (r *sessionRecount) used(m record.Message) {
	place := map[record.ConversationKind]int{record.ConversationDirect: 0, record.ConversationGroup: 1, record.ConversationChannel: 2, record.ConversationMailThread: 3, record.ConversationOther: 4}[m.Conversation.Kind]
	local := m.SentAt.In(r.zone)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	date := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	inside := 0
	if r.o.Calendar.Days[date.Weekday()] && !slices.ContainsFunc(r.o.Calendar.Holidays, date.Equal) && clock >= r.o.Calendar.From && clock < r.o.Calendar.To {
		inside = 1
	}
	key := strings.Join([]string{m.Tool, local.Format(time.DateOnly), m.Sender.Value}, " ")
	if r.uses[key] == nil {
		r.uses[key] = map[string]int{}
	}
	count := func(act int) { r.uses[key][fmt.Sprintf("%02d", 10*place+2*act+inside)]++ }
	switch m.Kind {
	case record.KindReaction:
		count(2)
	case record.KindCall:
		count(3)
	default:
		if m.Relation == record.RelationNone {
			count(0)
		} else {
			count(1)
		}
		if m.Attachments > 0 {
			count(4)
		}
	}
}

func (r *sessionRecount) lines(table string) (out []string) {
	without := func(key string) string { return key[:strings.LastIndexByte(key, ' ')] } // the sender
	switch table {
	case "session_day":
		for key, n := range r.sessions {
			out = append(out, fmt.Sprint(without(key), " ", strings.Trim(fmt.Sprint(*n), "[]")))
		}
	case "gap_day":
		for key, g := range r.gaps {
			if len(g.bins)+g.named == 0 {
				continue
			}
			slices.Sort(g.bins)
			bins := strings.ReplaceAll(strings.Trim(fmt.Sprint(g.bins), "[]"), " ", ",")
			out = append(out, fmt.Sprint(without(key), " ", len(g.bins), " ", bins, " ", g.sum, " ", g.squares, " ", g.named, " ", g.inferred))
		}
	case "uses":
		for key, n := range r.uses {
			var amounts []string
			for _, code := range slices.Sorted(maps.Keys(n)) {
				amounts = append(amounts, fmt.Sprint(code, "=", n[code]))
			}
			out = append(out, without(key)+" "+strings.Join(amounts, ","))
		}
	}
	slices.Sort(out)
	return out
}

package warehouse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors/record"
)

func TestOpeningsInAnyOrder(t *testing.T) {
	t.Parallel()
	all := deeds(8)
	for i, n := 0, len(all); i < n; i += 9 {
		m := edited(all[i])
		if i%2 == 0 { // the source corrects the time, by up to three weeks
			m.SentAt = m.SentAt.Add(time.Duration(i%500) * time.Hour)
		}
		if m.CopyID != "" { // and the mail stands in a second mailbox
			m.Workspace = "archive"
		}
		all = append(all, m)
	}
	ws := together(t, 2)
	load(t, ws[0], all...)
	want := checksum(t, ws[0])
	for _, table := range []string{"opening_day", "reach_day", "session_day", "gap_day", "message_loser"} {
		if want[table] == 0 {
			t.Errorf("%s is empty: nothing is compared", table)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for len(all) > 0 {
		n := min(len(all), 1+r.IntN(len(all)/2+60))
		if r.IntN(2) == 0 { // a stretch of time rather than a sample
			slices.SortFunc(all, func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) })
			from := r.IntN(len(all) - n + 1)
			load(t, ws[1], all[from:from+n]...)
			all = slices.Delete(all, from, from+n)
			continue
		}
		load(t, ws[1], all[:n]...)
		all = all[n:]
	}
	same(t, "in pieces", want, checksum(t, ws[1]))
	if err := ws[1].Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", want, checksum(t, ws[1]))
}

// Each case is told in two runs, of which the second changes what the first made of another month.
var latecomers = []struct{ first, second []record.Message }{
	{ // an answer; something later is known already
		conversation("answer", record.ConversationDirect, "anna ben", said{at: "2026-03-20 09:00:00", who: "anna", id: "a"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "c"}),
		conversation("answer", record.ConversationDirect, "anna ben", said{at: "2026-04-05 09:00:00", who: "ben", id: "b"}),
	},
	{ // an opening, which makes an answer of what looked like an opening
		conversation("opening", record.ConversationDirect, "anna ben", said{at: "2026-04-02 09:00:00", who: "ben", id: "b"}, said{at: "2026-04-25 09:00:00", who: "ben", id: "c"}),
		conversation("opening", record.ConversationDirect, "anna ben", said{at: "2026-03-25 09:00:00", who: "anna", id: "a"}),
	},
	{ // the same at three removes
		conversation("chain", record.ConversationDirect, "anna ben", said{at: "2026-03-05 09:00:00", who: "ben", id: "b"}, said{at: "2026-03-20 09:00:00", who: "anna", id: "c"},
			said{at: "2026-04-05 09:00:00", who: "ben", id: "d"}),
		conversation("chain", record.ConversationDirect, "anna ben", said{at: "2026-02-20 09:00:00", who: "anna", id: "a"}),
	},
	{ // nothing but time
		conversation("time", record.ConversationDirect, "anna ben", said{at: "2026-03-10 09:00:00", who: "anna", id: "a"}),
		conversation("time", record.ConversationChannel, "", said{at: "2026-05-30 09:00:00", who: "cleo", id: "x"}),
	},
	{ // the reply to a mail
		conversation("reply", record.ConversationMailThread, "anna ben", said{at: "2026-03-10 09:00:00", who: "anna", id: "reply-a"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "reply-c"}),
		conversation("reply", record.ConversationMailThread, "anna ben", said{at: "2026-04-03 09:00:00", who: "ben", id: "reply-b", parent: "reply-a"}),
	},
	{ // the first reply in a room, to something else
		conversation("room", record.ConversationChannel, "", said{at: "2026-03-28 09:00:00", who: "anna", id: "a", names: "ben"}, said{at: "2026-04-25 09:00:00", who: "anna", id: "c"}),
		conversation("room", record.ConversationChannel, "", said{at: "2026-04-05 09:00:00", who: "ben", id: "b", parent: "elsewhere"}),
	},
	{ // an answer's time is corrected
		conversation("moved", record.ConversationDirect, "anna ben", said{at: "2026-03-28 09:00:00", who: "anna", id: "a"}, said{at: "2026-04-03 09:00:00", who: "ben", id: "b"},
			said{at: "2026-04-29 09:00:00", who: "anna", id: "c"}),
		[]record.Message{edited(conversation("moved", record.ConversationDirect, "anna ben", said{at: "2026-04-28 09:00:00", who: "ben", id: "b"})[0])},
	},
	copiedReplies(),
	{ // what comes between two messages of a room
		conversation("between", record.ConversationChannel, "", said{at: "2026-03-20 09:00:00", who: "anna", id: "a"}, said{at: "2026-04-12 09:00:00", who: "cleo", id: "c"}),
		conversation("between", record.ConversationChannel, "", said{at: "2026-03-25 09:00:00", who: "ben", id: "b"}),
	},
	{ // what comes between two mails, with an earlier time at first
		conversation("mails", record.ConversationMailThread, "anna ben", said{at: "2026-03-20 09:00:00", who: "anna", id: "mails-a"}, said{at: "2026-03-21 09:00:00", who: "ben", id: "mails-b"},
			said{at: "2026-04-12 09:00:00", who: "anna", id: "mails-c"}),
		[]record.Message{edited(conversation("mails", record.ConversationMailThread, "anna ben", said{at: "2026-03-27 09:00:00", who: "ben", id: "mails-b"})[0])},
	},
	{ // an earlier answer to the same message, which another thereby is the first no more
		conversation("sooner", record.ConversationChannel, "", said{at: "2026-03-28 09:00:00", who: "anna", id: "a"}, said{at: "2026-03-29 08:00:00", who: "anna", id: "x"},
			said{at: "2026-04-05 09:00:00", who: "ben", id: "b", parent: "a"}, said{at: "2026-04-05 09:00:01", who: "dora", id: "d"}),
		conversation("sooner", record.ConversationChannel, "", said{at: "2026-03-29 07:00:00", who: "cleo", id: "c", parent: "a"}),
	},
	{ // what an answer names
		conversation("named", record.ConversationChannel, "", said{at: "2026-04-05 09:00:00", who: "ben", id: "b", parent: "a"}),
		conversation("named", record.ConversationChannel, "", said{at: "2026-03-10 09:00:00", who: "anna", id: "a"}),
	},
	{ // a session of one month goes on in the next
		conversation("eve", record.ConversationDirect, "anna ben", said{at: "2026-03-31 23:50:00", who: "anna", id: "a"}, said{at: "2026-04-01 00:40:00", who: "anna", id: "c"}),
		conversation("eve", record.ConversationDirect, "anna ben", said{at: "2026-04-01 00:15:00", who: "ben", id: "b"}),
	},
}

// copiedReplies are mails whose copies in another mailbox do not say what they answer; which of two counts is the keys' choice.
func copiedReplies() (c struct{ first, second []record.Message }) {
	for i := range 8 {
		opening, reply := fmt.Sprint("copy-a", i), fmt.Sprint("copy-b", i)
		c.first = append(c.first, conversation("copy", record.ConversationMailThread, "anna ben", said{at: "2026-03-28 09:00:00", who: "anna", id: opening},
			said{at: "2026-04-03 09:00:00", who: "ben", id: reply, parent: opening})...)
		twin := conversation("copy", record.ConversationMailThread, "anna ben", said{at: "2026-04-03 09:00:00", who: "ben", id: reply})[0]
		twin.Workspace = "archive"
		c.second = append(c.second, twin)
	}
	return c
}

func TestLatecomersReachOtherMonths(t *testing.T) {
	t.Parallel()
	ws := together(t, 2)
	var first, second []record.Message
	for _, c := range latecomers {
		first, second = append(first, c.first...), append(second, c.second...)
	}
	load(t, ws[0], slices.Concat(first, second)...)
	load(t, ws[1], first...)
	before := checksum(t, ws[1])
	load(t, ws[1], second...)
	after := checksum(t, ws[1])
	for _, table := range []string{"opening_day", "reach_day", "session_day", "gap_day"} {
		if before[table] == after[table] {
			t.Errorf("%s does not change: nothing is compared", table)
		}
	}
	same(t, "in two runs", checksum(t, ws[0]), after)
}

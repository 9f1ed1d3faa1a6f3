package warehouse_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// said is a message of a hand-worked case; at is UTC. 2026-03-02 is a Monday.
type said struct {
	at, who string
	id      string
	parent  string
	names   string // mentioned
}

func person(name string) record.AccountKey { return record.EmailKey(name + "@heron.example") }

func people(names string) []record.AccountKey {
	var out []record.AccountKey
	for _, name := range strings.Fields(names) {
		out = append(out, person(name))
	}
	return out
}

// conversation gives the messages of one place in which the members are; the sender is one of them.
func conversation(tool string, kind record.ConversationKind, members string, lines ...said) []record.Message {
	var out []record.Message
	for i, l := range lines {
		at, err := time.Parse("2006-01-02 15:04:05", l.at)
		if err != nil {
			panic(err)
		}
		m := record.Message{Tool: tool, Workspace: "heron", Kind: record.KindMessage, SenderKind: record.AccountHuman, OffsetMinutes: record.OffsetUnknown,
			ID: cmp.Or(l.id, fmt.Sprint("m", i)), SentAt: at, Sender: person(l.who), Mentions: people(l.names), Conversation: record.Conversation{Key: "here", Kind: kind}}
		if strings.HasPrefix(l.who, "bot") {
			m.SenderKind = record.AccountBot
		}
		if kind == record.ConversationMailThread {
			m.CopyID = m.ID
		}
		if l.parent != "" {
			m.Parent, m.Relation = l.parent, record.RelationThread
		}
		for _, k := range people(members) {
			if k != m.Sender {
				m.Recipients = append(m.Recipients, k)
			}
		}
		m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(m.Recipients))
		out = append(out, m)
	}
	return out
}

// talk gives four months of messages in conversations of all sorts, no two of one conversation in the same instant.
func talk(n int) []record.Message {
	r := rand.New(rand.NewPCG(3, 5))
	start := time.Date(2026, 1, 24, 0, 0, 0, 0, time.UTC)
	var out []record.Message
	add := func(kind record.ConversationKind, tool, place string, members []string, span time.Duration, count int) {
		at := start.Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
		var ids []string
		for i := range count {
			// Gaps from seconds to weeks, so that sessions, months and follow-ups are all crossed.
			at = at.Add(time.Second + time.Duration(float64(span)*r.ExpFloat64()*[]float64{0.001, 0.02, 1, 3}[r.IntN(4)])).Truncate(time.Second)
			m := record.Message{Tool: tool, Workspace: "heron", Kind: record.KindMessage, OffsetMinutes: record.OffsetUnknown, SentAt: at,
				ID: fmt.Sprint(place, "-", i), Sender: person(members[r.IntN(len(members))]), Conversation: record.Conversation{Key: place, Kind: kind}}
			if kind == record.ConversationMailThread {
				m.CopyID, m.Precision = m.ID, record.PrecisionSecond
			}
			if kind != record.ConversationChannel {
				for _, name := range members {
					if k := person(name); k != m.Sender && len(members) <= record.SmallRoom+1 {
						m.Recipients = append(m.Recipients, k)
					}
				}
				m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(members)-1)
			}
			if (kind == record.ConversationChannel || kind == record.ConversationMailThread) && i > 0 && r.IntN(2) == 0 {
				m.Parent, m.Relation = ids[max(0, i-1-r.IntN(6))], record.RelationReply
			}
			if kind == record.ConversationChannel && r.IntN(2) == 0 {
				m.Mentions = []record.AccountKey{person(fmt.Sprint("p", r.IntN(12)))}
				m.Mentions = slices.DeleteFunc(m.Mentions, func(k record.AccountKey) bool { return k == m.Sender })
			}
			ids = append(ids, m.ID)
			out = append(out, m)
		}
	}
	for i := range 13 { // a week apart and in turns: whether one opens or answers hangs on all before it
		at := start.Add(time.Duration(i) * 200 * time.Hour)
		out = append(out, conversation("chat", record.ConversationDirect, "p1 p2", said{at: at.Format(time.DateTime), who: []string{"p1", "p2"}[i%2], id: fmt.Sprint("turn", i)})...)
	}
	for i := range n {
		names := make([]string, 0, 12)
		for _, p := range r.Perm(12) {
			names = append(names, fmt.Sprint("p", p))
		}
		add(record.ConversationDirect, "chat", fmt.Sprint("D", i), names[:2], 30*time.Hour, 40)
		add(record.ConversationDirect, "chat", fmt.Sprint("S", i), names[:2], 9*24*time.Hour, 9)
		add(record.ConversationGroup, "chat", fmt.Sprint("G", i), names[:3+r.IntN(7)], 40*time.Hour, 40)
		add(record.ConversationMailThread, "email", fmt.Sprint("M", i), names[:1+r.IntN(10)], 5*24*time.Hour, 12)
		if i%4 == 0 {
			add(record.ConversationChannel, "chat", fmt.Sprint("C", i), names, 20*time.Hour, 60)
		}
	}
	return out
}

// invented gives messages of three tools over four months, with replies, mentions, edits,
// deletions, repeats and mail that stands in two mailboxes.
func invented(n int) (all, copies []record.Message) {
	r := rand.New(rand.NewPCG(7, 11))
	start := time.Date(2026, 1, 20, 8, 0, 0, 0, time.UTC)
	key := func(i int) record.AccountKey { return person(fmt.Sprintf("p%02d", i)) }
	var out []record.Message
	for i := range n {
		at := start.Add(time.Duration(r.Int64N(int64(100 * 24 * time.Hour)))).Truncate(time.Second)
		sender := r.IntN(30)
		m := record.Message{Kind: record.KindMessage, SentAt: at, OffsetMinutes: record.OffsetUnknown, Sender: key(sender), SizeBytes: uint32(10 + r.IntN(40))}
		switch i % 3 {
		case 0: // a chat with ids
			m.Tool, m.Workspace, m.ID = "slack", "heron", fmt.Sprint(i)
			m.Conversation = record.Conversation{Key: fmt.Sprint("C", r.IntN(5)), Kind: record.ConversationChannel}
			if i > 30 && r.IntN(3) == 0 {
				parent := out[3*r.IntN(i/3)]
				m.Parent, m.Relation, m.Conversation = parent.ID, record.RelationThread, parent.Conversation
			}
			if r.IntN(4) == 0 {
				m.Mentions = []record.AccountKey{key(r.IntN(30)), key(r.IntN(30))}
			}
		case 1: // mail, some of it in two mailboxes
			m.Tool, m.Workspace, m.CopyID = "email", "office", fmt.Sprint("<", i, "@heron>")
			m.ID, m.Precision = m.CopyID, record.PrecisionSecond
			m.Conversation = record.Conversation{Key: m.CopyID, Kind: record.ConversationMailThread}
			for range 1 + r.IntN(12) {
				m.Recipients = append(m.Recipients, key(r.IntN(30)))
			}
			m.RecipientSource = record.RecipientsListed
			if i > 30 && r.IntN(2) == 0 {
				parent := out[3*r.IntN(i/3)+1]
				m.Parent, m.Relation, m.Conversation = parent.CopyID, record.RelationReply, parent.Conversation
			}
		case 2: // a chat without ids, to the minute
			m.Tool, m.Workspace, m.SentAt, m.Precision = "irc", "net", at.Truncate(time.Minute), record.PrecisionMinute
			m.Conversation = record.Conversation{Key: fmt.Sprint("#", r.IntN(4)), Kind: record.ConversationChannel}
			m.Sender = record.AccountKey{Kind: record.KeyHandle, Value: fmt.Sprint("nick", sender)}
		}
		out = append(out, m)
		if i%10 == 1 { // the same mail in a second mailbox, in which its thread could not be told
			twin := m
			twin.Workspace, twin.Conversation = "archive", record.Conversation{Key: m.CopyID, Kind: record.ConversationMailThread}
			copies = append(copies, twin)
		}
	}
	return out, copies
}

func edited(m record.Message) record.Message {
	m.EditedAt, m.SizeBytes = m.SentAt.Add(time.Hour), m.SizeBytes+100
	return m
}

package fill

import (
	"fmt"

	"crosstalk/collectors/record"
)

// Truth is what was handed over, counted from the records. Days and weeks are the organisation's, weeks ISO weeks.
type Truth struct {
	Seed     uint64      `json:"seed"`
	TimeZone string      `json:"time_zone"`
	Start    string      `json:"start"` // first date
	End      string      `json:"end"`   // date after the last
	People   int         `json:"people"`
	Messages int         `json:"messages"`
	Tools    []ToolTruth `json:"tools"`
}

// ToolTruth is one tool over the whole span.
type ToolTruth struct {
	Tool     string     `json:"tool"`
	Accounts int        `json:"accounts"`
	Messages int        `json:"messages"`
	Weeks    []ToolWeek `json:"weeks"`
}

// ToolWeek is one tool in one ISO week.
type ToolWeek struct {
	Week        string `json:"week"` // 2026-W22
	Messages    int    `json:"messages"`
	Direct      int    `json:"direct"` // one to one and in small groups
	Room        int    `json:"room"`
	Mail        int    `json:"mail"`
	Replies     int    `json:"replies"`
	Mentions    int    `json:"mentions"`
	Attachments int    `json:"attachments"`
	Bytes       int    `json:"bytes"`
	Senders     int    `json:"senders"`     // distinct
	SenderDays  int    `json:"sender_days"` // distinct, by day
}

// counts counts the messages of a tool.
type counts struct {
	c      *Company
	truth  ToolTruth
	week   *ToolWeek
	onDay  []int32 // by user: the last day with a message, from 1
	inWeek []int32 // by user: the last week with one, from 1
	day    int32
}

func newCounts(c *Company, t *tool) counts {
	return counts{c: c, truth: ToolTruth{Tool: t.slug, Accounts: len(t.people)}, onDay: make([]int32, len(t.people)), inWeek: make([]int32, len(t.people))}
}

// begin says of which day the next messages are.
func (n *counts) begin(d int) {
	y, w := n.c.dates[d].ISOWeek()
	name := fmt.Sprintf("%d-W%02d", y, w)
	n.day = int32(d) + 1
	if weeks := n.truth.Weeks; len(weeks) == 0 || weeks[len(weeks)-1].Week != name {
		n.truth.Weeks = append(weeks, ToolWeek{Week: name})
	}
	n.week = &n.truth.Weeks[len(n.truth.Weeks)-1]
}

func (n *counts) message(u int32, m *record.Message) {
	w := n.week
	w.Messages++
	switch m.Conversation.Kind {
	case record.ConversationDirect, record.ConversationGroup:
		w.Direct++
	case record.ConversationMailThread:
		w.Mail++
	default:
		w.Room++
	}
	if m.Parent != "" {
		w.Replies++
	}
	w.Mentions += len(m.Mentions)
	w.Attachments += int(m.Attachments)
	w.Bytes += int(m.SizeBytes)
	if n.onDay[u] != n.day {
		n.onDay[u] = n.day
		w.SenderDays++
	}
	if week := int32(len(n.truth.Weeks)); n.inWeek[u] != week {
		n.inWeek[u] = week
		w.Senders++
	}
}

func (c *Company) truth(talks []*talk) Truth {
	t := Truth{Seed: c.o.Seed, TimeZone: c.zone.String(), Start: c.Start().Format("2006-01-02"), End: c.End().Format("2006-01-02"), People: len(c.people)}
	for _, k := range talks {
		tool := k.count.truth
		for _, w := range tool.Weeks {
			tool.Messages += w.Messages
		}
		t.Messages += tool.Messages
		t.Tools = append(t.Tools, tool)
	}
	return t
}

package fill_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/simulate/fill"
)

var end = time.Date(2026, 7, 7, 0, 0, 0, 0, time.UTC) // a Tuesday

// listener keeps what the tests look at; a nil write only counts.
type listener struct {
	messages int
	write    func(*record.Message)
}

func (*listener) Account(*record.Account) error { return nil }

func (l *listener) Message(m *record.Message) error {
	l.messages++
	if l.write != nil {
		l.write(m)
	}
	return nil
}

func listen(t testing.TB, o fill.Options, write func(*record.Message)) fill.Truth {
	t.Helper()
	c, err := fill.New(o)
	if err != nil {
		t.Fatal(err)
	}
	sinks := map[string]fill.Sink{}
	for _, tool := range c.Tools() {
		sinks[tool] = &listener{write: write}
	}
	truth, err := c.Write(context.Background(), sinks)
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

// BenchmarkWrite gives how many messages are invented in a second of a core's time.
func BenchmarkWrite(b *testing.B) {
	for _, messages := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			c, err := fill.New(fill.Options{Seed: 1, People: 2000, Tools: 12, Weeks: 104, Messages: messages, End: end})
			if err != nil {
				b.Fatal(err)
			}
			l := &listener{}
			sinks := map[string]fill.Sink{}
			for _, tool := range c.Tools() {
				sinks[tool] = l
			}
			b.ReportAllocs()
			began := used(b)
			for b.Loop() {
				if _, err := c.Write(context.Background(), sinks); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(l.messages)/(used(b)-began), "messages/core-s")
		})
	}
}

// used is the time on a core so far, in seconds.
func used(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func TestTheSameOptionsGiveTheSameRecords(t *testing.T) {
	t.Parallel()
	sum := func(o fill.Options) (uint64, fill.Truth) {
		h := fnv.New64a()
		truth := listen(t, o, func(m *record.Message) { fmt.Fprintf(h, "%v", *m) })
		return h.Sum64(), truth
	}
	o := fill.Options{Seed: 5, People: 400, Tools: 5, Weeks: 8, Messages: 20_000, End: end}
	one, truth := sum(o)
	two, again := sum(o)
	if one != two || !cmp.Equal(truth, again) {
		t.Error("the same options gave other records")
	}
	o.Seed = 6
	if other, _ := sum(o); other == one {
		t.Error("another seed gave the same records")
	}
	if n := truth.Messages; n < 19_800 || n > 20_000 {
		t.Errorf("%d messages, asked were 20000", n)
	}
}

func TestDaysThatAreMadeLaterContinueTheSpan(t *testing.T) {
	t.Parallel()
	o := fill.Options{Seed: 5, People: 200, Tools: 5, Weeks: 8, Messages: 80_000, End: end}
	known, answered := map[string]bool{}, 0
	listen(t, o, func(m *record.Message) { known[m.Tool+m.ID] = true })
	for day := range 3 {
		o.Day = day + 1
		truth := listen(t, o, func(m *record.Message) {
			if at := end.AddDate(0, 0, day); m.SentAt.Before(at) || !m.SentAt.Before(at.AddDate(0, 0, 1)) {
				t.Fatalf("day %d has a message of %s", o.Day, m.SentAt)
			}
			if m.Parent != "" && known[m.Tool+m.Parent] {
				answered++
			} else if m.Parent != "" && !strings.HasPrefix(m.Parent, m.ID[:strings.Index(m.ID, ".")]) {
				t.Fatalf("%s answers %s, which nobody wrote", m.ID, m.Parent)
			}
			if known[m.Tool+m.ID] {
				t.Fatalf("%s was written before", m.ID)
			}
		})
		listen(t, o, func(m *record.Message) { known[m.Tool+m.ID] = true })
		if truth.Messages < 500 {
			t.Errorf("day %d has %d messages", o.Day, truth.Messages)
		}
	}
	if answered < 20 {
		t.Errorf("%d messages answer one of an earlier day", answered)
	}
}

func TestMoreMessagesAreTheSameTalks(t *testing.T) {
	t.Parallel()
	days := func(messages int) int {
		senders := 0
		for _, tool := range listen(t, fill.Options{Seed: 5, People: 400, Tools: 4, Weeks: 8, Messages: messages, End: end}, nil).Tools {
			for _, w := range tool.Weeks {
				senders += w.SenderDays
			}
		}
		return senders
	}
	few, many := days(40_000), days(400_000)
	if ratio := float64(many) / float64(few); ratio < 1 || ratio > 3 {
		t.Errorf("ten times the messages: %d days of senders became %d", few, many)
	}
}

func TestPeopleAndTiesDifferByOrdersOfMagnitude(t *testing.T) {
	t.Parallel()
	sent, direct := map[string]int{}, map[string]int{}
	all, small := 0, 0
	listen(t, fill.Options{Seed: 7, People: 1000, Tools: 6, Weeks: 10, Messages: 400_000, End: end}, func(m *record.Message) {
		all++
		if m.Tool == "slack" {
			sent[m.Sender.Value]++
		}
		switch m.Conversation.Kind {
		case record.ConversationDirect, record.ConversationGroup:
			small++
			direct[m.Tool+m.Conversation.Key]++
		}
	})
	for what, counts := range map[string]map[string]int{"people": sent, "ties": direct} {
		var n []int
		for _, c := range counts {
			n = append(n, c)
		}
		slices.Sort(n)
		if low, high := n[len(n)/20], n[len(n)-1-len(n)/1000]; high < 50*max(low, 1) {
			t.Errorf("%s: the thousandth writes %d, the twentieth from below %d: not heavy-tailed", what, high, low)
		}
	}
	if share := float64(small) / float64(all); share < 0.45 || share > 0.55 {
		t.Errorf("%.2f of the messages are direct, not half", share)
	}
}

func TestDirectoriesShowMoves(t *testing.T) {
	t.Parallel()
	c, err := fill.New(fill.Options{Seed: 1, People: 2000, Tools: 3, Weeks: 52, Messages: 1000, End: end})
	if err != nil {
		t.Fatal(err)
	}
	all := c.Directories()
	if len(all) != 4 {
		t.Fatalf("%d directories of four quarters", len(all))
	}
	moved, sizes := 0, map[string]int{}
	for i, p := range all[3].People {
		if p.Team != all[0].People[i].Team {
			moved++
		}
		sizes[p.Team]++
		if p.Email == "" || p.Department == "" || p.Manager == p.Key {
			t.Fatalf("%+v", p)
		}
	}
	if moved < 60 || moved > 300 {
		t.Errorf("%d of 2000 people moved within nine months", moved)
	}
	for name, n := range sizes {
		if n > 45 {
			t.Errorf("team %s has %d people", name, n)
		}
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	t.Parallel()
	good := fill.Options{People: 100, Tools: 3, Weeks: 10, Messages: 1000, End: end}
	for name, spoil := range map[string]func(*fill.Options){
		"people": func(o *fill.Options) { o.People = 3 }, "tools": func(o *fill.Options) { o.Tools = fill.MostTools + 1 },
		"weeks": func(o *fill.Options) { o.Weeks = 0 }, "messages": func(o *fill.Options) { o.Messages = 0 },
		"zone": func(o *fill.Options) { o.TimeZone = "Moon/Base" }, "end": func(o *fill.Options) { o.End = time.Time{} }, "day": func(o *fill.Options) { o.Day = -1 },
	} {
		o := good
		spoil(&o)
		if _, err := fill.New(o); err == nil {
			t.Errorf("%s: nothing was refused", name)
		}
	}
}

package analytics

import (
	"context"
	"iter"
	"slices"
	"time"
)

// sentFact is what every person sent on every tool, day by day.
var sentFact = &fact[*sent]{
	query:  load("sent"),
	params: func(q *question) Params { return Params{"side": string(q.filter.Side)} },
	read:   readSent,
}

// needsSent is the need of metrics that are made of what was sent in their windows.
func needsSent(q *question) []need { return []need{sentFact.need(q, weeksOf(q.windows))} }

// sent holds what people sent. It is read by several questions at once and never changed.
type sent struct {
	first   time.Time // the day from which days are counted
	lastDay int       // the number of the last day
	crowd   crowd
	outside []bool   // by number in the crowd: people of the other side, where both are counted together
	senders []sender // by tool, then person, each pair once
	inside  [][]bool // by window, then number: who counts in it; nil is everybody
}

// sent gives what the people who count sent in the question's windows: those who sent something in any of them, newly numbered,
// so that those of other weeks do not count as people without messages. The crowd has no names any more.
func (q *question) sent(ctx context.Context) (*sent, error) {
	book, err := sentFact.of(ctx, q, weeksOf(q.windows))
	if err != nil {
		return nil, err
	}
	return book.among(q.windows, q.population), nil
}

func (b *sent) among(windows []Period, who population) *sent {
	few := &sent{first: b.first, lastDay: b.lastDay}
	whole := *b
	whole.inside = b.insiders(windows, who)
	if !who.isWhole() {
		few.inside = make([][]bool, len(windows))
	}
	held := b.windowsOfDays(windows)
	numbers := make([]int, len(b.outside)) // from 1
	for _, s := range b.senders {
		if !slices.ContainsFunc(s.days, func(d sentDay) bool { return whole.isHeld(held[d.day], s.person) }) {
			continue
		}
		if numbers[s.person] == 0 {
			few.outside = append(few.outside, b.outside[s.person])
			numbers[s.person] = len(few.outside)
			for window := range few.inside {
				few.inside[window] = append(few.inside[window], whole.inside[window][s.person])
			}
		}
		s.person = numbers[s.person] - 1
		few.senders = append(few.senders, s)
	}
	return few
}

// insiders tells who counts in each window, by number.
func (b *sent) insiders(windows []Period, who population) [][]bool {
	if who.isWhole() {
		return nil
	}
	inside := make([][]bool, len(windows))
	for window, period := range windows {
		inside[window] = make([]bool, len(b.outside))
		for person, number := range b.crowd {
			inside[window][number] = who.counts(person, period.To)
		}
	}
	return inside
}

// numbersIn gives each person's number in another crowd, -1 for those who are not in it.
func (b *sent) numbersIn(others crowd) []int {
	numbers := slices.Repeat([]int{-1}, len(b.outside))
	for person, number := range b.crowd {
		if other, known := others[person]; known {
			numbers[number] = other
		}
	}
	return numbers
}

// counts reports whether a person counts in a window.
func (b *sent) counts(window, person int) bool { return b.inside == nil || b.inside[window][person] }

// isHeld reports whether a person counts in one of some windows.
func (b *sent) isHeld(windows []int, person int) bool {
	return slices.ContainsFunc(windows, func(window int) bool { return b.counts(window, person) })
}

// sender is a person's use of one tool.
type sender struct {
	tool   string
	person int
	days   []sentDay // in any order; a day may stand twice when the person has two accounts
}

// sentDay is what was sent on a day on which something was.
type sentDay struct{ day, messages, turns int }

type sentRow struct {
	Tool      string  `ch:"tool"`
	Person    uint64  `ch:"person"`
	IsOutside bool    `ch:"is_outside"`
	Days      numbers `ch:"days"`
	Messages  numbers `ch:"messages"` // of Days, one by one
	Turns     numbers `ch:"turns"`
}

func readSent(ctx context.Context, s Snapshot, f *fact[*sent], weeks []time.Time, params Params) (*sent, error) {
	params["weeks"] = days(weeks)
	var rows []sentRow
	if err := s.Select(ctx, &rows, f.query.text, params); err != nil {
		return nil, err
	}
	book := &sent{first: weeks[0], crowd: crowd{}}
	for _, r := range rows {
		book.enter(r)
	}
	return book, nil
}

// enter adds a row; rows of one person and tool follow each other.
func (b *sent) enter(r sentRow) {
	person := b.crowd.number(r.Person)
	if person == len(b.outside) {
		b.outside = append(b.outside, false)
	}
	b.outside[person] = b.outside[person] || r.IsOutside
	last := len(b.senders) - 1
	if last < 0 || b.senders[last].tool != r.Tool || b.senders[last].person != person {
		b.senders = append(b.senders, sender{r.Tool, person, make([]sentDay, 0, len(r.Days))})
		last++
	}
	s := &b.senders[last]
	for i, day := range r.Days {
		s.days = append(s.days, sentDay{int(day), int(r.Messages[i]), int(r.Turns[i])})
		b.lastDay = max(b.lastDay, int(day))
	}
}

// number is that of a day.
func (b *sent) number(day time.Time) int { return int(day.Sub(b.first).Hours()) / 24 }

// windowsOfDays gives, for each day by its number, the windows that hold it.
func (b *sent) windowsOfDays(windows []Period) [][]int {
	held := make([][]int, b.lastDay+1)
	for window, period := range windows {
		for day := max(b.number(period.From), 0); day < b.number(period.To) && day < len(held); day++ {
			held[day] = append(held[day], window)
		}
	}
	return held
}

// ledger adds up the messages of each window.
func (b *sent) ledger(windows []Period) *ledger {
	return b.ledgerOf(windows, func(d sentDay) int { return d.messages })
}

// ledgerOf adds up something of each window.
func (b *sent) ledgerOf(windows []Period, amount func(sentDay) int) *ledger {
	l := newLedger(len(windows), len(b.outside))
	held := b.windowsOfDays(windows)
	amounts := make([]int, len(windows))
	for tool, senders := range b.byTool() {
		parts := make([]part, len(windows))
		for _, s := range senders {
			clear(amounts)
			for _, d := range s.days {
				for _, window := range held[d.day] {
					amounts[window] += amount(d)
				}
			}
			b.enterParts(parts, s.person, amounts, len(senders))
		}
		for window, p := range parts {
			if len(p.people) > 0 {
				l.windows[window][tool] = p
			}
		}
	}
	return l
}

// enterParts enters what a person has in each window, as one of at most so many; nothing where that is nothing.
func (b *sent) enterParts(parts []part, person int, amounts []int, most int) {
	for window, n := range amounts {
		if n == 0 || !b.counts(window, person) {
			continue
		}
		p := &parts[window]
		if p.people == nil {
			*p = roomFor(most)
		}
		*p = p.with(person, float64(n))
		if b.outside[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
}

// byTool gives the senders tool by tool.
func (b *sent) byTool() iter.Seq2[string, []sender] {
	return func(yield func(string, []sender) bool) {
		for begin := 0; begin < len(b.senders); {
			end := begin + 1
			for end < len(b.senders) && b.senders[end].tool == b.senders[begin].tool {
				end++
			}
			if !yield(b.senders[begin].tool, b.senders[begin:end]) {
				return
			}
			begin = end
		}
	}
}

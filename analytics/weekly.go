package analytics

import (
	"context"
	"time"
)

// weeklyFact is how many messages everybody sent in each ISO week, on every tool.
var weeklyFact = &fact[*weekly]{
	query:  load("weekly"),
	params: func(q *question) Params { return Params{"side": string(q.filter.Side)} },
	read:   readWeekly,
}

// weekly is read by several questions at once and never changed.
type weekly struct {
	first time.Time // the week from which weeks are counted
	weeks int       // up to the last with messages
	rows  []weeklyRow
}

type weeklyRow struct {
	Tool     string  `ch:"tool"`
	Person   uint64  `ch:"person"`
	InWeeks  numbers `ch:"in_weeks"`
	Messages numbers `ch:"messages"` // of InWeeks, one by one
}

func readWeekly(ctx context.Context, s Snapshot, f *fact[*weekly], weeks []time.Time, params Params) (*weekly, error) {
	params["weeks"] = days(weeks)
	w := &weekly{first: weeks[0]}
	if err := s.Select(ctx, &w.rows, f.query.text, params); err != nil {
		return nil, err
	}
	for _, r := range w.rows {
		for _, week := range r.InWeeks {
			w.weeks = max(w.weeks, int(week)+1)
		}
	}
	return w, nil
}

// messages lays out what everybody sent on some tools, by number of the person and then week; one who has no number is left out.
func (w *weekly) messages(tools []string, everybody crowd) [][]float64 {
	isOn := map[string]bool{}
	for _, tool := range tools {
		isOn[tool] = true
	}
	sent := contributions(len(everybody), w.weeks)
	for _, r := range w.rows {
		if person, known := everybody[r.Person]; known && isOn[r.Tool] {
			for i, week := range r.InWeeks {
				sent[person][week] += float64(r.Messages[i])
			}
		}
	}
	return sent
}

// number is that of a week.
func (w *weekly) number(monday time.Time) int { return int(monday.Sub(w.first).Hours()) / (7 * 24) }

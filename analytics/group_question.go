package analytics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Below the organisation the gate releases less: whole ISO weeks, months as the ISO weeks that end in them, and blocks of four ISO
// weeks, over all tools, one class or one tool, of people of the company.

// isByGroup reports whether the question is about a group.
func (q *question) isByGroup() bool { return q.filter.Group != "" }

// checkGroup refuses what is not released below the organisation, whatever the data.
func (q *question) checkGroup() error {
	f := q.filter
	switch {
	case !q.isByGroup():
		return nil
	case q.doc.isOrganisational:
		return refused("group is not offered by this metric: it is about the organisation as a whole")
	case f.Status != "":
		return refused("group and status are not released together: below the organisation figures are given over all tools, one class or one tool")
	case f.Side != Internal:
		return refused("group and side %s are not released together: groups are the company's own people", f.Side)
	case len(f.Tools) > 1:
		return refused("group and %d tools are not released together: below the organisation figures are given over all tools, one class or one tool", len(f.Tools))
	case f.Grain == Hour || f.Grain == Day:
		return refused("grain %s is not released below the organisation: use week, month or period", f.Grain)
	}
	return nil
}

// blockWeeks is how many ISO weeks a block has.
const blockWeeks = 4

// alignWithGroup moves the period of a group's figures to whole ISO weeks, and refuses one that cannot be moved.
func (q *question) alignWithGroup() error {
	if !q.isByGroup() {
		return nil
	}
	p := q.period
	switch {
	case p.isMonths() && q.filter.Grain != Week:
		p = Period{monthInWeeks(p.From).From, monthInWeeks(p.To.AddDate(0, 0, -1)).To}
	case p.From.Weekday() != time.Monday || p.To.Weekday() != time.Monday:
		if !q.filter.From.IsZero() || strings.HasSuffix(q.filter.Period, "d") {
			return refused("a period of single days is not released below the organisation: use whole weeks from Monday (as period 4w) or whole months")
		}
		p = Period{floorTo(p.From.AddDate(0, 0, 6), string(Week)), floorTo(p.To, string(Week))}
	case q.filter.Grain == Month:
		p = Period{monthInWeeks(p.From.AddDate(0, 0, 6)).From, monthInWeeks(p.To.AddDate(0, 0, -1)).To}
	}
	p.To = earliest(p.To, floorTo(q.dataEnd, string(Week)))
	if q.filter.Grain == Whole && !q.isBlock(p) {
		return refused("a figure over %d days is not released below the organisation: use one week, one month or four weeks (period 4w), or grain week or month", p.Days())
	}
	q.period = p
	return nil
}

// isBlock reports whether one figure may be given for a period: one week, four, or the weeks of one month.
func (q *question) isBlock(p Period) bool {
	weeks := p.Days() / 7
	return weeks == 1 || weeks == blockWeeks || p == monthInWeeks(p.To.AddDate(0, 0, -1))
}

// monthInWeeks are the ISO weeks that end in the month of a day.
func monthInWeeks(day time.Time) Period {
	first := floorTo(day, string(Month))
	return Period{floorTo(first, string(Week)), floorTo(first.AddDate(0, 1, 0), string(Week))}
}

// beforeGroup is the period that a group's figure is compared with.
func (q *question) beforeGroup(p Period, isYear bool) Period {
	lastDay := p.To.AddDate(0, 0, -1)
	isMonth := p == monthInWeeks(lastDay) && p.Days() != 7*blockWeeks
	switch {
	case isMonth && isYear:
		return monthInWeeks(floorTo(lastDay, string(Month)).AddDate(-1, 0, 0))
	case isMonth:
		return monthInWeeks(floorTo(lastDay, string(Month)).AddDate(0, -1, 0))
	case isYear:
		return Period{p.From.AddDate(0, 0, -364), p.To.AddDate(0, 0, -364)}
	}
	return Period{p.From.AddDate(0, 0, -p.Days()), p.From}
}

// at is the same question about a node of the tree. Facts that are read are those of the question.
func (q *question) at(t *tree, n *node) *question {
	other := *q
	other.notes = slices.Clone(q.notes)
	other.population = population{t, n}
	return &other
}

// answerByGroup gives the cells of the group asked for, and those of all others as companions that decide with them: who is shown
// must not hang on which group is asked for.
func (d *Definition[R]) answerByGroup(ctx context.Context, q *question) ([]cell[R], []table, error) {
	t, err := q.groups(ctx, attributeOf(q.filter.Group))
	if err != nil {
		return nil, nil, err
	}
	asked, err := t.find(q.filter.Group)
	if err != nil {
		return nil, nil, err
	}
	var all []cell[R]
	byNode := map[*node][]cell[R]{}
	for _, n := range t.nodes {
		at := q.at(t, n)
		cells, err := d.made.answer(ctx, at)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", d.slug, err)
		}
		if n == asked {
			q.notes = at.notes
		}
		for _, p := range proofsOf(cells) {
			p.family = n.path + "\x00" + p.family
		}
		for i := range cells {
			cells[i].isOf(n == asked)
		}
		byNode[n] = cells
		all = append(all, cells...)
	}
	return all, tablesOf(t, byNode), nil
}

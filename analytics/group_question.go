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
		return refused("group is not offered by this metric: it is about the organisation as a whole").about("group")
	case f.Status != "":
		return refused("group and status are not released together: below the organisation figures are given over all tools, one class or one tool").about("status")
	case f.Side != Internal:
		return refused("group and side %s are not released together: groups are the company's own people", f.Side).about("side")
	case len(f.Tools) > 1:
		return refused("group and %d tools are not released together: below the organisation figures are given over all tools, one class or one tool", len(f.Tools)).about("tool")
	case f.Grain == Hour || f.Grain == Day:
		return refused("grain %s is not released below the organisation: use week, month or period", f.Grain).about("grain", "week", "month", "period")
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
			return refused("a period of single days is not released below the organisation: use whole weeks from Monday (as period 4w) or whole months").about("period")
		}
		p = Period{floorTo(p.From.AddDate(0, 0, 6), string(Week)), floorTo(p.To, string(Week))}
	case q.filter.Grain == Month:
		p = Period{monthInWeeks(p.From.AddDate(0, 0, 6)).From, monthInWeeks(p.To.AddDate(0, 0, -1)).To}
	}
	p.To = earliest(p.To, floorTo(q.dataEnd, string(Week)))
	if q.filter.Grain == Whole && !q.isBlock(p) {
		return refused("a figure over %d days is not released below the organisation: use one week, one month or four weeks (period 4w), or grain week or month", p.Days()).about("period")
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

// askGroup answers for the group that is asked for.
func (d *Definition[R]) askGroup(ctx context.Context, q *question) (Answer, error) {
	t, err := q.groups(ctx, attributeOf(q.filter.Group))
	if err != nil {
		return Answer{}, err
	}
	if _, err := t.find(q.filter.Group); err != nil {
		return Answer{}, err
	}
	answers, err := d.askTree(ctx, q, t)
	return answers[q.filter.Group], err
}

// AskGroups computes the released rows of all groups of the tree in which a filter's group stands, by their paths; it need not be one
// of them. Who is shown is decided for all of them together anyway, so it takes as long as one.
func (d *Definition[R]) AskGroups(ctx context.Context, s Snapshot, set Setting, f Filter) (map[string]Answer, error) {
	q, err := newQuestion(d, s, set, f)
	if err != nil || len(q.buckets) == 0 || !q.isByGroup() {
		return nil, err
	}
	t, err := q.groups(ctx, attributeOf(q.filter.Group))
	if err != nil {
		return nil, err
	}
	return d.askTree(ctx, q, t)
}

func (d *Definition[R]) askTree(ctx context.Context, q *question, t *tree) (map[string]Answer, error) {
	if _, ok := q.s.(*together); !ok {
		q.s = Together(q.s, q.set, Ask{d, q.filter}) // what is read once serves all groups
	}
	byNode, notes, err := d.answerByNode(ctx, q, t)
	if err != nil {
		return nil, err
	}
	if q.isOfWeeks() {
		if err := d.hideWithWeeks(ctx, q, t, byNode); err != nil {
			return nil, err
		}
	}
	decideTree(t, byNode, q.set.minimumGroup())
	answers := map[string]Answer{}
	for _, n := range t.nodes {
		if n == t.root || n.isRest {
			continue
		}
		own := q.at(t, n)
		own.filter.Group, own.notes = n.path, notes[n]
		rows := released(byNode[n])
		coarsenRows(rows)
		answers[n.path] = d.answer(own, rows)
	}
	return answers, nil
}

// answerByNode gives the cells of every node of a tree, their families apart, and the notes.
func (d *Definition[R]) answerByNode(ctx context.Context, q *question, t *tree) (map[*node][]cell[R], map[*node][]string, error) {
	byNode, notes := map[*node][]cell[R]{}, map[*node][]string{}
	for _, n := range t.nodes {
		at := q.at(t, n)
		cells, err := d.made.answer(ctx, at)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", d.slug, err)
		}
		notes[n] = at.notes
		for _, p := range proofsOf(cells) {
			p.family = n.path + "\x00" + p.family
		}
		byNode[n] = cells
	}
	return byNode, notes, nil
}

// isOfWeeks reports whether figures are sums or means of several weeks, which are released too.
func (q *question) isOfWeeks() bool {
	return !q.doc.Stock && q.filter.Grain != Week && slices.Contains(q.doc.Grains, Week)
}

// hideWithWeeks hides what a group did in a longer span where what it did in one of its weeks is hidden: the weeks that are shown would
// leave it over.
func (d *Definition[R]) hideWithWeeks(ctx context.Context, q *question, t *tree, byNode map[*node][]cell[R]) error {
	if len(q.windows) == 0 {
		return nil
	}
	f := q.filter
	f.Grain, f.Compare, f.Period, f.From, f.To = Week, CompareNone, "", q.windows[0].From, q.windows[0].To
	for _, w := range q.windows {
		f.From, f.To = earliest(f.From, w.From), latest(f.To, w.To)
	}
	weekly, err := newQuestion(d, q.s, q.set, f)
	if err != nil {
		return err
	}
	weeksOfNode, _, err := d.answerByNode(ctx, weekly, t)
	if err != nil {
		return err
	}
	decideTree(t, weeksOfNode, q.set.minimumGroup())
	for _, n := range t.nodes {
		if n != t.root {
			hideWith(byNode[n], weeksOfNode[n], q.previous)
		}
	}
	return nil
}

// hideWith hides the cells of a node, and what they are compared with, of which a week is hidden.
func hideWith[R any](cells, weeks []cell[R], previous Period) {
	hidden := map[string][]Period{} // by row and figure
	for _, c := range weeks {
		for figure, p := range c.proofs() {
			if p.isHidden {
				key := rowKey(c.row, false) + figure
				hidden[key] = append(hidden[key], spanOf(c.row))
			}
		}
	}
	for _, c := range cells {
		span := spanOf(c.row)
		for figure, p := range c.proofs() {
			within := span
			if figure == beforeFigure {
				figure, within = "", previous
			}
			for _, week := range hidden[rowKey(c.row, false)+figure] {
				p.isHidden = p.isHidden || !week.From.Before(within.From) && !week.To.After(within.To)
			}
		}
	}
}

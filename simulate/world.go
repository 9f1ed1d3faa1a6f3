package simulate

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
)

// world is one simulation: the company, a generator for each tool, and what is counted
// over all tools together.
type world struct {
	o   Options
	cal *calendar
	*company
	habits *habits
	tools  []*generator
	start  int64 // of the initiative

	all    span // all tools, the current week
	block  span // all tools, the current block
	weeks  []WeekTruth
	blocks []BlockTruth
	last4  WindowTruth
	panel  []TeamWeek
}

func newWorld(o Options, cal *calendar) *world {
	w := &world{o: o, cal: cal, company: newCompany(o, cal), all: newSpan(o.People), block: newSpan(o.People)}
	w.habits = newHabits(o, w.company, cal)
	w.start = cal.mondayNear(0.6)
	return w
}

// run makes the whole span and closes the files, whatever happens.
func (w *world) run(ctx context.Context, dir string) error {
	err := w.open(dir)
	if err == nil {
		err = w.live(ctx)
	}
	return errors.Join(err, w.each(func(g *generator) error { return g.out.close() }))
}

// live makes day after day, all tools at a time, and writes what can no longer change.
func (w *world) live(ctx context.Context) error {
	current := -1
	next := 0 // the week to close next
	for d := range w.cal.days {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i := w.cal.weekOf(max(w.cal.midnight(0, d), w.cal.from)); i != current {
			current = i
			w.each(func(g *generator) error { g.startWeek(i); return nil })
		}
		// The easternmost mornings of the next day lie hours before its midnight.
		safe := (w.cal.firstDay+int64(d)+1)*day - 14*hour
		var boundaries []int64
		for ; next < len(w.cal.weeks) && w.cal.weeks[next].to <= safe; next++ {
			boundaries = append(boundaries, w.cal.weeks[next].to)
		}
		if err := w.step(d, boundaries, safe); err != nil {
			return err
		}
	}
	return w.end(next)
}

// step makes a day, then emits up to each end of a week and closes the week.
func (w *world) step(d int, boundaries []int64, safe int64) error {
	if err := w.each(func(g *generator) error { g.day(d); return nil }); err != nil {
		return err
	}
	for _, until := range boundaries {
		if err := w.emit(until); err != nil {
			return err
		}
		w.closeWeek(w.cal.weekOf(until - 1))
	}
	return w.emit(safe)
}

func (w *world) emit(until int64) error {
	return w.each(func(g *generator) error { return g.emit(until) })
}

// end emits and closes what the last day left open.
func (w *world) end(next int) error {
	for ; next < len(w.cal.weeks); next++ {
		if err := w.emit(min(w.cal.weeks[next].to, w.cal.to)); err != nil {
			return err
		}
		w.closeWeek(next)
	}
	return nil
}

// each runs all tools side by side; they share nothing that changes.
func (w *world) each(do func(*generator) error) error {
	errs := make([]error, len(w.tools))
	var wait sync.WaitGroup
	for k, g := range w.tools {
		wait.Add(1)
		go func() {
			defer wait.Done()
			errs[k] = do(g)
		}()
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// open prepares each tool and its files.
func (w *world) open(dir string) error {
	for t := range w.o.Tools {
		g := w.newGenerator(t)
		path, err := w.equip(g, dir)
		if err != nil {
			return err
		}
		if g.count.truth.Path, err = filepath.Rel(dir, path); err != nil {
			return err
		}
		g.count.truth.Path = filepath.ToSlash(g.count.truth.Path)
		g.scale = w.scale(g)
		w.tools = append(w.tools, g)
	}
	return nil
}

func (w *world) newGenerator(t int) *generator {
	g := &generator{
		habits: w.habits, tool: t, slug: w.o.slug(t), gaps: len(w.o.Formats) > 0, r: newRand(w.o.Seed, uint64(100+t)), also: newRand(w.o.Seed, uint64(200+t)),
		used: map[uint64]struct{}{}, step: second, lift: w.lift,
	}
	g.count = newCounter(w.cal, g.slug, w.o.People)
	return g
}

func toolSlug(t int) string {
	if t > ircTool {
		return moreTools[t-3]
	}
	return [...]string{"slack", "email", "irc"}[t]
}

// equip gives a generator its talk and its writer, and says where its files are.
func (w *world) equip(g *generator, dir string) (path string, err error) {
	switch g.tool {
	case slackTool:
		return w.equipSlack(g, dir)
	case emailTool:
		p := newPost(g, w.company)
		g.begin, g.daily = p.begin, p.daily
		path = filepath.Join(dir, "mail")
		g.out, err = newMailWriter(path, w.o, w.company, g)
	case ircTool:
		g.begin = newIRC(g, w.company).gossip
		path = filepath.Join(dir, "irc")
		g.out, err = newIRCWriter(path, w.o, w.company, g)
	default:
		path = filepath.Join(dir, g.slug)
		if len(w.o.Formats) > 0 {
			return path, w.equipFormat(g, formatOf(g.slug), path)
		}
		rm := &rooms{threads: true}
		g.furnish(w.company, rm)
		g.begin = rm.chat
		g.out, err = newLinesWriter(path, w.company, g)
	}
	return path, err
}

// scale makes a tool's share of all messages come true.
func (w *world) scale(g *generator) float64 {
	sum, last, total := 0.0, -1, 0.0
	for d := range w.cal.days {
		if i := w.cal.weekOf(max(w.cal.midnight(0, d), w.cal.from)); i != last {
			last, total = i, 0
			for p := range w.people {
				total += w.habits.weight(g.tool, p, i)
			}
		}
		sum += total * w.habits.pressure[d]
	}
	if sum == 0 {
		return 0
	}
	return float64(w.o.Messages) * w.habits.shares[g.tool] / sum
}

// lift is the initiative's chance to add to an exchange that a person started.
func (w *world) lift(i int32, at int64) float64 {
	if w.o.Effect > 0 && at >= w.start && w.teams[w.people[i].team].treated {
		return w.o.Effect
	}
	return 0
}

// closeWeek joins the tools' counts of a finished week.
func (w *world) closeWeek(i int) {
	at := w.cal.weeks[i]
	w.all.clear()
	if at.block >= 0 && (i == 0 || w.cal.weeks[i-1].block != at.block) {
		w.block.clear()
		for _, g := range w.tools {
			g.count.block.clear()
		}
	}
	for _, g := range w.tools {
		c := g.count
		c.closeWeek(at)
		w.all.merge(&c.week)
		if at.block >= 0 {
			c.block.merge(&c.week)
			w.block.merge(&c.week)
		}
		c.week.clear()
	}
	w.addWeek(at)
	if at.block >= 0 && (i+1 == len(w.cal.weeks) || w.cal.weeks[i+1].block != at.block) {
		w.closeBlock(i)
	}
}

func (s *span) merge(o *span) {
	o.pairs.mergeInto(&s.pairs)
	s.turns += o.turns
	for i, n := range o.messages {
		s.messages[i] += n
	}
}

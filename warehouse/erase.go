package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The states of an erasure, in their order: the highest holds.
const (
	erasureBegun uint8 = 1 + iota
	erasureStaged
	erasureDone
)

// erasureCounts is how much an erasure removed.
type erasureCounts struct {
	Accounts  uint32 `ch:"accounts"`
	Messages  uint64 `ch:"messages"`  // removed
	Rewritten uint64 `ch:"rewritten"` // of which a recipient or a mention was removed
}

// Erased is what was removed.
type Erased struct {
	Accounts  int
	Messages  uint64 // rows removed
	Rewritten uint64 // rows of which a recipient or a mention was removed
}

// Erase removes people: their accounts with all that is sealed, what they sent, themselves from the recipients and
// mentions of others, their places in conversations, activities, signals, links, entries and attributes of the
// directory, and their rows in the roll-ups, of which no generation keeps them. Messages that were written to nobody else go as
// well. It leaves keyed hashes of their names, so that reading an old export again does not bring them back. An erasure that is cut short is
// completed when the warehouse is next opened. It refuses with ErrBusy while a run goes on.
func (w *Warehouse) Erase(ctx context.Context, people ...*Erasable) (Erased, error) {
	if err := w.Recover(ctx); err != nil {
		return Erased{}, err
	}
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return Erased{}, err
	}
	defer unlock()
	open, err := w.unfinished(ctx, 0)
	if err != nil {
		return Erased{}, err
	}
	if len(open) > 0 {
		return Erased{}, ErrBusy
	}
	if err := w.completeErasures(ctx); err != nil {
		return Erased{}, err
	}
	e := erasure{w: w, id: uint64(time.Now().UnixMilli())<<22 | randomID()>>42}
	if err := e.begin(ctx, people); err != nil {
		return Erased{}, fmt.Errorf("erase: %w", err)
	}
	if err := e.complete(ctx, erasureBegun); err != nil {
		return Erased{}, fmt.Errorf("erase: %w; the next command completes it", err)
	}
	return Erased{int(e.counts.Accounts), e.counts.Messages, e.counts.Rewritten}, nil
}

// completeErasures brings those to their end that were cut short. The caller holds the publish lock.
func (w *Warehouse) completeErasures(ctx context.Context) error {
	var open []struct {
		ID    uint64 `ch:"erasure_id"`
		State uint8  `ch:"last_state"`
		erasureCounts
	}
	err := w.conn.Select(ctx, &open, `SELECT erasure_id, max(state) AS last_state, argMax(accounts, state) AS accounts, argMax(messages, state) AS messages, argMax(rewritten, state) AS rewritten
		FROM erasure GROUP BY erasure_id HAVING last_state < {done:UInt8} ORDER BY erasure_id`, named("done", erasureDone))
	if err != nil {
		return fmt.Errorf("look for unfinished erasures: %w", passing(err))
	}
	for _, o := range open {
		w.log.Info("an erasure was cut short: it is completed", "erasure_id", o.ID, "state", o.State)
		e := erasure{w: w, id: o.ID, counts: o.erasureCounts}
		if err := e.complete(ctx, o.State); err != nil {
			return fmt.Errorf("complete an erasure: %w", err)
		}
	}
	return nil
}

// resumeErasures completes erasures that were cut short, unless another command is at work.
func (w *Warehouse) resumeErasures(ctx context.Context) error {
	unlock, err := w.tryLock("publish")
	if unlock == nil || err != nil {
		return err
	}
	defer unlock()
	return w.completeErasures(ctx)
}

// erasure is one in the making. All of its steps may be repeated.
type erasure struct {
	w      *Warehouse
	id     uint64
	counts erasureCounts
}

// begin writes down whom to remove, and puts their names on the list: from here on it will be done. The last insert is the
// one that counts.
func (e *erasure) begin(ctx context.Context, people []*Erasable) error {
	names, err := e.w.insert(ctx, "INSERT INTO suppression (hash, erasure_id, at)")
	if err != nil {
		return err
	}
	defer names.Close()
	targets, err := e.targets(ctx)
	if err != nil {
		return err
	}
	defer targets.Close()
	now := time.Now().UTC()
	all := map[string]bool{}
	for _, p := range people {
		all[p.token] = true
	}
	for _, p := range people {
		for _, h := range p.hashes(e.w.id.name, all) {
			if err := names.Append(h, e.id, now); err != nil {
				return err
			}
		}
		accounts, entries := p.ids()
		e.counts.Accounts += uint32(len(accounts))
		for what, ids := range map[string][]uint64{"account": accounts, "person": entries} {
			for _, id := range ids {
				if err := targets.Append(e.id, what, id, "", uint32(0)); err != nil {
					return err
				}
			}
		}
	}
	if err := targets.Send(); err != nil {
		return err
	}
	if err := names.Send(); err != nil {
		return err
	}
	return e.reach(ctx, erasureBegun)
}

func (e *erasure) reach(ctx context.Context, state uint8) error {
	return e.w.insertRow(ctx, "INSERT INTO erasure (erasure_id, state, changed_at, accounts, messages, rewritten)",
		e.id, state, time.Now().UTC(), e.counts.Accounts, e.counts.Messages, e.counts.Rewritten)
}

// complete goes on from a state.
func (e *erasure) complete(ctx context.Context, state uint8) error {
	if state < erasureStaged {
		if err := e.stageMessages(ctx); err != nil {
			return err
		}
		if err := e.note(ctx); err != nil {
			return err
		}
		if err := e.reach(ctx, erasureStaged); err != nil {
			return err
		}
	}
	// What else is derived from the rows hooks in here.
	for _, step := range []func(context.Context) error{e.removeMessages, e.removeRows, e.publish, e.removeAnswers, e.removeGenerations, e.removeRolledUp, e.purge, e.verify} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	// Last of all the notes themselves.
	if err := e.w.dropStage(ctx, e.id, []string{"message"}); err != nil {
		return err
	}
	if err := e.reach(ctx, erasureDone); err != nil {
		return err
	}
	if err := e.w.conn.Exec(ctx, "ALTER TABLE erasure_target DROP PARTITION "+strconv.FormatUint(e.id, 10)); err != nil {
		return err
	}
	e.w.log.Info("people were erased", "erasure_id", e.id, "accounts", e.counts.Accounts)
	return nil
}

// publish rolls the months up anew that named the accounts, and says anew who each account is.
func (e *erasure) publish(ctx context.Context) error {
	touched, err := e.slices(ctx)
	if err != nil {
		return err
	}
	return e.w.publish(ctx, touched, true)
}

// slices are the months to roll up anew: those noted, the one before and the two after, since an opening is followed for 28
// days and hangs on what was said up to 56 days before it; and, since the data of a tool may end earlier now, its last ones.
func (e *erasure) slices(ctx context.Context) ([]month, error) {
	var noted, held []month
	if err := e.w.conn.Select(ctx, &noted, "SELECT DISTINCT tool, month FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'slice' ORDER BY tool, month", named("erasure", e.id)); err != nil {
		return nil, err
	}
	if err := e.w.conn.Select(ctx, &held, "SELECT DISTINCT subject AS tool, month FROM publication WHERE subject != '' ORDER BY tool, month"); err != nil {
		return nil, err
	}
	var ends []month
	if err := e.w.conn.Select(ctx, &ends, "SELECT tool, toYYYYMM(toTimeZone(max(sent_at) - INTERVAL 29 DAY, {zone:String})) AS month FROM message WHERE kind = 'message' GROUP BY tool", named("zone", e.w.Zone())); err != nil {
		return nil, err
	}
	isNear := func(m month) bool {
		return slices.ContainsFunc(noted, func(n month) bool {
			return n.Tool == m.Tool && monthIndex(m.Month) >= monthIndex(n.Month)-1 && monthIndex(m.Month) <= monthIndex(n.Month)+2
		})
	}
	isLate := func(m month) bool {
		return slices.ContainsFunc(noted, func(n month) bool { return n.Tool == m.Tool }) &&
			slices.ContainsFunc(ends, func(n month) bool { return n.Tool == m.Tool && m.Month >= n.Month })
	}
	return slices.DeleteFunc(held, func(m month) bool { return !isNear(m) && !isLate(m) }), nil
}

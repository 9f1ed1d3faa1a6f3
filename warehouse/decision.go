package warehouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/identity"
)

// Match is an account and whose it is, may be, or is not. It holds names, addresses and
// handles: only who may read the privacy key sees it.
type Match struct {
	Account    uint64
	Tool       string
	Workspace  string
	Key        string // what the tool calls the account
	Name       string // what the account shows: the first of name, address, handle and key that it has
	Person     string // the directory's key, or empty
	Other      uint64 // without a person: another account of the same human, or 0
	PersonName string
	State      MatchState
	Method     string   // of a link
	Confidence float32  // of a link or a proposal, 0 to 1
	Reasons    []string // of a proposal
}

// MatchState says how an account and a person stand to each other.
type MatchState string

// The states of a Match.
const (
	Linked   MatchState = "linked"   // by a rule
	Accepted MatchState = "accepted" // by somebody
	Proposed MatchState = "proposed"
	Rejected MatchState = "rejected"
	Alone    MatchState = "alone" // a person of its own, without a proposal
)

// Decision is somebody's word about an account: that it is or is not a person's of the directory, or the
// same human's as another account.
type Decision struct {
	Account  uint64
	Person   string
	Other    uint64
	Accepted bool
}

// Errors of decisions.
var (
	ErrUnknownAccount = errors.New("no such account: `crosstalk people list` names them")
	ErrUnknownPerson  = errors.New("no such person in the directory: `crosstalk people list` names them")
)

// loadDecisions reads what people decided. The person of an account that stands alone has
// the account's id.
func (w *Warehouse) loadDecisions(ctx context.Context, people map[uint64]storedPerson) ([]identity.Decision, error) {
	var rows []struct {
		Account uint64 `ch:"account_id"`
		Person  uint64 `ch:"person_id"`
		Undone  bool   `ch:"is_undone"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT account_id, person_id, is_undone FROM account_link FINAL WHERE linked_by != 'rule' ORDER BY account_id, person_id"); err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	keys := map[uint64]string{}
	for _, p := range people {
		if p.Origin == "directory" {
			keys[p.ID] = p.Key
		}
	}
	out := make([]identity.Decision, len(rows))
	for i, r := range rows {
		out[i] = identity.Decision{Account: r.Account, Accepted: !r.Undone}
		if key, listed := keys[r.Person]; listed {
			out[i].Person = key
		} else {
			out[i].Other = r.Person
		}
	}
	return out, nil
}

// Matches says of every human's account whose it is, with what is proposed and was rejected;
// by tool, workspace and key.
func (w *Warehouse) Matches(ctx context.Context) ([]Match, error) {
	all, err := w.loadWho(ctx)
	if err != nil {
		return nil, err
	}
	found := all.match()
	t := telling{accounts: map[uint64]Match{}, people: map[string]string{}, groups: map[string][]uint64{}, known: map[uint64]bool{}}
	for _, a := range all.accounts {
		if !identity.IsHuman(a.Kind) {
			continue
		}
		t.accounts[a.ID] = Match{Account: a.ID, Tool: a.Tool, Workspace: a.Workspace, Key: a.Key.Value, Name: cmp.Or(a.Name, a.Email, a.Handle, a.Key.Value)}
	}
	for _, p := range all.directory {
		t.people[p.Key] = cmp.Or(p.Name, p.Email, p.Key)
	}
	return t.tell(found, all.decisions), nil
}

// telling turns ids into names.
type telling struct {
	accounts map[uint64]Match
	people   map[string]string
	groups   map[string][]uint64 // accounts that no directory knows
	known    map[uint64]bool     // accounts that were told of
	out      []Match
}

func (t *telling) tell(found identity.Result, decisions []identity.Decision) []Match {
	for _, l := range found.Links {
		if l.Person == "" {
			t.groups[l.Group] = append(t.groups[l.Group], l.Account)
		}
	}
	for _, l := range found.Links {
		m := Match{State: Linked, Method: string(l.Method), Confidence: l.Confidence}
		if l.Method == identity.Accepted {
			m.State = Accepted
		}
		other := uint64(0)
		if l.Person == "" {
			other = t.groups[l.Group][0]
			if other == l.Account && len(t.groups[l.Group]) > 1 {
				other = t.groups[l.Group][1]
			}
		}
		t.add(l.Account, l.Person, other, m)
	}
	for _, p := range found.Proposals {
		t.add(p.Account, p.Person, p.Other, Match{State: Proposed, Confidence: p.Score, Reasons: p.Reasons})
	}
	for _, d := range decisions {
		if !d.Accepted {
			t.add(d.Account, d.Person, d.Other, Match{State: Rejected})
		}
	}
	for id := range t.accounts {
		if !t.known[id] {
			t.add(id, "", 0, Match{State: Alone})
		}
	}
	slices.SortStableFunc(t.out, func(a, b Match) int {
		return cmp.Or(strings.Compare(a.Tool, b.Tool), strings.Compare(a.Workspace, b.Workspace), strings.Compare(a.Key, b.Key), cmp.Compare(a.Account, b.Account),
			strings.Compare(string(a.State), string(b.State)), cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Person, b.Person), cmp.Compare(a.Other, b.Other))
	})
	return t.out
}

func (t *telling) add(account uint64, person string, other uint64, m Match) {
	a, known := t.accounts[account]
	if !known {
		return
	}
	t.known[account] = true
	a.Person, a.Other, a.State, a.Method, a.Confidence, a.Reasons = person, other, m.State, m.Method, m.Confidence, m.Reasons
	a.PersonName = t.people[person]
	if other != 0 {
		a.PersonName = t.accounts[other].Name
	}
	t.out = append(t.out, a)
}

// Decide stores somebody's decisions and publishes who is who by them. Nothing is imported
// or rolled up again. A later decision about the same pair takes the place of an earlier.
func (w *Warehouse) Decide(ctx context.Context, by string, decisions []Decision) error {
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return err
	}
	defer unlock()
	if err := w.readPrivacyKey(); err != nil {
		return err
	}
	all, err := w.loadWho(ctx)
	if err != nil {
		return err
	}
	if err := w.storeDecisions(ctx, by, decisions, all); err != nil {
		return err
	}
	return w.publish(ctx, nil, true)
}

func (w *Warehouse) storeDecisions(ctx context.Context, by string, decisions []Decision, all who) error {
	accounts, people := map[uint64]bool{}, map[string]uint64{}
	for _, a := range all.accounts {
		accounts[a.ID] = true
	}
	for _, p := range all.people {
		if p.Origin == "directory" {
			people[p.Key] = p.ID
		}
	}
	batch, err := w.insert(ctx, "INSERT INTO account_link (account_id, person_id, method, confidence, linked_by, linked_at, is_undone, version)")
	if err != nil {
		return fmt.Errorf("store decisions: %w", err)
	}
	defer batch.Close()
	now := time.Now().UTC()
	for i, d := range decisions {
		person, listed := people[d.Person]
		switch {
		case !accounts[d.Account]:
			return ErrUnknownAccount
		case d.Person != "" && !listed:
			return ErrUnknownPerson
		case d.Person == "" && !accounts[d.Other], d.Other == d.Account:
			return ErrUnknownAccount
		case d.Person == "":
			person = d.Other
		}
		confidence := float32(0)
		if d.Accepted {
			confidence = 1
		}
		if err := batch.Append(d.Account, person, string(identity.Accepted), confidence, by, now, !d.Accepted, uint64(now.UnixNano())+uint64(i)); err != nil {
			return fmt.Errorf("store decisions: %w", err)
		}
	}
	if len(decisions) == 0 {
		return nil
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("store decisions: %w", err)
	}
	return nil
}

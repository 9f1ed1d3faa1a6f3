package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/identity"
	"crosstalk/collectors/record"
)

// knownAccountRow is an account of the map with what it seals.
type knownAccountRow struct {
	ID        uint64 `ch:"account_id"`
	MapKey    uint64 `ch:"map_key"`
	Tool      string `ch:"tool"`
	Workspace string `ch:"workspace"`
	KeyKind   string `ch:"key_kind"`
	Kind      string `ch:"kind"`
	Sealed    string `ch:"sealed"`
}

// resolvePeople matches every account to a person and writes who is who as a slice of
// the publication.
func (p *publication) resolvePeople(ctx context.Context) error {
	who, err := p.w.loadWho(ctx)
	if err != nil {
		return err
	}
	links := who.match().Links
	persons, err := p.w.personsOf(ctx, links, who.people)
	if err != nil {
		return err
	}
	if err := p.w.writeLinks(ctx, links, persons); err != nil {
		return err
	}
	slice := p.base(0)
	p.add(publicationRow{subject: "", month: 0, slice: slice})
	listed := map[uint64]bool{}
	for _, l := range links {
		listed[l.Account] = l.Person != ""
	}
	return p.writeResolution(ctx, slice, who.accounts, persons, listed, len(who.directory) > 0)
}

// who is all that matching is made of.
type who struct {
	accounts  []matchedAccount
	people    map[uint64]storedPerson // by map key
	directory []record.Person
	decisions []identity.Decision
}

func (w *Warehouse) loadWho(ctx context.Context) (who, error) {
	var all who
	var err error
	if all.accounts, err = w.loadAccounts(ctx); err != nil {
		return all, err
	}
	if all.people, err = w.loadPeople(ctx); err != nil {
		return all, err
	}
	for _, p := range all.people {
		if p.Origin == "directory" {
			all.directory = append(all.directory, p.record())
		}
	}
	all.decisions, err = w.loadDecisions(ctx, all.people)
	return all, err
}

func (a who) match() identity.Result {
	known := make([]identity.Account, len(a.accounts))
	for i, account := range a.accounts {
		known[i] = account.Account
	}
	return identity.Match(known, a.directory, a.decisions)
}

// matchedAccount is an account of the map, opened for matching.
type matchedAccount struct {
	identity.Account
	mapKey uint64
}

func (w *Warehouse) loadAccounts(ctx context.Context) ([]matchedAccount, error) {
	var rows []knownAccountRow
	if err := w.conn.Select(ctx, &rows, "SELECT account_id, map_key, tool, workspace, toString(key_kind) AS key_kind, toString(kind) AS kind, sealed FROM account FINAL ORDER BY map_key, account_id"); err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	out := make([]matchedAccount, len(rows))
	for i, r := range rows {
		s, err := w.unseal(r.Sealed)
		if err != nil {
			return nil, err
		}
		keyKind, _ := record.ParseKeyKind(r.KeyKind)
		kind, _ := record.ParseAccountKind(r.Kind)
		out[i] = matchedAccount{
			Account: identity.Account{ID: r.ID, Tool: r.Tool, Workspace: r.Workspace, Key: record.AccountKey{Kind: keyKind, Value: s.Value, Scope: s.Scope}, Kind: kind,
				Name: s.Name, Email: s.Email, Handle: s.Handle, Phone: s.Phone},
			mapKey: r.MapKey,
		}
	}
	return out, nil
}

// personsOf gives the person's id for each link, making people for accounts that were joined
// to each other and that no directory knows.
func (w *Warehouse) personsOf(ctx context.Context, links []identity.Link, people map[uint64]storedPerson) (map[uint64]uint64, error) {
	persons := make(map[uint64]uint64, len(links))
	var made []storedPerson
	for _, l := range links {
		key, origin := w.privacy().personKey("directory", l.Person), "directory"
		if l.Person == "" {
			key, origin = w.privacy().personKey("accounts", l.Group), "accounts"
		}
		person, ok := people[key]
		if !ok {
			person = storedPerson{ID: randomID(), MapKey: key, Origin: origin, Start: always, End: never, sealedPerson: sealedPerson{Key: l.Group, Email: identity.Address(l.Group)}}
			people[key] = person
			made = append(made, person)
		}
		persons[l.Account] = person.ID
	}
	return persons, w.writePeople(ctx, nil, made)
}

// writeLinks stores links that are new and takes back those that no longer hold.
func (w *Warehouse) writeLinks(ctx context.Context, links []identity.Link, persons map[uint64]uint64) error {
	var stored []struct {
		Account uint64 `ch:"account_id"`
		Person  uint64 `ch:"person_id"`
		Method  string `ch:"method"`
	}
	if err := w.conn.Select(ctx, &stored, "SELECT account_id, person_id, method FROM account_link FINAL WHERE NOT is_undone AND linked_by = 'rule'"); err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	type link struct {
		account, person uint64
		method          string
	}
	before := map[link]bool{}
	for _, s := range stored {
		before[link{s.Account, s.Person, s.Method}] = true
	}
	if len(links)+len(before) == 0 {
		return nil
	}
	batch, err := w.insert(ctx, "INSERT INTO account_link (account_id, person_id, method, confidence, linked_by, linked_at, is_undone, version)")
	if err != nil {
		return fmt.Errorf("store links: %w", err)
	}
	defer batch.Close()
	now, changed := time.Now().UTC(), 0
	put := func(l link, confidence float32, undone bool) error {
		changed++
		return batch.Append(l.account, l.person, l.method, confidence, "rule", now, undone, uint64(now.UnixNano()))
	}
	var undo []link
	for _, l := range links {
		k := link{l.Account, persons[l.Account], string(l.Method)}
		if l.Method == identity.Accepted {
			continue // stored as somebody's word
		}
		if before[k] {
			delete(before, k)
			continue
		}
		if err := put(k, l.Confidence, false); err != nil {
			return fmt.Errorf("store links: %w", err)
		}
	}
	for k := range before {
		if persons[k.account] != k.person {
			undo = append(undo, k)
		}
	}
	for _, k := range undo {
		if err := put(k, 0, true); err != nil {
			return fmt.Errorf("store links: %w", err)
		}
	}
	if changed == 0 {
		return nil
	}
	return batch.Send()
}

// writeResolution writes who each account is. An account without a link is a person of
// its own, under the smallest id of its key.
func (p *publication) writeResolution(ctx context.Context, slice uint64, accounts []matchedAccount, persons map[uint64]uint64, listed map[uint64]bool, hasDirectory bool) error {
	batch, err := p.w.insert(ctx, "INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal, is_matched)")
	if err != nil {
		return fmt.Errorf("resolve accounts: %w", err)
	}
	defer batch.Close()
	for _, r := range p.w.rules.resolve(accounts, persons, listed, hasDirectory) {
		if err := batch.Append(p.id, slice, r.account, r.person, r.isPerson, r.isInternal, listed[r.account]); err != nil {
			return fmt.Errorf("resolve accounts: %w", err)
		}
	}
	return batch.Send()
}

// resolution is who one account is.
type resolution struct {
	account, person      uint64
	isPerson, isInternal bool
}

// resolve says who each account is. A person is internal with all accounts as soon as one
// of them is.
func (r Rules) resolve(accounts []matchedAccount, persons map[uint64]uint64, listed map[uint64]bool, hasDirectory bool) []resolution {
	own, internal := map[uint64]uint64{}, map[uint64]bool{}
	everyone := !hasDirectory && len(r.Domains) == 0 && len(r.Workspaces) == 0
	out := make([]resolution, len(accounts))
	for i, a := range accounts {
		person, matched := persons[a.ID]
		if !matched {
			if first, ok := own[a.mapKey]; ok {
				person = first
			} else {
				person, own[a.mapKey] = a.ID, a.ID
			}
		}
		isPerson := a.Kind == record.AccountHuman || a.Kind == record.AccountGuest || a.Kind == record.AccountUnknown
		if isPerson && (everyone || r.internal(a, listed[a.ID])) {
			internal[person] = true
		}
		out[i] = resolution{account: a.ID, person: person, isPerson: isPerson}
	}
	for i := range out {
		out[i].isInternal = out[i].isPerson && internal[out[i].person]
	}
	return out
}

// internal reports whether an account is the company's own: of somebody in the directory,
// at one of its domains or below one, or an unmatched human account of a workspace it runs.
func (r Rules) internal(a matchedAccount, inDirectory bool) bool {
	if inDirectory || a.Kind != record.AccountGuest && slices.Contains(r.Workspaces, a.Workspace) {
		return true
	}
	email := a.Email
	if a.Key.Kind == record.KeyEmail {
		email = a.Key.Value
	}
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	return domain != "" && slices.ContainsFunc(r.Domains, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
}

package warehouse

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/identity"
	"crosstalk/collectors/record"
)

// Open ends of a stay.
var (
	always = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	never  = time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
)

// storedPerson is a row of person with what it seals.
type storedPerson struct {
	ID     uint64    `ch:"person_id"`
	MapKey uint64    `ch:"map_key"`
	Origin string    `ch:"origin"`
	Sealed string    `ch:"sealed"`
	Start  time.Time `ch:"start_on"`
	End    time.Time `ch:"end_on"`
	Gone   bool      `ch:"is_gone"`
	sealedPerson
}

// sealedPerson is what only the privacy key opens.
type sealedPerson struct {
	Key     string              `json:"k"`
	Name    string              `json:"n,omitempty"`
	Email   string              `json:"e,omitempty"`
	Handles map[string][]string `json:"h,omitempty"`
}

func (w *Warehouse) loadPeople(ctx context.Context) (map[uint64]storedPerson, error) {
	var rows []storedPerson
	if err := w.conn.Select(ctx, &rows, "SELECT person_id, map_key, toString(origin) AS origin, sealed, start_on, end_on, is_gone FROM person FINAL ORDER BY map_key, person_id DESC"); err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	out := make(map[uint64]storedPerson, len(rows))
	for _, p := range rows {
		plain, err := w.privacy().opened(p.Sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &p.sealedPerson); err != nil {
			return nil, fmt.Errorf("read people: %w", err)
		}
		out[p.MapKey] = p
	}
	return out, nil
}

// ImportPeople takes over the whole directory: new people come in, changed ones change
// from today on, and those no longer listed are marked as gone. It resolves the accounts
// anew and publishes. It returns how many people the directory has.
func (w *Warehouse) ImportPeople(ctx context.Context, directory []record.Person, today time.Time) (int, error) {
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := w.readPrivacyKey(); err != nil {
		return 0, err
	}
	known, err := w.loadPeople(ctx)
	if err != nil {
		return 0, err
	}
	listed := map[uint64]uint64{}
	var rows []storedPerson
	for _, p := range directory {
		row := storedPerson{MapKey: w.privacy().personKey("directory", p.Key), Origin: "directory", Start: orDate(p.Start, always), End: never,
			sealedPerson: sealedPerson{Key: p.Key, Name: p.Name, Email: p.Email, Handles: p.Handles}}
		if !p.End.IsZero() {
			row.End = p.End.AddDate(0, 0, 1)
		}
		if before, ok := known[row.MapKey]; ok {
			row.ID = before.ID
		} else {
			row.ID = randomID()
		}
		listed[row.MapKey] = row.ID
		rows = append(rows, row)
	}
	for key, p := range known {
		if _, still := listed[key]; !still && p.Origin == "directory" && !p.Gone {
			p.Gone = true
			if p.End.After(today) {
				p.End = today // past rosters keep them
			}
			rows = append(rows, p)
		}
	}
	if err := w.writePeople(ctx, known, rows); err != nil {
		return 0, err
	}
	if err := w.writeAttributes(ctx, directory, listed, today); err != nil {
		return 0, err
	}
	return len(directory), w.publish(ctx, nil, true)
}

func orDate(t, otherwise time.Time) time.Time {
	if t.IsZero() {
		return otherwise
	}
	return t
}

// Directory gives the people of the directory as they are today, with department and team.
func (w *Warehouse) Directory(ctx context.Context) ([]record.Person, error) {
	people, err := w.loadPeople(ctx)
	if err != nil {
		return nil, err
	}
	var facts []attribute
	query := "SELECT person_id, attribute, from_on, to_on, value, is_gone FROM person_attribute FINAL WHERE NOT is_gone AND attribute IN ('department', 'team') AND from_on <= today() AND to_on > today()"
	if err := w.conn.Select(ctx, &facts, query); err != nil {
		return nil, fmt.Errorf("read attributes: %w", err)
	}
	where := map[uint64]*record.Person{}
	var out []*record.Person
	for _, p := range people {
		if p.Origin == "directory" && !p.Gone {
			where[p.ID] = &record.Person{Key: p.Key, Name: p.Name, Email: p.Email, Handles: p.Handles}
			out = append(out, where[p.ID])
		}
	}
	for _, f := range facts {
		switch p := where[f.Person]; {
		case p == nil:
		case f.Name == "department":
			p.Department = f.Value
		case f.Name == "team":
			p.Team = f.Value
		}
	}
	list := make([]record.Person, len(out))
	for i, p := range out {
		list[i] = *p
	}
	return list, nil
}

// writePeople stores the people that are new or changed.
func (w *Warehouse) writePeople(ctx context.Context, known map[uint64]storedPerson, rows []storedPerson) error {
	if len(rows) == 0 {
		return nil
	}
	batch, err := w.conn.PrepareBatch(ctx, "INSERT INTO person (person_id, map_key, origin, sealed, start_on, end_on, is_gone, version)")
	if err != nil {
		return fmt.Errorf("store people: %w", err)
	}
	defer batch.Close()
	changed := 0
	for _, p := range rows {
		plain, err := json.Marshal(p.sealedPerson)
		if err != nil {
			return err
		}
		p.Sealed = w.privacy().sealed(plain)
		if b, ok := known[p.MapKey]; ok && b.Sealed == p.Sealed && b.Start.Equal(p.Start) && b.End.Equal(p.End) && b.Gone == p.Gone {
			continue
		}
		changed++
		if err := batch.Append(p.ID, p.MapKey, p.Origin, p.Sealed, p.Start, p.End, p.Gone, uint64(time.Now().UnixNano())); err != nil {
			return fmt.Errorf("store people: %w", err)
		}
	}
	if changed == 0 {
		return nil
	}
	return batch.Send()
}

// attributesOf are the dated facts of a person that others may be grouped by.
func attributesOf(p record.Person, ids map[string]uint64) map[string]string {
	out := map[string]string{}
	maps.Copy(out, p.Attributes)
	for name, value := range map[string]string{"department": p.Department, "team": p.Team, "location": p.Location, "time_zone": p.TimeZone, "level": p.Level} {
		if value != "" {
			out[name] = value
		}
	}
	if id, ok := ids[p.Manager]; ok {
		out["manager"] = strconv.FormatUint(id, 10)
	}
	return out
}

type attribute struct {
	Person uint64    `ch:"person_id"`
	Name   string    `ch:"attribute"`
	From   time.Time `ch:"from_on"`
	To     time.Time `ch:"to_on"`
	Value  string    `ch:"value"`
	Gone   bool      `ch:"is_gone"`
}

// writeAttributes keeps the directory's facts as history: a fact that changed ends today
// and its successor begins.
func (w *Warehouse) writeAttributes(ctx context.Context, directory []record.Person, listed map[uint64]uint64, today time.Time) error {
	var stored []attribute
	if err := w.conn.Select(ctx, &stored, "SELECT person_id, attribute, from_on, to_on, value, is_gone FROM person_attribute FINAL WHERE NOT is_gone AND to_on = '2299-12-31' ORDER BY person_id, attribute, from_on"); err != nil {
		return fmt.Errorf("read attributes: %w", err)
	}
	type fact struct {
		person uint64
		name   string
	}
	open := map[fact]attribute{}
	for _, a := range stored {
		open[fact{a.Person, a.Name}] = a
	}
	ids := map[string]uint64{}
	for _, p := range directory {
		ids[p.Key] = listed[w.privacy().personKey("directory", p.Key)]
	}
	var rows []attribute
	for _, p := range directory {
		id := ids[p.Key]
		for name, value := range attributesOf(p, ids) {
			f := fact{id, name}
			before, known := open[f]
			delete(open, f)
			switch {
			case !known:
				rows = append(rows, attribute{id, name, orDate(p.Start, always), never, value, false})
			case before.Value != value:
				rows = append(rows, replaced(before, value, today)...)
			}
		}
	}
	for _, a := range open { // of people or facts that are no longer listed
		a.To = today
		rows = append(rows, a)
	}
	return w.storeAttributes(ctx, rows)
}

// replaced ends a fact today and begins its successor; a fact that began today is overwritten.
func replaced(before attribute, value string, today time.Time) []attribute {
	after := attribute{before.Person, before.Name, today, never, value, false}
	if !before.From.Before(today) {
		after.From = before.From
		return []attribute{after}
	}
	before.To = today
	return []attribute{before, after}
}

func (w *Warehouse) storeAttributes(ctx context.Context, rows []attribute) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b attribute) int {
		if a.Person != b.Person {
			return int(int64(a.Person>>1) - int64(b.Person>>1))
		}
		return strings.Compare(a.Name, b.Name)
	})
	batch, err := w.conn.PrepareBatch(ctx, "INSERT INTO person_attribute (person_id, attribute, from_on, to_on, value, version, is_gone)")
	if err != nil {
		return fmt.Errorf("store attributes: %w", err)
	}
	defer batch.Close()
	for _, a := range rows {
		if err := batch.Append(a.Person, a.Name, a.From, a.To, a.Value, uint64(time.Now().UnixNano()), a.Gone); err != nil {
			return fmt.Errorf("store attributes: %w", err)
		}
	}
	return batch.Send()
}

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
	accounts, err := p.w.loadAccounts(ctx)
	if err != nil {
		return err
	}
	people, err := p.w.loadPeople(ctx)
	if err != nil {
		return err
	}
	var directory []record.Person
	for _, s := range people {
		if s.Origin == "directory" {
			directory = append(directory, record.Person{Key: s.Key, Name: s.Name, Email: s.Email, Handles: s.Handles})
		}
	}
	known := make([]identity.Account, len(accounts))
	for i, a := range accounts {
		known[i] = a.Account
	}
	links := identity.Match(known, directory)
	persons, err := p.w.personsOf(ctx, links, people)
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
	return p.writeResolution(ctx, slice, accounts, persons, listed, len(directory) > 0)
}

// matchedAccount is an account of the map, opened for matching.
type matchedAccount struct {
	identity.Account
	mapKey    uint64
	workspace string
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
			Account: identity.Account{ID: r.ID, Tool: r.Tool, Key: record.AccountKey{Kind: keyKind, Value: s.Value, Scope: s.Scope}, Kind: kind, Email: s.Email, Handle: s.Handle},
			mapKey:  r.MapKey, workspace: r.Workspace,
		}
	}
	return out, nil
}

// personsOf gives the person's id for each link, making people for addresses that several
// accounts share and no directory knows.
func (w *Warehouse) personsOf(ctx context.Context, links []identity.Link, people map[uint64]storedPerson) (map[uint64]uint64, error) {
	persons := make(map[uint64]uint64, len(links))
	var made []storedPerson
	for _, l := range links {
		key, origin := w.privacy().personKey("directory", l.Person), "directory"
		if l.Person == "" {
			key, origin = w.privacy().personKey("accounts", l.Email), "accounts"
		}
		person, ok := people[key]
		if !ok {
			person = storedPerson{ID: randomID(), MapKey: key, Origin: origin, Start: always, End: never, sealedPerson: sealedPerson{Key: l.Email, Email: l.Email}}
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
	batch, err := w.conn.PrepareBatch(ctx, "INSERT INTO account_link (account_id, person_id, method, confidence, linked_by, linked_at, is_undone, version)")
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
	batch, err := p.w.conn.PrepareBatch(ctx, "INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal, is_matched)")
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
	if inDirectory || a.Kind != record.AccountGuest && slices.Contains(r.Workspaces, a.workspace) {
		return true
	}
	email := a.Email
	if a.Key.Kind == record.KeyEmail {
		email = a.Key.Value
	}
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	return domain != "" && slices.ContainsFunc(r.Domains, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
}

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
	Aliases []string            `json:"a,omitempty"`
	Phones  []string            `json:"p,omitempty"`
	Handles map[string][]string `json:"h,omitempty"`
}

// record is what matching asks of a person of the directory.
func (p sealedPerson) record() record.Person {
	return record.Person{Key: p.Key, Name: p.Name, Email: p.Email, Aliases: p.Aliases, Phones: p.Phones, Handles: p.Handles}
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

// ImportPeople takes over the whole directory as it was on a day: new people come in, changed ones
// change from that day on, and those no longer listed are marked as gone. Directories of several days
// are taken over oldest first; one that is older than the last is refused. It resolves the accounts
// anew and publishes. People who were erased are left out. It returns how many people the directory has
// without them.
func (w *Warehouse) ImportPeople(ctx context.Context, directory []record.Person, asOf time.Time) (int, error) {
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := w.readPrivacyKey(); err != nil {
		return 0, err
	}
	asOf = asOf.UTC().Truncate(24 * time.Hour)
	days, err := w.directoryDays(ctx, asOf)
	if err != nil {
		return 0, err
	}
	known, err := w.loadPeople(ctx)
	if err != nil {
		return 0, err
	}
	if directory, err = w.withoutErased(ctx, directory); err != nil {
		return 0, err
	}
	listed := map[uint64]uint64{}
	var rows []storedPerson
	for _, p := range directory {
		row := w.personRow(p, known, days)
		listed[row.MapKey] = row.ID
		rows = append(rows, row)
	}
	for key, p := range known {
		if _, still := listed[key]; !still && p.Origin == "directory" && !p.Gone {
			p.leave(asOf)
			rows = append(rows, p)
		}
	}
	if err := w.writePeople(ctx, known, rows); err != nil {
		return 0, err
	}
	if err := w.writeAttributes(ctx, directory, listed, known, asOf); err != nil {
		return 0, err
	}
	if err := w.publish(ctx, nil, true); err != nil {
		return 0, err
	}
	return len(directory), w.storeSettings(ctx, days.settings())
}

// personRow is the row of a person of the directory.
func (w *Warehouse) personRow(p record.Person, known map[uint64]storedPerson, days directoryDays) storedPerson {
	row := storedPerson{MapKey: w.privacy().personKey("directory", p.Key), Origin: "directory", Start: orDate(p.Start, days.start()), End: never, Gone: p.HasLeft,
		sealedPerson: sealedPerson{Key: p.Key, Name: p.Name, Email: p.Email, Aliases: p.Aliases, Phones: p.Phones, Handles: p.Handles}}
	before, isKnown := known[row.MapKey]
	if isKnown {
		row.ID, row.Start = before.ID, orDate(p.Start, before.Start)
	} else {
		row.ID = randomID()
	}
	switch {
	case !p.End.IsZero():
		row.End = p.End.AddDate(0, 0, 1)
	case p.HasLeft && isKnown && before.Gone:
		row.End = before.End
	case p.HasLeft && isKnown:
		row.End = before.End
		row.leave(days.last)
	}
	return row
}

// leave marks a person as gone from a day on; past rosters keep them.
func (p *storedPerson) leave(on time.Time) {
	p.Gone = true
	if p.End.After(on) {
		p.End = on
	}
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
			person := p.record()
			where[p.ID] = &person
			out = append(out, &person)
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
	batch, err := w.insert(ctx, "INSERT INTO person (person_id, map_key, origin, sealed, start_on, end_on, is_gone, version)")
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

// writeAttributes keeps the directory's facts as history: a fact that changed ends on the
// directory's day and its successor begins. A fact about somebody new, or of a kind that no directory
// stated before, is taken to have held all the time.
func (w *Warehouse) writeAttributes(ctx context.Context, directory []record.Person, listed map[uint64]uint64, known map[uint64]storedPerson, asOf time.Time) error {
	open, stated, err := w.loadFacts(ctx)
	if err != nil {
		return err
	}
	ids := map[string]uint64{}
	isNew := map[uint64]bool{}
	for _, p := range directory {
		key := w.privacy().personKey("directory", p.Key)
		_, isKnown := known[key]
		ids[p.Key], isNew[listed[key]] = listed[key], !isKnown
	}
	var rows []attribute
	for _, p := range directory {
		id := ids[p.Key]
		for name, value := range attributesOf(p, ids) {
			f := fact{id, name}
			before, isOpen := open[f]
			delete(open, f)
			switch {
			case isOpen && before.Value != value:
				rows = append(rows, replaced(before, value, asOf)...)
			case isOpen:
			case isNew[id] || !stated[name]:
				rows = append(rows, attribute{id, name, orDate(p.Start, always), never, value, false})
			default:
				rows = append(rows, attribute{id, name, asOf, never, value, false})
			}
		}
	}
	for _, a := range open { // of people or facts that are no longer listed
		a.To = asOf
		rows = append(rows, a)
	}
	return w.storeAttributes(ctx, rows)
}

// fact names what a person has one value of at a time.
type fact struct {
	person uint64
	name   string
}

// loadFacts gives the facts that hold, and what kinds of facts were ever stated.
func (w *Warehouse) loadFacts(ctx context.Context) (open map[fact]attribute, stated map[string]bool, err error) {
	var stored []attribute
	if err := w.conn.Select(ctx, &stored, "SELECT person_id, attribute, from_on, to_on, value, is_gone FROM person_attribute FINAL WHERE NOT is_gone ORDER BY person_id, attribute, from_on"); err != nil {
		return nil, nil, fmt.Errorf("read attributes: %w", err)
	}
	open, stated = map[fact]attribute{}, map[string]bool{}
	for _, a := range stored {
		stated[a.Name] = true
		if a.To.Equal(never) {
			open[fact{a.Person, a.Name}] = a
		}
	}
	return open, stated, nil
}

// replaced ends a fact on a day and begins its successor; a fact that began that day is overwritten.
func replaced(before attribute, value string, on time.Time) []attribute {
	after := attribute{before.Person, before.Name, on, never, value, false}
	if !before.From.Before(on) {
		after.From = before.From
		return []attribute{after}
	}
	before.To = on
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
	batch, err := w.insert(ctx, "INSERT INTO person_attribute (person_id, attribute, from_on, to_on, value, version, is_gone)")
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

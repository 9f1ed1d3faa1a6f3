package organisation

import (
	"strings"
	"time"
)

// Exclusion answers what must not be stored, over plain values; whoever imports asks it for each record. A nil Exclusion
// excludes nothing. It may be used by several goroutines.
type Exclusion struct {
	people        map[string]bool // small letters
	teams         map[string]bool // small letters
	conversations map[ConversationName]bool
	kinds         map[string]bool
	spans         []instants
}

// instants is a half-open span.
type instants struct{ from, to time.Time }

// Exclusion makes the exclusions of a configuration; its days are those of the calendar. It is nil when there are none.
// The error is [Problems]; a valid configuration has none.
func (p Privacy) Exclusion(k *Calendar) (*Exclusion, error) {
	found := &findings{}
	if p.check(found); found.list != nil {
		return nil, found.err()
	}
	e := p.Exclusions
	if len(e.People)+len(e.Teams)+len(e.Conversations)+len(e.Kinds)+len(e.Dates) == 0 {
		return nil, nil
	}
	x := &Exclusion{people: folded(e.People), teams: folded(e.Teams), kinds: folded(e.Kinds), conversations: map[ConversationName]bool{}}
	for _, name := range e.Conversations {
		x.conversations[name] = true
	}
	for _, d := range e.Dates {
		x.spans = append(x.spans, instants{k.midnight(d.From), k.midnight(d.To)})
	}
	return x, nil
}

// midnight is the instant at which a day begins, given as 2026-01-31.
func (k *Calendar) midnight(day string) time.Time {
	parsed, err := time.ParseInLocation(time.DateOnly, day, k.zone)
	if err != nil {
		return time.Time{}
	}
	return parsed
}

func folded(words []string) map[string]bool {
	set := map[string]bool{}
	for _, word := range words {
		set[fold(word)] = true
	}
	return set
}

// fold makes names that differ only in case or in space around them one. It makes no copy of most names.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// ExcludesPerson reports whether any of the names of an account is excluded: its address, handle or native id.
func (x *Exclusion) ExcludesPerson(names ...string) bool {
	if x == nil || len(x.people) == 0 {
		return false
	}
	for _, name := range names {
		if name != "" && x.people[fold(name)] {
			return true
		}
	}
	return false
}

// HasTeams reports whether any team is excluded: then an importer needs the directory to know who is in it.
func (x *Exclusion) HasTeams() bool { return x != nil && len(x.teams) > 0 }

// ExcludesTeam reports whether a department or a team in it is excluded.
func (x *Exclusion) ExcludesTeam(department, team string) bool {
	return x.HasTeams() && (x.teams[fold(department)] || team != "" && x.teams[fold(department)+"/"+fold(team)])
}

// ExcludesConversation reports whether a conversation is excluded, by its key in its tool and workspace.
func (x *Exclusion) ExcludesConversation(tool, workspace, key string) bool {
	if x == nil || len(x.conversations) == 0 {
		return false
	}
	return x.conversations[ConversationName{tool, workspace, key}] || x.conversations[ConversationName{tool, "", key}] ||
		x.conversations[ConversationName{"", workspace, key}] || x.conversations[ConversationName{"", "", key}]
}

// ExcludesKind reports whether a kind of conversation or of record is excluded.
func (x *Exclusion) ExcludesKind(kind string) bool { return x != nil && x.kinds[kind] }

// ExcludesTime reports whether an instant lies on an excluded day.
func (x *Exclusion) ExcludesTime(at time.Time) bool {
	if x == nil {
		return false
	}
	for _, span := range x.spans {
		if !at.Before(span.from) && at.Before(span.to) {
			return true
		}
	}
	return false
}

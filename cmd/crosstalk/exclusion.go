package main

import (
	"context"
	"slices"
	"strings"

	"crosstalk/collectors/identity"
	"crosstalk/collectors/record"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// exclusion applies what the configuration excludes to the records of one source.
type exclusion struct {
	rules   *organisation.Exclusion
	members map[string]bool // names of people in excluded teams, small letters
	keys    map[excludedKey]bool
}

type excludedKey struct {
	tool string
	key  record.AccountKey
}

// exclusions makes a new exclusion for each source, or none when nothing is excluded. Who is in
// an excluded team is known from a directory that is about to be taken over, else from the
// last one.
func exclusions(ctx context.Context, c organisation.Config, w *warehouse.Warehouse, people []record.Person) (func() warehouse.Exclusion, error) {
	calendar, err := c.Organisation.Calendar()
	if err != nil {
		return nil, err
	}
	rules, err := c.Privacy.Exclusion(calendar)
	if err != nil {
		return nil, err
	}
	if rules == nil {
		return func() warehouse.Exclusion { return nil }, nil
	}
	members := map[string]bool{}
	if rules.HasTeams() {
		if people == nil {
			if people, err = w.Directory(ctx); err != nil {
				return nil, err
			}
		}
		for _, p := range people {
			if !rules.ExcludesTeam(p.Department, p.Team) {
				continue
			}
			for _, address := range append([]string{p.Email}, p.Aliases...) {
				members[strings.ToLower(address)] = address != ""
			}
			for _, number := range p.Phones {
				members[identity.Phone(number)] = identity.Phone(number) != ""
			}
			for _, handles := range p.Handles {
				for _, h := range handles {
					members[strings.ToLower(h)] = true
				}
			}
		}
	}
	return func() warehouse.Exclusion { return &exclusion{rules, members, map[excludedKey]bool{}} }, nil
}

func (x *exclusion) names(names ...string) bool {
	return x.rules.ExcludesPerson(names...) || slices.ContainsFunc(names, func(n string) bool { return n != "" && x.members[strings.ToLower(n)] })
}

// Account remembers the key of an account that is excluded by another of its names.
func (x *exclusion) Account(a *record.Account) bool {
	if !x.names(a.Key.Value, a.Email, a.Handle, a.Phone) {
		return false
	}
	x.keys[excludedKey{a.Tool, a.Key}] = true
	return true
}

// Member reports whether a key is excluded.
func (x *exclusion) Member(tool string, key record.AccountKey) bool {
	return !key.IsZero() && (x.keys[excludedKey{tool, key}] || x.names(key.Value))
}

// Message reports whether a message is excluded: by its conversation, kind or day, because
// its sender is, or because everybody else it was written to is.
func (x *exclusion) Message(m *record.Message) bool {
	if x.rules.ExcludesConversation(m.Tool, m.Workspace, m.Conversation.Key) || x.rules.ExcludesKind(m.Conversation.Kind.String()) ||
		m.Kind != record.KindMessage && x.rules.ExcludesKind(m.Kind.String()) || x.rules.ExcludesTime(m.SentAt) || x.Member(m.Tool, m.Sender) {
		return true
	}
	excluded := func(k record.AccountKey) bool { return x.Member(m.Tool, k) }
	isOther := func(k record.AccountKey) bool { return !k.IsZero() && k != m.Sender }
	hadOthers := slices.ContainsFunc(m.Recipients, isOther)
	m.Recipients = slices.DeleteFunc(m.Recipients, excluded)
	m.Mentions = slices.DeleteFunc(m.Mentions, excluded)
	return hadOthers && !slices.ContainsFunc(m.Recipients, isOther)
}

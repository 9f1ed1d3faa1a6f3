package jive

import (
	"regexp"

	"crosstalk/collectors"
)

// role is what a file holds.
type role uint8

const (
	roleStray role = iota // nothing of Jive's
	roleActs              // acts
	roleEmpty             // a page without acts
)

// headBytes is how much of a file is looked at.
const headBytes = 16 << 10

// acts are marks that all have to be there; empty is a page without acts.
var (
	acts  = collectors.NewMarks(`"activityType"\s*:\s*"`, `"actorID"\s*:`, `"actionObject(Id)?"\s*:`, `"(seqId|uuid)"\s*:`)
	empty = regexp.MustCompile(`^\s*\{\s*"paging"\s*:\s*\{[^{}]*"(totalPages|itemsPerPage)"[^{}]*\}\s*,\s*"list"\s*:\s*\[\s*\]\s*\}\s*$`)
)

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head = collectors.PlainHead(head)
	switch {
	case empty.Match(head):
		return roleEmpty
	case !acts.In(head):
		return roleStray
	}
	return roleActs
}

// look sorts a file of a tree.
func look(t *collectors.Tree, file string) (role, error) {
	return collectors.Look(t, file, headBytes, roleOf)
}

// Recognise claims a tree whose files all are pages of acts.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByRoles(t, "Jive activity", look, map[role]collectors.Certainty{roleActs: collectors.Certain, roleEmpty: collectors.Likely})
}

package jive

import (
	"regexp"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

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
	acts  = []*regexp.Regexp{regexp.MustCompile(`"activityType"\s*:\s*"`), regexp.MustCompile(`"actorID"\s*:`), regexp.MustCompile(`"actionObject(Id)?"\s*:`), regexp.MustCompile(`"(seqId|uuid)"\s*:`)}
	empty = regexp.MustCompile(`^\s*\{\s*"paging"\s*:\s*\{[^{}]*"(totalPages|itemsPerPage)"[^{}]*\}\s*,\s*"list"\s*:\s*\[\s*\]\s*\}\s*$`)
)

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head, _, _ = transform.Bytes(unicode.BOMOverride(transform.Nop), head) // as the scanner reads it; what is cut off is no loss
	switch {
	case empty.Match(head):
		return roleEmpty
	case slices.ContainsFunc(acts, func(p *regexp.Regexp) bool { return !p.Match(head) }):
		return roleStray
	}
	return roleActs
}

// look sorts a file of a tree, by a short head if that tells enough: those are cheap in
// every packing.
func look(t *collectors.Tree, file string) (role, error) {
	for _, n := range [...]int{headBytes / 4, headBytes} {
		head, err := t.Head(file, n)
		if err != nil {
			return roleStray, err
		}
		if found := roleOf(head); found != roleStray || len(head) < n {
			return found, nil
		}
	}
	return roleStray, nil
}

// sampled is how many files are looked at to recognise pages.
const sampled = 50

// Recognise claims a tree whose files all are pages of acts.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	claim := collectors.Claim{What: "Jive activity"}
	for i, f := range t.Files() {
		if i == sampled {
			break
		}
		found, err := look(t, f.Path)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch found {
		case roleStray:
			return collectors.Claim{}, nil
		case roleActs:
			claim.Certainty = collectors.Certain
		default:
			claim.Certainty = max(claim.Certainty, collectors.Likely)
		}
	}
	return claim, nil
}

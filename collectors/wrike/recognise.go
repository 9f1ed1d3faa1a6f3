package wrike

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
	roleStray    role = iota // nothing of Wrike's
	roleComments             // comments
	roleEvents               // what was posted to a webhook
	roleContacts             // people and groups
	roleItems                // tasks, folders and projects
	roleEmpty                // an answer without data, which tells nothing
)

// headBytes is how much of a file is looked at.
const headBytes = 16 << 10

// Marks of the interface's answers; all of a row have to be there.
var marks = []struct {
	role role
	all  []*regexp.Regexp
}{
	{roleComments, patterns(`^\s*\{\s*"kind"\s*:\s*"comments"`, `"authorId"\s*:`, `"(taskId|folderId)"\s*:`)},
	{roleContacts, patterns(`^\s*\{\s*"kind"\s*:\s*"contacts"`, `"(firstName|lastName)"\s*:`, `"(profiles|type)"\s*:`)},
	{roleItems, patterns(`^\s*\{\s*"kind"\s*:\s*"(tasks|folders|folderTree)"`, `"id"\s*:`, `"(accountId|authorIds|responsibleIds|followerIds|sharedIds|childIds|permalink)"\s*:`)},
	{roleEvents, patterns(`^\s*\[\s*\{`, `"webhookId"\s*:`, `"eventAuthorId"\s*:`, `"eventType"\s*:`)},
	{roleEmpty, patterns(`^\s*\{\s*"kind"\s*:\s*"(comments|contacts|tasks|folders|folderTree)"\s*,[^\[{]*"data"\s*:\s*\[\s*\]\s*\}\s*$`)},
}

func patterns(texts ...string) (all []*regexp.Regexp) {
	for _, text := range texts {
		all = append(all, regexp.MustCompile(text))
	}
	return all
}

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head, _, _ = transform.Bytes(unicode.BOMOverride(transform.Nop), head) // as the scanner reads it; what is cut off is no loss
	for _, one := range marks {
		if !slices.ContainsFunc(one.all, func(p *regexp.Regexp) bool { return !p.Match(head) }) {
			return one.role
		}
	}
	return roleStray
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

// sampled is how many files are looked at to recognise answers.
const sampled = 50

// Recognise claims a tree whose files all are answers of Wrike's interface.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	claim := collectors.Claim{What: "Wrike API answers"}
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
		case roleComments, roleEvents:
			claim.Certainty = collectors.Certain
		default:
			claim.Certainty = max(claim.Certainty, collectors.Likely)
		}
	}
	return claim, nil
}

package flowdock

import (
	"regexp"

	"crosstalk/collectors"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray    role = iota // no file of an export
	roleMessages             // message objects
	roleList                 // flows, users, or an organisation with its users
	roleEmpty                // an empty list, which tells nothing
)

// headBytes is how much of a file is looked at.
const headBytes = 16 << 10

// Marks of the interface's objects; all of a row have to be there.
var (
	messageMarks = collectors.NewMarks(`"event"\s*:\s*"`, `"tags"\s*:\s*\[`, `"uuid"\s*:`, `"sent"\s*:`)
	flowMarks    = collectors.NewMarks(`"parameterized_name"\s*:`, `"(access_mode|web_url|user_limit)"\s*:`)
	userMarks    = collectors.NewMarks(`"nick"\s*:`, `"email"\s*:`, `"avatar"\s*:`)
	jsonStart    = regexp.MustCompile(`^\s*[\[{]`)
	emptyList    = regexp.MustCompile(`^\s*(\[\s*\]\s*)?$`)
)

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head = collectors.PlainHead(head)
	switch {
	case emptyList.Match(head):
		return roleEmpty
	case !jsonStart.Match(head):
		return roleStray
	case messageMarks.In(head):
		return roleMessages
	case flowMarks.In(head), userMarks.In(head):
		return roleList
	}
	return roleStray
}

// look sorts a file of a tree.
func look(t *collectors.Tree, file string) (role, error) {
	return collectors.Look(t, file, headBytes, roleOf)
}

// Recognise claims a tree whose files all hold the interface's objects.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByRoles(t, "Flowdock export", look, map[role]collectors.Certainty{roleMessages: collectors.Certain, roleList: collectors.Likely})
}

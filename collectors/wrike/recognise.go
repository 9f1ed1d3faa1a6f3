package wrike

import (
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
	all  collectors.Marks
}{
	{roleComments, collectors.NewMarks(`^\s*\{\s*"kind"\s*:\s*"comments"`, `"authorId"\s*:`, `"(taskId|folderId)"\s*:`)},
	{roleContacts, collectors.NewMarks(`^\s*\{\s*"kind"\s*:\s*"contacts"`, `"(firstName|lastName)"\s*:`, `"(profiles|type)"\s*:`)},
	{roleItems, collectors.NewMarks(`^\s*\{\s*"kind"\s*:\s*"(tasks|folders|folderTree)"`, `"id"\s*:`, `"(accountId|authorIds|responsibleIds|followerIds|sharedIds|childIds|permalink)"\s*:`)},
	{roleEvents, collectors.NewMarks(`^\s*\[\s*\{`, `"webhookId"\s*:`, `"eventAuthorId"\s*:`, `"eventType"\s*:`)},
	{roleEmpty, collectors.NewMarks(`^\s*\{\s*"kind"\s*:\s*"(comments|contacts|tasks|folders|folderTree)"\s*,[^\[{]*"data"\s*:\s*\[\s*\]\s*\}\s*$`)},
}

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head = collectors.PlainHead(head)
	for _, one := range marks {
		if one.all.In(head) {
			return one.role
		}
	}
	return roleStray
}

// look sorts a file of a tree.
func look(t *collectors.Tree, file string) (role, error) {
	return collectors.Look(t, file, headBytes, roleOf)
}

// Recognise claims a tree whose files all are answers of Wrike's interface.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByRoles(t, "Wrike API answers", look, map[role]collectors.Certainty{roleComments: collectors.Certain, roleEvents: collectors.Certain,
		roleContacts: collectors.Likely, roleItems: collectors.Likely, roleEmpty: collectors.Likely})
}

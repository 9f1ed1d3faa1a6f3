package chatter

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray role = iota // no file of an export
	roleItems
	roleComments
	roleLikes
	rolePrivate
	rolePrivateMembers
	roleUsers
	roleGroups
	roleGroupMembers
	roleUnread // belongs to an export, but tells nothing about messages
)

// object is a table that is read: the columns that mark it, and whether no other tool's
// table has them.
type object struct {
	role   role
	marks  []string
	unique bool
}

// objects are the tables that are read, by Salesforce's name in lower case.
var objects = map[string]object{
	"feeditem":                  {roleItems, []string{"Id", "ParentId", "Type", "CreatedById", "CreatedDate"}, true},
	"feedcomment":               {roleComments, []string{"Id", "FeedItemId", "CreatedById", "CreatedDate", "CommentType"}, true},
	"feedlike":                  {roleLikes, []string{"FeedItemId", "CreatedById", "CreatedDate"}, true},
	"chattermessage":            {rolePrivate, []string{"Id", "ConversationId", "SenderId", "SentDate"}, true},
	"chatterconversationmember": {rolePrivateMembers, []string{"ConversationId", "UserId"}, false},
	"collaborationgroup":        {roleGroups, []string{"Id", "CollaborationType", "OwnerId"}, false},
	"collaborationgroupmember":  {roleGroupMembers, []string{"CollaborationGroupId", "MemberId"}, false},
	"user":                      {roleUsers, []string{"Id", "Username", "IsActive", "UserType"}, false},
}

// parts is the number that a further file of a large table has: FeedItem_2.csv.
var parts = regexp.MustCompile(`_\d+$`)

// archive is the name of one of a data export's archives: WE_00D000000000001AAA_1.ZIP.
var archive = regexp.MustCompile(`(?i)^we_(00d[a-z0-9]{12})(?:[a-z0-9]{3})?(?:_\d+)*$`)

// attachments are the folders in which a data export keeps files.
var attachments = []string{"attachments", "documents", "contentversion", "contentnote", "staticresource"}

// headBytes is how much of a file is looked at for its header.
const headBytes = 4 << 10

// layout says in which folder of a tree the export is.
type layout struct{ root string } // with a slash at its end, or empty

// layoutOf finds the export in a tree: at its root or, when somebody has unpacked and
// packed it again, in the only folder there.
func layoutOf(t *collectors.Tree) (l layout) {
	for range 2 {
		at := t
		if l.root != "" {
			at = t.Sub(l.root)
		}
		folders, files := at.Children()
		if len(folders) != 1 || len(files) > 0 {
			return l
		}
		l.root += folders[0] + "/"
	}
	return l
}

// role sorts a file by the name of its table, else by its header. Tables of other objects
// are part of an export, and of no use here.
func (l layout) role(t *collectors.Tree, file string) role {
	rel, _ := strings.CutPrefix(file, l.root)
	folder, base := path.Split(strings.ToLower(rel))
	if top, _, inside := strings.Cut(folder, "/"); inside && slices.Contains(attachments, path.Base(folder)) || inside && slices.Contains(attachments, top) {
		return roleUnread
	}
	stem, isTable := strings.CutSuffix(base, ".csv")
	if !isTable {
		return roleStray
	}
	if o, ok := objects[parts.ReplaceAllString(stem, "")]; ok {
		return o.role
	}
	if o, ok := headed(t, file); ok && o.unique {
		return o.role
	}
	return roleUnread
}

// headed finds the object of a table by its header.
func headed(t *collectors.Tree, file string) (object, bool) {
	head, err := t.Head(file, headBytes)
	if err != nil {
		return object{}, false
	}
	names := csvscan.Header(head)
	for _, name := range []string{"feeditem", "feedcomment", "feedlike", "chattermessage", "collaborationgroup", "collaborationgroupmember", "chatterconversationmember", "user"} {
		if o := objects[name]; holds(names, o.marks) {
			return o, true
		}
	}
	return object{}, false
}

// holds reports whether all the wanted names are there.
func holds(names, wanted []string) bool {
	for _, one := range wanted {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, one) }) {
			return false
		}
	}
	return true
}

// Recognise claims a tree that has one of Chatter's tables.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	if !l.plain(t) {
		return collectors.Claim{}, nil
	}
	fits, misfits, certain := 0, 0, false
	for _, f := range t.Files() {
		r := l.role(t, f.Path)
		if r == roleUnread {
			continue
		}
		o, ok := object{}, false
		if r != roleStray {
			o, ok = headed(t, f.Path)
		}
		if !ok || o.role != r {
			misfits++
			continue
		}
		fits++
		certain = certain || o.unique
	}
	claim := collectors.Claim{Certainty: collectors.Likely, What: "Salesforce Chatter export", Workspace: organisation(t.Name())}
	switch {
	case fits <= misfits:
		return collectors.Claim{}, nil
	case certain:
		claim.Certainty = collectors.Certain
	}
	return claim, nil
}

// plain reports whether the export has no folders but those that Salesforce makes. Others
// hold other things, and are read one by one.
func (l layout) plain(t *collectors.Tree) bool {
	at := t
	if l.root != "" {
		at = t.Sub(l.root)
	}
	folders, _ := at.Children()
	return !slices.ContainsFunc(folders, func(name string) bool {
		return !archive.MatchString(name) && !slices.Contains(attachments, strings.ToLower(name))
	})
}

// organisation is what an archive's name says of whose it is.
func organisation(name string) string {
	if found := archive.FindStringSubmatch(name); found != nil {
		return found[1]
	}
	return ""
}

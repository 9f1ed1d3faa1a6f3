package yammer

import (
	"path"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray    role = iota // no file of an export
	roleMessages             // Messages.csv
	roleUsers                // Users.csv
	roleGroups               // Groups.csv
	roleUsage                // YammerActivityUserDetail.csv
	roleUnread               // belongs to an export, but tells nothing about messages
)

// named are the files of an export, in lower case.
var named = map[string]role{
	"messages.csv": roleMessages, "users.csv": roleUsers, "groups.csv": roleGroups, "yammeractivityuserdetail.csv": roleUsage,
	"messageversions.csv": roleUnread, "messagethreadsoutbound.csv": roleUnread, "networks.csv": roleUnread, "admins.csv": roleUnread,
	"files.csv": roleUnread, "topics.csv": roleUnread, "vivatopics.csv": roleUnread, "pages.csv": roleUnread, "campaigns.csv": roleUnread,
	"likedmessages.csv": roleUnread, "bestreplymessages.csv": roleUnread, "log.txt": roleUnread, "request.txt": roleUnread,
}

// marks are the columns by which a table is known, whatever the file is called.
var marks = map[role][]string{
	roleMessages: {"id", "replied_to_id", "thread_id", "group_id", "sender_id", "created_at"},
	roleUsers:    {"id", "name", "email", "joined_at", "state"},
	roleGroups:   {"id", "name", "private", "moderated", "external"},
	roleUsage:    {"User Principal Name", "Posted Count", "Read Count", "Liked Count"},
}

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

// role sorts a file by its name, else by its header, and gives the folder of the network
// it belongs to.
func (l layout) role(t *collectors.Tree, file string) (r role, folder string) {
	rel, _ := strings.CutPrefix(file, l.root)
	folder, base := path.Split(rel)
	folder = strings.TrimSuffix(folder, "/")
	if slices.Contains(strings.Split(folder, "/"), "Files") {
		return roleUnread, ""
	}
	if r, ok := named[strings.ToLower(base)]; ok {
		return r, folder
	}
	if !strings.EqualFold(path.Ext(base), ".csv") {
		return roleStray, ""
	}
	return headed(t, file), folder
}

// headed is the role of a table by its header; an empty file tells nothing.
func headed(t *collectors.Tree, file string) role {
	head, err := t.Head(file, headBytes)
	if err != nil {
		return roleStray
	}
	if len(head) == 0 {
		return roleUnread
	}
	names := csvscan.Header(head)
	for _, r := range []role{roleMessages, roleUsers, roleGroups, roleUsage} {
		if holds(names, marks[r]) {
			return r
		}
	}
	return roleStray
}

// holds reports whether all the wanted names are there.
func holds(names, wanted []string) bool {
	for _, one := range wanted {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), one) }) {
			return false
		}
	}
	return true
}

// Recognise claims a tree whose tables have the columns of Yammer's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	fits, misfits, home, certain := 0, 0, false, false
	for _, f := range t.Files() {
		r, folder := l.role(t, f.Path)
		found := roleStray
		if r != roleStray && r != roleUnread {
			found = headed(t, f.Path)
		}
		switch {
		case r == roleUnread, found == roleUnread:
			continue
		case r == roleStray, found != r:
			misfits++
			continue
		}
		fits++
		home = home || folder == ""
		certain = certain || r == roleMessages || r == roleUsage
	}
	switch {
	case fits <= misfits, !home: // several exports side by side are read one by one
		return collectors.Claim{}, nil
	case certain:
		return collectors.Claim{Certainty: collectors.Certain, What: "Yammer export"}, nil
	}
	return collectors.Claim{Certainty: collectors.Likely, What: "Yammer export"}, nil
}

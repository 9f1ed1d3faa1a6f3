package slack

import (
	"iter"
	"path"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray    role = iota // no file of an export
	roleUsers                // users.json, org_users.json
	roleRooms                // channels.json, groups.json, mpims.json, dms.json
	roleMessages             // a day of a conversation
	roleUnread               // belongs to an export, but tells nothing about messages
)

// entry is one file of an export.
type entry struct {
	collectors.File
	role      role
	kind      record.ConversationKind // of a roleRooms list
	workspace string                  // folder below teams/ in an export of a whole organisation, or empty
	folder    string                  // of a roleMessages file
}

var roomLists = map[string]record.ConversationKind{
	"channels.json": record.ConversationChannel,
	"groups.json":   record.ConversationPrivateChannel,
	"mpims.json":    record.ConversationGroup,
	"dms.json":      record.ConversationDirect,
}

var unread = map[string]bool{
	"integration_logs.json": true, "canvases.json": true, "lists.json": true, "file_conversations.json": true,
	"huddle_transcripts.json": true, "canvas_in_the_conversation.json": true, "emoji.json": true, "workspace.json": true,
}

// teams is the folder that holds one export per workspace in an organisation's.
const teams = "teams"

// layout says where in a tree the export is.
type layout struct {
	root  string // folder with a slash at its end that holds the lists, or empty
	loose string // the conversation of message files that lie about without lists and folders, or empty
}

// layoutOf finds the export in a tree: at its root or, when somebody has unpacked and
// packed it again, in the only folder there.
func layoutOf(t *collectors.Tree) layout {
	root := ""
	for range 2 {
		if hasLists(t, root) {
			return layout{root: root}
		}
		at := t
		if root != "" {
			at = t.Sub(root)
		}
		folders, files := at.Children()
		if len(folders) != 1 || len(files) > 0 {
			break
		}
		root += folders[0] + "/"
	}
	if hasLists(t, root) {
		return layout{root: root}
	}
	if folders, files := t.Children(); len(folders) == 0 && len(files) > 0 {
		return layout{loose: t.Name()}
	}
	return layout{}
}

func hasLists(t *collectors.Tree, root string) bool {
	for name := range roomLists {
		if t.Has(root + name) {
			return true
		}
	}
	return t.Has(root+"users.json") || t.Has(root+"org_users.json")
}

// entries sorts the files of a tree by what they are for, in the order of their paths. An
// export may have a million of them, so that nobody keeps the list.
func (l layout) entries(t *collectors.Tree) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for _, f := range t.Files() {
			if !yield(l.entry(f)) {
				return
			}
		}
	}
}

// lists reports whether the file is one of the lists of people and conversations.
func (e entry) lists() bool { return e.role == roleUsers || e.role == roleRooms }

func (l layout) entry(f collectors.File) entry {
	e := entry{File: f}
	rel, inside := strings.CutPrefix(f.Path, l.root)
	if !inside {
		return e
	}
	if below, ok := strings.CutPrefix(rel, teams+"/"); ok && strings.Contains(below, "/") {
		e.workspace, rel, _ = strings.Cut(below, "/")
	}
	folder, below, _ := strings.Cut(rel, "/")
	depth, last := strings.Count(rel, "/"), rel[strings.LastIndexByte(rel, '/')+1:]
	switch {
	case unread[last]:
		e.role = roleUnread
	case depth == 0:
		e.top(last, l)
	case strings.HasPrefix(folder, "__"), folder == "attachments", strings.HasPrefix(below, "attachments/"):
		e.role = roleUnread // downloaded files, which some exporters add
	case depth == 1 && isDay(last):
		e.role, e.folder = roleMessages, folder
	}
	return e
}

// top sorts a file of the export's root.
func (e *entry) top(name string, l layout) {
	if kind, ok := roomLists[name]; ok {
		e.role, e.kind = roleRooms, kind
		return
	}
	switch {
	case name == "users.json" || name == "org_users.json":
		e.role = roleUsers
	case l.loose != "" && isDay(name):
		e.role, e.folder = roleMessages, l.loose
	case l.loose != "" && path.Ext(name) == ".json":
		e.role, e.folder = roleMessages, strings.TrimSuffix(name, ".json")
	}
}

// isDay reports whether a name begins with a date: 2024-02-29.json. The date is not
// used; it is a day of Slack's head office.
func isDay(name string) bool {
	if len(name) < len("2006-01-02.json") || path.Ext(name) != ".json" {
		return false
	}
	for i, c := range []byte(name[:10]) {
		if dash := i == 4 || i == 7; dash != (c == '-') || !dash && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// kindOfFolder is the kind of a conversation that no list names.
func kindOfFolder(folder string) record.ConversationKind {
	switch {
	case strings.HasPrefix(folder, "mpdm-"):
		return record.ConversationGroup
	case isID(folder, 'D'):
		return record.ConversationDirect
	case isID(folder, 'G'):
		return record.ConversationPrivateChannel
	}
	return record.ConversationChannel
}

// isID reports whether a name is one of Slack's ids of that letter; names of
// conversations are lower case.
func isID(name string, letter byte) bool {
	if len(name) < 7 || len(name) > maxID || name[0] != letter {
		return false
	}
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

package hipchat

import (
	"path"
	"slices"
	"strings"

	"crosstalk/collectors"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray       role = iota // no file of an export
	roleUsers                   // users.json, users/list.json
	roleRooms                   // rooms.json, rooms/list.json
	roleRoomHistory             // rooms/<id>/history.json
	roleUserHistory             // users/<id>/history.json
	roleDay                     // rooms/<name>/<day>.json
	roleUnread                  // belongs to an export, but tells nothing about messages
)

// layout says where in a tree the export is.
type layout struct {
	root  string // folder with a slash at its end, or empty
	loose string // the conversation of histories that lie about by themselves, or empty
}

// layoutOf finds the export in a tree: at its root or, when somebody has unpacked and
// packed it again, in the only folder there.
func layoutOf(t *collectors.Tree) layout {
	root := ""
	for range 3 {
		at := t
		if root != "" {
			at = t.Sub(root)
		}
		folders, files := at.Children()
		switch {
		case slices.Contains(folders, "rooms"), slices.Contains(folders, "users"), at.Has("users.json"), at.Has("rooms.json"):
			return layout{root: root}
		case len(folders) == 0:
			return layout{root: root, loose: at.Name()}
		case len(folders) != 1 || len(files) > 0:
			return layout{}
		}
		root += folders[0] + "/"
	}
	return layout{}
}

// role sorts a file by its path, and gives the folder of a history.
func (l layout) role(file string) (r role, folder string) {
	rel, inside := strings.CutPrefix(file, l.root)
	parts := strings.Split(rel, "/")
	last := parts[len(parts)-1]
	switch {
	case !inside:
	case rel == "users.json", rel == "users/list.json":
		return roleUsers, ""
	case rel == "rooms.json", rel == "rooms/list.json":
		return roleRooms, ""
	case len(parts) == 3 && parts[0] == "rooms" && last == "history.json":
		return roleRoomHistory, parts[1]
	case len(parts) == 3 && parts[0] == "users" && last == "history.json":
		return roleUserHistory, parts[1]
	case len(parts) == 3 && parts[0] == "rooms" && isDay(last):
		return roleDay, parts[1]
	case len(parts) == 1 && l.loose != "" && path.Ext(last) == ".json":
		return roleRoomHistory, l.loose
	case last == "emoticons.json", parts[0] == "emoticons", slices.Contains(parts[:len(parts)-1], "files"):
		return roleUnread, ""
	}
	return roleStray, ""
}

// isDay reports whether a name is a date: 2015-08-21.json.
func isDay(name string) bool {
	stem, ok := strings.CutSuffix(name, ".json")
	if !ok || len(stem) != len("2015-08-21") {
		return false
	}
	for i, c := range []byte(stem) {
		if dash := i == 4 || i == 7; dash != (c == '-') || !dash && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

package slack

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// workspace is what the lists of one workspace, or of the organisation around
// several, say. It grows with their people and conversations, not with messages.
type workspace struct {
	name   string
	org    *workspace // the organisation around it, or nil
	users  map[string]*user
	byID   map[string]*room
	byName map[string]*room

	strangers map[string]string // authors whom no list has, once announced
	native    map[string]bool   // team ids of those at home here

	interned map[string]string
	zones    map[string]*time.Location
	distinct map[string]bool
}

func newWorkspace(name string, org *workspace) *workspace {
	return &workspace{name: name, org: org, users: map[string]*user{}, byID: map[string]*room{}, byName: map[string]*room{},
		strangers: map[string]string{}, native: map[string]bool{}, interned: map[string]string{},
		zones: map[string]*time.Location{}, distinct: map[string]bool{}}
}

// intern gives one string for equal ones, so that long lists of members hold each id once.
func (w *workspace) intern(b []byte) string {
	if s, ok := w.interned[string(b)]; ok {
		return s
	}
	s := string(b)
	w.interned[s] = s
	return s
}

// key is the key of an account, in a string that may be kept: one cut out of a batch
// would hold on to all of it.
func (w *workspace) key(id string) record.AccountKey {
	if u := w.users[id]; u != nil {
		return u.account.Key
	}
	one, ok := w.interned[id]
	if !ok {
		one = strings.Clone(id)
		w.interned[one] = one
	}
	return toolID(one)
}

// zone is the location of a zone's name; nil when it is unknown. "Local" would be this
// machine's.
func (w *workspace) zone(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	l, ok := w.zones[name]
	if !ok {
		l, _ = time.LoadLocation(name)
		w.zones[name] = l
	}
	return l
}

// room finds the conversation of a folder: by name, then by id, first in the
// organisation's lists where an org-wide channel may stand in a workspace's export too.
// One that no list has is known by its folder.
func (w *workspace) room(folder string) *room {
	r := cmp.Or(w.byName[folder], w.byID[folder])
	if r == nil {
		r = w.newRoom(folder, kindOfFolder(folder))
		w.byName[folder] = r
	}
	if w.org != nil {
		if shared := w.org.byID[r.Key]; shared != nil {
			return shared
		}
	}
	return r
}

// settle finds out which team the workspace is: the one most of its users belong to.
// Users of other teams stand in the list because they may come in from another
// workspace of the organisation, where they are at home.
func (w *workspace) settle() {
	members := map[string]int{}
	for _, u := range w.users {
		if u.account.Kind != record.AccountGuest && u.team != "" {
			members[u.team]++
		}
	}
	if w.org == nil {
		for team := range members {
			w.native[team] = true
		}
		return
	}
	most := ""
	for _, team := range slices.Sorted(maps.Keys(members)) {
		if most == "" || members[team] > members[most] {
			most = team
		}
	}
	w.native[most] = true
}

// atHome reports whether the user is announced with this workspace. In an
// organisation's export everybody is announced where they are at home, and elsewhere
// only when they write there.
func (w *workspace) atHome(u *user) bool {
	return w.org == nil || u.team == "" || w.native[u.team]
}

// announce hands the workspace's accounts and conversations to the sink. Those in
// elsewhere are at home in another workspace of the organisation.
func (w *workspace) announce(sink collectors.Sink, elsewhere map[string]bool) error {
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		u := w.users[id]
		if !w.atHome(u) || elsewhere[id] {
			continue
		}
		u.said = true
		if err := sink.Account(&u.account); err != nil {
			return err
		}
	}
	var c record.Conversation
	for _, id := range slices.Sorted(maps.Keys(w.byID)) {
		r := w.byID[id]
		if w.org != nil && w.org.byID[id] != nil {
			continue
		}
		members := c.Members[:0]
		c = r.Conversation
		for _, m := range r.members {
			members = append(members, record.Member{Account: toolID(m)})
		}
		c.Members = members
		if err := sink.Conversation(&c); err != nil {
			return err
		}
	}
	return nil
}

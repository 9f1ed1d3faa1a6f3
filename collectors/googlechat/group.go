package googlechat

import (
	"path"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// maxMembers is how many members of one conversation are kept.
const maxMembers = 1 << 17

// group is a conversation: what the name of its folder and its group_info.json say.
type group struct {
	record.Conversation
	isDM      bool
	small     []record.AccountKey // the members, when they are few
	announced bool
}

// group finds the conversation whose folder a file lies in.
func (r *run) group(t *collectors.Tree, file string) *group {
	folder := path.Dir(file)
	if g := r.groups[folder]; g != nil {
		return g
	}
	name := path.Base(folder)
	if folder == "." {
		name = t.Name()
	}
	g := newGroup(r.workspace, name)
	r.groups[folder] = g
	return g
}

// newGroup reads the name of a folder: "DM kAB", "Space AAAB". Any other tells nothing;
// the conversation is then known by the ids of its messages.
func newGroup(workspace, folder string) *group {
	g := &group{Conversation: record.Conversation{Tool: Tool, Workspace: workspace, Coverage: record.CoverageMember}}
	if id, ok := strings.CutPrefix(folder, "DM "); ok {
		g.Key, g.Kind, g.isDM = id, record.ConversationDirect, true
	} else if id, ok := strings.CutPrefix(folder, "Space "); ok {
		g.Key, g.Kind = id, record.ConversationPrivateChannel
	}
	return g
}

// info reads a group_info.json.
func (r *run) info(g *group) error {
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "members" {
			r.Skip()
			continue
		}
		if err := r.members(g); err != nil {
			return err
		}
	}
	if g.isDM && len(g.Members) > 2 {
		g.Kind = record.ConversationGroup
	}
	if len(g.Members) <= record.SmallRoom {
		for _, m := range g.Members {
			g.small = append(g.small, m.Account)
		}
	}
	return r.announce(g)
}

func (r *run) members(g *group) error {
	if !r.Enter('[') {
		return nil
	}
	for r.Element() {
		p := r.person(g)
		if p.key.IsZero() || len(g.Members) == maxMembers {
			continue
		}
		g.Members = append(g.Members, record.Member{Account: p.key})
		if err := r.introduce(p); err != nil {
			return err
		}
	}
	return nil
}

// announce hands over a conversation, once its key is known.
func (r *run) announce(g *group) error {
	if g.announced || g.Key == "" {
		return nil
	}
	g.announced = true
	return r.sink.Conversation(&g.Conversation)
}

// owner reads a user_info.json, whose archive it is.
func (r *run) owner() error {
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "user" {
			r.Skip()
			continue
		}
		if err := r.introduce(r.person(nil)); err != nil {
			return err
		}
	}
	return nil
}

// person is somebody as members, creators and owners are written.
type person struct {
	key         record.AccountKey
	kind        record.AccountKind
	email, name string
}

// person reads one. Somebody without an address is known by name in this conversation
// only; a bot by its name.
func (r *run) person(g *group) (p person) {
	if !r.Enter('{') {
		return p
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "email":
			p.email = r.hold(r.Str())
		case "name":
			p.name = r.hold(r.Str())
		case "user_type":
			switch string(r.Str()) {
			case "Human":
				p.kind = record.AccountHuman
			case "Bot":
				p.kind = record.AccountBot
			}
		default:
			r.Skip()
		}
	}
	p.key = record.EmailKey(p.email)
	if p.email = p.key.Value; p.email == "" && p.name != "" {
		p.key = record.AccountKey{Kind: record.KeyDisplayName, Value: p.name}
		if g != nil && p.kind != record.AccountBot {
			p.key.Scope = g.Key
		}
	}
	return p
}

// introduce announces an account when it is first met, and when it first has a name.
func (r *run) introduce(p person) error {
	named, known := r.said[p.key]
	if p.key.IsZero() || known && (named || p.name == "") {
		return nil
	}
	r.said[p.key] = p.name != ""
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: p.key, Kind: p.kind, Name: p.name, Email: p.email})
}

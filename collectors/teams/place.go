package teams

import (
	"strings"

	"crosstalk/collectors/record"
)

// place is a chat or channel with those who see it.
type place struct {
	record.Conversation
	team    string              // of a channel
	members map[string]bool     // by id, where they are known
	small   []record.AccountKey // the members of a place of at most SmallRoom
	told    bool                // announced, with all its members
}

// kindOf is the kind of a conversation by its id.
func kindOf(id string) record.ConversationKind {
	switch {
	case strings.HasSuffix(id, "@unq.gbl.spaces"), strings.HasPrefix(id, "48:"):
		return record.ConversationDirect
	case strings.HasPrefix(id, "19:meeting_"):
		return record.ConversationMeetingChat
	case strings.HasSuffix(id, "@thread.v2"):
		return record.ConversationGroup
	case strings.HasSuffix(id, "@thread.tacv2"), strings.HasSuffix(id, "@thread.skype"):
		return record.ConversationChannel
	}
	return record.ConversationOther
}

// place gives the chat or channel with that id, which it makes on first sight.
func (r *run) place(id string) *place {
	if p := r.places[id]; p != nil {
		return p
	}
	p := &place{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Kind: kindOf(id)}}
	switch p.Kind {
	case record.ConversationDirect, record.ConversationGroup, record.ConversationMeetingChat:
		p.Coverage = record.CoverageMember
	}
	if p.Kind == record.ConversationDirect {
		for _, user := range pair(id) {
			p.join(record.Member{Account: r.user(user)})
		}
	}
	r.places[id] = p
	return p
}

// pair gives the two whose chat has an id of the form 19:<a>_<b>@unq.gbl.spaces.
func pair(id string) []string {
	both, ok := strings.CutPrefix(id, "19:")
	both, at, _ := strings.Cut(both, "@")
	a, b, two := strings.Cut(both, "_")
	if !ok || at != "unq.gbl.spaces" || !two || !isGUID(a) || !isGUID(b) {
		return nil
	}
	return []string{a, b}
}

// isGUID reports whether an id is one that the directory gives: 8-4-4-4-12 hexadecimal
// digits.
func isGUID[T string | []byte](id T) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		c := id[i] | 0x20
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (id[i] == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// user is the key of an account by its id in the directory, whose letters' case varies.
func (r *run) user(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	lower, ok := r.lower[id]
	if !ok {
		lower = strings.ToLower(id)
		r.lower[id] = lower
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: lower}
}

// join adds a member.
func (p *place) join(m record.Member) {
	if m.Account.IsZero() || p.members[m.Account.Value] {
		return
	}
	if p.members == nil {
		p.members = map[string]bool{}
	}
	p.members[m.Account.Value] = true
	p.Members = append(p.Members, m)
	if len(p.Members) <= record.SmallRoom {
		p.small = append(p.small, m.Account)
	} else {
		p.small = nil
	}
}

// tell announces a place when it is first written in. Those of a team see its channels,
// unless a channel is known to have members of its own.
func (r *run) tell(p *place) error {
	if p.told {
		return nil
	}
	p.told = true
	if p.Kind == record.ConversationChannel && len(p.Members) == 0 {
		for _, m := range r.teams[p.team] {
			p.join(m)
		}
	}
	if len(p.Members) == 0 && p.Coverage == record.CoverageUnknown {
		return nil // the messages say as much
	}
	return r.sink.Conversation(&p.Conversation)
}

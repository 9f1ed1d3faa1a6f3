package chatter

import (
	"context"
	"io"
	"strings"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// users reads User.csv.
func (r *run) users(ctx context.Context, entry string, src io.Reader) error {
	const (
		id = iota
		username
		email
		name
		first
		last
		active
		userType
		federation
	)
	table := csvscan.New([]string{"Id", "Username", "Email", "Name", "FirstName", "LastName", "IsActive", "UserType", "FederationIdentifier"}, nil)
	return r.rows(ctx, table, username+1, entry, src, func() (string, error) {
		who := r.id(table.Text(id))
		if who == "" {
			return "no_account", nil
		}
		a := &record.Account{Tool: Tool, Workspace: r.workspace, Key: toolID(who), Kind: kindOfUser(table.Text(userType)),
			Name: string(table.Text(name)), Email: record.EmailKey(string(table.Text(email))).Value, Handle: string(table.Text(username))}
		if a.Name == "" {
			a.Name = strings.TrimSpace(string(table.Text(first)) + " " + string(table.Text(last)))
		}
		if other := string(table.Text(federation)); a.Email == "" && strings.Contains(other, "@") {
			a.Email = record.EmailKey(other).Value
		}
		a.IsDeleted = len(table.Text(active)) > 0 && !isTrue(table.Text(active))
		r.accounts[who] = a
		return "", nil
	})
}

// kindOfUser tells people of the company from those of others and from programs.
func kindOfUser(userType []byte) record.AccountKind {
	switch string(userType) {
	case "", "Standard", "CsnOnly":
		return record.AccountHuman
	case "AutomatedProcess", "CloudIntegrationUser":
		return record.AccountBot
	}
	return record.AccountGuest // portals, partners, customers, guests
}

// groups reads CollaborationGroup.csv.
func (r *run) groups(ctx context.Context, entry string, src io.Reader) error {
	table := csvscan.New([]string{"Id", "CollaborationType"}, nil)
	return r.rows(ctx, table, 2, entry, src, func() (string, error) {
		id := r.id(table.Text(0))
		if id == "" {
			return "no_conversation", nil
		}
		one := r.room(id, record.ConversationChannel)
		if !strings.EqualFold(string(table.Text(1)), "Public") {
			one.Kind = record.ConversationPrivateChannel
		}
		return "", nil
	})
}

// room is a group or a private conversation.
func (r *run) room(id string, kind record.ConversationKind) *record.Conversation {
	one := r.rooms[id]
	if one == nil {
		one = &record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Kind: kind, Coverage: record.CoverageWhole}
		r.rooms[id] = one
	}
	return one
}

// groupMembers reads CollaborationGroupMember.csv.
func (r *run) groupMembers(ctx context.Context, entry string, src io.Reader) error {
	table := csvscan.New([]string{"CollaborationGroupId", "MemberId"}, nil)
	return r.members(ctx, table, record.ConversationChannel, entry, src)
}

// privateMembers reads ChatterConversationMember.csv.
func (r *run) privateMembers(ctx context.Context, entry string, src io.Reader) error {
	table := csvscan.New([]string{"ConversationId", "UserId"}, nil)
	return r.members(ctx, table, record.ConversationDirect, entry, src)
}

// members reads pairs of conversation and account. A private conversation that gets its
// third member is no longer direct.
func (r *run) members(ctx context.Context, table *csvscan.Reader, kind record.ConversationKind, entry string, src io.Reader) error {
	return r.rows(ctx, table, 2, entry, src, func() (string, error) {
		id, who := r.id(table.Text(0)), toolID(r.id(table.Text(1)))
		switch {
		case id == "":
			return "no_conversation", nil
		case who.IsZero():
			return "no_account", nil
		}
		one := r.room(id, kind)
		one.Members = append(one.Members, record.Member{Account: who})
		if one.Kind == record.ConversationDirect && len(one.Members) > 2 {
			one.Kind = record.ConversationGroup
		}
		return "", nil
	})
}

// likedItems notes which posts FeedLike.csv names, as it does not say where they stand.
func (r *run) likedItems(ctx context.Context, _ string, src io.Reader) error {
	table := csvscan.New([]string{"FeedItemId"}, nil)
	table.Reset(src)
	for table.Next() {
		if table.Record()&0x1ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if id, ok := item(table.Text(0)); ok {
			r.liked.add(id)
		}
	}
	return nil // what is wrong with the table is told when it is read for its likes
}

// item is the id of a post.
func item(b []byte) (id itemID, ok bool) {
	return id, copy(id[:], b) == idLength
}

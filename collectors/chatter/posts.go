package chatter

import (
	"bytes"
	"context"
	"io"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// items reads FeedItem.csv: posts, and what Salesforce itself notes in feeds.
func (r *run) items(ctx context.Context, entry string, src io.Reader) error {
	const (
		id = iota
		parent
		author
		created
		typ
		edited
		deleted
		content
	)
	table := csvscan.New([]string{"Id", "ParentId", "CreatedById", "CreatedDate", "Type", "LastEditDate", "IsDeleted", "HasContent"}, []string{"Body"})
	return r.rows(ctx, table, created+1, entry, src, func() (string, error) {
		m := r.begin(table.Text(id), table.Text(author), table.Text(created))
		place := r.id(table.Text(parent))
		if reason := flaw(m, place); reason != "" {
			return reason, nil
		}
		m.Conversation = r.feed(place)
		m.EditedAt, m.IsDeleted = parseTime(table.Text(edited)), isTrue(table.Text(deleted))
		if isUser(place) && place != m.Sender.Value {
			m.Recipients, m.RecipientSource = append(m.Recipients, toolID(place)), record.RecipientsListed
		}
		m.Kind = kindOfItem(table.Text(typ))
		if m.Kind == record.KindMessage {
			m.SizeBytes = size(table)
			r.address(m)
			if isTrue(table.Text(content)) || string(table.Text(typ)) == "ContentPost" {
				m.Attachments = 1
			}
		}
		if liked, ok := item(table.Text(id)); ok {
			r.liked.stands(liked, place)
		}
		return "", r.sink.Message(m)
	})
}

// begin starts a message of an author.
func (r *run) begin(id, author, sent []byte) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.ID = Tool, r.workspace, string(short(id))
	m.SentAt, m.Precision, m.Kind = parseTime(sent), record.PrecisionSecond, record.KindMessage
	if a := r.accounts[string(short(author))]; a != nil {
		m.Sender, m.SenderKind = a.Key, a.Kind
	} else {
		m.Sender = toolID(r.id(author))
	}
	return m
}

// flaw says why a message cannot be used, if so.
func flaw(m *record.Message, place string) string {
	switch {
	case m.SentAt.IsZero():
		return "bad_time"
	case m.ID == "":
		return "no_id"
	case place == "":
		return "no_conversation"
	}
	return ""
}

// feed is the conversation of a parent: a group, or the feed of a user or record.
func (r *run) feed(parent string) record.Conversation {
	if one := r.rooms[parent]; one != nil {
		return *one
	}
	c := record.Conversation{Key: parent, Kind: record.ConversationFeed, Coverage: record.CoverageWhole}
	if isGroup(parent) {
		c.Kind = record.ConversationChannel
	}
	return c
}

func isUser(id string) bool  { return len(id) > 3 && id[:3] == "005" }
func isGroup(id string) bool { return len(id) > 3 && id[:3] == "0F9" }

// kindOfItem tells what people post from what Salesforce notes in feeds by itself.
func kindOfItem(typ []byte) record.Kind {
	switch string(typ) {
	case "":
		return record.KindMessage
	case "CaseCommentPost", "ChangeStatusPost", "ApprovalPost":
		return record.KindSystem
	}
	if bytes.HasSuffix(typ, []byte("Post")) {
		return record.KindMessage
	}
	return record.KindSystem
}

func size(table *csvscan.Reader) uint32 { return uint32(min(table.Size(0), 1<<32-1)) }

// comments reads FeedComment.csv.
func (r *run) comments(ctx context.Context, entry string, src io.Reader) error {
	const (
		id = iota
		post
		author
		created
		parent
		thread
		typ
		edited
		deleted
	)
	table := csvscan.New([]string{"Id", "FeedItemId", "CreatedById", "CreatedDate", "ParentId", "ThreadParentId", "CommentType", "LastEditDate", "IsDeleted"}, []string{"CommentBody"})
	return r.rows(ctx, table, created+1, entry, src, func() (string, error) {
		m := r.begin(table.Text(id), table.Text(author), table.Text(created))
		place := r.id(table.Text(parent))
		if place == "" {
			place = r.id(table.Text(post))
		}
		if reason := flaw(m, place); reason != "" {
			return reason, nil
		}
		m.Conversation = r.feed(place)
		m.EditedAt, m.IsDeleted, m.SizeBytes = parseTime(table.Text(edited)), isTrue(table.Text(deleted)), size(table)
		m.Parent, m.Relation = string(short(table.Text(post))), record.RelationThread
		if answered := table.Text(thread); len(answered) > 0 {
			m.Parent, m.Relation = string(short(answered)), record.RelationReply
		}
		r.address(m)
		if string(table.Text(typ)) == "ContentComment" {
			m.Attachments = 1
		}
		return "", r.sink.Message(m)
	})
}

// private reads ChatterMessage.csv.
func (r *run) private(ctx context.Context, entry string, src io.Reader) error {
	table := csvscan.New([]string{"Id", "ConversationId", "SenderId", "SentDate"}, []string{"Body"})
	return r.rows(ctx, table, 4, entry, src, func() (string, error) {
		m := r.begin(table.Text(0), table.Text(2), table.Text(3))
		place := r.id(table.Text(1))
		if reason := flaw(m, place); reason != "" {
			return reason, nil
		}
		m.Conversation, m.SizeBytes = *r.room(place, record.ConversationGroup), size(table)
		r.address(m)
		return "", r.sink.Message(m)
	})
}

// address fills in the other members of the message's conversation.
func (r *run) address(m *record.Message) {
	members := m.Conversation.Members
	if len(members) == 0 {
		return
	}
	m.RecipientSource, m.Audience = record.RecipientsMembership, 0
	for _, member := range members {
		if member.Account == m.Sender {
			continue
		}
		m.Audience++
		if len(members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
}

// like reads FeedLike.csv.
func (r *run) like(ctx context.Context, entry string, src io.Reader) error {
	const (
		post = iota
		author
		created
		id
		entity
	)
	table := csvscan.New([]string{"FeedItemId", "CreatedById", "CreatedDate", "Id", "FeedEntityId"}, nil)
	return r.rows(ctx, table, created+1, entry, src, func() (string, error) {
		m := r.begin(table.Text(id), table.Text(author), table.Text(created))
		what, ok := item(table.Text(post))
		place, wanted := r.liked.place(what)
		switch {
		case !ok:
			return "no_conversation", nil
		case !wanted:
			return "too_many_likes", nil
		case m.SentAt.IsZero():
			return "bad_time", nil
		case place == "": // the post is not in the export
			place = r.id(table.Text(post))
		}
		m.Kind, m.Conversation = record.KindReaction, r.feed(place)
		m.Parent, m.Relation = string(what[:]), record.RelationMark
		if on := table.Text(entity); len(on) > 0 { // a comment
			m.Parent = string(short(on))
		}
		if m.ID == "" {
			m.ID = m.Parent + ":" + m.Sender.Value
		}
		return "", r.sink.Message(m)
	})
}

// parseTime reads `2018-08-07 08:31:39`, which is Greenwich time, and the interface's
// `2018-08-07T08:31:39.000Z` and `…+0000`. The zero time is none.
func parseTime(b []byte) time.Time {
	layouts := [...]string{time.RFC3339, "2006-01-02T15:04:05Z0700"}
	if len(b) == len(time.DateTime) {
		layouts[0] = time.DateTime
	}
	for _, layout := range layouts {
		if len(b) == 0 {
			break
		}
		if at, err := time.Parse(layout, string(b)); err == nil {
			return at
		}
	}
	return time.Time{}
}

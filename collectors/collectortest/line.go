package collectortest

import (
	"time"

	"crosstalk/collectors/record"
)

// The shapes of expected.jsonl: words instead of numbers, nothing that is empty.

type line struct {
	Tool         string   `json:"tool,omitempty"`
	Workspace    string   `json:"workspace,omitempty"`
	Conversation string   `json:"conversation,omitempty"`
	Place        string   `json:"place,omitempty"`
	Parent       string   `json:"conversation_parent,omitempty"`
	Identity     string   `json:"identity,omitempty"`
	Coverage     string   `json:"coverage,omitempty"`
	Members      []string `json:"members,omitempty"`

	Key     string `json:"key,omitempty"`
	Account string `json:"account_kind,omitempty"`
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Handle  string `json:"handle,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`

	ID         string   `json:"id,omitempty"`
	CopyID     string   `json:"copy_id,omitempty"`
	Kind       string   `json:"kind,omitempty"`
	SentAt     string   `json:"sent_at,omitempty"`
	Offset     *int16   `json:"offset_minutes,omitempty"`
	Precision  string   `json:"precision,omitempty"`
	Assumed    bool     `json:"zone_assumed,omitempty"`
	Sender     string   `json:"sender,omitempty"`
	SenderKind string   `json:"sender_kind,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	Source     string   `json:"recipient_source,omitempty"`
	Audience   uint32   `json:"audience,omitempty"`
	ReplyTo    string   `json:"reply_to,omitempty"`
	Relation   string   `json:"relation,omitempty"`
	Mentions   []string `json:"mentions,omitempty"`
	Attached   uint16   `json:"attachments,omitempty"`
	Size       uint32   `json:"size_bytes,omitempty"`
	Quantity   uint32   `json:"quantity,omitempty"`
	EditedAt   string   `json:"edited_at,omitempty"`
}

func accountLine(a *record.Account) line {
	return line{Tool: a.Tool, Workspace: a.Workspace, Key: key(a.Key), Account: a.Kind.String(), Name: a.Name, Email: a.Email,
		Handle: a.Handle, Phone: a.Phone, Deleted: a.IsDeleted}
}

func conversationLine(c *record.Conversation) line {
	l := line{Tool: c.Tool, Workspace: c.Workspace, Conversation: c.Key, Place: c.Kind.String(), Parent: c.Parent, Identity: c.Identity}
	if c.Coverage != record.CoverageUnknown {
		l.Coverage = c.Coverage.String()
	}
	for _, m := range c.Members {
		l.Members = append(l.Members, key(m.Account))
	}
	return l
}

func messageLine(m *record.Message) line {
	l := line{Tool: m.Tool, Workspace: m.Workspace, Conversation: m.Conversation.Key, Place: m.Conversation.Kind.String(),
		Parent: m.Conversation.Parent, Identity: m.Conversation.Identity, ID: m.ID, CopyID: m.CopyID, Kind: m.Kind.String(),
		SentAt: m.SentAt.UTC().Format(time.RFC3339Nano), Precision: m.Precision.String(), Assumed: m.ZoneAssumed,
		Sender: key(m.Sender), SenderKind: m.SenderKind.String(), Recipients: keys(m.Recipients), Audience: m.Audience,
		ReplyTo: m.Parent, Mentions: keys(m.Mentions), Attached: m.Attachments, Size: m.SizeBytes, Quantity: m.Quantity, Deleted: m.IsDeleted}
	if m.OffsetMinutes != record.OffsetUnknown {
		offset := m.OffsetMinutes
		l.Offset = &offset
	}
	if m.RecipientSource != record.RecipientsUnknown {
		l.Source = m.RecipientSource.String()
	}
	if m.Relation != record.RelationNone {
		l.Relation = m.Relation.String()
	}
	if !m.EditedAt.IsZero() {
		l.EditedAt = m.EditedAt.UTC().Format(time.RFC3339Nano)
	}
	return l
}

func key(k record.AccountKey) string {
	if k.IsZero() {
		return ""
	}
	s := k.Kind.String() + ":" + k.Value
	if k.Scope != "" {
		s += "@" + k.Scope
	}
	return s
}

func keys(ks []record.AccountKey) []string {
	out := make([]string, len(ks))
	for i, k := range ks {
		out[i] = key(k)
	}
	return out
}

package mail

import (
	"bytes"
	"strings"

	"crosstalk/collectors/record"
)

// class tells what people write from what programs send. Bounces, receipts and
// invitations are no messages at all; automatic answers and newsletters are the
// messages of bots. A discussion list's traffic stays the people's.
func (h *Header) class(sender record.AccountKey, list mailingList) (record.Kind, record.AccountKind) {
	contentType := h.first[fieldContentType]
	local, _, _ := strings.Cut(sender.Value, "@")
	auto := h.autoSubmitted()
	switch {
	case mediaType(contentType, "multipart/report"), local == "mailer-daemon", local == "postmaster":
		return record.KindSystem, record.AccountSystem
	case mediaType(contentType, "text/calendar"), h.calendarClass():
		return record.KindSystem, record.AccountUnknown
	case auto == "auto-replied", h.has(fieldAutoReply), hasPrefixFold(h.word(fieldPrecedence), "auto_reply"):
		return record.KindMessage, record.AccountBot
	case bytes.Equal(h.word(fieldReturnPath), []byte("<>")):
		return record.KindSystem, record.AccountSystem
	case auto != "" && auto != "no", unanswerable(local), h.bulk(list):
		return record.KindMessage, record.AccountBot
	}
	return record.KindMessage, record.AccountUnknown
}

// autoSubmitted is the keyword of Auto-Submitted (RFC 3834), lower case.
func (h *Header) autoSubmitted() string {
	w := h.word(fieldAutoSubmitted)
	if w == nil {
		return ""
	}
	return strings.ToLower(string(w))
}

// word is the first word of a field.
func (h *Header) word(f field) []byte {
	value := bytes.TrimSpace(h.first[f])
	if i := bytes.IndexAny(value, " \t\r\n;("); i >= 0 {
		value = value[:i]
	}
	return value
}

func (h *Header) calendarClass() bool {
	return hasPrefixFold(bytes.TrimSpace(h.first[fieldContentClass]), "urn:content-classes:calendarmessage")
}

// unanswerable reports mailboxes that say they read nothing.
func unanswerable(local string) bool {
	for _, mark := range []string{"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply"} {
		if strings.Contains(local, mark) {
			return true
		}
	}
	return false
}

// bulk reports mail sent to many that cannot be answered to all of them: it offers to
// unsubscribe, or calls itself bulk, and no list stands behind it to which readers
// could write or subscribe by mail.
func (h *Header) bulk(list mailingList) bool {
	precedence := h.word(fieldPrecedence)
	marked := h.has(fieldListUnsubscribe) || h.has(fieldCampaign) ||
		hasPrefixFold(precedence, "bulk") || hasPrefixFold(precedence, "junk")
	discussion := list.address != nil || h.has(fieldListSubscribe) || hasPrefixFold(precedence, "list")
	return marked && !discussion
}

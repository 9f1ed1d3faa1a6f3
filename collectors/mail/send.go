package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"crosstalk/collectors/record"
)

// SendTool is the slug of Microsoft Send, an app whose conversations are ordinary mail.
const SendTool = "microsoftsend"

// sendMark is the whole subject of mail written with Microsoft Send.
const sendMark = "#send"

// replyMarks stand before the subject of an answer or of forwarded mail, in the
// languages of mail programs.
var replyMarks = []string{"re", "fw", "fwd", "aw", "wg", "sv", "vs", "rv", "tr", "antw", "odp", "回复", "答复", "转发", "回覆", "轉寄"}

// IsSend reports whether a subject, raw or decoded and marked as an answer or not, is the
// one that Microsoft Send gives all its mail. Nothing else is ever asked of a subject.
func IsSend(subject []byte) bool {
	subject = bytes.TrimSpace(subject)
	if bytes.Contains(subject, []byte("=?")) && len(subject) <= longestWord {
		subject = []byte(strings.TrimSpace(decodeWords(subject)))
	}
	from := len(subject) - len(sendMark)
	if from < 0 || !hasPrefixFold(subject[from:], sendMark) {
		return false
	}
	for prefix := bytes.TrimSpace(subject[:from]); len(prefix) > 0; prefix = bytes.TrimSpace(prefix) {
		rest, ok := cutReplyMark(prefix)
		if !ok {
			return false
		}
		prefix = rest
	}
	return true
}

// cutReplyMark cuts one mark of an answer with its colon off the beginning of a subject.
func cutReplyMark(b []byte) (rest []byte, ok bool) {
	word, rest, ok := bytes.Cut(b, []byte(":"))
	if wide, behind, found := bytes.Cut(b, []byte("：")); found && len(wide) < len(word) {
		word, rest, ok = wide, behind, true
	}
	return rest, ok && slices.Contains(replyMarks, strings.ToLower(string(bytes.TrimSpace(word))))
}

// Circle is the conversation of everybody a mail went between, where that is all that is
// known of its thread: the sorted accounts of sender and recipients.
func Circle(sender record.AccountKey, recipients []record.AccountKey) record.Conversation {
	all := make([]string, 0, len(recipients)+1)
	for _, key := range append(recipients[:len(recipients):len(recipients)], sender) {
		if !key.IsZero() {
			all = append(all, key.Value)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	c := record.Conversation{Kind: record.ConversationGroup}
	if len(all) <= 2 {
		c.Kind = record.ConversationDirect
	}
	c.Key = "circle:" + strings.Join(all, ",")
	if len(all) > namedCircle {
		sum := sha256.Sum256([]byte(c.Key))
		c.Key = "circle:" + hex.EncodeToString(sum[:16])
	}
	return c
}

// namedCircle is the largest circle whose key lists it.
const namedCircle = 32

// Account gives the account of one address, with or without a name beside it; the zero key
// when it names nobody.
func Account(address []byte) record.AccountKey {
	a, _ := parseAddress(trim(address))
	return a.key
}

// ID is the text of a message id, without brackets and spaces.
func ID(value []byte) []byte { return ownID(value) }

// Class tells by its sender alone, which is all that logs show, what sort of mail it is.
// Bounces have no sender.
func Class(sender record.AccountKey) (record.Kind, record.AccountKind) {
	local, _, _ := strings.Cut(sender.Value, "@")
	switch {
	case sender.IsZero(), local == "mailer-daemon", local == "postmaster",
		strings.HasPrefix(local, "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"),
		strings.HasPrefix(local, "healthmailbox"), strings.HasPrefix(local, "systemmailbox{"):
		return record.KindSystem, record.AccountSystem
	case unanswerable(local):
		return record.KindMessage, record.AccountBot
	}
	return record.KindMessage, record.AccountUnknown
}

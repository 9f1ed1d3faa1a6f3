package record

import "slices"

// The words for each enumeration, as stored and shown. The order is the numbers'.
var (
	kindNames            = [...]string{"", "message", "reaction", "call", "system"}
	accountKindNames     = [...]string{"unknown", "human", "bot", "shared", "guest", "system"}
	keyKindNames         = [...]string{"none", "email", "phone", "tool_id", "handle", "display_name"}
	conversationNames    = [...]string{"other", "direct", "group", "channel", "private_channel", "feed", "mail_thread", "mail_list", "meeting_chat"}
	coverageNames        = [...]string{"unknown", "whole", "own", "member", "truncated"}
	recipientSourceNames = [...]string{"unknown", "listed", "membership", "seen"}
	precisionNames       = [...]string{"millisecond", "second", "minute", "day", "inherited"}
	relationNames        = [...]string{"none", "reply", "quote", "thread", "mark"}
)

func (k Kind) String() string             { return kindNames[k] }
func (k AccountKind) String() string      { return accountKindNames[k] }
func (k KeyKind) String() string          { return keyKindNames[k] }
func (k ConversationKind) String() string { return conversationNames[k] }
func (c Coverage) String() string         { return coverageNames[c] }
func (s RecipientSource) String() string  { return recipientSourceNames[s] }
func (p Precision) String() string        { return precisionNames[p] }
func (r Relation) String() string         { return relationNames[r] }

// ParseKeyKind reads a stored word.
func ParseKeyKind(s string) (KeyKind, bool) {
	i := slices.Index(keyKindNames[:], s)
	return KeyKind(max(i, 0)), i >= 0
}

// ParseAccountKind reads a stored word.
func ParseAccountKind(s string) (AccountKind, bool) {
	i := slices.Index(accountKindNames[:], s)
	return AccountKind(max(i, 0)), i >= 0
}

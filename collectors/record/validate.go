package record

import (
	"errors"
	"strings"
	"time"
)

// Reasons for which a Sink refuses a record; each is counted as a reject under the
// slug that Error returns.
var (
	ErrNoTool         = errors.New("no_tool")
	ErrNoConversation = errors.New("no_conversation")
	ErrNoTime         = errors.New("no_time")
	ErrTimeRange      = errors.New("time_out_of_range")
	ErrKind           = errors.New("unknown_kind")
	ErrNoAccount      = errors.New("no_account")
)

// Earliest is the oldest instant that is believed: no messaging archive reaches
// further back.
var Earliest = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)

// Validate returns the reason for which the message cannot be stored, or nil. Latest
// is the first instant too far in the future to be believed.
func (m *Message) Validate(latest time.Time) error {
	switch {
	case m.Tool == "":
		return ErrNoTool
	case m.Conversation.Key == "":
		return ErrNoConversation
	case m.Kind < KindMessage || m.Kind > KindSystem:
		return ErrKind
	case m.SentAt.IsZero():
		return ErrNoTime
	case m.SentAt.Before(Earliest) || !m.SentAt.Before(latest):
		return ErrTimeRange
	}
	return nil
}

// EmailKey is the key of a mail address: trimmed and lower case. An empty address
// gives the zero key.
func EmailKey(address string) AccountKey {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		return AccountKey{}
	}
	return AccountKey{Kind: KeyEmail, Value: address}
}

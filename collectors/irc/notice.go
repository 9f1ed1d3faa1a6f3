package irc

import "bytes"

// Clients write notices and actions alike behind one star. A starred line is a notice
// when it begins with one of clientWords, or when one of eventWords follows its first
// word; everything else is an action. The rule looks at the line alone, so that a
// slice of a log is read as the whole would be.
var (
	clientWords = words(
		"Joins: ", "Parts: ", "Quits: ", "Disconnected", "Connecting to ", "Connected to ", "Attempting to rejoin channel ",
		"Rejoined channel ", "Now talking in ", "Now talking on ", "Topic is '", "Topic for ", "Set by ", "Retrieving ",
		"Logging for ", "Looking up ", "Unable to resolve ", "You are now known as ", "You have been kicked ", "You were kicked ",
		"You have joined ", "You have left ",
	)
	eventWords = words(
		"sets mode: ", "sets mode +", "sets mode -", "changes topic to ", "has changed the topic to", "was kicked by ", "has kicked ",
		"gives channel operator status to ", "removes channel operator status from ", "gives voice to ", "removes voice from ",
		"gives channel half-operator status to ", "removes channel half-operator status from ",
		"sets ban on ", "removes ban on ", "sets channel ", "removes channel ",
		"has joined #", "has joined &", "has left #", "has left &", "has quit (", "has quit [", "has quit IRC",
		"joined the channel", "left the channel", "quit IRC",
	)
	knownAs = []byte("is now known as ")
)

func words(list ...string) [][]byte {
	out := make([][]byte, len(list))
	for i, w := range list {
		out[i] = []byte(w)
	}
	return out
}

// clientNotice reports whether a starred line tells what the client or server did.
func clientNotice(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	if b0 := first(b); b0 >= 'A' && b0 <= 'Z' {
		for _, w := range clientWords {
			if bytes.HasPrefix(b, w) {
				return string(w) != "Disconnected" || ends(b[len(w):])
			}
		}
	}
	_, rest, _ := bytes.Cut(b, []byte(" "))
	return aboutNick(rest)
}

// ends reports whether nothing but a bracket follows.
func ends(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) == 0 || b[0] == '(' || b[0] == '.'
}

// aboutNick reports whether the words behind a first word tell what happened to the
// nick that this word then is.
func aboutNick(rest []byte) bool {
	switch first(rest) {
	case '(', '[', '<':
		return maskedEvent(rest)
	case 'i':
		name, ok := bytes.CutPrefix(rest, knownAs)
		return ok && isNick(bareNick(name))
	case 's', 'c', 'h', 'w', 'g', 'r', 'j', 'l', 'q':
		for _, w := range eventWords {
			if bytes.HasPrefix(rest, w) {
				return true
			}
		}
	}
	return false
}

// maskedEvent reads "(user@host) has joined #channel" and its like.
func maskedEvent(rest []byte) bool {
	mask, tail, _ := bytes.Cut(rest, []byte(" "))
	if bytes.IndexByte(mask, '@') < 0 {
		return false
	}
	for _, w := range [...]string{"has joined", "has left", "has quit", "joined", "left", "quit"} {
		if bytes.HasPrefix(tail, []byte(w)) {
			return true
		}
	}
	return false
}

func first(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

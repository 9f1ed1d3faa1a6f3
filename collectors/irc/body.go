package irc

import "bytes"

// what says what a line is.
type what uint8

const (
	unreadable    what = iota
	spoken             // <nick> text
	acted              // * nick text
	notice             // the client, the server or a service tells something
	playbackBegin      // ZNC sends again what was missed
	playbackEnd
)

// event is the body of one line. Its slices point into the line.
type event struct {
	what    what
	nick    []byte // without mode prefix and mask; empty when the line names nobody
	renamed []byte // the new nick of a nick change
	text    []byte
}

// parseBody reads what stands behind the time.
func parseBody(b []byte, tab bool) event {
	if tab {
		if i := bytes.IndexByte(b, '\t'); i >= 0 {
			return weechatBody(b[:i], b[i+1:])
		}
	}
	b = bytes.TrimLeft(b, " ")
	if len(b) == 0 {
		return event{}
	}
	switch b[0] {
	case '<':
		return angled(b)
	case '*':
		return starred(b)
	case '-':
		return dashed(b)
	case '=', '!':
		return event{what: notice}
	}
	return event{}
}

// weechatBody reads a line whose prefix stands in a column of its own.
func weechatBody(prefix, text []byte) event {
	prefix = bytes.TrimSpace(prefix)
	switch string(prefix) {
	case "*":
		return action(text)
	case "", "-->", "<--", "--", "=!=", "==":
		return told(text)
	}
	nick := bareNick(prefix)
	if len(nick) == 0 {
		return event{what: notice}
	}
	return event{what: spoken, nick: nick, text: text}
}

// angled reads "<nick> text" in all its spellings, and the arrows of a leave.
func angled(b []byte) event {
	if rest, ok := bytes.CutPrefix(b, []byte("<--")); ok {
		return told(rest)
	}
	end := bytes.IndexByte(b, '>')
	if end < 0 || end > longestName {
		return event{}
	}
	name := b[1:end]
	if string(name) == "***" {
		return playbackNotice(b[end+1:])
	}
	nick := bareNick(name)
	if len(nick) == 0 {
		return event{}
	}
	text := afterBlank(b[end+1:])
	if len(nick) < len(bytes.TrimLeft(name, modePrefix)) && len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		text = text[1:] // dircproxy: whether the sender is identified, not part of the text
	}
	return event{what: spoken, nick: nick, text: text}
}

func playbackNotice(text []byte) event {
	switch {
	case bytes.Contains(text, []byte("Buffer Playback...")):
		return event{what: playbackBegin}
	case bytes.Contains(text, []byte("Playback Complete.")):
		return event{what: playbackEnd}
	}
	return event{what: notice}
}

// starred reads "*** something happened" and "* nick does".
func starred(b []byte) event {
	if rest, ok := bytes.CutPrefix(b, []byte("***")); ok {
		return told(rest)
	}
	if len(b) < 2 || b[1] != ' ' && b[1] != '\t' {
		return event{}
	}
	if clientNotice(b[2:]) {
		return told(b[2:])
	}
	return action(b[2:])
}

// dashed reads "-!- something happened", "-->" and "-nick- a notice".
func dashed(b []byte) event {
	for _, mark := range [...]string{"-!-", "-->", "---", "--"} {
		if rest, ok := bytes.CutPrefix(b, []byte(mark)); ok {
			return told(rest)
		}
	}
	if end := bytes.Index(b[1:], []byte("- ")); end > 0 {
		name, _, _ := bytes.Cut(b[1:end+1], []byte(":"))
		if nick := bareNick(name); isNick(nick) {
			return event{what: notice, nick: nick}
		}
	}
	return event{}
}

// action is "nick does": a message when the first word can be a nick.
func action(b []byte) event {
	first, text, _ := bytes.Cut(bytes.TrimLeft(b, " "), []byte(" "))
	nick := bareNick(first)
	if !isNick(nick) {
		return event{what: notice}
	}
	return event{what: acted, nick: nick, text: text}
}

// told is a notice, and whom it is about when its wording shows that.
func told(b []byte) event {
	b = bytes.TrimLeft(b, " \t")
	e := event{what: notice}
	first, rest, _ := bytes.Cut(b, []byte(" "))
	switch string(first) {
	case "Joins:", "Parts:", "Quits:":
		first, _, _ = bytes.Cut(rest, []byte(" "))
		e.nick = nickOrNone(first)
		return e
	}
	if !aboutNick(rest) || string(first) == "You" {
		return e
	}
	e.nick = nickOrNone(first)
	if name, ok := bytes.CutPrefix(rest, []byte("is now known as ")); ok && e.nick != nil {
		e.renamed = nickOrNone(name)
	}
	return e
}

func nickOrNone(word []byte) []byte {
	if nick := bareNick(word); isNick(nick) {
		return nick
	}
	return nil
}

// modePrefix are the marks of rank that stand before a nick, and blanks.
const modePrefix = " @+%&~!"

// longestName bounds what may stand between < and >.
const longestName = 128

// bareNick is a nick without blanks, mode prefix and mask.
func bareNick(b []byte) []byte {
	b = bytes.TrimSpace(bytes.TrimLeft(b, modePrefix))
	if i := bytes.IndexByte(b, '!'); i > 0 && bytes.IndexByte(b[i:], '@') > 0 {
		b = b[:i]
	}
	return b
}

// isNick reports whether a word can be a nick, by the characters networks allow.
func isNick(b []byte) bool {
	if len(b) == 0 || len(b) > 64 {
		return false
	}
	for _, c := range b {
		if !nickByte[c] {
			return false
		}
	}
	return true
}

var nickByte = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-[]\\`^{}|~./") {
		set[c] = true
	}
	for c := 0x80; c <= 0xff; c++ {
		set[c] = true
	}
	return set
}()

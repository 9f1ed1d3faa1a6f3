package whatsapp

import (
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"crosstalk/collectors"
)

// chatName is what the name of a file says of its chat.
type chatName struct {
	text  string
	known bool // a contact or group; else only how the file is called
}

// nameOf takes the contact or group out of the name that WhatsApp gave the export: of the
// file on Android, of the archive or folder around it from an iPhone.
func nameOf(t *collectors.Tree, file string) chatName {
	base := path.Base(file)
	base = strings.TrimSuffix(base, path.Ext(base))
	if strings.EqualFold(base, "_chat") {
		base = t.Name()
		if dir := path.Dir(file); dir != "." {
			base = path.Base(dir)
		}
	}
	return parseName(base)
}

func parseName(base string) chatName {
	base = plainName(withoutCopyNumber(base))
	if !strings.Contains(base, " ") {
		base = strings.ReplaceAll(base, "_", " ")
	}
	folded := strings.ToLower(base)
	if len(folded) != len(base) {
		return chatName{text: base}
	}
	longest := 0
	for _, p := range phrases {
		if strings.HasPrefix(folded, p) {
			longest = max(longest, len(p))
		}
	}
	end := len(base)
	for _, e := range endings {
		if strings.HasSuffix(folded, e) && strings.Contains(folded, "whatsapp") {
			end = min(end, len(base)-len(e))
		}
	}
	if name := strings.TrimSpace(base[min(longest, end):end]); name != "" && (longest > 0 || end < len(base)) {
		if number := phoneOf(name); number != "" { // spelled as its account is
			name = number
		}
		return chatName{text: name, known: true}
	}
	return chatName{text: base}
}

// withoutCopyNumber drops what a browser adds to a name that is taken: " (1)".
func withoutCopyNumber(base string) string {
	at := strings.LastIndex(base, " (")
	if at > 0 && strings.HasSuffix(base, ")") && strings.Trim(base[at+2:len(base)-1], "0123456789") == "" {
		return base[:at]
	}
	return base
}

// plainName is a name without marks of direction, the "~" of people who are not in the phone
// book, and spaces around it.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case isMark(r):
			return -1
		case isSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
	name = strings.TrimSpace(name)
	return norm.NFC.String(strings.TrimSpace(strings.TrimPrefix(name, "~")))
}

// phoneOf is the number, in E.164, of somebody who is not in the phone book, or empty.
func phoneOf(name string) string {
	name = plainName(name)
	if !strings.HasPrefix(name, "+") {
		return ""
	}
	digits := make([]byte, 1, len(name))
	digits[0] = '+'
	for _, r := range name[1:] {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r != ' ' && r != '-' && r != '(' && r != ')' && r != '.' && r != 0x2011:
			return ""
		}
	}
	if len(digits) < 8 || len(digits) > 16 {
		return ""
	}
	return string(digits)
}

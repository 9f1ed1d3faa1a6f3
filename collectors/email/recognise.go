package email

import (
	"bytes"
	"path"
	"strings"

	"crosstalk/collectors"
)

// shape is what a file of mail looks like inside.
type shape int

const (
	shapeUnknown shape = iota
	shapeEmpty
	shapeMbox
	shapeMessage
)

// headSize is how much of a file decides its shape.
const headSize = 4 << 10

// leadIn is the length of what may stand before a message by mistake: a byte order
// mark and empty lines.
func leadIn(b []byte) int {
	rest := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	rest = bytes.TrimLeft(rest, "\r\n")
	return len(b) - len(rest)
}

func shapeOf(head []byte, end bool) shape {
	if len(head) == 0 {
		return shapeEmpty
	}
	if length, ok, _ := separator(head, end); ok && (length < len(head) || end) {
		return shapeMbox
	}
	if isMessage(head[:min(len(head), headSize)]) {
		return shapeMessage
	}
	return shapeUnknown
}

// marks are the fields that tell a message from other text of names and colons; at
// least one of the proofs and two in all.
var (
	proofs = []string{"from", "received", "return-path", "message-id", "delivered-to", "x-gm-thrid"}
	marks  = []string{"date", "subject", "to", "cc", "mime-version", "content-type", "references", "in-reply-to", "x-mailer"}
)

// isMessage recognises the beginning of an RFC 5322 message: header lines only, among
// them what every mail has.
func isMessage(head []byte) bool {
	seen, proven := map[string]bool{}, 0
	for first := true; len(head) > 0; first = false {
		line, rest := cutLine(head)
		partial := len(rest) == 0 && !bytes.HasSuffix(line, []byte("\n"))
		head = rest
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if !first && (line[0] == ' ' || line[0] == '\t') {
			continue
		}
		if is, _ := headerLine(line); !is {
			if partial {
				break
			}
			return false
		}
		name, _, _ := bytes.Cut(line, []byte(":"))
		lower := strings.ToLower(string(bytes.TrimSpace(name)))
		if among(proofs, lower) && !seen[lower] {
			proven++
		}
		if among(proofs, lower) || among(marks, lower) {
			seen[lower] = true
		}
	}
	return proven > 0 && len(seen) >= 2
}

func among(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// sidecar reports files that mail programs keep beside the messages.
func sidecar(p string) bool {
	base := strings.ToLower(path.Base(p))
	for _, prefix := range []string{"dovecot", "courierimap", "maildirfolder", "maildirsize", "subscriptions", "table_of_contents", "msgfilterrules", ".lock"} {
		if strings.HasPrefix(base, prefix) {
			return true
		}
	}
	switch path.Ext(base) {
	case ".msf", ".lock", ".emlxpart", ".sbd":
		return true
	}
	return base == "info.plist"
}

// stray reports files that people put beside an export and that no tool's export
// consists of. They do not keep a tree from being claimed, but are rejected.
func stray(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch path.Ext(base) {
	case ".html", ".htm", ".md", ".pdf", ".png", ".jpg", ".jpeg", ".gif":
		return true
	}
	return strings.HasPrefix(base, "readme") || strings.HasPrefix(base, "license")
}

// sample is how many files of a tree are looked into.
const sample = 50

// recognise claims a tree whose files, sidecars and empty ones apart, are all mail.
func recognise(t *collectors.Tree) (collectors.Claim, error) {
	var candidates []string
	for _, f := range t.Files() {
		if !sidecar(f.Path) && !stray(f.Path) && f.Size != 0 {
			candidates = append(candidates, f.Path)
		}
	}
	count := map[shape]int{}
	step := max(1, len(candidates)/sample)
	for i := 0; i < len(candidates); i += step {
		head, err := t.Head(candidates[i], headSize)
		if err != nil {
			return collectors.Claim{}, err
		}
		s := shapeOf(head[leadIn(head):], len(head) < headSize)
		if s == shapeUnknown {
			return collectors.Claim{}, nil
		}
		count[s]++
	}
	if count[shapeMbox]+count[shapeMessage] == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: what(count, newMaildirs(t))}, nil
}

func what(count map[shape]int, m maildirs) string {
	switch {
	case len(m) > 0:
		return "maildir"
	case count[shapeMessage] == 0:
		return "mbox mail archive"
	case count[shapeMbox] == 0:
		return "mail messages"
	}
	return "mail archive"
}

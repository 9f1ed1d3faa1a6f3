package matrix

import (
	"bytes"
	"regexp"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

// sampled is how many files are looked at to recognise an export, headBytes how much of each.
const (
	headBytes = 32 << 10
)

// role is what a file of an export holds.
type role int

const (
	roleStray role = iota
	roleUnread
	roleEvents
	roleProfile
	roleAccountData
)

var (
	sentMark  = regexp.MustCompile(`"origin_server_ts"\s*:\s*\d`)
	eventMark = regexp.MustCompile(`"(sender|user_id)"\s*:\s*"@[^"]*:[^"]*"`)
	emptyMark = regexp.MustCompile(`^\{\s*"room_name"\s*:[^{]*"exported_by"\s*:[^{]*"messages"\s*:\s*\[\s*\]`)
	pageMark  = regexp.MustCompile(`^\{\s*"chunk"\s*:\s*\[\s*\]\s*,\s*"(start|end|state)"\s*:`)
	server    = regexp.MustCompile(`"room_id"\s*:\s*"![^":]*:([^"]+)"`)
)

// roleOf tells what a file is by its beginning; what a homeserver writes beside the events,
// and what was attached, by its folder.
func roleOf(name string, head []byte) role {
	switch part := "/" + name; {
	case strings.HasSuffix(part, "/user_data/profile"):
		return roleProfile
	case strings.Contains(part, "/user_data/account_data/"):
		return roleAccountData
	case strings.Contains(part, "/user_data/"), strings.Contains(part, "/media_ids/"):
		return roleUnread
	case strings.Contains(part, "/rooms/") && (strings.HasSuffix(part, "/invite_state") || strings.HasSuffix(part, "/knock_state")):
		return roleUnread
	}
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	switch {
	case len(head) == 0:
		return roleUnread
	case head[0] != '{' && head[0] != '[':
	case sentMark.Match(head) && eventMark.Match(head), emptyMark.Match(head), pageMark.Match(head):
		return roleEvents
	}
	for _, folder := range [...]string{"images", "videos", "audio", "files"} { // beside Element's export
		if strings.HasPrefix(name, folder+"/") || strings.Contains(name, "/"+folder+"/") {
			return roleUnread
		}
	}
	return roleStray
}

// roomFolder is the room in whose folder a homeserver wrote a file.
func roomFolder(name string) string {
	_, below, ok := strings.Cut("/"+name, "/rooms/")
	if room, _, inside := strings.Cut(below, "/"); ok && inside && strings.HasPrefix(room, "!") {
		return room
	}
	return ""
}

// listMark begins the list of a document, which may be laid out over lines.
var listMark = regexp.MustCompile(`"(messages|chunk|state|events)"\s*:\s*\[`)

// byLines reports whether the first line is complete in itself, be it damaged.
func byLines(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return false
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	line, _, ended := bytes.Cut(head, []byte("\n"))
	if !ended {
		return len(line) > 0 && line[0] == '{' && !listMark.Match(line)
	}
	var s jsonscan.Scanner
	s.Reset(bytes.NewReader(line))
	for s.Peek() == '{' {
		s.Skip()
	}
	reason, _ := s.Verdict()
	return len(line) > 0 && line[0] == '{' && reason != "truncated_file"
}

// Recognise claims a tree of which every file is of an export of Matrix, and one at least holds events.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	claim := collectors.Claim{What: "Matrix export"}
	looked := 0
	for i, f := range t.Files() {
		if looked == collectors.Sampled || i > 10*collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch roleOf(f.Path, head) {
		case roleStray:
			return collectors.Claim{}, nil
		case roleEvents:
			looked++
			if m := server.FindSubmatch(head); m != nil && claim.Workspace == "" {
				claim.Workspace = string(m[1])
			}
		}
	}
	if looked == 0 {
		return collectors.Claim{}, nil
	}
	claim.Certainty = collectors.Certain
	return claim, nil
}

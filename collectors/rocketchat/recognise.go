package rocketchat

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

// sampled is how many files are looked at to recognise a dump, which has about a hundred
// collections, headBytes how much of each.
const (
	sampled   = 300
	headBytes = 16 << 10
)

// shape is how a file's documents are written.
type shape int

const (
	shapeNone   shape = iota
	shapeBSON         // one after another, as mongodump has it
	shapeLines        // JSON, one a line
	shapeStream       // JSON, an array or over several lines
)

func shapeOf(head []byte) shape {
	if len(head) >= 5 {
		size := binary.LittleEndian.Uint32(head)
		if size >= 5 && size <= maxDocument && (head[4] == 0 || head[4] < 0x14) && (int(size) > len(head) || head[size-1] == 0) {
			return shapeBSON
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if utf16 := bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")); utf16 {
		return shapeStream
	}
	if len(text) == 0 {
		return shapeNone
	}
	if text[0] == '[' {
		return shapeStream
	}
	if text[0] != '{' {
		return shapeNone
	}
	if line, _, ended := bytes.Cut(text, []byte("\n")); ended && !complete(line) {
		return shapeStream
	}
	return shapeLines
}

// complete reports whether a line is a document in itself, be it a damaged one.
func complete(line []byte) bool {
	var s jsonscan.Scanner
	s.Reset(bytes.NewReader(line))
	s.Skip()
	reason, _ := s.Verdict()
	return reason != "truncated_file"
}

// role is what a collection holds.
type role int

const (
	roleStray role = iota
	roleUnread
	roleMessages
	roleRooms
	roleUsers
	roleSubscriptions
)

// roleOf tells what a file is by what its first document holds, and other files of a dump by their names.
func roleOf(name string, head []byte) role {
	base := strings.TrimSuffix(strings.ToLower(path.Base(name)), ".gz")
	if strings.HasSuffix(base, ".metadata.json") || base == "prelude.json" {
		return roleUnread
	}
	if r := roleOfKeys(firstKeys(head)); r != roleStray {
		return r
	}
	if strings.HasSuffix(base, ".bson") || strings.HasPrefix(base, "rocketchat_") {
		return roleUnread
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return roleUnread
	}
	return roleStray
}

func roleOfKeys(has map[string]bool) role {
	switch {
	case !has["_id"]:
		return roleStray
	case has["rid"] && has["u"] && (has["open"] || has["unread"]):
		return roleSubscriptions
	case has["rid"] && has["u"] && has["ts"]:
		return roleMessages
	case has["t"] && !has["rid"] && (has["usersCount"] || has["msgs"] || has["uids"] || has["usernames"] || has["ro"]):
		return roleRooms
	case has["username"] && has["type"] && (has["emails"] || has["roles"] || has["services"] || has["status"]):
		return roleUsers
	}
	return roleStray
}

// firstKeys are the keys of the first document, as far as they stand in the head.
func firstKeys(head []byte) map[string]bool {
	var d document
	switch shapeOf(head) {
	case shapeNone:
		return nil
	case shapeBSON:
		size := int(binary.LittleEndian.Uint32(head))
		b := new(binaryDocument)
		b.reset(head[:min(size, len(head))])
		if size > len(head) { // walked as far as it goes
			b.ends = append(b.ends, len(head))
			b.pos = 4
		} else if !b.Enter('{') {
			return nil
		}
		d = b
	default:
		s := new(jsonscan.Scanner)
		s.Reset(bytes.NewReader(head))
		if s.Peek() == '[' {
			s.Enter('[')
			s.Element()
		}
		if !s.Enter('{') {
			return nil
		}
		d = s
	}
	keys := map[string]bool{}
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		keys[string(key)] = true
		d.Skip()
	}
	return keys
}

// Recognise claims a tree of which every file is a dump's, and one at least has Rocket.Chat's own keys.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	seen := map[role]int{}
	for i, f := range t.Files() {
		if i == sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		r := roleOf(f.Path, head)
		if r == roleStray {
			return collectors.Claim{}, nil
		}
		seen[r]++
	}
	claim := collectors.Claim{What: "Rocket.Chat dump"}
	switch {
	case seen[roleMessages] > 0 && seen[roleRooms]+seen[roleUsers] > 0:
		claim.Certainty = collectors.Certain
	case seen[roleMessages]+seen[roleSubscriptions]+seen[roleRooms]+seen[roleUsers] > 0:
		claim.Certainty = collectors.Likely
	default:
		return collectors.Claim{}, nil
	}
	return claim, nil
}

package slack

import (
	"bytes"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// headBytes is how much of a file is looked at.
const headBytes = 4 << 10

// Marks that no other tool's files have: ids with Slack's letters, and times with six
// decimals in quotes.
var marks = map[role]*regexp.Regexp{
	roleRooms:    regexp.MustCompile(`"id"\s*:\s*"[CGD][A-Z0-9]{2,}"`),
	roleUsers:    regexp.MustCompile(`"id"\s*:\s*"[UWB][A-Z0-9]{2,}"`),
	roleMessages: regexp.MustCompile(`"ts"\s*:\s*"\d{8,11}\.\d{6}"`),
}

// alone is how a file of a single message begins.
var alone = regexp.MustCompile(`^\{\s*"(type|subtype|ts|user|text|client_msg_id|bot_id)"`)

// Recognise claims a tree whose lists and messages look like Slack's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	found, err := sample(t, l)
	if err != nil {
		return collectors.Claim{}, err
	}
	claim := collectors.Claim{Workspace: workspaceName(t.Name()), What: "Slack export"}
	fit := found.rooms + found.users + found.messages
	switch {
	case found.alien > fit:
		return collectors.Claim{}, nil
	case found.rooms > 0 && found.users > 0:
		claim.Certainty = collectors.Certain
	case fit > 0 && (found.alien == 0 || hasLists(t, l.root)):
		claim.Certainty = collectors.Likely
	case found.alien == 0 && namedLikeExport(t, l.root): // an export with nothing in it
		claim.Certainty = collectors.Likely
	default:
		return collectors.Claim{}, nil
	}
	return claim, nil
}

// sightings counts what the files of a tree look like.
type sightings struct{ rooms, users, messages, alien int }

func sample(t *collectors.Tree, l layout) (found sightings, err error) {
	looked := 0
	for e := range l.entries(t) {
		if e.role == roleMessages {
			looked++
		}
		if e.role == roleUnread || e.role == roleMessages && looked > collectors.Sampled {
			continue
		}
		if e.role == roleStray {
			found.alien++
			continue
		}
		head, err := t.Head(e.Path, headBytes)
		if err != nil {
			return found, err
		}
		found.add(e.role, head)
	}
	return found, nil
}

// add judges a file by its beginning. Empty arrays speak neither for nor against.
func (s *sightings) add(r role, head []byte) {
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	switch {
	case len(head) > 1 && head[0] == '[' && bytes.HasPrefix(bytes.TrimSpace(head[1:]), []byte("]")):
	case !bytes.HasPrefix(head, []byte("[")) && !(r == roleMessages && alone.Match(head)), !marks[r].Match(head):
		s.alien++
	case r == roleRooms:
		s.rooms++
	case r == roleUsers:
		s.users++
	default:
		s.messages++
	}
}

// namedLikeExport reports the names that only an export of Slack has together.
func namedLikeExport(t *collectors.Tree, root string) bool {
	return t.Has(root+"channels.json") && (t.Has(root+"users.json") || t.Has(root+"org_users.json"))
}

// workspaceName is what the export's own file name says: "Heron Slack export Jan 1
// 2024 - Feb 1 2024". Other names say nothing.
func workspaceName(stem string) string {
	if i := strings.Index(stem, " Slack export "); i > 0 {
		return strings.TrimSpace(stem[:i])
	}
	return ""
}

package teams

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/jsonscan"
)

const headBytes = 64 << 10 // of a file that are looked at

// shape is what a file holds.
type shape uint8

const (
	shapeStray      shape = iota
	shapeUnread           // belongs to an export, but tells nothing
	shapeList             // users, members, chats, channels, teams
	shapeMessages         // as Graph gives them
	shapeAudit            // records of the audit log
	shapeAuditTable       // the same in a table
	shapeUsage            // the usage report
)

// shapeOf judges a file by its head; its name only where the head is empty lists.
func shapeOf(name string, head []byte) shape {
	outline := jsonscan.Outline(head)
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(key string) bool {
			_, bare := outline[key]
			_, paged := outline["value."+key]
			return !bare && !paged
		})
	}
	switch {
	case has("operation", "workload", "creationtime") || has("auditdata"):
		return shapeAudit
	case has("messagetype", "createddatetime") || has("createddatetime", "body.contenttype", "id"):
		return shapeMessages
	case has("userprincipalname", "id"), has("userid", "roles"), has("userid", "role"), has("chattype", "id"), has("membershiptype", "id"):
		return shapeList
	case has("groupsid"), has("groupid", "displayname"), has("isarchived", "displayname"), has("teamsappdefinition"), has("teamsapp"):
		return shapeUnread
	case len(outline) > 0:
		return shapeStray
	}
	return shapeOfOther(name, head)
}

// shapeOfOther judges what has no keys: tables and empty lists.
func shapeOfOther(name string, head []byte) shape {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	switch {
	case len(trimmed) == 0 && strings.EqualFold(path.Ext(name), ".json"), string(trimmed) == "[]", string(trimmed) == "null":
		return shapeUnread
	case bytes.HasPrefix(trimmed, []byte("[")), bytes.HasPrefix(trimmed, []byte("{")):
		return shapeStray
	}
	columns := csvscan.Header(head)
	has := func(name string) bool {
		return slices.ContainsFunc(columns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
	}
	switch {
	case has("Team Chat Message Count") && has("User Principal Name"):
		return shapeUsage
	case has("AuditData"):
		return shapeAuditTable
	}
	return shapeStray
}

// Marks of Teams in what other services of Microsoft write too.
var (
	graphMarks = []string{"messagetype", "replytoid", "chatid", "channelidentity", "channelidentity.channelid", "policyviolation",
		"lastmodifieddatetime", "deleteddatetime", "lastediteddatetime", "importance", "etag", "weburl", "from.user", "eventdetail", "reactions", "mentions"}
	auditMark = []byte("MicrosoftTeams")
)

// Recognise claims a tree of which every file, of those looked at, is one of an export.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByContents(t, headBytes, "Teams export", claimOf)
}

// beside are the kinds of files that people put beside an export.
var beside = map[string]bool{".md": true, ".pdf": true, ".png": true, ".jpg": true, ".html": true}

// claimOf names what a file of an export is: nothing if it might be anybody's.
func claimOf(name string, head []byte) (what string, ok bool) {
	switch shapeOf(name, head) {
	case shapeStray:
		if beside[strings.ToLower(path.Ext(name))] {
			return "", true
		}
		return "", false
	case shapeMessages:
		if outline := jsonscan.Outline(head); marked(outline) < 5 {
			return "", false
		}
		return "Teams messages", true
	case shapeAudit, shapeAuditTable:
		if !bytes.Contains(head, auditMark) {
			return "", false
		}
		return "Teams audit log", true
	case shapeUsage:
		return "Teams usage report", true
	}
	return "", true
}

func marked(outline map[string]string) (n int) {
	for _, key := range graphMarks {
		if _, ok := outline[key]; ok {
			n++
		} else if _, ok := outline["value."+key]; ok {
			n++
		}
	}
	return n
}

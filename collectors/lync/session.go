package lync

import (
	"bytes"
	"strconv"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Columns of the view and of the raw table of sessions.
const (
	colTime = iota
	colSeq
	colFromURI
	colToURI
	colUser1
	colUser2
	colEnd
	colFromCount
	colToCount
	colContent
	colMedia
	colResponse
)

var sessionColumns = []string{"SessionIdTime", "SessionIdSeq", "FromUri", "ToUri", "User1Id", "User2Id", "EndTime|SessionEndTime",
	"FromMessageCount|User1MessageCount", "ToMessageCount|User2MessageCount", "ContentType", "MediaTypes", "ResponseCode"}

// session makes counts of a session between two: what each sent the other, or that they
// called. An attempt that nobody answered is counted as such.
func (r *run) session(t *csvscan.Reader) (reason string, err error) {
	from := instant(value(t, colTime))
	if from.IsZero() {
		return "bad_time", nil
	}
	a, err := r.either(t, colFromURI, colUser1)
	if err != nil {
		return "", err
	}
	b, err := r.either(t, colToURI, colUser2)
	if err != nil {
		return "", err
	}
	if a.IsZero() {
		return "no_account", nil
	}
	to := instant(value(t, colEnd))
	if to.Before(from) {
		to = from
	}
	id := numbered(from, value(t, colSeq))
	x := record.Activity{Tool: Tool, Workspace: r.workspace, From: from, To: to}
	for _, side := range sides(t, a, b) {
		if side.count == 0 || side.from.IsZero() {
			continue
		}
		x.ID, x.Account, x.Counterpart, x.Count, x.What = id+"/"+side.name, side.from, side.to, side.count, side.what
		if err := r.sink.Activity(&x); err != nil {
			return "", err
		}
	}
	return "", nil
}

// side is one thing that is counted of a session.
type side struct {
	name     string
	from, to record.AccountKey
	count    uint32
	what     string
}

// sides are the counts of a session between a and b.
func sides(t *csvscan.Reader, a, b record.AccountKey) [3]side {
	what := medium(t)
	if code, _ := strconv.Atoi(value(t, colResponse)); code >= 300 {
		return [3]side{{"call", a, b, 1, "unanswered_" + what}}
	}
	sent, received := count(value(t, colFromCount)), count(value(t, colToCount))
	other := uint32(1) // a session that was more than instant messages, or had none
	if what == "sessions" && sent+received > 0 {
		other = 0
	}
	return [3]side{{"from", a, b, sent, "messages"}, {"to", b, a, received, "messages"}, {"call", a, b, other, what}}
}

// count reads a number of messages.
func count(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// Bits of MediaTypes.
const (
	mediaFile    = 2
	mediaSharing = 8
	mediaSound   = 16 | 32
)

// medium says what a session was besides messages.
func medium(t *csvscan.Reader) string {
	content := bytes.ToLower(cell(t, colContent))
	bits, _ := strconv.Atoi(value(t, colMedia))
	switch {
	case bits&mediaSound != 0, bytes.Contains(content, []byte("audio")), bytes.Contains(content, []byte("video")):
		return "calls"
	case bits&mediaSharing != 0, bytes.Contains(content, []byte("sharing")):
		return "screen_shares"
	case bits&mediaFile != 0, bytes.Contains(content, []byte("file")):
		return "file_transfers"
	}
	return "sessions"
}

// numbered is the key of what the database tells apart by a time and a number within it.
func numbered(at time.Time, seq string) string {
	return at.Format("2006-01-02 15:04:05.000") + "/" + seq
}

// conferenceOf is the key of the conference with a session's time and number.
func conferenceOf(t *csvscan.Reader, sessionTime, seq int) string {
	return "conference:" + numbered(instant(value(t, sessionTime)), value(t, seq))
}

var countColumns = []string{"SessionIdTime", "SessionIdSeq", "UserUri", "UserId", "MessageCount"}

// conferenceCount makes a count of how many messages one sent in a conference.
func (r *run) conferenceCount(t *csvscan.Reader) (reason string, err error) {
	from := instant(value(t, 0))
	if from.IsZero() {
		return "bad_time", nil
	}
	key, err := r.either(t, 2, 3)
	if err != nil {
		return "", err
	}
	n := count(value(t, 4))
	switch {
	case key.IsZero():
		return "no_account", nil
	case n == 0:
		return "", nil
	}
	conference := conferenceOf(t, 0, 1)
	return "", r.sink.Activity(&record.Activity{Tool: Tool, Workspace: r.workspace, ID: conference + "/" + key.Value, Account: key,
		From: from, To: from, What: "messages", Count: n, Conversation: conference})
}

var joinColumns = []string{"SessionIdTime", "SessionIdSeq", "UserUri", "UserId", "UserJoinTime", "UserLeaveTime"}

// join makes a count of one who took part in a conference.
func (r *run) join(t *csvscan.Reader) (reason string, err error) {
	from, to := instant(value(t, 4)), instant(value(t, 5))
	if from.IsZero() {
		return "bad_time", nil
	}
	if to.Before(from) {
		to = from
	}
	key, err := r.either(t, 2, 3)
	if err != nil {
		return "", err
	}
	if key.IsZero() {
		return "no_account", nil
	}
	conference := conferenceOf(t, 0, 1)
	return "", r.sink.Activity(&record.Activity{Tool: Tool, Workspace: r.workspace, ID: conference + "/" + key.Value + "/" + from.Format(time.RFC3339Nano),
		Account: key, From: from, To: to, What: "meetings", Count: 1, Conversation: conference})
}

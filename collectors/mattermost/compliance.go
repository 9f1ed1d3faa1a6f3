package mattermost

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// column is one that is read of a compliance export; the text is only measured.
type column int

const (
	colCreated column = iota
	colUpdated
	colUpdate
	colTeam
	colChannelID
	colChannel
	colChannelType
	colEmail
	colUser
	colPost
	colEditedBy
	colRepliedTo
	colType
	colUserType
	columns
)

var columnNames = [columns]string{"post creation time", "post update time", "post update type", "team name", "channel id", "channel name",
	"channel type", "user email", "username", "post id", "edited by post id", "replied to post id", "post type", "user type"}

// isHeader reports whether a line is the header of a compliance export.
func isHeader(line []byte) bool {
	line = bytes.ToLower(line)
	for _, c := range [...]column{colCreated, colChannelID, colUser, colPost, colType} {
		if !bytes.Contains(line, []byte(columnNames[c])) {
			return false
		}
	}
	return bytes.IndexByte(line, ',') > 0
}

// row is one message of a compliance export, until the rows of its attachments are read too.
type row struct {
	full             bool
	room             *room
	user, id, parent string
	created, edited  int64
	size, files      int
	kind             record.Kind
	sender           record.AccountKind
	deleted          bool
}

// compliance reads the rows of a CSV. They are ordered by time, those of one message
// follow one another.
func (r *run) compliance(ctx context.Context, src io.Reader) error {
	collectors.NextArchive(r.sink)
	rows := csvscan.New(columnNames[:], []string{"post message"})
	rows.Reset(src)
	for rows.Next() {
		if r.record++; r.record%256 == 1 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if reason := rows.Fault(); reason != "" {
			if err := r.reject(reason); err != nil {
				return err
			}
			continue
		}
		if err := r.complianceRow(rows); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	return collectors.Finish(rows, r.sink, r.entry, r.record)
}

func (r *run) complianceRow(rows *csvscan.Reader) error {
	get := func(n column) []byte { return rows.Text(int(n)) }
	w := &r.row
	id, kind := get(colPost), string(get(colType))
	if w.full && len(id) > 0 && w.id == string(id) {
		switch kind {
		case "attachment", "deleted attachment":
			w.files++
		default: // the same post again is its deletion
			w.deleted = true
		}
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	if len(get(colChannelID)) == 0 {
		return r.reject("no_conversation")
	}
	if len(get(colEditedBy)) > 0 { // an earlier wording of a post that has its own row
		return nil
	}
	created, err := strconv.ParseInt(string(get(colCreated)), 10, 64)
	if err != nil {
		return r.reject("bad_time")
	}
	*w = row{full: true, room: r.complianceRoom(get), user: r.name(get(colUser)), id: string(id), parent: string(get(colRepliedTo)),
		created: created, size: rows.Size(0), kind: record.KindMessage, sender: record.AccountHuman}
	switch update := strings.ToLower(string(get(colUpdate))); {
	case update == "deleted":
		w.deleted = true
	case strings.HasPrefix(update, "edited"):
		w.edited, _ = strconv.ParseInt(string(get(colUpdated)), 10, 64)
	}
	if string(get(colUserType)) == "bot" {
		w.sender = record.AccountBot
	}
	if err := r.meet(w.user, strings.ToLower(string(get(colEmail))), w.sender); err != nil {
		return err
	}
	r.attend(w, kind)
	return nil
}

// complianceRoom is the conversation of a row.
func (r *run) complianceRoom(get func(column) []byte) *room {
	known := len(r.order)
	c := r.room(get(colChannelID), record.ConversationChannel, record.CoverageTruncated)
	if len(r.order) == known {
		return c
	}
	switch kind := strings.ToLower(string(get(colChannelType))); {
	case strings.HasPrefix(kind, "private"), kind == "p":
		c.Kind = record.ConversationPrivateChannel
	case strings.HasPrefix(kind, "direct"), kind == "d":
		c.Kind = record.ConversationDirect
	case strings.HasPrefix(kind, "group"), kind == "g":
		c.Kind = record.ConversationGroup
	}
	if team := get(colTeam); len(team) > 0 && c.Kind != record.ConversationDirect && c.Kind != record.ConversationGroup {
		c.Identity = string(r.channelKey(string(team), string(get(colChannel)))) // as the bulk export names it
	}
	return c
}

// meet announces an account at its first row.
func (r *run) meet(user, email string, kind record.AccountKind) error {
	if _, known := r.kinds[user]; known || user == "" {
		return nil
	}
	r.kinds[user] = kind
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: account(user), Kind: kind, Email: email, Handle: user})
}

// attend keeps account of who is in the room: the export says who was, who came and who left.
func (r *run) attend(w *row, kind string) {
	at := slices.IndexFunc(w.room.Members, func(m record.Member) bool { return m.Account.Value == w.user })
	switch kind {
	case "previously-joined":
		w.full = false // a fact about the room, not an event in it
		fallthrough
	case "enter":
		if at < 0 && w.user != "" {
			w.room.Members = append(w.room.Members, record.Member{Account: account(w.user)})
		}
		w.kind = record.KindSystem
	case "leave":
		if at >= 0 {
			w.room.Members = slices.Delete(w.room.Members, at, at+1)
		}
		w.kind = record.KindSystem
	default:
		switch classOf([]byte(kind)) {
		case classSystem:
			w.kind = record.KindSystem
		case classCall:
			w.kind = record.KindCall
		}
	}
}

// flush hands over the message whose rows have been read.
func (r *run) flush() error {
	w, m := &r.row, &r.m
	if !w.full {
		return nil
	}
	w.full = false
	m.Reset()
	m.ID, m.SentAt, m.Kind, m.Sender, m.SenderKind, m.IsDeleted = w.id, time.UnixMilli(w.created), w.kind, account(w.user), w.sender, w.deleted
	if w.edited > 0 {
		m.EditedAt = time.UnixMilli(w.edited)
	}
	if w.parent != "" {
		m.Parent, m.Relation = w.parent, record.RelationThread
	}
	if m.Kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(w.size, 1<<32-1)), uint16(min(w.files, 1<<16-1))
	}
	r.address(w.room)
	return r.sink.Message(m)
}

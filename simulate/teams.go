package simulate

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// teamsWriter writes what an application gets from Microsoft Graph: pages of members, chats and
// channels, and the messages one a line. All people are in one team.
type teamsWriter struct {
	*export
	team string
	out  *page
}

func newTeams(x *export) (scribe, error) {
	w := &teamsWriter{export: x, team: guid(mix(1, x.seed+5))}
	if err := w.lists(); err != nil {
		return nil, err
	}
	var err error
	w.out, err = newPage(filepath.Join(x.dir, "messages.jsonl"))
	return w, err
}

// guid spells a number the way that directories do.
func guid(x uint64) string {
	y := mix(x, 2)
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", x>>32, x>>16&0xffff, x&0xfff, y>>52, y&0xffffffffffff)
}

func (w *teamsWriter) user(i int32) string { return guid(mix(uint64(i)+1, w.seed+uint64(w.tool)*977)) }

// id is that of a chat or channel.
func (w *teamsWriter) id(p *place) string {
	switch p.kind {
	case direct:
		a, b := w.user(p.members[0]), w.user(p.members[1])
		return "19:" + min(a, b) + "_" + max(a, b) + "@unq.gbl.spaces"
	case group:
		return "19:" + p.id + "@thread.v2"
	}
	return "19:" + p.id + "@thread.tacv2"
}

func (w *teamsWriter) lists() error {
	everyone := w.users(all(len(w.people)))
	of := fmt.Sprintf("teams('%s')", w.team)
	err := w.page("team-members.json", of+"/members", w.members(everyone))
	var chats, channels []any
	for k := range w.places {
		p := &w.places[k]
		switch {
		case p.kind == group:
			chats = append(chats, fields{"id": w.id(p), "topic": sentence(uint64(k)), "chatType": "group", "members": w.members(p.members)})
		case p.kind == direct:
		case p.kind == private || len(p.members) <= smallRoom: // not everybody's
			channels = append(channels, fields{"id": w.id(p), "displayName": p.name, "membershipType": "private"})
			err = errors.Join(err, w.page(fmt.Sprintf("channel-members-%d.json", k), of+"/channels('"+url.QueryEscape(w.id(p))+"')/members", w.members(p.members)))
		default:
			channels = append(channels, fields{"id": w.id(p), "displayName": p.name, "membershipType": "standard"})
		}
	}
	return errors.Join(err, w.page("chats.json", "chats", chats), w.page("channels.json", of+"/channels", channels))
}

// page writes one answer of Graph.
func (w *teamsWriter) page(name, of string, list []any) error {
	return writeJSON(filepath.Join(w.dir, name), struct {
		Context string `json:"@odata.context"`
		Value   []any  `json:"value"`
	}{"https://graph.microsoft.com/v1.0/$metadata#" + of, list})
}

func (w *teamsWriter) members(list []int32) []any {
	var out []any
	for _, i := range list {
		m := fields{"roles": []string{}, "userId": w.user(i), "displayName": w.cards[i].name, "email": nil}
		if w.cards[i].email != "" {
			m["email"] = w.cards[i].email
		}
		out = append(out, m)
	}
	return out
}

func (w *teamsWriter) write(m *message) error {
	p := &w.places[m.conv]
	at := time.UnixMilli(m.at).UTC().Format("2006-01-02T15:04:05.000Z")
	row := fields{
		"id": strconv.FormatInt(m.at, 10), "replyToId": nil, "etag": strconv.FormatInt(m.at, 10), "messageType": "message", "createdDateTime": at, "lastModifiedDateTime": at,
		"lastEditedDateTime": nil, "deletedDateTime": nil, "importance": "normal", "chatId": nil, "channelIdentity": nil, "attachments": []any{}, "reactions": []any{},
		"from": fields{"user": fields{"id": w.user(m.from), "displayName": w.cards[m.from].name, "userIdentityType": "aadUser"}},
	}
	if m.parent != nil {
		row["replyToId"] = strconv.FormatInt(m.parent.at, 10)
	}
	if p.kind == direct || p.kind == group {
		row["chatId"] = w.id(p)
	} else {
		row["channelIdentity"] = fields{"teamId": w.team, "channelId": w.id(p)}
	}
	var text strings.Builder
	mentions := make([]any, len(m.mentions))
	for k, i := range m.mentions {
		fmt.Fprintf(&text, `<at id="%d">%s</at> `, k, w.cards[i].name)
		mentions[k] = fields{"id": k, "mentionText": w.cards[i].name, "mentioned": fields{"user": fields{"id": w.user(i), "displayName": w.cards[i].name}}}
	}
	row["mentions"], row["body"] = mentions, fields{"contentType": "html", "content": "<p>" + text.String() + sentence(m.salt) + "</p>"}
	return w.out.line(row)
}

func (w *teamsWriter) close() error { return w.out.close() }

func (w *teamsWriter) keys(i int32) []accountKey { return []accountKey{{"tool_id", w.user(i)}} }

package simulate

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// zulip writes an organisation's export: realm.json with its tables, and the messages in files
// of a thousand.
type zulip struct {
	*export
	out  *page // or nil
	rows int
}

const zulipChunk = 1000

func newZulip(x *export) (scribe, error) {
	w := &zulip{export: x}
	return w, w.tables()
}

// Ids are small numbers: people from 10, recipients from 1.
func (w *zulip) user(i int32) int         { return int(i) + 10 }
func (w *zulip) recipient(conv int32) int { return int(conv) + 1 }

func (w *zulip) tables() error {
	var users, streams, groups, recipients, subscriptions []any
	for i := range w.people {
		if p, c := &w.people[i], w.cards[i]; w.hasUser(int32(i)) {
			users = append(users, fields{"id": w.user(int32(i)), "email": fmt.Sprintf("user%d@zulip.%s", w.user(int32(i)), domain), "delivery_email": c.email,
				"full_name": c.name, "is_bot": false, "is_active": p.to >= w.cal.to, "role": 400, "timezone": locations[p.location].zone})
		}
	}
	for k := range w.places {
		p, id := &w.places[k], w.recipient(int32(k))
		kind := 2
		if p.kind == direct || p.kind == group {
			kind = 3
			groups = append(groups, fields{"id": id, "group_size": len(p.members)})
		} else {
			streams = append(streams, fields{"id": id, "name": p.name, "description": sentence(uint64(k)), "invite_only": p.kind == private})
		}
		recipients = append(recipients, fields{"id": id, "type": kind, "type_id": id})
		for _, i := range p.members {
			subscriptions = append(subscriptions, fields{"id": len(subscriptions) + 1, "user_profile": w.user(i), "recipient": id, "active": true})
		}
	}
	return writeJSON(filepath.Join(w.dir, "realm.json"), struct {
		Realm         []any `json:"zerver_realm"`
		Users         []any `json:"zerver_userprofile"`
		Streams       []any `json:"zerver_stream"`
		Groups        []any `json:"zerver_huddle"`
		Recipients    []any `json:"zerver_recipient"`
		Subscriptions []any `json:"zerver_subscription"`
	}{[]any{fields{"id": 1, "string_id": "heron", "name": "Heron Ltd"}}, users, streams, groups, recipients, subscriptions})
}

func (w *zulip) write(m *message) error {
	if w.rows%zulipChunk == 0 {
		if err := w.turn(); err != nil {
			return err
		}
	} else if _, err := w.out.WriteString(","); err != nil {
		return err
	}
	w.rows++
	var text strings.Builder
	for _, i := range m.mentions {
		fmt.Fprintf(&text, `<span class="user-mention" data-user-id="%d">@%s</span> `, w.user(i), w.cards[i].name)
	}
	return w.out.line(fields{
		"id": m.seq, "sender": w.user(m.from), "recipient": w.recipient(m.conv), "realm": 1, "subject": sentence(m.salt / 7), "content": sentence(m.salt),
		"rendered_content": "<p>" + text.String() + sentence(m.salt) + "</p>", "date_sent": float64(m.at) / 1000, "sending_client": 1, "last_edit_time": nil, "has_attachment": false,
	})
}

// turn begins the next file.
func (w *zulip) turn() (err error) {
	if err := w.close(); err != nil {
		return err
	}
	if w.out, err = newPage(filepath.Join(w.dir, fmt.Sprintf("messages-%06d.json", w.rows/zulipChunk+1))); err != nil {
		return err
	}
	_, err = w.out.WriteString(`{"zerver_message":[`)
	return err
}

func (w *zulip) close() error {
	if w.out == nil {
		return nil
	}
	if _, err := w.out.WriteString("]}\n"); err != nil {
		return err
	}
	return w.out.close()
}

func (w *zulip) keys(i int32) []accountKey { return []accountKey{{"tool_id", strconv.Itoa(w.user(i))}} }

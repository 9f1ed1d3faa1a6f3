package simulate

import (
	"errors"
	"path/filepath"
	"strings"
	"time"
)

// rocketChat writes four collections of the server's database, as mongoexport does.
type rocketChat struct {
	*export
	out *page
}

func newRocketChat(x *export) (scribe, error) {
	w := &rocketChat{export: x}
	if err := errors.Join(w.listUsers(), w.listRooms()); err != nil {
		return nil, err
	}
	var err error
	w.out, err = newPage(filepath.Join(x.dir, "rocketchat_message.json"))
	return w, err
}

// mongoID spells a number as the server's ids of 17 letters.
func mongoID(x uint64) string { return (base32ID(x) + base32ID(mix(x, 3)))[:17] }

func mongoTime(at int64) fields {
	return fields{"$date": time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000Z")}
}

func (w *rocketChat) user(i int32) string {
	return mongoID(mix(uint64(i)+1, w.seed+uint64(w.tool)*997))
}
func (w *rocketChat) post(m *message) string { return mongoID(mix(m.seq, w.seed+11)) }

func (w *rocketChat) author(i int32) fields {
	return fields{"_id": w.user(i), "username": w.cards[i].nick}
}

func (w *rocketChat) listUsers() error {
	out, err := newPage(filepath.Join(w.dir, "users.json"))
	if err != nil {
		return err
	}
	for i := range w.people {
		p, c := &w.people[i], w.cards[i]
		if !w.hasUser(int32(i)) {
			continue
		}
		emails := []any{}
		if c.email != "" {
			emails = append(emails, fields{"address": c.email, "verified": true})
		}
		err = errors.Join(err, out.line(fields{"_id": w.user(int32(i)), "username": c.nick, "name": c.name, "emails": emails, "type": "user", "active": p.to >= w.cal.to, "roles": []string{"user"}}))
	}
	return errors.Join(err, out.close())
}

func (w *rocketChat) listRooms() error {
	rooms, err := newPage(filepath.Join(w.dir, "rocketchat_room.json"))
	if err != nil {
		return err
	}
	subscriptions, err := newPage(filepath.Join(w.dir, "rocketchat_subscription.json"))
	if err != nil {
		return errors.Join(err, rooms.close())
	}
	for k := range w.places {
		p := &w.places[k]
		room := fields{"_id": p.id, "t": [...]string{direct: "d", group: "d", channel: "c", private: "p"}[p.kind], "name": p.name, "topic": sentence(uint64(119 - k%3)), "usersCount": len(p.members)}
		if p.kind == direct || p.kind == group {
			ids := []string{}
			for _, i := range p.members {
				ids = append(ids, w.user(i))
			}
			room["uids"] = ids
		}
		err = errors.Join(err, rooms.line(room))
		for _, i := range p.members {
			err = errors.Join(err, subscriptions.line(fields{"_id": mongoID(mix(uint64(i), uint64(k))), "rid": p.id, "u": w.author(i), "ts": mongoTime(p.created), "open": true, "unread": 0}))
		}
	}
	return errors.Join(err, rooms.close(), subscriptions.close())
}

func (w *rocketChat) write(m *message) error {
	var text strings.Builder
	mentions := make([]any, len(m.mentions))
	for k, i := range m.mentions {
		text.WriteString("@" + w.cards[i].nick + " ")
		mentions[k] = fields{"_id": w.user(i), "username": w.cards[i].nick, "type": "user"}
	}
	row := fields{"_id": w.post(m), "rid": w.places[m.conv].id, "msg": text.String() + sentence(m.salt), "ts": mongoTime(m.at), "u": w.author(m.from), "mentions": mentions}
	if m.parent != nil {
		row["tmid"] = w.post(m.parent)
	}
	if len(m.replies) > 0 {
		row["tcount"] = len(m.replies)
	}
	return w.out.line(row)
}

func (w *rocketChat) close() error { return w.out.close() }

func (w *rocketChat) keys(i int32) []accountKey { return []accountKey{{"tool_id", w.user(i)}} }

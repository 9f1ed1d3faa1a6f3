package simulate

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// hipChat writes an archive of the administrator: lists of people and rooms, a history of each
// room, and one of each person's direct messages, which so stand there twice. What are groups
// elsewhere are private rooms.
type hipChat struct {
	*export
	rooms *spool // by conversation, then by person
}

func newHipChat(x *export) (scribe, error) {
	w := &hipChat{export: x}
	if err := errors.Join(w.listUsers(), w.listRooms()); err != nil {
		return nil, err
	}
	var err error
	w.rooms, err = newSpool(x.dir, len(x.places)+len(x.people))
	return w, err
}

func (w *hipChat) user(i int32) int    { return 2100000 + int(i) }
func (w *hipChat) room(conv int32) int { return 900000 + int(conv) }

func (w *hipChat) listUsers() error {
	users := []any{}
	for i := range w.people {
		if p, c := &w.people[i], w.cards[i]; w.hasUser(int32(i)) {
			users = append(users, fields{"User": fields{"id": w.user(int32(i)), "name": c.name, "mention_name": c.nick, "email": c.email, "account_type": "user",
				"is_deleted": p.to < w.cal.to, "timezone": locations[p.location].zone}})
		}
	}
	return writeJSON(filepath.Join(w.dir, "users.json"), users)
}

func (w *hipChat) listRooms() error {
	rooms := []any{}
	for k := range w.places {
		p := &w.places[k]
		if p.kind == direct {
			continue
		}
		privacy, members := "public", []int{}
		if p.kind != channel || len(p.members) <= smallRoom {
			privacy = "private"
			for _, i := range p.members {
				members = append(members, w.user(i))
			}
		}
		rooms = append(rooms, fields{"Room": fields{"id": w.room(int32(k)), "name": p.name, "topic": sentence(uint64(119 - k%3)), "privacy": privacy, "members": members}})
	}
	return writeJSON(filepath.Join(w.dir, "rooms.json"), rooms)
}

func (w *hipChat) write(m *message) error {
	p := &w.places[m.conv]
	row := fields{"id": guid(mix(m.seq, w.seed+13)), "message": sentence(m.salt), "timestamp": time.UnixMilli(m.at).UTC().Format("2006-01-02T15:04:05Z 000000"),
		"sender": fields{"id": w.user(m.from), "name": w.cards[m.from].name}, "attachment": nil}
	mentions := []int{}
	for _, i := range m.mentions {
		mentions = append(mentions, w.user(i))
	}
	row["mentions"] = mentions
	if p.kind != direct {
		return w.rooms.add(m.conv, ",\n", marshal(fields{"UserMessage": row}))
	}
	to := others(p.members, m.from)[0]
	row["receiver"] = fields{"id": w.user(to), "name": w.cards[to].name}
	b := marshal(fields{"PrivateUserMessage": row})
	return errors.Join(w.rooms.add(w.own(m.from), ",\n", b), w.rooms.add(w.own(to), ",\n", b))
}

// own is where a person's direct messages are.
func (w *hipChat) own(i int32) int32 { return int32(len(w.places)) + i }

func (w *hipChat) close() error {
	var err error
	for k := range len(w.places) + len(w.people) {
		folder := filepath.Join("rooms", strconv.Itoa(w.room(int32(k))))
		if k >= len(w.places) {
			folder = filepath.Join("users", strconv.Itoa(w.user(int32(k-len(w.places)))))
		}
		if w.rooms.has(int32(k)) {
			err = errors.Join(err, w.history(filepath.Join(w.dir, folder, "history.json"), int32(k)))
		}
	}
	return errors.Join(err, w.rooms.remove())
}

func (w *hipChat) history(path string, k int32) error {
	out, err := newPage(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, "[")
	err = errors.Join(err, w.rooms.copyTo(out, k))
	_, last := fmt.Fprint(out, "]\n")
	return errors.Join(err, last, out.close())
}

func (w *hipChat) keys(i int32) []accountKey {
	return []accountKey{{"tool_id", strconv.Itoa(w.user(i))}}
}

// others are the members of a place but one.
func others(members []int32, but int32) []int32 {
	return slices.DeleteFunc(slices.Clone(members), func(i int32) bool { return i == but })
}

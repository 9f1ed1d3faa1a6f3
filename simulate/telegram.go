package simulate

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// telegram writes what several people exported of their accounts with Telegram Desktop: each of
// them their card, the cards of those they write with, and some of the chats, each chat once.
type telegram struct {
	*export
	chats *spool
	owner []int32 // by conversation: who exports it
	known []bool  // by person
}

func newTelegram(x *export) (scribe, error) {
	w := &telegram{export: x, known: make([]bool, len(x.people))}
	for k := range x.places {
		members := x.places[k].members
		w.owner = append(w.owner, members[mix(uint64(k)+1, x.seed)%uint64(len(members))])
	}
	err := error(nil)
	if w.chats, err = newSpool(filepath.Dir(x.dir), len(x.places)); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *telegram) user(i int32) int {
	w.known[i] = true
	return 50000000 + int(i)*13
}

func (w *telegram) write(m *message) error {
	at := time.UnixMilli(m.at).UTC()
	var text any = sentence(m.salt)
	if len(m.mentions) > 0 {
		parts := []any{}
		for _, i := range m.mentions {
			parts = append(parts, fields{"type": "mention_name", "text": w.people[i].given, "user_id": w.user(i)})
		}
		text = append(parts, " "+sentence(m.salt))
	}
	row := fields{"id": m.seq, "type": "message", "date": at.Format("2006-01-02T15:04:05"), "date_unixtime": strconv.FormatInt(m.at/1000, 10),
		"from": w.cards[m.from].name, "from_id": fmt.Sprintf("user%d", w.user(m.from)), "text": text}
	if m.parent != nil {
		row["reply_to_message_id"] = m.parent.seq
	}
	return w.chats.add(m.conv, ",\n", marshal(row))
}

func (w *telegram) close() error {
	chats := map[int32][]int32{}
	for k, owner := range w.owner {
		if w.chats.has(int32(k)) {
			chats[owner] = append(chats[owner], int32(k))
		}
	}
	var err error
	for i := range w.people {
		if list := chats[int32(i)]; len(list) > 0 {
			err = errors.Join(err, w.account(int32(i), list))
		}
	}
	return errors.Join(err, w.chats.remove())
}

// account writes one person's export.
func (w *telegram) account(owner int32, chats []int32) error {
	out, err := newPage(filepath.Join(w.dir, fmt.Sprintf("DataExport_%d", w.user(owner)), "result.json"))
	if err != nil {
		return err
	}
	contacts := []any{}
	for _, conv := range chats {
		if p := &w.places[conv]; p.kind == direct {
			contacts = append(contacts, w.contact(others(p.members, owner)[0]))
		}
	}
	fmt.Fprintf(out, "{\"about\":\"Here is the data you requested.\",\n\"personal_information\":%s,\n\"contacts\":%s,\n\"chats\":{\"about\":\"\",\"list\":[\n",
		marshal(w.contact(owner)), marshal(fields{"about": "", "list": contacts}))
	for k, conv := range chats {
		if k > 0 {
			fmt.Fprint(out, ",\n")
		}
		head := marshal(w.head(owner, conv))
		fmt.Fprintf(out, "%s,\"messages\":[\n", strings.TrimSuffix(string(head), "}"))
		if err = errors.Join(err, w.chats.copyTo(out, conv)); err != nil {
			break
		}
		fmt.Fprint(out, "]}")
	}
	_, last := fmt.Fprint(out, "]}}\n") // a page keeps its first error
	return errors.Join(err, last, out.close())
}

func (w *telegram) contact(i int32) fields {
	p, c := &w.people[i], w.cards[i]
	return fields{"user_id": w.user(i), "first_name": p.given, "last_name": p.family, "phone_number": c.phone, "username": "@" + c.nick}
}

func (w *telegram) head(owner, conv int32) fields {
	p := &w.places[conv]
	if p.kind == direct {
		other := others(p.members, owner)[0]
		return fields{"name": w.cards[other].name, "type": "personal_chat", "id": w.user(other)}
	}
	kind := [...]string{group: "private_supergroup", channel: "public_supergroup", private: "private_channel"}[p.kind]
	return fields{"name": p.name, "type": kind, "id": 1000000 + int(conv)}
}

func (w *telegram) keys(i int32) []accountKey {
	if !w.known[i] {
		return nil
	}
	return []accountKey{{"tool_id", fmt.Sprintf("user%d", w.user(i))}}
}

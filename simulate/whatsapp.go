package simulate

import (
	"errors"
	"path/filepath"
	"slices"
	"time"
)

// whatsApp writes chats as iPhones export them, each once, by one of its members: a folder of
// a phone, in it a folder of each chat. Whoever exports shows under their own name, others
// under the name or the number that phones know them by.
type whatsApp struct {
	*export
	zone  *time.Location
	chats *spool
	owner []int32 // by conversation: who exports it, or -1
	named []bool  // by person: stands somewhere under their name
	known []bool  // by person: stands somewhere under their number
}

func newWhatsApp(x *export) (scribe, error) {
	w := &whatsApp{export: x, zone: x.cal.zone, named: make([]bool, len(x.people)), known: make([]bool, len(x.people))}
	for k := range x.places {
		owner := int32(-1)
		for _, i := range x.places[k].members {
			if !x.people[i].namesake {
				owner = i
				break
			}
		}
		w.owner = append(w.owner, owner)
	}
	var err error
	w.chats, err = newSpool(filepath.Dir(x.dir), len(x.places))
	return w, err
}

// shown is how somebody stands in a chat.
func (w *whatsApp) shown(i, conv int32) string {
	if c := w.cards[i]; i != w.owner[conv] && c.phone != "" {
		w.known[i] = true
		return c.phone
	}
	w.named[i] = true
	return w.people[i].name()
}

func (w *whatsApp) write(m *message) error {
	name := w.shown(m.from, m.conv)
	if name[0] == '+' {
		name = "\u202a" + spaced(name) + "\u202c"
	}
	row := time.UnixMilli(m.at).In(w.zone).AppendFormat(nil, "[02/01/2006, 15:04:05] ")
	row = append(append(append(row, name...), ": "...), sentence(m.salt)...)
	return w.chats.add(m.conv, "", append(row, "\r\n"...))
}

// spaced writes a number of North America as people read it.
func spaced(number string) string {
	return number[:2] + "\u00a0(" + number[2:5] + ")\u00a0" + number[5:8] + "\u2011" + number[8:]
}

func (w *whatsApp) close() error {
	var err error
	for k := range w.places {
		if conv := int32(k); w.chats.has(conv) {
			err = errors.Join(err, w.chat(conv))
		}
	}
	return errors.Join(err, w.chats.remove())
}

func (w *whatsApp) chat(conv int32) error {
	p, phone := &w.places[conv], "phone"
	if owner := w.owner[conv]; owner >= 0 {
		phone = w.people[owner].nick
	}
	name := p.name
	if p.kind == direct {
		other := p.members[slices.IndexFunc(p.members, func(i int32) bool { return i != w.owner[conv] })]
		name = w.shown(other, conv)
	}
	out, err := newPage(filepath.Join(w.dir, phone, "WhatsApp Chat - "+name, "_chat.txt"))
	if err != nil {
		return err
	}
	return errors.Join(w.chats.copyTo(out, conv), out.close())
}

func (w *whatsApp) keys(i int32) []accountKey {
	var out []accountKey
	if w.named[i] {
		out = append(out, accountKey{"display_name", w.people[i].name()})
	}
	if w.known[i] {
		out = append(out, accountKey{"phone", w.cards[i].phone})
	}
	return out
}

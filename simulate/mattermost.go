package simulate

import (
	"path/filepath"
	"strings"
)

// mattermost writes a bulk export: JSON lines of channels, people and posts, each post with
// its replies inside.
type mattermost struct {
	*export
	out *page
}

const mattermostTeam = "heron"

func newMattermost(x *export) (scribe, error) {
	out, err := newPage(filepath.Join(x.dir, "import.jsonl"))
	if err != nil {
		return nil, err
	}
	w := &mattermost{x, out}
	return w, w.lists()
}

func (w *mattermost) lists() error {
	if err := w.out.line(fields{"type": "version", "version": 1}); err != nil {
		return err
	}
	channels := make([][]any, len(w.people))
	for k := range w.places {
		p := &w.places[k]
		if p.kind == direct || p.kind == group {
			if err := w.object("direct_channel", fields{"members": w.nicks(p.members)}); err != nil {
				return err
			}
			continue
		}
		kind := "O"
		if p.kind == private {
			kind = "P"
		}
		if err := w.object("channel", fields{"team": mattermostTeam, "name": p.name, "display_name": p.name, "type": kind, "header": sentence(uint64(119 - k%3))}); err != nil {
			return err
		}
		for _, i := range p.members {
			channels[i] = append(channels[i], fields{"name": p.name, "roles": "channel_user"})
		}
	}
	for i := range w.people {
		if p, c := &w.people[i], w.cards[i]; w.hasUser(int32(i)) {
			err := w.object("user", fields{"username": c.nick, "email": c.email, "first_name": p.given, "last_name": p.family, "roles": "system_user", "delete_at": 0,
				"teams": []any{fields{"name": mattermostTeam, "roles": "team_user", "channels": channels[i]}}})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// object writes a line that names its kind twice.
func (w *mattermost) object(kind string, v any) error {
	b := append([]byte(`{"type":"`), kind...)
	b = append(append(append(b, `","`...), kind...), `":`...)
	if _, err := w.out.Write(b); err != nil {
		return err
	}
	if _, err := w.out.Write(marshal(v)); err != nil {
		return err
	}
	_, err := w.out.WriteString("}\n")
	return err
}

func (w *mattermost) write(m *message) error {
	if m.parent != nil {
		return nil // stands with its root
	}
	p := &w.places[m.conv]
	post := w.post(m)
	replies := make([]any, len(m.replies))
	for k, r := range m.replies {
		replies[k] = w.post(r)
	}
	post["replies"] = replies
	if p.kind == direct || p.kind == group {
		post["channel_members"] = w.nicks(p.members)
		return w.object("direct_post", post)
	}
	post["team"], post["channel"] = mattermostTeam, p.name
	return w.object("post", post)
}

func (w *mattermost) post(m *message) fields {
	var text strings.Builder
	for _, i := range m.mentions {
		text.WriteString("@" + w.cards[i].nick + " ")
	}
	text.WriteString(sentence(m.salt))
	return fields{"user": w.cards[m.from].nick, "type": "", "message": text.String(), "create_at": m.at, "reactions": nil, "attachments": nil}
}

func (w *mattermost) nicks(members []int32) []string {
	out := make([]string, len(members))
	for k, i := range members {
		out[k] = w.cards[i].nick
	}
	return out
}

func (w *mattermost) close() error { return w.out.close() }

func (w *mattermost) keys(i int32) []accountKey { return []accountKey{{"handle", w.cards[i].nick}} }

package simulate

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// discord writes channels as DiscordChatExporter does, one JSON file each. People show a nick
// they chose, and half of them their name.
type discord struct {
	*export
	rooms *spool
	known []bool // by person
}

func newDiscord(x *export) (scribe, error) {
	rooms, err := newSpool(filepath.Dir(x.dir), len(x.places))
	if err != nil {
		return nil, err
	}
	return &discord{x, rooms, make([]bool, len(x.people))}, nil
}

// Ids are numbers of 18 digits; those of people, channels and messages begin differently.
func discordID(kind int, n uint64) string { return strconv.FormatUint(uint64(kind)*1e17+n*4093+77, 10) }

func (w *discord) user(i int32) string { return discordID(2, uint64(i)) }

// author is how a person is written, wherever one is.
func (w *discord) author(i int32) fields {
	w.known[i] = true
	c := w.cards[i]
	shown := c.name
	if shown == "" {
		shown = c.nick
	}
	return fields{"id": w.user(i), "name": c.nick, "discriminator": "0000", "nickname": shown, "color": nil, "isBot": false, "roles": []any{}}
}

func (w *discord) write(m *message) error {
	var text strings.Builder
	mentions := []any{}
	for _, i := range m.mentions {
		author := w.author(i)
		fmt.Fprintf(&text, "@%s ", author["nickname"])
		mentions = append(mentions, author)
	}
	row := fields{"id": discordID(4, m.seq), "type": "Default", "timestamp": time.UnixMilli(m.at).UTC().Format("2006-01-02T15:04:05.000-07:00"), "timestampEdited": nil,
		"callEndedTimestamp": nil, "isPinned": false, "content": text.String() + sentence(m.salt), "author": w.author(m.from), "attachments": []any{}, "embeds": []any{},
		"stickers": []any{}, "reactions": []any{}, "mentions": mentions}
	if m.parent != nil {
		row["type"] = "Reply"
		row["reference"] = fields{"messageId": discordID(4, m.parent.seq), "channelId": discordID(3, uint64(m.conv)), "guildId": w.guild(m.conv)}
	}
	return w.rooms.add(m.conv, ",\n", marshal(row))
}

// guild is the server of a channel; what is private has none.
func (w *discord) guild(conv int32) string {
	if k := w.places[conv].kind; k == direct || k == group {
		return "0"
	}
	return discordID(1, 1)
}

func (w *discord) close() error {
	var err error
	for k := range w.places {
		if w.rooms.has(int32(k)) {
			err = errors.Join(err, w.channel(int32(k)))
		}
	}
	return errors.Join(err, w.rooms.remove())
}

func (w *discord) channel(conv int32) error {
	p, id := &w.places[conv], discordID(3, uint64(conv))
	name := p.name
	if p.kind == direct || p.kind == group {
		name = "Direct Messages"
	}
	out, err := newPage(filepath.Join(w.dir, fmt.Sprintf("Heron - %s [%s].json", name, id)))
	if err != nil {
		return err
	}
	kind := [...]string{direct: "DirectTextChat", group: "DirectGroupTextChat", channel: "GuildTextChat", private: "GuildTextChat"}[p.kind]
	fmt.Fprintf(out, `{"guild":{"id":"%s","name":"Heron"},"channel":{"id":"%s","type":"%s","categoryId":"0","category":"Text","name":%s,"topic":null},`+
		"\"dateRange\":{\"after\":null,\"before\":null},\"messages\":[\n", w.guild(conv), id, kind, quoted(name))
	err = w.rooms.copyTo(out, conv)
	_, last := fmt.Fprint(out, "]}\n") // a page keeps its first error
	return errors.Join(err, last, out.close())
}

func (w *discord) keys(i int32) []accountKey {
	if !w.known[i] {
		return nil
	}
	return []accountKey{{"tool_id", w.user(i)}}
}

package simulate

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"
)

// slackWriter writes an export ZIP as Slack makes it: one folder per conversation, one
// file per Pacific day, pretty printed. It holds one day.
type slackWriter struct {
	g       *generator
	ws      *workspace
	team    string
	file    *os.File
	buffer  *bufio.Writer
	zip     *zip.Writer
	deflate *flate.Writer // one for all entries: a new one costs a megabyte
	when    time.Time
	date    time.Time // the Pacific day that is being filled
	until   int64
	days    [][]byte // by conversation
	touched []int32
	broken  int // rows still to plant
}

func newSlackWriter(path string, o Options, g *generator, ws *workspace) (*slackWriter, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	s := &slackWriter{
		g: g, ws: ws, team: "T" + base32ID(mix(1, g.seed)), file: file, buffer: bufio.NewWriterSize(file, 1<<18),
		when: g.cal.end.UTC(), days: make([][]byte, len(g.places)),
	}
	if !o.Clean {
		s.broken = 3
	}
	s.zip = zip.NewWriter(s.buffer)
	if s.deflate, err = flate.NewWriter(s.buffer, flate.BestSpeed); err != nil {
		return nil, err
	}
	s.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		s.deflate.Reset(w)
		return s.deflate, nil
	})
	s.turnTo(g.cal.from)
	lists := s.slackLists()
	for _, name := range []string{"channels.json", "groups.json", "dms.json", "mpims.json", "users.json", "integration_logs.json"} {
		if err := s.putList(name, lists[name]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *slackWriter) turnTo(at int64) {
	y, m, d := time.UnixMilli(at).In(pacific()).Date()
	s.date = time.Date(y, m, d, 0, 0, 0, 0, pacific())
	s.until = s.date.AddDate(0, 0, 1).UnixMilli()
}

func (s *slackWriter) putList(name string, list any) error {
	b, err := json.MarshalIndent(list, "", "    ")
	if err != nil {
		return err
	}
	return s.put(name, bytes.ReplaceAll(b, []byte("/"), []byte(`\/`)))
}

func (s *slackWriter) put(name string, content []byte) error {
	w, err := s.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.when})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

func (s *slackWriter) flush() error {
	slices.Sort(s.touched)
	for _, conv := range s.touched {
		p := &s.g.places[conv]
		folder := p.name
		if p.kind == direct {
			folder = p.id
		}
		name := folder + "/" + s.date.Format(time.DateOnly) + ".json"
		if err := s.put(name, append(s.days[conv], "\n]"...)); err != nil {
			return err
		}
		s.days[conv] = s.days[conv][:0]
	}
	s.touched = s.touched[:0]
	return nil
}

func (s *slackWriter) close() error {
	if err := s.flush(); err != nil {
		return err
	}
	if err := s.zip.Close(); err != nil {
		return err
	}
	if err := s.buffer.Flush(); err != nil {
		return err
	}
	return s.file.Close()
}

func (s *slackWriter) write(m *message) error {
	if m.at >= s.until {
		if err := s.flush(); err != nil {
			return err
		}
		s.turnTo(m.at)
	}
	b := s.room(m.conv)
	if s.broken > 0 && m.kind == talk {
		s.broken--
		s.g.count.truth.Rejects["bad_time"]++
		b = append(b, `{
        "user": "USLACKBOT",
        "type": "message",
        "ts": "yesterday",
        "text": "`+Canary+`"
    }`...)
		s.days[m.conv] = b
		b = s.room(m.conv)
	}
	s.days[m.conv] = s.row(b, m)
	return nil
}

// room is a conversation's file, up to where the next element goes.
func (s *slackWriter) room(conv int32) []byte {
	b := s.days[conv]
	if len(b) == 0 {
		s.touched = append(s.touched, conv)
		return append(b, "[\n    "...)
	}
	return append(b, ",\n    "...)
}

func (s *slackWriter) user(i int32) string {
	switch n := int32(len(s.g.people)); {
	case i >= n:
		return s.ws.guests[i-n].id
	case i >= 0:
		return s.g.people[i].slackID
	}
	return "USLACKBOT"
}

// stamp writes an instant as Slack does; the last three digits make it look alike.
func stamp(b []byte, m *message) []byte {
	b = strconv.AppendInt(b, m.at/1000, 10)
	b = append(b, '.')
	micros := (m.at%1000)*1000 + int64(m.salt%1000)
	for unit := int64(100000); unit > 0; unit /= 10 {
		b = append(b, byte('0'+micros/unit%10))
	}
	return b
}

const indent = ",\n        "

func (s *slackWriter) row(b []byte, m *message) []byte {
	switch m.kind {
	case system:
		b = append(b, "{\n        \"subtype\": \"channel_join\",\n        \"user\": \""+s.user(m.from)+"\",\n        \"text\": \"<@"+s.user(m.from)+"> has joined the channel\""...)
		return append(s.typed(b, m), "\n    }"...)
	case call:
		return append(s.huddle(b, m), "\n    }"...)
	case bot:
		return append(s.bot(b, m), "\n    }"...)
	case tombstone:
		b = append(b, "{\n        \"subtype\": \"tombstone\",\n        \"text\": \"This message was deleted.\",\n        \"user\": \"USLACKBOT\",\n        \"hidden\": true"...)
		return append(s.thread(s.typed(b, m), m), "\n    }"...)
	}
	b = append(b, "{\n        \"user\": \""...)
	b = append(b, s.user(m.from)...)
	b = append(b, '"')
	b = s.typed(b, m)
	b = s.clientID(b, m)
	b = s.text(b, m)
	b = append(b, indent+"\"team\": \""...)
	b = append(b, s.team...)
	b = append(b, '"')
	b = s.thread(b, m)
	b = s.trimmings(b, m)
	return append(b, "\n    }"...)
}

func (s *slackWriter) typed(b []byte, m *message) []byte {
	b = append(b, indent+"\"type\": \"message\""+indent+"\"ts\": \""...)
	return append(stamp(b, m), '"')
}

func (s *slackWriter) clientID(b []byte, m *message) []byte {
	b = append(b, indent+"\"client_msg_id\": \""...)
	x, y := mix(m.salt, 1), mix(m.salt, 2)
	for k, n := range [...]int{8, 4, 4, 4, 12} {
		if k > 0 {
			b = append(b, '-')
		}
		for range n {
			b = append(b, "0123456789abcdef"[x&15])
			x = x>>4 | y<<60
			y >>= 4
		}
	}
	return append(b, '"')
}

func (s *slackWriter) text(b []byte, m *message) []byte {
	b = append(b, indent+"\"text\": \""...)
	for k, i := range m.mentions {
		b = append(b, "<@"...)
		b = append(b, s.user(i)...)
		if (m.salt>>uint(8+k))%4 == 0 {
			b = append(b, '|')
			b = append(b, s.g.people[i].nick...)
		}
		b = append(b, "> "...)
	}
	b = append(b, sentence(m.salt)...)
	if m.salt%50 == 3 {
		b = append(b, ` &amp; see <https:\/\/wiki.heron.example\/page|page>`...)
	}
	return append(b, '"')
}

// thread writes what ties a root to its replies and a reply to its root.
func (s *slackWriter) thread(b []byte, m *message) []byte {
	if m.parent != nil {
		b = append(b, indent+"\"thread_ts\": \""...)
		b = append(stamp(b, m.parent), "\""+indent+"\"parent_user_id\": \""...)
		b = append(append(b, s.user(m.parent.from)...), '"')
		if m.late && m.parent.kind == talk {
			b = append(b, indent+"\"subtype\": \"thread_broadcast\""+indent+"\"root\": {\n            \"user\": \""...)
			b = append(append(b, s.user(m.parent.from)...), "\",\n            \"type\": \"message\",\n            \"ts\": \""...)
			b = append(stamp(b, m.parent), "\",\n            \"text\": \""+Canary+"\"\n        }"...)
		}
		return b
	}
	if len(m.replies) == 0 {
		return b
	}
	last := m.replies[len(m.replies)-1]
	var users []int32
	for _, r := range m.replies {
		if !contains(users, r.from) {
			users = append(users, r.from)
		}
	}
	b = append(stamp(append(b, indent+"\"thread_ts\": \""...), m), '"')
	b = strconv.AppendInt(append(b, indent+"\"reply_count\": "...), int64(len(m.replies)), 10)
	b = strconv.AppendInt(append(b, indent+"\"reply_users_count\": "...), int64(len(users)), 10)
	b = append(stamp(append(b, indent+"\"latest_reply\": \""...), last), '"')
	b = s.userList(append(b, indent+"\"reply_users\": "...), users)
	b = append(b, indent+"\"replies\": ["...)
	for k, r := range m.replies {
		if k > 0 {
			b = append(b, ',')
		}
		b = append(append(b, "\n            {\n                \"user\": \""...), s.user(r.from)...)
		b = append(stamp(append(b, "\",\n                \"ts\": \""...), r), "\"\n            }"...)
	}
	return append(b, "\n        ]"+indent+"\"is_locked\": false"...)
}

func (s *slackWriter) userList(b []byte, users []int32) []byte {
	b = append(b, '[')
	for k, i := range users {
		if k > 0 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, '"'), s.user(i)...), '"')
	}
	return append(b, ']')
}

// trimmings are reactions, files and edits.
func (s *slackWriter) trimmings(b []byte, m *message) []byte {
	if m.parent == nil && m.salt%300 == 5 {
		b = append(b, indent+"\"subtype\": \"me_message\""...)
	}
	if m.salt%25 == 4 {
		b = append(append(b, indent+"\"edited\": {\n            \"user\": \""...), s.user(m.from)...)
		b = strconv.AppendInt(append(b, "\",\n            \"ts\": \""...), m.at/1000+40, 10)
		b = append(b, ".000000\"\n        }"...)
	}
	if m.salt%33 == 6 {
		b = fmt.Appendf(b, indent+`"files": [
            {
                "id": "F%s",
                "name": "%s.pdf",
                "title": "%s",
                "mimetype": "application\/pdf",
                "filetype": "pdf",
                "size": %d,
                "mode": "hosted",
                "url_private": "https:\/\/files.slack.com\/files-pri\/%s\/%s.pdf"
            }
        ]`+indent+`"upload": true`, base32ID(m.salt), Canary, Canary, 1000+m.salt%100000, s.team, "note")
	}
	if len(m.reactors) == 0 {
		return b
	}
	b = append(b, indent+"\"reactions\": [\n            {\n                \"name\": \""...)
	b = append(b, [...]string{"eyes", "+1", "tada"}[m.salt%3]...)
	b = s.userList(append(b, "\",\n                \"users\": "...), m.reactors)
	b = strconv.AppendInt(append(b, ",\n                \"count\": "...), int64(len(m.reactors)), 10)
	return append(b, "\n            }\n        ]"...)
}

// bot writes the two shapes of an integration: the old one without a user, and an app.
func (s *slackWriter) bot(b []byte, m *message) []byte {
	k := int(-10 - m.from)
	if m.salt%2 == 0 {
		b = append(b, "{\n        \"subtype\": \"bot_message\",\n        \"username\": \"Build\""+indent+"\"text\": \""+sentence(m.salt)+"\""...)
	} else {
		b = append(b, "{\n        \"user\": \""+botUser(k)+"\""+indent+"\"app_id\": \"A0HERON\""+indent+"\"text\": \""+sentence(m.salt)+"\""...)
	}
	return append(s.typed(b, m), indent+"\"bot_id\": \""+botID(k)+"\""...)
}

func (s *slackWriter) huddle(b []byte, m *message) []byte {
	members := s.g.places[m.conv].members
	b = append(b, "{\n        \"subtype\": \"huddle_thread\""+indent+"\"user\": \""+s.user(m.from)+"\""+indent+"\"text\": \"\""...)
	b = s.typed(b, m)
	b = fmt.Appendf(b, indent+`"channel": "%s"`+indent+`"room": {
            "created_by": "%s",
            "date_start": %d,
            "date_end": %d,
            "has_ended": true,
            "is_dm_call": false,
            "participants": [],
            "participant_history": `, s.g.places[m.conv].id, s.user(m.from), m.at/1000, m.at/1000+900)
	b = s.userList(b, members[:min(len(members), 8)])
	return append(b, "\n        }"...)
}

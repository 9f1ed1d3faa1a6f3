package simulate

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// mapping tells the reader of tables what is what in messages.jsonl.
const mapping = `format: jsonl
id: id
time: sent_at
conversation: {column: room, kind: {column: room_kind, values: {one_to_one: direct, private: private_channel}}}
sender: {column: from, key: email, name: from_name}
recipients: {column: to, key: email}
mentions: {column: mentions, key: email}
parent: reply_to
size: {length_of: text}
`

// linesWriter writes a tool as JSON Lines with a mapping beside it.
type linesWriter struct {
	g    *generator
	file *os.File
	out  *bufio.Writer
	line []byte
}

func newLinesWriter(dir string, _ *company, g *generator) (*linesWriter, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "mapping.yaml"), []byte("tool: "+g.slug+"\nworkspace: heron\n"+mapping), 0o644); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, "messages.jsonl"))
	if err != nil {
		return nil, err
	}
	return &linesWriter{g: g, file: f, out: bufio.NewWriterSize(f, 1<<18)}, nil
}

func (w *linesWriter) close() error { return errors.Join(w.out.Flush(), w.file.Close()) }

func (w *linesWriter) write(m *message) error {
	p := &w.g.places[m.conv]
	b := append(w.line[:0], `{"id":"`...)
	b = w.id(b, m)
	b = append(b, `","sent_at":"`...)
	b = time.UnixMilli(m.at).UTC().AppendFormat(b, time.RFC3339)
	b = append(append(b, `","room":"`...), p.id...)
	b = append(append(b, `","room_kind":"`...), [...]string{direct: "one_to_one", group: "group", channel: "channel", private: "private"}[p.kind]...)
	b = append(append(b, `","from":"`...), w.g.people[m.from].email...)
	b = append(append(b, `","from_name":`...), quoted(w.g.people[m.from].name())...)
	if len(p.members) <= smallRoom {
		b = w.addresses(append(b, `,"to":`...), p.members, m.from)
	}
	if len(m.mentions) > 0 {
		b = w.addresses(append(b, `,"mentions":`...), m.mentions, -1)
	}
	if m.parent != nil {
		b = append(w.id(append(b, `,"reply_to":"`...), m.parent), '"')
	}
	b = append(append(b, `,"text":"`...), sentence(m.salt)...)
	w.line = append(b, "\"}\n"...)
	_, err := w.out.Write(w.line)
	return err
}

func (w *linesWriter) id(b []byte, m *message) []byte {
	return strconv.AppendUint(append(append(b, w.g.slug...), '-'), m.seq, 10)
}

func (w *linesWriter) addresses(b []byte, list []int32, but int32) []byte {
	b = append(b, '[')
	n := len(b)
	for _, i := range list {
		if i == but {
			continue
		}
		if len(b) > n {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), w.g.people[i].email...), '"')
	}
	return append(b, ']')
}

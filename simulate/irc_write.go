package simulate

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// network is the name of the IRC network and so of its folder.
const network = "heronnet"

// ircWriter writes one log per channel and day in UTC, in ZNC's shape:
// irc/heronnet/#channel/2026-05-25.log with lines like "[12:00:01] <nick> text".
type ircWriter struct {
	g      *generator
	dirs   []string
	files  []*bufio.Writer // by channel, of the current day
	open   []*os.File
	until  int64
	date   string
	broken int
	line   []byte
	seen   int

	present []map[int32]bool // by channel, who joined it on the current day
}

func newIRCWriter(dir string, o Options, _ *company, g *generator) (*ircWriter, error) {
	w := &ircWriter{g: g, files: make([]*bufio.Writer, len(g.places)), open: make([]*os.File, len(g.places)), present: make([]map[int32]bool, len(g.places))}
	if !o.Clean {
		w.broken = 3
	}
	if err := os.MkdirAll(filepath.Join(dir, network), 0o755); err != nil {
		return nil, err
	}
	for k := range g.places {
		path := filepath.Join(dir, network, g.places[k].name)
		if err := os.Mkdir(path, 0o755); err != nil {
			return nil, err
		}
		w.dirs = append(w.dirs, path)
	}
	return w, nil
}

func (w *ircWriter) close() error {
	var errs []error
	for k, f := range w.files {
		if f != nil {
			errs = append(errs, f.Flush(), w.open[k].Close())
			w.files[k] = nil
		}
	}
	return errors.Join(errs...)
}

func (w *ircWriter) write(m *message) error {
	if m.at >= w.until {
		if err := w.close(); err != nil {
			return err
		}
		t := time.UnixMilli(m.at).UTC()
		w.date, w.until = t.Format(time.DateOnly), (m.at/day+1)*day
	}
	if w.files[m.conv] == nil {
		f, err := os.Create(filepath.Join(w.dirs[m.conv], w.date+".log"))
		if err != nil {
			return err
		}
		w.open[m.conv], w.files[m.conv] = f, bufio.NewWriter(f)
		w.present[m.conv] = map[int32]bool{}
		if err := w.enter(m); err != nil {
			return err
		}
	}
	if err := w.arrive(m); err != nil {
		return err
	}
	_, err := w.files[m.conv].Write(w.said(m))
	return err
}

// arrive writes that the sender and those spoken to joined, once a day: nobody can be
// spoken to who is not there.
func (w *ircWriter) arrive(m *message) error {
	for _, i := range append([]int32{m.from}, m.mentions...) {
		if w.present[m.conv][i] {
			continue
		}
		w.present[m.conv][i] = true
		w.g.count.truth.System++
		nick := w.g.people[i].nick
		text := time.UnixMilli(m.at).UTC().Format("[15:04:05] ") + "*** Joins: " + nick + " (" + nick + "@host.heron.example)\n"
		if _, err := w.files[m.conv].WriteString(text); err != nil {
			return err
		}
	}
	return nil
}

// enter writes the rows that are nobody's message at the head of a day.
func (w *ircWriter) enter(m *message) error {
	nick := w.g.people[m.from].nick
	clock := time.UnixMilli(m.at).UTC().Format("[15:04:05] ")
	text := ""
	if w.seen++; w.seen%7 == 0 { // away and back, saying nothing in between
		text += clock + "*** " + nick + " is now known as " + nick + "|away\n" + clock + "*** " + nick + "|away is now known as " + nick + "\n" +
			clock + "*** " + nick + " changes topic to '" + Canary + "'\n"
		w.g.count.truth.System += 3
	}
	if w.broken > 0 {
		w.broken--
		text += "line noise without a time: " + Canary + "\n"
		w.g.count.truth.Rejects["bad_line"]++
	}
	_, err := w.files[m.conv].WriteString(text)
	return err
}

func (w *ircWriter) said(m *message) []byte {
	b := time.UnixMilli(m.at).UTC().AppendFormat(w.line[:0], "[15:04:05] ")
	nick := w.g.people[m.from].nick
	if len(m.mentions) == 0 && m.salt%30 == 5 {
		b = append(append(append(b, "* "...), nick...), ' ')
	} else {
		b = append(append(append(b, '<'), nick...), "> "...)
	}
	for _, i := range m.mentions {
		b = append(append(b, w.g.people[i].nick...), ": "...)
	}
	b = append(append(b, sentence(m.salt)...), '\n')
	w.line = b
	return b
}

package simulate

import (
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// mailWriter writes one mbox (mboxrd) for each month, and a second mailbox that holds
// copies of a few mails.
type mailWriter struct {
	g       *generator
	dir     string
	month   string
	until   int64
	file    *page
	copies  *page
	shown   []string // by person: the header form of name and address
	strange []string
	row     []byte
	broken  int
}

func newMailWriter(dir string, o Options, c *company, g *generator) (*mailWriter, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	w := &mailWriter{g: g, dir: dir}
	if !o.Clean {
		w.broken = 3
	}
	for i := range c.people {
		w.shown = append(w.shown, c.people[i].header(i))
	}
	for k := range partners {
		w.strange = append(w.strange, fmt.Sprintf("Contact %d <contact%d@%s.example>", k+1, k+1, projects[k%len(projects)]))
	}
	var err error
	w.copies, err = newPage(filepath.Join(dir, "second-mailbox.mbox"))
	return w, err
}

// header is how a person stands in From and To: plain, quoted with a comma, with an
// inner quote, or as encoded words.
func (p *person) header(i int) string {
	name := p.name()
	switch {
	case slug(name) != strings.ToLower(strings.ReplaceAll(name, " ", "-")):
		name = mime.QEncoding.Encode("utf-8", name)
		if i%2 == 0 {
			name = mime.BEncoding.Encode("utf-8", p.name())
		}
	case i%4 == 1:
		name = `"` + p.family + ", " + p.given + `"`
	case i%16 == 2:
		name = `"` + p.given + ` \"` + p.nick + `\" ` + p.family + `"`
	}
	return name + " <" + p.email + ">"
}

func (w *mailWriter) turnTo(at int64) error {
	if w.file != nil {
		if err := w.file.close(); err != nil {
			return err
		}
	}
	t := time.UnixMilli(at).UTC()
	w.month = t.Format("2006-01")
	w.until = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	var err error
	w.file, err = newPage(filepath.Join(w.dir, w.month+".mbox"))
	return err
}

func (w *mailWriter) close() error {
	err := w.copies.close()
	if w.file != nil {
		err = errors.Join(err, w.file.close())
	}
	return err
}

func (w *mailWriter) write(m *message) error {
	if m.at >= w.until {
		if err := w.turnTo(m.at); err != nil {
			return err
		}
	}
	w.row = w.mail(w.row[:0], m)
	if _, err := w.file.Write(w.row); err != nil {
		return err
	}
	if m.kind != talk {
		return nil
	}
	return w.flaws(m)
}

// flaws writes the planted copies and broken rows.
func (w *mailWriter) flaws(m *message) error {
	again := w.file
	switch {
	case w.broken > 0:
		w.broken--
		w.g.count.truth.Rejects["no_date"]++
		_, err := w.file.WriteString("From nobody@heron.example Thu Jan  1 00:00:00 1970\nFrom: nobody@heron.example\nSubject: " + Canary +
			"\nMessage-ID: <broken" + strconv.Itoa(w.broken) + "@mail.heron.example>\nDate: the day before\n\n" + Canary + "\n\n")
		return err
	case m.salt%400 == 9:
	case m.salt%400 == 10:
		again = w.copies
	default:
		return nil
	}
	w.g.count.truth.Duplicates++
	_, err := again.Write(w.row)
	return err
}

func (w *mailWriter) mail(b []byte, m *message) []byte {
	b = append(append(b, "From "...), w.address(m.from)...)
	b = append(b, ' ')
	b = time.UnixMilli(m.at).UTC().AppendFormat(b, time.ANSIC)
	b = append(append(b, "\nReturn-Path: <"...), w.returnPath(m)...)
	b = append(append(b, ">\nFrom: "...), w.display(m.from)...)
	b = append(w.recipients(append(b, '\n'), m), "Date: "...)
	b = w.date(b, m)
	b = w.id(append(b, "\nMessage-ID: "...), m)
	b = w.references(append(b, '\n'), m)
	b = w.marks(b, m)
	b = w.subject(b, m)
	b = append(b, "MIME-Version: 1.0\n"...)
	b = w.body(b, m)
	return append(b, '\n')
}

var nobodies = map[int32][2]string{
	robotSender:  {"Build Server <build@heron.example>", "build@heron.example"},
	newsSender:   {"Bulletin <news@bulletin.example>", "news@bulletin.example"},
	bounceSender: {"Mail Delivery System <MAILER-DAEMON@heron.example>", "MAILER-DAEMON@heron.example"},
}

func (w *mailWriter) display(i int32) string {
	switch n := int32(len(w.shown)); {
	case i >= n:
		return w.strange[i-n]
	case i >= 0:
		return w.shown[i]
	}
	return nobodies[i][0]
}

func (w *mailWriter) address(i int32) string {
	switch n := int32(len(w.shown)); {
	case i >= n:
		s := w.strange[i-n]
		return s[strings.IndexByte(s, '<')+1 : len(s)-1]
	case i >= 0:
		return w.g.people[i].email
	}
	return nobodies[i][1]
}

func (w *mailWriter) returnPath(m *message) string {
	if m.kind == bounce {
		return ""
	}
	return w.address(m.from)
}

const listDomain = "lists." + domain

func (w *mailWriter) recipients(b []byte, m *message) []byte {
	b = append(b, "To: "...)
	n := 0
	if m.conv >= 0 {
		b = append(append(b, w.g.places[m.conv].name...), "@"+listDomain...)
		n = 1
	}
	b = w.addresses(b, m.to, n, m.salt)
	if len(m.cc) > 0 {
		b = w.addresses(append(b, "\nCc: "...), m.cc, 0, m.salt>>7)
	}
	return append(b, '\n')
}

// addresses folds after every third; now and then an address is all upper case.
func (w *mailWriter) addresses(b []byte, list []int32, n int, salt uint64) []byte {
	for k, i := range list {
		if k+n > 0 {
			b = append(b, ',')
			if (k+n)%3 == 0 {
				b = append(b, '\n')
			}
			b = append(b, ' ')
		}
		if (salt+uint64(k))%40 == 0 {
			b = append(b, strings.ToUpper(w.address(i))...)
		} else {
			b = append(b, w.display(i)...)
		}
	}
	return b
}

// date is in the sender's clock; a few carry a comment or no weekday.
func (w *mailWriter) date(b []byte, m *message) []byte {
	offset := int64(0)
	if m.from >= 0 && int(m.from) < len(w.g.people) {
		offset = w.g.cal.offset(w.g.people[m.from].location, m.at)
	}
	local := time.UnixMilli(m.at + offset).UTC()
	layout := "Mon, 2 Jan 2006 15:04:05 "
	if m.salt%60 == 11 {
		layout = layout[5:]
	}
	b = local.AppendFormat(b, layout)
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	minutes := offset / minute
	b = append(b, sign, byte('0'+minutes/600), byte('0'+minutes/60%10), byte('0'+minutes%60/10), byte('0'+minutes%10))
	if m.salt%60 == 12 {
		b = append(b, " (local)"...)
	}
	return b
}

func (w *mailWriter) id(b []byte, m *message) []byte {
	b = strconv.AppendUint(append(b, '<'), m.salt, 36)
	b = strconv.AppendUint(append(b, '.'), m.seq, 10)
	return append(b, "@mail."+domain+">"...)
}

func (w *mailWriter) references(b []byte, m *message) []byte {
	if m.dangling {
		return append(b, "In-Reply-To: "+lost(m)+"\nReferences: "+lost(m)+"\n"...)
	}
	if m.parent == nil {
		return b
	}
	b = w.id(append(b, "In-Reply-To: "...), m.parent)
	b = w.chain(append(b, "\nReferences:"...), m.parent)
	return append(b, '\n')
}

// chain lists the ids from the root on, folded.
func (w *mailWriter) chain(b []byte, m *message) []byte {
	if m.parent != nil {
		b = append(w.chain(b, m.parent), '\n')
	}
	if m.dangling {
		b = append(b, " "+lost(m)...)
	}
	return w.id(append(b, ' '), m)
}

// lost is the id of a mail that no archive holds, which a dangling one answers.
func lost(m *message) string {
	return "<lost." + strconv.FormatUint(m.seq, 10) + "@elsewhere.example>"
}

// marks are the headers of lists and of what no person wrote.
func (w *mailWriter) marks(b []byte, m *message) []byte {
	switch m.kind {
	case automatic:
		if m.parent != nil {
			return append(b, "Auto-Submitted: auto-replied\n"...)
		}
		return append(b, "Auto-Submitted: auto-generated\n"...)
	case bounce:
		return append(b, "Auto-Submitted: auto-replied\n"...)
	case bulk:
		return append(b, "Precedence: bulk\nList-Unsubscribe: <mailto:leave@bulletin.example>\n"...)
	}
	if m.conv >= 0 {
		name := w.g.places[m.conv].name
		b = append(b, "List-Id: "+name+" <"+name+"."+listDomain+">\nList-Post: <mailto:"+name+"@"+listDomain+">\nPrecedence: list\n"...)
	}
	return b
}

func (w *mailWriter) subject(b []byte, m *message) []byte {
	root := m
	for root.parent != nil {
		root = root.parent
	}
	b = append(b, "Subject: "...)
	if m.parent != nil {
		b = append(b, "Re: "...)
	}
	switch root.salt % 20 {
	case 0:
		b = append(b, Canary...)
	case 1:
		b = append(b, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(Canary+" – später"))+"?="...)
	default:
		b = append(b, sentence(root.salt>>3)...)
	}
	return append(b, '\n')
}

const boundary = "=_heron_part"

func (w *mailWriter) body(b []byte, m *message) []byte {
	switch {
	case m.kind == bounce:
		return append(b, "Content-Type: multipart/report; report-type=delivery-status;\n boundary=\""+boundary+"\"\n\n--"+boundary+
			"\nContent-Type: message/delivery-status\n\nAction: failed\n\n--"+boundary+"--\n"...)
	case m.salt%30 == 7:
		b = append(b, "Content-Type: multipart/mixed; boundary=\""+boundary+"\"\n\n--"+boundary+"\nContent-Type: text/plain\n\n"...)
		b = append(b, sentence(m.salt)...)
		return append(b, "\n--"+boundary+"\nContent-Type: application/pdf; name=\""+Canary+".pdf\"\nContent-Disposition: attachment; filename=\""+
			Canary+".pdf\"\nContent-Transfer-Encoding: base64\n\naGVyb24gaGVyb24gaGVyb24=\n--"+boundary+"--\n"...)
	}
	b = append(b, "Content-Type: text/plain; charset=us-ascii\n\n"...)
	if m.salt%90 == 8 {
		b = append(b, "\n>From the harbour comes a word:\n"...) // mboxrd's own quoting
	}
	return append(append(b, sentence(m.salt)...), '\n')
}

package maillog

import (
	"bytes"
	"io"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
)

// tracking reads a tracking log as the server writes it: comma-separated rows under a line
// that names the fields, which may come again, with others, in the middle of the file.
func (r *reader) tracking(src io.Reader) error {
	s := &sections{}
	s.lines.Reset(src)
	table := csvscan.New(eventTexts, nil)
	for s.begin() {
		before := s.lines.Record()
		table.Reset(s)
		if err := r.rows(table, r.eventRow, before); err != nil {
			return err
		}
	}
	for range s.tooLong {
		if err := r.reject(lineTooLong, 0); err != nil {
			return err
		}
	}
	return s.lines.Err()
}

const lineTooLong = "line_too_long"

// sections cuts a log at the lines that name its fields, and is the reader of one section,
// with that line as the header of a table.
type sections struct {
	lines   logscan.Lines
	fields  []byte // the header of the next section, or nil
	unread  []byte
	tooLong int
}

var fieldsMark = []byte("#Fields:")

// begin moves to the next section.
func (s *sections) begin() bool {
	for s.fields == nil && s.lines.Next() {
		s.directive()
	}
	s.unread = append(append(s.unread[:0], s.fields...), '\n')
	found := s.fields != nil
	s.fields = nil
	return found
}

// directive looks at the line at hand; it answers false for a row.
func (s *sections) directive() bool {
	line := s.lines.Text()
	switch {
	case s.lines.TooLong():
		s.tooLong++
	case bytes.HasPrefix(line, fieldsMark):
		s.fields = bytes.Clone(bytes.TrimSpace(line[len(fieldsMark):]))
	case len(line) > 0 && line[0] != '#':
		return false
	}
	return true
}

func (s *sections) Read(p []byte) (int, error) {
	for len(s.unread) == 0 {
		switch {
		case s.fields != nil:
			return 0, io.EOF
		case !s.lines.Next():
			if err := s.lines.Err(); err != nil {
				return 0, err
			}
			return 0, io.EOF
		case !s.directive():
			s.unread = append(append(s.unread[:0], s.lines.Text()...), '\n')
		}
	}
	n := copy(p, s.unread)
	s.unread = s.unread[:copy(s.unread, s.unread[n:])]
	return n, nil
}

package simulate

import (
	"errors"
	"io"
	"os"
)

// spool keeps what belongs to each conversation until the end: an export that is sorted by
// conversation comes of a stream that is sorted by time. Most of it lies in a file.
type spool struct {
	file  *os.File
	end   int64
	held  int
	waits [][]byte // by conversation: not yet in the file
	parts [][]part // by conversation: where it is in the file
}

type part struct{ from, size int64 }

// spooled is how much of all conversations together waits in memory.
const spooled = 4 << 20

func newSpool(dir string, conversations int) (*spool, error) {
	f, err := os.CreateTemp(dir, ".spool-*")
	if err != nil {
		return nil, err
	}
	return &spool{file: f, waits: make([][]byte, conversations), parts: make([][]part, conversations)}, nil
}

// has reports whether anything belongs to a conversation.
func (s *spool) has(conv int32) bool { return len(s.waits[conv])+len(s.parts[conv]) > 0 }

// add keeps a row, behind glue when it is not the conversation's first.
func (s *spool) add(conv int32, glue string, row []byte) error {
	if s.has(conv) {
		s.waits[conv] = append(s.waits[conv], glue...)
		s.held += len(glue)
	}
	s.waits[conv] = append(s.waits[conv], row...)
	if s.held += len(row); s.held < spooled {
		return nil
	}
	return s.flush()
}

func (s *spool) flush() error {
	for conv, b := range s.waits {
		if len(b) == 0 {
			continue
		}
		if _, err := s.file.Write(b); err != nil {
			return err
		}
		s.parts[conv] = append(s.parts[conv], part{s.end, int64(len(b))})
		s.end += int64(len(b))
		s.waits[conv] = b[:0]
	}
	s.held = 0
	return nil
}

// copyTo writes all that belongs to a conversation.
func (s *spool) copyTo(w io.Writer, conv int32) error {
	for _, p := range s.parts[conv] {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, p.from, p.size)); err != nil {
			return err
		}
	}
	_, err := w.Write(s.waits[conv])
	return err
}

// remove ends it.
func (s *spool) remove() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

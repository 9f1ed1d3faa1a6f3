package directory

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// plain is a text in UTF-8, whatever its first bytes say it is in.
func plain(in io.Reader) io.Reader {
	return transform.NewReader(in, unicode.BOMOverride(transform.Nop))
}

// text is a cell. One that is not UTF-8 is from a spreadsheet, which writes Windows' own
// encoding.
func text(cell string) string {
	if !utf8.ValidString(cell) {
		if decoded, err := charmap.Windows1252.NewDecoder().String(cell); err == nil {
			cell = decoded
		}
	}
	return strings.TrimSpace(cell)
}

// longestLine is far above any row of a directory.
const longestLine = 1 << 20

var errLongLine = fmt.Errorf("a line is longer than %d MiB, which no row of a directory is: export it again", longestLine>>20)

// shortLines refuses a text with a line that does not end, which would be held in memory.
type shortLines struct {
	in     io.Reader
	length int // of the line at hand
}

func (s *shortLines) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	for rest := p[:n]; ; {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			s.length += len(rest)
			break
		}
		if s.length+end > longestLine {
			return n, errLongLine
		}
		s.length, rest = 0, rest[end+1:]
	}
	if s.length > longestLine {
		return n, errLongLine
	}
	return n, err
}

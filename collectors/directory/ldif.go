package directory

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// isLDIF reports whether a head is that of LDIF (RFC 2849): behind comments and the version it
// names an entry.
func isLDIF(head []byte) bool {
	l := ldifLines{in: bufio.NewReader(bytes.NewReader(head))}
	for {
		line, err := l.next()
		name, _, _ := strings.Cut(strings.ToLower(string(line)), ":")
		switch {
		case err != nil, name == "dn":
			return err == nil
		case name != "" && name != "version":
			return false
		}
	}
}

// longestValue is far above any name, address or number; pictures and certificates are longer, and
// nobody asks for them.
const longestValue = 64 << 10

// ldifLines gives the lines of an LDIF file, folded ones as one, without comments.
type ldifLines struct {
	in     *bufio.Reader
	line   []byte
	isLong bool // the line at hand is longer than longestValue, and only its beginning is held
}

// next gives the next line, which holds until the call after; io.EOF behind the last.
func (l *ldifLines) next() ([]byte, error) {
	for {
		l.line, l.isLong = l.line[:0], false
		if _, err := l.in.Peek(1); err != nil {
			return nil, err
		}
		for folded := true; folded; folded = l.folds() {
			if err := l.physical(); err != nil {
				return nil, err
			}
		}
		if !bytes.HasPrefix(l.line, []byte("#")) {
			return l.line, nil
		}
	}
}

// folds reports whether the line goes on in the next, and takes the space that says so.
func (l *ldifLines) folds() bool {
	b, _ := l.in.Peek(1)
	if len(b) == 0 || b[0] != ' ' || len(l.line) == 0 {
		return false
	}
	_, _ = l.in.Discard(1)
	return true
}

// physical appends one line of the file.
func (l *ldifLines) physical() error {
	for {
		part, err := l.in.ReadSlice('\n')
		if len(l.line)+len(part) > longestValue {
			l.isLong = true
		} else {
			l.line = append(l.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && err != io.EOF:
			return err
		}
		l.line = bytes.TrimSuffix(bytes.TrimSuffix(l.line, []byte("\n")), []byte("\r"))
		return nil
	}
}

// ldifEntry is one entry while it is read, as far as it is of interest.
type ldifEntry struct {
	ldapEntry
	hasDN     bool
	isClosing bool // not an entry but the words with which a search ends
	isEmpty   bool
	reason    string
}

// readLDIF reads what was exported from an LDAP directory.
func (d *Directory) readLDIF(in *bufio.Reader) (problems []Problem, err error) {
	l := &ldifLines{in: in}
	row := 0
	e := &ldifEntry{isEmpty: true}
	finish := func() error {
		done := e
		e = &ldifEntry{isEmpty: true}
		if done.isEmpty {
			return nil
		}
		if done.isClosing && !done.hasDN {
			return done.verdict()
		}
		row++
		if reason := d.addLDAP(done); reason != "" {
			problems = append(problems, Problem{row, reason})
		}
		return nil
	}
	for {
		line, err := l.next()
		switch {
		case err == io.EOF:
			err = finish()
			return problems, err
		case err != nil:
			return problems, fmt.Errorf("directory: behind entry %d: %w", row, err)
		case len(line) == 0:
			err = finish()
		default:
			e.line(d, line, l.isLong)
		}
		if err != nil {
			return problems, err
		}
	}
}

// line takes in one line of an entry.
func (e *ldifEntry) line(d *Directory, line []byte, isLong bool) {
	name, rest, found := bytes.Cut(line, []byte(":"))
	attribute, option, _ := strings.Cut(strings.ToLower(string(name)), ";")
	switch attribute {
	case "version", "-", "control":
		return
	case "dn":
		if e.hasDN {
			e.fail("two_entries") // without an empty line between them
		}
		e.hasDN = true
	case "search", "result", "ref", "pagedresults":
		e.isClosing = e.isClosing || !e.hasDN
	}
	e.isEmpty = false
	isWanted := attribute == "dn" || attribute == "changetype" || attribute == "result" || ldapColumns[attribute] != "" || d.holdsHandles(attribute)
	switch {
	case !found:
		e.fail("bad_line")
	case !isWanted, strings.HasPrefix(option, "lang-"), option == "binary":
	case isLong:
		e.fail("too_long")
	default:
		value, reason := ldifValue(rest)
		if reason != "" {
			e.fail(reason)
			return
		}
		e.take(attribute, value)
	}
}

// fail notes the first thing that is wrong.
func (e *ldifEntry) fail(reason string) {
	if e.reason == "" {
		e.reason = reason
	}
}

// ldifValue is what stands behind the first colon of a line.
func ldifValue(rest []byte) (value, reason string) {
	switch {
	case bytes.HasPrefix(rest, []byte("<")):
		return "", "value_elsewhere" // in a file or at a web address, where nobody looks
	case !bytes.HasPrefix(rest, []byte(":")):
		return string(bytes.TrimLeft(rest, " ")), ""
	}
	decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(rest[1:])))
	if err != nil {
		return "", "bad_base64"
	}
	return string(decoded), ""
}

// verdict is an error when a search ended before its end.
func (e *ldifEntry) verdict() error {
	code, what, _ := strings.Cut(e.first("result"), " ")
	if code == "" || code == "0" {
		return nil
	}
	if strings.ContainsFunc(code+what, func(r rune) bool { return r < ' ' }) || len(what) > 100 {
		what = "an error"
	}
	return fmt.Errorf("directory: the search that wrote it ended early (%s), and nothing was changed: search again, in pages where the server limits them (ldapsearch -E pr=500/noprompt)", strings.TrimSpace(what))
}

package xmpp

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/sqlite"
)

// sampled is how many files are looked at to recognise an archive, headBytes how much of each.
const (
	headBytes = 16 << 10
)

// form is what a file of an archive is.
type form int

const (
	formAlien form = iota
	formEmpty
	formXML
	formTable
	formLog
	formDatabase
)

var (
	messageMark = regexp.MustCompile(`<([\w.-]+:)?(message|result)[\s>]`)
	spaceMark   = regexp.MustCompile(`xmlns(:[\w.-]+)?\s*=\s*["'](urn:xmpp:(mam:(tmp|\d)|pie:0[^"']*|forward:0|delay|sid:0)|jabber:x:delay)["']`)
)

// formOf judges a file by its beginning.
func formOf(head []byte) form {
	if sqlite.IsDatabase(head) {
		return formDatabase
	}
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	switch {
	case len(head) == 0:
		return formEmpty
	case head[0] == '<':
		if messageMark.Match(head) && spaceMark.Match(head) {
			return formXML
		}
	case logLine.Match(line):
		return formLog
	case isTable(head):
		return formTable
	}
	return formAlien
}

// isTable reports whether the header is that of an archive table.
func isTable(head []byte) bool {
	var names []string
	for _, name := range csvscan.Header(head) {
		names = append(names, string(bytes.ToLower(bytes.TrimSpace([]byte(name)))))
	}
	has := func(wanted ...string) bool {
		for _, name := range wanted {
			if !slices.Contains(names, name) {
				return false
			}
		}
		return true
	}
	return has("username", "timestamp", "bare_peer", "xml") || has("host", "user", "store", "when", "with", "value")
}

// decoded is a document in UTF-8, whatever its byte order mark says.
func decoded(in *bufio.Reader, head []byte) io.Reader {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		return transform.NewReader(in, unicode.BOMOverride(transform.Nop))
	}
	return in
}

// Recognise claims a tree of which every file is an archive.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	fit := 0
	for i, f := range t.Files() {
		if fit == collectors.Sampled || i > 10*collectors.Sampled {
			break
		}
		if sqlite.IsCompanion(f.Path) {
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch formOf(head) {
		case formAlien:
			return collectors.Claim{}, nil
		case formEmpty:
		case formDatabase:
			tables, err := sqlite.Tables(t, f.Path)
			if err != nil || !isDatabase(tables) {
				return collectors.Claim{}, err
			}
			fit++
		default:
			fit++
		}
	}
	if fit == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: "XMPP archive"}, nil
}

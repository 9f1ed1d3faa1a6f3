package sms

import (
	"bytes"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/sqlite"
)

const (
	headSize = 64 << 10 // bytes of a file that decide what it is, and of which country its numbers are
)

// Recognise claims a tree of backups and databases of text messages.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found := ""
	for i, f := range t.Files() {
		if i >= collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, 4<<10)
		switch {
		case err != nil:
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		case isBackup(head):
			found = "SMS Backup & Restore"
		case sqlite.IsDatabase(head):
			tables, err := sqlite.Tables(t, f.Path)
			if err != nil || !isTelephony(tables) {
				return collectors.Claim{}, err
			}
			found = "Android's message database"
		case !sqlite.IsCompanion(f.Path):
			return collectors.Claim{}, nil
		}
	}
	if found == "" {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: found}, nil
}

// peek reads the beginning of a file and gives it back together with the whole.
func peek(in io.Reader) (head []byte, whole io.Reader, err error) {
	head = make([]byte, headSize)
	n, err := io.ReadFull(in, head)
	head = head[:n]
	switch err {
	case io.EOF, io.ErrUnexpectedEOF:
		return head, bytes.NewReader(head), nil
	case nil:
		return head, io.MultiReader(bytes.NewReader(head), in), nil
	}
	if n == 0 {
		return nil, nil, err
	}
	return head, io.MultiReader(bytes.NewReader(head), failing{err}), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// isBackup reports whether a file's root is that of a backup and its first element one of a
// message or call, if it has any.
func isBackup(head []byte) bool {
	var x scanner
	x.reset(bytes.NewReader(head))
	if i := bytes.IndexByte(head, '<'); i < 0 || i > 0 && len(bytes.Trim(head[:i], "\x00 \t\r\n\xef\xbb\xbf\xff\xfe")) > 0 {
		return false
	}
	root, closing := x.element()
	if closing || string(root) != "smses" && string(root) != "calls" {
		return false
	}
	for {
		name, empty := x.attribute()
		if len(name) == 0 {
			if empty {
				return true
			}
			break
		}
		x.skip()
	}
	switch name, closing := x.element(); string(name) {
	case "smses", "calls":
		return closing
	case "sms", "mms", "call", "":
		return true
	}
	return false
}

// numbersOf finds numbers with a country code in the attributes of a file's beginning.
func numbersOf(head []byte) []string {
	var numbers []string
	var x scanner
	x.reset(bytes.NewReader(head))
	for name, _ := x.element(); len(name) > 0; name, _ = x.element() {
		for {
			attribute, _ := x.attribute()
			if len(attribute) == 0 {
				break
			}
			switch string(attribute) {
			case "address", "number", "service_center":
				for _, one := range bytes.Split(x.value(), []byte("~")) {
					if len(one) > 0 && one[0] == '+' {
						numbers = append(numbers, string(one))
					}
				}
			default:
				x.skip()
			}
		}
	}
	return numbers
}

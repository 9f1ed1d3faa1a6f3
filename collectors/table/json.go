package table

import (
	"bytes"
	"context"
	"errors"

	"crosstalk/collectors/jsonscan"
)

// jsonReader keeps the values of the wanted columns and passes over all else, so that
// neither a long text nor a long list has to fit in memory.
type jsonReader struct {
	scan    jsonscan.Scanner
	lines   jsonscan.Lines
	columns *columns
	root    *pathNode
	row     row
}

const deepest = 512

// readJSON gives every record of a file to visit: the elements of a list, the objects
// of JSON Lines, or what stands at the path that the mapping calls records.
func (f *fileReader) readJSON(ctx context.Context) error {
	r := &f.json
	r.columns, r.root = f.columns, newPathNode(f.columns)
	path := splitPath(f.shape.Records)
	if f.shape.Format == "jsonl" || f.shape.Format == "" && len(path) == 0 && isLines(f.src.head()) {
		return f.readLines(ctx, path)
	}
	r.scan.Reset(&f.src)
	for {
		c := r.scan.Peek()
		if c == 0 {
			return f.damaged("")
		}
		if err := f.descend(ctx, path, 0); err != nil {
			return err
		}
		err := r.scan.Err()
		switch {
		case err == nil:
		case errors.Is(err, jsonscan.ErrTruncated):
			return f.damaged("truncated_file")
		case !errors.Is(err, jsonscan.ErrSyntax):
			return f.damaged("")
		case c != '{' || len(path) > 0:
			return f.damaged("damaged_file")
		default: // what follows the next line end can be read again
			if err := f.reject("bad_json"); err != nil || !r.scan.Recover() {
				return errors.Join(err, f.damaged(""))
			}
		}
	}
}

// readLines reads records of which each is one line.
func (f *fileReader) readLines(ctx context.Context, path []string) error {
	r := &f.json
	r.lines.Reset(&f.src)
	for r.lines.Next() {
		r.lines.Scan(&r.scan)
		for r.scan.Peek() != 0 {
			if err := f.descend(ctx, path, 0); err != nil {
				return err
			}
		}
		reason, err := r.lines.Verdict(&r.scan)
		switch {
		case err != nil:
			return f.damaged("")
		case reason == "truncated_file":
			return f.damaged(reason)
		case reason != "":
			if err := f.reject(reason); err != nil {
				return err
			}
		}
	}
	return f.damaged("")
}

// isLines reports whether the first line is an object by itself.
func isLines(head []byte) bool {
	depth, quoted, escaped := 0, false, false
	head = bytes.TrimSpace(head)
	if len(head) == 0 || head[0] != '{' {
		return false
	}
	for _, c := range head {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == '\n':
			return depth == 0
		}
	}
	return true
}

func splitPath(path string) []string {
	var parts []string
	for part := range bytes.SplitSeq([]byte(path), []byte(".")) {
		if part = bytes.TrimSuffix(part, []byte("[]")); len(part) > 0 {
			parts = append(parts, string(part))
		}
	}
	return parts
}

// descend follows the path to the records and visits those that are whole. What is wrong
// with the document, the scanner tells.
func (f *fileReader) descend(ctx context.Context, path []string, depth int) error {
	r := &f.json
	s := &r.scan
	c := s.Peek()
	switch {
	case depth > deepest:
		s.Fail()
		return nil
	case c == '[':
		for s.Enter('['); s.Element(); {
			if err := f.descend(ctx, path, depth+1); err != nil {
				return err
			}
		}
		return nil
	case len(path) > 0 && c == '{':
		s.Enter('{')
		for name, ok := s.Key(); ok; name, ok = s.Key() {
			if string(name) != path[0] {
				s.Skip()
			} else if err := f.descend(ctx, path[1:], depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	f.record++
	if f.record&0x3ff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if c != '{' {
		if r.value(&nowhere, depth); s.Err() != nil {
			return nil
		}
		return f.reject("not_a_record")
	}
	r.row.begin(len(r.columns.names))
	if r.value(r.root, depth); s.Err() != nil {
		return nil
	}
	return f.visit(&r.row)
}

var nowhere = pathNode{column: -1}

// value reads one value, keeping what is wanted of it.
func (r *jsonReader) value(n *pathNode, depth int) {
	s := &r.scan
	switch c := s.Peek(); {
	case depth > deepest:
		s.Fail()
	case c == '{':
		r.object(n, depth)
	case c == '[':
		for s.Enter('['); s.Element(); {
			r.value(n, depth+1)
		}
	case c == '"':
		r.text(n.column)
	default:
		r.scalar(n.column)
	}
}

// object reads an object. Where a column is wanted, only that it is there counts.
func (r *jsonReader) object(n *pathNode, depth int) {
	if n.column >= 0 {
		r.row.add(n.column, len(r.row.arena), 0, cellComposite)
	}
	s := &r.scan
	s.Enter('{')
	position := 0
	for name, ok := s.Key(); ok; name, ok = s.Key() {
		if next := n.child(name, position); next != nil {
			r.value(next, depth+1)
		} else {
			s.Skip()
		}
		position++
	}
}

// text reads a string into the row.
func (r *jsonReader) text(column int) {
	if column < 0 {
		r.scan.Skip()
		return
	}
	off, room, size := len(r.row.arena), longestCell, 0
	if r.columns.lengths[column] {
		room = 0
	}
	if r.row.arena, size = r.scan.Append(r.row.arena, room); r.scan.Err() == nil {
		r.row.add(column, off, int64(size), cellText)
	}
}

// scalar reads a number, true, false or null. A null is no value.
func (r *jsonReader) scalar(column int) {
	word := r.scan.Str()
	kind := cellBool
	switch {
	case word == nil:
		return
	case isNumber(word):
		kind = cellNumber
	case string(word) != "true" && string(word) != "false":
		r.scan.Fail()
		return
	}
	if column >= 0 {
		off := len(r.row.arena)
		r.row.arena = append(r.row.arena, word...)
		r.row.add(column, off, int64(len(word)), kind)
	}
}

// isNumber is as strict as is needed to tell a number from a word.
func isNumber(b []byte) bool {
	digits := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E':
			return false
		}
	}
	return digits > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9')
}

package table

import (
	"bytes"
	"context"
	"errors"
)

// jsonReader reads JSON byte by byte: it keeps the values of the wanted columns and
// passes over all else, so that neither a long text nor a long list has to fit in
// memory.
type jsonReader struct {
	src     *source
	columns *columns
	root    *pathNode
	row     row
	name    []byte // of the member being read
	lines   bool   // every record is one line: a line end inside one is damage
	inside  bool   // a record
}

// pathNode is one step of the paths that lead to the wanted columns.
type pathNode struct {
	column   int                         // wanted here, or -1
	children []namedNode                 // so few that a look at each is faster than a map
	discover func(name string) *pathNode // finds out what there is, instead
}

// Errors of a document that is no JSON, and of one that ends too early.
var (
	errNotJSON  = errors.New("no valid JSON")
	errCutShort = errors.New("the file breaks off")
	errTooDeep  = errors.New("nested too deeply")
)

const deepest = 512

// newPathNode makes a tree of the columns' paths. The name of a member may itself hold
// the dots of a path: then the whole of it is looked up at the root.
func newPathNode(c *columns) *pathNode {
	root := &pathNode{column: -1}
	for i, name := range c.names {
		root.step(name).column = i
		node := root
		for part := range bytes.SplitSeq([]byte(name), []byte(".")) {
			node = node.step(string(bytes.TrimSuffix(part, []byte("[]"))))
		}
		node.column = i
	}
	return root
}

func (n *pathNode) step(name string) *pathNode {
	if next := n.known([]byte(name)); next != nil {
		return next
	}
	next := &pathNode{column: -1}
	n.children = append(n.children, namedNode{name, next})
	return next
}

type namedNode struct {
	name string
	*pathNode
}

func (n *pathNode) known(name []byte) *pathNode {
	for i := range n.children {
		if n.children[i].name == string(name) {
			return n.children[i].pathNode
		}
	}
	return nil
}

// readJSON gives every record of a file to visit: the elements of a list, the objects
// of JSON Lines, or what stands at the path that the mapping calls records.
func (f *fileReader) readJSON(ctx context.Context) error {
	r := &f.json
	r.src, r.columns, r.root = &f.src, f.columns, newPathNode(f.columns)
	path := splitPath(f.shape.Records)
	r.lines = f.shape.Format == "jsonl" || f.shape.Format == "" && len(path) == 0 && isLines(f.src.head())
	for {
		r.inside = false
		c, ok := r.skipSpace()
		if !ok {
			return f.damaged("")
		}
		inLine := r.lines || c == '{' && len(path) == 0 // what follows the next line end can be read again
		err := f.descend(ctx, path, 0)
		switch {
		case err == nil:
		case errors.Is(err, errCutShort):
			return f.damaged("truncated_file")
		case inLine && (errors.Is(err, errNotJSON) || errors.Is(err, errTooDeep)):
			if err := f.reject("bad_json"); err != nil {
				return err
			}
			if !r.skipLine() {
				return f.damaged("")
			}
		case errors.Is(err, errNotJSON), errors.Is(err, errTooDeep):
			return f.damaged("damaged_file")
		default:
			return err
		}
	}
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

// descend follows the path to the records and reads them.
func (f *fileReader) descend(ctx context.Context, path []string, depth int) error {
	r := &f.json
	if depth > deepest {
		return errTooDeep
	}
	c, ok := r.skipSpace()
	switch {
	case !ok:
		return errCutShort
	case c == '[':
		return r.list(func() error { return f.descend(ctx, path, depth+1) })
	case len(path) > 0 && c == '{':
		return r.object(func(name []byte) error {
			if string(name) == path[0] {
				return f.descend(ctx, path[1:], depth+1)
			}
			return r.skip(depth + 1)
		})
	}
	f.record++
	if f.record&0x3ff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if c != '{' {
		if err := r.skip(depth); err != nil {
			return err
		}
		return f.reject("not_a_record")
	}
	r.row.begin(len(r.columns.names))
	r.inside = r.lines
	if err := r.value(r.root, depth); err != nil {
		return err
	}
	return f.visit(&r.row)
}

// value reads one value, keeping what is wanted of it.
func (r *jsonReader) value(n *pathNode, depth int) error {
	if depth > deepest {
		return errTooDeep
	}
	c, ok := r.skipSpace()
	if !ok {
		return errCutShort
	}
	switch c {
	case '{':
		r.note(n)
		return r.object(func(name []byte) error {
			if next := n.child(name); next != nil {
				return r.value(next, depth+1)
			}
			return r.skip(depth + 1)
		})
	case '[':
		return r.list(func() error { return r.value(n, depth+1) })
	case '"':
		return r.text(n.column)
	}
	return r.scalar(n.column)
}

func (n *pathNode) child(name []byte) *pathNode {
	if next := n.known(name); next != nil || n.discover == nil {
		return next
	}
	return n.discover(string(name))
}

// note keeps that an object stood where a column is wanted.
func (r *jsonReader) note(n *pathNode) {
	if n.column >= 0 {
		r.row.add(n.column, len(r.row.arena), 0, cellComposite)
	}
}

// text reads a string into the row.
func (r *jsonReader) text(column int) error {
	off, room := len(r.row.arena), 0
	if column >= 0 && !r.columns.lengths[column] {
		room = longestCell
	}
	var length int64
	var err error
	r.row.arena, length, err = r.string(r.row.arena, room)
	if err == nil && column >= 0 {
		r.row.add(column, off, length, cellText)
	}
	return err
}

// scalar reads a number, true, false or null. A null is no value.
func (r *jsonReader) scalar(column int) error {
	off := len(r.row.arena)
	for {
		c, ok := r.src.peek()
		if !ok || c == ',' || c == ']' || c == '}' || isSpace(c) {
			break
		}
		if len(r.row.arena)-off > 64 {
			return errNotJSON
		}
		r.row.arena = append(r.row.arena, c)
		r.src.pos++
	}
	word := r.row.arena[off:]
	kind := cellBool
	switch {
	case len(word) == 0:
		return errNotJSON
	case string(word) == "null":
		r.row.arena = r.row.arena[:off]
		return nil
	case isNumber(word):
		kind = cellNumber
	case string(word) != "true" && string(word) != "false":
		if _, ok := r.src.peek(); !ok {
			return errCutShort
		}
		return errNotJSON
	}
	if column < 0 {
		r.row.arena = r.row.arena[:off]
		return nil
	}
	r.row.add(column, off, int64(len(word)), kind)
	return nil
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

// object reads an object; member must read the value of each.
func (r *jsonReader) object(member func(name []byte) error) error {
	r.src.pos++
	for first := true; ; first = false {
		c, ok := r.skipSpace()
		if ok && c == ',' && !first {
			r.src.pos++
			c, ok = r.skipSpace()
		} else if ok && c != '}' && !first {
			return errNotJSON
		}
		switch {
		case !ok:
			return errCutShort
		case c == '}':
			r.src.pos++
			return nil
		case c != '"':
			return errNotJSON
		}
		var err error
		if r.name, _, err = r.string(r.name[:0], longestName); err != nil {
			return err
		}
		if c, ok = r.skipSpace(); !ok {
			return errCutShort
		} else if c != ':' {
			return errNotJSON
		}
		r.src.pos++
		if err := member(r.name); err != nil {
			return err
		}
	}
}

// longestName is how much of a member's name is kept.
const longestName = 256

// list reads a list; element must read each element.
func (r *jsonReader) list(element func() error) error {
	r.src.pos++
	for first := true; ; first = false {
		c, ok := r.skipSpace()
		switch {
		case !ok:
			return errCutShort
		case c == ']':
			r.src.pos++
			return nil
		case c == ',' && !first:
			r.src.pos++
		case !first:
			return errNotJSON
		}
		if c, ok = r.skipSpace(); ok && c == ']' {
			continue
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// skip passes over a value.
func (r *jsonReader) skip(depth int) error { return r.value(&nowhere, depth) }

var nowhere = pathNode{column: -1}

// skipSpace is the next byte that is no blank, without taking it. Inside a record of
// one line, a line end is no blank, and what meets it finds that it is no JSON.
func (r *jsonReader) skipSpace() (byte, bool) {
	for {
		for r.src.pos < r.src.end {
			if c := r.src.buf[r.src.pos]; !isSpace(c) || c == '\n' && r.inside {
				return c, true
			}
			r.src.pos++
		}
		if !r.src.more() {
			return 0, false
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// skipLine passes over the rest of a line.
func (r *jsonReader) skipLine() bool {
	for {
		if i := bytes.IndexByte(r.src.buf[r.src.pos:r.src.end], '\n'); i >= 0 {
			r.src.pos += i + 1
			return true
		}
		if !r.src.more() {
			return false
		}
	}
}

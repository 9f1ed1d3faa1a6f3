package sqlite

import (
	"context"
	"strconv"
	"strings"

	"crosstalk/collectors"
)

// table is where a table's rows begin and how its columns are stored.
type table struct {
	name    string
	root    uint32
	columns []column
	keyed   bool // WITHOUT ROWID: the rows stand in an index, which is not read
}

type column struct {
	name    string // lower case
	stored  int    // place in the stored row, or -1
	isRowID bool   // another name of the row id
	integer bool   // of the very type INTEGER: only such a column can be the row id
	value   any    // int64 or string that rows have which are older than the column; or nil
}

func (t *table) column(name string) int {
	for i := range t.columns {
		if strings.EqualFold(t.columns[i].name, name) {
			return i
		}
	}
	return -1
}

// Tables lists, by lower-case name, the tables of a database and their columns. It is
// for recognising a database: where the file cannot be opened at any place (a large one in
// an archive), its beginning has to do, and the list may be short. A file that is no database
// has none.
func Tables(t *collectors.Tree, name string) (map[string][]string, error) {
	head, err := t.Head(name, headerSize)
	if err != nil || !IsDatabase(head) {
		return nil, nil //nolint:nilerr // a damaged file is nobody's
	}
	d, err := Open(t, name)
	if err != nil {
		if d, err = glance(t, name); err != nil {
			return nil, nil //nolint:nilerr // as above
		}
	}
	defer d.Close()
	list := make(map[string][]string, len(d.tables))
	for key, table := range d.tables {
		for _, c := range table.columns {
			list[key] = append(list[key], c.name)
		}
	}
	return list, nil
}

// glance opens the first part of a database.
func glance(t *collectors.Tree, name string) (*Database, error) {
	head, err := t.Head(name, 1<<20)
	if err != nil {
		return nil, err
	}
	d := &Database{file: &collectors.Random{ReaderAt: strings.NewReader(string(head)), Size: int64(len(head))}, lax: true}
	if len(head) < headerSize {
		return nil, ErrTruncated
	}
	if err := d.parseHeader(head); err != nil {
		return nil, err
	}
	return d, d.readSchema()
}

// readSchema reads the table of tables, which begins on the first page.
func (d *Database) readSchema() error {
	d.tables = map[string]*table{}
	schema := &table{name: "sqlite_schema", root: 1}
	for i, name := range []string{"type", "name", "tbl_name", "rootpage", "sql"} {
		schema.columns = append(schema.columns, column{name: name, stored: i})
	}
	return d.scan(context.Background(), schema, []string{"type", "name", "rootpage", "sql"}, func(r *Row) error {
		if r.Text(0) != "table" || r.Int(2) <= 0 || r.Int(2) >= 1<<32 {
			return nil
		}
		if t, ok := parseTable(r.Text(3)); ok {
			t.name, t.root = r.Text(1), uint32(r.Int(2))
			d.tables[strings.ToLower(t.name)] = t
		}
		return nil
	})
}

// parseTable understands as much of a CREATE TABLE as is needed to find columns in rows.
func parseTable(sql string) (*table, bool) {
	words := &lexer{rest: sql}
	for w := words.next(); !w.is("("); w = words.next() {
		if w.text == "" || w.is("virtual") {
			return nil, false
		}
	}
	t := &table{}
	stored := 0
	for more := true; more; {
		var def []word
		def, more = words.definition()
		if len(def) == 0 {
			continue
		}
		if key, ok := tableConstraint(def); ok {
			t.alias(key)
			continue
		}
		c := parseColumn(def)
		if c.stored == 0 {
			c.stored = stored
			stored++
		}
		t.columns = append(t.columns, c)
	}
	for w := words.next(); w.text != ""; w = words.next() {
		t.keyed = t.keyed || w.is("rowid")
	}
	return t, len(t.columns) > 0
}

// alias marks the column that a table's constraint makes the row id.
func (t *table) alias(key string) {
	if i := t.column(key); i >= 0 && t.columns[i].integer {
		t.columns[i].isRowID = true
	}
}

// tableConstraint recognises a definition that is no column. The key is the only column of a
// primary key.
func tableConstraint(def []word) (key string, ok bool) {
	if def[0].quoted {
		return "", false
	}
	for i, w := range def {
		if w.is("primary") && len(def) >= i+5 && def[i+1].is("key") && def[i+2].is("(") && (def[i+4].is(")") || def[i+4].is("asc") || def[i+4].is("autoincrement")) {
			key = def[i+3].text
		}
	}
	switch strings.ToLower(def[0].text) {
	case "constraint", "primary", "unique", "check", "foreign":
		return key, true
	}
	return "", false
}

func parseColumn(def []word) column {
	c := column{name: strings.ToLower(def[0].text)}
	c.integer = len(def) > 1 && strings.EqualFold(def[1].text, "integer") && (len(def) == 2 || !typeGoesOn(def[2]))
	for i := 1; i < len(def); i++ {
		rest := def[i:]
		switch {
		case rest[0].is("primary") && len(rest) > 1 && rest[1].is("key"):
			c.isRowID = c.integer && !(len(rest) > 2 && rest[2].is("desc"))
		case rest[0].is("default") && len(rest) > 1:
			c.value = literal(rest[1:])
		case rest[0].is("as") && len(rest) > 1 && rest[1].is("("):
			if !def[len(def)-1].is("stored") {
				c.stored = -1
			}
		case rest[0].is("("): // the arguments of a type, a check, an expression
			i += skipGroup(rest)
		}
	}
	return c
}

// typeGoesOn reports whether a word behind a type's first word belongs to the type.
func typeGoesOn(w word) bool {
	switch strings.ToLower(w.text) {
	case "primary", "not", "null", "unique", "default", "check", "collate", "references", "constraint", "generated", "as", "on":
		return w.quoted
	}
	return true
}

// literal is the value of a DEFAULT where it is a number or a string.
func literal(words []word) any {
	w := words[0]
	if w.quoted {
		return w.text
	}
	sign := ""
	if (w.is("-") || w.is("+")) && len(words) > 1 {
		sign, w = w.text, words[1]
	}
	if n, err := strconv.ParseInt(sign+w.text, 10, 64); err == nil {
		return n
	}
	return nil
}

// skipGroup is how many words to pass over to stand at the bracket that closes the first.
func skipGroup(words []word) int {
	depth := 0
	for i, w := range words {
		if w.is("(") {
			depth++
		} else if w.is(")") {
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(words) - 1
}

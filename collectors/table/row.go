package table

// longestCell is how much of a cell is kept; a longer one is no id, time or name.
const longestCell = 16 << 10

// cellKind says what a cell was in JSON. Cells of CSV are text.
type cellKind uint8

const (
	cellText cellKind = iota
	cellNumber
	cellBool
	cellComposite // a list or an object: only that it is there counts
)

// row is one record: for each column that is mapped, its values in order. Everything
// is kept in buffers that the next row takes over.
type row struct {
	arena []byte
	cells []cell
	first []int32 // by column, index of its first cell or -1
	last  []int32
}

type cell struct {
	off, len int32
	length   int64 // of the whole text, also where it was not kept
	next     int32
	kind     cellKind
	long     bool
}

func (r *row) begin(columns int) {
	r.arena, r.cells = r.arena[:0], r.cells[:0]
	if cap(r.first) < columns {
		r.first, r.last = make([]int32, columns), make([]int32, columns)
	}
	r.first, r.last = r.first[:columns], r.last[:columns]
	for i := range r.first {
		r.first[i] = -1
	}
}

// mostCells bounds the values of one record.
const mostCells = 1 << 17

// add ends the cell that was appended to the arena from off on.
func (r *row) add(column int, off int, length int64, kind cellKind) {
	if len(r.cells) >= mostCells {
		return
	}
	index := int32(len(r.cells))
	r.cells = append(r.cells, cell{off: int32(off), len: int32(len(r.arena) - off), length: length, next: -1, kind: kind,
		long: length > longestCell})
	if r.first[column] < 0 {
		r.first[column] = index
	} else {
		r.cells[r.last[column]].next = index
	}
	r.last[column] = index
}

// value is the first value of a column that is not empty, or nil. Column -1 is none.
func (r *row) value(column int) []byte {
	for c := r.at(column); c != nil; c = r.following(c) {
		if c.len > 0 {
			return r.text(c)
		}
	}
	return nil
}

// at is the first cell of a column, or nil.
func (r *row) at(column int) *cell {
	if column < 0 || r.first[column] < 0 {
		return nil
	}
	return &r.cells[r.first[column]]
}

func (r *row) following(c *cell) *cell {
	if c.next < 0 {
		return nil
	}
	return &r.cells[c.next]
}

// text is a cell's content; a cell too long to be kept whole has none.
func (r *row) text(c *cell) []byte {
	if c.long {
		return nil
	}
	return r.arena[c.off : c.off+c.len]
}

// columns numbers the columns a mapping names.
type columns struct {
	names   []string
	lengths []bool // only the length of the column is wanted: its text is never kept
	index   map[string]int
}

// add gives a column's number; the empty name is none.
func (c *columns) add(name string) int {
	if name == "" {
		return -1
	}
	if i, ok := c.index[name]; ok {
		c.lengths[i] = false
		return i
	}
	if c.index == nil {
		c.index = map[string]int{}
	}
	c.index[name] = len(c.names)
	c.names = append(c.names, name)
	c.lengths = append(c.lengths, false)
	return len(c.names) - 1
}

// addLength gives the number of a column whose text is measured and dropped.
func (c *columns) addLength(name string) int {
	_, known := c.index[name]
	i := c.add(name)
	if i >= 0 && !known {
		c.lengths[i] = true
	}
	return i
}

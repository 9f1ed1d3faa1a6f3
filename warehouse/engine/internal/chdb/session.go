package chdb

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

// Exception is an error of ClickHouse itself, with its number (https://clickhouse.com/docs, system.errors).
type Exception struct {
	Code    int
	Message string
}

func (e *Exception) Error() string { return e.Message }

// newException reads the number from a message of the form "Code: N. DB::Exception: …"; 1002 is ClickHouse's own number
// for an error without one.
func newException(message string) error {
	if message == "" {
		return nil
	}
	e := &Exception{Code: 1002, Message: message}
	if rest, ok := strings.CutPrefix(message, "Code: "); ok {
		digits, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(digits); err == nil {
			e.Code = n
		}
	} else {
		e.Message = "Code: 1002. DB::Exception: " + message
	}
	return e
}

// Session is one ClickHouse session inside the process. It runs one statement at a time; its methods are not safe for
// concurrent use.
type Session struct {
	lib    *Library
	handle uintptr // chdb_connection *
	inner  uintptr // chdb_connection
}

// Open starts a session. Arguments are those of `clickhouse local`; the ones that name a query setting apply to this
// session alone, the others count for the first session of the process only.
func (lib *Library) Open(args ...string) (*Session, error) {
	argv, release := newArgv(args)
	defer release()
	handle := lib.connect(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	if handle == 0 {
		return nil, errors.New("the library refused to open a session")
	}
	inner := *(*uintptr)(*(*unsafe.Pointer)(unsafe.Pointer(&handle)))
	return &Session{lib: lib, handle: handle, inner: inner}, nil
}

// newArgv writes a command line as C takes it, with a name for the program before it and a null pointer behind.
func newArgv(args []string) (argv []unsafe.Pointer, release func()) {
	var pin runtime.Pinner
	for _, arg := range append([]string{"clickhouse"}, args...) {
		text := append([]byte(arg), 0)
		pin.Pin(&text[0])
		argv = append(argv, unsafe.Pointer(&text[0]))
	}
	argv = append(argv, nil)
	pin.Pin(&argv[0])
	return argv, pin.Unpin
}

// RunLocal is the program `clickhouse local` with its own listeners, for tests of server mode. It returns when its last
// statement has ended.
func (lib *Library) RunLocal(args ...string) error {
	argv, release := newArgv(args)
	defer release()
	handle := lib.commandLine(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	if handle == 0 {
		return errNoAnswer
	}
	r := Result{lib: lib, handle: handle}
	defer r.Close()
	return r.err()
}

// Close ends the session. Closing the last session of the process shuts ClickHouse down.
func (c *Session) Close() {
	if c.handle != 0 {
		c.lib.closeConn(c.handle)
		c.handle, c.inner = 0, 0
	}
}

// Param is the value of a {name:Type} placeholder, as the text ClickHouse's HTTP interface takes in param_name.
type Param struct{ Name, Value string }

// arguments holds what one call passes to C, pinned until release.
type arguments struct {
	pin                                runtime.Pinner
	sql, format                        unsafe.Pointer
	sqlLen, formatLen                  uintptr
	names, nameLens, values, valueLens unsafe.Pointer
	count                              uintptr
}

func newArguments(sql, format string, params []Param) *arguments {
	a := &arguments{sqlLen: uintptr(len(sql)), formatLen: uintptr(len(format)), count: uintptr(len(params))}
	a.sql, a.format = a.text(sql), a.text(format)
	if len(params) == 0 {
		return a
	}
	pointers := make([]unsafe.Pointer, 2*len(params))
	lengths := make([]uintptr, 2*len(params))
	for i, p := range params {
		j := i + len(params)
		pointers[i], pointers[j] = a.text(p.Name), a.text(p.Value)
		lengths[i], lengths[j] = uintptr(len(p.Name)), uintptr(len(p.Value))
	}
	a.pin.Pin(&pointers[0])
	a.pin.Pin(&lengths[0])
	a.names, a.values = unsafe.Pointer(&pointers[0]), unsafe.Pointer(&pointers[len(params)])
	a.nameLens, a.valueLens = unsafe.Pointer(&lengths[0]), unsafe.Pointer(&lengths[len(params)])
	return a
}

// text copies s with a closing zero byte, so that the pointer is good even where the text is empty.
func (a *arguments) text(s string) unsafe.Pointer {
	buf := append([]byte(s), 0)
	a.pin.Pin(&buf[0])
	return unsafe.Pointer(&buf[0])
}

func (a *arguments) release() { a.pin.Unpin() }

// Result is an answer, or a piece of one, in the library's memory; Close frees it.
type Result struct {
	lib    *Library
	handle uintptr
}

func (r Result) err() error { return newException(r.lib.resultError(r.handle)) }

// Bytes is a view of the library's memory: it ends with Close.
func (r Result) Bytes() []byte {
	n := int(r.lib.resultLength(r.handle))
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(r.lib.resultBuffer(r.handle)), n)
}

func (r Result) Close() { r.lib.destroyResult(r.handle) }

var errNoAnswer = errors.New("the library gave neither an answer nor an error")

// Query runs a statement to its end and holds the whole answer. The caller closes it.
func (c *Session) Query(sql, format string, params []Param) (Result, error) {
	a := newArguments(sql, format, params)
	defer a.release()
	handle := c.lib.query(c.inner, a.sql, a.sqlLen, a.format, a.formatLen, a.names, a.nameLens, a.values, a.valueLens, a.count)
	return c.checked(handle)
}

func (c *Session) checked(handle uintptr) (Result, error) {
	if handle == 0 {
		return Result{}, errNoAnswer
	}
	r := Result{lib: c.lib, handle: handle}
	if err := r.err(); err != nil {
		r.Close()
		return Result{}, err
	}
	return r, nil
}

// Exec runs a statement for its effect.
func (c *Session) Exec(sql string, params ...Param) error {
	r, err := c.Query(sql, "Null", params)
	if err != nil {
		return err
	}
	r.Close()
	return nil
}

// Stream is a running SELECT. It has to be closed before the session runs anything else.
type Stream struct {
	conn   *Session
	handle uintptr
	ended  bool
}

func (c *Session) Stream(sql, format string, params []Param) (*Stream, error) {
	a := newArguments(sql, format, params)
	defer a.release()
	handle := c.lib.streamQuery(c.inner, a.sql, a.sqlLen, a.format, a.formatLen, a.names, a.nameLens, a.values, a.valueLens, a.count)
	r, err := c.checked(handle)
	if err != nil {
		return nil, err
	}
	return &Stream{conn: c, handle: r.handle}, nil
}

// Next gives the next piece, and false at the end. The caller closes the piece.
func (s *Stream) Next() (Result, bool, error) {
	if s.ended {
		return Result{}, false, nil
	}
	r, err := s.conn.checked(s.conn.lib.fetch(s.conn.inner, s.handle))
	if err != nil {
		s.ended = true
		return Result{}, false, err
	}
	if r.lib.resultLength(r.handle) == 0 {
		s.ended = true
		r.Close()
		return Result{}, false, nil
	}
	return r, true, nil
}

func (s *Stream) Close() {
	if !s.ended {
		s.conn.lib.cancel(s.conn.inner, s.handle)
	}
	s.conn.lib.destroyResult(s.handle)
}

// Insertion is a running INSERT that takes its rows piece by piece.
type Insertion struct {
	lib    *Library
	handle uintptr
}

// Insert starts an INSERT; sql carries no FORMAT clause. The caller closes it, which cancels it if it is not done.
func (c *Session) Insert(sql, format string, params []Param) (*Insertion, error) {
	a := newArguments(sql, format, params)
	defer a.release()
	handle := c.lib.streamInsert(c.inner, a.sql, a.sqlLen, a.format, a.formatLen, a.names, a.nameLens, a.values, a.valueLens, a.count)
	ins := &Insertion{lib: c.lib, handle: handle}
	if err := newException(c.lib.insertError(handle)); err != nil {
		ins.Close()
		return nil, err
	}
	return ins, nil
}

// Append hands over a piece of any length; it blocks while the engine is behind.
func (i *Insertion) Append(piece []byte) error {
	if len(piece) == 0 {
		return nil
	}
	if i.lib.appendInsert(i.handle, unsafe.Pointer(&piece[0]), uintptr(len(piece))) == 0 {
		return nil
	}
	if err := newException(i.lib.insertError(i.handle)); err != nil {
		return err
	}
	return errNoAnswer
}

// Done commits and gives the number of rows written.
func (i *Insertion) Done() (uint64, error) {
	handle := i.lib.doneInsert(i.handle)
	if handle == 0 {
		return 0, errNoAnswer
	}
	r := Result{lib: i.lib, handle: handle}
	defer r.Close()
	return i.lib.rowsWritten(handle), r.err()
}

func (i *Insertion) Close() { i.lib.destroyInsert(i.handle) }

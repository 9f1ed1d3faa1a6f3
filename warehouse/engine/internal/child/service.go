package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"crosstalk/warehouse/engine/internal/chdb"
)

// service is ClickHouse's HTTP interface: statements at /, and /ping.
type service struct {
	sessions *sessions
	log      *slog.Logger
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &answer{to: w}
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	req, err := readRequest(r)
	if err != nil {
		a.fail(err)
		return
	}
	begun := time.Now()
	err = s.serve(r.Context(), a, req, r.Body)
	if errors.Is(err, errReaderGone) || err != nil && r.Context().Err() != nil {
		s.log.Debug("a statement was given up by its caller", "kind", req.kind(), "milliseconds", time.Since(begun).Milliseconds())
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		// The text of the error is the caller's: it can quote values.
		s.log.Warn("a statement failed", "kind", req.kind(), "code", asException(err).Code, "milliseconds", time.Since(begun).Milliseconds())
		a.fail(err)
	}
}

func (s *service) serve(ctx context.Context, a *answer, req *request, body io.Reader) error {
	own, err := s.sessions.open(ctx, req)
	if err != nil {
		return err
	}
	defer own.close()
	defer s.sessions.killWhen(ctx, own, s.log)()
	switch {
	case req.rows:
		return s.insert(a, own, req, body)
	case req.reads:
		return s.read(a, own, req)
	default:
		return s.run(a, own, req)
	}
}

// hello is what clickhouse-go asks first, at the revision it was built for. It reads all later answers by the revision
// that it is told here, so one that takes raw blocks is told 0 and spares both sides the re-encoding.
const hello = "SELECT displayName(), version(), revision(), timezone()"

func (s *service) read(a *answer, own *session, req *request) error {
	sql := req.sql
	if sql == hello && req.raw {
		sql, req.raw = strings.Replace(sql, "revision()", "toUInt32(0)", 1), false
	}
	rows, err := own.Stream(sql, req.format, req.params)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := a.copyStream(rows, req); err != nil {
		return err
	}
	if !a.started {
		a.start(req.format)
	}
	return nil
}

// run executes a statement for its effect: a definition, a setting, an INSERT … SELECT.
func (s *service) run(a *answer, own *session, req *request) error {
	result, err := own.Query(req.sql, req.format, req.params)
	if err != nil {
		return err
	}
	defer result.Close()
	a.start(req.format)
	return a.write(result.Bytes(), req)
}

// insert passes rows on as they come; ClickHouse takes them in blocks of its own size, and a caller who goes before the
// end leaves the whole blocks behind.
func (s *service) insert(a *answer, own *session, req *request, body io.Reader) error {
	insertion, err := own.Insert(req.sql, req.format, req.params)
	if err != nil {
		return err
	}
	defer insertion.Close()
	if err := appendAll(insertion, body); err != nil {
		return err
	}
	if _, err := insertion.Done(); err != nil {
		return err
	}
	a.start(req.format)
	return nil
}

var insertBuffers = sync.Pool{New: func() any { return new([1 << 20]byte) }}

func appendAll(insertion *chdb.Insertion, body io.Reader) error {
	buffer := insertBuffers.Get().(*[1 << 20]byte)
	defer insertBuffers.Put(buffer)
	for {
		n, readErr := fill(buffer[:], body)
		if err := insertion.Append(buffer[:n]); err != nil {
			return err
		}
		if readErr == io.EOF {
			return nil
		}
		if readErr != nil {
			return fmt.Errorf("%w: %w", errReaderGone, readErr)
		}
	}
}

// fill reads until the buffer is full or the body gives an error; io.EOF is the end of a whole body and of no other.
func fill(buffer []byte, body io.Reader) (n int, err error) {
	for n < len(buffer) && err == nil {
		var read int
		read, err = body.Read(buffer[n:])
		n += read
	}
	return n, err
}

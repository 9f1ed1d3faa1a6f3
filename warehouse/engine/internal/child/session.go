package child

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"crosstalk/warehouse/engine/internal/chdb"
)

const (
	// mostSessions bounds how many statements run or wait for their reader at once; more wait for a place.
	mostSessions = 64
	// killEvery is the pause between attempts to stop a statement: one that has not begun yet cannot be stopped.
	killEvery = 50 * time.Millisecond
)

// sessions opens a ClickHouse session for every statement, which takes some 0.1 ms, so that no setting, parameter or
// database of one can reach another. One session more stays open for the life of the process: it keeps the engine up,
// and stops the statements of the others.
type sessions struct {
	lib     *chdb.Library
	path    string // of the data, which every session has to name
	places  chan struct{}
	last    atomic.Uint64
	control struct {
		sync.Mutex
		*chdb.Session
	}
}

// newSessions starts ClickHouse on the data at path; args are for the process as a whole.
func newSessions(lib *chdb.Library, path string, args ...string) (*sessions, error) {
	first, err := lib.Open(append([]string{"--path=" + path}, args...)...)
	if err != nil {
		return nil, err
	}
	s := &sessions{lib: lib, path: path, places: make(chan struct{}, mostSessions)}
	s.control.Session = first
	return s, nil
}

// session is one statement's own, known to ClickHouse by its mark.
type session struct {
	*chdb.Session
	mark string
	free func()
}

// open waits for a place and makes a session ready for a request.
func (s *sessions) open(ctx context.Context, req *request) (*session, error) {
	select {
	case s.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	mark := "crosstalk-" + strconv.FormatUint(s.last.Add(1), 10)
	inner, err := s.lib.Open("--path="+s.path, "--log_comment="+mark)
	if err != nil {
		<-s.places
		return nil, err
	}
	own := &session{Session: inner, mark: mark, free: func() { <-s.places }}
	if err := own.prepare(req); err != nil {
		own.close()
		return nil, err
	}
	return own, nil
}

func (own *session) close() {
	own.Session.Close()
	own.free()
}

func (own *session) prepare(req *request) error {
	if req.database != "" && req.database != "default" {
		if err := own.Exec("USE " + quoteName(req.database)); err != nil {
			return err
		}
	}
	if len(req.settings) == 0 {
		return nil
	}
	var changes []string
	for _, setting := range req.settings {
		if setting.Name == "log_comment" {
			own.mark += " " + setting.Value
			setting.Value = own.mark
		}
		changes = append(changes, setting.Name+" = "+quoteText(setting.Value))
	}
	return own.Exec("SET " + strings.Join(changes, ", "))
}

// killWhen stops the session's statement as soon as ctx ends, and goes on trying until the function it returns is
// called, which has to be after the statement and before the session closes.
func (s *sessions) killWhen(ctx context.Context, own *session, log *slog.Logger) (stop func()) {
	ended := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		select {
		case <-ended:
			return
		case <-ctx.Done():
		}
		tick := time.NewTicker(killEvery)
		defer tick.Stop()
		for {
			if err := s.kill("Settings['log_comment'] = " + quoteText(own.mark)); err != nil {
				log.Warn("a statement could not be stopped", "code", asException(err).Code)
			}
			select {
			case <-ended:
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		close(ended)
		wait.Wait()
	}
}

func (s *sessions) kill(condition string) error {
	s.control.Lock()
	defer s.control.Unlock()
	if s.control.Session == nil {
		return nil
	}
	return s.control.Exec("KILL QUERY WHERE " + condition + " ASYNC")
}

// close ends ClickHouse: it stops what still runs, waits for it a little, and closes the last session. It says whether
// all statements had ended; if not, ClickHouse is left as it is, for the process to end with.
func (s *sessions) close(patience time.Duration) bool {
	if err := s.kill("startsWith(Settings['log_comment'], 'crosstalk-')"); err != nil {
		return false
	}
	deadline := time.After(patience)
	for range mostSessions {
		select {
		case s.places <- struct{}{}:
		case <-deadline:
			return false
		}
	}
	s.control.Lock()
	defer s.control.Unlock()
	s.control.Session.Close()
	s.control.Session = nil
	return true
}

// serverVersion gives ClickHouse's own version.
func (s *sessions) serverVersion() (string, error) {
	s.control.Lock()
	defer s.control.Unlock()
	answer, err := s.control.Query("SELECT version()", "TabSeparatedRaw", nil)
	if err != nil {
		return "", fmt.Errorf("ask for the version: %w", err)
	}
	defer answer.Close()
	return strings.TrimSpace(string(answer.Bytes())), nil
}

var textEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func quoteText(s string) string { return "'" + textEscapes.Replace(s) + "'" }

func quoteName(s string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
}

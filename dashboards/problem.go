package dashboards

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"crosstalk/analytics"
	"crosstalk/views"
)

// problem is an error as the reader meets it.
type problem struct {
	status   int
	title    string
	sentence string
	advice   string
	retry    time.Duration
}

func (p *problem) Error() string { return p.sentence }

var (
	notFound = &problem{status: http.StatusNotFound, title: "There is no such page", sentence: "Nothing is served under this address."}
	failed   = &problem{status: http.StatusInternalServerError, title: "This page could not be made",
		sentence: "Something went wrong while the page was made; the server's log says what.", advice: "Try again, or go back to the brief."}
	tooSlow = &problem{status: http.StatusServiceUnavailable, title: "This took too long",
		sentence: "The question was not answered in time.", advice: "Try a shorter period, or try again in a moment.", retry: 10 * time.Second}
)

// problemOf says what an error means for the reader.
func problemOf(err error) *problem {
	var known *problem
	var passing Retry
	var http *echo.HTTPError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &passing):
		return restarting(passing.RetryAfter())
	case errors.Is(err, analytics.ErrFilter):
		return &problem{status: 400, title: "This filter is not understood", sentence: capitalised(err.Error()) + "."}
	case errors.Is(err, analytics.ErrRefused):
		return &problem{status: 403, title: "This is not shown", sentence: capitalised(err.Error()) + "."}
	case errors.Is(err, context.DeadlineExceeded):
		return tooSlow
	case errors.As(err, &http):
		return ofStatus(http.Code)
	}
	return failed
}

func ofStatus(code int) *problem {
	switch code {
	case http.StatusNotFound:
		return notFound
	case http.StatusInternalServerError:
		return failed
	}
	return &problem{status: code, title: http.StatusText(code), sentence: "The request was not accepted: " + strings.ToLower(http.StatusText(code)) + "."}
}

func restarting(after time.Duration) *problem {
	after = max(after, time.Second)
	return &problem{status: http.StatusServiceUnavailable, title: "One moment", retry: after,
		sentence: "The database is starting again; nothing is lost.",
		advice:   fmt.Sprintf("Load the page again in about %d seconds.", int(math.Ceil(after.Seconds())))}
}

func capitalised(sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	if sentence == "" {
		return sentence
	}
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

// showProblem answers with an error: as a page to browsers, as JSON to the API, as a sentence to others.
func (s *Server) showProblem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(err)
	if p.status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.config.Log.Error("request failed", "route", routeOf(c), "code", p.status, "error", err)
	}
	c.Response().Header().Del("Content-Disposition")
	if p.retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	s.answerProblem(c.Response(), c.Request(), p)
}

func (s *Server) answerProblem(w http.ResponseWriter, r *http.Request, p *problem) {
	w.Header().Set("Cache-Control", "no-store")
	if wantsJSON(r) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(p.status)
		_ = encodeJSON(w, map[string]string{"error": p.sentence}) // the client may be gone
		return
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(p.status)
		_, _ = fmt.Fprintln(w, p.sentence) // the client may be gone
		return
	}
	page := views.ProblemPage(views.Problem{Status: p.status, Title: p.title, Sentence: p.sentence, Advice: p.advice, Asset: s.assets.address})
	// The request's time may be over, which is why there is a problem.
	if err := render(context.WithoutCancel(r.Context()), w, p.status, page); err != nil {
		s.config.Log.Error("error page not rendered", "error", err)
	}
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasSuffix(r.URL.Path, ".json")
}

// refuse is how the guard turns requests away.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	p := &problem{status: status, title: "Not let in", sentence: capitalised(sentence) + "."}
	if status == http.StatusServiceUnavailable {
		p.title = "One moment"
	}
	s.answerProblem(w, r, p)
}

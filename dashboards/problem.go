package dashboards

import (
	"cmp"
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
	// For programs: what kind of problem it is, which parameter is wrong, what that may be, and the slug that was meant.
	code      string
	parameter string
	allowed   []string
	nearest   string
}

func (p *problem) Error() string { return p.sentence }

var (
	notFound = &problem{status: http.StatusNotFound, title: "There is no such page", code: "not_found",
		sentence: "Nothing is served under this address."}
	failed = &problem{status: http.StatusInternalServerError, title: "This page could not be made", code: "failed",
		sentence: "Something went wrong while the page was made; the server's log says what.", advice: "Try again, or go back to the brief."}
	tooSlow = &problem{status: http.StatusServiceUnavailable, title: "This took too long", code: "too_slow",
		sentence: "The question was not answered in time.", advice: "Try a shorter period, or try again in a moment.", retry: 10 * time.Second}
)

// problemOf says what an error means for the reader.
func problemOf(err error) *problem {
	var known *problem
	var passing Retry
	var unserved *echo.HTTPError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &passing):
		return restarting(passing.RetryAfter())
	case errors.Is(err, analytics.ErrFilter):
		return aboutFilter(http.StatusBadRequest, "This filter is not understood", "bad_filter", err)
	case errors.Is(err, analytics.ErrRefused):
		return aboutFilter(http.StatusForbidden, "This is not shown", "refused_by_gate", err)
	case errors.Is(err, context.DeadlineExceeded):
		return tooSlow
	case errors.As(err, &unserved):
		return ofStatus(unserved.Code)
	}
	return failed
}

// aboutFilter says what of the question is wrong, or is not answered to anybody.
func aboutFilter(status int, title, code string, err error) *problem {
	parameter, allowed := analytics.Fault(err)
	return &problem{status: status, title: title, code: code, sentence: capitalised(err.Error()) + ".", parameter: parameter, allowed: allowed}
}

// noMetric says which metric may have been meant.
func noMetric(slug string) *problem {
	p := *notFound
	p.nearest = analytics.Nearest(slug)
	p.sentence = "There is no metric of this name: " + apiMetrics + " lists them."
	if p.nearest != "" {
		p.sentence = "There is no metric of this name: did you mean " + p.nearest + "?"
	}
	return &p
}

// codes are the kinds of problem that follow from the status alone.
var codes = map[int]string{
	http.StatusBadRequest: "bad_request", http.StatusUnauthorized: "not_logged_in", http.StatusForbidden: "not_allowed",
	http.StatusMethodNotAllowed: "method_not_allowed", http.StatusMisdirectedRequest: "unknown_host", http.StatusServiceUnavailable: "restarting",
}

func codeOf(status int) string { return cmp.Or(codes[status], "not_accepted") }

func ofStatus(code int) *problem {
	switch code {
	case http.StatusNotFound:
		return notFound
	case http.StatusInternalServerError:
		return failed
	case http.StatusMethodNotAllowed:
		return &problem{status: code, title: http.StatusText(code), code: codeOf(code),
			sentence: "This address does not answer requests of this method; the header Allow lists those it does."}
	}
	return &problem{status: code, title: http.StatusText(code), code: codeOf(code), sentence: "The request was not accepted: " + strings.ToLower(http.StatusText(code)) + "."}
}

func restarting(after time.Duration) *problem {
	after = max(after, time.Second)
	return &problem{status: http.StatusServiceUnavailable, title: "One moment", retry: after, code: "restarting",
		sentence: "The database is starting again; nothing is lost.",
		advice:   fmt.Sprintf("Load the page again in about %d seconds.", int(math.Ceil(after.Seconds())))}
}

func (p *problem) retrySeconds() int { return int(math.Ceil(p.retry.Seconds())) }

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
	c.Response().Header().Del("ETag")
	if p.retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(p.retrySeconds()))
	}
	s.answerProblem(c.Response(), c.Request(), p)
}

func (s *Server) answerProblem(w http.ResponseWriter, r *http.Request, p *problem) {
	w.Header().Set("Cache-Control", "no-store")
	if wantsJSON(r) {
		w.Header().Set("Content-Type", contentProblem)
		w.WriteHeader(p.status)
		_ = encodeJSON(w, p.document()) // the client may be gone
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

const contentProblem = "application/problem+json"

// problemDocument is a problem as RFC 9457 writes it down, with members of our own after the first three.
type problemDocument struct {
	Title      string   `json:"title"`
	Status     int      `json:"status"`
	Detail     string   `json:"detail"`
	Code       string   `json:"code"`
	Parameter  string   `json:"parameter,omitempty"`
	Allowed    []string `json:"allowed,omitempty"`
	Nearest    string   `json:"nearest,omitempty"`
	RetryAfter int      `json:"retry_after_seconds,omitempty"`
}

// document has no type: the problem is what its status says, and title must then say the same.
func (p *problem) document() problemDocument {
	return problemDocument{
		Title: http.StatusText(p.status), Status: p.status, Detail: p.sentence, Code: p.code,
		Parameter: p.parameter, Allowed: p.allowed, Nearest: p.nearest, RetryAfter: p.retrySeconds(),
	}
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasSuffix(r.URL.Path, ".json")
}

// refuse is how the guard turns requests away.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	p := &problem{status: status, title: "Not let in", code: codeOf(status), sentence: capitalised(sentence) + "."}
	if status == http.StatusServiceUnavailable {
		p.title = "One moment"
	}
	s.answerProblem(w, r, p)
}

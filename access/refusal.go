package access

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// refusal is why a request is not let through.
type refusal struct {
	status    int
	sentence  string
	outcome   Outcome // empty: not worth a line in the audit log
	challenge bool    // tell the client that a token would help
}

func (r *refusal) Error() string { return r.sentence }

// errLogInFirst sends browsers to the login page and asks programs for a token. Every first visit meets it, so it is
// not audited.
var errLogInFirst = &refusal{status: http.StatusUnauthorized, challenge: true,
	sentence: "log in first, or send a token made with crosstalk user token: Authorization: Bearer ct_..."}

// retryAfter is how many seconds to wait when the store does not answer.
const retryAfter = "5"

// turnAway answers a request that is not let through. An error that is no refusal is the store's: nobody is let in
// while it cannot say who may.
func (g *Guard) turnAway(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	w.Header().Set("Cache-Control", "no-store")
	var refused *refusal
	if !errors.As(err, &refused) {
		g.registry.log.Error("request not let through", "error", err)
		w.Header().Set("Retry-After", retryAfter)
		g.refuse(w, r, http.StatusServiceUnavailable, "users and sessions cannot be read just now: try again in a few seconds")
		return
	}
	if refused.outcome != "" {
		g.registry.audit.refusal(r.Context(), v.identity, ActionRequest, r.URL.EscapedPath(), refused.outcome)
	}
	if refused == errLogInFirst && sendToLogin(w, r) {
		return
	}
	if refused.challenge {
		w.Header().Set("WWW-Authenticate", `Bearer realm="crosstalk"`)
	}
	g.refuse(w, r, refused.status, refused.sentence)
}

// sendToLogin leads a browser to the login page and back to where it was; programs are left alone.
func sendToLogin(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", loginURL(pathOf(r.Header.Get("HX-Current-URL"))))
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	if r.Header.Get("Authorization") != "" || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	next := "/"
	if r.Method == http.MethodGet {
		next = r.URL.RequestURI()
	}
	http.Redirect(w, r, loginURL(next), http.StatusSeeOther)
	return true
}

// pathOf is the path and query of the page an htmx request came from.
func pathOf(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return "/"
	}
	return u.RequestURI()
}

func refuseInPlainText(w http.ResponseWriter, _ *http.Request, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, sentence) // the client may be gone, which is nobody's loss
}

package access_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	config := access.Config{Hosts: []string{"crosstalk.example"}, Proxy: access.ProxyConfig{Addresses: []string{"10.0.0.5"}}}
	plain := config
	plain.Session.PlainHTTP = true
	at, fromProxy, from := host("crosstalk.example"), peer("10.0.0.5:1"), peer("192.0.2.7:1")
	https := header("X-Forwarded-Proto", "https")
	cases := map[string]struct {
		config  access.Config
		changes []func(*http.Request)
		cookie  string // empty: refused
	}{
		"plain on this machine":        {config, nil, "crosstalk_session"},
		"TLS on this machine":          {config, []func(*http.Request){overTLS}, "__Host-crosstalk"},
		"TLS from elsewhere":           {config, []func(*http.Request){at, from, overTLS}, "__Host-crosstalk"},
		"the proxy says HTTPS":         {config, []func(*http.Request){at, fromProxy, https}, "__Host-crosstalk"},
		"the proxy says HTTP":          {config, []func(*http.Request){at, fromProxy, header("X-Forwarded-Proto", "http")}, ""},
		"the proxy says both":          {config, []func(*http.Request){at, fromProxy, header("X-Forwarded-Proto", "https, http")}, ""},
		"the proxy says nothing":       {config, []func(*http.Request){at, fromProxy}, ""},
		"plain from elsewhere":         {config, []func(*http.Request){at, from}, ""},
		"a stranger says HTTPS":        {config, []func(*http.Request){at, from, https}, ""},
		"an unknown proxy here":        {config, []func(*http.Request){at, https}, ""},
		"plain from elsewhere allowed": {plain, []func(*http.Request){at, from}, "crosstalk_session"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, c.config, "0.0.0.0:8080")
			password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
			res := s.logIn(t, "ann", password, c.changes...)
			if c.cookie == "" {
				if res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
					t.Errorf("%d with cookies %v, want it refused", res.StatusCode, res.Cookies())
				}
				return
			}
			got := cookieOf(res, c.cookie)
			if res.StatusCode != http.StatusNoContent || got == nil {
				t.Fatalf("%d with cookies %v, want %s", res.StatusCode, res.Cookies(), c.cookie)
			}
			secure := strings.HasPrefix(c.cookie, "__Host-")
			if !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Secure != secure || got.Path != "/" || got.Domain != "" || got.MaxAge != 7*24*3600 {
				t.Errorf("cookie %+v", got)
			}
			page := s.do(request("GET", "/", append(c.changes, withCookie(got.Name, got.Value))...))
			if text := body(t, page); !strings.HasPrefix(text, "ann|viewer|session|") {
				t.Errorf("with the cookie: %d %s", page.StatusCode, text)
			}
		})
	}
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
	last := 0
	for range 8 {
		res := s.logIn(t, "ann", "wrong password")
		last = res.StatusCode
		if cookieOf(res, sessionCookie) != nil {
			t.Fatal("a session for a wrong password")
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the eighth guess was answered with %d", last)
	}
}

// An attacker who plants a session id before the login must not know the one after it.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
	accesstest.User(t.Context(), t, s.Registry, "mallory", access.Viewer)
	planted := cookieOf(s.logIn(t, "mallory", "the password of mallory"), sessionCookie)
	for name, value := range map[string]string{"invented": strings.Repeat("A", 43), "of the attacker": planted.Value} {
		after := cookieOf(s.logIn(t, "ann", password, withCookie(sessionCookie, value)), sessionCookie)
		if after == nil || after.Value == value {
			t.Fatalf("%s: the session id was kept: %v", name, after)
		}
		if res := s.do(request("GET", "/", withCookie(sessionCookie, value))); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: the planted session is alive: %s", name, body(t, res))
		}
	}
}

func TestLoginRotatesAndLogoutEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
	first := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	second := cookieOf(s.logIn(t, "ann", password, withCookie(sessionCookie, first.Value)), sessionCookie)
	if second == nil || second.Value == first.Value {
		t.Fatal("the session was not rotated")
	}
	if res := s.do(request("GET", "/", withCookie(sessionCookie, first.Value))); res.StatusCode != http.StatusUnauthorized {
		t.Error("the session from before is alive")
	}
	in := withCookie(sessionCookie, second.Value)
	token, _ := s.csrf(t, in)
	res := s.do(request("POST", "/logout", in, header("X-CSRF-Token", token)))
	if gone := cookieOf(res, sessionCookie); res.StatusCode != http.StatusNoContent || gone == nil || gone.MaxAge >= 0 || gone.Value != "" {
		t.Errorf("logout: %d, cookie %+v", res.StatusCode, gone)
	}
	if line := s.lastAudited(t); line != "ann session logout ann done" {
		t.Errorf("audited %q", line)
	}
	if res := s.do(request("GET", "/", in)); res.StatusCode != http.StatusUnauthorized {
		t.Error("the session is alive after logging out")
	}
}

// A cookie planted over plain HTTP must mean nothing over HTTPS, and a secure one must not be taken in plain.
func TestCookiesAreNotMixed(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
	plain := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	secure := cookieOf(s.logIn(t, "ann", password, overTLS), "__Host-crosstalk")
	for name, r := range map[string]*http.Request{
		"plain cookie over TLS":            request("GET", "/", overTLS, withCookie(plain.Name, plain.Value)),
		"secure cookie in plain":           request("GET", "/", withCookie(secure.Name, secure.Value)),
		"plain cookie from elsewhere":      request("GET", "/", peer("192.0.2.7:1"), withCookie(plain.Name, plain.Value)),
		"session id as a bearer token":     request("GET", "/", bearer(plain.Value)),
		"session id with a token's prefix": request("GET", "/", bearer("ct_"+plain.Value)),
	} {
		if res := s.do(r); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

func TestBearerTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	ctx, admin := t.Context(), accesstest.Admin()
	secret, _, err := s.CreateToken(ctx, admin, "scrape", access.Viewer, s.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	session := strings.Repeat("A", 43)
	cases := map[string]struct {
		auth   string
		status int
	}{
		"right":           {"Bearer " + secret, 200},
		"scheme in lower": {"bearer " + secret, 200},
		"unknown":         {"Bearer ct_" + session, 401},
		"cut":             {"Bearer " + secret[:45], 401},
		"longer":          {"Bearer " + secret + "A", 401},
		"other case":      {"Bearer ct_" + swapCase(secret[3:]), 401},
		"the stored hash": {"Bearer " + string(access.HashSecret(secret)), 200}, // no token of ours: open mode as without
		"prefixed hash":   {"Bearer ct_" + string(access.HashSecret(secret)), 401},
		"prefix alone":    {"Bearer ct_", 401},
		"injected":        {"Bearer ct_' OR 1=1 --", 401},
	}
	for name, c := range cases {
		res := s.do(request("GET", "/", header("Authorization", c.auth)))
		text := body(t, res)
		if res.StatusCode != c.status || strings.Contains(text, secret[3:]) {
			t.Errorf("%s: %d %s, want %d", name, res.StatusCode, text, c.status)
		}
		if (c.status == 401) != (res.Header.Get("WWW-Authenticate") != "") {
			t.Errorf("%s: challenge %q", name, res.Header.Get("WWW-Authenticate"))
		}
	}
	if text := body(t, s.do(request("GET", "/", bearer(secret)))); text != "scrape|viewer|token|127.0.0.1" {
		t.Errorf("identified as %s", text)
	}
	if res := s.do(request("GET", "/admin/", bearer(secret))); res.StatusCode != http.StatusForbidden {
		t.Errorf("a viewer's token at an admin's page: %d", res.StatusCode)
	}
	if line := s.lastAudited(t); line != "scrape token request /admin/ role_too_low" {
		t.Errorf("audited %q", line)
	}
	s.clock.pass(time.Hour)
	if res := s.do(request("GET", "/", bearer(secret))); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("expired: %d", res.StatusCode)
	}
}

func TestRemovedToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{}, "0.0.0.0:8080")
	secret, token, err := s.CreateToken(t.Context(), accesstest.Admin(), "", access.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if res := s.do(request("GET", "/", bearer(secret), peer("192.0.2.7:1"))); res.StatusCode != 200 {
		t.Errorf("from elsewhere: %d", res.StatusCode)
	}
	if err := s.beside().RemoveToken(t.Context(), accesstest.Admin(), token.ID); err != nil {
		t.Fatal(err)
	}
	if res := s.do(request("GET", "/", bearer(secret))); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("removed: %d", res.StatusCode)
	}
}

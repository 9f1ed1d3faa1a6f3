package access_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

const sessionCookie, csrfCookie = "crosstalk_session", "crosstalk_csrf"

// site is a small server behind a guard: every page answers with who asks; pages under /admin want an admin, the login
// page is for all, /csrf hands out a token, and the rest want a viewer.
type site struct {
	desk
	guard   *access.Guard
	handler http.Handler
}

func newSite(t *testing.T, config access.Config, listen ...string) site {
	t.Helper()
	d := newDesk()
	if len(listen) == 0 {
		listen = []string{"127.0.0.1:8080"}
	}
	guard, err := access.NewGuard(d.Registry, config, access.GuardOptions{Listen: listen})
	if err != nil {
		t.Fatal(err)
	}
	s := site{desk: d, guard: guard}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := access.From(r.Context())
		fmt.Fprintf(w, "%s|%v|%s|%s", id.Name, id.Role, id.Kind, id.Address)
	})
	mux := http.NewServeMux()
	mux.Handle("/", guard.Require(access.Viewer)(who))
	mux.Handle("/admin/", guard.Require(access.Admin)(who))
	mux.HandleFunc("GET /csrf", s.showCSRF)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) { answer(w, guard.Logout(w, r)) })
	s.handler = guard.Middleware(mux)
	return s
}

func (s site) showCSRF(w http.ResponseWriter, r *http.Request) {
	token, err := s.guard.CSRFToken(w, r)
	if err != nil {
		answer(w, err)
		return
	}
	_, _ = io.WriteString(w, token)
}

func (s site) login(w http.ResponseWriter, r *http.Request) {
	answer(w, s.guard.Login(w, r, r.FormValue("name"), r.FormValue("password")))
}

func answer(w http.ResponseWriter, err error) {
	var throttled *access.ThrottledError
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, access.ErrLogin):
		w.WriteHeader(http.StatusUnauthorized)
	case errors.Is(err, access.ErrPlainHTTP):
		w.WriteHeader(http.StatusForbidden)
	case errors.As(err, &throttled):
		w.WriteHeader(http.StatusTooManyRequests)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// request is one to http://127.0.0.1:8080 from this machine, unless changed.
func request(method, target string, changes ...func(*http.Request)) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:51234"
	for _, change := range changes {
		change(r)
	}
	return r
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}
func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
func peer(addr string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = addr } }
func overTLS(r *http.Request)              { r.TLS = &tls.ConnectionState{} }
func withCookie(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
}
func bearer(secret string) func(*http.Request) { return header("Authorization", "Bearer "+secret) }
func form(values url.Values) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = io.NopCloser(strings.NewReader(values.Encode()))
	}
}

func (s site) do(r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func cookieOf(res *http.Response, name string) *http.Cookie {
	for _, c := range res.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// csrf fetches a token as a page would carry it, with the visitor's cookie if one was set.
func (s site) csrf(t *testing.T, changes ...func(*http.Request)) (token string, cookie *http.Cookie) {
	t.Helper()
	res := s.do(request("GET", "/csrf", changes...))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("no csrf token: %d", res.StatusCode)
	}
	for _, c := range res.Cookies() {
		cookie = c
	}
	return body(t, res), cookie
}

// logIn posts the login form as a browser does.
func (s site) logIn(t *testing.T, name, password string, changes ...func(*http.Request)) *http.Response {
	t.Helper()
	token, visitor := s.csrf(t, changes...)
	changes = append(changes, form(url.Values{"name": {name}, "password": {password}, "csrf": {token}}))
	if visitor != nil {
		changes = append(changes, withCookie(visitor.Name, visitor.Value))
	}
	return s.do(request("POST", "/login", changes...))
}

func TestOpenMode(t *testing.T) {
	t.Parallel()
	const open = "anonymous|admin|open|127.0.0.1"
	proxy := access.Config{Proxy: access.ProxyConfig{Header: "X-User", Addresses: []string{"10.0.0.5"}}}
	cases := map[string]struct {
		config access.Config
		listen string
		change func(*http.Request)
		open   bool
	}{
		"this machine":                        {access.Config{}, "127.0.0.1:8080", host("127.0.0.1:8080"), true},
		"by name":                             {access.Config{}, "127.0.0.1:8080", host("localhost:8080"), true},
		"by address of IPv6":                  {access.Config{}, "[::1]:8080", host("[::1]:8080"), true},
		"listening by name":                   {access.Config{}, "localhost:8080", host("localhost:8080"), true},
		"peer elsewhere":                      {access.Config{}, "127.0.0.1:8080", peer("192.0.2.7:1234"), false},
		"peer unknown":                        {access.Config{}, "127.0.0.1:8080", peer("@"), false},
		"listening everywhere":                {access.Config{}, "0.0.0.0:8080", host("127.0.0.1:8080"), false},
		"under a configured name":             {access.Config{Hosts: []string{"crosstalk.example"}}, "127.0.0.1:8080", host("crosstalk.example"), false},
		"users required":                      {access.Config{UsersRequired: true}, "127.0.0.1:8080", host("127.0.0.1:8080"), false},
		"a proxy logs people in":              {proxy, "127.0.0.1:8080", host("127.0.0.1:8080"), false},
		"through an unknown proxy":            {access.Config{}, "127.0.0.1:8080", header("X-Forwarded-For", "192.0.2.7"), false},
		"through a proxy that says Via":       {access.Config{}, "127.0.0.1:8080", header("Via", "1.1 proxy"), false},
		"through a proxy that says Forwarded": {access.Config{}, "127.0.0.1:8080", header("Forwarded", "for=192.0.2.7"), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, c.config, c.listen)
			res := s.do(request("GET", "/admin/", c.change))
			if text := body(t, res); (res.StatusCode == http.StatusOK && text == open) != c.open || !c.open && res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%d %s, want open %v", res.StatusCode, text, c.open)
			}
		})
	}
	t.Run("ends with the first user", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, access.Config{})
		accesstest.User(t.Context(), t, s.beside(), "ann", access.Admin)
		if res := s.do(request("GET", "/")); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("open with a user: %d", res.StatusCode)
		}
	})
	if !(access.Identity{Kind: access.KindOpen}).Open() || (access.Identity{Kind: access.KindSession}).Open() || (access.Identity{}).Known() {
		t.Error("an identity does not know itself")
	}
}

func TestHostCheck(t *testing.T) {
	t.Parallel()
	config := access.Config{Hosts: []string{"crosstalk.example.com", "Reports.Example.com:8443"}}
	s := newSite(t, config, "192.0.2.10:8080", "mail.invalid:8080")
	cases := map[string]struct {
		host   string
		status int
	}{
		"listen address":             {"192.0.2.10:8080", 401},
		"listen address, other port": {"192.0.2.10:9999", 401},
		"listen name":                {"mail.invalid", 401},
		"localhost":                  {"localhost:8080", 401},
		"localhost, no port":         {"localhost", 401},
		"127.0.0.1":                  {"127.0.0.1:8080", 401},
		"::1":                        {"[::1]:8080", 401},
		"configured":                 {"crosstalk.example.com", 401},
		"configured, any port":       {"crosstalk.example.com:8080", 401},
		"capitals and final dot":     {"Crosstalk.Example.COM.", 401},
		"configured with port":       {"reports.example.com:8443", 401},
		"configured, wrong port":     {"reports.example.com", 421},
		"rebound name":               {"evil.example:8080", 421},
		"rebound subdomain":          {"crosstalk.example.com.evil.example", 421},
		"rebound prefix":             {"evilcrosstalk.example.com", 421},
		"localhost in a name":        {"localhost.evil.example", 421},
		"subdomain of localhost":     {"evil.localhost", 421},
		"unspecified":                {"0.0.0.0:8080", 421},
		"unspecified of IPv6":        {"[::]:8080", 421},
		"another address":            {"192.0.2.11", 421},
		"decimal address":            {"2130706433", 421},
		"empty":                      {"", 400},
		"user before host":           {"localhost@evil.example", 400},
		"path":                       {"localhost/evil", 400},
		"two hosts":                  {"localhost, evil.example", 400},
		"bad port":                   {"localhost:evil", 400},
		"port out of range":          {"localhost:99999", 400},
		"null":                       {"localhost\x00", 400},
		"very long":                  {strings.Repeat("a", 5000), 400},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := s.do(request("GET", "/x", host(c.host)))
			if res.StatusCode != c.status {
				t.Errorf("Host %q: %d, want %d", c.host, res.StatusCode, c.status)
			}
			if text := body(t, res); strings.Count(text, "\n") != 1 || strings.Contains(text, "evil") {
				t.Errorf("answered %q, want one sentence of our own", text)
			}
		})
	}
}

func TestHostOfTheConnection(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{}, "0.0.0.0:8080")
	arrived := func(r *http.Request) {
		local := &net.TCPAddr{IP: net.ParseIP("192.0.2.10"), Port: 8080}
		*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(local)))
	}
	for name, want := range map[string]int{"192.0.2.10:8080": 401, "192.0.2.11:8080": 421, "evil.example": 421, "0.0.0.0:8080": 421} {
		if res := s.do(request("GET", "/", host(name), arrived)); res.StatusCode != want {
			t.Errorf("Host %s where the connection arrived at 192.0.2.10: %d, want %d", name, res.StatusCode, want)
		}
	}
}

func TestHostRefusalsAreAuditedInBounds(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	for range 100 {
		s.do(request("GET", "/silos?secret=1", host("evil.example")))
	}
	if lines := s.audited(t, 10); len(lines) != 1 || lines[0] != "  request /silos unknown_host" {
		t.Errorf("audited %q", lines)
	}
	s.clock.pass(time.Minute)
	s.do(request("GET", "/", host("evil.example")))
	events, err := s.Audit(t.Context(), 10)
	if err != nil || len(events) != 2 || events[0].Repeats != 99 {
		t.Errorf("a minute later %+v, %v; want a second event that stands for 99 more", events, err)
	}
	for i := range access.MostQuiet + 500 {
		s.do(request("GET", "/", host("evil.example"), peer(nthAddress(i).String()+":1")))
	}
	if n := s.QuietLen(); n > access.MostQuiet+1 {
		t.Errorf("%d refusals told apart, want about %d at most", n, access.MostQuiet)
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Analyst)
	session := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	browser := header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	cases := map[string]struct {
		request  *http.Request
		status   int
		location string
	}{
		"browser":                 {request("GET", "/silos?period=12w", browser), 303, "/login?next=%2Fsilos%3Fperiod%3D12w"},
		"browser at the root":     {request("GET", "/", browser), 303, "/login"},
		"program":                 {request("GET", "/metric/tool_sprawl.json", header("Accept", "application/json")), 401, ""},
		"program that takes all":  {request("GET", "/metrics", header("Accept", "*/*")), 401, ""},
		"program with basic auth": {request("GET", "/", browser, header("Authorization", "Basic YTpi")), 401, ""},
		"a page's fragment": {request("GET", "/silos", header("HX-Request", "true"), header("HX-Current-URL", "http://127.0.0.1:8080/silos?tool=irc")),
			401, "/login?next=%2Fsilos%3Ftool%3Dirc"},
		"logged in":    {request("GET", "/silos", withCookie(sessionCookie, session.Value)), 200, ""},
		"role too low": {request("GET", "/admin/x", withCookie(sessionCookie, session.Value), browser), 403, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			res := s.do(c.request)
			location := res.Header.Get("Location") + res.Header.Get("HX-Redirect")
			if res.StatusCode != c.status || location != c.location {
				t.Errorf("%d %q, want %d %q", res.StatusCode, location, c.status, c.location)
			}
			if challenge := res.Header.Get("WWW-Authenticate"); (challenge == `Bearer realm="crosstalk"`) != (c.status == 401 && c.location == "") {
				t.Errorf("challenge %q", challenge)
			}
			if res.StatusCode != 200 && res.Header.Get("Cache-Control") != "no-store" {
				t.Error("a refusal may be cached")
			}
		})
	}
	if all := strings.Join(s.audited(t, 20), "\n"); !strings.Contains(all, "ann session request /admin/x role_too_low") {
		t.Errorf("audited\n%s", all)
	}
}

func TestLoginRedirectStaysHere(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{UsersRequired: true})
	h := s.guard.Middleware(s.guard.Require(access.Viewer)(http.NotFoundHandler()))
	for _, target := range []string{"//evil.example/x", "///evil.example", "/%2fevil.example", "/%5cevil.example", "/login?next=//evil.example", "/a/..//evil.example"} {
		w, r := httptest.NewRecorder(), request("GET", "/", header("Accept", "text/html"))
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		h.ServeHTTP(w, r)
		if location := w.Header().Get("Location"); w.Code != http.StatusSeeOther || location != "/login" {
			t.Errorf("%s: %d %s", target, w.Code, location)
		}
	}
}

func TestRequireWithoutMiddlewareLetsNobodyIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	h := s.guard.Require(access.Viewer)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let in") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request("GET", "/"))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("%d", w.Code)
	}
	if _, err := s.guard.CSRFToken(w, request("GET", "/")); err == nil {
		t.Error("a csrf token without the middleware")
	}
	if err := s.guard.Login(w, request("POST", "/login"), "ann", "x"); err == nil {
		t.Error("a login without the middleware")
	}
}

func TestRefuseHook(t *testing.T) {
	t.Parallel()
	d := newDesk()
	guard, err := access.NewGuard(d.Registry, access.Config{}, access.GuardOptions{Refuse: func(w http.ResponseWriter, _ *http.Request, status int, sentence string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<p>"+sentence+"</p>")
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	guard.Middleware(http.NotFoundHandler()).ServeHTTP(w, request("GET", "/", host("evil.example")))
	if w.Code != 421 || !strings.HasPrefix(w.Body.String(), "<p>this server does not answer") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestStoreDownLetsNobodyIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Analyst)
	session := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	token, _, err := s.CreateToken(t.Context(), accesstest.Admin(), "", access.Admin, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s.store.Fail(errors.New("dial unix /secret/socket: refused"))
	for name, r := range map[string]*http.Request{
		"open": request("GET", "/"), "session": request("GET", "/", withCookie(sessionCookie, session.Value)), "token": request("GET", "/", bearer(token)),
	} {
		res := s.do(r)
		if text := body(t, res); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || strings.Contains(text, "socket") {
			t.Errorf("%s: %d, Retry-After %q, %s", name, res.StatusCode, res.Header.Get("Retry-After"), text)
		}
	}
	s.store.Fail(nil)
	if res := s.do(request("GET", "/", withCookie(sessionCookie, session.Value))); res.StatusCode != 200 {
		t.Errorf("after it came back: %d", res.StatusCode)
	}
}

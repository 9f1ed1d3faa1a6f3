package access_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

func TestChangesNeedAToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Admin)
	mine := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	others := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	in := withCookie(sessionCookie, mine.Value)
	token, extra := s.csrf(t, in)
	if extra != nil {
		t.Errorf("a session needs no further cookie, got %v", extra)
	}
	foreign, _ := s.csrf(t, withCookie(sessionCookie, others.Value))
	visitors, visitor := s.csrf(t)
	sent := header("X-CSRF-Token", token)
	cases := map[string]struct {
		changes []func(*http.Request)
		ok      bool
	}{
		"header":                      {[]func(*http.Request){in, sent}, true},
		"form field":                  {[]func(*http.Request){in, form(url.Values{"csrf": {token}, "x": {"y"}})}, true},
		"same origin":                 {[]func(*http.Request){in, sent, header("Origin", "http://127.0.0.1:8080")}, true},
		"browser says same origin":    {[]func(*http.Request){in, sent, header("Sec-Fetch-Site", "same-origin")}, true},
		"no token":                    {[]func(*http.Request){in}, false},
		"empty token":                 {[]func(*http.Request){in, header("X-CSRF-Token", "")}, false},
		"junk":                        {[]func(*http.Request){in, header("X-CSRF-Token", strings.Repeat("A", 86))}, false},
		"cut":                         {[]func(*http.Request){in, header("X-CSRF-Token", token[:80])}, false},
		"of another session":          {[]func(*http.Request){in, header("X-CSRF-Token", foreign)}, false},
		"of a visitor":                {[]func(*http.Request){in, withCookie(visitor.Name, visitor.Value), header("X-CSRF-Token", visitors)}, false},
		"in the query":                {[]func(*http.Request){in, func(r *http.Request) { r.URL.RawQuery = "csrf=" + token }}, false},
		"in the query of a form":      {[]func(*http.Request){in, form(url.Values{}), func(r *http.Request) { r.URL.RawQuery = "csrf=" + token }}, false},
		"in a form sent as text":      {[]func(*http.Request){in, form(url.Values{"csrf": {token}}), header("Content-Type", "text/plain")}, false},
		"from another origin":         {[]func(*http.Request){in, sent, header("Origin", "https://evil.example")}, false},
		"from another port":           {[]func(*http.Request){in, sent, header("Origin", "http://127.0.0.1:3000")}, false},
		"from another name of ours":   {[]func(*http.Request){in, sent, header("Origin", "http://localhost:8080")}, false},
		"from nowhere":                {[]func(*http.Request){in, sent, header("Origin", "null")}, false},
		"browser says cross-site":     {[]func(*http.Request){in, sent, header("Sec-Fetch-Site", "cross-site")}, false},
		"browser says same-site":      {[]func(*http.Request){in, sent, header("Sec-Fetch-Site", "same-site")}, false},
		"huge form":                   {[]func(*http.Request){in, form(url.Values{"x": {strings.Repeat("x", 2<<20)}, "csrf": {token}})}, false},
		"token without its session":   {[]func(*http.Request){sent}, false},
		"token with a dead session":   {[]func(*http.Request){sent, withCookie(sessionCookie, strings.Repeat("A", 43))}, false},
		"session's id as the token":   {[]func(*http.Request){in, header("X-CSRF-Token", mine.Value)}, false},
		"visitor's cookie as session": {[]func(*http.Request){withCookie(sessionCookie, visitor.Value), header("X-CSRF-Token", visitors)}, false},
	}
	for name, c := range cases {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "PROPFIND"} {
			if method == "DELETE" && strings.Contains(name, "form") || method == "PROPFIND" && strings.Contains(name, "form") {
				continue // their bodies are no forms
			}
			res := s.do(request(method, "/admin/x", c.changes...))
			if (res.StatusCode == http.StatusOK) != c.ok || !c.ok && res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d, want ok %v", name, method, res.StatusCode, c.ok)
			}
		}
	}
	if res := s.do(request("GET", "/admin/x", in, header("Origin", "https://evil.example"))); res.StatusCode != http.StatusOK {
		t.Errorf("reading needs a token: %d", res.StatusCode)
	}
	if all := strings.Join(s.audited(t, 100), "\n"); !strings.Contains(all, "ann session request /admin/x not_from_a_page") {
		t.Errorf("audited\n%s", all)
	}
}

func TestTokenIsSpeltAnewEachTime(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	first, visitor := s.csrf(t)
	if visitor == nil || visitor.Name != csrfCookie || !visitor.HttpOnly || visitor.SameSite != http.SameSiteLaxMode || visitor.Secure {
		t.Fatalf("visitor's cookie %+v", visitor)
	}
	again := withCookie(visitor.Name, visitor.Value)
	second, renewed := s.csrf(t, again)
	if renewed != nil {
		t.Error("the visitor got another cookie, which ends the tokens of other pages")
	}
	if first == second {
		t.Error("the token is spelt the same twice")
	}
	for _, token := range []string{first, second} {
		if res := s.do(request("POST", "/admin/", again, header("X-CSRF-Token", token))); res.StatusCode != http.StatusOK {
			t.Errorf("refused: %d", res.StatusCode)
		}
	}
	_, secure := s.csrf(t, overTLS)
	if secure == nil || secure.Name != "__Host-crosstalk_csrf" || !secure.Secure || secure.Path != "/" {
		t.Errorf("over TLS %+v", secure)
	}
}

// On the open loopback any page in the same browser could send changes.
func TestOpenModeIsProtected(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	token, visitor := s.csrf(t)
	for name, c := range map[string]struct {
		changes []func(*http.Request)
		status  int
	}{
		"page":             {[]func(*http.Request){withCookie(visitor.Name, visitor.Value), header("X-CSRF-Token", token)}, 200},
		"nothing":          {nil, 403},
		"cookie alone":     {[]func(*http.Request){withCookie(visitor.Name, visitor.Value)}, 403},
		"token alone":      {[]func(*http.Request){header("X-CSRF-Token", token)}, 403},
		"cookie echoed":    {[]func(*http.Request){withCookie(visitor.Name, visitor.Value), header("X-CSRF-Token", visitor.Value)}, 403},
		"both empty":       {[]func(*http.Request){withCookie(visitor.Name, ""), header("X-CSRF-Token", "")}, 403},
		"cookie of no use": {[]func(*http.Request){withCookie(visitor.Name, "short"), header("X-CSRF-Token", token)}, 403},
		"rebound":          {[]func(*http.Request){host("evil.example"), withCookie(visitor.Name, visitor.Value), header("X-CSRF-Token", token)}, 421},
	} {
		if res := s.do(request("POST", "/admin/", c.changes...)); res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
		}
	}
}

// Another site must not log the browser in under the attacker's name.
func TestLoginIsProtected(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "mallory", access.Viewer)
	res := s.do(request("POST", "/login", form(url.Values{"name": {"mallory"}, "password": {password}})))
	if res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
		t.Errorf("%d with cookies %v", res.StatusCode, res.Cookies())
	}
}

// A form left open until its session ended leads to the login page, not to an error that explains nothing.
func TestChangeAfterTheSessionEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Admin)
	session := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	in := withCookie(sessionCookie, session.Value)
	token, _ := s.csrf(t, in)
	s.clock.pass(24 * time.Hour)
	res := s.do(request("POST", "/admin/x", in, header("X-CSRF-Token", token), header("Accept", "text/html")))
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/login" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res := s.logIn(t, "ann", password, in); res.StatusCode != http.StatusNoContent {
		t.Errorf("logging in again with the dead cookie: %d", res.StatusCode)
	}
}

func TestBearerRequestsNeedNoToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	accesstest.User(t.Context(), t, s.Registry, "ann", access.Admin)
	secret, _, err := s.CreateToken(t.Context(), accesstest.Admin(), "", access.Admin, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if res := s.do(request("POST", "/admin/", bearer(secret))); res.StatusCode != http.StatusOK {
		t.Errorf("%d", res.StatusCode)
	}
	if res := s.do(request("POST", "/admin/", bearer("eyJhbGciOiJub25lIn0"))); res.StatusCode != http.StatusForbidden {
		t.Errorf("a bearer token that is none of ours opened the way: %d", res.StatusCode)
	}
}

func TestProxyUsersAreProtected(t *testing.T) {
	t.Parallel()
	config := proxied(map[string]access.Role{"*": access.Admin}, "")
	config.Hosts = []string{"crosstalk.example"}
	s := newSite(t, config, "0.0.0.0:8080")
	as := func(name string) []func(*http.Request) {
		return []func(*http.Request){peer("10.0.0.5:1"), header("X-Forwarded-User", name), header("X-Forwarded-Proto", "https")}
	}
	token, visitor := s.csrf(t, as("ann")...)
	with := []func(*http.Request){withCookie(visitor.Name, visitor.Value), header("X-CSRF-Token", token)}
	for name, c := range map[string]struct {
		changes []func(*http.Request)
		status  int
	}{
		"page":                      {append(as("ann"), with...), 200},
		"no token":                  {as("ann"), 403},
		"token of another person":   {append(as("bea"), with...), 403},
		"proxy rewrites the host":   {append(append(as("ann"), with...), header("Origin", "https://crosstalk.example")), 200},
		"an origin not configured":  {append(append(as("ann"), with...), header("Origin", "https://evil.example")), 403},
		"an origin in plain":        {append(append(as("ann"), with...), header("Origin", "http://crosstalk.example")), 403},
		"an origin on another port": {append(append(as("ann"), with...), header("Origin", "https://crosstalk.example:3000")), 403},
	} {
		if res := s.do(request("POST", "/admin/", c.changes...)); res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
		}
	}
}

// The guard must not parse uploads, which would write them to disk; what it has not read is there for the handler.
func TestUploadsAreLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, access.Config{})
	token, visitor := s.csrf(t)
	var upload bytes.Buffer
	parts := multipart.NewWriter(&upload)
	if err := parts.WriteField("csrf", token); err != nil {
		t.Fatal(err)
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	whole := upload.Len()
	send := func(changes ...func(*http.Request)) (status, left int) {
		body := bytes.NewReader(upload.Bytes())
		changes = append(changes, withCookie(visitor.Name, visitor.Value), header("Content-Type", parts.FormDataContentType()),
			func(r *http.Request) { r.Body = io.NopCloser(body) })
		return s.do(request("POST", "/admin/", changes...)).StatusCode, body.Len()
	}
	if status, left := send(); status != http.StatusForbidden || left != whole {
		t.Errorf("token in the upload: %d, %d of %d bytes unread", status, left, whole)
	}
	if status, left := send(header("X-CSRF-Token", token)); status != http.StatusOK || left != whole {
		t.Errorf("token in the header: %d, %d of %d bytes unread", status, left, whole)
	}
}

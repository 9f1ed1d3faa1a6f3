package access_test

import (
	"net/http"
	"strings"
	"testing"

	"crosstalk/access"
	"crosstalk/access/accesstest"
)

func proxied(roles map[string]access.Role, roleHeader string) access.Config {
	return access.Config{Proxy: access.ProxyConfig{
		Header: "X-Forwarded-User", RoleHeader: roleHeader, Roles: roles, Addresses: []string{"10.0.0.5", "10.1.0.0/16", "fd00::/8"},
	}}
}

func TestProxyUser(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		peer   string
		values []string
		status int
		who    string
	}{
		"trusted":              {"10.0.0.5:1", []string{"ann"}, 200, "ann|viewer|proxy|10.0.0.5"},
		"trusted network":      {"10.1.77.3:1", []string{"ann"}, 200, "ann|viewer|proxy|10.1.77.3"},
		"trusted IPv6":         {"[fd00::1]:1", []string{"ann"}, 200, "ann|viewer|proxy|fd00::1"},
		"IPv4 within IPv6":     {"[::ffff:10.0.0.5]:1", []string{"ann"}, 200, "ann|viewer|proxy|10.0.0.5"},
		"capitals":             {"10.0.0.5:1", []string{"Ann@Example.COM"}, 200, "ann@example.com|viewer|proxy|10.0.0.5"},
		"domain":               {"10.0.0.5:1", []string{`CORP\Ann`}, 200, `corp\ann|viewer|proxy|10.0.0.5`},
		"subject":              {"10.0.0.5:1", []string{"auth0|5f7c8ec7c33c6c004bbafe82"}, 200, "auth0|5f7c8ec7c33c6c004bbafe82|viewer|proxy|10.0.0.5"},
		"not ascii":            {"10.0.0.5:1", []string{"jürgen"}, 200, "jürgen|viewer|proxy|10.0.0.5"},
		"a stranger":           {"10.0.0.6:1", []string{"ann"}, 401, ""},
		"this machine":         {"127.0.0.1:1", []string{"ann"}, 401, ""},
		"no peer":              {"@", []string{"ann"}, 401, ""},
		"empty header":         {"10.0.0.5:1", []string{""}, 401, ""},
		"no header":            {"10.0.0.5:1", nil, 401, ""},
		"a second header":      {"10.0.0.5:1", []string{"admin", "ann"}, 403, ""},
		"a second name":        {"10.0.0.5:1", []string{"admin, ann"}, 403, ""},
		"markup":               {"10.0.0.5:1", []string{"<b>ann</b>"}, 403, ""},
		"control":              {"10.0.0.5:1", []string{"ann\x1b[2J"}, 403, ""},
		"not utf-8":            {"10.0.0.5:1", []string{"ann\xff"}, 403, ""},
		"too long":             {"10.0.0.5:1", []string{strings.Repeat("a", 129)}, 403, ""},
		"the open mode's name": {"10.0.0.5:1", []string{"anonymous"}, 403, ""},
		"direction override":   {"10.0.0.5:1", []string{"ann\u202e"}, 403, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, proxied(nil, ""), "0.0.0.0:8080")
			r := request("GET", "/", peer(c.peer))
			if c.values != nil {
				r.Header["X-Forwarded-User"] = c.values
			}
			res := s.do(r)
			if text := body(t, res); res.StatusCode != c.status || c.who != "" && text != c.who {
				t.Errorf("%d %s, want %d %s", res.StatusCode, text, c.status, c.who)
			}
		})
	}
}

func TestSpoofedProxyHeaderIsAuditedInBounds(t *testing.T) {
	t.Parallel()
	s := newSite(t, proxied(nil, ""), "0.0.0.0:8080")
	for range 50 {
		r := request("GET", "/silos", peer("192.0.2.7:1"), header("X-Forwarded-User", "admin"), header("X-Forwarded-For", "10.0.0.5"))
		if res := s.do(r); res.StatusCode != http.StatusUnauthorized {
			t.Fatalf("let in: %d", res.StatusCode)
		}
	}
	events, err := s.Audit(t.Context(), 10)
	if err != nil || len(events) != 1 || events[0].Outcome != access.OutcomeProxyIgnored || events[0].Address != "192.0.2.7" || events[0].Actor != "" {
		t.Errorf("audited %+v, %v", events, err)
	}
}

// The spoofed header changes nothing for somebody who is logged in.
func TestSpoofedProxyHeaderBesideASession(t *testing.T) {
	t.Parallel()
	s := newSite(t, proxied(nil, ""))
	password := accesstest.User(t.Context(), t, s.Registry, "ann", access.Viewer)
	session := cookieOf(s.logIn(t, "ann", password), sessionCookie)
	res := s.do(request("GET", "/", withCookie(sessionCookie, session.Value), header("X-Forwarded-User", "root")))
	if text := body(t, res); text != "ann|viewer|session|127.0.0.1" {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

func TestProxyRoles(t *testing.T) {
	t.Parallel()
	groups := map[string]access.Role{"boss": access.Admin, "/change": access.ChangeManager, "data": access.Analyst}
	withRest := map[string]access.Role{"boss": access.Admin, "*": access.Viewer}
	cases := map[string]struct {
		config access.Config
		sent   []string
		role   string // empty: refused
	}{
		"no map":                  {proxied(nil, ""), nil, "viewer"},
		"no map, unasked groups":  {proxied(nil, ""), []string{"boss"}, "viewer"},
		"everybody":               {proxied(map[string]access.Role{"*": access.Analyst}, ""), nil, "analyst"},
		"one group":               {proxied(groups, "X-Groups"), []string{"data"}, "analyst"},
		"highest of a list":       {proxied(groups, "X-Groups"), []string{"/change, boss,other"}, "admin"},
		"highest of two headers":  {proxied(groups, "X-Groups"), []string{"/change", "data"}, "analyst"},
		"unknown group":           {proxied(groups, "X-Groups"), []string{"other"}, ""},
		"no group":                {proxied(groups, "X-Groups"), nil, ""},
		"role's own name":         {proxied(groups, "X-Groups"), []string{"admin"}, ""},
		"star as a group":         {proxied(groups, "X-Groups"), []string{"*"}, ""},
		"part of a group":         {proxied(groups, "X-Groups"), []string{"bos"}, ""},
		"everybody else":          {proxied(withRest, "X-Groups"), []string{"other"}, "viewer"},
		"everybody without group": {proxied(withRest, "X-Groups"), nil, "viewer"},
		"a group above the rest":  {proxied(withRest, "X-Groups"), []string{"boss"}, "admin"},
		"by the user's name":      {proxied(map[string]access.Role{"Ann@Example.com": access.Admin}, "X-Forwarded-User"), nil, "admin"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, c.config, "0.0.0.0:8080")
			changes := []func(*http.Request){peer("10.0.0.5:1"), header("X-Forwarded-User", "Ann@Example.com")}
			if c.sent != nil {
				changes = append(changes, header("X-Groups", c.sent...))
			}
			res := s.do(request("GET", "/", changes...))
			text := body(t, res)
			if c.role == "" && res.StatusCode != http.StatusForbidden || c.role != "" && text != "ann@example.com|"+c.role+"|proxy|10.0.0.5" {
				t.Errorf("%d %s, want %q", res.StatusCode, text, c.role)
			}
		})
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		peer string
		sent []string
		want string
	}{
		"no proxy":                    {"192.0.2.7:1", nil, "192.0.2.7"},
		"stranger's claim":            {"192.0.2.7:1", []string{"198.51.100.1"}, "192.0.2.7"},
		"through the proxy":           {"10.0.0.5:1", []string{"198.51.100.1"}, "198.51.100.1"},
		"client's own claim before":   {"10.0.0.5:1", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		"two proxies":                 {"10.0.0.5:1", []string{"203.0.113.9, 198.51.100.1, 10.1.0.2"}, "198.51.100.1"},
		"two headers":                 {"10.0.0.5:1", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		"with port":                   {"10.0.0.5:1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		"IPv6":                        {"10.0.0.5:1", []string{"2001:db8::7"}, "2001:db8::7"},
		"IPv6 with port":              {"10.0.0.5:1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		"junk":                        {"10.0.0.5:1", []string{"unknown"}, "10.0.0.5"},
		"junk before a good one":      {"10.0.0.5:1", []string{"<script>, 198.51.100.1"}, "198.51.100.1"},
		"all trusted":                 {"10.0.0.5:1", []string{"10.1.0.1, 10.1.0.2"}, "10.1.0.1"},
		"proxy that forwards nothing": {"10.0.0.5:1", nil, "10.0.0.5"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, proxied(nil, ""), "0.0.0.0:8080")
			secret, _, err := s.CreateToken(t.Context(), accesstest.Admin(), "t", access.Viewer, s.clock.now().AddDate(1, 0, 0))
			if err != nil {
				t.Fatal(err)
			}
			r := request("GET", "/", peer(c.peer), bearer(secret))
			if c.sent != nil {
				r.Header["X-Forwarded-For"] = c.sent
			}
			if text := body(t, s.do(r)); text != "t|viewer|token|"+c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
		})
	}
}

// A proxy may hand on its own bearer token; ours is recognised by its prefix.
func TestProxyWithAForeignBearerToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, proxied(nil, ""), "0.0.0.0:8080")
	res := s.do(request("GET", "/", peer("10.0.0.5:1"), header("X-Forwarded-User", "ann"), bearer("eyJhbGciOiJSUzI1NiJ9.e30.x")))
	if text := body(t, res); text != "ann|viewer|proxy|10.0.0.5" {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"crosstalk/access"
)

func TestConfigFromYAML(t *testing.T) {
	t.Parallel()
	const text = `
hosts: [crosstalk.example.com, "reports.example.com:8443"]
users_required: true
proxy:
  addresses: [10.0.0.5, "fd00::/8"]
  header: X-Forwarded-User
  role_header: X-Forwarded-Groups
  roles: {messaging-admins: admin, change: change-manager, "*": viewer}
session: {idle: 2h, absolute: 24h, plain_http: true}
`
	var c access.Config
	if err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("refused: %v", err)
	}
	if len(c.Hosts) != 2 || !c.UsersRequired || !c.Proxy.LogsIn() || c.Proxy.Roles["change"] != access.ChangeManager ||
		c.Proxy.Roles["*"] != access.Viewer || c.Session != (access.SessionConfig{Idle: 2 * time.Hour, Absolute: 24 * time.Hour, PlainHTTP: true}) {
		t.Errorf("read %+v", c)
	}
	if err := yaml.UnmarshalWithOptions([]byte("proxy: {roles: {a: root}}"), &c, yaml.Strict()); err == nil || !strings.Contains(err.Error(), `"root" is not a role`) {
		t.Errorf("a role that is none: %v", err)
	}
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	proxy := func(addresses ...string) access.ProxyConfig {
		return access.ProxyConfig{Header: "X-Forwarded-User", Addresses: addresses}
	}
	header := func(name string) access.Config {
		return access.Config{Proxy: access.ProxyConfig{Header: name, Addresses: []string{"10.0.0.5"}}}
	}
	session := func(idle, absolute time.Duration) access.Config {
		return access.Config{Session: access.SessionConfig{Idle: idle, Absolute: absolute}}
	}
	cases := map[string]struct {
		config access.Config
		says   string // empty: valid
	}{
		"empty":                  {access.Config{}, ""},
		"hosts":                  {access.Config{Hosts: []string{"a.example", "a.example:443", "10.1.2.3", "::1", "[::1]:80", "intranet"}}, ""},
		"proxy":                  {access.Config{Proxy: proxy("10.0.0.5", "192.168.0.0/16", "fd00::/8", "::1")}, ""},
		"addresses alone":        {access.Config{Proxy: access.ProxyConfig{Addresses: []string{"10.0.0.5"}}}, ""},
		"short session":          {session(time.Minute, time.Hour), ""},
		"absolute alone":         {session(0, time.Hour), ""},
		"idle alone":             {session(30*24*time.Hour, 0), ""},
		"everybody's role":       {access.Config{Proxy: access.ProxyConfig{Header: "X-User", Addresses: []string{"10.0.0.5"}, Roles: map[string]access.Role{"*": access.Analyst}}}, ""},
		"host with scheme":       {access.Config{Hosts: []string{"https://a.example"}}, "auth.hosts"},
		"host with path":         {access.Config{Hosts: []string{"a.example/x"}}, "auth.hosts"},
		"host wildcard":          {access.Config{Hosts: []string{"*"}}, "auth.hosts"},
		"host pattern":           {access.Config{Hosts: []string{"*.example.com"}}, "auth.hosts"},
		"host empty":             {access.Config{Hosts: []string{""}}, "auth.hosts"},
		"host bad port":          {access.Config{Hosts: []string{"a.example:http"}}, "auth.hosts"},
		"address is a name":      {access.Config{Proxy: proxy("proxy.local")}, `"proxy.local" is neither`},
		"address with port":      {access.Config{Proxy: proxy("10.0.0.5:80")}, "is neither"},
		"half an address":        {access.Config{Proxy: proxy("10.0.0")}, "is neither"},
		"all of IPv4":            {access.Config{Proxy: proxy("0.0.0.0/0")}, "trusts every address"},
		"all of IPv6":            {access.Config{Proxy: proxy("::/0")}, "trusts every address"},
		"all of IPv4 as IPv6":    {access.Config{Proxy: proxy("::ffff:0:0/96")}, "is neither"},
		"header, no address":     {access.Config{Proxy: access.ProxyConfig{Header: "X-User"}}, "auth.proxy.header needs auth.proxy.addresses"},
		"roles, no header":       {access.Config{Proxy: access.ProxyConfig{Addresses: []string{"10.0.0.5"}, Roles: map[string]access.Role{"*": 1}}}, "auth.proxy.header is missing"},
		"groups, no role header": {access.Config{Proxy: access.ProxyConfig{Header: "X-User", Addresses: []string{"10.0.0.5"}, Roles: map[string]access.Role{"a": 1}}}, "needs auth.proxy.role_header"},
		"header with a space":    {header("X User"), "not the name of a header"},
		"header with a newline":  {header("X-User\r\nX"), "not the name of a header"},
		"header with a control":  {header("X-User\x10"), "not the name of a header"},
		"header with a colon":    {header("X-User:"), "not the name of a header"},
		"cookie as header":       {header("cookie"), "means something else"},
		"address as header":      {header("x-forwarded-for"), "means something else"},
		"csrf token as header":   {header("x-csrf-token"), "means something else"},
		"idle too short":         {session(time.Second, 0), "at least 1m"},
		"idle negative":          {session(-time.Hour, 0), "at least 1m"},
		"absolute negative":      {session(0, -time.Hour), "at least 1m"},
		"absolute below idle":    {session(2*time.Hour, time.Hour), "shorter than auth.session.idle"},
		"absolute too long":      {session(0, 91*24*time.Hour), "90 days"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.config.Validate()
			if c.says == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("got %v, want one sentence with %q", err, c.says)
			}
			if _, guardErr := access.NewGuard(newDesk().Registry, c.config, access.GuardOptions{}); (guardErr == nil) != (err == nil) {
				t.Errorf("Validate says %v, NewGuard %v", err, guardErr)
			}
		})
	}
	all := access.Config{Hosts: []string{"/"}, Proxy: access.ProxyConfig{Header: "X-User"}, Session: access.SessionConfig{Idle: 1}}
	if err := all.Validate(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes give %v", err)
	}
}

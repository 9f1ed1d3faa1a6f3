package organisation_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"crosstalk/organisation"
)

func TestMasked(t *testing.T) {
	t.Parallel()
	text := strings.Replace(whole, `since: "010"`, "api_token: hunter3\n      nested: [{clientSecret: hunter4, url: \"https://a:hunter5@b.example\", sender: {key: email}}]\n      ca_file: /etc/ca.pem", 1)
	c, err := organisation.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c.Workspaces[0].Endpoint = "imaps://archive:hunter2@mail.heron.example" // as it may stand in a configuration not from a file
	masked := string(c.Masked())
	for _, secret := range []string{"hunter", "ana@", "ana_l", "C042", "works-council"} {
		if strings.Contains(masked, secret) {
			t.Errorf("%s is printed:\n%s", secret, masked)
		}
	}
	for _, shown := range []string{
		"env: IMAP_PASSWORD", "file: /run/secrets/slack", "minimum_group: 12", "INBOX", "imaps://hidden@mail.heron.example", "ca_file: /etc/ca.pem",
		"https://hidden@b.example", "key: email", "name: IRC", `"#884411"`, "per: seat-month", "idle: 8h0m0s", "to: board", "api_token: (hidden)",
	} {
		if !strings.Contains(strings.ReplaceAll(masked, "'", `"`), shown) {
			t.Errorf("%s is not printed:\n%s", shown, masked)
		}
	}
	if _, err := organisation.Parse([]byte(masked)); err != nil {
		t.Errorf("what is printed cannot be read again: %v\n%s", err, masked)
	}
	if !strings.Contains(string(c.Workspaces[0].Options), "hunter3") || c.Privacy.Exclusions.People[0] != "ana@heron.example" || c.Privacy.Exclusions.Conversations[1].Key != "C042" {
		t.Error("masking changed the configuration itself")
	}
	if _, err := organisation.Parse(organisation.Default().Masked()); err != nil {
		t.Errorf("the default as printed cannot be read: %v\n%s", err, organisation.Default().Masked())
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		entry string
		want  map[string]string
	}{
		{"nothing", "path: x", nil},
		{"options alone", "path: x, options: {list: a}", map[string]string{"list": "a"}},
		{"endpoint and variable", "endpoint: \"imaps://a@b\", credentials: {env: V}, options: {security: plain}", map[string]string{"endpoint": "imaps://a@b", "password_env": "V", "security": "plain"}},
		{"file", "endpoint: x, credentials: {file: /f}", map[string]string{"endpoint": "x", "password_file": "/f"}},
		{"options first", "options: {endpoint: y, password_env: W}, credentials: {env: V}", map[string]string{"endpoint": "y", "password_env": "W"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config, err := organisation.Parse([]byte("workspaces: [{collector: imap, " + c.entry + "}]\n"))
			if err != nil {
				t.Fatal(err)
			}
			settings, err := config.Workspaces[0].Settings()
			var got map[string]string
			if decoded := yaml.Unmarshal(settings, &got); err != nil || decoded != nil {
				t.Fatal(err, decoded)
			}
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for key, value := range c.want {
				if got[key] != value {
					t.Errorf("%s is %q, want %q", key, got[key], value)
				}
			}
		})
	}
}

// A tool's capabilities, controls and price take a line each, as doctor prints them.
func TestMaskedIsShort(t *testing.T) {
	t.Parallel()
	c, err := organisation.Parse([]byte("tools: [{tool: slack, seats: 4, price: 8.25, control: {sso: true}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(c.Masked())
	for _, line := range []string{
		"    capabilities: {has: [direct, group, channels, threads, voice, video, files, mobile, guests, bots, search, archive], lacks: []}\n",
		"    control: {sso: true, scim: null, export_api: null, audit_api: null, retention_api: null, bridge: null, residency: null}\n",
		"    price: {amount: 8.25, per: seat-month, currency: EUR}\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("there is no line %s in\n%s", line, text)
		}
	}
}

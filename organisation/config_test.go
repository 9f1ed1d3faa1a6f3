package organisation_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/organisation"
	"crosstalk/organisation/catalogue"
	"crosstalk/simulate"
)

// whole has every key there is.
const whole = `# An invented company.
organisation:
  name: Heron Ltd
  time_zone: Europe/Amsterdam
  working_hours: "09:00-17:30"
  working_days: [mon, tue, wed, thu]
  holidays: [2026-12-25, "2026-12-26"]
  domains: [Heron.example]
  currency: GBP
privacy:
  minimum_group: 12
  reveal_people: [analyst]
  retention: 24mo
  exclusions:
    people: [ana@heron.example, ana_l]
    teams: [Legal, Sales/Sales North]
    conversations:
      - works-council
      - {tool: slack, workspace: heron, key: C042}
    kinds: [direct, reaction]
    dates:
      - {from: 2026-01-01, to: 2026-01-08}
directory:
  source: directory.csv
  refresh: 24h
tools:
  - tool: slack
    name: Slack of Heron
    class: team_chat
    status: sanctioned
    colour: "#123456"
    seats: 400
    price: 8.25 # per seat and month
    retention: true
    legal_hold: false
    contract_end: 2027-01-01
    owner: IT
    replaces: [hipchat]
    control: {sso: true, scim: false, export_api: true, audit_api: false, retention_api: true, bridge: false, residency: true}
    capabilities:
      has: [archive]
      lacks: [guests, video]
  - tool: irc
    status: tolerated
    price: {amount: 900, per: month, currency: EUR}
register: tools.csv
workspaces:
  - collector: imap
    workspace: heron
    tool: email
    endpoint: imaps://archive@mail.heron.example
    schedule: every 15m
    time_zone: Europe/London
    credentials: {env: IMAP_PASSWORD}
    options:
      folders: [INBOX, Sent] # both
      since: "010"
  - collector: slack
    path: /srv/exports
    credentials:
      file: /run/secrets/slack
initiatives:
  - slug: office-hours
    name: "Office hours"
    kind: incentive
    start: 2026-03-02
    end: 2026-06-22
    units: [Sales/Heron, Support]
    goal: more answered questions
auth:
  hosts: [crosstalk.heron.example]
  users_required: true
  proxy:
    addresses: [10.0.0.5]
    header: X-Forwarded-User
    role_header: X-Forwarded-Groups
    roles: {admins: Admin, "*": viewer}
  session:
    idle: 8h
    absolute: 72h
    plain_http: true
advice: {retire_weeks: 12, merge_use: 0.75, watch_weeks: 0}
reports:
  weekly: {to: board}
`

func yes(v bool) *bool { return &v }

func some[T int | float64](v T) *T { return &v }

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := organisation.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := organisation.Config{
		Organisation: organisation.Company{
			Name: "Heron Ltd", TimeZone: "Europe/Amsterdam", WorkingHours: "09:00-17:30", WorkingDays: []string{"mon", "tue", "wed", "thu"},
			Holidays: []string{"2026-12-25", "2026-12-26"}, Domains: []string{"heron.example"}, Currency: "GBP",
		},
		Advice: organisation.Advice{RetireWeeks: 12, RetireCovered: 0.9, MergeTies: 0.7, MergeUse: 0.75, WatchTraffic: 0.05},
		Privacy: organisation.Privacy{
			MinimumGroup: 12, RevealPeople: organisation.Roles{"analyst"}, Retention: "24mo",
			Exclusions: organisation.Exclusions{
				People: []string{"ana@heron.example", "ana_l"}, Teams: []string{"Legal", "Sales/Sales North"},
				Conversations: []organisation.ConversationName{{Key: "works-council"}, {Tool: "slack", Workspace: "heron", Key: "C042"}},
				Kinds:         []string{"direct", "reaction"}, Dates: []organisation.Dates{{From: "2026-01-01", To: "2026-01-08"}},
			},
		},
		Directory: organisation.Directory{Source: "directory.csv", Refresh: 24 * time.Hour},
		Tools: []organisation.Tool{
			{
				Tool: "slack", Name: "Slack of Heron", Class: "team_chat", Status: "sanctioned", Colour: "#123456", Seats: some(400),
				Price: organisation.Price{Amount: some(8.25)}, Retention: yes(true), LegalHold: yes(false), ContractEnd: "2027-01-01",
				Owner: "IT", Replaces: []string{"hipchat"},
				Control: organisation.Control{SSO: yes(true), SCIM: yes(false), ExportAPI: yes(true), AuditAPI: yes(false), RetentionAPI: yes(true),
					Bridge: yes(false), Residency: yes(true)},
				Capabilities: catalogue.Capabilities{Has: []string{"archive"}, Lacks: []string{"guests", "video"}},
			},
			{Tool: "irc", Status: "tolerated", Price: organisation.Price{Amount: some(900.), Per: "month", Currency: "EUR"}},
		},
		RegisterPath: "tools.csv",
		Workspaces: []organisation.Workspace{
			{
				Collector: "imap", Workspace: "heron", Tool: "email", Endpoint: "imaps://archive@mail.heron.example", Schedule: "every 15m",
				TimeZone: "Europe/London", Credentials: organisation.Credentials{Env: "IMAP_PASSWORD"},
			},
			{Collector: "slack", Path: "/srv/exports", TimeZone: "Europe/Amsterdam", Credentials: organisation.Credentials{File: "/run/secrets/slack"}},
		},
		Initiatives: []organisation.Initiative{{
			Slug: "office-hours", Name: "Office hours", Kind: "incentive", Start: "2026-03-02", End: "2026-06-22",
			Units: []string{"Sales/Heron", "Support"}, Goal: "more answered questions",
		}},
		Auth: organisation.Auth{
			Hosts: []string{"crosstalk.heron.example"}, UsersRequired: true,
			Proxy: organisation.Proxy{
				Addresses: []string{"10.0.0.5"}, Header: "X-Forwarded-User", RoleHeader: "X-Forwarded-Groups",
				Roles: map[string]string{"admins": "Admin", "*": "viewer"},
			},
			Session: organisation.Session{Idle: 8 * time.Hour, Absolute: 72 * time.Hour, PlainHTTP: true},
		},
	}
	options, reports := string(got.Workspaces[0].Options), string(got.Reports)
	got.Workspaces[0].Options, got.Reports = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(options, `since: "010"`) || !strings.Contains(options, "INBOX") || !strings.Contains(reports, "board") {
		t.Errorf("the raw parts are %q and %q", options, reports)
	}
}

func TestDefault(t *testing.T) {
	t.Parallel()
	want := organisation.Config{
		Organisation: organisation.Company{
			TimeZone: "UTC", WorkingHours: "08:00-18:30", WorkingDays: []string{"mon", "tue", "wed", "thu", "fri"}, Currency: "EUR",
		},
		Privacy: organisation.Privacy{MinimumGroup: 10},
		Advice:  organisation.Advice{RetireWeeks: 8, RetireCovered: 0.9, MergeTies: 0.7, MergeUse: 0.8, WatchTraffic: 0.05, WatchWeeks: 8},
	}
	if diff := cmp.Diff(want, organisation.Default()); diff != "" {
		t.Error(diff)
	}
	if err := organisation.Default().Validate(); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{"an empty file": "", "a comment": "# nothing yet\n", "an empty section": "privacy:\ntools: []\n", "a byte order mark": "\ufeff"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := organisation.Parse([]byte(text))
			if len(got.Tools) == 0 {
				got.Tools = nil
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

// Plain texts stand for what is mostly meant.
func TestShorthand(t *testing.T) {
	t.Parallel()
	for text, roles := range map[string]organisation.Roles{"false": nil, "true": {"analyst"}, "[viewer, admin]": {"viewer", "admin"}, "[]": {}} {
		c, err := organisation.Parse([]byte("privacy: {reveal_people: " + text + "}\n"))
		if diff := cmp.Diff(roles, c.Privacy.RevealPeople); diff != "" || err != nil {
			t.Errorf("%s: %s %v", text, diff, err)
		}
	}
	for text, yearly := range map[string]float64{
		"8.25": 990, "8": 960, "{amount: 2.5}": 300, "{amount: 30, per: seat-year}": 300, "{amount: 100, per: month}": 1200, "{amount: 700, per: year}": 700,
	} {
		c, err := organisation.Parse([]byte("tools: [{tool: slack, seats: 10, price: " + text + "}]\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Tools[0].Yearly(); got == nil || *got != yearly {
			t.Errorf("ten seats at %s are %v a year, want %v", text, got, yearly)
		}
		if got := c.Tools[0].SeatYearly(); got == nil || *got != yearly/10 {
			t.Errorf("a seat at %s is %v a year, want %v", text, got, yearly/10)
		}
	}
}

func TestRolesAllow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		roles organisation.Roles
		role  string
		want  bool
	}{
		{nil, "admin", false}, {organisation.Roles{"analyst"}, "analyst", true}, {organisation.Roles{"analyst"}, "admin", true},
		{organisation.Roles{"analyst"}, "change_manager", false}, {organisation.Roles{"admin", "viewer"}, "viewer", true},
		{organisation.Roles{"viewer"}, "none", false},
	} {
		if got := c.roles.Allow(c.role); got != c.want {
			t.Errorf("%v allow %s: %v, want %v", c.roles, c.role, got, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crosstalk.yaml")
	if _, err := organisation.Load(path); err == nil || !strings.HasSuffix(err.Error(), "crosstalk.yaml is not there: name another with --config") {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := organisation.Load(filepath.Dir(path)); err == nil || !strings.HasPrefix(err.Error(), "configuration: ") {
		t.Errorf("a folder gives %v", err)
	}
	write(t, path, "colour: blue\nprivacy:\n  minimum_group: 3\n")
	want := path + ": line 1: \"colour\" is not a key: use organisation, privacy, directory, tools, register, workspaces, initiatives, advice, auth or reports\n" +
		path + ": line 3: privacy.minimum_group: 3 is too small: use 5 or more, so that nobody stands out"
	if _, err := organisation.Load(path); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	write(t, path, strings.Replace(whole, "register: tools.csv\n", "", 1))
	if c, err := organisation.Load(path); err != nil || c.Organisation.Name != "Heron Ltd" {
		t.Errorf("read %q: %v", c.Organisation.Name, err)
	}
}

// Without a name, crosstalk.yaml is read where it is there.
func TestLoadDefaultPath(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := organisation.Load("")
	if diff := cmp.Diff(organisation.Default(), c); diff != "" || err != nil {
		t.Error(diff, err)
	}
	write(t, organisation.DefaultPath, "organisation: {name: Heron}\n")
	if c, err := organisation.Load(""); err != nil || c.Organisation.Name != "Heron" {
		t.Errorf("read %q: %v", c.Organisation.Name, err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What the simulation writes beside its exports is a configuration.
func TestSimulated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	end := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	if _, err := simulate.Write(context.Background(), dir, simulate.Options{Seed: 1, People: 60, Weeks: 8, End: end, Messages: 500}); err != nil {
		t.Fatal(err)
	}
	c, err := organisation.Load(filepath.Join(dir, "crosstalk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Organisation.Name != "Heron Ltd" || len(c.Tools) != 3 || *c.Tools[0].Seats != 60 || len(c.Initiatives) != 1 || len(c.Initiatives[0].Units) == 0 {
		t.Errorf("read %+v", c)
	}
}

// What the collectors show as an entry of the configuration is one.
func TestSampleEntries(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("../collectors/*/sample.conf")
	if err != nil || len(samples) < 4 {
		t.Fatalf("found %d samples: the look-up is broken (%v)", len(samples), err)
	}
	for _, path := range samples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := organisation.Parse(append([]byte("workspaces:\n"), text...)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

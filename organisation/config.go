package organisation

import (
	"strings"
	"time"

	"crosstalk/organisation/catalogue"
)

// Config is crosstalk.yaml. Its zero value is not usable; Default and Load give one with every default filled in.
type Config struct {
	Organisation Company   `yaml:"organisation"`
	Privacy      Privacy   `yaml:"privacy"`
	Directory    Directory `yaml:"directory"`
	Tools        []Tool    `yaml:"tools"`
	// RegisterPath is a CSV file with more tools, which Load adds to Tools. Default: none.
	RegisterPath string       `yaml:"register"`
	Workspaces   []Workspace  `yaml:"workspaces"`
	Initiatives  []Initiative `yaml:"initiatives"`
	Advice       Advice       `yaml:"advice"`
	Auth         Auth         `yaml:"auth"`
	// Reports is a mapping that is kept for later; nothing reads it yet.
	Reports Raw `yaml:"reports"`
}

// Company says who the organisation is, and when it works.
type Company struct {
	// Name is shown on every page. Default: none.
	Name string `yaml:"name"`
	// TimeZone is the zone of days and weeks, by its IANA name. Default: UTC. A change rolls everything up again.
	TimeZone string `yaml:"time_zone"`
	// WorkingHours is the span of a working day on the wall clock, from 00:00 to 24:00. Default: "08:00-18:30".
	WorkingHours string `yaml:"working_hours"`
	// WorkingDays are mon, tue, wed, thu, fri, sat, sun. Default: [mon, tue, wed, thu, fri].
	WorkingDays []string `yaml:"working_days"`
	// Holidays are days on which nobody works, like 2026-12-25. Default: none.
	Holidays []string `yaml:"holidays"`
	// Domains are the mail domains of internal people; one below another is listed too. Default: none.
	Domains []string `yaml:"domains"`
	// Currency is that of every price, in three letters (ISO 4217). Default: EUR.
	Currency string `yaml:"currency"`
}

// Privacy says how small a group may be, who may be named, how long messages stay, and what is never stored.
type Privacy struct {
	// MinimumGroup is the smallest number of people shown. Default: 10; at least 5.
	MinimumGroup int `yaml:"minimum_group"`
	// RevealPeople are the roles that may see single people: viewer, change_manager, analyst, admin. A role that may do
	// more than one of them may see them too. false is nobody, true is [analyst]. Default: nobody.
	RevealPeople Roles `yaml:"reveal_people"`
	// Retention is how long messages stay, in days, weeks, months or years: 400d, 60w, 24mo, 3y. Default: empty, which
	// keeps them.
	Retention string `yaml:"retention"`
	// Exclusions are counted while importing, and not stored.
	Exclusions Exclusions `yaml:"exclusions"`
}

// Exclusions name what is counted as excluded and not stored.
type Exclusions struct {
	// People are addresses, handles or native ids of accounts, in any case.
	People []string `yaml:"people"`
	// Teams are departments, or teams as Department/Team.
	Teams []string `yaml:"teams"`
	// Conversations are single conversations.
	Conversations []ConversationName `yaml:"conversations"`
	// Kinds are kinds of conversation (direct, group, channel, private_channel, feed, mail_thread, mail_list,
	// meeting_chat, other) and of records (reaction, call, system).
	Kinds []string `yaml:"kinds"`
	// Dates are ranges of the organisation's days.
	Dates []Dates `yaml:"dates"`
}

// ConversationName names a conversation. A plain text instead of the mapping is its key.
type ConversationName struct {
	// Tool is the tool's slug. Default: every tool.
	Tool string `yaml:"tool"`
	// Workspace is the workspace's name. Default: every workspace.
	Workspace string `yaml:"workspace"`
	// Key is the tool's own id or name of the conversation. Required.
	Key string `yaml:"key"`
}

// Dates is a half-open range of days.
type Dates struct {
	// From is the first day, like 2026-01-31. Required.
	From string `yaml:"from"`
	// To is the first day that is no longer in the range. Required.
	To string `yaml:"to"`
}

// Directory says who works here.
type Directory struct {
	// Source is the path of the directory's CSV file. Default: none.
	Source string `yaml:"source"`
	// Refresh is how often the file is read again, like 24h. Default: 0, only when it is imported.
	Refresh time.Duration `yaml:"refresh"`
}

// Tool is what the register says of a tool: the company's own facts.
type Tool struct {
	// Tool is the slug under which its messages are recorded. Required.
	Tool string `yaml:"tool"`
	// Name is what pages call it. Default: what Crosstalk knows of the slug, else the slug.
	Name string `yaml:"name"`
	// Class is mail, team_chat, messenger, network, meeting, work or other. Default: what Crosstalk knows of the slug,
	// else other.
	Class string `yaml:"class"`
	// Status is sanctioned, tolerated, banned or unknown. Default: unknown.
	Status string `yaml:"status"`
	// Colour is that of its lines and bars, like "#4477aa". Default: assigned by the slug, once.
	Colour string `yaml:"colour"`
	// Seats is how many licences are paid for. Default: left out, which is unknown.
	Seats *int `yaml:"seats"`
	// Price is what is paid: {amount: 8.25, per: seat-month, currency: EUR}, or the amount alone. Default: unknown.
	Price Price `yaml:"price,flow"`
	// Retention says whether the tool retains messages for a time that the company set. Default: false where the catalogue
	// knows that it cannot be set, else unknown.
	Retention *bool `yaml:"retention"`
	// LegalHold says whether messages can be put on hold. Default: false where the catalogue knows that they cannot, else
	// unknown.
	LegalHold *bool `yaml:"legal_hold"`
	// Control is what else the company has set up, or its plan allows. Default: what the catalogue is sure of.
	Control Control `yaml:"control,flow"`
	// ContractEnd is the first day after the contract, like 2027-01-01. Default: none.
	ContractEnd string `yaml:"contract_end"`
	// Owner is who answers for the tool: a department or a role. Default: none.
	Owner string `yaml:"owner"`
	// Replaces are the slugs of tools that it is to replace. Default: none.
	Replaces []string `yaml:"replaces"`
	// Capabilities are what it can do here and what it cannot, where that differs from what is known of it: direct, group,
	// channels, threads, voice, video, files, mobile, guests, bots, search, archive. Default: what the catalogue knows.
	Capabilities catalogue.Capabilities `yaml:"capabilities,flow"`
}

// Workspace is one source to collect from.
type Workspace struct {
	// Collector is the reader's slug. Required.
	Collector string `yaml:"collector"`
	// Workspace is how the source is called here. Default: what it calls itself.
	Workspace string `yaml:"workspace"`
	// Tool names the tool of records whose source does not. Default: the collector's own.
	Tool string `yaml:"tool"`
	// Path is a file, or a folder into which exports are dropped. Either it or Endpoint is required, unless Options say
	// where the source is.
	Path string `yaml:"path"`
	// Endpoint is the address of a live source, like imaps://user@mail.example.com, without a password.
	Endpoint string `yaml:"endpoint"`
	// Schedule is how often it is read: 15m, every 15m, hourly, daily, daily at 03:30, weekly. Default: the collector's.
	Schedule string `yaml:"schedule"`
	// TimeZone is assumed for times that state none. Default: the organisation's.
	TimeZone string `yaml:"time_zone"`
	// Credentials say where the secret is.
	Credentials Credentials `yaml:"credentials"`
	// Options are the collector's own, kept as YAML; its README lists them.
	Options Raw `yaml:"options"`
}

// Credentials say where a secret is; it never stands in the configuration.
type Credentials struct {
	// Env is the name of the environment variable that holds the secret; or
	Env string `yaml:"env"`
	// File is the path of the file that holds it, which nobody else may read.
	File string `yaml:"file"`
}

// Initiative is a programme of change, drawn on every chart over time.
type Initiative struct {
	// Slug names it in addresses. Required.
	Slug string `yaml:"slug"`
	// Name is what pages call it. Required.
	Name string `yaml:"name"`
	// Kind is one word for it: deployment, training, incentive, policy, … Default: none.
	Kind string `yaml:"kind"`
	// Start is its first day. Required.
	Start string `yaml:"start"`
	// End is the first day after it. Default: none, it goes on.
	End string `yaml:"end"`
	// Units are the departments, or teams as Department/Team, that take part. Default: everybody.
	Units []string `yaml:"units"`
	// Goal is one sentence. Default: none.
	Goal string `yaml:"goal"`
}

// Advice are the thresholds of the advice for tools. Shares are from 0 to 1.
type Advice struct {
	// RetireWeeks is for how many weeks a tool must have declined, or been a remnant, to be retired. Default: 8.
	RetireWeeks int `yaml:"retire_weeks"`
	// RetireCovered is the share of what is exchanged within its ties that other tools must carry too. Default: 0.9.
	RetireCovered float64 `yaml:"retire_covered"`
	// MergeTies is the share of its ties that must be on the tool to merge into. Default: 0.7.
	MergeTies float64 `yaml:"merge_ties"`
	// MergeUse is the overlap of use that the two must have. Default: 0.8.
	MergeUse float64 `yaml:"merge_use"`
	// WatchTraffic is the share of messages from which a tool that is not sanctioned is watched. Default: 0.05.
	WatchTraffic float64 `yaml:"watch_traffic"`
	// WatchWeeks is for how many weeks a tool is watched whose state has changed. Default: 8; 0 is never.
	WatchWeeks int `yaml:"watch_weeks"`
}

// Auth says who may look; it mirrors the configuration of the package access.
type Auth struct {
	// Hosts are further names under which the server is reached, with or without a port.
	Hosts []string `yaml:"hosts"`
	// UsersRequired asks for a login on the loopback too, even while there is no user. Default: false.
	UsersRequired bool `yaml:"users_required"`
	// Proxy is one that logs people in.
	Proxy Proxy `yaml:"proxy"`
	// Session says how long a login lasts.
	Session Session `yaml:"session"`
}

// Proxy says which proxy is trusted, and for what.
type Proxy struct {
	// Addresses are the proxy's own addresses or networks; from nobody else are its headers believed.
	Addresses []string `yaml:"addresses"`
	// Header carries the name of the person whom the proxy let in. Default: none, it does not log people in.
	Header string `yaml:"header"`
	// RoleHeader carries groups, separated by commas, from which the role follows.
	RoleHeader string `yaml:"role_header"`
	// Roles gives a group its role; the group "*" is everybody else.
	Roles map[string]string `yaml:"roles"`
}

// Session says how long a login lasts.
type Session struct {
	// Idle is the time since the last request after which a login ends. Default: 0, which is 12h.
	Idle time.Duration `yaml:"idle"`
	// Absolute is the time since the login. Default: 0, which is 168h.
	Absolute time.Duration `yaml:"absolute"`
	// PlainHTTP takes passwords over plain HTTP from other machines too. Default: false.
	PlainHTTP bool `yaml:"plain_http"`
}

const (
	defaultZone         = "UTC"
	defaultHours        = "08:00-18:30"
	defaultCurrency     = "EUR"
	defaultMinimumGroup = 10
	lowestMinimumGroup  = 5
)

// Default is what holds without a file.
func Default() Config {
	c := presets()
	c.fill()
	return c
}

// presets are the defaults that a file overwrites, so that a 0 in it is told from a key that is left out.
func presets() Config {
	return Config{
		Privacy: Privacy{MinimumGroup: defaultMinimumGroup},
		Advice:  Advice{RetireWeeks: 8, RetireCovered: 0.9, MergeTies: 0.7, MergeUse: 0.8, WatchTraffic: 0.05, WatchWeeks: 8},
	}
}

// fill sets what the file leaves out or empty, and puts domains in small letters.
func (c *Config) fill() {
	o := &c.Organisation
	o.TimeZone = fallback(o.TimeZone, defaultZone)
	o.WorkingHours = fallback(o.WorkingHours, defaultHours)
	o.Currency = fallback(o.Currency, defaultCurrency)
	if o.WorkingDays == nil {
		o.WorkingDays = []string{"mon", "tue", "wed", "thu", "fri"}
	}
	for i := range o.Domains {
		o.Domains[i] = strings.ToLower(o.Domains[i])
	}
	for i := range c.Workspaces {
		c.Workspaces[i].TimeZone = fallback(c.Workspaces[i].TimeZone, o.TimeZone)
	}
}

func fallback(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

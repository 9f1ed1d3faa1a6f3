package organisation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"crosstalk/organisation"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "privacy:\n  minimum_grp: 10\n", `line 2: "minimum_grp" is not a key of privacy: did you mean minimum_group?`},
		{"hyphens", "privacy:\n  minimum-group: 10\n", `line 2: "minimum-group" is not a key of privacy: did you mean minimum_group?`},
		{"unknown section", "\norganization:\n  name: x\n", `line 2: "organization" is not a key: did you mean organisation?`},
		{"key of an entry", "tools:\n  - tool: slack\n    seat: 4\n", `line 3: "seat" is not a key of tools: did you mean seats?`},
		{"nothing near", "auth:\n  session: {zzzzzz: 1}\n", `line 2: "zzzzzz" is not a key of auth.session: use idle, absolute or plain_http`},
		{"a key twice", "privacy: {}\nprivacy: {}\n", "line 2: not YAML: mapping key \"privacy\" already defined at [1:1]"},
		{"a list of sections", "- privacy\n", "line 1: there is a list where keys and values are wanted: write them like name: value"},
		{"a list instead of a section", "privacy: [1]\n", "line 1: privacy: there is a list where keys and values are wanted: write them like name: value"},
		{"a value instead of a list", "organisation:\n  domains: heron.example\n", "line 2: organisation.domains: there is a single value where a list is wanted: write it like [a, b], or with a dash on each line"},
		{"a section instead of a value", "organisation:\n  name: {a: b}\n", "line 2: organisation.name: there is a mapping where a single value is wanted"},
		{"an empty entry", "organisation:\n  domains:\n    - a.example\n    -\n", "line 4: organisation.domains: \"\" is not a domain: write it like example.com"},
		{"number", "privacy: {minimum_group: ten}\n", `line 1: privacy.minimum_group: "ten" is not a whole number`},
		{"truth", "auth: {users_required: maybe}\n", `line 1: auth.users_required: "maybe" is neither true nor false`},
		{"retention of a tool", "tools: [{tool: slack, retention: 5}]\n", `line 1: tools.retention: "5" is neither true nor false`},
		{"duration", "directory: {source: x, refresh: daily}\n", `line 1: directory.refresh: "daily" is not a duration: write it like 15m or 24h`},
		{"price", "tools: [{tool: slack, price: much}]\n", `line 1: tools.price: "much" is not a number: write 8.25 (a seat and month) or {amount: 900, per: month}`},
		{"endless price", "tools: [{tool: slack, price: inf}]\n", "line 1: tools.price: the amount is neither 0 nor more"},
		{"price for", "tools: [{tool: slack, price: {amount: 1, per: day}}]\n", `line 1: tools.price.per: "day" is not what a price is for: use seat-month, seat-year, month or year`},
		{"small group", "privacy: {minimum_group: 4}\n", "line 1: privacy.minimum_group: 4 is too small: use 5 or more, so that nobody stands out"},
		{"group of nobody", "privacy: {minimum_group: 0}\n", "line 1: privacy.minimum_group: 0 is too small: use 5 or more, so that nobody stands out"},
		{"role", "privacy: {reveal_people: [boss]}\n", `line 1: privacy.reveal_people: "boss" is not a role: use viewer, change_manager, analyst or admin`},
		{"roles", "privacy: {reveal_people: boss}\n", `line 1: privacy.reveal_people: "boss" is not a list of roles: write it like [analyst], or false for nobody`},
		{"role of a group", "auth: {proxy: {roles: {staff: boss}}}\n", `line 1: auth.proxy.roles.staff: "boss" is not a role: use viewer, change_manager, analyst or admin`},
		{"retention", "privacy: {retention: 24m}\n", `line 1: privacy.retention: "24m" is not a length of time: write days, weeks, months or years, like 400d, 60w, 24mo or 3y`},
		{"zone", "organisation: {time_zone: Mars}\n", `line 1: organisation.time_zone: "Mars" is not a time zone: use a name like Europe/Berlin`},
		{"zone of the machine", "organisation: {time_zone: Local}\n", `line 1: organisation.time_zone: "Local" is not a time zone: use a name like Europe/Berlin`},
		{"zone of a file", "organisation: {time_zone: ../../etc/passwd}\n", `line 1: organisation.time_zone: "../../etc/passwd" is not a time zone: use a name like Europe/Berlin`},
		{"hours", "organisation: {working_hours: \"18:00-08:00\"}\n", `line 1: organisation.working_hours: "18:00-08:00" is not a span within a day: write it like "08:00-18:30"`},
		{"day", "organisation: {working_days: [monday]}\n", `line 1: organisation.working_days: "monday" is not a day of the week: use sun, mon, tue, wed, thu, fri or sat`},
		{"holiday", "organisation:\n  holidays:\n    - 2026-12-25\n    - 26.12.2026\n", `line 4: organisation.holidays: "26.12.2026" is not a day: write it like 2026-12-25`},
		{"domain", "organisation: {domains: [\"@heron.example\"]}\n", `line 1: organisation.domains: "@heron.example" is not a domain: write it like example.com`},
		{"currency", "organisation: {currency: euro}\n", `line 1: organisation.currency: "euro" is not a currency: use three capital letters like EUR`},
		{"kind", "privacy: {exclusions: {kinds: [dm]}}\n", `line 1: privacy.exclusions.kinds: "dm" is not a kind of conversation or record: use direct, group, channel, private_channel, feed, mail_thread, mail_list, meeting_chat, other, reaction, call or system`},
		{"team", "privacy: {exclusions: {teams: [a/b/c]}}\n", `line 1: privacy.exclusions.teams: "a/b/c" is neither a department nor a team: write Department or Department/Team`},
		{"conversation", "privacy: {exclusions: {conversations: [{tool: slack}]}}\n", "line 1: privacy.exclusions.conversations: key is missing: give the tool's own id of the conversation"},
		{"dates", "privacy: {exclusions: {dates: [{from: 2026-02-01, to: 2026-02-01}]}}\n", "line 1: privacy.exclusions.dates: to 2026-02-01 is not after from 2026-02-01: to is the first day that is no longer excluded"},
		{"refresh", "directory: {refresh: 1h}\n", "line 1: directory.refresh: it needs directory.source: name the directory's file"},
		{"status", "tools: [{tool: slack, status: fine}]\n", `line 1: tools.status: "fine" is not a status: use sanctioned, tolerated, banned or unknown`},
		{"class", "tools: [{tool: slack, class: nice}]\n", `line 1: tools.class: "nice" is not a class of tools: use mail, team_chat, messenger, network, meeting, work or other`},
		{"colour", "tools: [{tool: slack, colour: red}]\n", `line 1: tools.colour: "red" is not a colour: write it like "#4477aa", in quotes`},
		{"another's colour", "tools: [{tool: slack}, {tool: wiki, colour: \"#AA3377\"}]\n", `line 1: tools.colour: "#AA3377" is the colour of slack: choose another, or give slack one`},
		{"share of nothing", "advice: {watch_traffic: 0}\n", "line 1: advice.watch_traffic: 0 is not a share: write it like 0.9, more than 0 and at most 1"},
		{"share in per cent", "advice: {retire_covered: 90}\n", "line 1: advice.retire_covered: 90 is not a share: write it like 0.9, more than 0 and at most 1"},
		{"no share", "advice:\n  merge_use: NaN\n", "line 2: advice.merge_use: NaN is not a share: write it like 0.9, more than 0 and at most 1"},
		{"weeks of decline", "advice: {retire_weeks: 0}\n", "line 1: advice.retire_weeks: 0 is not a number of weeks from 1 to 104"},
		{"weeks of watching", "advice: {watch_weeks: 105}\n", "line 1: advice.watch_weeks: 105 is not a number of weeks from 0 to 104"},
		{"seats", "tools: [{tool: slack, seats: -1}]\n", "line 1: tools.seats: -1 is negative"},
		{"currency of a price", "tools: [{tool: slack, price: {amount: 1, currency: euro}}]\n", `line 1: tools.price.currency: "euro" is not a currency: use three capital letters like EUR`},
		{"capability", "tools: [{tool: slack, capabilities: {has: [dancing]}}]\n", `line 1: tools.capabilities.has: "dancing" is not a capability: use direct, group, channels, threads, voice, video, files, mobile, guests, bots, search or archive`},
		{"had and lacked", "tools: [{tool: slack, capabilities: {has: [bots], lacks: [bots]}}]\n", `line 1: tools.capabilities.lacks: "bots" is among what it has too: keep one`},
		{"contract", "tools: [{tool: slack, contract_end: soon}]\n", `line 1: tools.contract_end: "soon" is not a day: write it like 2026-12-25`},
		{"no tool", "tools:\n  - name: Slack\n", "line 2: tools.tool: it is missing: write it like slack"},
		{"no slug", "tools: [{tool: Slack!}]\n", `line 1: tools.tool: "Slack!" is not a slug: use small letters, digits and hyphens, like slack`},
		{"tool twice", "tools:\n  - tool: slack\n  - tool: slack\n", `line 3: tools.tool: "slack" is there twice: keep one`},
		{"path and endpoint", "workspaces: [{collector: imap, path: x, endpoint: y}]\n", "line 1: workspaces: give either a path or an endpoint"},
		{"schedule", "workspaces: [{collector: imap, path: x, schedule: often}]\n", `line 1: workspaces.schedule: "often" is not a schedule: write every 10m (at least 1s), hourly, daily, weekly, or daily at 03:30`},
		{"options", "workspaces: [{collector: imap, path: x, options: [a]}]\n", "line 1: workspaces.options: there is a list where keys and values are wanted: write them like name: value"},
		{"no variable", "workspaces: [{collector: imap, path: x, credentials: {env: \"hunter 2!\"}}]\n", "line 1: workspaces.credentials.env: name an environment variable, like MAIL_PASSWORD; the secret itself never stands in the file"},
		{"secret alone", "workspaces: [{collector: imap, path: x, credentials: hunter2}]\n", "line 1: workspaces.credentials: there is a single value where keys and values are wanted: write them like name: value"},
		{"both secrets", "workspaces: [{collector: imap, path: x, credentials: {env: A, file: b}}]\n", "line 1: workspaces.credentials: name an environment variable or a file, not both"},
		{"password", "workspaces: [{collector: imap, path: x, credentials: {password: hunter2}}]\n", `line 1: "password" is not a key of workspaces.credentials: use env or file`},
		{"password in an endpoint", "workspaces: [{collector: imap, endpoint: \"imaps://a:hunter2@b.example\"}]\n", "line 1: workspaces.endpoint: it must not hold the password: leave imaps://user@host and use credentials"},
		{"initiative", "initiatives: [{slug: a, name: A, start: 2026-02-01, end: 2026-02-01}]\n", "line 1: initiatives.end: 2026-02-01 is not after the start, 2026-02-01: end is the first day after the initiative"},
		{"no start", "initiatives: [{slug: a, name: A}]\n", "line 1: initiatives.start: it is missing: write a day like 2026-12-25"},
		{"no name", "initiatives: [{slug: a, start: 2026-02-01}]\n", "line 1: initiatives.name: it is missing: say what pages are to call the initiative"},
		{"session", "auth: {session: {idle: -1h}}\n", "line 1: auth.session.idle: it is negative: write it like 12h"},
		{"reports", "reports: weekly\n", "line 1: reports: there is a single value where keys and values are wanted: write them like name: value"},
		{"two documents", "privacy: {}\n---\nauth: {}\n", "the file holds 2 documents: keep one, without ---"},
		{"no YAML", "privacy: [\n", "line 1: not YAML: sequence end token ']' not found"},
		{"reference", "tools: &t []\nworkspaces: *t\n", "line 1: references (&name, *name, <<) are not taken: write the value out, in quotes if it begins with & or *"},
		{"tag", "organisation:\n  name: !!binary aGk=\n", "line 2: YAML's tags and directives (!name, %NAME) are not taken: write the value alone, in quotes if it begins so"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := organisation.Parse([]byte(c.text))
			if err == nil || err.Error() != c.want {
				t.Fatalf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// One reading tells every mistake, in the order of the file.
func TestSeveralProblems(t *testing.T) {
	t.Parallel()
	_, err := organisation.Parse([]byte(`privacy:
  retention: forever
  minimum_grup: 3
tools:
  - tool: slack
    seats: many
  - tool: irc
    status: good
initiative: []
`))
	want := `line 2: privacy.retention: "forever" is not a length of time: write days, weeks, months or years, like 400d, 60w, 24mo or 3y
line 3: "minimum_grup" is not a key of privacy: did you mean minimum_group?
line 6: tools.seats: "many" is not a whole number
line 8: tools.status: "good" is not a status: use sanctioned, tolerated, banned or unknown
line 9: "initiative" is not a key: did you mean initiatives?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var problems organisation.Problems
	if !errors.As(err, &problems) || len(problems) != 5 || problems[2].Line != 6 || problems[2].Key != "tools.seats" {
		t.Errorf("the problems are %+v", problems)
	}
	_, err = organisation.Parse([]byte("organisation:\n  domains:\n" + strings.Repeat("    - x\n", 50)))
	if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "\nand 30 more") {
		t.Errorf("fifty problems are told as %v", err)
	}
}

// A configuration that did not come from a file is checked too, without lines.
func TestValidate(t *testing.T) {
	t.Parallel()
	c := organisation.Default()
	c.Tools = []organisation.Tool{{Tool: "slack", Status: "fine"}}
	want := `tools.status: "fine" is not a status: use sanctioned, tolerated, banned or unknown`
	if err := c.Validate(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What would keep a YAML reader busy for hours, or fill the stack, is refused at once.
func TestHostile(t *testing.T) {
	t.Parallel()
	nested := "is nested more than 20 deep or has more than 5000 keys"
	for _, c := range []struct{ name, unit, want string }{
		{"lists in lists", "[", nested},
		{"mappings in mappings", "{a: ", nested},
		{"both", "[{", nested},
		{"dashes", "- ", nested},
		{"questions", "? ", nested},
		{"many keys", "k: v\n", nested},
		{"anchors", "&a ", "references"},
		{"aliases", "*a\n", "references"},
		{"tags", "!a ", "tags"},
		{"a long word", "a", "where keys and values are wanted"},
		{"quotes", "'", ""},
		{"bars", "|\n", ""},
		{"lines of words", "x\n", ""},
		{"comments", "# c\n", ""},
		{"entries", "- x\n", "where keys and values are wanted"},
		{"tabs", "\t", ""},
		{"documents", "---\n", ""},
		{"zero bytes", "\x00", ""},
		{"no UTF-8", "\xff", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, err := organisation.Parse([]byte(strings.Repeat(c.unit, (500<<10)/len(c.unit))))
			if took := time.Since(begun); took > time.Minute {
				t.Errorf("took %v", took)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %.200v, want %s", err, c.want)
			}
			if err != nil && len(err.Error()) > 8<<10 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
	_, err := organisation.Parse([]byte(strings.Repeat("# a comment\n", 60_000)))
	if err == nil || err.Error() != "the file is larger than 512 KiB, which no configuration is" {
		t.Errorf("a large file gives %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(whole))
	for _, seed := range []string{"privacy: {minimum_group: 4}", "- a\n- b\n", "a: &x [*x]\n", "tools: [{price: {}}]", "workspaces:\n- options: {a: |\n  b}\n", "? [a]\n: b\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := organisation.Parse(text)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a sentence")
			}
			return
		}
		if c.Privacy.MinimumGroup < 5 {
			t.Errorf("a minimum group of %d went through", c.Privacy.MinimumGroup)
		}
		again, err := organisation.Parse(c.Masked())
		if err != nil {
			t.Fatalf("what is printed cannot be read: %v\n%s", err, c.Masked())
		}
		if string(again.Masked()) != string(c.Masked()) {
			t.Errorf("printed\n%s\nand read again\n%s", c.Masked(), again.Masked())
		}
	})
}

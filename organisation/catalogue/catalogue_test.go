package catalogue

import (
	"slices"
	"strings"
	"testing"
)

const whole = `name: Huddle
also: [Huddle Board]
vendor: Heron
class: team_chat
colour: "#102030"
era: "2001-?"
successor: slack
exports:
  - {by: member, as: ZIP, holds: all}
control: {api: yes, sso: some, retention: no, export_api: some, audit_api: yes, retention_api: no, bridge: yes, residency: some}
capabilities: {has: [direct, files], lacks: [video]}
hosts: {huddle.example: 0.9, heron.example/chat: 0.5, ads.heron.example: 0, 192.0.2.0/24: 1}
sources: {era: a guess, exports: a guess, control: a guess, capabilities: a guess, hosts: a guess}
`

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := parse("huddle", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if got.Slug != "huddle" || got.Era != (Era{First: 2001}) || got.Control != (Control{API: Yes, SSO: Some, Retention: No, ExportAPI: Some, AuditAPI: Yes, RetentionAPI: No, Bridge: Yes, Residency: Some}) ||
		len(got.Hosts) != 4 || got.Hosts["heron.example/chat"] != 0.5 || !slices.Equal(got.Collectors, []string{"huddle"}) || len(got.Exports) != 1 || got.Exports[0].Holds != "all" {
		t.Errorf("read %+v", got)
	}
	none, err := parse("huddle", []byte(strings.Replace(whole, "\n  - {by: member, as: ZIP, holds: all}", " []", 1)))
	if err != nil || none.Exports == nil || len(none.Exports) != 0 {
		t.Errorf("no exports are read as %#v: %v", none.Exports, err)
	}
	unknown := strings.Replace(whole, "exports:\n  - {by: member, as: ZIP, holds: all}\n", "", 1)
	unknown = strings.Replace(unknown, "exports: a guess, ", "", 1)
	if got, err := parse("huddle", []byte(unknown)); err != nil || got.Exports != nil {
		t.Errorf("unknown exports are read as %#v: %v", got.Exports, err)
	}
}

// Every mistake in a file is told.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, with, want string }{
		{"a key", "vendor:", "maker:", "maker"},
		{"no name", "name: Huddle", "name: \"\"", "name and vendor"},
		{"a class", "team_chat", "chat", `"chat" is not a class`},
		{"a colour", "#102030", "blue", "is not a colour"},
		{"an era", "2001-?", "2001", "is not an era"},
		{"no era", "era: \"2001-?\"\n", "", "the era is missing"},
		{"a turned era", "2001-?", "2001-1999", "ends before it begins"},
		{"an answer", "sso: some", "sso: perhaps", "is not an answer"},
		{"an answer on bridges", "bridge: yes", "bridge: often", "is not an answer"},
		{"an export", "as: ZIP, ", "", "an export says"},
		{"a capability", "[direct, files]", "[dancing]", "is not a capability"},
		{"both", "lacks: [video]", "lacks: [files]", "in both"},
		{"a host", "{huddle.example:", "{huddle.example/:", "is not a host"},
		{"a network", "192.0.2.0/24", "192.0.2.0/33/", "is not a host"},
		{"a certainty", "example: 0.9", "example: 9", "is not a certainty"},
		{"no source", "hosts: a guess", "more: a guess", "where hosts is from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(whole, c.old, c.with, 1)
			if text == whole {
				t.Fatal("nothing was changed")
			}
			if _, err := parse("huddle", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEra(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Era{"2013-": {First: 2013, Open: true}, "2010-2019": {First: 2010, Last: 2019}, "?-2022": {Last: 2022}, "?-": {Open: true}} {
		var got Era
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want || got.String() != text {
			t.Errorf("%s is read as %+v, written %s: %v", text, got, got, err)
		}
	}
}

// What the files say of each other holds.
func TestShipped(t *testing.T) {
	t.Parallel()
	tools := map[string]Tool{}
	for _, slug := range Slugs() {
		tool, err := read(slug)
		if err != nil {
			t.Error(err)
		}
		tools[slug] = tool
	}
	if len(tools) < 36+50 {
		t.Errorf("there are %d tools", len(tools))
	}
	names, colours, owners := map[string]string{}, map[string]string{}, map[string]string{}
	once := func(seen map[string]string, what, slug string) {
		if other, taken := seen[what]; taken {
			t.Errorf("%s and %s are both %s", slug, other, what)
		}
		seen[what] = slug
	}
	for slug, tool := range tools {
		once(colours, tool.Colour, slug)
		for _, name := range append(tool.Also, tool.Name) {
			once(names, strings.ToLower(name), slug)
		}
		for host := range tool.Hosts {
			once(owners, host, slug)
		}
		if next := tool.Successor; next != "" && (next == slug || tools[next].Slug == "") {
			t.Errorf("%s is followed by %s, which is not in the catalogue", slug, next)
		}
		if tool.Era.Last == 0 && tool.Era.Open && tool.Era.First > 2026 {
			t.Errorf("%s is of the future", slug)
		}
	}
}

// What the format notes of the exports say of hosts, spot-checked.
func TestLookup(t *testing.T) {
	t.Parallel()
	whatsapp, ok := Lookup("whatsapp")
	if !ok || whatsapp.Hosts["whatsapp.net"] < 0.8 || whatsapp.Hosts["wa.me"] > 0.5 || whatsapp.Hosts["graph.whatsapp.net"] != 0 || whatsapp.Control.SSO != No {
		t.Errorf("WhatsApp is %+v", whatsapp)
	}
	if nobody, ok := Lookup("unheard-of"); ok || nobody.Slug != "unheard-of" || nobody.Name != "" {
		t.Errorf("an unknown tool is %+v", nobody)
	}
	if livetext, _ := Lookup("livetext"); livetext.Exports == nil || len(livetext.Exports) != 0 || livetext.Era.Last != 2016 {
		t.Errorf("Livetext is %+v", livetext)
	}
	if all := All(); len(all) != len(Slugs()) || all[0].Slug != Slugs()[0] {
		t.Errorf("%d tools, %d slugs", len(all), len(Slugs()))
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	a := Capabilities{Has: []string{Direct, Group, Files}, Lacks: []string{Video, Voice}}
	got := a.With(Capabilities{Has: []string{Video}, Lacks: []string{Direct}})
	if !slices.Equal(got.Has, []string{Group, Video, Files}) || !slices.Equal(got.Lacks, []string{Direct, Voice}) {
		t.Errorf("joined: %+v", got)
	}
	if got.Of(Direct) != No || got.Of(Files) != Yes || got.Of(Search) != "" {
		t.Errorf("asked: %+v", got)
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		for _, slug := range slugs() {
			if _, err := read(slug); err != nil {
				b.Fatal(err)
			}
		}
	}
}

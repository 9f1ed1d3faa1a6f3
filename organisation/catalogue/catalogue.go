// Package catalogue is what is known of messaging tools without being told: who makes a tool and what it is called, when it
// was in use, what can be had out of it, how far a company can control it, what it can do, and the hosts by which
// logs show its use. Each tool is one file in tools, named after its slug. What is not known is left out there and stays
// unknown here; every part of a file says where it is from.
//
// It holds no fact of any company: those are in crosstalk.yaml, which the package organisation joins to these. It reads
// nothing but what is built into it.
package catalogue

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Tool is one messaging product. Its slices are shared: they are read only.
type Tool struct {
	Slug string `yaml:"-"`
	Name string `yaml:"name"`
	// Also are other names it has or had.
	Also   []string `yaml:"also"`
	Vendor string   `yaml:"vendor"`
	// Class is mail, team_chat, messenger, network, meeting or work.
	Class string `yaml:"class"`
	// Colour belongs to the tool for good, like "#4477aa": it is never given to another, so that a tool looks the same in
	// every company and every year. Those of the tools that are met together most differ for people who see few colours
	// too; nobody needs the colour alone in any case.
	Colour string `yaml:"colour"`
	Era    Era    `yaml:"era"`
	// Successor is the slug of the tool that its vendor named in its place; empty where none is known.
	Successor string `yaml:"successor"`
	// Collectors are the folders of the collectors that read it, that of its own first. Left out, one named like the tool.
	Collectors []string `yaml:"collectors"`
	// Exports are the ways in which its messages or their counts can be had. It is nil when they are not known, and empty
	// when there are none.
	Exports []Export `yaml:"exports"`
	Control Control  `yaml:"control"`
	// Note is what else must be said: one sentence, or nothing.
	Note         string       `yaml:"note"`
	Capabilities Capabilities `yaml:"capabilities"`
	// Hosts are by what logs of proxies and name servers show the use of the tool, and how surely, from 0 to 1: about 0.9 for
	// a host that serves nothing but the tool, about 0.3 where other products share it, 0 where it says nothing, such as
	// counters and buttons in other pages. An entry is a name, which stands for all below it too, the longest name first; a
	// name with the beginning of a path; or a network, as 192.0.2.0/24. No entry is of two tools.
	Hosts map[string]float32 `yaml:"hosts"`
	// Sources say where each part is from: era (with vendor and successor), exports, control, capabilities, hosts.
	Sources map[string]string `yaml:"sources"`
}

// Export is one way to have messages, or counts of them, out of a tool.
type Export struct {
	By    string `yaml:"by"` // who can: administrator, member, …
	As    string `yaml:"as"` // the kind of file or answer
	Holds string `yaml:"holds"`
}

// Control is what a company that uses the tool can do about it.
type Control struct {
	API        Answer `yaml:"api"`        // programs can ask for its messages, in a documented way
	SSO        Answer `yaml:"sso"`        // people log in with the company's own login
	SCIM       Answer `yaml:"scim"`       // accounts come and go with the company's directory
	Retention  Answer `yaml:"retention"`  // an administrator can set how long messages are kept
	Ediscovery Answer `yaml:"ediscovery"` // an administrator can search everybody's messages and put them on hold

	ExportAPI    Answer `yaml:"export_api"`    // a program of the company's can have everybody's messages
	AuditAPI     Answer `yaml:"audit_api"`     // a program can have the log of what people and administrators did
	RetentionAPI Answer `yaml:"retention_api"` // a program can set how long messages are kept
	Bridge       Answer `yaml:"bridge"`        // messages go to and come from other tools or servers: federation, or a bridge its makers offer
	Residency    Answer `yaml:"residency"`     // the company can choose in which part of the world messages lie, on its own machines too
}

// answers are all of them, to be checked.
func (c Control) answers() []Answer {
	return []Answer{c.API, c.SSO, c.SCIM, c.Retention, c.Ediscovery, c.ExportAPI, c.AuditAPI, c.RetentionAPI, c.Bridge, c.Residency}
}

// Answer is what is known of a question. The empty one is unknown.
type Answer string

// Answers to a question.
const (
	Yes  Answer = "yes"
	Some Answer = "some" // in some plans or products
	No   Answer = "no"
)

//go:generate go run generate.go

//go:embed tools/*.yaml
var files embed.FS

// shipped reads each tool at its first use: all of them take 20 ms, and most commands ask for few. What is built in has
// passed the tests, so an error is one of the programmer's.
var shipped = func() map[string]func() Tool {
	tools := map[string]func() Tool{}
	for _, slug := range slugs() {
		tools[slug] = sync.OnceValue(func() Tool {
			t, err := read(slug)
			if err != nil {
				panic(err)
			}
			return t
		})
	}
	return tools
}()

// slugs are the names of the files.
func slugs() []string {
	entries, err := files.ReadDir("tools")
	if err != nil {
		panic(err) // the folder is built in
	}
	var list []string
	for _, e := range entries {
		list = append(list, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(list)
	return list
}

func read(slug string) (Tool, error) {
	text, err := files.ReadFile("tools/" + slug + ".yaml")
	if err != nil {
		return Tool{}, fmt.Errorf("catalogue: %w", err)
	}
	t, err := parse(slug, text)
	if err != nil {
		return Tool{}, fmt.Errorf("catalogue: tools/%s.yaml: %w", slug, err)
	}
	return t, nil
}

// parse reads the file of one tool.
func parse(slug string, text []byte) (Tool, error) {
	t := Tool{Slug: slug}
	if err := yaml.UnmarshalWithOptions(text, &t, yaml.Strict()); err != nil {
		return Tool{}, err
	}
	if t.Collectors == nil {
		t.Collectors = []string{slug}
	}
	return t, t.check()
}

// Slugs are those of all tools, ascending.
func Slugs() []string { return slices.Sorted(maps.Keys(shipped)) }

// All are all tools by slug.
func All() []Tool {
	tools := make([]Tool, 0, len(shipped))
	for _, slug := range Slugs() {
		tools = append(tools, shipped[slug]())
	}
	return tools
}

// Lookup finds a tool. One that is not in the catalogue is empty but for its slug.
func Lookup(slug string) (Tool, bool) {
	if t, ok := shipped[slug]; ok {
		return t(), true
	}
	return Tool{Slug: slug}, false
}

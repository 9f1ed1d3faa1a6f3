//go:build ignore

// Generate writes docs/tools.md and the table of tools in README.md, from the catalogue and the READMEs of the collectors
// that are registered. `go generate ./...` comes here after collectors/all, whose list it needs.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"crosstalk/collectors/all"
	"crosstalk/organisation/catalogue"
)

const (
	root  = "../../"
	begin = "<!-- tools: made by `make generate` from the catalogue and the collectors; do not edit -->\n"
	end   = "<!-- end of tools -->\n"
)

func main() {
	log.SetFlags(0)
	d := document{tools: catalogue.All(), collectors: map[string]collector{}}
	for _, name := range registered() {
		c, err := readCollector(name)
		if err != nil {
			log.Fatalf("generate: %v", err)
		}
		d.collectors[name] = c
	}
	slices.SortFunc(d.tools, func(a, b catalogue.Tool) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	d.write()
	readme, err := os.ReadFile(root + "README.md")
	if err != nil {
		log.Fatal(err)
	}
	before, rest, isBegun := bytes.Cut(readme, []byte(begin))
	_, after, isEnded := bytes.Cut(rest, []byte(end))
	if !isBegun || !isEnded {
		log.Fatalf("generate: README.md lacks the lines\n%s%s", begin, end)
	}
	save("docs/tools.md", d.out.Bytes())
	save("README.md", slices.Concat(before, []byte(begin), d.overview(), []byte(end), after))
}

func save(path string, text []byte) {
	if err := os.WriteFile(root+path, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// registered are the folders of the collectors of files, and of those that are asked again and again, which have an
// endpoint.
func registered() []string {
	var names []string
	for _, c := range all.Collectors() {
		names = append(names, c.Name())
	}
	samples, err := filepath.Glob(root + "collectors/*/sample.conf")
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range samples {
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte("endpoint:")) {
			names = append(names, filepath.Base(filepath.Dir(path)))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// collector is the README of one.
type collector struct {
	name     string
	lead     string // what stands before the first section
	sections map[string]string
}

// shown are the sections that go into docs/tools.md; Options must be there too and is linked.
var shown = []string{"Getting the export", "What is read", "What cannot be known", "How far tested"}

func readCollector(name string) (collector, error) {
	path := "collectors/" + name + "/README.md"
	text, err := os.ReadFile(root + path)
	if err != nil {
		return collector{}, err
	}
	c := collector{name: name, sections: map[string]string{}}
	heading, isFenced := "", false
	for line := range strings.Lines(relinked(name, string(text))) {
		if strings.HasPrefix(line, "```") {
			isFenced = !isFenced
		}
		title, isHeading := strings.CutPrefix(strings.TrimSpace(line), "## ")
		switch {
		case isFenced:
			c.sections[heading] += line
		case isHeading:
			heading = title
		case strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "###"):
			c.sections[heading] += "##" + line
		default:
			c.sections[heading] += line
		}
	}
	c.lead = strings.TrimSpace(c.sections[""])
	for _, section := range append(shown, "Options") {
		if strings.TrimSpace(c.sections[section]) == "" {
			return c, fmt.Errorf("%s: there is nothing under ## %s", path, section)
		}
	}
	if c.lead == "" {
		return c, fmt.Errorf("%s: say first, before any section, what is read", path)
	}
	return c, nil
}

var link = regexp.MustCompile(`\]\(([^)#][^)]*)\)`)

// relinked is a README with links that hold in docs.
func relinked(name, text string) string {
	return link.ReplaceAllStringFunc(text, func(found string) string {
		target := link.FindStringSubmatch(found)[1]
		if strings.Contains(target, "://") {
			return found
		}
		return "](" + filepath.ToSlash(filepath.Join("../collectors", name, target)) + ")"
	})
}

// sentence is the first of a README, without its first word where that is Reads.
func (c collector) sentence() string {
	paragraph, _, _ := strings.Cut(c.lead, "\n\n")
	paragraph = strings.ReplaceAll(strings.Join(strings.Fields(paragraph), " "), "|", `\|`)
	first, _, _ := strings.Cut(paragraph, ". ")
	return strings.TrimSuffix(strings.TrimPrefix(first, "Reads "), ".")
}

// document is docs/tools.md as it is written.
type document struct {
	tools      []catalogue.Tool
	collectors map[string]collector
	out        bytes.Buffer
}

func (d *document) say(format string, args ...any) { fmt.Fprintf(&d.out, format+"\n", args...) }

// readers are the collectors of a tool that are registered.
func (d *document) readers(t catalogue.Tool) []string {
	return slices.DeleteFunc(slices.Clone(t.Collectors), func(name string) bool { return d.collectors[name].name == "" })
}

// home is the tool under which a collector is described: the one of its name, else the first that it reads; none for
// those that read any tool.
func (d *document) home(name string) string {
	first := ""
	for _, t := range d.tools {
		if t.Slug == name {
			return name
		}
		if first == "" && slices.Contains(t.Collectors, name) {
			first = t.Slug
		}
	}
	return first
}

// general are the collectors that belong to no tool.
func (d *document) general() []string {
	var names []string
	for name := range d.collectors {
		if d.home(name) == "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (d *document) write() {
	read := 0
	for _, t := range d.tools {
		if len(d.readers(t)) > 0 {
			read++
		}
	}
	d.say("# Tools\n\n<!-- Made by `make generate` from the catalogue of tools and the READMEs of the collectors; do not edit. -->\n")
	d.say("What is known of %d tools, and how the messages of %d of them are read. [All tools](#all-tools) · [Control](#control) · [Capabilities](#capabilities) ·", len(d.tools), read)
	d.say("[Any tool](#any-tool). What a company knows of its own tools stands in [crosstalk.yaml](configuration.md) and goes before what stands here.\n")
	d.say("An empty cell is unknown: nobody guessed. *some* is in some plans or products. Each tool's section ends with where its facts are from.")
	d.allTools()
	d.control()
	d.capabilities()
	for _, t := range d.tools {
		d.tool(t)
	}
	d.say("\n## Any tool\n\nThese read whatever tool they are told of, or find.")
	for _, name := range d.general() {
		d.collector(name)
	}
}

func (d *document) allTools() {
	d.say("\n## All tools\n\n| Tool | Class | Years | Vendor | Read by |\n|---|---|---|---|---|")
	for _, t := range d.tools {
		d.say("| %s | %s | %s | %s | %s |", toolLink(t), class(t), t.Era, t.Vendor, d.links(d.readers(t), "../"))
	}
}

func (d *document) links(names []string, above string) string {
	var list []string
	for _, name := range names {
		list = append(list, fmt.Sprintf("[`%s`](%scollectors/%s/README.md)", name, above, name))
	}
	return strings.Join(list, ", ")
}

func (d *document) control() {
	d.say("\n## Control\n\nWhether programs can ask for its messages (API), people log in with the company's own login (SSO), accounts come and go with the company's")
	d.say("directory (SCIM), an administrator can set how long messages are kept (retention), and can search everybody's and put them on hold (e-discovery). Whether")
	d.say("a program of the company's can have everybody's messages (export API), have the log of what people and administrators did (audit API), and set how long")
	d.say("messages are kept (retention API). Whether messages go to and come from other tools or servers, by federation or a bridge its makers offer (bridge), and")
	d.say("the company can choose in which part of the world they lie, on its own machines too (residency).\n")
	d.say("| Tool | API | SSO | SCIM | Retention | E-discovery | Export API | Audit API | Retention API | Bridge | Residency |\n|---%s|", strings.Repeat("|---", 10))
	for _, t := range d.tools {
		c := t.Control
		d.say("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |", toolLink(t), c.API, c.SSO, c.SCIM, c.Retention, c.Ediscovery,
			c.ExportAPI, c.AuditAPI, c.RetentionAPI, c.Bridge, c.Residency)
	}
}

func (d *document) capabilities() {
	names := catalogue.EveryCapability()
	d.say("\n## Capabilities\n\nWrite to one other person (direct), to several of one's choice (group), in named rooms that others find and join (channels), answer below a")
	d.say("message (threads), talk (voice), see each other (video), send files, all that on a phone (mobile), with people outside of the company (guests), with")
	d.say("programs that take part (bots), search what was written, read it on later without anybody having had to save it (archive).\n")
	d.say("| Tool | %s |\n|---%s|", strings.Join(names, " | "), strings.Repeat("|---", len(names)))
	for _, t := range d.tools {
		var cells []string
		for _, name := range names {
			cells = append(cells, string(t.Capabilities.Of(name)))
		}
		d.say("| %s | %s |", toolLink(t), strings.Join(cells, " | "))
	}
}

func (d *document) tool(t catalogue.Tool) {
	facts := []string{t.Vendor, class(t), years(t.Era)}
	if len(t.Also) > 0 {
		facts = append(facts, "also "+strings.Join(t.Also, ", "))
	}
	if next, ok := catalogue.Lookup(t.Successor); ok {
		facts = append(facts, "followed by "+toolLink(next))
	}
	d.say("\n## %s\n\n`%s`: %s.\n", t.Name, t.Slug, strings.Join(facts, "; "))
	switch {
	case t.Exports == nil:
		d.say("What can be exported is not known.")
	case len(t.Exports) == 0:
		d.say("Nothing can be exported.")
	}
	for _, e := range t.Exports {
		d.say("- %s, by %s: %s.", strings.ToUpper(e.As[:1])+e.As[1:], who(e.By), e.Holds)
	}
	if t.Note != "" {
		d.say("\n%s", t.Note)
	}
	d.hosts(t.Hosts)
	var sources []string
	for _, part := range []string{"era", "exports", "control", "capabilities", "hosts"} {
		if from := t.Sources[part]; from != "" {
			sources = append(sources, part+": "+from)
		}
	}
	d.say("\n*From* %s.", strings.Join(sources, "; "))
	d.readBy(t)
}

// readBy describes the collectors of a tool, or points to where they are described.
func (d *document) readBy(t catalogue.Tool) {
	readers := d.readers(t)
	if len(readers) == 0 {
		d.say("\nNo collector reads it. What can be had as rows comes in by [any tool](#any-tool).")
	}
	var elsewhere []string
	for _, name := range readers {
		if home := d.home(name); home != t.Slug {
			at, _ := catalogue.Lookup(home)
			elsewhere = append(elsewhere, fmt.Sprintf("`%s`, see %s", name, toolLink(at)))
		}
	}
	if len(elsewhere) > 0 {
		d.say("\nRead by %s.", strings.Join(elsewhere, "; "))
	}
	for _, name := range readers {
		if d.home(name) == t.Slug {
			d.collector(name)
		}
	}
}

// hosts tells by what logs show the use of a tool, surest first.
func (d *document) hosts(of map[string]float32) {
	hosts := slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		return cmp.Or(cmp.Compare(of[b], of[a]), strings.Compare(a, b))
	})
	var shown []string
	for _, host := range hosts {
		shown = append(shown, fmt.Sprintf("`%s` %v", host, of[host]))
	}
	if len(shown) > 0 {
		d.say("\nHosts by which logs show its use, and how surely: %s.", strings.Join(shown, ", "))
	}
}

func (d *document) collector(name string) {
	c := d.collectors[name]
	d.say("\n### Collector %s\n\n%s", name, c.lead)
	for _, section := range shown {
		d.say("\n#### %s\n\n%s", section, strings.TrimSpace(c.sections[section]))
	}
	d.say("\nOptions, rejects and limits: [%s](../collectors/%s/README.md#options).", name, name)
}

// overview is the table of README.md.
func (d *document) overview() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "| Tool | Years | Collector | Reads |\n|---|---|---|---|\n")
	others := 0
	for _, t := range d.tools {
		readers := d.readers(t)
		if len(readers) == 0 {
			others++
			continue
		}
		fmt.Fprintf(&out, "| [%s](docs/tools.md#%s) | %s | %s | %s |\n", t.Name, anchor(t.Name), t.Era, d.links(readers, ""), d.collectors[readers[0]].sentence())
	}
	for _, name := range d.general() {
		fmt.Fprintf(&out, "| any | | %s | %s |\n", d.links([]string{name}, ""), d.collectors[name].sentence())
	}
	fmt.Fprintf(&out, "\n%d more tools are known by name, hosts and abilities, without a collector of their own: [docs/tools.md](docs/tools.md).\n", others)
	return out.Bytes()
}

func class(t catalogue.Tool) string { return strings.ReplaceAll(t.Class, "_", " ") }

func years(e catalogue.Era) string {
	switch {
	case e.Open && e.First == 0:
		return "in use"
	case e.Open:
		return fmt.Sprintf("in use since %d", e.First)
	case e.Last == 0:
		return fmt.Sprintf("from %d, it is not known until when", e.First)
	case e.First == 0:
		return fmt.Sprintf("until %d", e.Last)
	}
	return fmt.Sprintf("from %d to %d", e.First, e.Last)
}

// who is by whom an export is made, in a sentence.
func who(by string) string {
	switch {
	case strings.Contains(by, "'") || strings.HasPrefix(by, "any"):
		return by
	case strings.HasPrefix(by, "a"):
		return "an " + by
	}
	return "a " + by
}

func toolLink(t catalogue.Tool) string { return fmt.Sprintf("[%s](#%s)", t.Name, anchor(t.Name)) }

var notInAnchors = regexp.MustCompile(`[^a-z0-9 -]`)

// anchor is the one that a heading gets.
func anchor(heading string) string {
	return strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

package views

import (
	"embed"
	"io/fs"
)

//go:embed static
var static embed.FS

// Static is the style, the scripts and the icons, and the libraries of static/vendor if they were there at build time.
func Static() fs.FS {
	sub, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Names of the files a page asks for, below /static/.
const (
	StyleFile   = "css/crosstalk.css"
	ThemeFile   = "js/theme.js"
	ScriptFile  = "js/crosstalk.js"
	EChartsFile = "vendor/echarts.min.js"
	HTMXFile    = "vendor/htmx.min.js"
	IconFile    = "icon.svg"
)

// Frame is what surrounds every page.
type Frame struct {
	Title        string // answers or asks the page's question; also the document's title
	Lede         string // one line that says how to read the page
	Organisation string
	Menu         []MenuGroup
	Filter       *FilterBar // nil: the page has no filters
	Fresh        Freshness
	Notices      []string // what a reader must know before the numbers
	Open         bool     // nobody had to log in
	User         string   // who is logged in with a session that can be ended
	CSRF         string   // the token that changes must carry
	Asset        func(file string) string
}

// MenuGroup is a titled part of the rail; the first has no title.
type MenuGroup struct {
	Title string
	Items []MenuItem
}

// MenuItem is a link of the rail.
type MenuItem struct {
	Title   string
	Path    string // with the filters that go along
	Current bool
}

// Freshness says until when there is data.
type Freshness struct {
	Until string   // "Data until Sun 22 Nov, 23:10"; empty: there is none
	Late  []string // sources that are behind, in words
}

// FilterBar is the form above a page. It is a plain GET form of four pills.
type FilterBar struct {
	Action  string
	Period  PeriodPill
	Compare Pill
	Scope   ScopePill
	Tools   ToolsPill
}

// inWords is what is chosen, for paper.
func (b FilterBar) inWords() string {
	words := b.Period.Label
	if b.Period.Days != "" {
		words += ", " + b.Period.Days
	}
	return words + " · " + b.Compare.Label + " · " + b.Scope.Label + " · " + b.Tools.Label
}

// Pill offers one choice among several.
type Pill struct {
	Name    string // of the field
	Label   string // what is chosen, in words
	Options []Option
}

// PeriodPill offers presets, free days and the grain.
type PeriodPill struct {
	Pill
	Days     string // "26 Oct – 22 Nov"
	From, To string // free days, ISO; empty with a preset
	Grain    Pill
}

// ScopePill offers a part of the organisation, and which of its traffic.
type ScopePill struct {
	Label  string
	Group  Pill
	Side   Pill
	Status Pill
}

// ToolsPill offers tools, or a class of them.
type ToolsPill struct {
	Label string
	Tools []ToolOption
	Class Pill
}

// ToolOption is a tool that can be ticked.
type ToolOption struct {
	Tool   Tool
	Chosen bool
}

// Option is a choice of a [Pill].
type Option struct {
	Value, Text string
	Chosen      bool
}

// Tool is how a tool is named and drawn everywhere.
type Tool struct {
	Slug   string
	Name   string
	Colour string
	Order  int    // in the register; picks the second cue, so that nobody needs the colour
	Status string // sanctioned, tolerated, banned or unknown
}

// Unsanctioned reports that the tool is in use without approval.
func (t Tool) Unsanctioned() bool { return t.Status == "tolerated" || t.Status == "banned" }

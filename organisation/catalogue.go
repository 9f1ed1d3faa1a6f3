package organisation

import "crosstalk/organisation/catalogue"

// Statuses of a tool.
const (
	Sanctioned = "sanctioned"
	Tolerated  = "tolerated"
	Banned     = "banned"
	Unknown    = "unknown"
)

var statuses = []string{Sanctioned, Tolerated, Banned, Unknown}

// Classes of tools.
const (
	Mail      = "mail"
	TeamChat  = "team_chat"
	Messenger = "messenger"
	Network   = "network"
	Meeting   = "meeting"
	Work      = "work"
	Other     = "other"
)

var classes = []string{Mail, TeamChat, Messenger, Network, Meeting, Work, Other}

// known is what the catalogue says of a tool where the file says nothing; empty for one that is not in it.
func known(slug string) Tool {
	t, _ := catalogue.Lookup(slug)
	return Tool{Tool: slug, Name: t.Name, Class: t.Class, Colour: t.Colour, Capabilities: t.Capabilities}
}

// Catalogue is what is known of the tool without being told; empty but for the slug when that is nothing.
func (t Tool) Catalogue() catalogue.Tool {
	found, _ := catalogue.Lookup(t.Tool)
	return found
}

// palette is for tools that are not in the catalogue.
var palette = []string{"#cc3399", "#338866", "#55aaff", "#aa0011", "#7744aa", "#ff7788", "#6688cc", "#ee1155"}

// Known are the slugs of the catalogue, ascending.
func Known() []string { return catalogue.Slugs() }

package simulate

import (
	"fmt"
	"slices"
	"strings"
)

// format is the export of a further tool in the shape in which the tool writes it.
type format struct {
	slug    string
	threads bool                       // its messages say what they answer; otherwise people are spoken to by name
	names   bool                       // its messages say whom they name
	rosters bool                       // it lists who is in a channel of a few
	card    func(*person, uint64) card // what it says of an account, of a draw of the account's own
	open    func(*export) (scribe, error)
}

// export is what a format's writer is made of.
type export struct {
	*generator
	company *company
	dir     string
}

// scribe is a writer that knows under which keys a person stands in its export. An export
// that lists its users knows all of them, another those who stand in its chats.
type scribe interface {
	writer
	keys(i int32) []accountKey
}

// accountKey is how truth.json and the importer know an account.
type accountKey struct{ kind, key string }

// formats are all of them, in the order in which Formats names them.
var formats = []format{
	{slug: "mattermost", threads: true, names: true, rosters: true, card: officeCard, open: newMattermost},
	{slug: "teams", threads: true, names: true, rosters: true, card: plainCard, open: newTeams},
	{slug: "zulip", names: true, rosters: true, card: plainCard, open: newZulip},
	{slug: "rocketchat", threads: true, names: true, rosters: true, card: officeCard, open: newRocketChat},
	{slug: "yammer", threads: true, card: plainCard, open: newYammer},
	{slug: "hipchat", names: true, rosters: true, card: officeCard, open: newHipChat},
	{slug: "telegram", threads: true, names: true, card: contactCard, open: newTelegram},
	{slug: "discord", threads: true, names: true, card: playerCard, open: newDiscord},
	{slug: "whatsapp", card: phonebookCard, open: newWhatsApp},
}

// Formats are the tools that Options.Formats can name.
func Formats() []string {
	out := make([]string, len(formats))
	for k, f := range formats {
		out[k] = f.slug
	}
	return out
}

func formatOf(slug string) *format {
	for k := range formats {
		if formats[k].slug == slug {
			return &formats[k]
		}
	}
	return nil
}

// checkFormats reports the first format that is not known or stands twice.
func checkFormats(names []string) error {
	for k, name := range names {
		if formatOf(name) == nil {
			return fmt.Errorf("no format is called %q; choose from %s", name, strings.Join(Formats(), ", "))
		}
		if slices.Contains(names[:k], name) {
			return fmt.Errorf("the format %s is named twice", name)
		}
	}
	return nil
}

// slug names the tool of an index.
func (o Options) slug(tool int) string {
	if tool > ircTool && len(o.Formats) > 0 {
		return o.Formats[tool-3]
	}
	return toolSlug(tool)
}

// equipFormat gives a generator the talk that its format can hold, and its writer.
func (w *world) equipFormat(g *generator, f *format, dir string) (err error) {
	rm := &rooms{threads: f.threads}
	g.mute, g.rosterless = !f.names, !f.rosters
	g.cards = make([]card, len(g.people))
	for i := range g.people {
		g.cards[i] = f.card(&g.people[i], g.ownDraw(i))
	}
	g.furnish(w.company, rm)
	g.begin = rm.chat
	g.scribe, err = f.open(&export{generator: g, company: w.company, dir: dir})
	g.out = g.scribe
	return err
}

// hasUser reports whether a person ever uses the tool.
func (g *generator) hasUser(i int32) bool { return g.uses[g.tool][i].from < g.cal.to }

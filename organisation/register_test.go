package organisation_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/organisation"
	"crosstalk/organisation/catalogue"
)

func register(t *testing.T, text string) *organisation.Register {
	t.Helper()
	c, err := organisation.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c.Register()
}

func TestRegister(t *testing.T) {
	t.Parallel()
	r := register(t, "tools:\n  - {tool: slack, status: banned}\n  - {tool: huddleboard, name: Huddle Board, class: work}\n  - {tool: email, name: Mail, colour: \"#123456\"}\n")
	for _, c := range []struct{ slug, name, class, status, colour string }{
		{"slack", "Slack", "team_chat", "banned", "#aa3377"},
		{"huddleboard", "Huddle Board", "work", "unknown", ""},
		{"email", "Mail", "mail", "unknown", "#123456"},
		{"whatsapp", "WhatsApp", "messenger", "unknown", "#228833"},
		{"nobody_knows", "nobody_knows", "other", "unknown", ""},
		{"", "", "other", "unknown", ""},
	} {
		got := r.Tool(c.slug)
		if got.Tool != c.slug || got.Name != c.name || got.Class != c.class || got.Status != c.status || c.colour != "" && got.Colour != c.colour || len(got.Colour) != 7 {
			t.Errorf("%s is %+v", c.slug, got)
		}
	}
	var order []string
	for _, tool := range r.All("slack", "irc", "chatter", "irc") {
		order = append(order, tool.Tool)
		if tool.Colour != r.Tool(tool.Tool).Colour {
			t.Errorf("%s has two colours", tool.Tool)
		}
	}
	if got := strings.Join(order, " "); got != "slack huddleboard email chatter irc" {
		t.Errorf("in the order %s", got)
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	wanted := strings.Fields("slack email irc teams whatsapp yammer chatter hipchat webex zoom messenger hangouts googlechat instagram snapchat twitter groupme " +
		"skype livetext imessage sms wrike flowdock sametime lync jive microsoftsend telegram signal discord mattermost rocketchat zulip matrix xmpp")
	r := organisation.Default().Register()
	for _, slug := range wanted {
		if tool := r.Tool(slug); tool.Name == slug || tool.Class == organisation.Other {
			t.Errorf("%s is not known: %+v", slug, tool)
		}
	}
	owners := map[string]string{}
	for _, slug := range organisation.Known() {
		colour := r.Tool(slug).Colour
		if owner, taken := owners[colour]; taken {
			t.Errorf("%s and %s are both %s", slug, owner, colour)
		}
		owners[colour] = slug
	}
	for i := range 100 {
		tool := r.Tool("unheard-of-" + strconv.Itoa(i))
		if owner, taken := owners[tool.Colour]; taken {
			t.Errorf("%s has the colour of %s", tool.Tool, owner)
		}
	}
}

// What the company says of a tool goes before what is known of it; what nobody says stays unknown.
func TestRegisterJoins(t *testing.T) {
	t.Parallel()
	r := register(t, "organisation: {currency: GBP}\ntools:\n  - {tool: hipchat, price: 2, capabilities: {has: [threads], lacks: [guests]}}\n"+
		"  - {tool: huddleboard, price: {amount: 9, currency: USD}, capabilities: {has: [direct]}}\n")
	hipchat := r.Tool("hipchat")
	for capability, want := range map[string]catalogue.Answer{"direct": catalogue.Yes, "threads": catalogue.Yes, "guests": catalogue.No, "group": ""} {
		if got := hipchat.Capabilities.Of(capability); got != want {
			t.Errorf("hipchat: %s is %q, want %q", capability, got, want)
		}
	}
	if known := hipchat.Catalogue(); known.Vendor != "Atlassian" || known.Era.Last != 2019 || known.Successor != "slack" || known.Capabilities.Of("guests") != catalogue.Yes {
		t.Errorf("hipchat is known as %+v", known)
	}
	if hipchat.Price.Currency != "GBP" || hipchat.Retention != nil {
		t.Errorf("hipchat is %+v", hipchat)
	}
	own := r.Tool("huddleboard")
	if own.Price.Currency != "USD" || own.Capabilities.Of("direct") != catalogue.Yes || own.Capabilities.Of("video") != "" || own.Catalogue().Name != "" {
		t.Errorf("huddleboard is %+v", own)
	}
	if other := r.Tool("whatsapp"); other.Capabilities.Of("voice") != catalogue.Yes || other.Status != organisation.Unknown {
		t.Errorf("whatsapp is %+v", other)
	}
}

// What is sure in the catalogue is taken from it, what only some plans have is not, and what cannot be set is not set.
func TestRegisterControl(t *testing.T) {
	t.Parallel()
	r := register(t, "tools:\n  - {tool: slack, control: {sso: true}}\n  - {tool: whatsapp, control: {bridge: true}, retention: true}\n  - {tool: teams, control: {sso: false}}\n")
	slack, whatsapp, teams, irc := r.Tool("slack"), r.Tool("whatsapp"), r.Tool("teams"), r.Tool("irc")
	for name, c := range map[string]struct{ got, want *bool }{
		"said: true":                   {slack.Control.SSO, yes(true)},
		"in some plans":                {slack.Control.SCIM, nil},
		"a setting of some plans":      {slack.Retention, nil},
		"said against the catalogue":   {teams.Control.SSO, yes(false)},
		"known: yes":                   {teams.Control.Bridge, yes(true)},
		"known: no":                    {whatsapp.Control.SSO, yes(false)},
		"said, unknown else":           {whatsapp.Control.Bridge, yes(true)},
		"said though it cannot be set": {whatsapp.Retention, yes(true)},
		"cannot be put on hold":        {whatsapp.LegalHold, yes(false)},
		"a tool not in the file":       {irc.Retention, yes(false)},
		"can be set, not known to be":  {r.Tool("sametime").Retention, nil},
	} {
		if c.got == nil != (c.want == nil) || c.got != nil && *c.got != *c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// What a year costs follows from what is known, or is unknown; nothing is not unknown.
func TestYearly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tool         organisation.Tool
		yearly, seat *float64
	}{
		{organisation.Tool{}, nil, nil},
		{organisation.Tool{Seats: some(10)}, nil, nil},
		{organisation.Tool{Seats: some(10), Price: organisation.Price{Amount: some(0.)}}, some(0.), some(0.)},
		{organisation.Tool{Price: organisation.Price{Amount: some(2.)}}, nil, some(24.)},
		{organisation.Tool{Seats: some(0), Price: organisation.Price{Amount: some(2.)}}, some(0.), some(24.)},
		{organisation.Tool{Price: organisation.Price{Amount: some(2.), Per: "year"}}, some(2.), nil},
		{organisation.Tool{Seats: some(0), Price: organisation.Price{Amount: some(2.), Per: "month"}}, some(24.), nil},
	} {
		if diff := cmp.Diff(c.yearly, c.tool.Yearly()); diff != "" {
			t.Errorf("%+v a year: %s", c.tool, diff)
		}
		if diff := cmp.Diff(c.seat, c.tool.SeatYearly()); diff != "" {
			t.Errorf("%+v a seat: %s", c.tool, diff)
		}
	}
}

// A tool keeps its colour when others come after it, and no two share one as long as there are enough.
func TestColoursStay(t *testing.T) {
	t.Parallel()
	few := register(t, "tools: [{tool: a1}, {tool: a2}, {tool: a3}]\n")
	more := register(t, "tools: [{tool: a1}, {tool: a2}, {tool: a3}, {tool: a4}, {tool: a5}, {tool: slack}, {tool: a6}, {tool: a7}, {tool: a8}]\n")
	for _, slug := range []string{"a1", "a2", "a3"} {
		if few.Tool(slug).Colour != more.Tool(slug).Colour {
			t.Errorf("%s changed its colour from %s to %s", slug, few.Tool(slug).Colour, more.Tool(slug).Colour)
		}
	}
	seen := map[string]string{}
	for _, tool := range more.All("email", "irc") {
		if other, ok := seen[tool.Colour]; ok {
			t.Errorf("%s and %s are both %s", tool.Tool, other, tool.Colour)
		}
		seen[tool.Colour] = tool.Tool
	}
	if nine := register(t, "tools: [{tool: a1}, {tool: a2}, {tool: a3}, {tool: a4}, {tool: a5}, {tool: a6}, {tool: a7}, {tool: a8}, {tool: a9}]\n"); nine.Tool("a9").Colour == "" {
		t.Error("the ninth has no colour")
	}
}

// The tools that are met together most look different to people who see no red or no green. The distance is Euclidean
// in OKLab, the deficiencies are simulated after Machado, Oliveira and Fernandes (2009) at full severity.
func TestColoursForEverybody(t *testing.T) {
	t.Parallel()
	const least = 0.06
	slugs := strings.Fields("email slack teams hipchat whatsapp yammer chatter irc webex zoom skype lync sametime")
	sights := map[string][3][3]float64{
		"full sight": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"no red":     {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
		"no green":   {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
	}
	r := organisation.Default().Register()
	for sight, matrix := range sights {
		for i, a := range slugs {
			for _, b := range slugs[:i] {
				x, y := seen(t, r.Tool(a).Colour, matrix), seen(t, r.Tool(b).Colour, matrix)
				if d := math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2]); d < least {
					t.Errorf("%s and %s are %.3f apart with %s, want %.2f", a, b, d, sight, least)
				}
			}
		}
	}
}

// seen is a colour in OKLab after a matrix in linear light.
func seen(t *testing.T, colour string, matrix [3][3]float64) [3]float64 {
	t.Helper()
	var code [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &code[0], &code[1], &code[2]); err != nil {
		t.Fatal(err)
	}
	var light, rgb [3]float64
	for i, c := range code {
		if light[i] = float64(c) / 255; light[i] <= .04045 {
			light[i] /= 12.92
		} else {
			light[i] = math.Pow((light[i]+.055)/1.055, 2.4)
		}
	}
	for i, row := range matrix {
		rgb[i] = min(max(row[0]*light[0]+row[1]*light[1]+row[2]*light[2], 0), 1)
	}
	l := math.Cbrt(.4122214708*rgb[0] + .5363325363*rgb[1] + .0514459929*rgb[2])
	m := math.Cbrt(.2119034982*rgb[0] + .6806995451*rgb[1] + .1073969566*rgb[2])
	s := math.Cbrt(.0883024619*rgb[0] + .2817188376*rgb[1] + .6299787005*rgb[2])
	return [3]float64{
		.2104542553*l + .7936177850*m - .0040720468*s, 1.9779984951*l - 2.4285922050*m + .4505937099*s, .0259040371*l + .7827717662*m - .8086757660*s,
	}
}

// TestColoursStandOut holds every colour against the pages' two backgrounds.
func TestColoursStandOut(t *testing.T) {
	t.Parallel()
	var c organisation.Config
	for _, tool := range c.Register().All(organisation.Known()...) {
		for _, background := range []string{"#ffffff", "#1a1d21"} {
			if ratio := contrast(tool.Colour, background); ratio < 2.2 {
				t.Errorf("%s: %s on %s has a contrast of %.2f; 2.2 is the least", tool.Tool, tool.Colour, background, ratio)
			}
		}
	}
}

// contrast is the ratio of WCAG 2.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return -1
	}
	part := func(shift int) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

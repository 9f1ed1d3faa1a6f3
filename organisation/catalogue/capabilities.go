package catalogue

import "slices"

// Capability is one thing that people can do with a tool.
const (
	Direct   = "direct"   // write to one other person
	Group    = "group"    // write to several people of one's choice
	Channels = "channels" // write in a named room that others find and join
	Threads  = "threads"  // answer below a message, apart from the rest
	Voice    = "voice"    // talk, live
	Video    = "video"    // see each other, live
	Files    = "files"    // send files or pictures
	Mobile   = "mobile"   // all that on a phone
	Guests   = "guests"   // with people outside of the company
	Bots     = "bots"     // with programs that take part
	Search   = "search"   // search what was written
	Archive  = "archive"  // read on later what was written, without anybody having had to save it
)

var everyCapability = []string{Direct, Group, Channels, Threads, Voice, Video, Files, Mobile, Guests, Bots, Search, Archive}

// EveryCapability lists the names of all capabilities.
func EveryCapability() []string { return slices.Clone(everyCapability) }

// Capabilities are what a tool can do and what it cannot, by the names of capabilities. What stands in neither is unknown.
type Capabilities struct {
	Has   []string `yaml:"has"`
	Lacks []string `yaml:"lacks"`
}

// Of says whether a tool has one capability: Yes, No, or unknown, which is empty.
func (c Capabilities) Of(capability string) Answer {
	switch {
	case slices.Contains(c.Has, capability):
		return Yes
	case slices.Contains(c.Lacks, capability):
		return No
	}
	return ""
}

// With is c with what another says instead, where it says anything. Both lists are in the order of EveryCapability.
func (c Capabilities) With(other Capabilities) Capabilities {
	var joined Capabilities
	for _, capability := range everyCapability {
		answer := other.Of(capability)
		if answer == "" {
			answer = c.Of(capability)
		}
		switch answer {
		case Yes:
			joined.Has = append(joined.Has, capability)
		case No:
			joined.Lacks = append(joined.Lacks, capability)
		}
	}
	return joined
}

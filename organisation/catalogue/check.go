package catalogue

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
)

var (
	classes       = []string{"mail", "team_chat", "messenger", "network", "meeting", "work"}
	answers       = []Answer{"", Yes, Some, No}
	colourPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	hostPattern   = regexp.MustCompile(`^([a-z0-9-]+\.)+[a-z0-9-]+(/\S*[^\s/])?$`)
)

// check finds what is wrong with a file by itself; what files say of each other is for the tests.
func (t Tool) check() error {
	switch {
	case t.Name == "" || t.Vendor == "":
		return fmt.Errorf("name and vendor are needed")
	case !slices.Contains(classes, t.Class):
		return fmt.Errorf("%q is not a class: use one of %v", t.Class, classes)
	case !colourPattern.MatchString(t.Colour):
		return fmt.Errorf("%q is not a colour: write it like \"#4477aa\"", t.Colour)
	case t.Era == Era{}:
		return fmt.Errorf("the era is missing: write it like \"2013-\", unknown years as ?")
	}
	for _, c := range t.Control.answers() {
		if !slices.Contains(answers, c) {
			return fmt.Errorf("%q is not an answer: use yes, some or no, or leave it out", c)
		}
	}
	for _, e := range t.Exports {
		if e.By == "" || e.As == "" || e.Holds == "" {
			return fmt.Errorf("an export says by whom, as what, and what it holds")
		}
	}
	if err := t.Capabilities.Check(); err != nil {
		return err
	}
	for host, certainty := range t.Hosts {
		if _, err := netip.ParsePrefix(host); err != nil && !hostPattern.MatchString(host) {
			return fmt.Errorf("%q is not a host: write it like chat.example.com, example.com/chat or 192.0.2.0/24", host)
		}
		if !(certainty >= 0 && certainty <= 1) {
			return fmt.Errorf("%s: %v is not a certainty from 0 to 1", host, certainty)
		}
	}
	return t.checkSources()
}

// Check finds a word that is no capability, and one that stands in both lists.
func (c Capabilities) Check() error {
	for _, word := range slices.Concat(c.Has, c.Lacks) {
		if !slices.Contains(everyCapability, word) {
			return fmt.Errorf("%q is not a capability: use %v", word, everyCapability)
		}
		if slices.Contains(c.Has, word) && slices.Contains(c.Lacks, word) {
			return fmt.Errorf("%q is in both has and lacks: keep one", word)
		}
	}
	return nil
}

// checkSources finds a part that does not say where it is from, and a source of nothing.
func (t Tool) checkSources() error {
	for part, isThere := range map[string]bool{
		"era": true, "exports": t.Exports != nil, "control": t.Control != Control{},
		"capabilities": len(t.Capabilities.Has)+len(t.Capabilities.Lacks) > 0,
		"hosts":        len(t.Hosts) > 0,
	} {
		if (t.Sources[part] != "") != isThere {
			return fmt.Errorf("sources: say where %s is from where it is there, and only there", part)
		}
	}
	return nil
}

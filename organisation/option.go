package organisation

import "strings"

// OptionProblem is one mistake in the options of a workspace, as the reader of the options tells it.
type OptionProblem struct {
	Key   string   // its path within the options, like time.zone; empty for the options as a whole
	Known []string // the keys that there are, where the key is none of them
	What  string   // completes the sentence "key: …"; empty where the key is not known
}

// OptionCheck tells all mistakes in the options of a workspace. Its collector knows its own options; the configuration knows
// where they stand.
type OptionCheck func(Workspace) []OptionProblem

// checkOptions tells what is wrong with options like every other mistake in the file.
func (c Config) checkOptions(f *findings, check OptionCheck) {
	for i, w := range c.Workspaces {
		path := entry("workspaces", i) + ".options"
		if len(w.Options) == 0 {
			continue
		}
		for _, p := range check(w) {
			key := path
			if p.Key != "" {
				key += "." + p.Key
			}
			if p.What != "" {
				f.wrong(key, "%s", p.What)
				continue
			}
			around, name := key[:strings.LastIndex(key, ".")], p.Key[strings.LastIndex(p.Key, ".")+1:]
			f.at(f.lineOf(key), "", "%s", UnknownKey(name, withoutPositions(around), p.Known))
		}
	}
}

// UnknownKey is the sentence about a key that is not known, with the nearest of those that are.
func UnknownKey(key, around string, known []string) string {
	if len(known) == 0 {
		return quote(key) + " is not a key" + of(around) + ": there is none"
	}
	return quote(key) + " is not a key" + of(around) + ": " + suggest(key, known)
}

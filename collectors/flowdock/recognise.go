package flowdock

import (
	"regexp"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"crosstalk/collectors"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray    role = iota // no file of an export
	roleMessages             // message objects
	roleList                 // flows, users, or an organisation with its users
	roleEmpty                // an empty list, which tells nothing
)

// headBytes is how much of a file is looked at.
const headBytes = 16 << 10

// Marks of the interface's objects; all of a row have to be there.
var (
	messageMarks = marks(`"event"\s*:\s*"`, `"tags"\s*:\s*\[`, `"uuid"\s*:`, `"sent"\s*:`)
	flowMarks    = marks(`"parameterized_name"\s*:`, `"(access_mode|web_url|user_limit)"\s*:`)
	userMarks    = marks(`"nick"\s*:`, `"email"\s*:`, `"avatar"\s*:`)
	jsonStart    = regexp.MustCompile(`^\s*[\[{]`)
	emptyList    = regexp.MustCompile(`^\s*(\[\s*\]\s*)?$`)
)

func marks(patterns ...string) (all []*regexp.Regexp) {
	for _, p := range patterns {
		all = append(all, regexp.MustCompile(p))
	}
	return all
}

func match(all []*regexp.Regexp, head []byte) bool {
	return !slices.ContainsFunc(all, func(one *regexp.Regexp) bool { return !one.Match(head) })
}

// roleOf sorts a file by its beginning.
func roleOf(head []byte) role {
	head, _, _ = transform.Bytes(unicode.BOMOverride(transform.Nop), head) // as the scanner reads it; what is cut off is no loss
	switch {
	case emptyList.Match(head):
		return roleEmpty
	case !jsonStart.Match(head):
		return roleStray
	case match(messageMarks, head):
		return roleMessages
	case match(flowMarks, head), match(userMarks, head):
		return roleList
	}
	return roleStray
}

// look sorts a file of a tree, by a short head if that tells enough: those are cheap in
// every packing.
func look(t *collectors.Tree, file string) (role, error) {
	for _, n := range [...]int{headBytes / 4, headBytes} {
		head, err := t.Head(file, n)
		if err != nil {
			return roleStray, err
		}
		if found := roleOf(head); found != roleStray || len(head) < n {
			return found, nil
		}
	}
	return roleStray, nil
}

// sampled is how many files are looked at to recognise an export.
const sampled = 50

// Recognise claims a tree whose files all hold the interface's objects.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	claim := collectors.Claim{What: "Flowdock export"}
	for i, f := range t.Files() {
		if i == sampled {
			break
		}
		found, err := look(t, f.Path)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch found {
		case roleStray:
			return collectors.Claim{}, nil
		case roleMessages:
			claim.Certainty = collectors.Certain
		case roleList:
			claim.Certainty = max(claim.Certainty, collectors.Likely)
		}
	}
	return claim, nil
}

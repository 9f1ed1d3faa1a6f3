package mattermost

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// sampled is how many files are looked at to recognise an export, headBytes how much of each.
const (
	headBytes = 4 << 10
	maxStrays = 5 // files of other kinds that are passed over
)

// form is what a file of an export is.
type form int

const (
	formAlien form = iota
	formEmpty
	formBulk
	formCompliance
)

var (
	version = regexp.MustCompile(`^\{\s*"type"\s*:\s*"version"\s*,\s*"version"\s*:\s*\d`)
	// object is a line that names its kind twice, as no other tool's do.
	object = regexp.MustCompile(`^\{\s*"type"\s*:\s*"(\w+)"\s*,\s*"(\w+)"\s*:\s*\{`)
	// inner are keys that stand in such objects.
	inner = regexp.MustCompile(`"(create_at|username|channel_members|members|display_name)"\s*:`)
)

// formOf judges a file by its beginning.
func formOf(head []byte) form {
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	if len(head) == 0 {
		return formEmpty
	}
	if version.Match(head) {
		return formBulk
	}
	if m := object.FindSubmatch(head); m != nil && bytes.Equal(m[1], m[2]) && inner.Match(head) {
		return formBulk
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if isHeader(line) {
		return formCompliance
	}
	return formAlien
}

// extras are the files beside an export's messages: what was attached to them, and notes.
type extras struct{ root string }

// extrasOf takes the folder of the outermost file for the export's.
func extrasOf(t *collectors.Tree) extras {
	root, depth := "", 1<<30
	for _, f := range t.Files() {
		if n := strings.Count(f.Path, "/"); n < depth {
			root, depth = f.Path, n
		}
	}
	if root = path.Dir(root); root == "." {
		return extras{}
	}
	return extras{root + "/"}
}

func (x extras) has(name string) bool {
	below := strings.TrimPrefix(name, x.root)
	if strings.HasPrefix(below, "data/") || strings.Contains(name, "/files/") || strings.HasPrefix(name, "files/") {
		return true
	}
	base := path.Base(name)
	return base == "metadata.json" || base == "warning.txt"
}

// Recognise claims a tree of exports. What else lies beside them may be less than the
// exports; what lies elsewhere is not passed over.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	x, fit, strays, looked, certain := extrasOf(t), 0, 0, 0, false
	for _, f := range t.Files() {
		if x.has(f.Path) {
			continue
		}
		if looked++; looked > collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch formOf(head) {
		case formAlien:
			if strays++; strays > maxStrays || strings.Contains(strings.TrimPrefix(f.Path, x.root), "/") {
				return collectors.Claim{}, nil
			}
		case formBulk:
			certain = certain || version.Match(bytes.TrimSpace(head))
			fit++
		case formCompliance:
			certain = true
			fit++
		}
	}
	switch {
	case fit <= strays:
		return collectors.Claim{}, nil
	case certain:
		return collectors.Claim{Certainty: collectors.Certain, What: "Mattermost export"}, nil
	}
	return collectors.Claim{Certainty: collectors.Likely, What: "Mattermost export"}, nil
}

package collectors

import (
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Sampled is how many files of a tree are looked at to recognise it.
const Sampled = 50

// Marks are patterns that all have to be in the beginning of a file.
type Marks []*regexp.Regexp

// NewMarks compiles marks. It panics where a pattern is none, as they are part of the program.
func NewMarks(patterns ...string) Marks {
	m := make(Marks, len(patterns))
	for i, p := range patterns {
		m[i] = regexp.MustCompile(p)
	}
	return m
}

// In reports whether all of the marks are in the beginning of a file.
func (m Marks) In(head []byte) bool {
	return !slices.ContainsFunc(m, func(one *regexp.Regexp) bool { return !one.Match(head) })
}

// PlainHead is the beginning of a file in UTF-8, without the byte order mark by which UTF-16
// is told. A character that was cut off at the end may be missing.
func PlainHead(head []byte) []byte {
	plain, _, _ := transform.Bytes(unicode.BOMOverride(transform.Nop), head) // what is cut off is no loss
	return plain
}

// Look sorts a file by its beginning, of which up to n bytes are looked at; the zero role is
// a file that is not known. A quarter is tried first: short heads are cheap in every packing.
func Look[R comparable](t *Tree, file string, n int, roleOf func(head []byte) R) (R, error) {
	var stray R
	for _, n := range [...]int{n / 4, n} {
		head, err := t.Head(file, n)
		if err != nil {
			return stray, err
		}
		if found := roleOf(head); found != stray || len(head) < n {
			return found, nil
		}
	}
	return stray, nil
}

// ClaimByRoles claims a tree of which each of the first Sampled files has a role: as surely
// as the most telling one. A role that is not in the list tells nothing.
func ClaimByRoles[R comparable](t *Tree, what string, look func(t *Tree, file string) (R, error), certainty map[R]Certainty) (Claim, error) {
	var stray R
	claim := Claim{What: what}
	for i, f := range t.Files() {
		if i == Sampled {
			break
		}
		found, err := look(t, f.Path)
		if err != nil || found == stray {
			return Claim{}, err
		}
		claim.Certainty = max(claim.Certainty, certainty[found])
	}
	return claim, nil
}

// Spread gives files from all over a list: every one of a few, and at least Sampled and fewer
// than twice as many of more.
func Spread(files []File) iter.Seq[File] {
	return func(yield func(File) bool) {
		for i := 0; i < len(files); i += max(1, len(files)/Sampled) {
			if !yield(files[i]) {
				return
			}
		}
	}
}

// IsNote reports a file that people put beside an export: a read-me, a licence.
func IsNote(f File) bool {
	base := strings.ToLower(path.Base(f.Path))
	return strings.HasPrefix(base, "readme") || strings.HasPrefix(base, "license") || path.Ext(base) == ".md"
}

// ClaimByContents claims a tree for certain when every file looked at, from all over it, is
// one of the tool's by its first n bytes. The file is told what it is in a few words for the
// terminal, or nothing where it claims nothing by itself. Where there are files of several
// sorts, the whole is called as mixed says. A text that people put beside an export (.md) is
// passed over.
func ClaimByContents(t *Tree, n int, mixed string, whatIs func(file string, head []byte) (what string, ok bool)) (Claim, error) {
	claim := Claim{}
	for f := range Spread(t.Files()) {
		head, err := t.Head(f.Path, n)
		if err != nil {
			return Claim{}, err
		}
		what, ok := whatIs(f.Path, head)
		switch {
		case !ok && strings.EqualFold(path.Ext(f.Path), ".md"), ok && what == "":
		case !ok:
			return Claim{}, nil
		case claim.What == "":
			claim = Claim{Certainty: Certain, What: what}
		case claim.What != what:
			claim.What = mixed
		}
	}
	return claim, nil
}

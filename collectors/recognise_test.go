package collectors

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folderOf is a tree with files of the contents given, by path.
func folderOf(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := OpenTree(root, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func TestMarksWantAll(t *testing.T) {
	t.Parallel()
	m := NewMarks(`"id"\s*:`, `"sent"\s*:`)
	for head, want := range map[string]bool{`{"id": 1, "sent" : 2}`: true, `{"id": 1}`: false, `{"sent": 1}`: false, ``: false} {
		if m.In([]byte(head)) != want {
			t.Errorf("%q: %v; want %v", head, !want, want)
		}
	}
}

func TestPlainHead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ head, want string }{
		"UTF-8":             {`{"é":1}`, `{"é":1}`},
		"UTF-8 with a mark": {"\xef\xbb\xbf{}", "{}"},
		"UTF-16":            {"\xff\xfe{\x00}\x00", "{}"},
		"UTF-16, other end": {"\xfe\xff\x00{\x00}", "{}"},
		"nothing":           {"", ""},
	} {
		if got := PlainHead([]byte(c.head)); string(got) != c.want {
			t.Errorf("%s: %q; want %q", name, got, c.want)
		}
	}
}

// kind is what the files of these tests are: by their last letter, so that more than a short
// head may be needed.
type kind byte

const (
	kindStray kind = iota
	kindEmpty
	kindList
	kindPosts
)

func kindOf(head []byte) kind {
	switch {
	case len(head) == 0:
		return kindEmpty
	case bytes.HasSuffix(head, []byte("l")):
		return kindList
	case bytes.HasSuffix(head, []byte("p")):
		return kindPosts
	}
	return kindStray
}

func TestLookTriesAShortHeadFirst(t *testing.T) {
	t.Parallel()
	tree := folderOf(t, map[string]string{"at once": ".p......", "later": ".......p", "beyond": "........p", "nothing": ".......", "short": ".", "empty": ""})
	for file, c := range map[string]struct {
		want  kind
		heads []int // the lengths looked at
	}{
		"at once": {kindPosts, []int{2}},
		"later":   {kindPosts, []int{2, 8}},
		"beyond":  {kindStray, []int{2, 8}},
		"nothing": {kindStray, []int{2, 7}},
		"short":   {kindStray, []int{1}},
		"empty":   {kindEmpty, []int{0}},
	} {
		var heads []int
		got, err := Look(tree, file, 8, func(head []byte) kind { heads = append(heads, len(head)); return kindOf(head) })
		if err != nil || got != c.want || !slices.Equal(heads, c.heads) {
			t.Errorf("%s: %d by heads of %v, %v; want %d by %v", file, got, heads, err, c.want, c.heads)
		}
	}
	if _, err := Look(tree, "missing", 8, kindOf); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v; want ErrNotFound", err)
	}
}

func TestClaimByRoles(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range Sampled {
		many[fmt.Sprintf("%03d", i)] = "p"
	}
	many["zzz"] = "stray"
	for name, c := range map[string]struct {
		files map[string]string
		want  Certainty
	}{
		"posts":              {map[string]string{"a": "l", "b": "p", "c": ""}, Certain},
		"lists":              {map[string]string{"a": "l", "b": ""}, Likely},
		"nothing to tell by": {map[string]string{"a": ""}, No},
		"a stray among them": {map[string]string{"a": "p", "b": "x"}, No},
		"a stray further on": {many, Certain},
	} {
		look := func(t *Tree, file string) (kind, error) { return Look(t, file, 16, kindOf) }
		claim, err := ClaimByRoles(folderOf(t, c.files), "Heron export", look, map[kind]Certainty{kindPosts: Certain, kindList: Likely})
		if err != nil || claim.Certainty != c.want || claim.Certainty > No && claim.What != "Heron export" {
			t.Errorf("%s: %+v, %v; want %d", name, claim, err, c.want)
		}
	}
	failing := func(*Tree, string) (kind, error) { return kindPosts, errBroken }
	if claim, err := ClaimByRoles(folderOf(t, map[string]string{"a": "p"}), "", failing, nil); !errors.Is(err, errBroken) || claim != (Claim{}) {
		t.Errorf("%+v, %v; want the error and no claim", claim, err)
	}
}

func TestClaimByContents(t *testing.T) {
	t.Parallel()
	whatIs := func(_ string, head []byte) (string, bool) {
		what := map[kind]string{kindPosts: "Heron posts", kindList: "Heron lists"}[kindOf(head)]
		return what, kindOf(head) != kindStray
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  Claim
	}{
		"one sort":        {map[string]string{"a": "p", "b": "p"}, Claim{Certainty: Certain, What: "Heron posts"}},
		"two sorts":       {map[string]string{"a": "p", "b": "l", "c": "p"}, Claim{Certainty: Certain, What: "Heron export"}},
		"with an empty":   {map[string]string{"a": "p", "b": ""}, Claim{Certainty: Certain, What: "Heron posts"}},
		"with a text":     {map[string]string{"a": "p", "READ.MD": "..."}, Claim{Certainty: Certain, What: "Heron posts"}},
		"with a stray":    {map[string]string{"a": "p", "b.txt": "..."}, Claim{}},
		"nothing at all":  {map[string]string{"a": "", "b.md": "..."}, Claim{}},
		"cut to the head": {map[string]string{"a": "...p......"}, Claim{Certainty: Certain, What: "Heron posts"}},
	} {
		if got, err := ClaimByContents(folderOf(t, c.files), 4, "Heron export", whatIs); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 1, Sampled: Sampled, 2*Sampled - 1: 2*Sampled - 1, 2 * Sampled: Sampled, 10*Sampled + 7: Sampled + 1} {
		files := make([]File, n)
		for i := range files {
			files[i].Path = fmt.Sprint(i)
		}
		got := slices.Collect(Spread(files))
		if len(got) != want {
			t.Errorf("%d of %d files; want %d", len(got), n, want)
		}
		if n > 0 && got[0].Path != "0" {
			t.Errorf("of %d files %s comes first; want 0", n, got[0].Path)
		}
	}
}

func TestIsNote(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]bool{"README": true, "a/ReadMe.txt": true, "b/LICENSE": true, "x.md": true, "readme/x.csv": false, "proxy.log": false} {
		if IsNote(File{Path: p}) != want {
			t.Errorf("%s: %v; want %v", strings.ToLower(p), !want, want)
		}
	}
}

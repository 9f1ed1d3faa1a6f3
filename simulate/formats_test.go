package simulate

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// every asks for all formats.
var every = Options{Seed: 3, People: 100, Weeks: 6, Formats: Formats(), MessagesPerPersonWeek: 12, End: testEnd}

func TestFormatsAreWrittenTheSameAgain(t *testing.T) {
	t.Parallel()
	a, truth := write(t, every)
	b, _ := write(t, every)
	files := digests(t, a)
	if !maps.Equal(files, digests(t, b)) {
		t.Error("two runs of the same options differ")
	}
	if len(truth.Tools) != 3+len(Formats()) {
		t.Errorf("%d tools; want slack, email, irc and %d more", len(truth.Tools), len(Formats()))
	}
	for _, x := range truth.Tools {
		if x.Messages == 0 {
			t.Errorf("nobody wrote with %s", x.Tool)
		}
	}
	for path := range files {
		if strings.Contains(path, ".spool") {
			t.Errorf("%s was left behind", path)
		}
	}
}

// The text of a message stands in every format, so that an import shows what it keeps.
func TestFormatsHoldTheCanary(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, every)
	for _, format := range Formats() {
		found := false
		err := fs.WalkDir(os.DirFS(filepath.Join(dir, format)), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || found {
				return err
			}
			content, err := os.ReadFile(filepath.Join(dir, format, path))
			found = strings.Contains(string(content), Canary)
			return err
		})
		if err != nil || !found {
			t.Errorf("%s: the canary is nowhere (%v)", format, err)
		}
	}
}

// Each account belongs to one person, and no export says more of anybody than it should.
func TestAccountsOfFormats(t *testing.T) {
	t.Parallel()
	_, truth := write(t, every)
	owners, addressed, missing := map[[2]string]string{}, 0, 0
	for _, a := range truth.Accounts {
		if other, taken := owners[[2]string{a.Tool, a.Key}]; taken && other != a.Person {
			t.Errorf("an account of %s is of %s and of %s", a.Tool, other, a.Person)
		}
		owners[[2]string{a.Tool, a.Key}] = a.Person
		switch a.Tool {
		case "email", "irc", "telegram", "discord", "whatsapp":
			if a.Email != "" {
				t.Errorf("%s states an address", a.Tool)
			}
			continue
		}
		if addressed++; a.Email == "" {
			missing++
		}
	}
	if missing*10 < addressed*3 || missing*10 > addressed*4 {
		t.Errorf("%d of %d accounts state no address; want a third", missing, addressed)
	}
}

func TestSpool(t *testing.T) {
	t.Parallel()
	s, err := newSpool(t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		conv int32
		text string
	}{{0, "a"}, {2, "b"}, {0, "c"}} {
		if err := s.add(row.conv, ",", []byte(row.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	if err := s.add(0, ",", []byte("d")); err != nil {
		t.Fatal(err)
	}
	for conv, want := range []string{"a,c,d", "", "b"} {
		var b strings.Builder
		if err := s.copyTo(&b, int32(conv)); err != nil || b.String() != want || s.has(int32(conv)) != (want != "") {
			t.Errorf("conversation %d holds %q (%v); want %q", conv, b.String(), err, want)
		}
	}
	if err := s.remove(); err != nil {
		t.Fatal(err)
	}
}

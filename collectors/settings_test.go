package collectors_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
)

type zone struct {
	Name  string `yaml:"name"`
	Hours int    `yaml:"hours"`
}

// shown is a type that may be written as one word.
type shown struct {
	Column string `yaml:"column"`
}

func (s *shown) UnmarshalYAML(decode func(any) error) error {
	type plain shown
	if decode(&s.Column) == nil {
		return nil
	}
	return decode((*plain)(s))
}

type common struct {
	Format string `yaml:"format"`
}

type settings struct {
	Common common            `yaml:",inline"`
	Zone   zone              `yaml:"zone"`
	Zones  []zone            `yaml:"zones"`
	Names  map[string]zone   `yaml:"names"`
	Words  []string          `yaml:"words"`
	Hits   uint32            `yaml:"hits"`
	Ratio  float32           `yaml:"ratio"`
	Is     bool              `yaml:"is"`
	Who    shown             `yaml:"who"`
	Table  map[string]string `yaml:"table"`
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       collectors.WrongSettings
	}{
		{"none", " \n", nil},
		{"all is well", "format: csv\nzone: {name: UTC, hours: 2}\nzones: [{name: a}]\nnames: {a: {hours: 1}}\nwords: [a, 1]\nhits: 4\nratio: .5\nis: true\nwho: sender\ntable: {any: thing}\n", nil},
		{"written long", "who: {column: sender}\nzone:\n", nil},
		{"a comment alone", "# nothing\n", nil},
		{"a key inside", "zone:\n  nme: UTC\n", collectors.WrongSettings{{Key: "zone.nme", Line: 2, Known: []string{"name", "hours"}}}},
		{"in a list", "zones:\n  - name: a\n  - nme: b\n", collectors.WrongSettings{{Key: "zones[1].nme", Line: 3, Known: []string{"name", "hours"}}}},
		{"in a table", "names: {a: {nme: 1}}\n", collectors.WrongSettings{{Key: "names.a.nme", Line: 1, Known: []string{"name", "hours"}}}},
		{"in what may be short", "who: {colum: a}\n", collectors.WrongSettings{{Key: "who.colum", Line: 1, Known: []string{"column"}}}},
		{"several", "hits: -1\nis: maybe\nratio: x\nwords: a\nzone: b\nformat: [c]\nzones: [{hours: 1.5}]\n", collectors.WrongSettings{
			{Key: "hits", Line: 1, What: `"-1" is not a whole number from 0`}, {Key: "is", Line: 2, What: `"maybe" is neither true nor false`},
			{Key: "ratio", Line: 3, What: `"x" is not a number`}, {Key: "words", Line: 4, What: "there must be a list: write it like [a, b], or with a dash on each line"},
			{Key: "zone", Line: 5, What: "there must be keys and values: write them like name: value"}, {Key: "format", Line: 6, What: "there must be a single value"},
			{Key: "zones[0].hours", Line: 7, What: `"1.5" is not a whole number`}}},
		{"no mapping", "[a]\n", collectors.WrongSettings{{Line: 1, What: "there must be keys and values: write them like name: value"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var into settings
			err := collectors.Options{}.WithSettings([]byte(c.text)).Settings(&into)
			var got collectors.WrongSettings
			if err != nil && !errors.As(err, &got) {
				t.Fatalf("another error: %v", err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What is no YAML is told on one line, and nothing stops the program.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"", "a: [", "zone: {name: UTC}\n", "who: &a {column: x}\nzone: *a\n", "? [a]\n: b\n", "<<: {format: x}\n", "words: !!str x\n", "--- a\n--- b\n", "zones:\n- \n", "is: |\n  true\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var into settings
		if err := (collectors.Options{}).WithSettings(text).Settings(&into); err != nil && err.Error() == "" {
			t.Error("an error without a sentence")
		}
	})
}

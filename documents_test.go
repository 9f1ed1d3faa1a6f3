package crosstalk_test

import (
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"crosstalk/organisation"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestSampleConfigurations: what the documents show as crosstalk.yaml is one.
func TestSampleConfigurations(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"README.md", "docs/configuration.md"} {
		found := 0
		for _, block := range yamlBlock.FindAllStringSubmatch(read(t, path), -1) {
			if !strings.Contains(block[1], "workspaces:") {
				continue
			}
			found++
			if _, err := organisation.Parse([]byte(block[1])); err != nil {
				t.Errorf("the configuration in %s: %v", path, err)
			}
		}
		if found != 1 {
			t.Errorf("%s shows %d configurations, want 1", path, found)
		}
	}
}

// TestEveryKeyIsDocumented: docs/configuration.md shows every key there is.
func TestEveryKeyIsDocumented(t *testing.T) {
	t.Parallel()
	text := read(t, "docs/configuration.md")
	keys := keysOf(reflect.TypeFor[organisation.Config]())
	if len(keys) < 40 {
		t.Fatalf("found %d keys: the look-up is broken", len(keys))
	}
	for _, key := range keys {
		if !regexp.MustCompile(`(?m)\b` + key + `:|# .*\b` + key + `\b|` + "`" + key + "`").MatchString(text) {
			t.Errorf("docs/configuration.md does not show the key %s", key)
		}
	}
}

// keysOf lists the yaml keys of a type and of those inside it.
func keysOf(of reflect.Type) []string {
	var keys []string
	switch of.Kind() {
	case reflect.Slice, reflect.Pointer:
		return keysOf(of.Elem())
	case reflect.Struct:
		for i := range of.NumField() {
			if key, _, _ := strings.Cut(of.Field(i).Tag.Get("yaml"), ","); key != "" {
				keys = append(append(keys, key), keysOf(of.Field(i).Type)...)
			}
		}
	}
	return keys
}

// TestSampleConfAreWorkspaces: the sample of every collector can be put below workspaces as it is.
func TestSampleConfAreWorkspaces(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("collectors/*/sample.conf")
	if err != nil || len(samples) < 4 {
		t.Fatalf("found %d samples (%v): the look-up is broken", len(samples), err)
	}
	for _, path := range samples {
		c, err := organisation.Parse([]byte("workspaces:\n" + read(t, filepath.ToSlash(path))))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if name := filepath.Base(filepath.Dir(path)); len(c.Workspaces) != 1 || c.Workspaces[0].Collector != name {
			t.Errorf("%s does not configure one workspace of the collector %s", path, name)
		}
	}
}

package crosstalk_test

import (
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crosstalk/collectors/all"
	"crosstalk/organisation"
	"crosstalk/organisation/catalogue"
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

// headings are those that every collector's README has, and that docs/tools.md is made from.
var headings = []string{"Getting the export", "What is read", "What cannot be known", "How far tested", "Options"}

// TestReadmesOfCollectors: each says what somebody needs to know who has an export, or none yet.
func TestReadmesOfCollectors(t *testing.T) {
	t.Parallel()
	readmes, err := filepath.Glob("collectors/*/README.md")
	if err != nil || len(readmes) < 5 {
		t.Fatalf("found %d READMEs (%v): the look-up is broken", len(readmes), err)
	}
	for _, path := range readmes {
		text := read(t, filepath.ToSlash(path))
		for _, heading := range headings {
			if strings.Count(text, "\n## "+heading+"\n") != 1 {
				t.Errorf("%s lacks the heading ## %s, or has it twice", path, heading)
			}
		}
	}
}

// TestToolsAreDocumented: docs/tools.md has a section for each tool, and for each registered collector what its README
// says; README.md lists the collectors.
func TestToolsAreDocumented(t *testing.T) {
	t.Parallel()
	text, table := read(t, "docs/tools.md"), read(t, "README.md")
	for _, tool := range catalogue.All() {
		if !strings.Contains(text, "\n## "+tool.Name+"\n\n`"+tool.Slug+"`: ") {
			t.Errorf("docs/tools.md has no section for %s: run make generate", tool.Slug)
		}
	}
	for _, c := range all.Collectors() {
		name := c.Name()
		if strings.Count(text, "\n### Collector "+name+"\n") != 1 || !strings.Contains(table, "[`"+name+"`](collectors/"+name+"/README.md)") {
			t.Errorf("docs/tools.md or README.md does not name the collector %s once: run make generate", name)
		}
		_, tested, _ := strings.Cut(read(t, "collectors/"+name+"/README.md"), "\n## How far tested\n\n")
		if first, _, _ := strings.Cut(tested, "\n"); first == "" || !strings.Contains(text, first) {
			t.Errorf("docs/tools.md does not say how far %s is tested: run make generate", name)
		}
	}
}

// TestCollectorsHaveTools: each registered collector reads a tool of the catalogue, or says that it reads any.
func TestCollectorsHaveTools(t *testing.T) {
	t.Parallel()
	anyTool := []string{"table", "usage", "weblogs"}
	for _, c := range all.Collectors() {
		reads := func(tool catalogue.Tool) bool { return slices.Contains(tool.Collectors, c.Name()) }
		if slices.ContainsFunc(catalogue.All(), reads) == slices.Contains(anyTool, c.Name()) {
			t.Errorf("no tool of the catalogue, or not any tool, is read by %s: name it in a tool's collectors, or here", c.Name())
		}
	}
}

package access_test

import (
	"strings"
	"testing"

	"crosstalk/access"
)

func TestCheckName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "ann", "ann.lee@example.com", "9to5", "x_y-z", strings.Repeat("a", 64)} {
		if err := access.CheckName(name); err != nil {
			t.Errorf("CheckName(%q) = %v", name, err)
		}
	}
	hostile := map[string]string{
		"empty": "", "upper case": "Ann", "space": "ann lee", "too long": strings.Repeat("a", 65), "option": "-rf", "dot first": "..",
		"markup": "<script>", "newline": "ann\nadmin", "null": "ann\x00", "slash": "../ann", "quote": `a"b`, "not ascii": "änn",
		"look-alike": "аdmin", "direction override": "ann\u202e", "not utf-8": "ann\xff", "reserved": "anonymous", "terminal": "\x1b[2J",
	}
	for what, name := range hostile {
		err := access.CheckName(name)
		if err == nil {
			t.Errorf("%s: CheckName(%q) allowed it", what, name)
			continue
		}
		if text := err.Error(); strings.ContainsAny(text, "\x1b\x00\n") || strings.Contains(text, "\u202e") || len(text) > 400 {
			t.Errorf("%s: the message shows the name raw: %q", what, text)
		}
	}
}

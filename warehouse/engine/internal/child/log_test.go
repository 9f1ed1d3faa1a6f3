package child

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "engine.log")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log := &boundedLog{path: path, most: 1000, file: file}
	for i := range 1000 {
		if _, err := fmt.Fprintf(log, "line %d\n", i); err != nil {
			t.Fatal(err)
		}
	}
	current, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path + ".1")
	if err != nil {
		t.Fatal(err)
	}
	both := string(before) + string(current)
	if len(current) > 1000 || len(before) > 1000 || !strings.HasSuffix(both, "line 998\nline 999\n") {
		t.Errorf("%d and %d bytes, ending in %q", len(before), len(current), both[max(0, len(both)-30):])
	}
	var first int
	if _, err := fmt.Sscanf(both, "line %d\n", &first); err != nil || strings.Count(both, "\n") != 1000-first {
		t.Errorf("lines are missing between %d and 999: %d", first, strings.Count(both, "\n"))
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"crosstalk/organisation"
)

// What the collectors show as an entry of the configuration has options that they take.
func TestSampleOptions(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("../../collectors/*/sample.conf")
	if err != nil || len(samples) < 20 {
		t.Fatalf("found %d samples: the look-up is broken (%v)", len(samples), err)
	}
	for _, path := range samples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := filepath.Join(t.TempDir(), "crosstalk.yaml")
		if err := os.WriteFile(whole, append([]byte("workspaces:\n"), text...), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := organisation.Load(whole, wrongOptions); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

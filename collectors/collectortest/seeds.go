package collectortest

import (
	"os"
	"path/filepath"
	"testing"
)

// Seeds adds the contents of files to the corpus of a fuzz test whose only argument is a
// file's content. Each pattern, below the package's folder, has to fit some.
func Seeds(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds in %s: %v", pattern, err)
		}
		for _, p := range paths {
			content, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
}

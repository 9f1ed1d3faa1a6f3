package main

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

// The write-ahead log of a database that is named itself is among what was read; the index of the log is not.
func TestDigestsOfDatabases(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chat.db")
	for suffix, content := range map[string]string{"": "pages", "-wal": "a log", "-shm": "index"} {
		if err := os.WriteFile(path+suffix, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[[32]byte]bool{}
	for d := range digestAll(t.Context(), []string{path}) {
		if d.err != nil {
			t.Fatal(d.err)
		}
		got[d.sum] = true
	}
	if len(got) != 2 || !got[sha256.Sum256([]byte("pages"))] || !got[sha256.Sum256([]byte("a log"))] {
		t.Errorf("%d digests: %v", len(got), got)
	}
}

package googlechat

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

// mine are the parts of the reference data that belong to this collector.
const mine = "fixtures/google-chat-takeout"

// Every folder and file of the reference data is claimed if it is this collector's, and
// else left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fixtures", "corpora"} {
		root := collectortest.Shared(t, part)
		err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
			if err != nil || p == root {
				return err
			}
			rel, err := filepath.Rel(filepath.Dir(root), p)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			claimed := claims(t, p)
			switch {
			case rel == mine && !claimed:
				t.Errorf("%s is not claimed", rel)
			case claimed && rel != mine && !strings.HasPrefix(rel, mine+"/"):
				t.Errorf("%s is claimed", rel)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func claims(t *testing.T, path string) bool {
	t.Helper()
	tree, err := collectors.OpenTree(path, collectors.Limits{})
	if err != nil {
		return false
	}
	defer tree.Close()
	claim, err := New().Recognise(tree)
	if err != nil {
		t.Errorf("recognise: %v", err)
	}
	return claim.Certainty > collectors.No
}

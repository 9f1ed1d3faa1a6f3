package collectortest

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crosstalk/collectors"
)

// ClaimsOnly checks that a collector recognises its own pieces of the reference data,
// given as paths below its fixtures, and neither folder nor file of any other tool.
func ClaimsOnly(t *testing.T, c collectors.Collector, own ...string) {
	t.Helper()
	root := Shared(t, "fixtures")
	for _, piece := range own {
		if claimed(t, c, Shared(t, "fixtures", filepath.FromSlash(piece))) == collectors.No {
			t.Errorf("%s is not recognised", piece)
		}
	}
	eachPiece(t, root, func(name, p string) {
		if certainty := claimed(t, c, p); certainty > collectors.No && !within(name, own) {
			t.Errorf("%s is claimed with certainty %d", name, certainty)
		}
	})
}

// ClaimsWithin checks that of the fixtures and corpora of the reference data a collector
// recognises exports, and else at most what lies in its own folder. Both are given as paths
// below the reference data; the folder itself is an export if none is named.
func ClaimsWithin(t *testing.T, c collectors.Collector, folder string, exports ...string) {
	t.Helper()
	if len(exports) == 0 {
		exports = []string{folder}
	}
	for _, part := range []string{"fixtures", "corpora"} {
		eachPiece(t, Shared(t, part), func(name, p string) {
			name = part + "/" + name
			sure := claimed(t, c, p)
			switch {
			case sure == collectors.No && slices.Contains(exports, name):
				t.Errorf("%s is not recognised", name)
			case sure > collectors.No && name != folder && !strings.HasPrefix(name, folder+"/"):
				t.Errorf("%s is claimed with certainty %d", name, sure)
			}
		})
	}
}

// ClaimsExactly checks that of the fixtures a collector recognises every folder and file that
// is its own by its path below them, and no other.
func ClaimsExactly(t *testing.T, c collectors.Collector, own func(name string) bool) {
	t.Helper()
	eachPiece(t, Shared(t, "fixtures"), func(name, p string) {
		if sure := claimed(t, c, p); own(name) != (sure > collectors.No) {
			t.Errorf("%s: claimed with certainty %d", name, sure)
		}
	})
}

// eachPiece gives every folder and file below a folder, with its path from there, which has
// slashes.
func eachPiece(t *testing.T, root string, visit func(name, p string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil || p == root {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(rel), p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func within(name string, own []string) bool {
	for _, piece := range own {
		if name == piece || strings.HasPrefix(name, piece+"/") || path.Dir(piece) == name {
			return true
		}
	}
	return false
}

// claimed is how surely a collector claims a path; one that cannot be opened it does not.
func claimed(t *testing.T, c collectors.Collector, p string) collectors.Certainty {
	t.Helper()
	tree, err := collectors.OpenTree(p, collectors.Limits{})
	if err != nil {
		return collectors.No
	}
	defer tree.Close()
	claim, err := c.Recognise(tree)
	if err != nil {
		t.Errorf("%s: recognise: %v", p, err)
	}
	return claim.Certainty
}

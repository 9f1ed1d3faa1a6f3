package collectortest

import (
	"io/fs"
	"path"
	"path/filepath"
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
	err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil || p == root {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if certainty := claimed(t, c, p); certainty > collectors.No && !within(name, own) {
			t.Errorf("%s is claimed with certainty %d", name, certainty)
		}
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

// Throughput is the body of a collector's benchmark: a path read into a sink that only
// counts, in bytes and messages a second.
func Throughput(b *testing.B, c collectors.Collector, p string, bytes int64, o collectors.Options) {
	b.Helper()
	messages := 0
	b.SetBytes(bytes)
	b.ReportAllocs()
	for b.Loop() {
		r := NewRecorder()
		r.CountOnly = true
		if err := Into(b.Context(), c, p, o, r); err != nil {
			b.Fatal(err)
		}
		for _, n := range r.Kinds {
			messages += n
		}
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}

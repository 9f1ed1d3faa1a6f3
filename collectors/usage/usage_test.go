package usage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret"}})
}

// Of the reference data, whose usage reports belong to other collectors, it claims nothing.
func TestClaims(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fixtures", "corpora"} {
		root := collectortest.Shared(t, part)
		err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
			if err != nil || p == root {
				return err
			}
			tree, err := collectors.OpenTree(p, collectors.Limits{})
			if err != nil {
				return nil // nothing that can be opened
			}
			defer tree.Close()
			if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.No {
				t.Errorf("%s: %v, %v", p, claim, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzFile(f *testing.F) {
	inputs, err := filepath.Glob("testdata/*/input*")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range inputs {
		if b, err := os.ReadFile(p); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := &reader{ctx: context.Background(), o: collectors.Options{Workspace: "test"}, sink: kept, told: map[accountOf]bool{}}
		if err := r.file(bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		for _, a := range kept.Activities {
			if a.Account.IsZero() || !a.From.Before(a.To) || a.Count == 0 {
				t.Fatalf("a count of nothing: %+v", a)
			}
		}
	})
}

// analytics are so many members' days.
func analytics(w io.Writer, n int) {
	for i := range n {
		fmt.Fprintf(w, `{"enterprise_id":"E1","team_id":"T1","date":"2024-03-%02d","user_id":"U%05d","email_address":"person%d@heron.example","is_guest":false,"is_billable_seat":true,"is_active":true,"is_active_ios":false,"is_active_android":false,"is_active_desktop":true,"reactions_added_count":3,"messages_posted_count":%d,"channel_messages_posted_count":5,"files_added_count":1}`+"\n", 1+i*28/n, i%(n/28), i%(n/28), 5+i%9)
	}
}

func BenchmarkSlack(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "analytics.jsonl", collectortest.Written(analytics, 20_000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "analytics.jsonl", collectors.Options{}, analytics)
}

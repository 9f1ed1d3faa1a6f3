package sametime

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "caf", "more"}})
}

// Nothing in the reference data is Sametime's.
func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), "testdata/mapped")
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New())
}

func TestForeignDocumentsAreNotClaimed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{mappingName: "keys: {sender: from, recipients: [to]}", "a.json": `{"TimeStamp":1,"sender":"x"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := collectors.OpenTree(dir, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.No {
		t.Errorf("claim %+v, %v; want none: the sender's key is not there", claim, err)
	}
}

func TestKeyOf(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]record.AccountKey{
		"CN=Ana Prieto/O=Corp":    {Kind: record.KeyToolID, Value: "cn=ana prieto,o=corp"},
		"cn=Ana Prieto, o=Corp":   {Kind: record.KeyToolID, Value: "cn=ana prieto,o=corp"},
		"Ana@Corp.Example":        {Kind: record.KeyEmail, Value: "ana@corp.example"},
		" ANA ":                   {Kind: record.KeyHandle, Value: "ana"},
		"":                        {},
		"mail=ana@corp.example,o": {Kind: record.KeyToolID, Value: "mail=ana@corp.example,o"},
	} {
		if got := keyOf(written); got != want {
			t.Errorf("%q: %+v; want %+v", written, got, want)
		}
	}
}

func TestDeepDocumentsAreSkipped(t *testing.T) {
	t.Parallel()
	m := &mapping{}
	m.Keys.Sender, m.Keys.Recipients = "from", []string{"to"}
	kept := collectortest.NewRecorder()
	deep := `{"_id":1,"from":` + strings.Repeat(`{"$a":`, 1<<20) + `1` + strings.Repeat(`}`, 1<<20) + `,"to":"bo","date":1714550400}`
	if err := newRun(context.Background(), m, "test", time.UTC, kept).file("x", strings.NewReader(deep)); err != nil {
		t.Fatal(err)
	}
	if kept.Reasons["no_account"] != 1 || len(kept.Messages) > 0 {
		t.Errorf("rejects %v, %d messages; want no_account alone", kept.Reasons, len(kept.Messages))
	}
	if keys := keysIn([]byte(deep)); len(keys) != 3 { // _id, to and date
		t.Errorf("keys %v", keys)
	}
}

func FuzzFile(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input/events.json")
	m := &mapping{}
	m.Keys.Sender, m.Keys.Recipients, m.Keys.Text = "from", []string{"to", "data.to"}, "body"
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		if err := newRun(context.Background(), m, "test", time.UTC, kept).file("x", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		keysIn(content)
		m.fits(content)
		if lines := bytes.Count(content, []byte{'\n'}) + 1; len(kept.Messages)+len(kept.Rejects) > lines {
			t.Fatalf("%d lines give %d records", lines, len(kept.Messages)+len(kept.Rejects))
		}
	})
}

const benchmarked = 20000

func documents(w io.Writer, n int) {
	for i := range n {
		fmt.Fprintf(w, `{"_id":{"$oid":"64b%021d"},"TimeStamp":{"$date":"2024-05-01T08:00:00.250Z"},"server":"st01.corp.example","from":"CN=User %d/OU=People/O=Corp","to":["CN=User %d/OU=People/O=Corp"],"type":"chat","body":"these are the words of a message of the usual length, give or take some"}`+"\n", i, i%(n/50), (i+1)%(n/50))
	}
}

var settings = collectors.Options{}.WithSettings([]byte("keys: {sender: from, recipients: [to], text: body}"))

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "events.json", documents, benchmarked)
	collectortest.ThroughputOfMessages(b, New(), path, size, settings, benchmarked)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "events.json", settings, documents)
}

// The yardstick: the same file decoded by encoding/json into the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	path, size := collectortest.WriteFile(b, "events.json", documents, benchmarked)
	b.SetBytes(size)
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d := json.NewDecoder(f)
		for d.More() {
			var doc struct {
				ID         struct{ OID string } `json:"_id"`
				TimeStamp  struct{ Date string }
				From, Body string
				To         []string
			}
			if err := d.Decode(&doc); err != nil {
				b.Fatal(err)
			}
		}
		f.Close()
	}
	b.ReportMetric(float64(benchmarked*b.N)/b.Elapsed().Seconds(), "messages/s")
}

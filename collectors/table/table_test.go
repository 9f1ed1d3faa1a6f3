package table

import (
	"os"
	"path/filepath"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// mappingOf reads a mapping for reference data that lies elsewhere.
func mappingOf(t testing.TB, name string) collectors.Options {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("mappings", name))
	if err != nil {
		t.Fatal(err)
	}
	return collectors.Options{Workspace: "test"}.WithSettings(b)
}

func TestEnronCorpus(t *testing.T) {
	t.Parallel()
	path := collectortest.Shared(t, "corpora", "email-enron-departments")
	r := collectortest.Collect(t, New(), path, mappingOf(t, "email-enron-departments.yaml"))
	if n := r.Kinds[record.KindMessage]; n != 21635 || r.Recipients != 38388 || len(r.Senders) != 152 || len(r.Accounts) != 156 {
		t.Errorf("%d messages, %d recipients, %d senders, %d accounts; want 21635, 38388, 152, 156", n, r.Recipients, len(r.Senders), len(r.Accounts))
	}
	if len(r.Rejects) != 0 {
		t.Errorf("rejects %v", r.Reasons)
	}
	several, most := 0, 0
	first, last := r.Messages[0].SentAt, r.Messages[0].SentAt
	for _, m := range r.Messages {
		if len(m.Recipients) > 1 {
			several++
		}
		most = max(most, len(m.Recipients))
		if m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	if several != 6650 || most != 57 {
		t.Errorf("%d messages to several, at most to %d; want 6650 and 57", several, most)
	}
	if got := first.Format("2006-01-02T15:04:05") + " " + last.Format("2006-01-02T15:04:05"); got != "1998-11-13T04:07:00 2002-06-21T13:37:34" {
		t.Errorf("span %s", got)
	}
}

func TestEuCoreCorpus(t *testing.T) {
	t.Parallel()
	path := collectortest.Shared(t, "corpora", "net-email-eu-core", "email-Eu-core-temporal.txt.gz")
	r := collectortest.Collect(t, New(), path, mappingOf(t, "net-email-eu-core.yaml"))
	if n := r.Kinds[record.KindMessage]; n != 332334 || len(r.Rejects) != 0 {
		t.Fatalf("%d messages, rejects %v; want 332334 and none", n, r.Reasons)
	}
	if m := r.Messages[0]; m.Sender.Value != "582" || m.Recipients[0].Value != "364" || m.SentAt.Format("2006-01-02") != "2003-10-01" {
		t.Errorf("the first line 582 364 0 gives %+v", m)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"heron lands", "quarterly", "lunch", "release plan",
	}})
}

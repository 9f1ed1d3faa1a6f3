package lync

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret"}})
}

// sums adds up activities by what they count.
func sums(r *collectortest.Recorder) map[string]int {
	out := map[string]int{}
	for _, a := range r.Activities {
		out[a.What] += int(a.Count)
	}
	return out
}

func TestReferenceSessions(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "lync", "synthetic", "SessionDetails.csv"), collectors.Options{})
	got := sums(r)
	// 30 sent by those who began and 34 by the others; of 4 sessions of sound one was not answered.
	if got["messages"] != 64 || got["calls"] != 3 || got["unanswered_calls"] != 1 || len(got) != 3 {
		t.Errorf("sums %v; want 64 messages, 3 calls, 1 unanswered", got)
	}
	var forth, open int
	people := map[record.AccountKey]bool{}
	sessions := map[time.Time]bool{}
	for _, a := range r.Activities {
		people[a.Account] = true
		if a.What != "unanswered_calls" {
			sessions[a.From] = true
		}
		if a.What == "messages" && a.ID[len(a.ID)-5:] == "/from" {
			forth += int(a.Count)
			if a.To.Equal(a.From) {
				open++
			}
		}
	}
	if forth != 30 || open != 1 || len(people) != 5 || len(sessions) != 11 {
		t.Errorf("%d sent by who began, %d without an end, %d people, %d answered; want 30, 1, 5, 11", forth, open, len(people), len(sessions))
	}
	if len(r.Messages) > 0 || len(r.Rejects) > 0 {
		t.Errorf("%d messages, rejects %v; want none", len(r.Messages), r.Reasons)
	}
}

func TestReferenceConferences(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "lync", "synthetic", "ConferenceMessageCount.csv"), collectors.Options{})
	conferences, people := map[string]bool{}, map[record.AccountKey]bool{}
	for _, a := range r.Activities {
		conferences[a.Conversation], people[a.Account] = true, true
	}
	if sums(r)["messages"] != 75 || len(r.Activities) != 6 || len(conferences) != 2 || len(people) != 3 {
		t.Errorf("%d messages in %d rows, %d conferences, %d people; want 75, 6, 2, 3", sums(r)["messages"], len(r.Activities), len(conferences), len(people))
	}
}

func TestReferenceUsageReport(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "lync", "synthetic", "SkypeForBusinessActivityUserDetail.csv"), collectors.Options{})
	if got := sums(r); got["im_sessions"] != 123 || len(got) != 1 || len(r.Accounts) != 5 || len(r.Rejects) > 0 {
		t.Errorf("sums %v, %d accounts, rejects %v; want 123 im_sessions, 5, none", got, len(r.Accounts), r.Reasons)
	}
	if len(r.Signals) != 4 { // one of the five was never active
		t.Errorf("%d signals; want 4", len(r.Signals))
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"records", "raw", "archive"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			collectortest.Packings(t, New(), "testdata/"+name)
		})
	}
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "lync/synthetic", "lync/synthetic/SessionDetails.csv", "lync/synthetic/ConferenceMessageCount.csv",
		"lync/synthetic/SkypeForBusinessActivityUserDetail.csv")
}

func TestKeyOf(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]record.AccountKey{
		"SIP:Ana@Corp.Example":                         {Kind: record.KeyEmail, Value: "ana@corp.example"},
		"ana@corp.example;gruu;opaque=user:epid:x":     {Kind: record.KeyEmail, Value: "ana@corp.example"},
		"sip:ana@corp.example;gruu;opaque=app:conf:fo": {},
		"tel:+15550100123":                             {Kind: record.KeyPhone, Value: "+15550100123"},
		"sip:+15550100123@corp.example;user=phone":     {Kind: record.KeyPhone, Value: "+15550100123"},
		"sip:4711@corp.example;user=phone":             {Kind: record.KeyHandle, Value: "4711"},
		"+1555x":                                       {Kind: record.KeyHandle, Value: "+1555x"},
		" ":                                            {},
	} {
		if got := keyOf(uri); got != want {
			t.Errorf("%q: %+v; want %+v", uri, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	want := time.Date(2012, 8, 7, 12, 0, 0, 0, time.UTC)
	for _, s := range []string{"634799376000000000", "129888144000000000", "2012-08-07 12:00:00.000"} {
		if got := ticks(s); !got.Equal(want) {
			t.Errorf("%s: %v; want %v", s, got, want)
		}
	}
	for _, s := range []string{"", "12", "-634799376000000000", "x"} {
		if got := ticks(s); !got.IsZero() {
			t.Errorf("%s: %v; want none", s, got)
		}
	}
}

func FuzzTable(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input/*.csv", "testdata/*/input.csv")
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := newRun(context.Background(), "test", kept)
		for turn := range turns {
			if err := r.file("x.csv", bytes.NewReader(content), turn); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range kept.Activities {
			if a.Account.IsZero() || a.Count == 0 || a.To.Before(a.From) {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// Where there is no room for all, nobody is said to have heard a conference rather than some.
func TestConferencesAreBounded(t *testing.T) {
	t.Parallel()
	h := newConferences()
	h.most, h.seats = 2, 3
	hears := func(session, who string) bool {
		return h.hear(session, record.AccountKey{Kind: record.KeyHandle, Value: who})
	}
	for _, c := range []struct {
		session, who string
		want         bool
	}{
		{"a", "ana", true}, {"a", "bo", true}, {"b", "ana", true}, {"c", "ana", false}, // a third conference
		{"a", "ana", true}, {"b", "cy", false}, {"b", "ana", false}, // a fourth seat
	} {
		if got := hears(c.session, c.who); got != c.want {
			t.Errorf("%s hears %s: %t; want %t", c.who, c.session, got, c.want)
		}
	}
	if a := h.find("a"); a == nil || len(h.members(a)) != 2 {
		t.Error("the conference that was held whole is not")
	}
	if h.find("b") != nil || h.find("c") != nil {
		t.Error("a conference is known of which some recipients are not")
	}
}

const benchmarked = 50000

// records is a table of sessions of instant messages.
func records(w io.Writer, n int) {
	io.WriteString(w, "SessionIdTime,SessionIdSeq,InviteTime,FromUri,ToUri,FromUriType,ToUriType,EndTime,FromMessageCount,ToMessageCount,DialogId,ResponseCode,ContentType,FrontEnd,Pool\n")
	at := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		s := at.Add(time.Duration(i) * time.Minute).Format("2006-01-02 15:04:05.000")
		fmt.Fprintf(w, "%s,1,%[1]s,user%d@corp.example,user%d@corp.example,UserUri,UserUri,%[1]s,%[4]d,2,8ded3c96-91eb-49fa-9d5f-576cdeb8fc4c;a;b,200,IM,fe01.corp.example,pool.corp.example\n",
			s, i%(n/50), (i+1)%(n/50), i%9+1)
	}
}

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "SessionDetails.csv", records, benchmarked)
	collectortest.Throughput(b, New(), path, size, collectors.Options{})
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "SessionDetails.csv", collectors.Options{}, records)
}

// Who got the messages of a conference is known before them: here of five each.
func BenchmarkResidentConferences(b *testing.B) {
	session := func(i int) string {
		return time.Date(2010, 8, 7, 10, 52, 34, 0, time.UTC).Add(time.Duration(i)*time.Second).Format(time.DateTime) + ".837,1"
	}
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(folder string) string {
		collectortest.WriteLarge(b, filepath.Join(folder, "ConferenceMessageRecipientList.csv"), func(w io.Writer, n int) {
			io.WriteString(w, "SessionIdTime,SessionIdSeq,MessageId,UserUri\n")
			for i := range n {
				fmt.Fprintf(w, "%s,%d,user%d@corp.example\n", session(i/5), i/5, i*7%(n/100))
			}
		})
		collectortest.WriteLarge(b, filepath.Join(folder, "ConferenceMessages.csv"), func(w io.Writer, n int) {
			io.WriteString(w, "SessionIdTime,SessionIdSeq,MessageId,Date,FromUri,ContentTypeId,Body\n")
			for i := range n {
				fmt.Fprintf(w, "%s,%d,2010-08-07 10:53:00.000,user%d@corp.example,1,these are words of a message of the usual length\n", session(i), i, i*7%(n/100))
			}
		})
		return folder
	})
}

// The yardstick: the same file cut into cells by encoding/csv.
func BenchmarkEncodingCSV(b *testing.B) {
	path, size := collectortest.WriteFile(b, "SessionDetails.csv", records, benchmarked)
	b.SetBytes(size)
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		cells := csv.NewReader(f)
		cells.ReuseRecord = true
		for {
			if _, err := cells.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		f.Close()
	}
	b.ReportMetric(float64(benchmarked*b.N)/b.Elapsed().Seconds(), "sessions/s")
}

package googlechat

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"forbidden", "secret"}})
}

// figures are what fixtures/consumer-SOURCES.md counts.
type figures struct {
	messages, senders                                     int
	attachments, deleted, edited, quotes, reactions, bots int
	replies                                               int
	first, last                                           string
}

func count(r *collectortest.Recorder, conversation string) (f figures) {
	senders := map[record.AccountKey]bool{}
	var first, last time.Time
	for _, m := range r.Messages {
		if m.Conversation.Key != conversation {
			continue
		}
		switch {
		case m.Kind == record.KindReaction:
			f.reactions++
		case m.IsDeleted:
			f.deleted++
		}
		if m.Kind != record.KindMessage {
			continue
		}
		f.messages++
		f.attachments += int(m.Attachments)
		senders[m.Sender] = true
		if !m.EditedAt.IsZero() {
			f.edited++
		}
		if m.SenderKind == record.AccountBot {
			f.bots++
		}
		switch m.Relation {
		case record.RelationQuote:
			f.quotes++
		case record.RelationThread:
			f.replies++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	f.senders, f.first, f.last = len(senders), first.Format(time.RFC3339), last.Format(time.RFC3339)
	return f
}

func TestReferenceArchive(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "google-chat-takeout"), collectors.Options{})
	for conversation, want := range map[string]figures{
		"kSynthAAAAE": {messages: 4, senders: 2, attachments: 2, deleted: 1, edited: 1, quotes: 1, reactions: 1, first: "2023-11-06T00:05:00Z", last: "2023-11-06T12:01:00Z"},
		"AAAASynth01": {messages: 5, senders: 4, bots: 1, reactions: 2, replies: 2, first: "2023-12-01T13:00:00Z", last: "2023-12-02T10:00:00Z"},
	} {
		if diff := cmp.Diff(want, count(r, conversation), cmp.AllowUnexported(figures{})); diff != "" {
			t.Errorf("%s: %s", conversation, diff)
		}
	}
	if len(r.Conversations) != 2 || len(r.Rejects) != 0 {
		t.Errorf("%d conversations, rejects %v; want 2 and none", len(r.Conversations), r.Reasons)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	morning, evening := "2023-11-06T09:00:05Z", "2021-03-14T22:41:03Z"
	for _, c := range []struct{ name, text, want, reason string }{
		{"English", "Monday, November 6, 2023 at 9:00:05 AM UTC", morning, ""},
		{"narrow space", "Monday, November 6, 2023 at 9:00:05\u202fAM UTC", morning, ""},
		{"midnight", "Monday, November 6, 2023 at 12:00:05 AM UTC", "2023-11-06T00:00:05Z", ""},
		{"noon", "Monday, November 6, 2023 at 12:00:05 PM UTC", "2023-11-06T12:00:05Z", ""},
		{"British", "Sunday, 14 March 2021 at 22:41:03 UTC", evening, ""},
		{"Australian", "Sunday 14 March 2021 at 10:41:03 pm UTC", evening, ""},
		{"German", "Sonntag, 14. März 2021 um 22:41:03 UTC", evening, ""},
		{"French", "dimanche 14 mars 2021 à 22:41:03 UTC", evening, ""},
		{"Spanish", "domingo, 14 de marzo de 2021, 22:41:03 UTC", evening, ""},
		{"Mexican", "domingo, 14 de marzo de 2021 a las 10:41:03 p. m. UTC", evening, ""},
		{"Italian", "domenica 14 marzo 2021 22:41:03 UTC", evening, ""},
		{"Portuguese", "domingo, 14 de março de 2021 às 22:41:03 UTC", evening, ""},
		{"Danish", "søndag den 14. marts 2021 kl. 22.41.03 UTC", evening, ""},
		{"Finnish", "sunnuntai 14. maaliskuuta 2021 klo 22.41.03 UTC", evening, ""},
		{"Hungarian", "2015. február 15., vasárnap 21:54:36 UTC", "2015-02-15T21:54:36Z", ""},
		{"Polish", "niedziela, 14 listopada 2021 22:41:03 UTC", "2021-11-14T22:41:03Z", ""},
		{"Croatian", "četvrtak, 14. listopada 2021. u 22:41:03 UTC", "2021-10-14T22:41:03Z", ""},
		{"Russian", "воскресенье, 14 марта 2021 г. в 22:41:03 UTC", evening, ""},
		{"Turkish", "14 Mart 2021 Pazar 22:41:03 UTC", evening, ""},
		{"Vietnamese", "Chủ Nhật, 14 tháng 3, 2021 lúc 22:41:03 UTC", evening, ""},
		{"Japanese", "2021年3月14日日曜日 22:41:03 UTC", evening, ""},
		{"Chinese", "2021年3月14日星期日 UTC 下午10:41:03", evening, ""},
		{"Korean", "2021년 3월 14일 일요일 오후 10시 41분 3초 UTC", evening, ""},
		{"Arabic", "الأحد، ١٤ مارس ٢٠٢١ في ٢٢:٤١:٠٣ UTC", evening, ""},
		{"Hebrew", "יום ראשון, 14 במרץ 2021 בשעה 22:41:03 UTC", evening, ""},
		{"ISO", "2021-03-14T23:41:03+01:00", evening, ""},
		{"unknown language", "Dydd Sul, 14 Mawrth 2021 am 22:41:03 UTC", "", "date_language"},
		{"no such day", "Monday, February 30, 2023 at 9:00:05 AM UTC", "", "bad_time"},
		{"no time", "Monday, November 6, 2023", "", "bad_time"},
		{"absurd", "Monday, November 6, 2023 at 99:99:99 AM UTC", "", "bad_time"},
		{"empty", "", "", "bad_time"},
		{"no words", "!", "", "bad_time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, reason := new(dates).instant([]byte(c.text))
			if reason != c.reason || reason == "" && got.Format(time.RFC3339) != c.want {
				t.Errorf("%v, %q; want %s, %q", got, reason, c.want, c.reason)
			}
		})
	}
}

// What is known of the date before is not taken for this one's.
func TestInstantsInARow(t *testing.T) {
	t.Parallel()
	var d dates
	for _, c := range [][2]string{
		{"Monday, November 6, 2023 at 11:59:59 PM UTC", "2023-11-06T23:59:59Z"},
		{"Monday, November 6, 2023 at 9:00:00 AM UTC", "2023-11-06T09:00:00Z"},
		{"Tuesday, November 7, 2023 at 9:00:00 AM UTC", "2023-11-07T09:00:00Z"},
		{"søndag den 14. marts 2021 kl. 22.41.03 UTC", "2021-03-14T22:41:03Z"},
		{"mandag den 15. marts 2021 kl. 22.41.03 UTC", "2021-03-15T22:41:03Z"},
		{"9:00:00 AM UTC", "0001-01-01T00:00:00Z"},
	} {
		if got, _ := d.instant([]byte(c[0])); got.Format(time.RFC3339) != c[1] {
			t.Errorf("%s: %v", c[0], got)
		}
	}
}

// A month's name means one month in all languages, with one exception that is dealt with.
func TestMonthsAreUnambiguous(t *testing.T) {
	t.Parallel()
	seen := map[string]time.Month{}
	for _, year := range monthNames {
		names := splitWords(year)
		if len(names)%12 != 0 {
			t.Errorf("%d months: %s", len(names), year)
		}
		for i, name := range names {
			month := time.Month(i%12 + 1)
			if before, ok := seen[name]; ok && before != month && name != "listopada" {
				t.Errorf("%s is %v and %v", name, before, month)
			}
			seen[name] = month
		}
	}
}

// splitWords cuts as dates are cut, so that a name of the table that no date can give shows.
func splitWords(text string) (names []string) {
	for w := (words{rest: []byte(text)}); w.next(); {
		names = append(names, string(w.word))
	}
	return names
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, document string
		reasons        map[string]int
	}{
		{"nothing", ``, map[string]int{"truncated_file": 1}},
		{"no object", `[1]`, map[string]int{"bad_json": 1}},
		{"cut off", `{"messages":[{"creator":{"name":"A`, map[string]int{"truncated_file": 1}},
		{"absurd date", `{"messages":[{"created_date":"Monday, November 6, 9999 at 9:00:00 AM UTC","message_id":"a/b/c"}]}`, map[string]int{"time_out_of_range": 1}},
		{"no place", `{"messages":[{"created_date":"Monday, November 6, 2023 at 9:00:00 AM UTC"}]}`, map[string]int{"no_conversation": 1}},
		{"tombstone without a date", `{"messages":[{"message_state":"DELETED","message_id":"a/b/c"}]}`, map[string]int{"no_time": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "messages.json")
			if err := os.WriteFile(path, []byte(c.document), 0o644); err != nil {
				t.Fatal(err)
			}
			r := collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"})
			if diff := cmp.Diff(c.reasons, r.Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package mail

import (
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// take reads one header block into a recorder.
func take(t testing.TB, header string) (*collectortest.Recorder, string) {
	t.Helper()
	rec := collectortest.NewRecorder()
	r := NewReader(collectors.Options{Workspace: "test"}, "", rec)
	r.Scan([]byte(header))
	reason, err := r.Take(Origin{})
	if err != nil {
		t.Fatal(err)
	}
	if reason == "" {
		if err := r.Emit(Body{SizeBytes: 1}); err != nil {
			t.Fatal(err)
		}
	}
	return rec, reason
}

func TestDates(t *testing.T) {
	t.Parallel()
	const unknown = record.OffsetUnknown
	for text, want := range map[string]struct {
		utc    string
		offset int16
	}{
		"Mon, 30 Jun 2025 18:26:16 -0500":             {"2025-06-30T23:26:16Z", -300},
		"Mon, 30 Jun 2025 18:26:16 -0500 (CDT)":       {"2025-06-30T23:26:16Z", -300},
		"30 Jun 2025 18:26 +0200":                     {"2025-06-30T16:26:00Z", 120},
		"Mon,\r\n 30 Jun 25 18:26:16 EST":             {"2025-06-30T23:26:16Z", -300},
		"Fri, 2 Jan 98 03:04:05 GMT":                  {"1998-01-02T03:04:05Z", 0},
		"Fri, 2 Jan 103 03:04:05 UT":                  {"2003-01-02T03:04:05Z", 0},
		"Mon, 30 Jun 2025 18:26:16 -0000":             {"2025-06-30T18:26:16Z", unknown},
		"Mon, 30 Jun 2025 18:26:16 Z":                 {"2025-06-30T18:26:16Z", unknown},
		"Mon, 30 Jun 2025 18:26:16 XYZ":               {"2025-06-30T18:26:16Z", unknown},
		"Mon, 30 Jun 2025 18:26:16 +9900":             {"2025-06-30T18:26:16Z", unknown},
		"Mon, 30 Jun 2025 18:26:16 +05:30":            {"2025-06-30T12:56:16Z", 330},
		"Mon, 30 Jun 2025 18:26:16 GMT+0200":          {"2025-06-30T16:26:16Z", 120},
		"Mon (a comment), 30 Jun 2025 18:26:16 +0000": {"2025-06-30T18:26:16Z", 0},
		"Mon Jun 30 18:26:16 2025":                    {"2025-06-30T18:26:16Z", unknown},
		"Mon Jun 30 18:26:16 2025 -0700":              {"2025-07-01T01:26:16Z", -420},
		"2025-06-30T18:26:16+02:00":                   {"2025-06-30T16:26:16Z", 120},
		"2025-06-30 18:26:16 +0200":                   {"2025-06-30T16:26:16Z", 120},
		"30-Jun-2025 18:26:16 +0200":                  {"2025-06-30T16:26:16Z", 120},
		"Mon, 30 June 2025 06:26:16 PM -0500":         {"2025-06-30T23:26:16Z", -300},
		"Mon, 30 Jun 2025 18.26.16 +0200":             {"2025-06-30T16:26:16Z", 120},
		"Sat, 31 Dec 2016 23:59:60 +0000":             {"2017-01-01T00:00:00Z", 0},
		"Sat, 29 Feb 2020 12:00:00 \"GMT\"":           {"2020-02-29T12:00:00Z", 0},
		"Sun, 29 Feb 2021 12:00:00 +0000":             {},
		"Mon, 30 Jun 2025":                            {},
		"Mon, 30 Foo 2025 10:00:00 +0000":             {},
		"Mon, 30 Jun 2025 25:00:00 +0000":             {},
		"yesterday":                                   {},
		"((((":                                        {},
		"":                                            {},
	} {
		got, ok := parseDate([]byte(text), time.UTC)
		if ok != (want.utc != "") {
			t.Errorf("%q: %v", text, ok)
		} else if s := time.Unix(got.unix, 0).UTC().Format(time.RFC3339); ok && (s != want.utc || got.offset != want.offset) {
			t.Errorf("%q: %s offset %d, want %s offset %d", text, s, got.offset, want.utc, want.offset)
		}
	}
}

func TestDateWithoutZoneTakesTheAssumedOne(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("assumed", 2*3600)
	got, ok := parseDate([]byte("Mon, 30 Jun 2025 18:26:16"), berlin)
	if s := time.Unix(got.unix, 0).UTC().Format(time.RFC3339); !ok || s != "2025-06-30T16:26:16Z" || !got.assumed || got.offset != record.OffsetUnknown {
		t.Errorf("%s assumed %v offset %d", s, got.assumed, got.offset)
	}
}

func TestSentIsBoundedByArrival(t *testing.T) {
	t.Parallel()
	const from = "From: a@example.com\nTo: b@example.com\n"
	const received = "Received: from x by y; Mon, 15 Jan 2024 08:00:00 +0000\nReceived: older; Mon, 1 Jan 2024 08:00:00 +0000\n"
	for name, c := range map[string]struct{ header, want string }{
		"an hour ahead":       {received + "Date: Mon, 15 Jan 2024 10:00:00 +0100\n", "2024-01-15T09:00:00Z"},
		"years ahead":         {received + "Date: Mon, 15 Jan 2029 10:00:00 +0100\n", "2024-01-15T08:00:00Z"},
		"years old":           {received + "Date: Thu, 15 Jan 2004 10:00:00 +0100\n", "2004-01-15T09:00:00Z"},
		"never set":           {received + "Date: Thu, 1 Jan 1970 00:00:00 +0000\n", "2024-01-15T08:00:00Z"},
		"missing":             {received, "2024-01-15T08:00:00Z"},
		"damaged":             {received + "Date: soon\n", "2024-01-15T08:00:00Z"},
		"missing, no arrival": {"", ""},
		"never set, alone":    {"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", ""},
	} {
		rec, reason := take(t, c.header+from)
		switch {
		case c.want == "" && reason != BadDate:
			t.Errorf("%s: reason %q, want %q", name, reason, BadDate)
		case c.want != "" && (len(rec.Messages) != 1 || rec.Messages[0].SentAt.Format(time.RFC3339) != c.want):
			t.Errorf("%s: %v, want %s", name, rec.Messages, c.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`Jane <Jane@Example.COM>`:                            "email:jane@example.com=Jane",
		`"Doe, Jane" <j@x.org>, b@y.org`:                     "email:j@x.org=Doe, Jane|email:b@y.org=",
		`Doe, Jane <j@x.org>, "R. \"Bob\" Roe" <b@y.org>`:    `email:j@x.org=Doe, Jane|email:b@y.org=R. "Bob" Roe`,
		`j@x.org (Jane (the one) Doe), b@y.org`:              "email:j@x.org=Jane (the one) Doe|email:b@y.org=",
		`a@x.org; b@x.org ; c@x.org`:                         "email:a@x.org=|email:b@x.org=|email:c@x.org=",
		`Doe, Jane <j@x.org>; Roe, Bob <b@y.org>`:            "email:j@x.org=Doe, Jane|email:b@y.org=Roe, Bob",
		`Doe, Jane; Roe, Bob`:                                "display_name:jane doe=Doe, Jane|display_name:bob roe=Roe, Bob",
		`undisclosed-recipients:;`:                           "",
		`Team: a@x.org, Bob <b@x.org>;, c@x.org`:             "email:a@x.org=|email:b@x.org=Bob|email:c@x.org=",
		`<a@x.org>`:                                          "email:a@x.org=",
		`"a@x.org" <A@x.org>`:                                "email:a@x.org=",
		`'a@x.org' <a@x.org>`:                                "email:a@x.org=",
		`<@relay.org:a@x.org>`:                               "email:a@x.org=",
		`mailto:a@x.org`:                                     "email:a@x.org=",
		`Jane Doe [SMTP:j@x.org]`:                            "email:j@x.org=Jane Doe",
		`a@[IPv6:2001:db8::1]`:                               "email:a@[ipv6:2001:db8::1]=",
		`j at x.org (Jane)`:                                  "email:j@x.org=Jane",
		"krzk+dt@kernel.org":                                 "email:krzk+dt@kernel.org=",
		`=?utf-8?q?Doe=2C_Jane?= <j@x.org>`:                  "email:j@x.org=Doe, Jane",
		`=?utf-8?q?Doe,_Jane?= <j@x.org>, b@x.org`:           "email:j@x.org=Doe, Jane|email:b@x.org=",
		"J\xf6rg <j@x.org>":                                  "email:j@x.org=Jörg",
		"Jane\r\n\t<j@x.org>,\r\n b@x.org":                   "email:j@x.org=Jane|email:b@x.org=",
		`Jane <j@x.org, Bob <b@x.org>`:                       "email:j@x.org=Jane|email:b@x.org=Bob",
		`MAILER-DAEMON`:                                      "display_name:mailer-daemon=MAILER-DAEMON",
		`root <root>`:                                        "handle:root=",
		`/O=Org/OU=Site/cn=Recipients/CN=JDoe`:               "handle:/o=org/ou=site/cn=recipients/cn=jdoe=",
		`Jane <IMCEAEX-_O=ORG_OU=SITE_CN=JDOE+20X@corp.org>`: "handle:/o=org/ou=site/cn=jdoe x=Jane",
		`IMCEAMAILTO-jane+40x+2Eorg@corp.org`:                "email:jane@x.org=",
		`m@ech|er @end|ng |rom et@z@ch (Martin M)`:           "display_name:martin m=Martin M",
		`iuke @end|ng |rom @iow@ (iuke @end|ng |rom @iow@)`:  "handle:iuke @end|ng |rom @iow@=",
		`,, ; ,`:                                "",
		`(only a comment)`:                      "",
		`"unclosed <a@x.org>, b@x.org`:          "email:a@x.org=unclosed|email:b@x.org=",
		`(unclosed a@x.org, b@x.org`:            "email:b@x.org=",
		strings.Repeat("(", 1000) + `, b@x.org`: "email:b@x.org=",
		strings.Repeat("x", 400) + "@x.org":     "",
	} {
		var got []string
		list := newAddressList([]byte(text))
		for token, ok := list.next(); ok; token, ok = list.next() {
			if a, ok := parseAddress(token); ok {
				got = append(got, a.key.Kind.String()+":"+a.key.Value+"="+a.name)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q:\n got %s\nwant %s", text, strings.Join(got, "|"), want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                                    "plain",
		"=?UTF-8?B?R8OhYm9yIENzw6FyZGk=?=":         "Gábor Csárdi",
		"=?utf-8?q?a_=C3?= =?utf-8?q?=A9_b?=":      "a é b", // one character over two words
		"=?iso-8859-1?Q?Iago_Gin=E9?=":             "Iago Giné",
		"=?gb2312?B?0rbUwrni?=":                    "叶月光",
		"=?koi8-r?B?5M3J1NLJyg==?=":                "Дмитрий",
		"=?shift_jis?B?k2OShg==?=":                 "田中",
		"Karolis =?utf-8?Q?Koncevi=C4=8Dius?= (x)": "Karolis Koncevičius (x)",
		"=?x-nobody-knows?Q?Jos=E9?=":              "Jos\uFFFD",
		"=?unknown-8bit?Q?Jos=E9?=":                "José",
		"=?utf-8*en?Q?Jane?=":                      "Jane",
		"=?utf-8?Q?broken":                         "=?utf-8?Q?broken",
		"=?utf-8?X?broken?=":                       "=?utf-8?X?broken?=",
		"=?utf-8?B?***?= after":                    " after",
		"Jos\xe9":                                  "José",
		"José":                                     "José",
		"a =?utf-8?q?b?=\r\n =?utf-8?q?c?= d":      "a bc d",
	} {
		if got := decodeWords([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestClass(t *testing.T) {
	t.Parallel()
	const rest = "To: b@example.com\nDate: Mon, 15 Jan 2024 09:00:00 +0000\n"
	for name, c := range map[string]struct {
		header string
		kind   record.Kind
		sender record.AccountKind
	}{
		"person":              {"From: a@x.org\nReturn-Path: <a@x.org>\n", record.KindMessage, record.AccountUnknown},
		"person, said so":     {"From: a@x.org\nAuto-Submitted: no\n", record.KindMessage, record.AccountUnknown},
		"sender's provider":   {"From: a@x.org\nFeedback-ID: i1:Provider\n", record.KindMessage, record.AccountUnknown},
		"wants a receipt":     {"From: a@x.org\nDisposition-Notification-To: a@x.org\n", record.KindMessage, record.AccountUnknown},
		"kernel list":         {"From: a@x.org\nPrecedence: bulk\nX-Mailing-List: l@l.org\nList-Id: <l.l.org>\nList-Unsubscribe: <mailto:l+off@l.org>\n", record.KindMessage, record.AccountUnknown},
		"mailman list":        {"From: a@x.org\nPrecedence: list\nList-Post: <mailto:l@l.org>\nList-Id: <l.l.org>\nList-Unsubscribe: <https://l.org>\n", record.KindMessage, record.AccountUnknown},
		"announcement list":   {"From: a@x.org\nList-Post: NO\nList-Id: <l.l.org>\nList-Unsubscribe: <https://l.org>\n", record.KindMessage, record.AccountBot},
		"newsletter":          {"From: a@x.org\nList-Unsubscribe: <https://l.org>\n", record.KindMessage, record.AccountBot},
		"campaign":            {"From: a@x.org\nX-Campaign-Id: 17\n", record.KindMessage, record.AccountBot},
		"vacation":            {"From: a@x.org\nReturn-Path: <>\nAuto-Submitted: auto-replied; owner-email=a@x.org\n", record.KindMessage, record.AccountBot},
		"notification":        {"From: a@x.org\nAuto-Submitted: auto-generated\n", record.KindMessage, record.AccountBot},
		"suppresses answers":  {"From: a@x.org\nX-Auto-Response-Suppress: All\n", record.KindMessage, record.AccountBot},
		"cannot be answered":  {"From: drive-NoReply@x.org\n", record.KindMessage, record.AccountBot},
		"bounce":              {"From: MAILER-DAEMON@x.org\n", record.KindSystem, record.AccountSystem},
		"bounce, null sender": {"From: a@x.org\nReturn-Path: <>\n", record.KindSystem, record.AccountSystem},
		"receipt":             {"From: a@x.org\nContent-Type: multipart/report;\n report-type=disposition-notification\n", record.KindSystem, record.AccountSystem},
		"invitation":          {"From: a@x.org\nContent-Class: urn:content-classes:calendarmessage\n", record.KindSystem, record.AccountUnknown},
	} {
		rec, reason := take(t, c.header+rest)
		if reason != "" || len(rec.Messages) != 1 {
			t.Errorf("%s: reason %q", name, reason)
			continue
		}
		if m := rec.Messages[0]; m.Kind != c.kind || m.SenderKind != c.sender {
			t.Errorf("%s: %v by %v, want %v by %v", name, m.Kind, m.SenderKind, c.kind, c.sender)
		}
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	const rest = "From: a@x.org\nDate: Mon, 15 Jan 2024 09:00:00 +0000\n"
	for name, c := range map[string]struct{ header, id, conversation, parent string }{
		"alone":              {"Message-ID: <1@x>\n", "1@x", "1@x", ""},
		"case is kept":       {"Message-ID: <AbC@X>\n", "AbC@X", "AbC@X", ""},
		"no brackets":        {"Message-Id: 1@x\n", "1@x", "1@x", ""},
		"folded":             {"Message-ID:\n <1\n @x>\n", "1@x", "1@x", ""},
		"answer":             {"Message-ID: <3@x>\nIn-Reply-To: <2@x>\nReferences: <1@x>\n\t<2@x>\n", "3@x", "1@x", "2@x"},
		"no references":      {"Message-ID: <3@x>\nIn-Reply-To: <2@x> from Jane\n", "3@x", "2@x", "2@x"},
		"no in-reply-to":     {"Message-ID: <3@x>\nReferences: <1@x> <2@x>\n", "3@x", "1@x", "2@x"},
		"text in it":         {"Message-ID: <3@x>\nIn-Reply-To: message of Monday\n", "3@x", "3@x", ""},
		"answers itself":     {"Message-ID: <3@x>\nIn-Reply-To: <3@x>\n", "3@x", "3@x", ""},
		"empty brackets":     {"Message-ID: <3@x>\nReferences: <> <1@x>\n", "3@x", "1@x", "1@x"},
		"gmail's own thread": {"Message-ID: <3@x>\nX-GM-THRID: 17\nReferences: <1@x>\n", "3@x", "1@x", "1@x"},
	} {
		rec, _ := take(t, c.header+rest)
		if len(rec.Messages) != 1 {
			t.Fatalf("%s: no message", name)
		}
		m := rec.Messages[0]
		if m.ID != c.id || m.CopyID != c.id || m.Conversation.Key != c.conversation || m.Parent != c.parent || (m.Relation == record.RelationReply) != (c.parent != "") {
			t.Errorf("%s: id %q in %q answering %q, want %q in %q answering %q", name, m.ID, m.Conversation.Key, m.Parent, c.id, c.conversation, c.parent)
		}
	}
}

func TestMessageWithoutIDGetsOneOfItsEnvelope(t *testing.T) {
	t.Parallel()
	const date = "Date: Mon, 15 Jan 2024 09:00:00 +0000\n"
	id := func(header string) string {
		rec, _ := take(t, header)
		return rec.Messages[0].ID
	}
	base := id("From: a@x.org\nTo: b@x.org, c@x.org\n" + date)
	for name, same := range map[string]string{
		"another order": "From: a@x.org\nTo: c@x.org, B@x.org, b@x.org\n" + date,
		"Cc for To":     "From: A <a@x.org>\nTo: b@x.org\nCc: c@x.org\n" + date,
		"blind copy":    "From: a@x.org\nTo: b@x.org, c@x.org\nBcc: d@x.org\n" + date,
		"other subject": "From: a@x.org\nTo: b@x.org, c@x.org\nSubject: x\n" + date,
	} {
		if id(same) != base {
			t.Errorf("%s: another id", name)
		}
	}
	for name, other := range map[string]string{
		"another sender":    "From: d@x.org\nTo: b@x.org, c@x.org\n" + date,
		"another recipient": "From: a@x.org\nTo: b@x.org, d@x.org\n" + date,
		"another second":    "From: a@x.org\nTo: b@x.org, c@x.org\nDate: Mon, 15 Jan 2024 09:00:01 +0000\n",
	} {
		if id(other) == base {
			t.Errorf("%s: the same id", name)
		}
	}
}

func TestNamesAreToldOnce(t *testing.T) {
	t.Parallel()
	rec := collectortest.NewRecorder()
	r := NewReader(collectors.Options{Workspace: "test"}, "", rec)
	for range 3 {
		r.Scan([]byte("From: Jane <j@x.org>\nTo: \"Jane\" <J@x.org>, Bob <b@x.org>\nDate: Mon, 15 Jan 2024 09:00:00 +0000\nList-Id: <l.l.org>\n"))
		if reason, err := r.Take(Origin{}); reason != "" || err != nil {
			t.Fatal(reason, err)
		}
	}
	if len(rec.Accounts) != 2 || len(rec.Conversations) != 1 {
		t.Errorf("told of %d accounts and %d lists, want 2 and 1", len(rec.Accounts), len(rec.Conversations))
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"Inbox,Opened":                    "",
		"Spam,Opened":                     SkippedSpam,
		"=?UTF-8?Q?Entw=C3=BCrfe?=":       SkippedDraft,
		"=?UTF-8?B?44K044Of566x?=,Opened": SkippedTrash,
		`"Trash, but mine",Inbox`:         "",
		"Opened,\r\n Chat":                SkippedChat,
		"=?UTF-8?Q?Corbeille,_Non_lus?=":  SkippedTrash,
	} {
		_, reason := take(t, "From: a@x.org\nDate: Mon, 15 Jan 2024 09:00:00 +0000\nX-Gmail-Labels: "+value+"\n")
		if reason != want {
			t.Errorf("%q: %q, want %q", value, reason, want)
		}
	}
}

func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		"From: \"Doe, Jane\" <j@x.org>\nTo: a:b@x.org;,(c (d)) <e@f>\nDate: Mon, 30 Jun 2025 18:26:16 -0500 (CDT)\nMessage-ID: <1@x>\n\n",
		"From: =?utf-8?q?a_=C3?= =?utf-8?q?=A9_b?= via L <l@l.org>\nReply-To: a@b.c\nList-Id: x <l.l.org>\nList-Post: <mailto:l@l.org?x>\nDate: 2025-06-30T18:26:16+02:00\n",
		"From: /O=ORG/CN=X\nTo: IMCEAEX-_O=A+20@b, [SMTP:x@y], x at y.z (N)\nReferences: <a> <b\n c>\nThread-Index: QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\nReceived: x; 1 Jan 98 1:2 Z\n",
		"X-GM-THRID: 1\nX-Gmail-Labels: =?UTF-8?B?44K0?=\nContent-Type: multipart/mixed; boundary*0=\"a\"; x=\"\\\"\"\nReturn-Path: <>\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rec := collectortest.NewRecorder()
		r := NewReader(collectors.Options{Workspace: "test"}, "", rec)
		n, complete := r.Scan(b)
		if n > len(b) || complete && n == 0 {
			t.Fatalf("%d of %d bytes, complete %v", n, len(b), complete)
		}
		r.Header().Boundary()
		r.Header().IsAttachment()
		r.Header().ContentLength()
		reason, err := r.Take(Origin{FromLine: b})
		if err != nil {
			t.Fatal(err)
		}
		if reason != "" {
			return
		}
		if err := r.Emit(Body{}); err != nil {
			t.Fatal(err)
		}
		for _, m := range rec.Messages {
			if m.ID == "" || m.Conversation.Key == "" || m.Sender.IsZero() || int(m.Audience) > len(m.Recipients) {
				t.Errorf("an incomplete message: %+v", m)
			}
			for _, k := range append(m.Recipients, m.Sender) {
				if k.Value == "" || k.Kind == record.KeyEmail && k.Value != strings.ToLower(k.Value) {
					t.Errorf("a wrong key: %+v", k)
				}
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"Mon, 30 Jun 2025 18:26:16 -0500 (CDT)", "2025-06-30T18:26:16+02:00", "30-Jun-98 6.26 PM", "1 Jan 2000 00:00:60 \"EST"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, ok := parseDate([]byte(s), time.UTC); ok {
			if y := time.Unix(got.unix, 0).UTC().Year(); y < -1 || y > 10000 {
				t.Errorf("%q: year %d", s, y)
			}
		}
	})
}

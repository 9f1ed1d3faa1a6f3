package irc

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"heron lands", "quarterly", "lunch", "release plan", "topic of the week", "example.invalid",
	}})
}

// channelCount is what one channel holds, by an independent count of its lines.
type channelCount struct{ spoken, acted, system int }

func TestWebStandardsCorpus(t *testing.T) {
	t.Parallel()
	path := collectortest.Shared(t, "corpora", "irc-web-standards", "irc-logs-2012-2013.tar.xz")
	// Spoken lines are those of the corpus's description; actions and notices were counted
	// by a script that knows the notices of mIRC.
	want := map[string]channelCount{
		"#accessibility": {81174, 1657, 86614},
		"#css":           {64627, 4448, 84821},
		"#fx":            {2933, 231, 21127},
		"#html-wg":       {34436, 3288, 88698},
		"#testing":       {11845, 493, 37279},
		"#webapps":       {19249, 1778, 79975},
		"#whatwg":        {196466, 4108, 350203},
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	counts := &channelCounter{Recorder: collectortest.NewRecorder(), channels: map[string]*channelCount{}}
	counts.CountOnly = true
	if err := collectortest.Into(context.Background(), New(), path, collectors.Options{Location: zone}, counts); err != nil {
		t.Fatal(err)
	}
	messages := 0
	for channel, w := range want {
		got := counts.channels[channel]
		if got == nil {
			t.Errorf("%s is missing", channel)
			continue
		}
		if all := got.spoken; all != w.spoken+w.acted || got.system != w.system {
			t.Errorf("%s: %d messages, %d system; want %d, %d", channel, all, got.system, w.spoken+w.acted, w.system)
		}
		messages += w.spoken
	}
	if messages != 410730 {
		t.Errorf("the expected counts add up to %d spoken lines; the corpus has 410,730", messages)
	}
	if len(counts.channels) != len(want) || len(counts.Rejects) != 0 {
		t.Errorf("%d channels, rejects %v; want %d and none", len(counts.channels), counts.Reasons, len(want))
	}
}

type channelCounter struct {
	*collectortest.Recorder
	channels map[string]*channelCount
	mentions int
}

func (c *channelCounter) Message(m *record.Message) error {
	n := c.channels[m.Conversation.Key]
	if n == nil {
		n = &channelCount{}
		c.channels[m.Conversation.Key] = n
	}
	if m.Kind == record.KindMessage {
		n.spoken++
	} else {
		n.system++
	}
	c.mentions += len(m.Mentions)
	return c.Recorder.Message(m)
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path     string
		options  string
		channel  string
		messages int
		senders  int
		first    string
		last     string
	}{
		{"irc/dircproxy/2009-01-14-dircproxy.log", "", "#dircproxy", 9, 3, "2009-01-14T12:36:00Z", "2009-01-14T23:35:00Z"},
		{"irc/dircproxy/2009-01-15-dircproxy.log", "", "#dircproxy", 221, 7, "2009-01-15T08:42:00Z", "2009-01-15T20:39:00Z"},
		{"irc/irssi/ddnet/2014-08-22.log", "channel: '#ddnet'", "#ddnet", 293, 12, "2014-08-22T00:24:00Z", "2014-08-22T21:37:00Z"},
		{"irc/irssi/ddnet/2016-03-09.log", "channel: '#ddnet'", "#ddnet", 5, 1, "2016-03-09T01:48:00Z", "2016-03-09T23:46:00Z"},
		{"irc/irssi/ddnet/2019-03-03.log", "{channel: '#ddnet', bridges: [bridge]}", "#ddnet", 24, 9, "2019-03-03T00:55:00Z", "2019-03-03T22:41:00Z"},
		{"irc/irssi/ddnet/2024-10-20.log", "{channel: '#ddnet', bridges: [bridge]}", "#ddnet", 159, 13, "2024-10-20T00:02:00Z", "2024-10-20T21:03:00Z"},
		{"irc/irssi/ddnet/2019-03-03.log", "channel: '#ddnet'", "#ddnet", 24, 1, "2019-03-03T00:55:00Z", "2019-03-03T22:41:00Z"},
		{"irc/iso-bot-log/2005-01-09-pov.log", "", "#pov", 50, 4, "2005-01-09T02:05:04Z", "2005-01-09T09:17:35Z"},
		{"irc/iso-bot-log/sample-mixed-bytes.log", "", "#pov", 7, 2, "2005-01-08T23:34:46Z", "2005-01-08T23:47:54Z"},
		{"irc/supybot/2019-10-03-excerpt.txt", "", "#ltsp", 7, 5, "2019-10-03T15:18:00Z", "2019-10-03T17:00:54Z"},
	}
	for _, test := range tests {
		t.Run(test.path+" "+test.options, func(t *testing.T) {
			t.Parallel()
			path := collectortest.Shared(t, "fixtures", test.path)
			o := collectors.Options{}.WithSettings([]byte(test.options))
			r := collectortest.Collect(t, New(), path, o)
			senders, channels := map[record.AccountKey]bool{}, map[string]bool{}
			var times []string
			for _, m := range r.Messages {
				channels[m.Conversation.Key] = true
				if m.Kind == record.KindMessage {
					senders[m.Sender] = true
					times = append(times, m.SentAt.Format(time.RFC3339))
				}
			}
			if len(times) != test.messages || len(senders) != test.senders {
				t.Fatalf("%d messages by %d; want %d by %d", len(times), len(senders), test.messages, test.senders)
			}
			if times[0] != test.first || times[len(times)-1] != test.last {
				t.Errorf("from %s to %s; want %s to %s", times[0], times[len(times)-1], test.first, test.last)
			}
			if len(r.Rejects) != 0 || len(channels) != 1 || !channels[test.channel] {
				t.Errorf("rejects %v, channels %v; want none and %s", r.Reasons, channels, test.channel)
			}
		})
	}
}

// read collects one log given as text.
func read(t *testing.T, name, text, options string) *collectortest.Recorder {
	t.Helper()
	path := write(t, name, text)
	return collectortest.Collect(t, New(), path, collectors.Options{Workspace: "test"}.WithSettings([]byte(options)))
}

// brief renders messages as "time sender kind size [mentions]".
func brief(r *collectortest.Recorder) []string {
	var out []string
	for _, m := range r.Messages {
		words := []string{m.SentAt.Format("2006-01-02T15:04:05"), m.Sender.Value, m.Kind.String()}
		for _, mention := range m.Mentions {
			words = append(words, "@"+mention.Value)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func TestLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text, options string
		want                      []string
	}{
		{"day from the file's name", "#go_20191003.log", "[12:00] <ana> hi\n[12:01] * bo waves\n", "",
			[]string{"2019-10-03T12:00:00 ana message", "2019-10-03T12:01:00 bo message"}},
		{"midnight without a marker", "#go.log", "Session Start: Thu Oct 03 22:00:00 2019\n[23:59] <ana> hi\n[00:01] <ana> hi\n", "",
			[]string{"2019-10-03T23:59:00 ana message", "2019-10-04T00:01:00 ana message"}},
		{"mIRC tells the day at midnight", "#go.log", "Session Start: Thu Oct 03 22:00:00 2019\n[23:59] <ana> hi\nSession Time: Fri Oct 04 00:00:00 2019\n[00:01] <ana> hi\n", "",
			[]string{"2019-10-03T23:59:00 ana message", "2019-10-04T00:01:00 ana message"}},
		{"irssi tells the day", "#go.log", "--- Log opened Thu Oct 03 22:00:00 2019\n23:59 <@ana> hi\n--- Day changed Fri Oct 04 2019\n00:01  * ana waves\n00:02 -!- bo [bo@h.invalid] has joined #go\n", "",
			[]string{"2019-10-03T23:59:00 ana message", "2019-10-04T00:01:00 ana message", "2019-10-04T00:02:00 bo system"}},
		{"HexChat over new year", "#go.log", "**** BEGIN LOGGING AT Tue Dec 31 12:00:01 2019\n\nDec 31 23:59:01 <ana>\thi\nJan 01 00:00:02 *\tbo waves\nJan 01 00:00:09 *\tcy (~cy@h.invalid) has joined\n", "",
			[]string{"2019-12-31T23:59:01 ana message", "2020-01-01T00:00:02 bo message", "2020-01-01T00:00:09 cy system"}},
		{"year from the options", "#go.log", "[31 Dec 23:59] <ana!a@h.invalid> +hi\n[ 1 Jan 00:01] <ana!a@h.invalid> -hi\n", "year: 2008",
			[]string{"2008-12-31T23:59:00 ana message", "2009-01-01T00:01:00 ana message"}},
		{"WeeChat", "irc.net.#go.weechatlog", "2019-10-03 12:00:01\t-->\tana (a@h.invalid) has joined #go\n2019-10-03 12:00:02\t@Ana\tbo: hi\n2019-10-03 12:00:03\t *\tbo waves\n2019-10-03 12:00:04\t--\tbo is now known as cy\n", "",
			[]string{"2019-10-03T12:00:01 ana system", "2019-10-03T12:00:02 ana message @bo", "2019-10-03T12:00:03 bo message", "2019-10-03T12:00:04 bo system"}},
		{"a zone on the line", "#go.log", "[2019-10-03T12:00:01+0200] <ana> hi\n", "",
			[]string{"2019-10-03T10:00:01 ana message"}},
		{"twelve hours", "#go_20191003.log", "[12:00 AM] <ana> hi\n[01:30:05 PM] <ana> hi\n", "",
			[]string{"2019-10-03T00:00:00 ana message", "2019-10-03T13:30:05 ana message"}},
		{"mentions", "#go_20191003.log", "[12:00] <ana> Bo, cy: hi\n[12:01] <bo> well, ana\n[12:02] * Joins: cy (c@h.invalid)\n[12:03] <bo> ana:hi\n[12:04] <bo> dee: gone\n[12:05] <bo> bo: me\n", "",
			[]string{"2019-10-03T12:00:00 ana message @bo @cy", "2019-10-03T12:01:00 bo message", "2019-10-03T12:02:00 cy system",
				"2019-10-03T12:03:00 bo message", "2019-10-03T12:04:00 bo message", "2019-10-03T12:05:00 bo message"}},
		{"bouncer's playback", "#go_20191003.log", "[12:00:01] <ana> hi\n[12:00:02] * Disconnected\n[13:00:00] <***> Buffer Playback...\n[13:00:00] <ana> [12:00:01] hi\n[13:00:00] <bo> [12:30:00] missed\n[13:00:00] <***> Playback Complete.\n[13:00:05] <bo> [10:00] is not a replay\n", "",
			[]string{"2019-10-03T12:00:01 ana message", "2019-10-03T12:00:02  system", "2019-10-03T13:00:00  system",
				"2019-10-03T12:30:00 bo message", "2019-10-03T13:00:00  system", "2019-10-03T13:00:05 bo message"}},
		{"the clock put back", "#go.log", "2019-10-27T02:59:00 <ana> hi\n2019-10-27T02:00:00 <ana> hi\n2019-10-27T03:00:00 <ana> hi\n", "time_zone: Europe/Amsterdam",
			[]string{"2019-10-27T00:59:00 ana message", "2019-10-27T01:00:00 ana message", "2019-10-27T02:00:00 ana message"}},
		{"an hour the clock skipped", "#go.log", "2019-03-31T01:59:59 <ana> hi\n2019-03-31T02:30:00 <ana> hi\n2019-03-31T03:00:00 <ana> hi\n", "time_zone: Europe/Amsterdam",
			[]string{"2019-03-31T00:59:59 ana message", "2019-03-31T01:30:00 ana message", "2019-03-31T01:00:00 ana message"}},
		{"byte order marks", "#go_20191003.log", "\xff\xfe[\x001\x002\x00:\x000\x000\x00]\x00 \x00<\x00a\x00>\x00 \x00h\x00\n\x00", "",
			[]string{"2019-10-03T12:00:00 a message"}},
		{"a nick in Latin-1", "#go_20191003.log", "[12:00] <Ren\xe9> hi\n[12:01] <bo> ren\xe9: hi\n", "",
			[]string{"2019-10-03T12:00:00 rené message", "2019-10-03T12:01:00 bo message @rené"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, brief(read(t, test.file, test.text, test.options))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRejects(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", longestLine+5)
	tests := []struct {
		name, file, text string
		want             map[string]int
		messages         int
	}{
		{"no date anywhere", "#go.log", "[12:00] <ana> hi\n", map[string]int{"no_date": 1}, 0},
		{"no year anywhere", "#go.log", "[14 Jan 12:00] <ana!a@h.invalid> hi\n", map[string]int{"no_year": 1}, 0},
		{"a day that is none", "#go.log", "2019-02-30T12:00:00 <ana> hi\n", map[string]int{"bad_time": 1}, 0},
		{"an absurd year", "#go.log", "9019-02-20T12:00:00 <ana> hi\n", map[string]int{"time_out_of_range": 1}, 0},
		{"a line that goes on", "#go_20191003.log", strings.Repeat("[12:00] <ana> hi\n", 20) + "and more\n", map[string]int{"no_time": 1}, 20},
		{"a body nobody writes", "#go_20191003.log", strings.Repeat("[12:00] <ana> hi\n", 20) + "[12:01] ana: hi\n", map[string]int{"unrecognised_line": 1}, 20},
		{"an endless line", "#go_20191003.log", strings.Repeat("[12:00] <ana> hi\n", 400) + "[12:01] <ana> " + long + "\n[12:02] <ana> hi", map[string]int{"line_too_long": 1}, 401},
		{"not a log", "#go_20191003.log", "a,b,c\n1,2,3\n", map[string]int{"unrecognised_file": 1}, 0},
		{"nothing", "#go_20191003.log", "\n \n", map[string]int{}, 0},
		{"a marker with an unknown date", "#go.log", "--- Log opened jeu. oct.\n12:00 <ana> hi\n", map[string]int{"no_date": 1}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := read(t, test.file, test.text, "")
			if diff := cmp.Diff(test.want, r.Reasons); diff != "" || len(r.Messages) != test.messages {
				t.Errorf("%d messages, want %d; reasons -want +got:\n%s", len(r.Messages), test.messages, diff)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, options, want string }{
		{"unknown key", "nics: [a]", "nics"},
		{"unknown zone", "time_zone: Mars/Olympus", "write one such as"},
		{"absurd year", "year: 3", "year: 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "#go_20191003.log", "[12:00] <ana> hi\n")
			o := collectors.Options{}.WithSettings([]byte(test.options))
			err := collectortest.Into(context.Background(), New(), path, o, collectortest.NewRecorder())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one with %q", err, test.want)
			}
		})
	}
}

package irc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

var seeds = []string{
	"[12:00] <@ana> bo, cy: hi", "[12:00:01] * bo waves", "12:00 < ana> hi", "12:00  * ana waves", "12:00 -!- bo [b@h] has joined #go",
	"2019-10-03 12:00:01\t@ana\thi", "2019-10-03T15:18:00  <ana> hi", "2019-10-03T15:18:00+02:00 *** ana <a!b@c> has quit IRC",
	"[14 Jan 12:36] <ana!user@host> +hi", "Oct 03 12:00:01 <ana>\thi", "[01:00 PM] <ana> hi", "[12:00] <***> Buffer Playback...",
	"[12:00] <ana> [11:59:00] hi", "12:00 <+bridge> [net] <Real Name> hi", "[12:00] -bot:#go- hi", "Session Ident: #go",
	"Session Start: Thu Oct 03 22:00:00 2019", "--- Day changed Fri Oct 04 2019", "\xff\xfe[\x00",
}

func FuzzLine(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if isBlank(line) {
			return
		}
		parseMarker(line)
		s, body, ok := parseStamp(line)
		if !ok {
			return
		}
		if s.hour > 23 || s.minute > 59 || s.second > 60 || s.hasDate && (s.day < 1 || s.month < 1 || s.month > 12) {
			t.Fatalf("%q gives the time %+v", line, s)
		}
		e := parseBody(body, s.tab)
		if (e.what == spoken || e.what == acted) && len(e.nick) == 0 {
			t.Fatalf("%q is a message of nobody", line)
		}
		if len(e.text) > len(line) {
			t.Fatalf("%q has a text of %d bytes", line, len(e.text))
		}
	})
}

func FuzzFile(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte("Session Start: Thu Oct 03 22:00:00 2019\n"+s+"\n"+s+"\n"), "#go.log")
	}
	f.Add([]byte("[12:00] <ana> hi\n"), "a/irc.net.#go.weechatlog")
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		f.Fatal(err)
	}
	s, err := newSettings(collectors.Options{Workspace: "test", Location: zone, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		stem, _ := splitName(filepath.Base(name))
		_, d := cutDate(stem, nil)
		kept := collectortest.NewRecorder()
		r := newReader(s, kept)
		if err := r.file(context.Background(), name, place{date: d}, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(content, []byte{'\n'}) + 1
		if got := len(kept.Messages) + len(kept.Rejects); got > lines*2 {
			t.Fatalf("%d lines give %d records", lines, got)
		}
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.Kind == record.KindMessage && m.Sender.IsZero() {
				t.Fatalf("a message of nobody: %+v", m)
			}
		}
	})
}

// invented is a log of n lines, twenty a minute.
func invented(w io.Writer, n int) {
	io.WriteString(w, "Session Start: Thu Oct 03 00:00:00 2019\nSession Ident: #go\n")
	people := 200 + n/500
	for line := range n {
		minute, i := line/20, line%20
		at, who := fmt.Sprintf("%02d:%02d", minute/60%24, minute%60), (minute*7+i*i)%people
		if line > 0 && line%28800 == 0 {
			day := time.Date(2019, 10, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, line/28800)
			fmt.Fprintf(w, "Session Start: %s\nSession Ident: #go\n", day.Format(time.ANSIC))
		}
		switch i % 5 {
		case 0:
			fmt.Fprintf(w, "[%s] * Joins: nick%d (~user%d@host.invalid)\n", at, who, who)
		case 1:
			fmt.Fprintf(w, "[%s] <nick%d> nick%d: have you seen the figures of last week, they are quite good\n", at, who, (who+1)%people)
		default:
			fmt.Fprintf(w, "[%s] <@nick%d> well, these are words of a line of the usual length, give or take some\n", at, who)
		}
	}
}

func BenchmarkCollect(b *testing.B) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		b.Fatal(err)
	}
	path, size := collectortest.WriteFile(b, "#go.log", invented, 28_800)
	collectortest.Throughput(b, New(), path, size, collectors.Options{Location: zone})
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "#go.log", collectors.Options{}, invented)
}

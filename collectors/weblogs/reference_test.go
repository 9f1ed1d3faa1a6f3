package weblogs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

func options() collectors.Options {
	return collectors.Options{Workspace: "test", Location: time.UTC, Log: slog.New(slog.DiscardHandler)}.WithSettings([]byte("year: 2024"))
}

// The figures were counted straight from the files by a script that shares nothing with
// this package.
func TestReferenceLogs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file             string
		entries, clients int
		first, last      string
	}{
		{"elastic/zscaler_nss_web.log", 6, 1, "2021-12-31T07:07:07Z", "2022-08-29T09:20:35Z"},
		{"plaso/iis6.log", 12, 3, "2013-07-30T00:00:00Z", "2015-10-16T13:01:02Z"},
		{"synthetic/bind_querylog.log", 6, 4, "2024-03-04T08:00:00.123Z", "2024-03-04T08:00:05Z"},
		{"synthetic/cloud_discovery_custom.csv", 3, 3, "2024-03-04T08:00:00Z", "2024-03-04T08:03:00Z"},
		{"synthetic/dnsmasq.log", 6, 5, "2023-12-31T23:59:59Z", "2024-03-04T08:00:07Z"},
		{"synthetic/proxysg_main_w3c.log", 4, 3, "2024-03-04T08:00:01Z", "2024-03-04T09:00:01Z"},
		// Every contact took 0.23 s, and the log states when it ended.
		{"synthetic/squid_access.log", 11, 6, "2024-03-04T07:59:59.893Z", "2024-03-04T23:59:59.769Z"},
		{"synthetic/unbound.log", 3, 3, "2024-03-04T08:00:00Z", "2024-03-04T08:00:04Z"},
		{"synthetic/zscaler_nss_web.csv", 3, 3, "2024-03-04T08:00:00Z", "2024-03-04T08:06:00Z"},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			t.Parallel()
			tree, err := collectors.OpenTree(collectortest.Shared(t, "fixtures", "weblogs", c.file), collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			kept := collectortest.NewRecorder()
			r, err := newReader(context.Background(), tree, options(), kept)
			if err != nil {
				t.Fatal(err)
			}
			entries, clients := 0, map[string]bool{}
			var first, last time.Time
			r.seen = func(e *entry) {
				entries++
				clients[string(e.client)] = true
				if first.IsZero() || e.at.Before(first) {
					first = e.at
				}
				if e.at.After(last) {
					last = e.at
				}
			}
			if err := r.all(); err != nil {
				t.Fatal(err)
			}
			got := [...]any{entries, len(clients), first.UTC().Format(time.RFC3339Nano), last.UTC().Format(time.RFC3339Nano), len(kept.Rejects)}
			if want := [...]any{c.entries, c.clients, c.first, c.last, 0}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// Of the reference data it claims what is its own and nothing else.
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
			claim, err := New().Recognise(tree)
			if own := strings.Contains(p, "weblogs"); err != nil || own != (claim.Certainty == collectors.Certain) {
				t.Errorf("%s: %v, %v", p, claim, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	c, err := newCatalogue(hosts{"mattermost": {"chat.heron.example": 1}, "livetext": {"livetext.yahoo.com": 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"web.whatsapp.com:443":                    "whatsapp",
		"WEB.WhatsApp.com.":                       "whatsapp",
		"https://media.fra1-1.cdn.whatsapp.net/v": "whatsapp",
		"notwhatsapp.net":                         "",
		"whatsapp.net.evil.example":               "",
		"graph.whatsapp.net":                      "whatsapp 0",
		"https://user:secret@discord.com/app":     "discord",
		"https://discord.com/api/webhooks/1":      "discord 0",
		"https://discord.com/api/webhooksetc":     "discord",
		"x.com":                                   "twitter",
		"fox.com":                                 "",
		"mail.google.com/chat/u/0":                "googlechat",
		"mail.google.com/mail":                    "",
		"[2001:67c:4e8::5]:443":                   "telegram",
		"2001:67c:4e8::5":                         "telegram",
		"149.154.175.1:443":                       "telegram",
		"149.154.176.1:443":                       "",
		"chat.heron.example":                      "mattermost",
		"api.livetext.yahoo.com":                  "livetext",
		"error:transaction-end-before-headers":    "",
		"":                                        "",
	} {
		host, path := splitURL([]byte(url))
		got := ""
		if r, ok := c.find(tidyHost(host, nil), path); ok {
			got = c.tools[r.tool]
			if r.certainty == 0 {
				got += " 0"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
	for _, bad := range []hosts{{"x": {"a b": 1}}, {"x": {"a.example": 2}}, {"x": {"*.a.example": 1}}} {
		if _, err := newCatalogue(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

// A table and a log in layouts that only the options describe.
func TestOwnLayouts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ options, content, want string }{
		"columns": {"time_zone: Europe/Amsterdam\ncolumns: {time: When, user: Who, url: Where, action: Did}",
			"When;Who;Where;Did\n2024-03-04 00:30:00;ana@heron.example;https://teams.microsoft.com/v2/;ok\n", "teams 2024-03-03 casb"},
		"squid": {"squid_columns: [time, elapsed, client, port, result, bytes, method, url, user]",
			"1709539200.000 10 10.1.0.1 50000 TCP_MISS/200 5 CONNECT web.whatsapp.com:443 ana@heron.example -\n", "whatsapp 2024-03-04 proxy"},
		"zscaler": {"zscaler_columns: [time, cip, login, url, action]",
			"1709539200,10.1.0.1,ana@heron.example,web.whatsapp.com/,Blocked\n", "whatsapp 2024-03-04 proxy_blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, name, []byte(c.content))
			r := collectortest.Collect(t, New(), path, collectors.Options{}.WithSettings([]byte(c.options)))
			if len(r.Signals) != 1 || len(r.Rejects) != 0 {
				t.Fatalf("%d signals, rejects %v", len(r.Signals), r.Rejects)
			}
			s := r.Signals[0]
			if got := s.Tool + " " + s.Day.Format(time.DateOnly) + " " + s.Source; got != c.want || s.Account.Value != "ana@heron.example" {
				t.Errorf("%s by %v, want %s", got, s.Account, c.want)
			}
		})
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	path := write(t, "access.log", nil)
	bad := write(t, "bad.csv", []byte("who,what\n"))
	for _, c := range []struct{ options, want string }{
		{"time_zone: Nowhere", "time_zone"},
		{"hosts: {x: {'a b': 1}}", `"a b"`},
		{"users: " + bad, "no column login"},
		{"leases: " + bad, "no column address"},
		{"nonsense: 1", "nonsense"},
	} {
		err := collectortest.Into(context.Background(), New(), path, collectors.Options{}.WithSettings([]byte(c.options)), collectortest.NewRecorder())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.options, err)
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
	tree, err := collectors.OpenTree(f.TempDir(), collectors.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	r, err := newReader(context.Background(), tree, options(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r.sink, r.signals = kept, newSignals(options(), 0, r.catalogue, kept)
		if err := r.file(bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := r.signals.emitAll(); err != nil {
			t.Fatal(err)
		}
		for _, s := range kept.Signals {
			if s.Account.IsZero() || s.Hits == 0 || s.Certainty <= 0 {
				t.Fatalf("a signal of nothing: %+v", s)
			}
		}
	})
}

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var visited = []string{"www.example.com:443", "cdn.news.example:443", "web.whatsapp.com:443", "mail.example.org:443", "gateway.discord.gg:443"}

func squidLog(w io.Writer, n int) {
	for i := range n {
		fmt.Fprintf(w, "%d.123    230 10.1.%d.11 TCP_TUNNEL/200 5123 CONNECT %s person%d HIER_DIRECT/203.0.113.5 -\n", 1709539200+i, i%200, visited[i%len(visited)], i%(n/100))
	}
}

func bindLog(w io.Writer, n int) {
	for i := range n {
		at, name := time.Unix(1709539200+int64(i), 0).UTC(), strings.TrimSuffix(visited[i%len(visited)], ":443")
		fmt.Fprintf(w, "%s queries: info: client @0x7fa0d607f200 10.%d.%d.11#63565 (%s): query: %s IN A +E(0)K (10.0.0.53)\n", at.Format("02-Jan-2006 15:04:05.000"), i/200%200, i%200, name, name)
	}
}

var logs = map[string]func(w io.Writer, n int){"access.log": squidLog, "query.log": bindLog}

func BenchmarkCollect(b *testing.B) {
	const lines = 200_000
	for name, write := range logs {
		b.Run(name, func(b *testing.B) {
			collectortest.ThroughputOf(b, New(), name, collectortest.Written(write, lines))
			b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

func BenchmarkResident(b *testing.B) {
	for name, write := range logs {
		b.Run(name, func(b *testing.B) { collectortest.Resident(b, New(), name, collectors.Options{}, write) })
	}
}

package simulate

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var testEnd = time.Date(2026, 11, 21, 15, 4, 5, 0, time.UTC) // a Saturday: weeks are cut at both ends

func write(t *testing.T, o Options) (dir string, truth Truth) {
	t.Helper()
	dir = t.TempDir()
	if _, err := Write(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &truth); err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

func TestTruthEqualsRecount(t *testing.T) {
	t.Parallel()
	cases := map[string]Options{
		"three tools in UTC":    {Seed: 1, People: 120, Weeks: 11, End: testEnd},
		"five tools in Berlin":  {Seed: 2, People: 130, Weeks: 9, End: testEnd, TimeZone: "Europe/Berlin", Tools: 5},
		"New York, no breakage": {Seed: 3, People: 60, Weeks: 10, End: testEnd, TimeZone: "America/New_York", Clean: true},
	}
	for name, o := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, truth := write(t, o)
			r := readAll(t, dir)
			checkTools(t, r, truth)
			checkWeeks(t, r, truth)
			checkWindow(t, r, truth, truth.Last28Days)
			checkWindow(t, r, truth, truth.Last4Weeks)
			checkPairs(t, r, truth)
			checkBlocks(t, r, truth)
			for _, a := range truth.Accounts {
				if r.person[a.Key] != a.Person {
					t.Errorf("account %s of %s belongs to %s, by the directory to %q", a.Key, a.Tool, a.Person, r.person[a.Key])
				}
			}
		})
	}
}

func checkTools(t *testing.T, r *reading, truth Truth) {
	t.Helper()
	turns := r.turnsIn()
	rejects := map[string]int{}
	for _, x := range truth.Tools {
		senders, messages, days := map[string]bool{}, 0, map[string]int{}
		for _, e := range r.events {
			if e.tool == x.Tool && e.from != "" {
				messages++
				senders[e.from] = true
				days[e.at.In(zoneOf(t, truth)).Format(time.DateOnly)]++
			}
		}
		got := []int{messages, len(senders), turns[x.Tool], r.duplicates[x.Tool], r.other[x.Tool+" strangers"], r.other[x.Tool+" bots"],
			r.other[x.Tool+" automatic"], r.other[x.Tool+" bulk"], r.other[x.Tool+" bounces"], r.other[x.Tool+" system"],
			r.other[x.Tool+" calls"], r.other[x.Tool+" reactions"]}
		want := []int{x.Messages, x.Senders, x.Turns, x.Duplicates, x.Strangers, x.Bots, x.Automatic, x.Bulk, x.Bounces, x.System, x.Calls, x.Reactions}
		if !slices.Equal(got, want) {
			t.Errorf("%s: files hold %v, truth says %v", x.Tool, got, want)
		}
		for _, d := range x.Days {
			if days[d.Day] != d.Messages {
				t.Errorf("%s on %s: files hold %d, truth says %d", x.Tool, d.Day, days[d.Day], d.Messages)
			}
		}
		maps.Copy(rejects, x.Rejects)
	}
	if !maps.Equal(rejects, r.rejects) {
		t.Errorf("rejects: files hold %v, truth says %v", r.rejects, rejects)
	}
}

func zoneOf(t *testing.T, truth Truth) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(truth.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func dateOf(t *testing.T, truth Truth, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, s, zoneOf(t, truth))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func checkWeeks(t *testing.T, r *reading, truth Truth) {
	t.Helper()
	for k, w := range truth.Weeks {
		from := dateOf(t, truth, w.From)
		events := r.between(from, from.AddDate(0, 0, 7))
		ties := tied(flows(events, ""))
		people := 0
		for _, e := range events {
			if e.from != "" {
				people++
			}
		}
		if people != w.Messages || len(ties) != w.Ties || reciprocal(ties) != w.Reciprocal {
			t.Errorf("%s: files hold %d messages, %d ties, %d reciprocal; truth says %+v", w.Week, people, len(ties), reciprocal(ties), w)
		}
		if got := 2 * float64(w.Reciprocal) / float64(w.Roster); math.Abs(got-w.PerPerson) > 1e-12 {
			t.Errorf("%s: %g ties a person, want %g", w.Week, w.PerPerson, got)
		}
		for _, x := range truth.Tools {
			if own := tied(flows(events, x.Tool)); len(own) != x.Weeks[k].Ties || reciprocal(own) != x.Weeks[k].Reciprocal {
				t.Errorf("%s in %s: files hold %d ties, truth says %+v", x.Tool, w.Week, len(own), x.Weeks[k])
			}
		}
	}
}

func checkWindow(t *testing.T, r *reading, truth Truth, v WindowTruth) {
	t.Helper()
	events := r.between(dateOf(t, truth, v.From), dateOf(t, truth, v.To))
	people, ties, tools := map[string]map[string]bool{}, map[string]map[[2]string]bool{}, map[string]map[string]bool{}
	for _, x := range v.Tools {
		people[x.Tool], ties[x.Tool] = map[string]bool{}, tied(flows(events, x.Tool))
	}
	for _, e := range events {
		if e.from != "" {
			people[e.tool][e.from] = true
			if tools[e.from] == nil {
				tools[e.from] = map[string]bool{}
			}
			tools[e.from][e.tool] = true
		}
	}
	for _, o := range v.Overlaps {
		got := OverlapTruth{A: o.A, B: o.B, PeopleA: len(people[o.A]), PeopleB: len(people[o.B]), PeopleBoth: common(people[o.A], people[o.B]),
			TiesA: len(ties[o.A]), TiesB: len(ties[o.B]), TiesBoth: common(ties[o.A], ties[o.B])}
		if got != o {
			t.Errorf("overlap: files hold %+v, truth says %+v", got, o)
		}
	}
	sum := 0
	for _, own := range tools {
		sum += len(own)
	}
	if len(tools) != v.All.People || math.Abs(float64(sum)/float64(len(tools))-v.ToolsPerPerson) > 1e-9 {
		t.Errorf("tools per person: files hold %d/%d, truth says %g of %d", sum, len(tools), v.ToolsPerPerson, v.All.People)
	}
}

func common[K comparable](a, b map[K]bool) int {
	n := 0
	for k := range a {
		if _, ok := b[k]; ok {
			n++
		}
	}
	return n
}

func checkPairs(t *testing.T, r *reading, truth Truth) {
	t.Helper()
	end := dateOf(t, truth, truth.End)
	events := r.between(end.AddDate(0, 0, -28), end)
	for _, x := range truth.Tools {
		want := map[[2]string]int{}
		for _, p := range truth.Ties {
			if n := p.Tools[x.Tool]; n[0] > 0 {
				want[[2]string{p.A, p.B}] = n[0]
			}
			if n := p.Tools[x.Tool]; n[1] > 0 {
				want[[2]string{p.B, p.A}] = n[1]
			}
		}
		if got := flows(events, x.Tool); !maps.Equal(got, want) {
			t.Errorf("%s: pairs of the last 28 days differ: %d in the files, %d in the truth", x.Tool, len(got), len(want))
		}
	}
}

func checkBlocks(t *testing.T, r *reading, truth Truth) {
	t.Helper()
	starts := map[string]string{}
	for _, w := range truth.Weeks {
		starts[w.Week] = w.From
	}
	if len(truth.Blocks) == 0 {
		t.Error("no blocks of four weeks")
	}
	for _, b := range truth.Blocks {
		from := dateOf(t, truth, starts[b.FirstWeek])
		events := r.between(from, from.AddDate(0, 0, 28))
		for _, x := range append(b.Tools, b.All) {
			if ties := tied(flows(events, x.Tool)); len(ties) != x.Ties || reciprocal(ties) != x.Reciprocal {
				t.Errorf("block from %s, %q: files hold %d ties, truth says %+v", b.FirstWeek, x.Tool, len(ties), x)
			}
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	o := Options{Seed: 5, People: 80, Weeks: 6, Tools: 4, MessagesPerPersonWeek: 12, End: testEnd}
	a, _ := write(t, o)
	b, _ := write(t, o)
	o.Seed = 6
	c, _ := write(t, o)
	da, db, dc := digests(t, a), digests(t, b), digests(t, c)
	if !maps.Equal(da, db) {
		t.Error("two runs of the same options differ")
	}
	for name, d := range da {
		if dc[name] == d && !strings.HasSuffix(name, ".yaml") {
			t.Errorf("%s is the same for another seed", name)
		}
	}
}

func digests(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		out[path] = sha256.Sum256(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCompanyHasTheStatedShape(t *testing.T) {
	t.Parallel()
	for _, n := range []int{40, 41, 57, 99, 113, 114, 171, 400, 997, 2000, 5000} {
		o, cal, err := Options{Seed: uint64(n), People: n, End: testEnd}.complete()
		if err != nil {
			t.Fatal(err)
		}
		c := newCompany(o, cal)
		small, emails, nicks, treated := 0, map[string]bool{}, map[string]bool{}, 0
		for k, team := range c.teams {
			switch size := len(team.members); {
			case size < 10:
				small++
			case size < 15 || size > 25:
				t.Errorf("%d people: team %d has %d", n, k, size)
			}
			if team.treated {
				treated++
			}
		}
		if small != 1 || treated != len(c.teams)/2 {
			t.Errorf("%d people: %d small teams, %d of %d treated", n, small, treated, len(c.teams))
		}
		for d := range c.depts {
			if size := len(c.everyoneIn(d)); size < 40 {
				t.Errorf("%d people: department %d has %d", n, d, size)
			}
		}
		heads := 0
		for _, p := range c.people {
			emails[p.email], nicks[p.nick] = true, true
			if p.manager < 0 {
				heads++
			}
		}
		if len(c.people) != n || len(emails) != n || len(nicks) != n || heads != 1 {
			t.Errorf("%d people: %d rows, %d addresses, %d nicks, %d without a manager", n, len(c.people), len(emails), len(nicks), heads)
		}
	}
}

// The initiative adds to what would have been there anyhow, and changes nothing else.
func TestInitiativeHasTheStatedEffect(t *testing.T) {
	t.Parallel()
	o := Options{Seed: 7, People: 240, Weeks: 16, End: testEnd}
	_, with := write(t, o)
	o.Effect = -1
	_, never := write(t, o)
	if never.Initiative != nil {
		t.Fatal("an initiative although the effect was negative")
	}
	for k, w := range with.Weeks {
		if w.Without != never.Weeks[k].Reciprocal {
			t.Errorf("%s: %d reciprocal ties without the initiative, but %d when it never was", w.Week, w.Without, never.Weeks[k].Reciprocal)
		}
	}
	v := with.Initiative
	if ratio := float64(v.Added) / float64(v.Exchanges); math.Abs(ratio-0.5) > 0.06 {
		t.Errorf("%d exchanges added to %d, want half", v.Added, v.Exchanges)
	}
	if v.RealisedRatio < 0.05 || v.RealisedRatio > 0.5 || v.TreatedAfter <= v.TreatedWithout || v.TreatedBefore == 0 {
		t.Errorf("realised effect %+.3f: %g against %g", v.RealisedRatio, v.TreatedAfter, v.TreatedWithout)
	}
	for _, row := range v.Panel {
		if row.Week < "2026-W38" && row.Ends != row.Without {
			t.Errorf("%s %s: an effect before the start", row.Week, row.Team)
		}
	}
}

func TestToolsRiseAndFall(t *testing.T) {
	t.Parallel()
	_, truth := write(t, Options{Seed: 9, People: 160, Weeks: 24, End: testEnd, MessagesPerPersonWeek: 10})
	share := func(tool, week int) float64 {
		sum, own := 0, truth.Tools[tool].Weeks
		for _, x := range truth.Tools {
			sum += x.Weeks[week].Messages
		}
		return float64(own[week].Messages) / float64(sum)
	}
	n := len(truth.Weeks)
	if share(slackTool, n-2) < 1.3*share(slackTool, 1) || share(emailTool, n-2) > 0.9*share(emailTool, 1) || share(ircTool, 2*n/3) > 0.1*share(ircTool, 1) {
		t.Errorf("shares of slack, mail, irc went from %.2f %.2f %.2f to %.2f %.2f %.2f", share(0, 1), share(1, 1), share(2, 1), share(0, n-2), share(1, n-2), share(2, n-2))
	}
}

func TestVolumeIsAsAsked(t *testing.T) {
	t.Parallel()
	for _, tools := range []int{1, 2, 3, 9} {
		s, err := Write(context.Background(), t.TempDir(), Options{Seed: 4, People: 100, Weeks: 8, End: testEnd, Messages: 40000, Tools: tools})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, x := range s.Tools {
			sum += x.Messages
		}
		if len(s.Tools) != tools || sum < 36000 || sum > 46000 {
			t.Errorf("%d tools: %d messages by %d tools, want about 40000", tools, sum, len(s.Tools))
		}
	}
}

func TestCanariesAreEverywhere(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, Options{Seed: 1, People: 60, Weeks: 6, End: testEnd, Tools: 4})
	cases := map[string]string{ // what must stand in some file
		"mail/*.mbox": "Subject: " + Canary, "mail/2*.mbox": `filename="` + Canary, "mail/20*.mbox": "\n" + Canary + "\n",
		"irc/heronnet/#heron/*.log": "> " + Canary, "irc/*/#heron/*.log": "changes topic to '" + Canary, "teams/messages.jsonl": Canary,
		"slack/channels.json": `"value": "` + Canary, "slack/team-*/*.json": `"name": "` + Canary + ".pdf", "slack/D*/*.json": `"text": "` + Canary,
	}
	paths, err := filepath.Glob(filepath.Join(dir, "Heron Slack export *.zip"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	z, err := zip.OpenReader(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.CopyFS(filepath.Join(dir, "slack"), z); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range cases {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(paths, func(path string) bool {
			content, err := os.ReadFile(path)
			return err == nil && strings.Contains(string(content), want)
		}) {
			t.Errorf("no %q in %s", want, pattern)
		}
	}
}

func TestWrongOptionsAreNamed(t *testing.T) {
	t.Parallel()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		dir  string
		o    Options
		want string
	}{
		"few people":    {t.TempDir(), Options{People: 12}, "simulate: 12 people; choose from 40 to 1048576"},
		"few weeks":     {t.TempDir(), Options{Weeks: 2}, "simulate: 2 weeks; choose from 6 to 1040"},
		"many tools":    {t.TempDir(), Options{Tools: 10}, "simulate: 10 tools; choose from 1 to 9"},
		"no zone":       {t.TempDir(), Options{TimeZone: "Mars/Base"}, `simulate: time zone "Mars/Base" is not known; use a name like Europe/Berlin`},
		"minus":         {t.TempDir(), Options{Messages: -1}, "simulate: the number of messages must be positive"},
		"huge effect":   {t.TempDir(), Options{Effect: 7}, "simulate: an effect of 7; choose at most 5"},
		"no format":     {t.TempDir(), Options{Formats: []string{"zulip", "fax"}}, `simulate: no format is called "fax"; choose from mattermost, teams, zulip, rocketchat, yammer, hipchat, telegram, discord, whatsapp`},
		"format twice":  {t.TempDir(), Options{Formats: []string{"zulip", "zulip"}}, "simulate: the format zulip is named twice"},
		"both":          {t.TempDir(), Options{Formats: []string{"zulip"}, Tools: 5}, "simulate: 5 tools and 1 formats beside slack, email and irc; leave one of the two away"},
		"folder in use": {full, Options{}, "simulate: " + full + " is not empty; choose an empty or a new folder"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Write(context.Background(), c.dir, c.o)
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestWriteStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Write(ctx, t.TempDir(), Options{End: testEnd}); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("error %v, want a cancelled context", err)
	}
}

// Four times the weeks, at the same pace, need hardly more memory. Not parallel: it
// watches the whole heap.
func TestMemoryStaysFlat(t *testing.T) {
	short, long := peakHeap(t, 6), peakHeap(t, 24)
	if long > short+short/2+(6<<20) {
		t.Errorf("the heap peaks at %d MB for 6 weeks and %d MB for 24", short>>20, long>>20)
	}
}

func peakHeap(t *testing.T, weeks int) uint64 {
	t.Helper()
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapAlloc))
			}
		}
	}()
	_, err := Write(context.Background(), t.TempDir(), Options{Seed: 1, People: 60, Weeks: weeks, MessagesPerPersonWeek: 250, End: testEnd})
	close(done)
	<-stopped
	if err != nil {
		t.Fatal(err)
	}
	return peak.Load()
}

func BenchmarkWrite(b *testing.B) {
	for _, tools := range []int{2, 3, 6} {
		b.Run(toolSlug(tools-1), func(b *testing.B) {
			n := 0
			for b.Loop() {
				s, err := Write(context.Background(), b.TempDir(), Options{Seed: 1, Tools: tools, Messages: 500_000, End: testEnd})
				if err != nil {
					b.Fatal(err)
				}
				for _, x := range s.Tools {
					n += x.Messages
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

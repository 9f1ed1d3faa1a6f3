package irc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// write puts one file into a folder of its own.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLocate(t *testing.T) {
	t.Parallel()
	const channel, direct = record.ConversationChannel, record.ConversationDirect
	tests := []struct {
		name  string
		files map[string]string // path → head
		want  map[string]place
	}{
		{"ZNC", map[string]string{"ana/libera/#Go/2019-10-03.log": "", "ana/libera/bo/2019-10-03.log": ""}, map[string]place{
			"ana/libera/#Go/2019-10-03.log": {"libera", "#go", channel, date{2019, 10, 3}},
			"ana/libera/bo/2019-10-03.log":  {"libera", "bo", direct, date{2019, 10, 3}}}},
		{"older ZNC", map[string]string{"ana_libera_#go_20191003.log": ""}, map[string]place{
			"ana_libera_#go_20191003.log": {"libera", "#go", channel, date{2019, 10, 3}}}},
		{"irssi", map[string]string{"libera/#go.log": "", "libera/bo.log": "", "oftc/&local.log.gz": ""}, map[string]place{
			"libera/#go.log":     {"libera", "#go", channel, date{}},
			"libera/bo.log":      {"libera", "bo", direct, date{}},
			"oftc/&local.log.gz": {"oftc", "&local", channel, date{}}}},
		{"WeeChat", map[string]string{"irc.libera.#go.weechatlog": "", "irc.libera.bo.weechatlog": ""}, map[string]place{
			"irc.libera.#go.weechatlog": {"libera", "#go", channel, date{}},
			"irc.libera.bo.weechatlog":  {"libera", "bo", direct, date{}}}},
		{"folders without #", map[string]string{"css/20120116.log": "", "css/20120117.log": ""}, map[string]place{
			"css/20120116.log": {"", "#css", channel, date{2012, 1, 16}},
			"css/20120117.log": {"", "#css", channel, date{2012, 1, 17}}}},
		{"month folders", map[string]string{"2019-10/03.txt": "2019-10-03T15:14:04  *** a <a!b@c> has joined #LTSP\n", "2019-10/04.txt": ""}, map[string]place{
			"2019-10/03.txt": {"", "#ltsp", channel, date{2019, 10, 3}},
			"2019-10/04.txt": {"", "#ltsp", channel, date{2019, 10, 4}}}},
		{"year and month folders", map[string]string{"#go/2019/10/03.log": ""}, map[string]place{
			"#go/2019/10/03.log": {"", "#go", channel, date{2019, 10, 3}}}},
		{"a month in the name", map[string]string{"#go.2019-10.log": ""}, map[string]place{
			"#go.2019-10.log": {"", "#go", channel, date{2019, 10, 0}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			for name, head := range test.files {
				p := filepath.Join(root, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, []byte(head), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			tree, err := collectors.OpenTree(root, collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			if diff := cmp.Diff(test.want, locate(tree), cmp.AllowUnexported(place{}, date{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	r := read(t, "irc.libera.Bo.weechatlog", "2019-10-03 12:00:00\tbo\thi\n2019-10-03 12:00:02\tana\thi\n", "")
	var got [][2]string
	for _, m := range r.Messages {
		if m.Conversation.Kind != record.ConversationDirect || m.Conversation.Key != "bo" || m.Workspace != "libera" || len(m.Recipients) != 1 {
			t.Fatalf("a query gives %+v", m)
		}
		got = append(got, [2]string{m.Sender.Value, m.Recipients[0].Value})
	}
	if diff := cmp.Diff([][2]string{{"bo", "ana"}, {"ana", "bo"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBridge(t *testing.T) {
	t.Parallel()
	text := "12:00 <+Bridge> [net] <Real Name> four\n12:01 < bridge> <\x0304Re\u200bal Name\x0f> four\n12:02 <bridge> no name\n12:03 <ana> <quoted> text\n"
	r := read(t, "#go_20191003.log", text, "{bridges: [BRIDGE], bots: [ana]}")
	real := record.AccountKey{Kind: record.KeyDisplayName, Value: "Real Name"}
	type row struct {
		key  record.AccountKey
		kind record.AccountKind
		size uint32
	}
	want := []row{{real, 0, 4}, {real, 0, 4}, {record.AccountKey{Kind: record.KeyHandle, Value: "bridge"}, record.AccountBot, 7},
		{record.AccountKey{Kind: record.KeyHandle, Value: "ana"}, record.AccountBot, 13}}
	var got []row
	for _, m := range r.Messages {
		got = append(got, row{m.Sender, m.SenderKind, m.SizeBytes})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestSlices reads a folder of days whole and one day of it alone: the day's records
// must be equal.
func TestSlices(t *testing.T) {
	t.Parallel()
	both := "2019-10-03T12:00:00  <ana> bo: hi\n2019-10-03T12:00:00  <bo> hi\n2019-10-04T12:00:00  <ana> bo: hi\n2019-10-04T12:00:01  <cy> bo, ana: hi\n"
	alone := both[len("2019-10-03T12:00:00  <ana> bo: hi\n2019-10-03T12:00:00  <bo> hi\n"):]
	whole, part := brief(read(t, "#go.log", both, "")), brief(read(t, "#go.log", alone, ""))
	if diff := cmp.Diff(whole[2:], part); diff != "" {
		t.Errorf("a day of a log differs from the same day alone:\n%s", diff)
	}
}

func TestRecognise(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text string
		want             collectors.Certainty
	}{
		{"mIRC", "a.log", "Session Start: Thu Oct 03 22:00:00 2019\nSession Ident: #go\n[23:59] <ana> hi\n", collectors.Certain},
		{"ZNC", "a.log", "[12:00:01] <ana> hi\n[12:00:02] *** Joins: bo (b@h)\n", collectors.Likely},
		{"WhatsApp", "a.txt", "[03/10/2019, 12:00:01] Ana: hi\n[03/10/2019, 12:00:02] Bo: hi\n", collectors.No},
		{"syslog", "a.log", "Oct  3 12:00:01 dnsmasq[1]: query\nOct  3 12:00:02 dnsmasq[1]: reply\n", collectors.No},
		{"CSV", "a.csv", "time,from\n2019-10-03 12:00:01,ana\n", collectors.No},
		{"empty", "a.log", "", collectors.No},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tree, err := collectors.OpenTree(write(t, test.file, test.text), collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			claim, err := New().Recognise(tree)
			if err != nil || claim.Certainty != test.want {
				t.Errorf("certainty %d, %v; want %d", claim.Certainty, err, test.want)
			}
		})
	}
}

// TestClaimsOnlyItsOwn asks for a claim on every file of the reference data.
func TestClaimsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	root := collectortest.Shared(t, "fixtures")
	ours, err := filepath.Abs(filepath.Join(root, "irc"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tree, err := collectors.OpenTree(p, collectors.Limits{})
		if err != nil {
			return nil // not a whole archive: another test's matter
		}
		defer tree.Close()
		claim, err := New().Recognise(tree)
		abs, _ := filepath.Abs(p)
		inside, _ := filepath.Match(ours+"/*", abs[:min(len(abs), len(ours)+2)])
		if err == nil && inside != (claim.Certainty > collectors.No) {
			t.Errorf("%s: certainty %d", p, claim.Certainty)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bzipped is an mbox of three messages behind bzip2, for which there is no writer.
const bzipped = "QlpoOTFBWSZTWQ+hebQAAHDfgEAQQA9xNUUiBAAyx91QMADYBhkYE0wJkMTRgYZGBNMCZDE0YCKKZT0SekyGJkxPTU3qlnRl3tHN6DLV2NNzBi7WjV3vhs5OA+GHFq0YBsDQYdzKWGNg0C8RIMrNBkeTi5OjWv1DxHJs5vYa7LdX5Q5OQywMOI6twaD3Hgy/jqh5fTLq3fQOT5B4uoN1eo4AwIdGRu6DiMA5vcHm2bDcZB5sODtZB4P+LuSKcKEgH0LzaA=="

// refused is an input of which nothing may be kept.
type refused struct {
	path string
	args []string
	code int // 0 is exitFailed
	says string
}

// check imports it. When reading began, everything is looked at afterwards; otherwise the
// warehouse was not even opened, and whoever calls looks once in the end.
func (r refused) check(t *testing.T, h *held, before string) {
	t.Helper()
	args := append([]string{"--data", h.data, "import"}, r.args...)
	if r.path != "" {
		args = append(args, r.path)
	}
	want := max(r.code, exitFailed)
	code, stdout, stderr := crosstalk(t, args...)
	if code != want || stdout != "" {
		t.Errorf("exit %d, want %d; %q", code, want, stdout)
	}
	sentence(t, stderr, r.says)
	if strings.Contains(stderr, "crosstalk: reading ") {
		h.unchanged(t, before)
	}
}

// TestBadArchives imports archives that are cut off, damaged, bombs, locked or empty, and files of no
// known tool. Each is refused whole, in one sentence.
func TestBadArchives(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	before := h.face(t)
	mails, slack := mbox(300), slackExport(nil)
	const again = "damaged or was cut off, and nothing of it was kept: get it again"
	bz, err := base64.StdEncoding.DecodeString(bzipped)
	if err != nil {
		t.Fatal(err)
	}
	damagedZip := zipped(t, slack)
	for i := range 40 {
		damagedZip[len(damagedZip)/2+i] ^= 0x5a
	}
	locked := bytes.Clone(zipped(t, slack))
	locked[6] |= 1
	for rest := locked; ; {
		i := bytes.Index(rest, []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		rest[i+8] |= 1
		rest = rest[i+4:]
	}
	var rows strings.Builder
	rows.WriteString(tableHeader)
	for i := range 2000 {
		fmt.Fprintf(&rows, "%d%s,2026-03-02T09:00:00Z,ana@heron.example,ben@heron.example,\n", i, noise(i, 20))
	}
	var log strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&log, "2026-03-02 09:%02d:00 <ana> %s%d\n", i%60, plover, i)
	}
	mapped := []string{"--mapping", put(t, "m.yaml", []byte(mapping))}

	cases := map[string]refused{
		"a file that is not there":        {path: filepath.Join(t.TempDir(), "gone.zip"), says: "gone.zip: no such file or directory"},
		"a table behind gzip, cut":        {path: put(t, "t.csv.gz", cut(packed(t, []byte(rows.String()), byGzip), 80)), args: mapped, says: again},
		"a log behind gzip, cut":          {path: put(t, "irc.log.gz", cut(packed(t, []byte(log.String()), byGzip), 80)), says: again},
		"mail behind bzip2, cut":          {path: put(t, "m.mbox.bz2", cut(bz, 70)), says: "m.mbox.bz2 is " + again},
		"mail behind gzip, damaged":       {path: put(t, "m.mbox.gz", flipped(packed(t, mails, byGzip))), says: "m.mbox.gz is " + again},
		"a first few bytes of gzip":       {path: put(t, "m.gz", packed(t, mails, byGzip)[:5]), says: again},
		"a ZIP with a damaged day":        {path: put(t, "s.zip", damagedZip), says: "s.zip is " + again},
		"a ZIP with a password":           {path: put(t, "s.zip", locked), says: "s.zip: the archive is protected by a password; unpack it first and import the folder"},
		"a ZIP that says it is a bomb":    {path: put(t, "bomb.zip", boastful(t, slack)), says: "bomb.zip unpacks to far more than it should, and nothing of it was kept: if it is genuine, unpack it"},
		"mail behind gzip that is a bomb": {path: put(t, "bomb.mbox.gz", bomb(t)), says: "bomb.mbox.gz unpacks to far more than it should"},
		"nothing but climbing paths":      {path: put(t, "x.zip", zipped(t, map[string]string{"../../evil.json": "[]", "/etc/evil": "x"})), says: "x.zip holds nothing but paths that climb out of it"},
		"an empty file":                   {path: put(t, "m.mbox", nil), says: "m.mbox is empty: export it again"},
		"an empty file behind gzip":       {path: put(t, "m.mbox.gz", packed(t, nil, byGzip)), says: "m.mbox.gz is empty"},
		"an empty ZIP":                    {path: put(t, "s.zip", zipped(t, nil)), says: "s.zip is empty"},
		"an empty folder":                 {path: t.TempDir(), says: "is empty: export it again"},
		"a file of no known tool":         {path: put(t, "notes.txt", []byte(plover)), says: "notes.txt is not recognised; tried " + strings.Join(collectorNames(), ", ") + "; use --collector or a table mapping"},
		"a binary file":                   {path: put(t, "x.bin", bytes.Repeat([]byte{0, 1, 254, 255}, 5000)), says: "x.bin is not recognised; tried "},
		"a table without a mapping":       {path: put(t, "t.csv", []byte("when,who\n2026-03-02,"+plover+"\n")), says: "use --collector or a table mapping (its columns: when, who)"},
		"a folder of no known tool":       {path: putAll(t, map[string]string{"a.txt": plover, "b/c.bin": "\x00\xff"}), says: "export is not recognised; tried "},
		"a file name that rings":          {path: put(t, "\x1b[31m\a.txt", []byte(plover)), says: "\uFFFD[31m\uFFFD.txt is not recognised"},
		"a damaged file in a folder, with a directory": {path: putAll(t, map[string]string{
			"directory.csv": "person,name,email,department,team\n1,Ana,ana@heron.example,A,B\n", "good.mbox": string(mails),
			"bad.mbox.gz": string(cut(packed(t, mails, byGzip), 90))}), says: again},
		"a directory of nobody":                {path: put(t, "d.csv", []byte("person,name,email,department,team\n")), says: "no row names a person, and nothing was changed"},
		"a directory with a quote left open":   {path: put(t, "d.csv", []byte("person,name,email,department,team\n1,\"Ana,a@h.example,A,B\n2,Ben,b@h.example,A,B\n")), says: "row 1: a quote is opened and not closed"},
		"a directory behind a cut compression": {path: put(t, "d.csv", cut(packed(t, []byte("person,name,email,department,team\n"+strings.ReplaceAll(noise(1, 30000), "z", "\n")), byGzip), 60)), says: "damaged or was cut off"},
	}
	for _, part := range []int{10, 50, 95} {
		for name, content := range map[string][]byte{
			"s.zip": zipped(t, slack), "s.tar": tarred(t, slack), "s.tar.gz": packed(t, tarred(t, slack), byGzip), "s.tar.xz": packed(t, tarred(t, slack), byXZ),
			"m.mbox.gz": packed(t, mails, byGzip), "m.mbox.xz": packed(t, mails, byXZ),
		} {
			cases[fmt.Sprintf("%d %% of %s", part, name)] = refused{path: put(t, name, cut(content, part)), says: "get it again"}
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { c.check(t, h, before) })
	}
	h.unchanged(t, before)
	t.Run("whole ones are read afterwards", func(t *testing.T) {
		for path, messages := range map[string]uint64{put(t, "s.zip", zipped(t, slack)): 100, put(t, "m.mbox.gz", packed(t, mails, byGzip)): 300, put(t, "b.mbox.bz2", bz): 3} {
			if c := total(imported(t, h.data, path)); c.Messages != messages || c.Duplicates+c.Rejected != 0 {
				t.Errorf("%s: %d messages, %d known, %d rejected; want %d new ones", filepath.Base(path), c.Messages, c.Duplicates, c.Rejected, messages)
			}
		}
	})
}

// flipped has one byte in its middle changed.
func flipped(content []byte) []byte {
	content[len(content)/2] ^= 0xff
	return content
}

// boastful is a ZIP of which one file claims to unpack to eight gigabytes.
func boastful(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.Copy(firstOf(t, zipped(t, files))); err != nil {
		t.Fatal(err)
	}
	f, err := w.CreateRaw(&zip.FileHeader{Name: "general/2026-03-03.json", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: 8 << 30})
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte{1, 2, 3, 4})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func firstOf(t *testing.T, archive []byte) *zip.File {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	return r.File[0]
}

// bomb is one message of more than a gigabyte of blanks, behind gzip in many parts.
func bomb(t *testing.T) []byte {
	t.Helper()
	part := packed(t, bytes.Repeat([]byte(" "), 32<<20), byGzip)
	return append(packed(t, []byte(letter("bomb", dated)), byGzip), bytes.Repeat(part, 36)...)
}

// TestGigabyteLines imports lines without end. They are counted and passed over, what stands
// beside them is read, and memory stays small.
func TestGigabyteLines(t *testing.T) {
	t.Parallel()
	data := folder(t)
	mapped := []string{"--mapping", put(t, "m.yaml", []byte(mapping))}
	const row, good = "1,2026-03-02T09:00:00Z,ana@heron.example,ben@heron.example,\n", "\n2,2026-03-02T09:01:00Z,ana@heron.example,ben@heron.example,\n"
	for name, c := range map[string]struct {
		file        string
		head, tail  string
		args        []string
		code        int
		says, holds string
	}{
		"a header of a mail":   {"m.mbox", "From a@h.example Mon Mar  2 09:00:00 2026\nFrom: a@h.example\nSubject: ", "\n\nx\n\n" + letter("one", dated), nil, exitRejects, "1 rejected: header_too_long", "email"},
		"a line of a log":      {"irc.log", "2026-03-02 09:00:00 <ana> hello\n2026-03-02 09:01:00 <ben> ", "\n2026-03-02 09:02:00 <ana> bye\n", nil, exitRejects, "1 rejected: line_too_long", "irc"},
		"a cell of a table":    {"t.csv", tableHeader + row + "3,\"", good, mapped, exitRejects, "1 rejected: ", "huddleboard"},
		"a time of a Slack":    {"general/2026-03-02.json", `[` + post("U0AAAAAA1", monday, "") + `,{"type":"message","user":"U0AAAAAA1","ts":"`, `"}]`, nil, exitRejects, "1 rejected: bad_time", "slack"},
		"a row of a directory": {"directory.csv", "person,name,email,department,team\n1,", ",ana@heron.example,A,B\n", nil, exitFailed, "a line is longer than 1 MiB, which no row of a directory is: export it again", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := sparse(t, c.file, c.head, c.tail)
			if c.holds == "slack" {
				root := filepath.Dir(filepath.Dir(path))
				for list, content := range slackExport(map[string]string{"general/2026-03-02.json": ""}) {
					if err := os.WriteFile(filepath.Join(root, list), []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				path = root
			}
			var said strings.Builder
			cmd := program(append(append([]string{"--data", data, "import"}, c.args...), path)...)
			cmd.Stderr = &said
			most := runMeasured(t, cmd)
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(said.String(), c.says) {
				t.Errorf("exit %d, want %d: %s", code, c.code, said.String())
			}
			if most > 200 {
				t.Errorf("it took %d MB", most)
			}
			if c.holds == "" {
				return
			}
			if n := number(t, data, "SELECT count() FROM message FINAL WHERE tool = '"+c.holds+"'"); n == 0 {
				t.Error("what stands beside the line was not read")
			}
		})
	}
}

// runMeasured runs a program and gives the most memory that it had, in MiB, as its own address space tells it: what the system tells of a
// process that has ended counts the memory of the one that began it.
func runMeasured(t *testing.T, cmd *exec.Cmd) int64 {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	most := int64(0)
	for {
		if kib, ok := peakOf(cmd.Process.Pid); ok {
			most = kib >> 10
		}
		select {
		case <-ended:
			return most
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// peakOf is the largest resident memory that a process has had so far, in KiB.
func peakOf(pid int) (kib int64, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, peak, found := strings.Cut(string(status), "VmHWM:")
	if !found {
		return 0, false
	}
	_, err = fmt.Sscanf(peak, "%d", &kib)
	return kib, err == nil
}

// sparse is a file with a gigabyte of nothing in it, which takes no room on a disk.
func sparse(t *testing.T, name, head, tail string) string {
	t.Helper()
	path := put(t, name, []byte(head))
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(tail), int64(len(head))+1<<30); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBadArchivesAmongOthers imports a folder with archives that cannot be opened: each is rejected with its reason, and the
// rest is read.
func TestBadArchivesAmongOthers(t *testing.T) {
	t.Parallel()
	data := folder(t)
	locked := zipped(t, slackExport(nil))
	locked[6] |= 1
	for rest := locked; ; {
		i := bytes.Index(rest, []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		rest[i+8] |= 1
		rest = rest[i+4:]
	}
	path := putAll(t, map[string]string{
		"good.mbox": string(mbox(7)), "in/locked.zip": string(locked), "bomb.zip": string(boastful(t, slackExport(nil))),
		"cut.zip": string(cut(zipped(t, slackExport(nil)), 50)), "cut.tar.gz": string(cut(packed(t, tarred(t, slackExport(nil)), byGzip), 50)),
	})
	code, _, stderr := crosstalk(t, "--data", data, "import", path)
	if code != exitRejects {
		t.Errorf("exit %d: %s", code, stderr)
	}
	for _, says := range []string{"protected by a password, unpack it first: in/locked.zip", "unpacks to far more than it should: bomb.zip", "damaged or cut off: cut.zip", "damaged or cut off: cut.tar.gz",
		"1 rejected: encrypted_archive", "1 rejected: archive_bomb", "2 rejected: damaged_archive"} {
		if strings.Count(stderr, says) != 1 {
			t.Errorf("it does not say %q once: %s", says, stderr)
		}
	}
	if n := number(t, data, "SELECT count() FROM message FINAL"); n != 7 {
		t.Errorf("%d messages, want 7", n)
	}
	if n := number(t, data, "SELECT count() FROM reject"); n != 4 {
		t.Errorf("%d rejects, want 4", n)
	}
	t.Run("a directory beside it", func(t *testing.T) {
		beside := putAll(t, map[string]string{"locked.zip": string(locked), "directory.csv": "person,name,email,department,team\n1,Ana,ana@heron.example,A,B\n"})
		code, _, stderr := crosstalk(t, "--data", folder(t), "import", beside)
		if code != exitRejects || !strings.Contains(stderr, "protected by a password, unpack it first: locked.zip") || !strings.Contains(stderr, "1 people from the directory") {
			t.Errorf("exit %d: %s", code, stderr)
		}
	})
	t.Run("nothing else", func(t *testing.T) {
		only := putAll(t, map[string]string{"locked.zip": string(locked)})
		code, _, stderr := crosstalk(t, "--data", data, "import", only)
		if code != exitFailed {
			t.Errorf("exit %d", code)
		}
		sentence(t, stderr, "locked.zip: the archive is protected by a password; unpack it first and import the folder")
	})
}

// TestBadDrops drops files that cannot be read: each is put aside with its reason, and what is good is read.
func TestBadDrops(t *testing.T) {
	t.Parallel()
	drop := t.TempDir()
	p := newPlace(t, "workspaces:\n  - collector: any\n    workspace: heron\n    path: "+drop+"\n")
	bad := map[string]struct {
		content []byte
		says    string
	}{
		"notes.txt":     {[]byte(plover), "not recognised; tried " + strings.Join(collectorNames(), ", ") + "; name the collector of this folder in crosstalk.yaml, or write a table mapping"},
		"cut.mbox.gz":   {cut(packed(t, mbox(300), byGzip), 50), "it is damaged or was cut off: export it again"},
		"cut.tar":       {cut(tarred(t, slackExport(nil)), 50), "it is damaged or was cut off: export it again"},
		"bomb.zip":      {boastful(t, slackExport(nil)), "it unpacks to far more than it should"},
		"directory.csv": {[]byte("person,name,email,department,team\n"), "run crosstalk import on it to see why"},
	}
	for name, c := range bad {
		p.write(filepath.Join(drop, name), string(c.content))
	}
	p.write(filepath.Join(drop, "good.mbox"), string(mbox(7)))
	p.write(filepath.Join(drop, "empty.mbox"), "")
	if said := p.run(exitRejects, "collect", "--once"); strings.Count(said, "1 rejected: refused_file") != len(bad) {
		t.Errorf("it says %s", said)
	}
	p.expect("email heron 7")
	if !exists(filepath.Join(drop, "empty.mbox")) {
		t.Error("an empty file, which somebody may be about to write, was moved")
	}
	for name, c := range bad {
		reason, err := os.ReadFile(filepath.Join(drop, "failed", name+".reason.txt"))
		if err != nil || !strings.Contains(string(reason), c.says) || strings.Count(string(reason), "\n") != 1 {
			t.Errorf("%s: its reason is %q (%v); want %q", name, reason, err, c.says)
		}
	}
}

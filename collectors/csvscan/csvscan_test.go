package csvscan

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// read gives the rows of a table as `id,name,size of body`, faults as `!reason`, and its end.
func read(src io.Reader) (rows []string, verdict string) {
	r := New([]string{"id", "name|full name"}, []string{"body"})
	r.Reset(src)
	for r.Next() {
		if r.Fault() != "" {
			rows = append(rows, "!"+r.Fault())
			continue
		}
		rows = append(rows, fmt.Sprintf("%d:%s,%s,%d", r.Record(), r.Text(0), r.Text(1), r.Size(0)))
	}
	reason, err := r.Verdict()
	if err != nil {
		reason = "error: " + err.Error()
	}
	return rows, reason
}

func TestRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, table, want, verdict string
	}{
		{"plain", "id,name,body\n1,ada,four\n2,bo,\n", "1:1,ada,4 2:2,bo,0", ""},
		{"any order and further columns", "x,body,y,ID\n0,abc,0,1\n", "1:1,,3", ""},
		{"alternative names", " Full Name ,id\nada,1\n", "1:1,ada,0", ""},
		{"quotes", "\"id\",\"name\",\"body\"\n\"1\",\"a, \"\"b\"\"\",\"x\ny\"\"z\"\n", `1:1,a, "b",5`, ""},
		{"every line end", "id,name\r\n1,a\r2,b\n\r\n3,c", "1:1,a,0 2:2,b,0 3:3,c,0", ""},
		{"byte order mark", "\xef\xbb\xbfid,name\n1,a\n", "1:1,a,0", ""},
		{"UTF-16", "\xff\xfei\x00d\x00;\x00n\x00a\x00m\x00e\x00\n\x001\x00;\x00\xf8\x00\n\x00", "1:1,ø,0", ""},
		{"Windows-1252", "id,name\n1,J\xf8rg \x80\n", "1:1,Jørg €,0", ""},
		{"semicolons", "id;name;body\n1;a,b;c\n", "1:1,a,b,1", ""},
		{"tabs", "id\tname\n1\ta\n", "1:1,a,0", ""},
		{"short row", "id,name,body\n1\n2,b,c\n", "1:1,,0 2:2,b,1", ""},
		{"empty cells beyond the header", "id,name\n1,a,,\n", "1:1,a,0", ""},
		{"cells beyond the header", "id,name\n1,a,b\n2,c\n", "!too_many_cells 2:2,c,0", ""},
		{"text after a closing quote", "id,name\n\"1\"x,a\n", "1:1x,a,0", ""},
		{"blank lines before the header", "\n\nid,name\n1,a\n", "1:1,a,0", ""},
		{"ends inside quotes", "id,name\n1,a\n2,\"b", "1:1,a,0", "truncated_file"},
		{"ends inside a row", "id,name,body\n1,a,b\n2,c", "1:1,a,1", "truncated_file"},
		{"ends without a line end", "id,name,body\n1,a,b", "1:1,a,1", ""},
		{"nothing", "", "", ""},
		{"header only", "id,name\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, src := range []io.Reader{strings.NewReader(c.table), iotest.OneByteReader(strings.NewReader(c.table))} {
				rows, verdict := read(src)
				if got := strings.Join(rows, " "); got != c.want || verdict != c.verdict {
					t.Errorf("%q %q; want %q %q", got, verdict, c.want, c.verdict)
				}
			}
		})
	}
}

func TestMissingColumns(t *testing.T) {
	t.Parallel()
	r := New([]string{"id", "sender|author", "absent"}, nil)
	r.Reset(strings.NewReader("author,id\n"))
	if !r.Has(0) || !r.Has(1) || r.Has(2) {
		t.Error("columns are not told apart")
	}
	r.Reset(strings.NewReader("")) // a reader is used for one file after the other
	if r.Has(0) {
		t.Error("an empty table has a column")
	}
}

func TestReadersError(t *testing.T) {
	t.Parallel()
	rows, verdict := read(io.MultiReader(strings.NewReader("id,name\n1,a\n2,"), iotest.ErrReader(errors.New("disk"))))
	if strings.Join(rows, " ") != "1:1,a,0" || verdict != "error: disk" {
		t.Errorf("%q %q", rows, verdict)
	}
}

// repeated gives the same bytes n times.
type repeated struct {
	of byte
	n  int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.n)
	for i := range p[:n] {
		p[i] = r.of
	}
	r.n -= n
	return n, nil
}

// A cell of half a gigabyte is measured, or counts as missing, and is not held.
func TestHugeCells(t *testing.T) {
	t.Parallel()
	const huge = 512 << 20
	src := io.MultiReader(strings.NewReader("id,name,body\n1,a,\""), &repeated{'x', huge}, strings.NewReader("\"\n2,"), &repeated{'y', MaxCell + 1}, strings.NewReader(",c\n"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows, verdict := read(src)
	runtime.ReadMemStats(&after)
	if want := []string{fmt.Sprintf("1:1,a,%d", huge), "2:2,,1"}; !slices.Equal(rows, want) || verdict != "" {
		t.Errorf("%q %q; want %q", rows, verdict, want)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for head, want := range map[string][]string{
		"a, \"b\"\"\" ,c\n1,2": {"a", `"b"""`, "c"},
		"\"a,b\";c":            {"a,b", "c"},
		"a,\"b":                nil,
	} {
		if got := Header([]byte(head)); !slices.Equal(got, want) {
			t.Errorf("%q: %q; want %q", head, got, want)
		}
	}
}

// What encoding/csv writes is read as it was.
func FuzzAgainstEncodingCSV(f *testing.F) {
	f.Add("1", "a \"b\"", "c\nd", "2", "", ",")
	f.Fuzz(func(t *testing.T, id, name, body, id2, name2, body2 string) {
		rows := [][]string{{"id", "name", "body"}, {id, name, body}, {id2, name2, body2}}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		r := New([]string{"id", "name"}, []string{"body"})
		r.Reset(&b)
		for _, row := range rows[1:] {
			if !r.Next() {
				t.Fatalf("%q is missing", row)
			}
			for i := range 2 {
				plain := strings.TrimSpace(row[i])
				if got := string(r.Text(i)); got != plain && isASCII(plain) && len(row[i]) <= MaxCell {
					t.Fatalf("%q; want %q", got, plain)
				}
			}
			if r.Size(0) != len(row[2]) {
				t.Fatalf("size %d; want %d", r.Size(0), len(row[2]))
			}
		}
	})
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 126 }) }

// Whatever is read ends, and holds no more rows than it has line ends.
func FuzzRows(f *testing.F) {
	f.Add([]byte("id,name,body\r\n1,\"a\"\"\n\",b\r\n"))
	f.Add([]byte("\xff\xfei\x00d\x00"))
	f.Add([]byte("id;name\n\"\"\"\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		rows, _ := read(bytes.NewReader(table))
		if most := 1 + bytes.Count(table, []byte{'\n'}) + bytes.Count(table, []byte{'\r'}); len(rows) > most {
			t.Fatalf("%d rows of %d lines", len(rows), most)
		}
		slow, _ := read(iotest.HalfReader(bytes.NewReader(table)))
		if !slices.Equal(rows, slow) {
			t.Fatalf("%q; read by pieces %q", rows, slow)
		}
	})
}

func table() []byte {
	var b bytes.Buffer
	b.WriteString("id,a,b,name,body,c,created_at\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "%d,,,Ada Lovelace,\"a text of \"\"usual\"\" length,\nover two lines, as people write them when they have time\",false,2018-08-07T08:28:50.983Z\n", i)
	}
	return b.Bytes()
}

func BenchmarkReader(b *testing.B) {
	data := table()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	r := New([]string{"id", "name", "created_at"}, []string{"body"})
	for b.Loop() {
		r.Reset(bytes.NewReader(data))
		for r.Next() {
			if len(r.Text(0)) == 0 || r.Size(0) == 0 {
				b.Fatal("a row is empty")
			}
		}
	}
}

func BenchmarkEncodingCSV(b *testing.B) {
	data := table()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(data))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func TestDrainReadsOnToTheSourcesError(t *testing.T) {
	t.Parallel()
	r := New([]string{"id"}, nil)
	if err := r.Drain(); err != nil {
		t.Errorf("before any source: %v", err)
	}
	checksum := errors.New("wrong checksum")
	for name, rows := range map[string]int{"after a row": 1, "after the last": 1 << 20} {
		long := "id\n" + strings.Repeat("17\n", 200_000)
		r.Reset(io.MultiReader(strings.NewReader(long), iotest.ErrReader(checksum)))
		for n := 0; n < rows && r.Next(); n++ {
		}
		if err := r.Drain(); !errors.Is(err, checksum) {
			t.Errorf("%s: %v; want the source's own error", name, err)
		}
	}
}

package slack

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const (
	workingGroupBytes = 40996075 // of JSON in the reference export
	workingGroupItems = 12564
)

// The whole reading of the reference export into a sink that only counts.
func BenchmarkCollect(b *testing.B) {
	path := collectortest.Shared(b, "corpora", "slack-rcwg", "r-contributors-slack-export.zip")
	collectortest.Throughput(b, New(), path, workingGroupBytes, collectors.Options{})
}

// export writes the messages of channels, so many files of n messages each, in a ZIP.
func export(b *testing.B, dir string, files, messages int) string {
	b.Helper()
	p := filepath.Join(dir, "export.zip")
	out, err := os.Create(p)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	z := zip.NewWriter(out)
	const people, days = 20_000, 100
	entry := func(name string, write func(w io.Writer)) {
		w, err := z.Create(name)
		if err != nil {
			b.Fatal(err)
		}
		write(w)
	}
	list := func(n int, format string) func(w io.Writer) {
		return func(w io.Writer) {
			for i := range n {
				fmt.Fprintf(w, "%c"+format, "[,"[min(i, 1)], i, i)
			}
			io.WriteString(w, "]")
		}
	}
	entry("users.json", list(people, `{"id":"U%07d","name":"user%d","deleted":false,"is_bot":false,"profile":{"email":"x@corp.example"}}`))
	entry("channels.json", list(max(1, files/days), `{"id":"C%07d","name":"channel%d","members":["U0000001","U0000002"]}`))
	for f := range files {
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, f%days)
		entry(fmt.Sprintf("channel%d/%s.json", f/days, day.Format(time.DateOnly)), func(w io.Writer) {
			for i := range messages {
				fmt.Fprintf(w, `%c{"type":"message","user":"U%07d","text":"words that nobody reads, <@U%07d>, and a few more","ts":"%d.%06d","reactions":[{"name":"+1","users":["U%07d"],"count":1}]}`,
					"[,"[min(i, 1)], (f+i)%people, (f+i+7)%people, day.Unix()+int64(i)%86400, i%1000000, (f+i+3)%people)
			}
			io.WriteString(w, "]")
		})
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return p
}

// One file of 300 MB, or 300,000 small ones, unpacked as they are read.
func BenchmarkResident(b *testing.B) {
	for name, c := range map[string]struct{ files, messages int }{"one large file": {1, 1_800_000}, "many files": {300_000, 6}} {
		b.Run(name, func(b *testing.B) {
			collectortest.ResidentOf(b, New(), collectors.Options{}, func(dir string) string { return export(b, dir, c.files, c.messages) })
		})
	}
}

// The yardstick: a program that only unzips and decodes the same files with
// encoding/json into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	file := collectortest.Shared(b, "corpora", "slack-rcwg", "r-contributors-slack-export.zip")
	b.SetBytes(workingGroupBytes)
	for b.Loop() {
		archive, err := zip.OpenReader(file)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range archive.File {
			if err := decodeEntry(f); err != nil {
				b.Fatal(err)
			}
		}
		archive.Close()
	}
	b.ReportMetric(float64(workingGroupItems*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func decodeEntry(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	switch base := path.Base(f.Name); {
	case base == "users.json":
		var users []struct {
			ID, Name string
			Deleted  bool
			RealName string `json:"real_name"`
			TZ       string
			IsBot    bool `json:"is_bot"`
			Profile  struct{ Email, DisplayName string }
		}
		return json.NewDecoder(r).Decode(&users)
	case base == "channels.json":
		var channels []struct {
			ID, Name string
			Members  []string
		}
		return json.NewDecoder(r).Decode(&channels)
	case isDay(base):
		var messages []struct {
			Type, Subtype, User, TS, Text, Username string
			BotID                                   string `json:"bot_id"`
			ThreadTS                                string `json:"thread_ts"`
			Edited                                  *struct{ TS string }
			Files                                   []struct{ Mode string }
			Reactions                               []struct {
				Name  string
				Users []string
				Count int
			}
		}
		return json.NewDecoder(r).Decode(&messages)
	}
	return nil
}

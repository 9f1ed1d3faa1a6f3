package slack

import (
	"archive/zip"
	"encoding/json"
	"path"
	"testing"

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
	b.SetBytes(workingGroupBytes)
	b.ReportAllocs()
	for b.Loop() {
		r := collectortest.NewRecorder()
		r.CountOnly = true
		if err := collectortest.Into(b.Context(), New(), path, collectors.Options{}, r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(workingGroupItems*b.N)/b.Elapsed().Seconds(), "messages/s")
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

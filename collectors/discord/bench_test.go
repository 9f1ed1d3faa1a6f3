package discord

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is one long exported channel, laid out as the exporter does.
func invented(w io.Writer, n int) {
	io.WriteString(w, `{
  "guild": {"id": "400000000000000001", "name": "Heron", "iconUrl": "https://cdn.example.invalid/0.png"},
  "channel": {"id": "500000000000000001", "type": "GuildTextChat", "categoryId": "0", "category": "Text", "name": "general", "topic": null},
  "dateRange": {"after": null, "before": null},
  "messages": [`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		ms := int64(1547000000000) + int64(i)*61123
		fmt.Fprintf(w, `
    {
      "id": "%d",
      "type": "Default",
      "timestamp": "%s",
      "timestampEdited": null,
      "callEndedTimestamp": null,
      "isPinned": false,
      "content": "some words that nobody reads, \"%d\" times over, and a few more",
      "author": {
        "id": "1111111111111%05d",
        "name": "ana_ruiz",
        "discriminator": "0000",
        "nickname": "Ana Ruiz",
        "color": null,
        "isBot": false,
        "avatarUrl": "https://cdn.example.invalid/avatars/111111111111111111/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.png?size=512"
      },
      "attachments": [],
      "embeds": [],
      "stickers": [],
      "reactions": [],
      "mentions": []
    }`, uint64(ms-epoch)<<22, time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999-07:00"), i, i%(9+n/2000))
	}
	io.WriteString(w, "\n  ],\n  \"messageCount\": 50000\n}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "channel.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "channel.json", collectors.Options{}, invented)
}

func BenchmarkCollectPackage(b *testing.B) {
	root := b.TempDir()
	table := collectortest.Written(packaged, benchMessages)
	if err := os.WriteFile(filepath.Join(packageFolder(b, root), "messages.csv"), table, 0o644); err != nil {
		b.Fatal(err)
	}
	collectortest.Throughput(b, New(), root, int64(len(table)), collectors.Options{})
}

func BenchmarkResidentPackage(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(dir string) string {
		collectortest.WriteLarge(b, filepath.Join(packageFolder(b, dir), "messages.csv"), packaged)
		return dir
	})
}

// packageFolder makes the folder of a channel in a package of one's own data.
func packageFolder(b *testing.B, root string) string {
	b.Helper()
	folder := filepath.Join(root, "messages", "c500000000000000001")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "channel.json"), []byte(`{"id":"500000000000000001","type":0}`), 0o644); err != nil {
		b.Fatal(err)
	}
	return folder
}

// packaged is the table of so many messages of the owner.
func packaged(w io.Writer, n int) {
	io.WriteString(w, "ID,Timestamp,Contents,Attachments\n")
	for i := range n {
		ms := int64(1547000000000) + int64(i)*61123
		fmt.Fprintf(w, "%d,%s,\"some words that nobody reads, \"\"%d\"\" times over, and a few more\",\n", uint64(ms-epoch)<<22, time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000000-07:00"), i)
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	type export struct {
		Channel  struct{ ID, Type string }
		Messages []struct {
			ID, Type, Timestamp, Content string
			Author                       struct{ ID, Name, Nickname string }
			Attachments                  []struct{ ID string }
			Mentions                     []struct{ ID string }
		}
	}
	collectortest.Unmarshal[export](b, collectortest.Written(invented, benchMessages), benchMessages)
}

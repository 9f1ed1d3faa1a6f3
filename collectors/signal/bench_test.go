package signal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is a plain export of one long conversation.
func invented() []byte {
	var b bytes.Buffer
	b.WriteString(`{"version":"1","backupTimeMs":"1717300000000"}
{"account":{"username":"ana.66","givenName":"Ana","familyName":"Ruiz"}}
{"recipient":{"id":"1","self":{}}}
{"recipient":{"id":"2","contact":{"aci":"u7u7u7u7u7u7u7u7u7u7uw==","e164":"12025550102","profileGivenName":"Ben"}}}
{"chat":{"id":"1","recipientId":"2"}}
`)
	for i := range benchMessages {
		direction := `"incoming":{"dateReceived":"1717300000000","dateServerSent":"1717300000000","read":true,"sealedSender":true}`
		if i%2 == 0 {
			direction = `"outgoing":{"sendStatus":[{"recipientId":"2","timestamp":"1717300000000","read":{"sealedSender":true}}]}`
		}
		fmt.Fprintf(&b, `{"chatItem":{"chatId":"1","authorId":"%d","dateSent":"%d",%s,"standardMessage":{"text":{"body":"some words that nobody reads, \"%d\" times over, and a few more"}}}}`+"\n",
			1+i%2, 1600000000000+int64(i)*61123, direction, i)
	}
	return b.Bytes()
}

func collect(b *testing.B, name string, document []byte) {
	path := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, document, 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		r := collectortest.NewRecorder()
		r.CountOnly = true
		if err := collectortest.Into(b.Context(), New(), path, collectors.Options{}, r); err != nil {
			b.Fatal(err)
		}
	}
	collectortest.PerSecond(b, benchMessages)
}

func BenchmarkCollect(b *testing.B) { collect(b, "main.jsonl", invented()) }

func BenchmarkCollectText(b *testing.B) {
	var text bytes.Buffer
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range benchMessages {
		fmt.Fprintf(&text, "[%s] %s: some words that nobody reads, %d times over, and a few more\n\n", at.Format("2006-01-02, 15:04"), []string{"Me", "Ben Okafor"}[i%2], i)
		at = at.Add(7 * time.Minute)
	}
	collect(b, "chat.md", text.Bytes())
}

func BenchmarkEncodingJSON(b *testing.B) {
	document := invented()
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		lines := json.NewDecoder(bytes.NewReader(document))
		for lines.More() {
			var frame struct {
				ChatItem *struct {
					ChatID, AuthorID, DateSent string
					StandardMessage            struct{ Text struct{ Body string } }
				}
			}
			if err := lines.Decode(&frame); err != nil {
				b.Fatal(err)
			}
		}
	}
	collectortest.PerSecond(b, benchMessages)
}

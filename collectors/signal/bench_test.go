package signal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is a plain export of n messages, a thousand in a conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, `{"version":"1","backupTimeMs":"1717300000000"}
{"account":{"username":"ana.66","givenName":"Ana","familyName":"Ruiz"}}
{"recipient":{"id":"1","self":{}}}
`)
	people := 1 + n/1000
	for i := range people {
		aci := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%016d", i))
		fmt.Fprintf(w, `{"recipient":{"id":"%d","contact":{"aci":"%s","e164":"1202%07d","profileGivenName":"Ben"}}}`+"\n"+`{"chat":{"id":"%[1]d","recipientId":"%[1]d"}}`+"\n", i+2, aci, 5550102+i)
	}
	for i := range n {
		with, author := 2+i%people, 1
		direction := `"outgoing":{"sendStatus":[{"recipientId":"` + strconv.Itoa(with) + `","timestamp":"1717300000000","read":{"sealedSender":true}}]}`
		if i/people%2 == 1 {
			author, direction = with, `"incoming":{"dateReceived":"1717300000000","dateServerSent":"1717300000000","read":true,"sealedSender":true}`
		}
		fmt.Fprintf(w, `{"chatItem":{"chatId":"%d","authorId":"%d","dateSent":"%d",%s,"standardMessage":{"text":{"body":"some words that nobody reads, \"%d\" times over, and a few more"}}}}`+"\n",
			with, author, 1600000000000+int64(i)*6112, direction, i)
	}
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "main.jsonl", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "main.jsonl", collectors.Options{}, invented)
}

// spoken is a chat as text, of so many messages.
func spoken(w io.Writer, n int) {
	at := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(w, "[%s] %s: some words that nobody reads, %d times over, and a few more\n\n", at.Format("2006-01-02, 15:04"), []string{"Me", "Ben Okafor"}[i%2], i)
		at = at.Add(time.Minute)
	}
}

func BenchmarkCollectText(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "chat.md", collectortest.Written(spoken, benchMessages))
}

func BenchmarkResidentText(b *testing.B) {
	collectortest.Resident(b, New(), "chat.md", collectors.Options{}, spoken)
}

func BenchmarkEncodingJSON(b *testing.B) {
	document := collectortest.Written(invented, benchMessages)
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

package skype

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is an export of one long conversation.
func invented() []byte {
	var b bytes.Buffer
	b.WriteString(`{"userId":"8:live:ana.ruiz","exportDate":"2020-07-07T10:00","conversations":[{"id":"8:live:.cid.00b2","displayName":"Ben Okafor","version":1594056032575.0,` +
		`"properties":{"conversationblocked":false},"threadProperties":null,"MessageList":[`)
	for i := range benchMessages {
		if i > 0 {
			b.WriteByte(',')
		}
		ms := int64(1594056030609) - int64(i)*60123
		from, name := "8:live:ana.ruiz", "null"
		if i%2 == 0 {
			from, name = "8:live:.cid.00b2", `"Ben Okafor"`
		}
		fmt.Fprintf(&b, `{"id":"%d","displayName":%s,"originalarrivaltime":"%s","messagetype":"RichText","version":%[1]d.0,"content":"some words that nobody reads, <b>%[4]d times<\/b> over, &amp; a few more",`+
			`"conversationid":"8:live:.cid.00b2","from":"%s","properties":null,"amsreferences":null}`, ms, name, time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z"), i, from)
	}
	b.WriteString(`]}]}`)
	return b.Bytes()
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages.json", invented())
}

func BenchmarkEncodingJSON(b *testing.B) {
	type export struct {
		UserID        string `json:"userId"`
		Conversations []struct {
			ID          string
			MessageList []struct{ ID, From, DisplayName, OriginalArrivalTime, MessageType, Content string }
		}
	}
	collectortest.Unmarshal[export](b, invented(), benchMessages)
}

package skype

import (
	"fmt"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is an export of n messages, a thousand in a conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, `{"userId":"8:live:ana.ruiz","exportDate":"2020-07-07T10:00","conversations":[`)
	for i := range n {
		other := fmt.Sprintf("8:live:.cid.%04x", 0xb2+i/1000)
		if i%1000 == 0 {
			if i > 0 {
				io.WriteString(w, "]},")
			}
			fmt.Fprintf(w, `{"id":"%s","displayName":"Ben Okafor","version":1594056032575.0,"properties":{"conversationblocked":false},"threadProperties":null,"MessageList":[`, other)
		} else {
			io.WriteString(w, ",")
		}
		ms := int64(1594056030609) - int64(i)*6012
		from, name := "8:live:ana.ruiz", "null"
		if i%2 == 0 {
			from, name = other, `"Ben Okafor"`
		}
		fmt.Fprintf(w, `{"id":"%d","displayName":%s,"originalarrivaltime":"%s","messagetype":"RichText","version":%[1]d.0,"content":"some words that nobody reads, <b>%[4]d times<\/b> over, &amp; a few more",`+
			`"conversationid":"%[6]s","from":"%[5]s","properties":null,"amsreferences":null}`, ms, name, time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z"), i, from, other)
	}
	io.WriteString(w, `]}]}`)
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "messages.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	type export struct {
		UserID        string `json:"userId"`
		Conversations []struct {
			ID          string
			MessageList []struct{ ID, From, DisplayName, OriginalArrivalTime, MessageType, Content string }
		}
	}
	collectortest.Unmarshal[export](b, collectortest.Written(invented, benchMessages), benchMessages)
}

package googlechat

import (
	"fmt"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is the messages.json of one long conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, "{\n  \"messages\": [")
	at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `
    {
      "creator": {
        "name": "Ana Ruiz",
        "email": "ana.ruiz%d@example.com",
        "user_type": "Human"
      },
      "created_date": "%s\u202f%s UTC",
      "text": "some words that nobody reads, \"%d\" times over,\nand a few more",
      "topic_id": "topic%[4]d",
      "message_id": "AAAASynth/topic%[4]d/topic%[4]d"
    }`, i%(5+n/2000), at.Format("Monday, January 2, 2006 at 3:04:05"), at.Format("PM"), i)
		at = at.Add(7 * time.Minute)
	}
	io.WriteString(w, "\n  ]\n}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "messages.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	type archive struct {
		Messages []struct {
			Creator struct{ Name, Email string }
			Created string `json:"created_date"`
			ID      string `json:"message_id"`
			Topic   string `json:"topic_id"`
			Text    string
		}
	}
	collectortest.Unmarshal[archive](b, collectortest.Written(invented, benchMessages), benchMessages)
}

package googlechat

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is the messages.json of one long conversation.
func invented() []byte {
	var b bytes.Buffer
	b.WriteString("{\n  \"messages\": [")
	at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range benchMessages {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `
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
    }`, i%5, at.Format("Monday, January 2, 2006 at 3:04:05"), at.Format("PM"), i)
		at = at.Add(7 * time.Minute)
	}
	b.WriteString("\n  ]\n}")
	return b.Bytes()
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages.json", invented())
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
	collectortest.Unmarshal[archive](b, invented(), benchMessages)
}

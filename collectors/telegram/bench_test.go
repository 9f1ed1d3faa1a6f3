package telegram

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is an export of one long chat, laid out as Telegram Desktop does.
func invented(w io.Writer, n int) {
	io.WriteString(w, "{\n \"name\": \"Heron\",\n \"type\": \"private_supergroup\",\n \"id\": 1500000001,\n \"messages\": [")
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		unix := 1717228800 + int64(i)*61
		fmt.Fprintf(w, `
  {
   "id": %d,
   "type": "message",
   "date": "%s",
   "date_unixtime": "%d",
   "from": "Ana Ruiz",
   "from_id": "user%d",
   "reply_to_message_id": %d,
   "text": "some words that nobody reads, \"%[1]d\" times over, and a few more",
   "text_entities": [
    {
     "type": "plain",
     "text": "some words that nobody reads, \"%[1]d\" times over, and a few more"
    }
   ]
  }`, i+1, time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05"), unix, 1001+i%(9+n/2000), i)
	}
	io.WriteString(w, "\n ]\n}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "result.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "result.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	type export struct {
		Name, Type string
		ID         int64
		Messages   []struct {
			ID     int64
			Type   string
			Unix   string `json:"date_unixtime"`
			FromID string `json:"from_id"`
			Reply  int64  `json:"reply_to_message_id"`
			Text   json.RawMessage
		}
	}
	collectortest.Unmarshal[export](b, collectortest.Written(invented, benchMessages), benchMessages)
}

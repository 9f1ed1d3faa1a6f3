package telegram

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
	"crosstalk/collectors/jsonscan"
)

const benchMessages = 50000

// invented is an export of one long chat, laid out as Telegram Desktop does.
func invented() []byte {
	var b bytes.Buffer
	b.WriteString("{\n \"name\": \"Heron\",\n \"type\": \"private_supergroup\",\n \"id\": 1500000001,\n \"messages\": [")
	for i := range benchMessages {
		if i > 0 {
			b.WriteByte(',')
		}
		unix := 1717228800 + int64(i)*61
		fmt.Fprintf(&b, `
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
  }`, i+1, time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05"), unix, 1001+i%9, i)
	}
	b.WriteString("\n ]\n}")
	return b.Bytes()
}

func perSecond(b *testing.B) {
	b.ReportMetric(float64(benchMessages*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkCollect(b *testing.B) {
	document := invented()
	path := filepath.Join(b.TempDir(), "result.json")
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
	perSecond(b)
}

// The yardstick: the decoder alone, which looks at every key and at nothing else.
func BenchmarkBareScan(b *testing.B) {
	document := invented()
	b.SetBytes(int64(len(document)))
	var s jsonscan.Scanner
	for b.Loop() {
		s.Reset(bytes.NewReader(document))
		walk(&s)
		if s.Err() != nil {
			b.Fatal(s.Err())
		}
	}
	perSecond(b)
}

func walk(s *jsonscan.Scanner) {
	switch s.Peek() {
	case '{':
		s.Enter('{')
		for _, ok := s.Key(); ok; _, ok = s.Key() {
			walk(s)
		}
	case '[':
		s.Enter('[')
		for s.Element() {
			walk(s)
		}
	default:
		s.Str()
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	document := invented()
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		var export struct {
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
		if err := json.Unmarshal(document, &export); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

package googlechat

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

func perSecond(b *testing.B) {
	b.ReportMetric(float64(benchMessages*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkCollect(b *testing.B) {
	document := invented()
	path := filepath.Join(b.TempDir(), "messages.json")
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
		var archive struct {
			Messages []struct {
				Creator struct{ Name, Email string }
				Created string `json:"created_date"`
				ID      string `json:"message_id"`
				Topic   string `json:"topic_id"`
				Text    string
			}
		}
		if err := json.Unmarshal(document, &archive); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

package skype

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
		var export struct {
			UserID        string `json:"userId"`
			Conversations []struct {
				ID          string
				MessageList []struct{ ID, From, DisplayName, OriginalArrivalTime, MessageType, Content string }
			}
		}
		if err := json.Unmarshal(document, &export); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

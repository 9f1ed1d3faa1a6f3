package hangouts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/jsonscan"
)

const benchMessages = 50000

// invented is an archive of one long conversation.
func invented() []byte {
	var b bytes.Buffer
	b.WriteString(`{"conversations":[{"conversation":{"conversation_id":{"id":"UgxA"},"conversation":{"id":{"id":"UgxA"},"type":"STICKY_ONE_TO_ONE","participant_data":[` +
		`{"id":{"gaia_id":"101","chat_id":"101"},"fallback_name":"Ana Ruiz"},{"id":{"gaia_id":"102","chat_id":"102"},"fallback_name":"Ben Okafor"}]}},"events":[`)
	for i := range benchMessages {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"conversation_id":{"id":"UgxA"},"sender_id":{"gaia_id":"%d","chat_id":"%[1]d"},"timestamp":"%d","self_event_state":{"user_id":{"gaia_id":"101","chat_id":"101"},"notification_level":"RING"},`+
			`"chat_message":{"message_content":{"segment":[{"type":"TEXT","text":"some words that nobody reads, %d times over, and a few more"}]}},"event_id":"7-H0Z7-%[3]d","advances_sort_timestamp":true,`+
			`"event_otr":"ON_THE_RECORD","delivery_medium":{"medium_type":"BABEL_MEDIUM"},"event_type":"REGULAR_CHAT_MESSAGE","event_version":"%[2]d"}`, 101+i%2, 1551427200000000+int64(i)*1e6, i)
	}
	b.WriteString(`]}]}`)
	return b.Bytes()
}

func perSecond(b *testing.B) {
	b.ReportMetric(float64(benchMessages*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkCollect(b *testing.B) {
	document := invented()
	path := filepath.Join(b.TempDir(), "Hangouts.json")
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
			Conversations []struct {
				Events []struct {
					ID        string `json:"event_id"`
					Timestamp string
					Sender    struct {
						Gaia string `json:"gaia_id"`
					} `json:"sender_id"`
					Message struct {
						Content struct {
							Segment []struct{ Text string }
						} `json:"message_content"`
					} `json:"chat_message"`
				}
			}
		}
		if err := json.Unmarshal(document, &archive); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

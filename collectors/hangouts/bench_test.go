package hangouts

import (
	"bytes"
	"fmt"
	"testing"

	"crosstalk/collectors/collectortest"
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

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "Hangouts.json", invented())
}

func BenchmarkEncodingJSON(b *testing.B) {
	type archive struct {
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
	collectortest.Unmarshal[archive](b, invented(), benchMessages)
}

package hangouts

import (
	"fmt"
	"io"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

const benchMessages = 50000

// invented is an archive of n messages, a thousand in a conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, `{"conversations":[`)
	for i := range n {
		if at := i / 1000; i%1000 == 0 {
			if i > 0 {
				io.WriteString(w, "]},")
			}
			fmt.Fprintf(w, `{"conversation":{"conversation_id":{"id":"UgxA%d"},"conversation":{"id":{"id":"UgxA%[1]d"},"type":"STICKY_ONE_TO_ONE","participant_data":[`+
				`{"id":{"gaia_id":"101","chat_id":"101"},"fallback_name":"Ana Ruiz"},{"id":{"gaia_id":"%d","chat_id":"%[2]d"},"fallback_name":"Ben Okafor"}]}},"events":[`, at, 102+at)
		} else {
			io.WriteString(w, ",")
		}
		who := 101
		if i%2 > 0 {
			who = 102 + i/1000
		}
		fmt.Fprintf(w, `{"conversation_id":{"id":"UgxA%d"},"sender_id":{"gaia_id":"%d","chat_id":"%[2]d"},"timestamp":"%d","self_event_state":{"user_id":{"gaia_id":"101","chat_id":"101"},"notification_level":"RING"},`+
			`"chat_message":{"message_content":{"segment":[{"type":"TEXT","text":"some words that nobody reads, %d times over, and a few more"}]}},"event_id":"7-H0Z7-%[4]d","advances_sort_timestamp":true,`+
			`"event_otr":"ON_THE_RECORD","delivery_medium":{"medium_type":"BABEL_MEDIUM"},"event_type":"REGULAR_CHAT_MESSAGE","event_version":"%[3]d"}`, i/1000, who, 1551427200000000+int64(i)*1e6%1e14, i)
	}
	io.WriteString(w, `]}]}`)
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "Hangouts.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "Hangouts.json", collectors.Options{}, invented)
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
	collectortest.Unmarshal[archive](b, collectortest.Written(invented, benchMessages), benchMessages)
}

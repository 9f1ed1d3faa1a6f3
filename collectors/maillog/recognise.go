package maillog

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
)

// format is what wrote a file.
type format int

const (
	formatUnknown  format = iota
	formatEmpty           //
	formatTrace           // a row for each recipient
	formatSummary         // a row for each message
	formatEvents          // a row for each event: the extended report, a tracking log as CSV
	formatTracking        // a tracking log as the server writes it
	formatJSON            // objects of a message trace
	formatPostfix         //
	formatExim            //
)

var formatNames = [...]string{"", "", "message trace", "message trace report", "message tracking events", "Exchange message tracking log",
	"message trace", "Postfix log", "Exim log"}

const headSize = 16 << 10 // bytes of a file that decide its format

// Recognise claims a tree of which every file looked at is a mail server's log.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	files := slices.DeleteFunc(slices.Clone(t.Files()), collectors.IsNote)
	found := formatUnknown
	for file := range collectors.Spread(files) {
		head, err := t.Head(file.Path, headSize)
		if err != nil {
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		}
		switch f := formatOf(head); f {
		case formatUnknown:
			return collectors.Claim{}, nil
		case formatEmpty:
		default:
			found = max(found, f)
		}
	}
	if found == formatUnknown {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: formatNames[found]}, nil
}

// formatOf tells a file's format by its beginning.
func formatOf(head []byte) format {
	text := plain(head)
	trimmed := bytes.TrimSpace(text)
	switch {
	case len(trimmed) == 0:
		return formatEmpty
	case bytes.HasPrefix(trimmed, []byte("#Software:")), bytes.HasPrefix(trimmed, []byte("#Fields:")):
		return trackingFormat(trimmed)
	case trimmed[0] == '{', trimmed[0] == '[':
		return jsonFormat(trimmed)
	}
	if f := tableFormat(head); f != formatUnknown {
		return f
	}
	return lineFormat(text)
}

// plain is a head in UTF-8.
func plain(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		if text, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), head[:len(head)&^1]); err == nil {
			return text
		}
	}
	return bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
}

func trackingFormat(head []byte) format {
	_, fields, ok := bytes.Cut(head, []byte("#Fields:"))
	line, _, _ := bytes.Cut(fields, []byte("\n"))
	names := strings.Split(strings.TrimSpace(string(line)), ",")
	if ok && slices.Contains(names, "message-id") && slices.Contains(names, "event-id") && slices.Contains(names, "date-time") {
		return formatTracking
	}
	return formatUnknown
}

func jsonFormat(head []byte) format {
	lower := bytes.ToLower(head)
	for _, key := range []string{`"messageid"`, `"recipientaddress"`, `"senderaddress"`, `"status"`} {
		if !bytes.Contains(lower, []byte(key)) {
			return formatUnknown
		}
	}
	return formatJSON
}

// tableFormat tells by the names of the columns, with regard to nothing but letters.
func tableFormat(head []byte) format {
	names := map[string]bool{}
	for _, name := range csvscan.Header(withoutType(head)) {
		names[strings.ToLower(strings.TrimSpace(name))] = true
	}
	has := func(wanted ...string) bool {
		for _, alternatives := range wanted {
			if !slices.ContainsFunc(strings.Split(alternatives, "|"), func(n string) bool { return names[n] }) {
				return false
			}
		}
		return true
	}
	switch {
	case has("date_time_utc|date-time|date_time|timestamp", "event_id|event-id|eventid", "message_id|message-id|messageid"):
		return formatEvents
	case has("origin_timestamp_utc|origin_timestamp", "sender_address", "recipient_status"):
		return formatSummary
	case has("received|receiveddatetime", "senderaddress|sender_address", "recipientaddress|recipient_address", "messageid|messagetraceid"):
		return formatTrace
	}
	return formatUnknown
}

// withoutType cuts off the line in which PowerShell names the type of what it exported.
func withoutType(head []byte) []byte {
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if !bytes.HasPrefix(text, []byte("#TYPE ")) {
		return head
	}
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	return rest
}

// lineFormat tells by the lines: nine in ten begin with a time, and one at least is of mail.
func lineFormat(head []byte) format {
	var lines, timed, postfix, exim int
	for line := range bytes.Lines(head) {
		if line[len(line)-1] != '\n' && lines > 0 {
			break // cut short
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			continue
		}
		lines++
		clock := logscan.Clock{Year: 2000, Location: time.UTC}
		_, rest, reason := clock.Cut(line)
		if reason == logscan.BadTime {
			continue
		}
		timed++
		if _, _, ok := eximLine(rest); ok {
			exim++
		} else if _, ok := postfixLine(rest); ok {
			postfix++
		}
	}
	switch {
	case timed*10 < lines*9:
	case exim*2 > lines:
		return formatExim
	case postfix > 0 && exim == 0:
		return formatPostfix
	}
	return formatUnknown
}

package imessage

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// The numbers of associated_message_type: what a row is to the message it names.
const (
	stickerPlaced  = 1000
	firstReaction  = 2000
	firstRemoval   = 3000
	behindRemovals = 4000
)

// kindOf tells messages, reactions and notices apart. That a reaction was taken back is a notice.
func kindOf(row *sqlite.Row) record.Kind {
	what := row.Int(colTargetType)
	switch {
	case what == stickerPlaced, what >= firstReaction && what < firstRemoval:
		return record.KindReaction
	case what >= firstRemoval && what < behindRemovals, row.Int(colItem) != 0, row.Int(colSystem) == 1:
		return record.KindSystem
	}
	return record.KindMessage
}

// targetOf takes the guid out of "p:0/guid" and "bp:guid".
func targetOf(target string) string {
	if rest, ok := strings.CutPrefix(target, "bp:"); ok {
		return rest
	}
	if strings.HasPrefix(target, "p:") {
		_, target, _ = strings.Cut(target, "/")
	}
	return target
}

// instant reads a time of Apple's: since 2001, in seconds, or in nanoseconds where newer systems
// wrote it. Zero is no time.
func instant(v int64) (time.Time, record.Precision) {
	const apple = 978307200 // 2001-01-01 in seconds of Unix
	const mostSeconds = 1e11
	switch {
	case v == 0:
		return time.Time{}, record.PrecisionSecond
	case v > mostSeconds || v < -mostSeconds:
		return time.Unix(apple+v/1e9, v%1e9), record.PrecisionMillisecond
	}
	return time.Unix(apple+v, 0), record.PrecisionSecond
}

const bodyHead = 512 // bytes of a formatted text in which its length stands

// bodySize is the size of a formatted text. It is an archive of objects, of which the first string
// is the text: its class, a few marks, "+", and its length.
func bodySize(head []byte) int64 {
	const class = "NSString"
	at := bytes.Index(head, []byte(class))
	if at < 0 {
		return 0
	}
	rest := head[at+len(class):]
	_, length, ok := bytes.Cut(rest[:min(len(rest), 24)], []byte("+"))
	switch {
	case !ok || len(length) == 0:
		return 0
	case length[0] == 0x81 && len(length) > 2:
		return int64(binary.LittleEndian.Uint16(length[1:]))
	case length[0] == 0x82 && len(length) > 4:
		return int64(binary.LittleEndian.Uint32(length[1:]))
	case length[0] < 0x80:
		return int64(length[0])
	}
	return 0
}

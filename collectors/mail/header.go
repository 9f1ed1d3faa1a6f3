package mail

import "bytes"

// field is a header field that Crosstalk reads. Every other field is skipped
// unread.
type field uint8

const (
	fieldNone field = iota
	fieldFrom
	fieldSender
	fieldReplyTo
	fieldOriginalFrom
	fieldRecipients // To and Cc, all of them
	fieldBcc
	fieldDate
	fieldReceived
	fieldMessageID
	fieldInReplyTo
	fieldReferences
	fieldReturnPath
	fieldListID
	fieldListPost
	fieldListUnsubscribe
	fieldListSubscribe
	fieldMailingList
	fieldPrecedence
	fieldAutoSubmitted
	fieldAutoReply
	fieldCampaign
	fieldContentType
	fieldContentClass
	fieldContentDisposition
	fieldContentLength
	fieldGmailThread
	fieldGmailLabels
	fieldThreadIndex
	fieldTransferEncoding
	fieldJournal
	fieldSubject // only asked whether it is the mark of Microsoft Send
	fieldCount
)

// known is what match tells apart, by the first letter of the name. A name that ends
// in a star stands for all that begin like it.
type known struct {
	name  string
	field field
}

var fieldsByLetter = ['z' + 1][]known{
	'a': {{"auto-submitted", fieldAutoSubmitted}},
	'b': {{"bcc", fieldBcc}},
	'c': {
		{"cc", fieldRecipients}, {"content-type", fieldContentType}, {"content-disposition", fieldContentDisposition},
		{"content-class", fieldContentClass}, {"content-length", fieldContentLength},
		{"content-transfer-encoding", fieldTransferEncoding},
	},
	'd': {{"date", fieldDate}},
	'f': {{"from", fieldFrom}},
	'i': {{"in-reply-to", fieldInReplyTo}},
	'l': {
		{"list-id", fieldListID}, {"list-post", fieldListPost}, {"list-unsubscribe", fieldListUnsubscribe},
		{"list-subscribe", fieldListSubscribe},
	},
	'm': {{"message-id", fieldMessageID}},
	'p': {{"precedence", fieldPrecedence}},
	'r': {
		{"received", fieldReceived}, {"references", fieldReferences}, {"return-path", fieldReturnPath},
		{"reply-to", fieldReplyTo},
	},
	's': {{"sender", fieldSender}, {"subject", fieldSubject}},
	't': {{"to", fieldRecipients}, {"thread-index", fieldThreadIndex}},
}

// extensions are the fields that begin with "X-", by the letter after it.
var extensions = ['z' + 1][]known{
	'a': {
		{"x-auto-response-suppress", fieldAutoReply}, {"x-autoreply", fieldAutoReply}, {"x-autorespond", fieldAutoReply},
	},
	'c': {{"x-campaign*", fieldCampaign}},
	'g': {{"x-gm-thrid", fieldGmailThread}, {"x-gmail-labels", fieldGmailLabels}},
	'm': {{"x-mailing-list", fieldMailingList}, {"x-ms-journal-report", fieldJournal}},
	'o': {{"x-original-from", fieldOriginalFrom}, {"x-original-sender", fieldOriginalFrom}},
}

// FieldNames are the header fields that Header reads, for a source that can be asked
// for some fields only. Such a source is not asked for subjects.
func FieldNames() []string {
	names := []string{
		"From", "Sender", "Reply-To", "X-Original-From", "X-Original-Sender", "To", "Cc", "Bcc", "Date",
		"Message-ID", "In-Reply-To", "References", "Return-Path", "List-Id", "List-Post", "List-Unsubscribe",
		"List-Subscribe", "X-Mailing-List", "Precedence", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Autoreply",
		"X-Autorespond", "X-Campaign", "X-Campaign-ID", "Content-Type", "Content-Class", "Content-Disposition",
		"X-GM-THRID", "Thread-Index",
	}
	return names
}

// Header is the header block of one message: the raw, still folded values of the
// fields that Crosstalk reads. It points into the bytes given to Scan.
type Header struct {
	first      [fieldCount][]byte // the first occurrence; nil when absent
	recipients [][]byte
}

// Scan reads a header block from the beginning of b up to the empty line that ends
// it. It returns the length of the block with that line, and whether the line was
// there; without it, the block is all of b and may be incomplete.
func (h *Header) Scan(b []byte) (length int, complete bool) {
	h.first = [fieldCount][]byte{}
	h.recipients = h.recipients[:0]
	for pos := 0; pos < len(b); {
		switch {
		case b[pos] == '\n':
			return pos + 1, true
		case b[pos] == '\r' && pos+1 < len(b) && b[pos+1] == '\n':
			return pos + 2, true
		}
		end := fieldEnd(b, pos)
		if f, value := match(b[pos:end]); f != fieldNone {
			h.set(f, value)
		}
		pos = end
	}
	return len(b), false
}

// fieldEnd is where the field that begins at pos ends, folded lines included.
func fieldEnd(b []byte, pos int) int {
	for {
		i := bytes.IndexByte(b[pos:], '\n')
		if i < 0 {
			return len(b)
		}
		pos += i + 1
		if pos >= len(b) || b[pos] != ' ' && b[pos] != '\t' {
			return pos
		}
	}
}

func (h *Header) set(f field, value []byte) {
	if f == fieldRecipients {
		h.recipients = append(h.recipients, value)
		return
	}
	if h.first[f] == nil {
		h.first[f] = value
	}
}

func (h *Header) has(f field) bool { return h.first[f] != nil }

// ContentLength is the value of Content-Length as mboxcl writes it, or -1.
func (h *Header) ContentLength() int64 {
	n, digits := int64(0), 0
	for _, c := range bytes.TrimSpace(h.first[fieldContentLength]) {
		if c < '0' || c > '9' || digits > 15 {
			return -1
		}
		n = n*10 + int64(c-'0')
		digits++
	}
	if digits == 0 {
		return -1
	}
	return n
}

// match names the field of a line, and gives what follows its colon.
func match(line []byte) (field, []byte) {
	c := line[0] | 0x20
	if c < 'a' || c > 'z' {
		return fieldNone, nil
	}
	candidates := fieldsByLetter[c]
	if c == 'x' && len(line) > 2 {
		if c = line[2] | 0x20; c < 'a' || c > 'z' {
			return fieldNone, nil
		}
		candidates = extensions[c]
	}
	for i := range candidates {
		if value, ok := cutField(line, candidates[i].name); ok {
			return candidates[i].field, value
		}
	}
	return fieldNone, nil
}

// cutField gives the value of a line when its field has that lower-case name.
func cutField(line []byte, name string) ([]byte, bool) {
	prefix := name
	if name[len(name)-1] == '*' {
		prefix = name[:len(name)-1]
	}
	if !hasPrefixFold(line, prefix) {
		return nil, false
	}
	rest := line[len(prefix):]
	if len(prefix) < len(name) {
		i := bytes.IndexByte(rest, ':')
		return rest[i+1:], i >= 0
	}
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] != ':' {
		return nil, false
	}
	return rest[1:], true
}

// hasPrefixFold reports whether b begins with an ASCII lower-case prefix, in any case.
func hasPrefixFold(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		c := b[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// parameter gives the value of a MIME parameter ("boundary", "report-type") of a
// structured field, without quotes. Continued and extended forms (filename*0*=)
// answer to the plain name.
func parameter(value []byte, name string) ([]byte, bool) {
	for rest := value; ; {
		i := semicolon(rest)
		if i < 0 {
			return nil, false
		}
		rest = bytes.TrimLeft(rest[i+1:], " \t\r\n")
		if !hasPrefixFold(rest, name) {
			continue
		}
		after := rest[len(name):]
		if len(after) > 0 && after[0] == '*' {
			after = bytes.TrimLeft(after, "*0123456789")
		}
		after = bytes.TrimLeft(after, " \t\r\n")
		if len(after) > 0 && after[0] == '=' {
			return parameterValue(bytes.TrimLeft(after[1:], " \t\r\n")), true
		}
	}
}

// semicolon finds the next ; outside quotes.
func semicolon(b []byte) int {
	quoted := false
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && quoted:
			i++
		case b[i] == '"':
			quoted = !quoted
		case b[i] == ';' && !quoted:
			return i
		}
	}
	return -1
}

func parameterValue(b []byte) []byte {
	if len(b) > 0 && b[0] == '"' {
		if i := bytes.IndexByte(b[1:], '"'); i >= 0 {
			return b[1 : 1+i]
		}
		b = b[1:]
	}
	if i := bytes.IndexAny(b, "; \t\r\n"); i >= 0 {
		b = b[:i]
	}
	return b
}

// mediaType reports whether a Content-Type begins with that lower-case type.
func mediaType(value []byte, prefix string) bool {
	return hasPrefixFold(bytes.TrimLeft(value, " \t\r\n"), prefix)
}

// Boundary is the boundary of a message in several parts, or nil.
func (h *Header) Boundary() []byte {
	if !mediaType(h.first[fieldContentType], "multipart/") {
		return nil
	}
	b, _ := parameter(h.first[fieldContentType], "boundary")
	return b
}

// IsAttachment reports whether the part that the header describes, which may be the
// whole message, is a file that came along.
func (h *Header) IsAttachment() bool {
	contentType := h.first[fieldContentType]
	for _, inline := range []string{"multipart/", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"} {
		if mediaType(contentType, inline) {
			return false
		}
	}
	disposition := h.first[fieldContentDisposition]
	if mediaType(disposition, "attachment") {
		return true
	}
	if _, ok := parameter(disposition, "filename"); ok {
		return true
	}
	_, ok := parameter(contentType, "name")
	return ok
}

// IsJournal reports whether the message is a report of Exchange's journal: an envelope
// in words, and the message itself attached.
func (h *Header) IsJournal() bool { return h.has(fieldJournal) && h.Boundary() != nil }

// IsText reports whether the part is plain text, and by what its bytes are encoded, in
// lower case.
func (h *Header) IsText() (encoding string, ok bool) {
	contentType := h.first[fieldContentType]
	encoding = string(bytes.ToLower(h.word(fieldTransferEncoding)))
	return encoding, contentType == nil || mediaType(contentType, "text/plain")
}

// IsMessage reports whether the part is another message.
func (h *Header) IsMessage() bool { return mediaType(h.first[fieldContentType], "message/rfc822") }

// IsInvitation reports whether the part asks for, or answers, a meeting.
func (h *Header) IsInvitation() bool {
	if !mediaType(h.first[fieldContentType], "text/calendar") || mediaType(h.first[fieldContentDisposition], "attachment") {
		return false
	}
	_, ok := parameter(h.first[fieldContentType], "method")
	return ok
}

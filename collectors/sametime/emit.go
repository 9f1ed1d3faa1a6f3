package sametime

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// emit makes a record of a document, or says why it cannot.
func (r *run) emit(d *document) (reason string, err error) {
	kind, ok := r.kind(d.class)
	switch {
	case !ok:
		return "unknown_type", nil
	case kind == 0:
		return "", nil
	case len(d.sender) == 0 && kind != record.KindSystem:
		return "no_account", nil
	}
	at, precision, assumed := r.time(d)
	if at.IsZero() {
		return "bad_time", nil
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind, m.ID = Tool, r.workspace, kind, string(d.id)
	m.SentAt, m.Precision, m.ZoneAssumed = at, precision, assumed
	if m.Sender, err = r.account(d.sender); err != nil {
		return "", err
	}
	for _, one := range d.recipients {
		key, err := r.account(one)
		if err != nil {
			return "", err
		}
		if key != m.Sender && !slices.Contains(m.Recipients, key) {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if kind == record.KindMessage {
		m.SizeBytes = uint32(min(d.size, 1<<32-1))
	}
	if m.Conversation = r.conversation(d, m); m.Conversation.Key == "" {
		return "no_conversation", nil
	}
	m.Audience = uint32(len(m.Recipients))
	if len(m.Recipients) > 0 {
		m.RecipientSource = record.RecipientsListed
	}
	if len(m.Recipients) > record.SmallRoom-1 {
		m.Recipients = m.Recipients[:0]
	}
	return "", r.sink.Message(m)
}

// kind is what a type of document is: a message where types are not told apart.
func (r *run) kind(class []byte) (record.Kind, bool) {
	if r.mapping.Keys.Type == "" {
		return record.KindMessage, true
	}
	kind, ok := r.kinds[string(class)]
	return kind, ok
}

// conversation is the place the document names, else its sender and recipients.
func (r *run) conversation(d *document, m *record.Message) record.Conversation {
	c := record.Conversation{Tool: Tool, Workspace: r.workspace, Kind: record.ConversationGroup, Key: r.keys.Of(d.conversation), Coverage: record.CoverageTruncated}
	if len(m.Recipients) == 1 || len(m.Recipients) == 0 && len(d.recipients) > 0 { // notes to oneself
		c.Kind = record.ConversationDirect
	}
	if c.Key != "" || len(d.recipients) == 0 {
		return c
	}
	r.names = append(r.names[:0], m.Sender.Value)
	for _, key := range m.Recipients {
		r.names = append(r.names, key.Value)
	}
	slices.Sort(r.names)
	r.joined = r.joined[:0]
	for i, name := range r.names {
		if i > 0 {
			r.joined = append(r.joined, ' ')
		}
		r.joined = append(r.joined, name...)
	}
	c.Key = r.keys.Of(r.joined)
	return c
}

// account gives the key of a user id: a distinguished name of a directory or Notes, an
// address, or what else the server calls people. It is announced once.
func (r *run) account(written []byte) (record.AccountKey, error) {
	held, known := r.accounts.At(written)
	if known {
		return *held, nil
	}
	key := keyOf(string(written))
	*held = key
	if key.IsZero() || r.known[key] {
		return key, nil
	}
	r.known[key] = true
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: key}
	if key.Kind == record.KeyEmail {
		a.Email = key.Value
	} else {
		name := string(written)
		a.Name, a.Handle, a.Email = part(name, "cn"), part(name, "uid"), strings.ToLower(part(name, "mail"))
	}
	return key, r.sink.Account(&a)
}

// keyOf reads a user id. The same distinguished name is written with commas or slashes
// and in letters of any case.
func keyOf(written string) record.AccountKey {
	written = strings.ToLower(strings.TrimSpace(written))
	switch {
	case written == "":
		return record.AccountKey{}
	case strings.Contains(written, "="):
		parts := split(written)
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return record.AccountKey{Kind: record.KeyToolID, Value: strings.Join(parts, ",")}
	case strings.Contains(written, "@"):
		return record.EmailKey(written)
	}
	return record.AccountKey{Kind: record.KeyHandle, Value: written}
}

func split(name string) []string {
	return strings.FieldsFunc(name, func(c rune) bool { return c == ',' || c == '/' })
}

// part gives one attribute of a distinguished name.
func part(name, attribute string) string {
	for _, p := range split(name) {
		if key, value, ok := strings.Cut(p, "="); ok && strings.EqualFold(strings.TrimSpace(key), attribute) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// layouts are the forms of a time that are read, besides RFC 3339 and counts of milliseconds or seconds
// since 1970.
var layouts = []string{"2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// time reads the first of a document's times that can be read.
func (r *run) time(d *document) (at time.Time, p record.Precision, assumed bool) {
	for _, b := range d.times {
		if len(b) == 0 {
			continue
		}
		if at, ok := jsonscan.Instant(b); ok {
			return at, precisionOf(b), false
		}
		s := string(b)
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			if n < 1e11 {
				return time.Unix(n, 0).UTC(), record.PrecisionSecond, false
			}
			return time.UnixMilli(n).UTC(), record.PrecisionMillisecond, false
		}
		for i, layout := range layouts {
			if at, err := time.ParseInLocation(layout, s, r.location); err == nil {
				return at, precisionOf(b), i > 0
			}
		}
	}
	return time.Time{}, 0, false
}

func precisionOf(written []byte) record.Precision {
	if bytes.IndexByte(written, '.') < 0 {
		return record.PrecisionSecond
	}
	return record.PrecisionMillisecond
}

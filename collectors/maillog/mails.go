package maillog

import (
	"slices"
	"strconv"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
)

// Bounds of what is held: messages that wait for further lines about them, addresses that
// are known, and recipients of all waiting messages.
const (
	heldMails      = 1 << 16
	heldAddresses  = 1 << 17
	heldRecipients = 1 << 21
	recentMails    = 1 << 12 // those kept when there are too many addresses
)

// notDelivered is the reason for refusing a message that reached nobody.
const notDelivered = "not_delivered"

// fate is what a line says became of a recipient.
type fate uint8

const (
	addressed fate = iota // the mail is meant for it
	delivered
	failed
	group // the address stands for others, who are named elsewhere
)

// event is what one line or row says of a mail.
type event struct {
	messageID []byte // as it stands
	otherID   []byte // the server's own name of the mail, for one without a message id
	at        time.Time
	assumed   bool // the zone of at
	fine      bool // at has fractions of a second
	sender    []byte
	bounce    bool // it has no sender because it is a bounce
	size      uint32
	audience  uint32 // how many recipients the line counts, where it does not name them
	send      bool   // the subject is the mark of Microsoft Send
}

// held is one mail of which more may be heard.
type held struct {
	key      string
	copyID   string // the message id, or empty
	at       time.Time
	assumed  bool
	fine     bool
	sender   int32 // an address, or nobody
	bounce   bool
	send     bool
	size     uint32
	audience uint32
	to       []recipient
	index    map[int32]int // of to by address, once it is long
}

// longList is from how many recipients on they are indexed.
const longList = 64

type recipient struct {
	address int32
	fate    fate
}

const nobody = -1

// mails joins all that is said of a mail, whichever server, queue or file says it, and
// emits the mails in the order they were met, when too many wait or at the end.
type mails struct {
	sink      collectors.Sink
	marks     bool // mail of Microsoft Send belongs to that tool
	byKey     map[string]*held
	wait      []*held
	addresses map[string]int32 // by the text they stood in
	keys      []record.AccountKey
	waiting   int // recipients of all that wait
	scratch   []byte
	message   record.Message
	tool      string
	workspace string
}

func newMails(o collectors.Options, sink collectors.Sink) *mails {
	tool := o.Tool
	if tool == "" {
		tool = mail.Tool
	}
	return &mails{sink: sink, marks: o.Tool == "", tool: tool, workspace: o.Workspace, byKey: map[string]*held{}, addresses: map[string]int32{}}
}

// take notes what a line says, and gives the mail for its recipients.
func (m *mails) take(e *event) (*held, error) {
	if len(m.byKey) >= heldMails || m.waiting > heldRecipients {
		if err := m.emit(heldMails / 2); err != nil {
			return nil, err
		}
	}
	if len(m.addresses) > heldAddresses {
		if err := m.emit(recentMails); err != nil {
			return nil, err
		}
		m.forget()
	}
	id := mail.ID(e.messageID)
	key := id
	if len(key) == 0 {
		key = e.otherID
	}
	if len(key) == 0 {
		m.scratch = strconv.AppendInt(append(append(m.scratch[:0], e.sender...), ' '), e.at.UnixNano(), 10)
		key = m.scratch
	}
	h := m.byKey[string(key)]
	if h == nil {
		h = &held{key: string(key), at: e.at, assumed: e.assumed, fine: e.fine, sender: nobody}
		if len(id) > 0 {
			h.copyID = h.key
		}
		m.byKey[h.key] = h
		m.wait = append(m.wait, h)
	}
	h.learn(m, e)
	return h, nil
}

// learn merges, whatever the order of the lines.
func (h *held) learn(m *mails, e *event) {
	if e.at.Before(h.at) {
		h.at, h.assumed, h.fine = e.at, e.assumed, e.fine
	}
	if a := m.address(e.sender); a != nobody && (h.sender == nobody || m.keys[a].Value < m.keys[h.sender].Value) {
		h.sender = a
	}
	h.bounce = h.bounce || e.bounce
	h.send = h.send || e.send
	h.size = max(h.size, e.size)
	h.audience = max(h.audience, e.audience)
}

// address numbers an account by the text of its address.
func (m *mails) address(text []byte) int32 {
	if len(text) == 0 {
		return nobody
	}
	if n, ok := m.addresses[string(text)]; ok {
		return n
	}
	n := int32(nobody)
	if key := mail.Account(text); !key.IsZero() {
		if same, ok := m.addresses[key.Value]; ok {
			n = same
		} else {
			n = int32(len(m.keys))
			m.keys = append(m.keys, key)
			m.addresses[key.Value] = n
		}
	}
	m.addresses[string(text)] = n
	return n
}

// forget drops the addresses of mails that have been emitted.
func (m *mails) forget() {
	keys := m.keys
	m.keys, m.addresses = nil, map[string]int32{}
	again := func(old int32) int32 {
		if old == nobody {
			return nobody
		}
		key := keys[old]
		n, ok := m.addresses[key.Value]
		if !ok {
			n = int32(len(m.keys))
			m.keys = append(m.keys, key)
			m.addresses[key.Value] = n
		}
		return n
	}
	for _, h := range m.wait {
		h.sender, h.index = again(h.sender), nil
		for i := range h.to {
			h.to[i].address = again(h.to[i].address)
		}
	}
}

// reached notes what became of a recipient. The best is kept, except that an address that
// stands for others does so for good.
func (m *mails) reached(h *held, address []byte, f fate) {
	a := m.address(address)
	if a == nobody {
		return
	}
	if i := h.find(a); i >= 0 {
		h.to[i].fate = better(h.to[i].fate, f)
		return
	}
	if h.index != nil {
		h.index[a] = len(h.to)
	}
	h.to = append(h.to, recipient{a, f})
	m.waiting++
}

// find gives the place of an address among the recipients, or -1.
func (h *held) find(address int32) int {
	if len(h.to) < longList {
		return slices.IndexFunc(h.to, func(r recipient) bool { return r.address == address })
	}
	if h.index == nil {
		h.index = make(map[int32]int, 2*longList)
		for i, r := range h.to {
			h.index[r.address] = i
		}
	}
	if i, ok := h.index[address]; ok {
		return i
	}
	return -1
}

func better(a, b fate) fate {
	switch {
	case a == group || b == group:
		return group
	case a == delivered || b == delivered:
		return delivered
	}
	return max(a, b) // failed rather than addressed
}

func (m *mails) emitAll() error { return m.emit(0) }

// emit hands the oldest to the sink until no more than some wait.
func (m *mails) emit(left int) error {
	n := max(0, len(m.wait)-left)
	for _, h := range m.wait[:n] {
		delete(m.byKey, h.key)
		m.waiting -= len(h.to)
		if err := m.send(h); err != nil {
			return err
		}
	}
	m.wait = slices.Delete(m.wait, 0, n)
	return nil
}

// send emits one mail.
func (m *mails) send(h *held) error {
	out := &m.message
	out.Reset()
	ok := m.recipients(h)
	if !ok {
		return m.sink.Reject(record.Reject{Reason: notDelivered})
	}
	if h.sender != nobody {
		out.Sender = m.keys[h.sender]
	} else if !h.bounce {
		return m.sink.Reject(record.Reject{Reason: mail.NoSender})
	}
	out.Tool, out.Workspace = m.tool, m.workspace
	if h.send && m.marks {
		out.Tool = mail.SendTool
	}
	out.ID, out.CopyID = h.key, h.copyID
	out.Conversation = record.Conversation{Key: h.key}
	if len(out.Recipients) > 0 {
		out.Conversation = mail.Circle(out.Sender, out.Recipients)
	}
	out.SentAt, out.ZoneAssumed, out.Precision = h.at.Truncate(time.Millisecond), h.assumed, record.PrecisionSecond
	if h.fine {
		out.Precision = record.PrecisionMillisecond
	}
	out.Kind, out.SenderKind = mail.Class(out.Sender)
	out.SizeBytes = h.size
	return m.sink.Message(out)
}

// recipients fills in whom a mail reached: those it was delivered to; where the log does
// not get as far as that, those it was meant for; and the groups it was sent to where their
// members are nowhere named. It answers false when it is known to have reached nobody.
func (m *mails) recipients(h *held) bool {
	out := &m.message
	for _, wanted := range []fate{delivered, addressed, group} {
		for _, r := range h.to {
			if r.fate == wanted {
				out.Recipients = append(out.Recipients, m.keys[r.address])
			}
		}
		if len(out.Recipients) > 0 {
			break
		}
	}
	if len(out.Recipients) == 0 {
		out.Audience = h.audience
		return len(h.to) == 0
	}
	out.RecipientSource = record.RecipientsListed
	for _, key := range out.Recipients {
		if h.sender == nobody || key != m.keys[h.sender] {
			out.Audience++
		}
	}
	return true
}

package mail

import (
	"bytes"
	"cmp"
	"strings"

	"crosstalk/collectors/record"
)

// mailingList is the list a message came over.
type mailingList struct {
	id      string
	guess   record.AccountKey // the address its id suggests: name.host is name@host
	address *entry            // the address that a header states, or nil
}

// mostLists bounds how many lists are remembered.
const mostLists = 1 << 14

// mailingList reads List-Id, List-Post and X-Mailing-List of the message at hand.
func (r *Reader) mailingList() mailingList {
	raw := bytes.TrimSpace(r.header.first[fieldListID])
	list, known := r.lists[string(raw)]
	if !known {
		list = newList(raw, r.list)
		if len(r.lists) >= mostLists {
			clear(r.lists)
		}
		r.lists[string(raw)] = list
		if list.id != "" && r.err == nil {
			r.err = r.sink.Conversation(&record.Conversation{
				Tool: r.message.Tool, Workspace: r.message.Workspace, Key: list.id, Kind: record.ConversationMailList,
			})
		}
	}
	if text := r.header.listAddress(); text != nil {
		if e := r.people.find(text); e.person != nil && e.person.key.Kind == record.KeyEmail {
			list.address = e
		}
	}
	return list
}

// newList reads the value of List-Id: a phrase and the id in brackets, or the id alone.
func newList(raw []byte, fallback string) mailingList {
	id, _, ok := nextID(raw)
	if !ok {
		id = squeeze(raw)
	}
	list := mailingList{id: strings.ToLower(rawText(id))}
	if list.id == "" {
		list.id = fallback
	}
	if name, host, ok := strings.Cut(list.id, "."); ok && strings.Contains(host, ".") && !strings.Contains(list.id, "@") {
		list.guess = record.EmailKey(name + "@" + host)
	}
	return list
}

// listAddress is the text of the list's own address, if a header states it.
func (h *Header) listAddress() []byte {
	if value := h.first[fieldListPost]; value != nil {
		if address := mailto(value); address != nil {
			return address
		}
	}
	value := bytes.TrimSpace(h.first[fieldMailingList])
	if id, _, ok := nextID(value); ok {
		return id
	}
	if i := bytes.IndexAny(value, " \t\r\n;"); i >= 0 {
		value = value[:i]
	}
	if bytes.IndexByte(value, '@') < 1 {
		return nil
	}
	return value
}

// mailto is the address of the first <mailto:…> of a List- field.
func mailto(value []byte) []byte {
	i := bytes.IndexByte(value, '<')
	if i < 0 || !hasPrefixFold(value[i+1:], "mailto:") {
		return nil
	}
	value = value[i+1+len("mailto:"):]
	if i := bytes.IndexAny(value, "?>"); i >= 0 {
		return value[:i]
	}
	return nil
}

// is reports whether that account is the list itself.
func (l mailingList) is(key record.AccountKey) bool {
	return key.Kind == record.KeyEmail && (l.address != nil && l.address.person.key == key || l.guess == key)
}

// announce tells the sink that the list's address is nobody's own. An address that is
// only guessed counts when the message was sent to it.
func (r *Reader) announce(l mailingList) {
	if l.address != nil {
		r.share(l.address.person)
	}
	if !l.guess.IsZero() {
		if p := r.people.people[l.guess]; p != nil && r.people.addressed(p) {
			r.share(p)
		}
	}
}

func (r *Reader) share(p *person) {
	if p.shared || r.err != nil {
		return
	}
	p.shared = true
	a := r.account(p.key)
	a.Kind = record.AccountShared
	r.err = r.sink.Account(&a)
}

// sender is who wrote the message: the first address of From, also where a list put
// its own there (as it does for domains that forbid forwarding).
func (r *Reader) sender(list mailingList) record.AccountKey {
	from := cmp.Or(r.firstAddress(fieldFrom), r.firstAddress(fieldSender))
	if from == nil {
		return record.AccountKey{}
	}
	fromList := list.is(from.person.key)
	name, _, via := strings.Cut(from.name, " via ")
	if fromList || via && list.id != "" {
		if e := r.original(list); e != nil {
			from = e
		} else if name = strings.Trim(name, `'" `); fromList && via && name != "" {
			return record.AccountKey{Kind: record.KeyDisplayName, Value: foldName(name)}
		}
	}
	r.tell(from)
	return from.person.key
}

// original is the author of a message whose From a list has rewritten.
func (r *Reader) original(list mailingList) *entry {
	for _, f := range []field{fieldOriginalFrom, fieldReplyTo} {
		addresses := newAddressList(r.header.first[f])
		for token, ok := addresses.next(); ok; token, ok = addresses.next() {
			e := r.people.find(token)
			if e.person != nil && e.person.key.Kind == record.KeyEmail && !list.is(e.person.key) {
				return e
			}
		}
	}
	return nil
}

func (r *Reader) firstAddress(f field) *entry {
	addresses := newAddressList(r.header.first[f])
	for token, ok := addresses.next(); ok; token, ok = addresses.next() {
		if e := r.people.find(token); e.person != nil {
			return e
		}
	}
	return nil
}

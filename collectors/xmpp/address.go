package xmpp

import (
	"bytes"
	"strings"

	"crosstalk/collectors/record"
)

// bare is an address without its resource, lower case; the one copy of it.
func (r *run) bare(jid []byte) string {
	address, _, _ := bytes.Cut(jid, []byte("/"))
	return r.intern(address)
}

// full is an address with its resource, of which the case counts.
func full(jid []byte) string {
	address, resource, cut := strings.Cut(string(jid), "/")
	if !cut {
		return strings.ToLower(address)
	}
	return strings.ToLower(address) + "/" + resource
}

func (r *run) intern(address []byte) string {
	if len(address) == 0 {
		return ""
	}
	if s, ok := r.names[string(address)]; ok {
		return s
	}
	s := strings.ToLower(strings.TrimSpace(string(address)))
	r.names[string(address)] = s
	return s
}

func resource(jid string) string {
	_, nick, _ := strings.Cut(jid, "/")
	return nick
}

// account is the key of a bare address.
func account(jid string) record.AccountKey {
	if jid == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: jid}
}

// introduce announces an account once.
func (r *run) introduce(jid string) error {
	if jid == "" || r.said[jid] {
		return nil
	}
	r.said[jid] = true
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: account(jid), Handle: jid})
}

// direct is the conversation of two addresses, which are those of two accounts.
func (r *run) direct(a, b string, one, other record.AccountKey) (record.Conversation, error) {
	if b < a {
		a, b, one, other = b, a, other, one
	}
	r.key = append(append(append(r.key[:0], a...), ' '), b...)
	key, known := r.names[string(r.key)]
	if !known {
		key = string(r.key)
		r.names[key] = key
	}
	c := record.Conversation{Tool: Tool, Workspace: r.workspace, Key: key, Kind: record.ConversationDirect, Coverage: record.CoverageMember}
	if r.said[key] {
		return c, nil
	}
	r.said[key] = true
	announced := c
	announced.Members = []record.Member{{Account: one}}
	if other != one {
		announced.Members = append(announced.Members, record.Member{Account: other})
	}
	return c, r.sink.Conversation(&announced)
}

// room is the conversation of a room's address.
func (r *run) room(jid string) record.Conversation {
	return record.Conversation{Tool: Tool, Workspace: r.workspace, Key: jid, Kind: record.ConversationChannel, Coverage: record.CoverageMember}
}

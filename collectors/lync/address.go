package lync

import (
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// cell is a cell, where the word NULL is nothing. It holds until the next row.
func cell(t *csvscan.Reader, column int) []byte {
	b := t.Text(column)
	if string(b) == "NULL" {
		return nil
	}
	return b
}

func value(t *csvscan.Reader, column int) string { return string(cell(t, column)) }

// account gives the key of a SIP address, which is announced once. Conferences and what
// is missing are nobody.
func (r *run) account(uri string) (record.AccountKey, error) {
	key, ok := r.keys[uri]
	if !ok {
		key = keyOf(uri)
		if len(r.keys) >= 1<<20 {
			clear(r.keys)
		}
		r.keys[uri] = key
	}
	if key.IsZero() || r.known[key] {
		return key, nil
	}
	r.known[key] = true
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: key}
	switch key.Kind {
	case record.KeyEmail:
		a.Email = key.Value
	case record.KeyPhone:
		a.Phone = key.Value
	}
	return key, r.sink.Account(&a)
}

// keyOf reads a SIP address, with or without its scheme: somebody's, a telephone's, or that
// of a conference.
func keyOf(uri string) record.AccountKey {
	uri = strings.ToLower(strings.TrimSpace(uri))
	for _, scheme := range []string{"sip:", "sips:", "tel:"} {
		uri = strings.TrimPrefix(uri, scheme)
	}
	if strings.Contains(uri, "app:conf") {
		return record.AccountKey{}
	}
	uri, parameters, _ := strings.Cut(uri, ";")
	local, _, _ := strings.Cut(uri, "@")
	switch {
	case uri == "":
		return record.AccountKey{}
	case isPhone(local):
		return record.AccountKey{Kind: record.KeyPhone, Value: local}
	case strings.Contains(parameters, "user=phone"):
		return record.AccountKey{Kind: record.KeyHandle, Value: local} // a number of the house
	case strings.Contains(uri, "@"):
		return record.EmailKey(uri)
	}
	return record.AccountKey{Kind: record.KeyHandle, Value: uri}
}

// isPhone reports whether it is a whole number: a plus and up to fifteen digits.
func isPhone(s string) bool {
	return len(s) > 7 && len(s) <= 16 && s[0] == '+' && strings.Trim(s[1:], "0123456789") == ""
}

// numbered gives the account with a number in the table of users. A number that the table
// does not have is an account all the same.
func (r *run) numbered(table map[string]string, number string) (record.AccountKey, error) {
	if number == "" {
		return record.AccountKey{}, nil
	}
	if uri, ok := table[number]; ok {
		return r.account(uri)
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: number}, nil
}

// either gives an account by its address in one column, else by its number in another.
func (r *run) either(t *csvscan.Reader, uri, number int) (record.AccountKey, error) {
	if address := cell(t, uri); len(address) > 0 {
		if key, ok := r.keys[string(address)]; ok {
			return key, nil // announced
		}
		return r.account(string(address))
	}
	return r.numbered(r.users, value(t, number))
}

// listed reads a row of the table of users.
func (r *run) listed(t *csvscan.Reader) (reason string, err error) {
	number, uri := value(t, 0), value(t, 1)
	if number == "" || uri == "" {
		return "no_account", nil
	}
	r.users[number] = uri
	return "", nil
}

// poster reads a row of the table of those who may write in persistent chat.
func (r *run) poster(t *csvscan.Reader) (reason string, err error) {
	number, uri := value(t, 0), value(t, 1)
	if number == "" {
		return "no_account", nil
	}
	if uri != "" { // groups and federations have none
		r.posters[number] = uri
	}
	return "", nil
}

// layouts are how tools of the database write its times, which are of UTC and state no
// zone; the last is what PowerShell makes of them in the United States.
var layouts = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339, "1/2/2006 3:04:05 PM"}

// instant reads a time; zero is none.
func instant(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// precision is how finely such a time is stated.
func precision(s string) record.Precision {
	if strings.Contains(s, ".") {
		return record.PrecisionMillisecond
	}
	return record.PrecisionSecond
}

package weblogs

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
	"crosstalk/collectors/record"
)

// account is whom a contact is counted for.
type account struct {
	key           record.AccountKey
	kind          record.AccountKind
	email, handle string
}

// people tells who is behind a login or an address.
type people struct {
	emails map[string]string  // by login
	leases map[string][]lease // by address, by their beginning
	domain string
	byUser map[string]account // what was found out already
}

// lease says who had an address for a while.
type lease struct {
	from, to time.Time // [from, to); a zero end is open
	user     string
}

// mostUsers bounds how many logins are remembered.
const mostUsers = 1 << 18

func newPeople(s settings) (*people, error) {
	p := &people{emails: map[string]string{}, leases: map[string][]lease{}, byUser: map[string]account{}}
	p.domain = strings.ToLower(strings.TrimPrefix(s.MailDomain, "@"))
	err := eachRow(s.Users, "users", []string{"login|user|username|user name|account", "email|mail|e-mail"}, 2, func(t *csvscan.Reader) bool {
		login, email := strings.ToLower(string(t.Text(0))), string(t.Text(1))
		p.emails[login] = email
		return login != "" && strings.Contains(email, "@")
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(s.Leases, "leases", []string{"address|ip|ip address|client", "from|start|begin", "to|end", "user|login|email|username"}, 4, p.lease)
	for _, l := range p.leases {
		slices.SortStableFunc(l, func(a, b lease) int { return a.from.Compare(b.from) })
	}
	return p, err
}

// lease reads a row: address, from, to, user.
func (p *people) lease(t *csvscan.Reader) bool {
	from, ok := logscan.Instant(t.Text(1), time.UTC)
	l := lease{from: from.At, user: string(t.Text(3))}
	if end := t.Text(2); len(end) > 0 {
		to, known := logscan.Instant(end, time.UTC)
		l.to, ok = to.At, ok && known
	}
	address := strings.ToLower(string(t.Text(0)))
	p.leases[address] = append(p.leases[address], l)
	return ok && address != "" && l.user != ""
}

// eachRow reads a CSV file that an option names, whose rows must all be good.
func eachRow(path, option string, columns []string, needed int, row func(*csvscan.Reader) bool) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", option, err)
	}
	defer f.Close()
	t := csvscan.New(columns, nil)
	t.Reset(f)
	for i := range needed {
		if !t.Has(i) {
			return fmt.Errorf("%s: %s has no column %s", option, path, strings.ReplaceAll(columns[i], "|", " or "))
		}
	}
	for t.Next() {
		if t.Fault() != "" || !row(t) {
			return fmt.Errorf("%s: %s: row %d cannot be read: each needs %s", option, path, t.Record(), strings.Join(firstNames(columns), ", "))
		}
	}
	if reason, err := t.Verdict(); reason != "" || err != nil {
		return fmt.Errorf("%s: %s: %w", option, path, cmp.Or(err, fmt.Errorf("the file ends in the middle of a row")))
	}
	return nil
}

func firstNames(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i], _, _ = strings.Cut(c, "|")
	}
	return out
}

// who is the account of a contact: of the login, else of who had the address then, else the
// address itself, which is nobody's account in particular.
func (p *people) who(e *entry) account {
	if user := realUser(e.user); len(user) > 0 {
		return p.user(user)
	}
	client := bytes.ToLower(e.client)
	if user := p.leased(client, e.at); user != "" {
		return p.user([]byte(user))
	}
	if len(client) == 0 || len(client) > 64 {
		return account{}
	}
	return account{key: record.AccountKey{Kind: record.KeyHandle, Value: string(client)}, kind: record.AccountShared}
}

// realUser is empty for what logs write where they know nobody.
func realUser(user []byte) []byte {
	switch string(bytes.ToLower(user)) {
	case "-", "none", "unknown", "n/a", "anonymous":
		return nil
	}
	return user
}

func (p *people) leased(address []byte, at time.Time) string {
	leases := p.leases[string(address)]
	i, _ := slices.BinarySearchFunc(leases, at, func(l lease, at time.Time) int {
		if l.from.After(at) {
			return 1
		}
		return -1
	})
	if i == 0 {
		return ""
	}
	if l := leases[i-1]; l.to.IsZero() || at.Before(l.to) {
		return l.user
	}
	return ""
}

// user is the account of a login: a mail address, where the login is or leads to one.
func (p *people) user(login []byte) account {
	if a, ok := p.byUser[string(login)]; ok {
		return a
	}
	a := p.account(strings.ToLower(string(login)))
	if len(p.byUser) > mostUsers {
		clear(p.byUser)
	}
	p.byUser[string(login)] = a
	return a
}

// longestLogin is the longest login that is believed.
const longestLogin = 320

func (p *people) account(login string) account {
	if len(login) > longestLogin {
		return account{}
	}
	bare := login
	if i := strings.LastIndexByte(bare, '\\'); i >= 0 {
		bare = bare[i+1:]
	}
	email := cmp.Or(p.emails[login], p.emails[bare])
	switch {
	case email != "":
	case strings.Contains(login, "@"):
		email = login
	case p.domain != "" && bare != "":
		email = bare + "@" + p.domain
	default:
		return account{key: record.AccountKey{Kind: record.KeyHandle, Value: login}, handle: bare}
	}
	key := record.EmailKey(email)
	return account{key: key, email: key.Value}
}

package imap

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"crosstalk/collectors"
	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
)

// batch is how many messages are asked for at once, and after how many the cursor is
// committed.
const batch = 500

// dialTimeout bounds connecting and greeting.
const dialTimeout = 30 * time.Second

// stall is how long a server may be silent, and a sink busy, before the connection
// is given up.
const stall = 10 * time.Minute

// patient is a connection whose reads give up after stall, each counted anew.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	if err := p.Conn.SetReadDeadline(time.Now().Add(stall)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// SetReadDeadline leaves the deadline to Read.
func (patient) SetReadDeadline(time.Time) error { return nil }

// session is one connection's work.
type session struct {
	ctx     context.Context
	account account
	cursor  *cursor
	last    []byte // the cursor last committed
	sink    collectors.Sink
	commit  func([]byte) error
	mail    *mail.Reader
	client  *imapclient.Client
	header  []byte // of the message at hand
}

func newSession(ctx context.Context, a account, at *cursor, o collectors.Options, sink collectors.Sink, commit func([]byte) error) *session {
	return &session{ctx: ctx, account: a, cursor: at, sink: sink, commit: commit, mail: mail.NewReader(o, "", sink)}
}

// committed is the cursor to go on with after an error.
func (s *session) committed(before []byte) []byte {
	if s.last == nil {
		return before
	}
	return s.last
}

func (s *session) run() error {
	conn, err := s.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(s.ctx, func() { conn.Close() })
	defer stop()
	if err := s.login(conn); err != nil {
		return err
	}
	folders, err := s.folders()
	if err != nil {
		return fmt.Errorf("list the folders: %w", err)
	}
	for _, name := range folders {
		if err := s.folder(name); err != nil {
			return err
		}
	}
	_ = s.client.Logout().Wait() // all is read and committed; how the server says goodbye does not matter
	return nil
}

func (s *session) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(s.ctx, dialTimeout)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", s.account.address)
	if err != nil {
		return nil, fmt.Errorf("cannot reach %s: %w", s.account.address, err)
	}
	conn = patient{conn}
	if s.account.security != "tls" {
		return conn, nil
	}
	secure := tls.Client(conn, s.account.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("cannot talk TLS with %s: %w", s.account.address, err)
	}
	return secure, nil
}

func (s *session) login(conn net.Conn) error {
	if s.account.security == "starttls" {
		client, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: s.account.tls})
		if err != nil {
			return fmt.Errorf("cannot begin TLS with %s: %w", s.account.address, err)
		}
		s.client = client
	} else {
		s.client = imapclient.New(conn, nil)
	}
	if err := s.client.WaitGreeting(); err != nil {
		return fmt.Errorf("%s does not greet as an IMAP server: %w", s.account.address, err)
	}
	if s.client.Caps().Has(imap.CapLoginDisabled) {
		return fmt.Errorf("%s takes no password without encryption; use imaps://, or set security: starttls", s.account.address)
	}
	err := s.client.Login(s.account.user, s.account.password).Wait()
	var refused *imap.Error
	if errors.As(err, &refused) && refused.Type == imap.StatusResponseTypeNo && refused.Code != imap.ResponseCodeUnavailable {
		return fmt.Errorf("%s refused the login; check the user in endpoint and the password in %s", s.account.address, s.account.secret)
	}
	if err != nil {
		return fmt.Errorf("log in to %s: %w", s.account.address, err)
	}
	return nil
}

// Folders that are not read: what was not sent, not wanted, or only shows messages
// that stand elsewhere.
var skipped = []imap.MailboxAttr{
	imap.MailboxAttrNoSelect, imap.MailboxAttrNonExistent, imap.MailboxAttrDrafts, imap.MailboxAttrJunk,
	imap.MailboxAttrTrash, imap.MailboxAttrFlagged, imap.MailboxAttrImportant,
}

// folders lists what is to be read, by the marks the server gives folders and never
// by their names, which are in the user's language. Where one folder shows all
// messages, as Gmail's does, it alone is read.
func (s *session) folders() ([]string, error) {
	var options *imap.ListOptions
	if s.client.Caps().Has(imap.CapSpecialUse) && s.client.Caps().Has(imap.CapListExtended) {
		options = &imap.ListOptions{ReturnSpecialUse: true}
	}
	list, err := s.client.List("", "*", options).Collect()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range list {
		if slices.Contains(f.Attrs, imap.MailboxAttrAll) {
			return []string{f.Mailbox}, nil
		}
		if !slices.ContainsFunc(f.Attrs, func(a imap.MailboxAttr) bool { return slices.Contains(skipped, a) }) {
			names = append(names, f.Mailbox)
		}
	}
	slices.Sort(names)
	return names, nil
}

// folderKey stands for a folder's name in cursors.
func folderKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:12])
}

// folder reads one folder from where the cursor left it.
func (s *session) folder(name string) error {
	status, err := s.client.Select(name, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return fmt.Errorf("open a folder: %w", err)
	}
	key := folderKey(name)
	at := s.cursor.Folders[key]
	if at.Validity != status.UIDValidity {
		at = position{Validity: status.UIDValidity}
	}
	uids, err := s.newer(at, status)
	if err != nil {
		return fmt.Errorf("look for new messages: %w", err)
	}
	for len(uids) > 0 {
		n := min(batch, len(uids))
		if err := s.fetch(name, uids[:n]); err != nil {
			return err
		}
		at.UID = uint32(uids[n-1])
		uids = uids[n:]
		if err := s.reached(key, at); err != nil {
			return err
		}
	}
	return s.reached(key, at)
}

// reached moves the cursor and commits it, unless it stood there already.
func (s *session) reached(key string, at position) error {
	if s.cursor.Folders[key] == at {
		return nil
	}
	s.cursor.Folders[key] = at
	s.last = s.cursor.bytes()
	return s.commit(s.last)
}

// newer gives the UIDs behind a position in ascending order.
func (s *session) newer(at position, status *imap.SelectData) ([]imap.UID, error) {
	if status.NumMessages == 0 || status.UIDNext != 0 && uint32(status.UIDNext) <= at.UID+1 {
		return nil, nil
	}
	var set imap.UIDSet
	set.AddRange(imap.UID(at.UID+1), 0)
	found, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
	if err != nil {
		return nil, err
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	first, _ := slices.BinarySearch(uids, imap.UID(at.UID+1)) // n:* always holds the last message
	return uids[first:], nil
}

// section is the part of a message that is asked for: some header fields, without
// marking the message as read.
var section = imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: mail.FieldNames(), Peek: true}

func (s *session) fetch(folder string, uids []imap.UID) error {
	command := s.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{&section},
	})
	for data := command.Next(); data != nil; data = command.Next() {
		if err := s.message(folder, data); err != nil {
			return err // the connection is closed with the command unread
		}
	}
	if err := command.Close(); err != nil {
		return fmt.Errorf("fetch messages: %w", err)
	}
	return nil
}

// message reads what the server answers about one message, in whatever order.
func (s *session) message(folder string, data *imapclient.FetchMessageData) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	var origin mail.Origin
	var body mail.Body
	var uid imap.UID
	reason, found := "", false
	for item := data.Next(); item != nil; item = data.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataInternalDate:
			origin.Arrived = item.Time
		case imapclient.FetchItemDataRFC822Size:
			body.SizeBytes = item.Size
		case imapclient.FetchItemDataFlags:
			reason = unwanted(item.Flags)
		case imapclient.FetchItemDataBodySection:
			if err := s.read(item.Literal); err != nil {
				return fmt.Errorf("fetch a header: %w", err)
			}
			found = true
		}
	}
	switch {
	case !found:
		return nil // a change of flags that the server mentions by the way
	case reason == "" && len(s.header) > mail.Limit:
		reason = "header_too_long"
	}
	if reason == "" {
		s.mail.Scan(s.header)
		body.Invitation = s.mail.Header().IsInvitation()
		var err error
		if reason, err = s.mail.Take(origin); err != nil {
			return err
		}
	}
	if reason != "" {
		return s.sink.Reject(record.Reject{Reason: reason, Entry: folder, Record: int64(uid)})
	}
	return s.mail.Emit(body)
}

// read takes a header from the wire, and no more of it than the limit. A connection
// that breaks within it ends the literal early, without an error of its own.
func (s *session) read(literal imap.LiteralReader) error {
	s.header = s.header[:0]
	if literal == nil {
		return nil
	}
	limited := io.LimitReader(literal, mail.Limit+1)
	for {
		s.header = slices.Grow(s.header, 4096)
		n, err := limited.Read(s.header[len(s.header):cap(s.header)])
		s.header = s.header[:len(s.header)+n]
		switch {
		case err == io.EOF && int64(len(s.header)) < min(literal.Size(), mail.Limit+1):
			return io.ErrUnexpectedEOF
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// unwanted gives the reason to leave a message out by its flags.
func unwanted(flags []imap.Flag) string {
	switch {
	case slices.Contains(flags, imap.FlagDraft):
		return mail.SkippedDraft
	case slices.Contains(flags, imap.FlagDeleted):
		return mail.SkippedTrash
	}
	return ""
}

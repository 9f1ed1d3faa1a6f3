package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mailServer is a private Dovecot with one mailbox, which it keeps as files.
type mailServer struct {
	t        *testing.T
	root     string
	port     int
	uid, gid int
	mails    int
}

const mailPassword = "correct-horse-battery"

const dovecotConfiguration = `
base_dir = ROOT/run
state_dir = ROOT/state
log_path = ROOT/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
default_process_limit = 20
default_client_limit = 200
default_vsz_limit = 0
mail_location = maildir:ROOT/mail
service imap-login {
  chroot =
  inet_listener imap {
    port = PORT
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=PASSWORD
}
userdb {
  driver = static
  args = uid=UID gid=GID home=ROOT/mail
}
`

// startMailServer runs a Dovecot until the test ends. Only root can start one.
func startMailServer(t *testing.T) *mailServer {
	t.Helper()
	const binary = "/usr/sbin/dovecot"
	if _, err := os.Stat(binary); err != nil {
		t.Fatal("no dovecot to test against; install it: apt-get install -y dovecot-imapd")
	}
	if os.Geteuid() != 0 {
		t.Skip("a private dovecot can only be started by root")
	}
	root, err := os.MkdirTemp("", "dove") // sockets have short paths only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{t: t, root: root, port: unusedPort(t)}
	s.uid, _ = strconv.Atoi(nobody.Uid)
	s.gid, _ = strconv.Atoi(nobody.Gid)
	for _, dir := range []string{"", "mail", "mail/cur", "mail/new", "mail/tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		s.own(dir, 0o755)
	}
	config := strings.NewReplacer("ROOT", root, "PORT", strconv.Itoa(s.port), "PASSWORD", mailPassword, "UID", nobody.Uid, "GID", nobody.Gid).Replace(dovecotConfiguration)
	if err := os.WriteFile(filepath.Join(root, "dovecot.conf"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.password(), []byte(mailPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "-F", "-c", filepath.Join(root, "dovecot.conf"))
	if err := command.Start(); err != nil {
		t.Fatalf("start dovecot: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	s.await()
	return s
}

// password is the file that holds the mailbox's password.
func (s *mailServer) password() string { return filepath.Join(s.root, "password") }

func unusedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (s *mailServer) own(name string, mode os.FileMode) {
	s.t.Helper()
	path := filepath.Join(s.root, name)
	if err := os.Chmod(path, mode); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chown(path, s.uid, s.gid); err != nil {
		s.t.Fatal(err)
	}
}

func (s *mailServer) await() {
	s.t.Helper()
	for range 1000 {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
		if err == nil {
			conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond) // it is another process; nothing else tells
	}
	log, _ := os.ReadFile(filepath.Join(s.root, "dovecot.log"))
	s.t.Fatalf("dovecot does not listen: %s", log)
}

// deliver puts further mails into the mailbox, each from one of a dozen people to another.
func (s *mailServer) deliver(n int) {
	s.t.Helper()
	for range n {
		s.mails++
		i := s.mails
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * 7 * time.Minute)
		mail := fmt.Sprintf("From: Person %d <p%d@heron.example>\r\nTo: p%d@heron.example\r\nMessage-ID: <%d@heron.example>\r\nDate: %s\r\nSubject: %s\r\n\r\n%s\r\n",
			i%12, i%12, (i/3)%12, i, at.Format(time.RFC1123Z), secretText, secretText)
		name := fmt.Sprintf("mail/cur/%d.M%dP1.host:2,", 1_700_000_000+i, i)
		if err := os.WriteFile(filepath.Join(s.root, name), []byte(mail), 0o644); err != nil {
			s.t.Fatal(err)
		}
		s.own(name, 0o644)
	}
}

// secretText stands in every subject and body; nothing may keep it.
const secretText = "the otter sleeps at noon"

// renumber gives the mailbox a new UIDVALIDITY, as a restored backup does.
func (s *mailServer) renumber() {
	s.t.Helper()
	lists, err := filepath.Glob(filepath.Join(s.root, "mail", "dovecot*"))
	if err != nil || len(lists) == 0 {
		s.t.Fatalf("dovecot keeps no lists: %v", err)
	}
	for _, l := range lists {
		if err := os.Remove(l); err != nil {
			s.t.Fatal(err)
		}
	}
}

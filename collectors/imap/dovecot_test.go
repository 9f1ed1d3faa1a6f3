package imap

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
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

// server is a private Dovecot with one user's maildir.
type server struct {
	t       *testing.T
	root    string
	port    int
	tlsPort int
	uid     int
	gid     int
	mails   int
	command *exec.Cmd
}

const password = "correct-horse"

// startDovecot runs a Dovecot for one test. It needs root, since Dovecot gives up its
// rights by itself.
func startDovecot(t *testing.T) *server {
	t.Helper()
	binary := "/usr/sbin/dovecot"
	if _, err := os.Stat(binary); err != nil {
		t.Fatal("no dovecot to test against; install it: apt-get install -y dovecot-imapd")
	}
	if os.Geteuid() != 0 {
		t.Skip("a private dovecot can only be started by root")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	// Sockets have short paths only, so the folder is not the test's own.
	root, err := os.MkdirTemp("", "dove")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	s := &server{t: t, root: root, port: freePort(t), tlsPort: freePort(t)}
	s.uid, _ = strconv.Atoi(nobody.Uid)
	s.gid, _ = strconv.Atoi(nobody.Gid)
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	s.certificate()
	s.mkdir("mail/ana/Maildir")
	for _, folder := range []string{"", ".Gesendet", ".Entw&APw-rfe", ".Papierkorb", ".Werbung", ".Projekte.Heron"} {
		for _, sub := range []string{"cur", "new", "tmp"} {
			s.mkdir("mail/ana/Maildir/" + folder + "/" + sub)
		}
	}
	config := strings.NewReplacer("ROOT", root, "PORT", strconv.Itoa(s.port), "TLSP", strconv.Itoa(s.tlsPort), "PASSWORD", password,
		"UID", strconv.Itoa(s.uid), "GID", strconv.Itoa(s.gid)).Replace(configuration)
	s.write("dovecot.conf", config)
	s.command = exec.Command(binary, "-F", "-c", filepath.Join(root, "dovecot.conf"))
	if err := s.command.Start(); err != nil {
		t.Fatalf("start dovecot: %v", err)
	}
	t.Cleanup(s.stop)
	s.await()
	return s
}

const configuration = `
base_dir = ROOT/run
state_dir = ROOT/state
log_path = ROOT/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <ROOT/cert.pem
ssl_key = <ROOT/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
default_process_limit = 20
default_client_limit = 200
default_vsz_limit = 0
mail_location = maildir:ROOT/mail/%u/Maildir
service imap-login {
  chroot =
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = TLSP
    ssl = yes
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
  args = uid=UID gid=GID home=ROOT/mail/%u
}
namespace inbox {
  inbox = yes
  separator = .
  mailbox Gesendet {
    special_use = \Sent
  }
  mailbox Entwürfe {
    special_use = \Drafts
  }
  mailbox Papierkorb {
    special_use = \Trash
  }
  mailbox Werbung {
    special_use = \Junk
  }
}
`

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// certificate makes a certificate for 127.0.0.1 that signs itself.
func (s *server) certificate() {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		s.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}

func (s *server) mkdir(name string) {
	s.t.Helper()
	full := filepath.Join(s.root, name)
	if err := os.MkdirAll(full, 0o755); err != nil {
		s.t.Fatal(err)
	}
	for dir := full; dir != s.root; dir = filepath.Dir(dir) {
		if err := os.Chown(dir, s.uid, s.gid); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *server) write(name, content string) {
	s.t.Helper()
	full := filepath.Join(s.root, name)
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chown(full, s.uid, s.gid); err != nil {
		s.t.Fatal(err)
	}
}

// deliver puts one message into a folder ("" is INBOX) with maildir flags.
func (s *server) deliver(folder, flags, message string) {
	s.t.Helper()
	s.mails++
	name := fmt.Sprintf("mail/ana/Maildir/%s/cur/%d.M%dP1.host:2,%s", folder, 1700000000+s.mails, s.mails, flags)
	s.write(name, message)
}

// files are the names of all messages, with their flags.
func (s *server) files() string {
	s.t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(s.root, "mail"), func(p string, d os.DirEntry, err error) error {
		if err == nil && strings.Contains(d.Name(), ":2,") {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// await waits until Dovecot listens.
func (s *server) await() {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
		if err == nil {
			conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(s.root, "dovecot.log"))
	s.t.Fatalf("dovecot does not listen: %s", log)
}

// stop ends the server and waits for its end.
func (s *server) stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	_ = s.command.Wait()
}

package imap

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"

	"crosstalk/collectors"
)

// settings are the collector's options.
type settings struct {
	Endpoint     string `yaml:"endpoint"`      // imaps://user@host[:port], or imap://
	PasswordEnv  string `yaml:"password_env"`  // name of the environment variable that holds the password
	PasswordFile string `yaml:"password_file"` // or a file that nobody else may read
	Security     string `yaml:"security"`      // of imap://: starttls or plain
	CAFile       string `yaml:"ca_file"`       // certificates to trust beside the system's
}

// account is a mailbox that can be logged into.
type account struct {
	host, address  string
	user, password string
	secret         string // where the password came from, for the terminal
	security       string // tls, starttls, plain
	tls            *tls.Config
}

func accountOf(o collectors.Options) (account, error) {
	var s settings
	if err := o.Settings(&s); err != nil {
		return account{}, fmt.Errorf("imap: %w", err)
	}
	a, err := s.server()
	if err != nil {
		return account{}, fmt.Errorf("imap: %w", err)
	}
	if err := s.secrets(&a); err != nil {
		return account{}, fmt.Errorf("imap: %w", err)
	}
	return a, nil
}

// server reads the endpoint. It refuses to send a password in the clear unless told to.
func (s settings) server() (account, error) {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Host == "" || u.User == nil || u.User.Username() == "" {
		return account{}, fmt.Errorf("endpoint must be imaps://user@host or imaps://user@host:port (an @ in the user is written %%40)")
	}
	if _, ok := u.User.Password(); ok {
		return account{}, fmt.Errorf("endpoint must not hold the password; use password_env or password_file")
	}
	a := account{host: u.Hostname(), user: u.User.Username()}
	port := u.Port()
	switch {
	case u.Scheme == "imaps":
		a.security, port = "tls", orDefault(port, "993")
	case u.Scheme != "imap":
		return account{}, fmt.Errorf("endpoint begins with %q; it must begin with imaps:// or imap://", u.Scheme+"://")
	case s.Security == "starttls", s.Security == "plain":
		a.security, port = s.Security, orDefault(port, "143")
	case s.Security != "":
		return account{}, fmt.Errorf("security is %q; it must be starttls or plain", s.Security)
	case !loopback(a.host):
		return account{}, fmt.Errorf("imap:// would send the password in the clear; use imaps://, or set security: starttls")
	default:
		a.security, port = "plain", orDefault(port, "143")
	}
	a.address = net.JoinHostPort(a.host, port)
	return a, nil
}

func orDefault(s, d string) string {
	if s == "" {
		return d
	}
	return s
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s settings) secrets(a *account) error {
	switch {
	case s.PasswordEnv != "" && s.PasswordFile != "":
		return fmt.Errorf("set password_env or password_file, not both")
	case s.PasswordEnv != "":
		a.secret = "the environment variable " + s.PasswordEnv
		if a.password = os.Getenv(s.PasswordEnv); a.password == "" {
			return fmt.Errorf("%s is empty; set it to the mailbox's password", a.secret)
		}
	case s.PasswordFile != "":
		a.secret = s.PasswordFile
		password, err := privateFile(s.PasswordFile)
		if err != nil {
			return err
		}
		a.password = password
	default:
		return fmt.Errorf("set password_env or password_file")
	}
	a.tls = &tls.Config{ServerName: a.host, MinVersion: tls.VersionTLS12}
	if s.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return fmt.Errorf("ca_file: %w", err)
	}
	if a.tls.RootCAs, err = x509.SystemCertPool(); err != nil {
		a.tls.RootCAs = x509.NewCertPool()
	}
	if !a.tls.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("ca_file %s holds no certificate in PEM", s.CAFile)
	}
	return nil
}

// privateFile reads a password that only its owner can read.
func privateFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("password_file %s can be read by others; run: chmod 600 %s", path, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	password := string(bytes.TrimRight(b, "\r\n"))
	if password == "" {
		return "", fmt.Errorf("password_file %s is empty", path)
	}
	return password, nil
}

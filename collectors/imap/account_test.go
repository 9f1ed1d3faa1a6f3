package imap

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

func TestSettings(t *testing.T) {
	dir := t.TempDir()
	private, open := filepath.Join(dir, "private"), filepath.Join(dir, "open")
	for path, mode := range map[string]os.FileMode{private: 0o600, open: 0o644} {
		if err := os.WriteFile(path, []byte("word\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("CROSSTALK_TEST_PASSWORD", "word")
	for name, c := range map[string]struct{ settings, want string }{
		"tls":               {"{endpoint: 'imaps://ana@mail.example.com', password_file: PRIVATE}", "mail.example.com:993 tls"},
		"tls, port":         {"{endpoint: 'imaps://ana%40example.com@mail.example.com:1993', password_env: CROSSTALK_TEST_PASSWORD}", "mail.example.com:1993 tls"},
		"loopback":          {"{endpoint: 'imap://ana@localhost', password_file: PRIVATE}", "localhost:143 plain"},
		"loopback, v6":      {"{endpoint: 'imap://ana@[::1]:10143', password_file: PRIVATE}", "[::1]:10143 plain"},
		"starttls":          {"{endpoint: 'imap://ana@mail.example.com', security: starttls, password_file: PRIVATE}", "mail.example.com:143 starttls"},
		"plain on purpose":  {"{endpoint: 'imap://ana@mail.example.com', security: plain, password_file: PRIVATE}", "mail.example.com:143 plain"},
		"plain by accident": {"{endpoint: 'imap://ana@mail.example.com', password_file: PRIVATE}", "!in the clear"},
		"security":          {"{endpoint: 'imap://ana@mail.example.com', security: none, password_file: PRIVATE}", "!starttls or plain"},
		"no endpoint":       {"{password_file: PRIVATE}", "!endpoint must be"},
		"no user":           {"{endpoint: 'imaps://mail.example.com', password_file: PRIVATE}", "!endpoint must be"},
		"scheme":            {"{endpoint: 'pop3://ana@mail.example.com', password_file: PRIVATE}", "!must begin with imaps://"},
		"password in it":    {"{endpoint: 'imaps://ana:word@mail.example.com', password_file: PRIVATE}", "!must not hold the password"},
		"no password":       {"{endpoint: 'imaps://ana@mail.example.com'}", "!set password_env or password_file"},
		"both":              {"{endpoint: 'imaps://ana@mail.example.com', password_file: PRIVATE, password_env: X}", "!not both"},
		"empty variable":    {"{endpoint: 'imaps://ana@mail.example.com', password_env: CROSSTALK_TEST_NOTHING}", "!CROSSTALK_TEST_NOTHING is empty"},
		"open file":         {"{endpoint: 'imaps://ana@mail.example.com', password_file: OPEN}", "!chmod 600"},
		"missing file":      {"{endpoint: 'imaps://ana@mail.example.com', password_file: /nonexistent}", "!password_file"},
		"no certificate":    {"{endpoint: 'imaps://ana@mail.example.com', password_file: PRIVATE, ca_file: PRIVATE}", "!no certificate"},
		"unknown key":       {"{endpoint: 'imaps://ana@mail.example.com', pasword_file: PRIVATE}", "!pasword_file"},
	} {
		settings := strings.NewReplacer("PRIVATE", private, "OPEN", open).Replace(c.settings)
		o := collectors.Options{}.WithSettings([]byte(settings))
		a, err := accountOf(o)
		want, fails := strings.CutPrefix(c.want, "!")
		switch {
		case fails && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want an error with %q", name, err, want)
		case !fails && (err != nil || a.address+" "+a.security != want || a.password != "word"):
			t.Errorf("%s: %s %s, %v; want %s", name, a.address, a.security, err, want)
		}
		if checked := New().Check(o); (checked != nil) != fails {
			t.Errorf("%s: Check gives %v", name, checked)
		}
	}
}

func TestFilesAreNotItsBusiness(t *testing.T) {
	t.Parallel()
	err := collectortest.Into(context.Background(), New(), t.TempDir(), collectors.Options{}, collectortest.NewRecorder())
	if !errors.Is(err, ErrNotAFile) {
		t.Errorf("a path gives %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"folders":{"a":{"validity":1,"uid":2}}}`, `{"folders":null}`, "[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseCursor(b)
		if err != nil {
			return
		}
		again, err := parseCursor(c.bytes())
		if err != nil || len(again.Folders) != len(c.Folders) {
			t.Errorf("%s becomes %s: %v", b, c.bytes(), err)
		}
	})
}

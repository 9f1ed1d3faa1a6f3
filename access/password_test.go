package access_test

import (
	"strings"
	"testing"

	"crosstalk/access"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		password string
		ok       bool
	}{
		"12 characters":         {"correct hors", true},
		"11 characters":         {"correct hor", false},
		"12 letters of 2 bytes": {"äöüäöüäöüäöü", true},
		"6 letters of 2 bytes":  {"äöüäöü", false},
		"128 characters":        {strings.Repeat("ab", 64), true},
		"1024 bytes":            {strings.Repeat("ab", 512), true},
		"1025 bytes":            {strings.Repeat("ab", 512) + "c", false},
		"not utf-8":             {"correct horse\xff", false},
		"the name":              {"Ann.Lee@Example.Com", false},
		"one letter":            {strings.Repeat("a", 20), false},
		"empty":                 {"", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := access.CheckPassword("ann.lee@example.com", c.password)
			if (err == nil) != c.ok {
				t.Errorf("error %v, want ok %v", err, c.ok)
			}
			if err != nil && c.password != "" && strings.Contains(err.Error(), c.password) {
				t.Error("the message holds the password")
			}
		})
	}
}

// Hashes that the reference implementation of Argon2 tests itself with, so not made by the code under test.
var foreignHashes = map[string]struct{ hash, password string }{
	"64 MiB, one lane": {
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"},
	"256 KiB, two lanes": {
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"},
	"other password": {
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94", "differentpassword"},
}

func TestForeignHashes(t *testing.T) {
	t.Parallel()
	for name, c := range foreignHashes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ok, err := access.HashMatches(c.hash, c.password); !ok || err != nil {
				t.Errorf("right password: %v, %v", ok, err)
			}
			if ok, err := access.HashMatches(c.hash, c.password+"x"); ok || err != nil {
				t.Errorf("wrong password: %v, %v", ok, err)
			}
		})
	}
}

func TestStoredHashesRefused(t *testing.T) {
	t.Parallel()
	const salt, key = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	whole := func(costs string) string { return "$argon2id$v=19$" + costs + "$" + salt + "$" + key }
	for name, hash := range map[string]string{
		"empty":              "",
		"plain text":         "correct horse battery",
		"bcrypt":             "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":            "$argon2i$v=19$m=65536,t=2,p=1$" + salt + "$" + key,
		"old version":        "$argon2id$v=16$m=65536,t=2,p=1$" + salt + "$" + key,
		"no version":         "$argon2id$m=65536,t=2,p=1$" + salt + "$" + key,
		"no passes":          whole("m=65536,t=0,p=1"),
		"no lanes":           whole("m=65536,t=2,p=0"),
		"256 lanes":          whole("m=65536,t=2,p=256"),
		"4 GiB":              whole("m=4194304,t=2,p=1"),
		"a million passes":   whole("m=65536,t=1000000,p=1"),
		"overflow":           whole("m=99999999999999999999,t=2,p=1"),
		"too little memory":  whole("m=8,t=2,p=2"),
		"sign":               whole("m=+65536,t=2,p=1"),
		"leading zero":       whole("m=065536,t=2,p=1"),
		"other order":        whole("t=2,m=65536,p=1"),
		"missing cost":       whole("m=65536,t=2"),
		"extra cost":         whole("m=65536,t=2,p=1,x=1"),
		"short salt":         "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$" + key,
		"short key":          "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$CTFhFdXP",
		"huge key":           "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + strings.Repeat("A", 4096),
		"padded":             whole("m=65536,t=2,p=1") + "=",
		"not base64":         whole("m=65536,t=2,p=1") + "!",
		"trailing dollar":    whole("m=65536,t=2,p=1") + "$",
		"newline":            whole("m=65536,t=2,p=1") + "\n",
		"loose base64 bits":  "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHR$" + key,
		"newline in the key": "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$CTFhFdXPJO1aFaMaO6Mm5c8y\n7cJHAph8ArZWb2GRPPc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := access.RespellHash(hash); err == nil {
				t.Errorf("%q was taken", hash)
			}
		})
	}
}

func FuzzPasswordHash(f *testing.F) {
	for _, c := range foreignHashes {
		f.Add(c.hash)
	}
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		again, cost, err := access.RespellHash(s)
		if err != nil {
			return
		}
		if again != s {
			t.Errorf("%q is written back as %q", s, again)
		}
		if cost.Passes == 0 || cost.Lanes == 0 || cost.MemoryKiB < 8 || cost.MemoryKiB > 1<<20 {
			t.Errorf("%q asks for %+v", s, cost)
		}
	})
}

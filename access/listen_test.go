package access_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"crosstalk/access"
)

// names is a resolver that knows a few names.
func names(_ context.Context, host string) ([]netip.Addr, error) {
	known := map[string][]netip.Addr{
		"localhost": {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")},
		"mine":      {netip.MustParseAddr("127.0.1.1")},
		"server":    {netip.MustParseAddr("192.0.2.10")},
		"both":      {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.10")},
		"nothing":   {},
	}
	if addresses, ok := known[host]; ok {
		return addresses, nil
	}
	return nil, errors.New("no such host")
}

func TestCheckListen(t *testing.T) {
	t.Parallel()
	loopback := []string{"127.0.0.1:8080", "127.8.9.1:80", "[::1]:8080", "localhost:8080", "mine:1", "[::ffff:127.0.0.1]:80", "127.0.0.1:0"}
	outside := []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.10:80", "[2001:db8::1]:80", "server:80", "both:80",
		"[::ffff:0.0.0.0]:80", "[fe80::1%eth0]:80", "[::ffff:192.0.2.10]:80"}
	malformed := []string{"", "8080", "127.0.0.1", "127.0.0.1:", "::1:8080", "http://127.0.0.1:80", "unknown:80", "nothing:80", "127.1:80", "0x7f.1:80"}
	for _, address := range loopback {
		if err := access.CheckListenWith(address, false, false, names); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range outside {
		err := access.CheckListenWith(address, false, false, names)
		if err == nil || !strings.Contains(err.Error(), "crosstalk user add NAME --role admin") || !strings.Contains(err.Error(), "auth.proxy") {
			t.Errorf("%s without users: %v", address, err)
		}
		if err := access.CheckListenWith(address, true, false, names); err != nil {
			t.Errorf("%s with users: %v", address, err)
		}
		if err := access.CheckListenWith(address, false, true, names); err != nil {
			t.Errorf("%s with a proxy: %v", address, err)
		}
	}
	for _, address := range malformed {
		if err := access.CheckListenWith(address, true, true, names); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one sentence", address, err)
		}
	}
	if err := access.CheckListen("127.0.0.1:8080", false, false); err != nil {
		t.Errorf("with the system's resolver: %v", err)
	}
	if err := access.CheckListen("0.0.0.0:8080", false, false); err == nil {
		t.Error("everywhere, with the system's resolver: allowed")
	}
}

package access_test

import (
	"net/url"
	"strings"
	"testing"

	"crosstalk/access"
)

func TestSafeNext(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"/", "/silos", "/metric/tool_sprawl.csv", "/initiatives/", "/silos?period=12w&tool=slack&tool=email",
		"/metric/x?from=2025-01-01&to=2025-02-01", "/x?next=//evil.example", "/a%20b", "/@evil.example", "/a:b"} {
		if got := access.SafeNext(next); got != next {
			t.Errorf("SafeNext(%q) = %q, want it unchanged", next, got)
		}
	}
	for _, next := range []string{"", "silos", "//evil.example", "///evil.example", "////evil.example/%2f..", `/\evil.example`, `\/evil.example`, `\\evil.example`,
		"/%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "/%5Cevil.example", "%2f%2fevil.example", "https://evil.example", "https:/evil.example",
		"https:evil.example", "javascript:alert(1)", "data:text/html,x", "//user@evil.example", "/\tevil", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
		" //evil.example", "/ok\r\nSet-Cookie: a=b", "/..//evil.example", "/.//evil.example", "/a/..//evil.example", "/%2e%2e//evil.example", "/a//b", "/../x",
		"/\x00", "/%00", "/%0d%0aSet-Cookie:x", "/\u0085", "?next=/x", "#x", "/%zz", "http://[::1", "/login", "/login/", "/login?next=/x", "/logout", "/l%6fgin",
		"/" + strings.Repeat("a", 3000)} {
		if got := access.SafeNext(next); got != "/" {
			t.Errorf("SafeNext(%q) = %q, want /", next, got)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, next := range []string{"/silos?a=b", "//evil", `/\evil`, "/%2fevil", "/a/..//evil", "https://evil", "/\t/evil", "/%5c%5c"} {
		f.Add(next)
	}
	base, err := url.Parse("http://here.example/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		safe := access.SafeNext(next)
		if again := access.SafeNext(safe); again != safe {
			t.Errorf("%q gives %q, which gives %q", next, safe, again)
		}
		// What a browser makes of it: tabs and line breaks dropped, backslashes turned.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(safe))
		target, err := base.Parse(seen)
		if err != nil || target.Scheme != "http" || target.Host != "here.example" || strings.HasPrefix(seen, "//") {
			t.Errorf("%q gives %q, which leads to %v, %v", next, safe, target, err)
		}
	})
}

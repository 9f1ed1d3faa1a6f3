package access

import (
	"net/url"
	"path"
	"strings"
	"unicode"
)

// LoginPath is where the login page must be served.
const LoginPath = "/login"

const longestNext = 2048

// SafeNext returns where to go after logging in: next if it is a plain path on this server, with or without a query,
// and "/" otherwise, so that a login link cannot lead elsewhere.
func SafeNext(next string) string {
	if len(next) > longestNext || strings.ContainsFunc(next, func(c rune) bool { return unicode.IsControl(c) || c == '\\' }) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !plainPath(u.Path) {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
}

// plainPath looks at the decoded path, so that nothing hides behind escapes.
func plainPath(p string) bool {
	clean := path.Clean(p)
	strange := func(c rune) bool { return unicode.IsControl(c) || c == '\\' || c == unicode.ReplacementChar }
	return strings.HasPrefix(p, "/") && (p == clean || p == clean+"/") && !strings.ContainsFunc(p, strange) &&
		clean != LoginPath && clean != "/logout"
}

// loginURL is the login page that leads back to next.
func loginURL(next string) string {
	if next = SafeNext(next); next == "/" {
		return LoginPath
	}
	return LoginPath + "?" + url.Values{"next": {next}}.Encode()
}

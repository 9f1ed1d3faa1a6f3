package access

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	longestName      = 64
	longestProxyName = 128
	openName         = "anonymous"
)

// CheckName reports in one sentence what is wrong with the name of a user or a token: 1 to 64 lower-case ASCII
// letters, digits, dots, hyphens, underscores and at signs, beginning with a letter or a digit.
func CheckName(name string) error {
	if len(name) == 0 || len(name) > longestName || strings.ContainsFunc(name, notInName) || !letterOrDigit(name[0]) {
		return fmt.Errorf("%s is not a usable name: take 1 to %d lower-case letters, digits and . _ - @, "+
			"beginning with a letter or a digit", quote(name), longestName)
	}
	if name == openName {
		return fmt.Errorf("the name %q is kept for visitors without a login: take another", name)
	}
	return nil
}

func notInName(c rune) bool {
	return c > unicode.MaxASCII || !letterOrDigit(byte(c)) && !strings.ContainsRune("._-@", c)
}

func letterOrDigit(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// proxyName brings a name sent by the trusted proxy to the form in which it is recorded. Directories name people in
// more ways than we do (DOMAIN\ann, auth0|12), so more is allowed than in our own names, but nothing that could be
// taken for markup or for a second name.
func proxyName(value string) (string, bool) {
	name := strings.ToLower(strings.TrimSpace(value))
	if name == "" || len(name) > longestProxyName || !utf8.ValidString(name) || name == openName {
		return "", false
	}
	strange := func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(`._-@+|\/:=`, c)
	}
	return name, !strings.ContainsFunc(name, strange)
}

// quote shows outside text in a message: escaped and short.
func quote(s string) string { return strconv.QuoteToASCII(clip(s, longestName)) }

// clip shortens s to at most n bytes without cutting a character in two.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

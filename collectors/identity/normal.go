package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"crosstalk/collectors/phone"
)

// Address is the normal form of an address, or empty: lower case, without a scheme, a JID's
// resource, or the marks with which Microsoft's directories write guests (ana_x.org#EXT#@…).
func Address(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "<>"))
	for _, scheme := range []string{"mailto:", "smtp:", "sip:", "sips:", "xmpp:", "acct:"} {
		s = strings.TrimPrefix(s, scheme)
	}
	s, _, _ = strings.Cut(s, ";") // parameters of a SIP URI
	if guest, _, marked := strings.Cut(s, "#ext#@"); marked {
		if i := strings.LastIndexByte(guest, '_'); i > 0 {
			s = guest[:i] + "@" + guest[i+1:]
		}
	}
	local, domain, ok := strings.Cut(s, "@")
	domain, _, _ = strings.Cut(domain, "/")
	if !ok || local == "" || domain == "" || strings.ContainsAny(s, " \t") || strings.Contains(domain, "@") {
		return ""
	}
	return local + "@" + domain
}

// untagged is an address without what follows a plus sign, and at Gmail without dots, which
// it does not look at.
func untagged(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	if tag := strings.IndexByte(local, '+'); tag > 0 {
		local = local[:tag]
	}
	if domain == "googlemail.com" || domain == "gmail.com" {
		domain, local = "gmail.com", strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}

// Phone is a number in E.164, or empty when it does not say its country.
func Phone(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "tel:")
	if rest, international := strings.CutPrefix(s, "00"); international {
		s = "+" + rest
	}
	return phone.E164(s, "")
}

// bareHandle is a handle in its normal form.
func bareHandle(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@"))
}

var foldCase = cases.Fold()

// FullName is a name of two words or more in its normal form, or empty: without accents,
// case, titles and remarks in brackets, "Ruiz, Ana" as "ana ruiz".
func FullName(s string) string {
	if words := nameWords(s); len(words) >= 2 {
		return strings.Join(words, " ")
	}
	return ""
}

// titles are no part of a name.
var titles = map[string]bool{"dr": true, "prof": true, "mr": true, "mrs": true, "ms": true, "herr": true, "frau": true, "phd": true, "msc": true, "mba": true}

// strokes are letters that are none with an accent, in the spelling of those who lack them.
var strokes = strings.NewReplacer("ł", "l", "đ", "d", "ð", "d", "ø", "o", "ħ", "h", "ŧ", "t", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th")

// writtenOut is a name with umlauts as German writes them without: Joerg Mueller.
func writtenOut(name string) string {
	return umlauts.Replace(norm.NFC.String(name))
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "å", "aa", "Å", "Aa")

func nameWords(s string) []string {
	if strings.Contains(s, "@") {
		return nil // an address in the place of a name
	}
	s = outsideBrackets(s)
	if last, first, found := strings.Cut(s, ","); found && strings.TrimSpace(first) != "" {
		s = first + " " + last
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strokes.Replace(foldCase.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	var words []string
	for _, w := range strings.Fields(b.String()) {
		if !titles[w] {
			words = append(words, w)
		}
	}
	return words
}

func outsideBrackets(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(depth-1, 0)
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

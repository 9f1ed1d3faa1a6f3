// Package phone tells what the addresses of telephones are: numbers, in the one spelling that
// makes two of them comparable, mail addresses, and the names and short numbers of services. It
// knows the world's numbering plans and no tool.
package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"crosstalk/collectors/record"
)

// E164 is a telephone number as +, country code and digits, or empty when it is none. The region is the
// country, as two capital letters, of numbers without a country code; where it is empty only
// numbers that begin with + are read.
func E164(raw, region string) string {
	if region == "" && !strings.HasPrefix(raw, "+") || strings.ContainsFunc(raw, isLetter) {
		return ""
	}
	n, err := phonenumbers.Parse(raw, region)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return ""
	}
	number := phonenumbers.Format(n, phonenumbers.E164)
	if again, err := phonenumbers.Parse(number, ""); err != nil || phonenumbers.Format(again, phonenumbers.E164) != number {
		return "" // nothing but zeros, or the like
	}
	return number
}

// IsRegion reports whether two capital letters are those of a country.
func IsRegion(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }

// Region is the main country of a number's country code, or empty.
func Region(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
}

// CommonRegion is the country that most numbers with a country code are of, and of those as
// common the first by its letters; empty without any.
func CommonRegion(numbers []string) string {
	counts := map[string]int{}
	for _, n := range numbers {
		if region := Region(n); region != "" {
			counts[region]++
		}
	}
	best := ""
	for region, n := range counts {
		if best == "" || n > counts[best] || n == counts[best] && region < best {
			best = region
		}
	}
	return best
}

const shortNumber = 6 // digits, at most, of a service's number

// Account reads an address as a telephone stores it: a mail address, a number, or the name or
// short number of a service, which is a bot. A number of an unknown country is known by its digits, as a
// handle. An empty address gives an account without a key.
func Account(raw, region string) record.Account {
	raw = strings.TrimSpace(raw)
	switch {
	case raw == "":
		return record.Account{}
	case strings.Contains(raw, "@"):
		key := record.EmailKey(raw)
		return record.Account{Key: key, Email: key.Value}
	}
	if number := E164(raw, region); number != "" {
		return record.Account{Key: record.AccountKey{Kind: record.KeyPhone, Value: number}, Phone: number}
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, raw)
	if len(digits) > shortNumber && !strings.ContainsFunc(raw, isLetter) {
		return record.Account{Key: record.AccountKey{Kind: record.KeyHandle, Value: digits}}
	}
	return record.Account{Key: record.AccountKey{Kind: record.KeyHandle, Value: strings.ToLower(raw)}, Kind: record.AccountBot}
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 }

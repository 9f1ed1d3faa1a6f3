package organisation

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var spanPattern = regexp.MustCompile(`^([1-9][0-9]{0,3})(d|w|mo|y)$`)

// span is a length of time in calendar units.
type span struct{ years, months, days int }

// parseSpan reads "400d", "60w", "24mo" or "3y"; nothing is the zero span.
func parseSpan(text string) (span, error) {
	if text == "" {
		return span{}, nil
	}
	parts := spanPattern.FindStringSubmatch(text)
	if parts == nil {
		return span{}, fmt.Errorf("%s is not a length of time: write days, weeks, months or years, like 400d, 60w, 24mo or 3y", quote(text))
	}
	n, err := strconv.Atoi(parts[1])
	switch parts[2] {
	case "d":
		return span{days: n}, err
	case "w":
		return span{days: 7 * n}, err
	case "mo":
		return span{months: n}, err
	}
	return span{years: n}, err
}

// KeepsFrom is the first day whose messages are kept when today is the day given; the zero time when all are.
func (p Privacy) KeepsFrom(today time.Time) time.Time {
	s, err := parseSpan(p.Retention)
	if err != nil || s == (span{}) {
		return time.Time{}
	}
	return today.AddDate(-s.years, -s.months, -s.days)
}

package catalogue

import (
	"fmt"
	"regexp"
	"strconv"
)

// Era is when a tool was there to be used. In a file it is "2013-" for one that still is, "2010-2019", and with a ? for
// what is not known.
type Era struct {
	First int  // year; 0 is unknown
	Last  int  // year; 0 is unknown, or not yet
	Open  bool // still there when its file was written
}

var eraPattern = regexp.MustCompile(`^([0-9]{4}|\?)-([0-9]{4}|\?)?$`)

// UnmarshalText reads an era as the files write it.
func (e *Era) UnmarshalText(text []byte) error {
	parts := eraPattern.FindSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is not an era: write it like \"2013-\", \"2010-2019\" or \"?-2022\"", text)
	}
	e.First, e.Last, e.Open = year(parts[1]), year(parts[2]), len(parts[2]) == 0
	if e.Last != 0 && e.Last < e.First {
		return fmt.Errorf("the era %s ends before it begins", text)
	}
	return nil
}

// year is 0 for what is no number.
func year(text []byte) int {
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return 0
	}
	return n
}

// String is the era as the files write it.
func (e Era) String() string {
	write := func(year int) string {
		if year == 0 {
			return "?"
		}
		return strconv.Itoa(year)
	}
	if e.Open {
		return write(e.First) + "-"
	}
	return write(e.First) + "-" + write(e.Last)
}

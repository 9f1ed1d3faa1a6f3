package views

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

const thinSpace = "\u202f"

var smallNumbers = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// inWords writes counts up to twelve as a word.
func inWords(n int) string {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return chart.Group(float64(n))
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// percent writes a ratio with two significant digits: 38 %.
func percent(ratio float64) string { return chart.Digits(ratio*100, 2) + thinSpace + "%" }

// before names the period compared with: "the 4 weeks before".
func before(a analytics.Answer) string {
	days := a.Previous.Days()
	switch {
	case a.Filter.Compare == analytics.CompareYear:
		return "a year before"
	case days > 0 && days%7 == 0:
		return count(days/7, "week") + " before"
	}
	return count(days, "day") + " before"
}

func count(n int, thing string) string {
	if n == 1 {
		return "the " + thing
	}
	return fmt.Sprintf("the %d %ss", n, thing)
}

// changeOf turns a comparison into what is shown; scale is 100 for ratios, which change by points.
func changeOf(c analytics.Change, scale float64, unit string, more Direction) Change {
	if !c.IsKnown() {
		return Change{}
	}
	return Change{Known: true, By: *c.Change * scale, Low: *c.Low * scale, High: *c.High * scale, Unit: unit, More: more}
}

// compared says in words how a number moved: ", up 0.2 (0.1 to 0.3) on the 4 weeks before"; nothing when nothing was
// compared.
func compared(c Change, than string) []Part {
	switch {
	case !c.Known:
		return nil
	case c.NoChange():
		return say(plain(", no change " + c.between() + " on " + than))
	}
	return say(plain(", "), strong(c.word()+" "+c.amount()), plain(" "+c.between()+" on "+than))
}

// bySize orders the keys of a course by their newest known value, largest first.
func bySize(c *course) []string {
	keys := slices.Clone(c.keys)
	size := func(key string) float64 {
		values := c.values(key)
		for i := len(values) - 1; i >= 0; i-- {
			if n, ok := values[i].Number(); ok {
				return n
			}
		}
		return -1
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a, b))
	})
	return keys
}

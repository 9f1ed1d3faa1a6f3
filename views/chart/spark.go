package chart

import (
	"fmt"
	"strings"
)

// Spark is the small line of a tile. It is drawn on the server, so that tiles are whole without a script and in print.
type Spark struct {
	Values []Value
}

// Sizes of a spark's drawing, in its own units.
const (
	SparkWidth  = 240
	SparkHeight = 44
	sparkMargin = 4
)

// Empty reports that there are not two values to join.
func (s Spark) Empty() bool {
	count := 0
	for _, v := range s.Values {
		if v.state == known {
			count++
		}
	}
	return count < 2
}

// Path is an SVG path; it breaks where a value is unknown or withheld. The lowest value is at the bottom and the
// highest at the top: a spark shows a course, not a level.
func (s Spark) Path() string {
	var b strings.Builder
	joined := false
	for i, v := range s.Values {
		if v.state != known {
			joined = false
			continue
		}
		x, y := s.at(i)
		command := "M"
		if joined {
			command = "L"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", command, x, y)
		joined = true
	}
	return b.String()
}

// Last is where the newest known value is drawn.
func (s Spark) Last() (x, y string, ok bool) {
	for i := len(s.Values) - 1; i >= 0; i-- {
		if s.Values[i].state == known {
			px, py := s.at(i)
			return fmt.Sprintf("%.1f", px), fmt.Sprintf("%.1f", py), true
		}
	}
	return "", "", false
}

func (s Spark) at(i int) (x, y float64) {
	low, high := s.bounds()
	across := float64(SparkWidth - 2*sparkMargin)
	x = sparkMargin + across*float64(i)/float64(max(1, len(s.Values)-1))
	if high == low {
		return x, SparkHeight / 2
	}
	return x, sparkMargin + float64(SparkHeight-2*sparkMargin)*(high-s.Values[i].number)/(high-low)
}

func (s Spark) bounds() (low, high float64) {
	first := true
	for _, v := range s.Values {
		if v.state != known {
			continue
		}
		if first {
			low, high, first = v.number, v.number, false
		}
		low, high = min(low, v.number), max(high, v.number)
	}
	return low, high
}

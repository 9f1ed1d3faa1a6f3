package chart

import (
	"math"
	"strconv"
	"strings"
)

// Format says how numbers read. The script has a function of the same name for axes and tooltips.
type Format string

const (
	// Integer groups thousands and rounds to whole numbers: 1,842.
	Integer Format = "integer"
	// Decimal keeps up to three significant digits: 3.42, 0.381, 41.
	Decimal Format = "decimal"
	// Percent shows a ratio of 0 to 1 in per cent with one decimal: 38.4 %.
	Percent Format = "percent"
)

// thin separates a number from its unit and never breaks a line.
const thin = "\u202f"

const minus = "\u2212"

// Text writes a number.
func (f Format) Text(n float64) string {
	switch f {
	case Percent:
		return strings.Replace(strconv.FormatFloat(math.Round(n*1000)/10, 'f', 1, 64), "-", minus, 1) + thin + "%"
	case Integer:
		return Group(n)
	}
	return Digits(n, 3)
}

// Group writes a whole number with grouped thousands.
func Group(n float64) string {
	text := strconv.FormatFloat(math.Abs(math.Round(n)), 'f', 0, 64)
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if math.Round(n) < 0 {
		return minus + b.String()
	}
	return b.String()
}

// Digits writes at most the given number of significant digits, never cutting digits before the point.
func Digits(n float64, digits int) string {
	if n == 0 {
		return "0"
	}
	places := digits - 1 - int(math.Floor(math.Log10(math.Abs(n))))
	places = max(0, min(places, 6))
	scale := math.Pow(10, float64(places))
	rounded := math.Round(n*scale) / scale
	if places == 0 || math.Abs(rounded) >= 1000 {
		return Group(rounded)
	}
	text := strconv.FormatFloat(math.Abs(rounded), 'f', places, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if rounded < 0 {
		return minus + text
	}
	return text
}

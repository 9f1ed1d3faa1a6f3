package chart

import (
	"math"
	"strconv"
)

type state uint8

const (
	missing state = iota
	known
	suppressed
)

// Value is a number that may be unknown or withheld. The zero Value is unknown: null, which is not zero.
type Value struct {
	number float64
	state  state
}

// Known is a number. NaN and the infinities are unknown.
func Known(number float64) Value {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return Value{}
	}
	return Value{number: number, state: known}
}

// Maybe is the number pointed to, or unknown.
func Maybe(number *float64) Value {
	if number == nil {
		return Value{}
	}
	return Known(*number)
}

// Suppressed is a number that exists and is withheld, because too few people stand behind it.
func Suppressed() Value { return Value{state: suppressed} }

// Number returns the number, and whether there is one.
func (v Value) Number() (float64, bool) { return v.number, v.state == known }

// IsSuppressed reports that the value is withheld.
func (v Value) IsSuppressed() bool { return v.state == suppressed }

// plot is what ECharts draws: null breaks a line.
func (v Value) plot() any {
	if v.state != known {
		return nil
	}
	return math.Round(v.number*1e6) / 1e6
}

func (v Value) raw() string {
	if v.state != known {
		return ""
	}
	return strconv.FormatFloat(math.Round(v.number*1e6)/1e6, 'f', -1, 64)
}

func (v Value) cell(f Format) Cell {
	switch v.state {
	case known:
		return Cell{Text: f.Text(v.number), Raw: v.raw()}
	case suppressed:
		return Cell{Text: withheld, Suppressed: true}
	}
	return Cell{Text: "–"}
}

const withheld = "too few people"

package analytics

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// quote shows a value from outside in a sentence: short, on one line, without control characters.
func quote(v string) string {
	return strconv.Quote(short(v))
}

// short cuts a value from outside.
func short(v string) string {
	const longest = 60
	if runes := []rune(v); len(runes) > longest {
		v = string(runes[:longest]) + "…"
	}
	return strings.ToValidUTF8(v, "\uFFFD")
}

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// sorted gives each word once, ascending.
func sorted(words []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(words)))
}

// words are the values of a list of named strings.
func words[S ~string](values []S) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

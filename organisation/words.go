package organisation

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// quote shows a value from the file in a sentence: short and on one line.
func quote(v string) string {
	const longest = 60
	if runes := []rune(v); len(runes) > longest {
		v = string(runes[:longest]) + "…"
	}
	return strconv.Quote(v)
}

// list joins words as a sentence does: "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkWord finds a word that is none of those known; an empty one is left out, which is not wrong.
func checkWord(f *findings, path, what, word string, known []string) {
	if word != "" && !slices.Contains(known, word) {
		f.wrong(path, "%s is not %s: use %s", quote(word), what, list(known))
	}
}

func checkWords(f *findings, path, what string, words, known []string) {
	for i, word := range words {
		if !slices.Contains(known, word) {
			f.wrong(entry(path, i), "%s is not %s: use %s", quote(word), what, list(known))
		}
	}
}

func checkSlug(f *findings, path, slug, like string) {
	switch {
	case slug == "":
		f.wrong(path, "it is missing: write it like %s", like)
	case !slugPattern.MatchString(slug):
		f.wrong(path, "%s is not a slug: use small letters, digits and hyphens, like %s", quote(slug), like)
	}
}

func checkUnits(f *findings, path string, units []string) {
	for i, unit := range units {
		if !unitPattern.MatchString(unit) {
			f.wrong(entry(path, i), "%s is neither a department nor a team: write Department or Department/Team", quote(unit))
		}
	}
}

func checkZone(f *findings, path, name string) {
	if _, err := loadZone(name); err != nil {
		f.wrong(path, "%s", err)
	}
}

// checkDay reports whether a text is a day.
func checkDay(f *findings, path, day string) bool {
	switch _, err := time.Parse(time.DateOnly, day); {
	case day == "":
		f.wrong(path, "it is missing: write a day like 2026-12-25")
	case err != nil:
		f.wrong(path, "%s is not a day: write it like 2026-12-25", quote(day))
	default:
		return true
	}
	return false
}

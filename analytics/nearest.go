package analytics

import "strings"

// Nearest is the slug that looks most like one that is not there; empty where none does.
func Nearest(slug string) string {
	slug = strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(short(slug)))
	best, least := "", len(slug)/2+1
	for _, m := range all {
		if d := distance(slug, m.Slug()); d < least {
			best, least = m.Slug(), d
		}
	}
	return best
}

// distance counts the letters to put in, take out or replace to make one word of another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

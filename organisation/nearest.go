package organisation

import "strings"

// suggest names the nearest of the known words, or all of them when none is near.
func suggest(wrong string, known []string) string {
	wrong = strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(wrong))
	best, least := "", len([]rune(wrong))/2+1
	for _, word := range known {
		if d := distance(wrong, word); d < least {
			best, least = word, d
		}
	}
	if best == "" {
		return "use " + list(known)
	}
	return "did you mean " + best + "?"
}

// distance is how many letters must be put in, left out or changed to make one word of the other.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

package stat

import (
	"cmp"
	"math"
	"slices"
)

// Adopter is Rogers' name for those who adopt early or late (Diffusion of Innovations, 1962).
type Adopter string

// The five segments, with the shares of the population they take in turn: what lies beyond two and one standard deviations and
// the mean of a normal distribution. NotAdopted is whoever has not.
const (
	Innovator     Adopter = "innovator"      // the first 2.5 %
	EarlyAdopter  Adopter = "early_adopter"  // the next 13.5 %
	EarlyMajority Adopter = "early_majority" // the next 34 %
	LateMajority  Adopter = "late_majority"  // the next 34 %
	Laggard       Adopter = "laggard"        // the last 16 %
	NotAdopted    Adopter = "not_adopted"
)

// Rogers sorts people into segments by the time each adopted, NaN for not yet, in any unit; the answer is in their order. population is
// how many could adopt: all with access, or the M of a curve; never fewer than have adopted. Pass 0 to compare those who have
// adopted with each other. People of the same time share the segment of the middle of them.
func Rogers(adoptedAt []float64, population float64) []Adopter {
	segments := make([]Adopter, len(adoptedAt))
	var order []int
	for i, t := range adoptedAt {
		if segments[i] = NotAdopted; !math.IsNaN(t) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(adoptedAt[a], adoptedAt[b]) })
	population = max(population, float64(len(order)))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && adoptedAt[order[to]] == adoptedAt[order[from]] {
			to++
		}
		segment := adopterAt(float64(from+to) / 2 / population)
		for ; from < to; from++ {
			segments[order[from]] = segment
		}
	}
	return segments
}

// adopterAt is the segment of those before whom a share of the population has adopted.
func adopterAt(share float64) Adopter {
	switch {
	case share < 0.025:
		return Innovator
	case share < 0.16:
		return EarlyAdopter
	case share < 0.5:
		return EarlyMajority
	case share < 0.84:
		return LateMajority
	}
	return Laggard
}

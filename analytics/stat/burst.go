package stat

import (
	"fmt"
	"math"
)

// Burstiness is B = (sd-mean)/(sd+mean) of gaps between events (Goh & Barabási 2008), from how many there are, their sum and the
// sum of their squares: -1 for a clock, 0 for chance, towards 1 for bursts. The sd is that of the gaps themselves, divided by n. Few
// gaps cannot reach 1: the most is (√(n-1)-1)/(√(n-1)+1). NaN of fewer than 2 gaps and when all are 0.
func Burstiness(count, sum, squares float64) float64 {
	if !(count >= 2) || !(sum > 0) {
		return math.NaN()
	}
	mean := sum / count
	sd := math.Sqrt(max(squares/count-mean*mean, 0))
	return (sd - mean) / (sd + mean)
}

// What SessionGap asks of a valley.
const (
	fewestGaps    = 200  // gaps with a logarithm
	valleyDepth   = 1.25 // how many times the lower of the two peaks is above it
	valleySmooth  = 0.35 // sd of the smoothing, in natural logarithms: about 1.4 times
	shortestPause = 10 * 60
	longestPause  = 120 * 60
)

// SessionGap is the pause, in seconds, that ends a session: the valley between the two modes of a histogram of the logarithms of
// gaps, the replies within a session and the pauses between sessions. counts[i] gaps are from edges[i] up to but not including edges[i+1]; there is one edge more.
// Counts are taken by width in logarithms, so uneven bins do no harm, a bin that starts at 0 is left out, and the density is smoothed with a
// normal kernel. Of all local minima the one that is deepest below the lower of the highest peaks to its sides is the valley; the answer is the edge next to it. There is none
// (false) below 200 gaps, when the lower peak is not 1.25 times the valley, or outside 10 to 120 minutes. Edges that do
// not fit the counts or do not ascend are an error.
func SessionGap(edges []float64, counts []uint64) (gap float64, ok bool, err error) {
	if err := checkBins(edges, counts, counts); err != nil {
		return 0, false, fmt.Errorf("histogram of gaps: %w", err)
	}
	if edges[0] == 0 {
		edges, counts = edges[1:], counts[1:]
	}
	total := uint64(0)
	for _, n := range counts {
		total += n
	}
	if total < fewestGaps {
		return 0, false, nil
	}
	at, depth := deepestValley(smoothed(edges, counts))
	if depth < valleyDepth {
		return 0, false, nil
	}
	valley := edges[0] * math.Exp(float64(at)*gridStep)
	gap = nearestEdge(edges, valley)
	return gap, gap >= shortestPause && gap <= longestPause, nil
}

const gridStep = 0.05 // natural logarithms

// smoothed is the density over the logarithm, at steps from the first edge.
func smoothed(edges []float64, counts []uint64) []float64 {
	first := math.Log(edges[0])
	grid := make([]float64, 1+int((math.Log(edges[len(edges)-1])-first)/gridStep))
	cumulative := func(x float64) float64 { return 0.5 * math.Erfc(-x/valleySmooth/math.Sqrt2) }
	for b, n := range counts {
		if n == 0 {
			continue
		}
		from, to := math.Log(edges[b])-first, math.Log(edges[b+1])-first
		for i := range grid {
			x := float64(i) * gridStep
			grid[i] += float64(n) / (to - from) * (cumulative(x-from) - cumulative(x-to))
		}
	}
	return grid
}

// deepestValley is the local minimum that the lower of the highest peaks to its left and right is most times above.
func deepestValley(density []float64) (at int, depth float64) {
	right := make([]float64, len(density)+1) // the highest from here on
	for i := len(density) - 1; i >= 0; i-- {
		right[i] = max(right[i+1], density[i])
	}
	left := 0.0
	for i, d := range density {
		if now := min(left, right[i+1]) / d; now > depth {
			at, depth = i, now
		}
		left = max(left, d)
	}
	return at, depth
}

// nearestEdge is nearest by ratio.
func nearestEdge(edges []float64, v float64) float64 {
	best := edges[0]
	for _, e := range edges {
		if math.Abs(math.Log(e/v)) < math.Abs(math.Log(best/v)) {
			best = e
		}
	}
	return best
}

package stat

// KendallLimit is what an interval of slopes rests on, for points of different x.
func KendallLimit(y []float64, confidence float64) float64 {
	ones := make([]int, len(y))
	for i := range ones {
		ones[i] = 1
	}
	return kendallLimit(ones, tied(y), len(y), confidence)
}

// KendallVariance is the variance of S when ties are in both.
func KendallVariance(x, y []float64) float64 { return kendallVariance(tied(x), tied(y), len(x)) }

// CanonicalOrder lists nodes by the part they play.
func CanonicalOrder(g *Graph) []uint32 { return g.canonicalOrder() }

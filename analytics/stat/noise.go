package stat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Noise hides what one person adds to a sum, by the Laplace mechanism (Dwork et al. 2006). It is drawn once for each cell and week:
// from a keyed hash of their names, so that it is the same whenever and however often it is asked for, and nobody can average it out; who does not
// have the key cannot tell it.
//
// What it promises: a sum to which no person adds more than the contribution, see BoundedSum, spends the budget (epsilon) of each person in it,
// once for each cell and week that the person is part of; a person in c cells has spent c budgets a week. Rounding afterwards spends nothing, and
// is needed: the last digits of a number with noise in it tell more than the theory allows (Mironov 2012), so show it by CoarseCount or coarser.
type Noise struct {
	key   []byte
	scale float64
}

const shortestKey = 32 // bytes

// NewNoise has a key of at least 32 bytes, a budget per cell and week above 0, and the most that one person adds to a cell in a week, above
// 0 and in the unit of the sums. The key must be kept as long as what was shown with it.
func NewNoise(key []byte, budget, contribution float64) (*Noise, error) {
	switch {
	case len(key) < shortestKey:
		return nil, fmt.Errorf("the key of the noise has %d bytes, it needs %d", len(key), shortestKey)
	case !(budget > 0) || math.IsInf(budget, 1):
		return nil, fmt.Errorf("the budget of the noise is %v, it must be above 0", budget)
	case !(contribution > 0) || math.IsInf(contribution, 1):
		return nil, fmt.Errorf("the contribution of one person is bounded by %v, it must be above 0", contribution)
	}
	return &Noise{append([]byte(nil), key...), contribution / budget}, nil
}

// Scale is the scale b of the noise, contribution / budget: its mean is 0, its standard deviation b·√2, and it stays within ±3b for 95 % of all cells.
func (n *Noise) Scale() float64 { return n.scale }

// At is the noise of a cell in a week. Names are any text; a cell must have a name of its own, its metric included.
func (n *Noise) At(cell, week string) float64 {
	mac := hmac.New(sha256.New, n.key)
	for _, name := range []string{cell, week} {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(name)))) // so that "a", "bc" is not "ab", "c"
		mac.Write([]byte(name))
	}
	drawn := binary.BigEndian.Uint64(mac.Sum(nil))
	u := (float64(drawn>>12) + 0.5) / (1 << 52) // of 2^52 steps, never 0: at most 36.7 scales
	noise := -n.scale * math.Log(u)
	if drawn&1 == 1 {
		return -noise
	}
	return noise
}

// BoundedSum adds up what each person adds, no more than the bound and no less than 0 each, and gives the part of all that was left out as well.
func BoundedSum(contributions []float64, bound float64) (sum, cut float64) {
	total := 0.0
	for _, c := range contributions {
		total += max(c, 0)
		sum += min(max(c, 0), bound)
	}
	return sum, ratio(total-sum, total)
}

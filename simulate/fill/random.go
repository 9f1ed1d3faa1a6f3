package fill

import (
	"math"
	"math/bits"
)

// random is a small generator (wyrand): a message needs several numbers, and they need not be unguessable.
type random struct{ state uint64 }

// newRandom is a stream of its own for each purpose and number, so that days can be made apart from each other.
func newRandom(seed, purpose, number uint64) *random {
	r := &random{seed*0x9e3779b97f4a7c15 + purpose*0xbf58476d1ce4e5b9 + number*0x94d049bb133111eb}
	r.next()
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(r.state, r.state^0xe7037ed1a0b428db)
	return hi ^ lo
}

// below gives a number from 0 up to but not including n, which is positive.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// share gives a number from 0 up to but not including 1.
func (r *random) share() float64 { return float64(r.next()>>11) / (1 << 53) }

// normal gives a number of the standard normal distribution.
func (r *random) normal() float64 { return quantile[r.next()&(quantiles-1)] }

// rank gives a number below n, where the first ones are the likeliest: twice as often as the second, three times as often
// as the third.
func (r *random) rank(n int) int {
	return min(int(math.Exp(r.share()*math.Log(float64(n+1))))-1, n-1)
}

// quantiles of the standard normal distribution, in the middle of equal shares.
const quantiles = 1 << 12

var quantile = func() (table [quantiles]float64) {
	for i := range table {
		table[i] = math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/quantiles-1)
	}
	return table
}()

// tail is a table of a heavy-tailed distribution with mean 1 (log-normal), to be drawn from.
func tail(sigma float64) (table [quantiles]float64) {
	sum := 0.0
	for i := range table {
		table[i] = math.Exp(sigma * quantile[i])
		sum += table[i]
	}
	for i := range table {
		table[i] *= quantiles / sum
	}
	return table
}

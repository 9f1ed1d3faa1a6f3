package stat

import (
	"math/rand/v2"
	"testing"
)

// The sums of packed rows are those of the rows added one by one, whatever the columns hold.
func TestPackedSums(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	columns := map[string]func() float64{
		"ones":      func() float64 { return 1 },
		"none":      func() float64 { return 0 },
		"signs":     func() float64 { return float64(random.IntN(3) - 1) },
		"negative":  func() float64 { return -5 - float64(random.IntN(4)) },
		"counts":    func() float64 { return float64(random.IntN(100_000)) },
		"large":     func() float64 { return float64(random.IntN(1 << 31)) },
		"too large": func() float64 { return float64(random.IntN(1 << 40)) },
		"fractions": random.Float64,
	}
	names := []string{"fractions", "none", "ones", "signs", "negative", "large", "counts", "too large", "signs", "large", "counts", "counts", "fractions"}
	for _, people := range []int{1, 2, 500} {
		rows := make([][]float64, people)
		for i := range rows {
			for _, name := range names {
				rows[i] = append(rows[i], columns[name]())
			}
		}
		got := make([]float64, len(names))
		one := pack(rows).newDraw()
		for d := range uint64(20) {
			one.sum(d, got)
			for j, want := range plainSums(rows, d) {
				if got[j] != want {
					t.Fatalf("%d people, draw %d, column %d of %s: %v, want %v", people, d, j, names[j], got[j], want)
				}
			}
		}
	}
}

func plainSums(rows [][]float64, number uint64) []float64 {
	random := rand.NewPCG(0x6372_6f73_7374_616c, number)
	sums := make([]float64, len(rows[0]))
	for range rows {
		for j, v := range rows[(random.Uint64()>>32)*uint64(len(rows))>>32] {
			sums[j] += v
		}
	}
	return sums
}

package analytics

import (
	"context"
	"time"

	"crosstalk/analytics/stat"
)

// GapEdges are the lower ends, in seconds, of bins 1 to 63 of the gaps that the warehouse keeps. Bin 0 holds what is shorter; the last
// ends with the follow-up of an opening, 28 days.
var GapEdges = []uint32{
	1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50,
	60, 75, 90, 120, 150, 180, 240, 300, 360, 450, 600, 720, 900, 1200, 1500, 1800, 2400, 3000,
	3600, 4500, 5400, 7200, 9000, 10800, 14400, 18000, 21600, 28800, 36000, 43200, 57600, 72000,
	86400, 108000, 144000, 172800, 216000, 259200, 345600, 432000, 518400, 604800,
	777600, 950400, 1209600, 1468800, 1814400, 2073600,
}

const (
	gapBins         = 64
	followUpSeconds = 28 * 24 * 3600
)

// binAt is the first bin of the gaps of at least some length, which is an edge.
func binAt(length time.Duration) int {
	bin := 0
	for bin < len(GapEdges) && GapEdges[bin] < uint32(length/time.Second) {
		bin++
	}
	return bin + 1
}

// The two clocks by which a gap is measured.
const (
	WallClock    = "wall"
	WorkingClock = "working"
)

// Gaps are told by codes: a bin, shifted by where the number of the kind below begins.
const (
	wallGaps        = iota * gapBins // of the answered
	workingGaps                      // of the answered, on the working clock
	wallFollowed                     // of those not answered before the data end: how long they were followed
	workingFollowed                  // the same on the working clock
	gapCodes
)

// gapRow are the gaps of one tool in one window: of one person, or of everybody.
type gapRow struct {
	Window uint16  `ch:"window"`
	Tool   string  `ch:"tool"`
	Person uint64  `ch:"person"` // 0: everybody
	Codes  numbers `ch:"codes"`
	Counts numbers `ch:"counts"` // of Codes, one by one
}

// gapFact is a fact of gaps, person by person where a question is about a group.
func gapFact(name string) *fact[[]gapRow] {
	return &fact[[]gapRow]{
		query: load(name),
		params: func(q *question) Params {
			params := q.windowParams()
			params["by_person"] = q.isByGroup()
			return params
		},
		read: func(ctx context.Context, s Snapshot, f *fact[[]gapRow], _ []time.Time, params Params) ([]gapRow, error) {
			var rows []gapRow
			err := s.Select(ctx, &rows, f.query.text, params)
			return rows, err
		},
	}
}

// gaps counts gaps by their codes.
type gaps [gapCodes]uint64

// gapsByTool are the gaps of the people who count, in each window.
func (q *question) gapsByTool(rows []gapRow, everybody *people) []map[string]*gaps {
	byTool, inside := make([]map[string]*gaps, len(q.windows)), make([][]bool, len(q.windows))
	for window := range byTool {
		byTool[window] = map[string]*gaps{}
		if !q.population.isWhole() {
			inside[window] = q.insideOf(everybody.numbers, q.windows[window].To)
		}
	}
	for _, r := range rows {
		if inside[r.Window] != nil && !inside[r.Window][everybody.numbers[r.Person]] {
			continue
		}
		g := byTool[r.Window][r.Tool]
		if g == nil {
			g = &gaps{}
			byTool[r.Window][r.Tool] = g
		}
		for i, code := range r.Codes {
			g[code] += r.Counts[i]
		}
	}
	return byTool
}

// gapsOver adds up the gaps of some tools.
func gapsOver(byTool map[string]*gaps, tools []string) *gaps {
	sum := &gaps{}
	for _, tool := range tools {
		if g := byTool[tool]; g != nil {
			for code, n := range g {
				sum[code] += n
			}
		}
	}
	return sum
}

// survivalOf is the curve of those not yet answered, of so many openings, on one clock.
func (g *gaps) survivalOf(openings float64, clock string) stat.Survival {
	answered, followed := wallGaps, wallFollowed
	if clock == WorkingClock {
		answered, followed = workingGaps, workingFollowed
	}
	events, censored := make([]uint64, gapBins+1), make([]uint64, gapBins+1)
	left := uint64(openings)
	for bin := range gapBins {
		events[bin], censored[bin] = g[answered+bin], g[followed+bin]
		left -= min(left, events[bin]+censored[bin])
	}
	censored[gapBins] = left // never answered within the follow-up: longer than any gap
	curve, err := stat.KaplanMeierBins(survivalEdges(), events, censored)
	if err != nil {
		panic(err) // the edges are ours
	}
	return curve
}

func survivalEdges() []float64 {
	edges := make([]float64, 0, gapBins+2)
	edges = append(edges, 0)
	for _, e := range GapEdges {
		edges = append(edges, float64(e))
	}
	return append(edges, followUpSeconds, followUpSeconds+1)
}

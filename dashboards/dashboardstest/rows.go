package dashboardstest

import (
	"math"
	"slices"

	"crosstalk/analytics"
)

// rows invents what a metric answers, in its own row type.
func (c Company) rows(m analytics.Metric, buckets []analytics.Bucket, f analytics.Filter) any {
	switch m.Slug() {
	case analytics.ToolSprawl.Slug():
		return c.sprawl(buckets)
	case analytics.ToolShare.Slug():
		return c.share(buckets, f.Tools)
	case analytics.ToolActivity.Slug():
		return c.activity(buckets)
	case analytics.ToolOverlap.Slug():
		return c.overlap(buckets)
	case analytics.TieFrequency.Slug():
		return c.frequency(buckets)
	}
	if rows := c.tieRows(m, buckets); rows != nil {
		return rows
	}
	if rows := c.useRows(m, buckets); rows != nil {
		return rows
	}
	if rows := c.answerRows(m, buckets); rows != nil {
		return rows
	}
	if rows := c.portfolioRows(m, buckets); rows != nil {
		return rows
	}
	return c.invented(m, buckets)
}

// shown is nil where the company hides its figures.
func shown[N any](c Company, n N) *N {
	if c.Kind == Suppressed {
		return nil
	}
	return &n
}

func (c Company) release() analytics.Release {
	return analytics.Release{IsSuppressed: c.Kind == Suppressed}
}

// change is an invented comparison; only summaries have one.
func (c Company) change(buckets []analytics.Bucket, now, by, give float64) analytics.Change {
	if len(buckets) != 1 || c.Kind == Suppressed {
		return analytics.Change{}
	}
	before, low, high := now-by, by-give, by+give
	return analytics.Change{Previous: &before, Change: &by, Low: &low, High: &high}
}

func wave(i int, level, slope float64) float64 {
	return level + slope*float64(i) + 0.02*level*math.Sin(float64(i)*1.7)
}

func (c Company) sprawl(buckets []analytics.Bucket) []analytics.ToolSprawlRow {
	rows := []analytics.ToolSprawlRow{}
	for i, b := range buckets {
		per, worth, org := wave(i, 3.1, 0.03), wave(i, 2.0, 0.01), wave(i, 3.0, 0.02)
		within, between := 0.74, 0.31
		rows = append(rows, analytics.ToolSprawlRow{
			Bucket: b, Release: c.release(), People: shown(c, uint64(1842)), Tools: shown(c, uint64(len(c.Tools()))),
			ToolsPerPerson: shown(c, per), ManyToolsRatio: shown(c, 0.58), EffectiveTools: shown(c, org), EffectiveToolsPerPerson: shown(c, worth),
			SprawlGap: shown(c, org-worth), Concentration: shown(c, 1/org), InverseConcentration: shown(c, org),
			Entropy: shown(c, within+between), EntropyWithin: shown(c, within), EntropyBetween: shown(c, between),
			ToolsPerPersonChange: c.change(buckets, per, 0.2, 0.1), EffectiveToolsChange: c.change(buckets, org, 0.04, 0.1), SprawlGapChange: c.change(buckets, org-worth, -0.1, 0.05),
		})
	}
	return rows
}

var levels = []float64{44, 24, 12, 9, 7, 4, 3, 2.5, 2, 1.6, 1.2, 1, 0.8, 0.5}
var slopes = []float64{-0.7, 0.9, -0.5, 0, 0.3, -0.2, 0, 0, 0, 0, 0, 0, 0, 0}

func (c Company) share(buckets []analytics.Bucket, only []string) []analytics.ToolShareRow {
	rows := []analytics.ToolShareRow{}
	for i, b := range buckets {
		at := i
		if len(buckets) == 1 {
			at = 11
		}
		sum := 0.0
		for t := range c.Tools() {
			sum += max(0, wave(at, levels[t], slopes[t]))
		}
		asked := 0.0
		for t, tool := range c.Tools() {
			if len(only) > 0 && !slices.Contains(only, tool.Tool) {
				continue
			}
			ratio := max(0, wave(at, levels[t], slopes[t])) / sum
			row := analytics.ToolShareRow{Bucket: b, Tool: tool.Tool, Release: c.release(), People: shown(c, uint64(1800/(t+1))), Messages: shown(c, uint64(ratio*412300)),
				ShareRatio: shown(c, ratio), Change: c.change(buckets, ratio, slopes[t]*0.03, 0.008)}
			if tool.Tool == "yammer" && i%5 == 2 { // one tool is now and then too small
				row.People, row.Messages, row.ShareRatio, row.IsSuppressed = nil, nil, nil, true
			}
			asked += ratio
			rows = append(rows, row)
		}
		rows = append(rows, analytics.ToolShareRow{Bucket: b, Tool: analytics.AllTools, Release: c.release(), People: shown(c, uint64(1842)), Messages: shown(c, uint64(412300)),
			ShareRatio: shown(c, asked), Change: c.change(buckets, asked, 0.02, 0.01)})
	}
	return rows
}

func (c Company) activity(buckets []analytics.Bucket) []analytics.ToolActivityRow {
	rows := []analytics.ToolActivityRow{}
	for i, b := range buckets {
		for _, window := range []uint16{1, 7, 28} {
			rows = append(rows, c.activityRow(buckets, b, analytics.AllTools, window, wave(i, 1800, 4)))
			for t, tool := range c.Tools() {
				rows = append(rows, c.activityRow(buckets, b, tool.Tool, window, wave(i, 1700/float64(t+1), slopes[t]*20)))
			}
		}
	}
	return rows
}

func (c Company) activityRow(buckets []analytics.Bucket, b analytics.Bucket, tool string, window uint16, people float64) analytics.ToolActivityRow {
	n := uint64(max(0, people) * math.Sqrt(float64(window)/28))
	daily := float64(n) * 0.6
	return analytics.ToolActivityRow{Bucket: b, Tool: tool, WindowDays: window, Release: c.release(), People: shown(c, n), Messages: shown(c, n*37),
		DailyPeople: shown(c, daily), StickinessRatio: shown(c, 0.6), Change: c.change(buckets, float64(n), 12, 30)}
}

var contained = [][]float64{
	{0, .44, .09, .17, .12, .04}, {.61, 0, .31, .14, .09, .03}, {.58, .81, 0, .12, .10, -1},
	{.64, .33, .07, 0, .11, .02}, {.22, .14, .05, .08, 0, -1}, {.91, .40, -1, .09, -1, 0},
}

func (c Company) overlap(buckets []analytics.Bucket) []analytics.ToolOverlapRow {
	rows := []analytics.ToolOverlapRow{}
	for _, b := range buckets {
		for _, of := range []string{analytics.OverlapOfPeople, analytics.OverlapOfTies} {
			for i, one := range c.Tools() {
				for j, other := range c.Tools() {
					if i != j {
						rows = append(rows, c.overlapRow(b, of, one.Tool, other.Tool, contained[i%6][j%6]))
					}
				}
			}
		}
	}
	return rows
}

func (c Company) overlapRow(b analytics.Bucket, of, one, other string, ratio float64) analytics.ToolOverlapRow {
	row := analytics.ToolOverlapRow{Bucket: b, Of: of, ToolA: one, ToolB: other, Release: c.release()}
	if ratio < 0 && of == analytics.OverlapOfTies {
		row.IsSuppressed = true
		return row
	}
	if of == analytics.OverlapOfPeople {
		ratio = math.Sqrt(math.Abs(ratio))
	}
	row.OnA, row.OnB, row.OnBoth = shown(c, uint64(1000)), shown(c, uint64(800)), shown(c, uint64(1000*ratio))
	row.ContainmentRatio, row.JaccardRatio, row.OverlapCoefficient = shown(c, ratio), shown(c, ratio/2), shown(c, ratio)
	return row
}

func (c Company) frequency(buckets []analytics.Bucket) []analytics.TieFrequencyRow {
	rows := []analytics.TieFrequencyRow{}
	for i, b := range buckets {
		ties, turns := wave(i, 11.4, 0.02), wave(i, 61, 0.4)
		rows = append(rows, analytics.TieFrequencyRow{
			Bucket: b, Release: c.release(), Weeks: 1, People: shown(c, 1900.0), Ties: shown(c, 10800.0), TiesPerPerson: shown(c, ties), ActivePeople: shown(c, 1700.0),
			TurnsPerPerson: shown(c, turns), TurnsLogMean: shown(c, 3.9), TiesChange: c.change(buckets, ties, 0.05, 0.25), TurnsChange: c.change(buckets, turns, 3, 1.2),
		})
	}
	return rows
}

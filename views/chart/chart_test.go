package chart_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"crosstalk/views/chart"
)

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func TestDigits(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		n      float64
		digits int
		want   string
	}{
		"zero":                    {0, 3, "0"},
		"three digits":            {3.4217, 3, "3.42"},
		"trailing zeros go":       {3.0, 3, "3"},
		"below one":               {0.03814, 2, "0.038"},
		"whole digits stay":       {61234.4, 3, "61,234"},
		"negative with real sign": {-0.25, 2, "−0.25"},
		"rounding carries":        {9.996, 3, "10"},
		"rounding to thousands":   {999.96, 4, "1,000"},
		"very small":              {0.0000001, 2, "0"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := chart.Digits(c.n, c.digits); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		format chart.Format
		n      float64
		want   string
	}{
		"grouped":          {chart.Integer, 1234567, "1,234,567"},
		"no group":         {chart.Integer, 999, "999"},
		"negative grouped": {chart.Integer, -1234, "−1,234"},
		"percent":          {chart.Percent, 0.3812, "38.1\u202f%"},
		"whole percent":    {chart.Percent, 1, "100.0\u202f%"},
		"decimal":          {chart.Decimal, 2.996, "3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.format.Text(c.n); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func line() chart.Line {
	return chart.Line{
		Title: "How many?", Bucket: "week from", Format: chart.Integer, Points: []time.Time{day(2), day(9), day(16)},
		Series: []chart.Series{
			{Name: "Slack", Colour: "#aa3377", Values: []chart.Value{chart.Known(10), chart.Suppressed(), chart.Known(30)}},
			{Name: "E-mail", Colour: "#4477aa", Dash: 1, Values: []chart.Value{chart.Known(5), {}}},
		},
		Marks: []chart.Mark{{Name: "before", On: day(1)}, {Name: "Launch", On: day(10)}, {Name: "after", On: day(17)}},
		Open:  true,
	}
}

// option gives the options as the browser gets them.
func option(t *testing.T, m chart.Model) map[string]any {
	t.Helper()
	text, err := json.Marshal(m.Option())
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func at(v any, path ...any) any {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			v = v.(map[string]any)[key]
		case int:
			v = v.([]any)[key]
		}
	}
	return v
}

func TestLineBreaksWhereNothingIsKnown(t *testing.T) {
	t.Parallel()
	o := option(t, line())
	if got := at(o, "series", 0, "data", 1, 1); got != nil {
		t.Errorf("a withheld value is drawn as %v, want null", got)
	}
	if got := at(o, "series", 1, "data", 2, 1); got != nil {
		t.Errorf("a missing value is drawn as %v, want null", got)
	}
	if at(o, "series", 0, "connectNulls") != false {
		t.Error("nulls are bridged")
	}
	if at(o, "series", 0, "showSymbol") != true {
		t.Error("a value between two gaps has no symbol, so it cannot be seen")
	}
	if got := at(o, "yAxis", "min"); got != 0.0 {
		t.Errorf("the value axis begins at %v, want 0", got)
	}
}

func TestLineKeepsMarksInsideOnly(t *testing.T) {
	t.Parallel()
	shown := at(option(t, line()), "crosstalk", "marks").([]any)
	if len(shown) != 1 || at(shown, 0, "name") != "Launch" || at(shown, 0, "at") != float64(day(10).UnixMilli()) {
		t.Errorf("marks %v, want Launch alone", shown)
	}
}

func TestLineTable(t *testing.T) {
	t.Parallel()
	table := line().Table()
	var rows []string
	for _, row := range table.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, c.Text+"="+c.Raw)
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	want := []string{
		"2 Nov 2026=2026-11-02 | 10=10 | 5=5",
		"9 Nov 2026=2026-11-09 | too few people= | –=",
		"16 Nov 2026, unfinished=2026-11-16 | 30=30 | –=",
	}
	if strings.Join(rows, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if !table.Rows[1][1].Suppressed || table.Rows[1][2].Suppressed {
		t.Error("withheld and missing are not told apart")
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	heat := chart.Heatmap{Title: "Overlap", RowTitle: "Tool", Rows: []string{"A", "B"}, Heads: []string{"A", "B"},
		Cells: [][]chart.Value{{{}, chart.Known(0.25)}, {chart.Suppressed(), {}}}}
	bars := chart.Bars{Title: "Who?", Of: "Tool", What: "People", Format: chart.Integer, Bars: []chart.Bar{{Name: "A", Value: chart.Known(12)}, {Name: "B", Value: chart.Suppressed()}}}
	cases := map[string]struct {
		model chart.Model
		want  string
	}{
		"line": {line(), "Line chart: How many?, 2 Nov 2026 to 16 Nov 2026. Slack from 10 to 30; E-mail from 5 to 5. One value is hidden because too few people stand behind it."},
		"heat": {heat, "Heat map: Overlap, 2 by 2. Highest: 25.0\u202f% of A is also on B. One cell is hidden because too few people or pairs stand behind it."},
		"bars": {bars, "Bar chart: Who?. A 12. One bar is hidden because too few people stand behind it."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.model.Describe(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if c.model.Hidden() != 1 || c.model.Empty() {
				t.Errorf("hidden %d, empty %v", c.model.Hidden(), c.model.Empty())
			}
		})
	}
}

func TestHeatmapHatchesWhatIsHidden(t *testing.T) {
	t.Parallel()
	heat := chart.Heatmap{Rows: []string{"A", "B"}, Heads: []string{"A", "B"}, Cells: [][]chart.Value{{{}, chart.Known(0.8)}, {chart.Suppressed(), {}}}}
	o := option(t, heat)
	if got := at(o, "series", 0, "data"); len(got.([]any)) != 1 || at(got, 0, "value", 2) != 0.8 || at(got, 0, "label", "color") != "$heatink" {
		t.Errorf("shown cells %v", got)
	}
	hidden := at(o, "series", 1, "data").([]any)
	if len(hidden) != 1 || at(hidden, 0, "value", 0) != 0.0 || at(hidden, 0, "value", 1) != 1.0 {
		t.Errorf("hatched cells %v, want the one at row 1, column 0", hidden)
	}
	if at(o, "series", 1, "itemStyle", "decal", "symbol") != "rect" {
		t.Error("hidden cells are not hatched")
	}
}

func TestShareAddsUpWhatIsPastTheEighth(t *testing.T) {
	t.Parallel()
	s := chart.Share{Title: "Share", Points: []time.Time{day(2)}}
	for range 12 {
		s.Series = append(s.Series, chart.Series{Name: "tool", Values: []chart.Value{chart.Known(1.0 / 12)}})
	}
	o := option(t, s)
	drawn := at(o, "series").([]any)
	if len(drawn) != 10 { // eight, Other, and the names
		t.Fatalf("%d series, want 10", len(drawn))
	}
	if at(drawn, 8, "name") != "Other" || math.Abs(at(drawn, 8, "data", 0, 1).(float64)-4.0/12) > 1e-6 {
		t.Errorf("the ninth layer is %v", drawn[8])
	}
	if got := len(s.Table().Columns); got != 13 {
		t.Errorf("the table has %d columns, want all 12 and the week", got)
	}
	last := at(drawn, 9, "data", 8, "value", 1).(float64)
	if math.Abs(last-(8.0/12+2.0/12)) > 1e-6 {
		t.Errorf("Other is named at %v, want the middle of its layer", last)
	}
}

func TestSpark(t *testing.T) {
	t.Parallel()
	spark := chart.Spark{Values: []chart.Value{chart.Known(1), chart.Known(3), {}, chart.Known(2), chart.Known(2)}}
	if got, want := spark.Path(), "M4.0 40.0L62.0 4.0M178.0 22.0L236.0 22.0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if spark.Empty() || !(chart.Spark{Values: []chart.Value{chart.Known(1), {}}}).Empty() {
		t.Error("a spark needs two values, and two are enough")
	}
	flat := chart.Spark{Values: []chart.Value{chart.Known(7), chart.Known(7)}}
	if got, want := flat.Path(), "M4.0 22.0L236.0 22.0"; got != want {
		t.Errorf("a flat course is %s, want %s", got, want)
	}
}

func TestNoNumberIsNeverDrawn(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]float64{"not a number": math.NaN(), "infinite": math.Inf(1)} {
		if _, ok := chart.Known(v).Number(); ok {
			t.Errorf("%s counts as known", name)
		}
	}
}

func TestEmptyModels(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]chart.Model{"line": chart.Line{}, "share": chart.Share{}, "heat": chart.Heatmap{}, "bars": chart.Bars{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !m.Empty() || m.Hidden() != 0 || m.Describe() == "" {
				t.Error("an empty model is not empty")
			}
			option(t, m) // must be encodable
			if len(m.Table().Rows) != 0 {
				t.Error("an empty model has rows")
			}
		})
	}
}

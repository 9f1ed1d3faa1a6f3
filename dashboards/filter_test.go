package dashboards

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"crosstalk/analytics"
)

func TestPageFilter(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ query, want string }{
		"nothing":                        {"", ""},
		"a form left as it is":           {"period=&from=&to=&grain=&compare=&group=&side=&status=&class=", ""},
		"free days win over a period":    {"period=12w&from=2026-01-05&to=2026-02-02", "from=2026-01-05&to=2026-02-02"},
		"half of the free days does not": {"period=12w&from=&to=", "period=12w"},
		"tools win over a class":         {"tool=slack&class=team_chat", "tool=slack"},
		"no tool leaves the class":       {"tool=&class=team_chat", "class=team_chat"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			f, err := pageFilter(query)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Values().Encode(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestSummaryAndSeries(t *testing.T) {
	t.Parallel()
	if got := address("/", summary(analytics.Filter{})); got != "/?grain=period&period=4w" {
		t.Errorf("summary %s", got)
	}
	if got := address("/", series(analytics.Filter{Grain: analytics.Whole}, analytics.ToolShare)); got != "/?compare=none&grain=week&period=12w" {
		t.Errorf("series %s", got)
	}
	if got := address("/", series(analytics.Filter{Grain: "century", Period: "52w"}, analytics.ToolShare)); got != "/?compare=none&grain=week&period=52w" {
		t.Errorf("a grain the metric lacks: %s", got)
	}
}

func FuzzPageFilter(f *testing.F) {
	for _, seed := range []string{"", "period=28d", "from=2026-01-05&to=2026-02-02", "tool=a&tool=b", "group=a/b", "%zz", "period=999999999999w", "grain=%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		query, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		filter, err := pageFilter(query)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("the sentence has lines: %q", err)
			}
			return
		}
		again, err := pageFilter(filter.Values())
		if err != nil || !reflect.DeepEqual(filter, again) {
			t.Errorf("%+v reads back as %+v, %v", filter, again, err)
		}
	})
}

func TestDefuse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"slack": "slack", "": "", "=1+1": "'=1+1", "+49": "'+49", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", " =x": "' =x", "a=b": "a=b", "'x": "'x", "＝x": "'＝x",
	} {
		if got := defuse(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzCSVReadsBack(f *testing.F) {
	for _, seed := range []string{"slack", "=1", "a,b", "a\"b", "a\nb", "\xff", "\r\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows := []analytics.ToolShareRow{{Tool: text}, {Tool: "second"}}
		var b bytes.Buffer
		if err := WriteCSV(&b, analytics.Answer{Rows: reflect.ValueOf(rows)}); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(records) != 3 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		column := 0
		for i, name := range records[0] {
			if name == "tool" {
				column = i
			}
		}
		// The reader turns \r\n into \n, as the format says.
		if got, want := records[1][column], strings.ReplaceAll(defuse(text), "\r\n", "\n"); got != want {
			t.Errorf("%q reads back as %q", want, got)
		}
		if got := records[1][column]; got != "" && strings.ContainsRune("=+-@", rune(got[0])) {
			t.Errorf("%q would run as a formula", got)
		}
	})
}

package analytics_test

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

func filter(t testing.TB, query string) analytics.Filter {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	f, err := analytics.ParseFilter(values)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFilterThereAndBack(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"", "period=28d", "from=2026-01-01&to=2026-02-01", "grain=week&compare=year", "tool=email&tool=slack", "class=mail&status=sanctioned",
		"group=Sales%2FHeron", "side=all&period=last-quarter", "grain=period", "period=all",
	} {
		f := filter(t, query)
		if diff := cmp.Diff(f, filter(t, f.Values().Encode())); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if got := filter(t, "tool=slack&tool=email&tool=slack&period=&class=").Values().Encode(); got != "tool=email&tool=slack" {
		t.Errorf("not in one form: %s", got)
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"perod=28d":                               `"perod" is not a filter: use period, from, to, grain`,
		"period=soon":                             `period "soon" is unknown: use a number of days`,
		"period=0d":                               `period "0d" is unknown`,
		"period=99999999999d":                     `is unknown`,
		"period=-4w":                              `is unknown`,
		"from=2026-01-01":                         "from and to belong together",
		"from=2026-02-01&to=2026-01-01":           "to 2026-01-01 is not after from 2026-02-01",
		"from=2026-02-30&to=2026-03-01":           `from "2026-02-30" is unknown`,
		"from=0001-01-01&to=9999-01-01":           `from "0001-01-01" is unknown`,
		"period=4w&from=2026-01-01&to=2026-02-01": "exclude each other",
		"grain=year":                              `grain "year" is unknown: use period, hour, day, week or month`,
		"compare=both":                            `compare "both" is unknown: use previous, year or none`,
		"side=left":                               `side "left" is unknown: use internal, external or all`,
		"status=fine":                             `status "fine" is unknown: use sanctioned, tolerated, banned or unknown`,
		"tool=Slack%27":                           "tool \"Slack'\" is unknown",
		"tool=slack&class=mail":                   "tool and class exclude each other",
		"grain=week&grain=month":                  "grain is given 2 times: give it once",
		"tool=" + strings.Repeat("x", 500):        "…",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = analytics.ParseFilter(values)
		if !errors.Is(err, analytics.ErrFilter) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s gives %v, want %s", query, err, want)
		}
	}
}

func TestWhatIsWrongWithAFilter(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct {
		parameter string
		allowed   []string
	}{
		"perod=28d":                     {"perod", []string{"period", "from", "to", "grain", "compare", "group", "tool", "class", "status", "side"}},
		"period=soon":                   {"period", nil},
		"from=2026-01-01":               {"to", nil},
		"to=2026-01-01":                 {"from", nil},
		"from=2026-02-01&to=2026-01-01": {"to", nil},
		"grain=week&grain=month":        {"grain", nil},
		"side=left":                     {"side", []string{"internal", "external", "all"}},
		"tool=slack&class=mail":         {"class", nil},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = analytics.ParseFilter(values)
		parameter, allowed := analytics.Fault(fmt.Errorf("asked: %w", err))
		if parameter != want.parameter || !slices.Equal(allowed, want.allowed) {
			t.Errorf("%s: %s may be %v, want %v", query, parameter, allowed, want)
		}
	}
	if parameter, allowed := analytics.Fault(errors.New("other")); parameter != "" || allowed != nil {
		t.Errorf("another error is about %s %v", parameter, allowed)
	}
}

// TestParametersShowWhatIsAllowed: examples, patterns and listed values agree with what is read.
func TestParametersShowWhatIsAllowed(t *testing.T) {
	t.Parallel()
	samples := []string{"28d", "12w", "6m", "0d", "000d", "last-week", "last-quarter", "last-day", "all", "9999999d", "-1w", "1.5m", "slack", "Slack", "a b", "ä", "x.y_z-1", ".x"}
	for _, p := range analytics.Parameters() {
		allowed := append(slices.Clone(p.Values), p.Example)
		if p.Repeats {
			allowed = append(allowed, "other")
		}
		for _, v := range allowed {
			if _, err := analytics.ParseFilter(url.Values{p.Name: {v}}); err != nil && !strings.Contains(err.Error(), "belong together") {
				t.Errorf("%s %s: %v", p.Name, v, err)
			}
		}
		if p.Pattern == "" {
			continue
		}
		for _, v := range samples {
			_, err := analytics.ParseFilter(url.Values{p.Name: {v}})
			if matches := regexp.MustCompile(p.Pattern).MatchString(v); matches != (err == nil) {
				t.Errorf("%s %s: pattern %v, read %v", p.Name, v, matches, err)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]string{
		"tool_shar": "tool_share", "tool-share": "tool_share", "Tool Sprawl": "tool_sprawl", "overlap_tool": "", "zzzzzzzzzzz": "", "": "", strings.Repeat("x", 1e6): "",
	} {
		if got := analytics.Nearest(slug); got != want {
			t.Errorf("%.20s: %q, want %q", slug, got, want)
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	f.Add("period=28d&grain=week&tool=slack&tool=email")
	f.Add("from=2026-01-01&to=2026-02-01&compare=none&side=all&status=banned")
	f.Add("group=a/b&class=mail&perod=")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		first, err := analytics.ParseFilter(values)
		if err != nil {
			if !errors.Is(err, analytics.ErrFilter) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("not one sentence: %q", err)
			}
			return
		}
		again, err := analytics.ParseFilter(first.Values())
		if diff := cmp.Diff(first, again); err != nil || diff != "" {
			t.Fatalf("written and read again: %v %s", err, diff)
		}
	})
}

package analytics

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Filter is what every face accepts, by the same names: period or from/to, grain,
// compare, group, tool or class, status, side.
type Filter struct {
	Period  string    // "28d", "12w", "52w", "last-quarter", ...; empty is the metric's default
	From    time.Time // with To: a half-open range of days in the organisation's time zone
	To      time.Time
	Grain   Grain    // empty is the metric's default
	Compare Compare  // empty is previous
	Group   string   // "department", "department/team", "location:X", "level:X"; empty is the organisation
	Tools   []string // slugs, ascending; none is all
	Class   string   // tool class
	Status  string   // sanctioned, tolerated, banned, unknown; empty is all
	Side    Side     // empty is internal
}

// Grain is the length of a bucket.
type Grain string

// Grains. Weeks are ISO weeks. Whole is one bucket as long as the period: a summary.
const (
	Whole Grain = "period"
	Hour  Grain = "hour"
	Day   Grain = "day"
	Week  Grain = "week"
	Month Grain = "month"
)

// Compare says against which period a summary is compared.
type Compare string

// Comparisons.
const (
	ComparePrevious Compare = "previous"
	CompareYear     Compare = "year"
	CompareNone     Compare = "none"
)

// Side says which people count.
type Side string

// Sides.
const (
	Internal Side = "internal"
	External Side = "external"
	AllSides Side = "all"
)

// Parameter describes one name of a filter, for query strings and flags.
type Parameter struct {
	Name     string
	Help     string
	Values   []string // all that are allowed, where they can be listed
	Repeats  bool
	Example  string
	IsDay    bool   // its values are days, as 2006-01-02
	Pattern  string // a regular expression that its values match, where there is one
	set      func(*Filter, []string)
	get      func(Filter) []string
	isLegal  func(string) bool
	expected string
}

// Parameters are the names of a filter, in the order in which Values writes them.
func Parameters() []Parameter { return slices.Clone(parameters) }

const (
	mostRepeats  = 100
	slugShape    = `^[a-z0-9][a-z0-9_.-]{0,63}$`
	periodShape  = `^(0*[1-9][0-9]{0,3}[dwm]|last-(week|month|quarter|year)|all)$`
	longestGroup = 200
)

var slugPattern = regexp.MustCompile(slugShape)

var parameters = []Parameter{
	{
		Name: "period", Help: "28d, 12w, 12m, last-week, last-month, last-quarter, last-year or all", Example: "12w", Pattern: periodShape,
		set: func(f *Filter, v []string) { f.Period = v[0] }, get: func(f Filter) []string { return []string{f.Period} },
		isLegal:  func(v string) bool { _, err := parsePeriod(v); return err == nil },
		expected: "a number of days, weeks or months like 28d, 12w or 6m, or last-week, last-month, last-quarter, last-year or all",
	},
	dateParameter("from", "first day, as 2026-01-31", "2026-01-05", func(f *Filter) *time.Time { return &f.From }),
	dateParameter("to", "first day no longer in the period, as 2026-02-28", "2026-03-30", func(f *Filter) *time.Time { return &f.To }),
	choice("grain", "length of a bucket; period is one bucket for all", func(f *Filter) *Grain { return &f.Grain }, Whole, Hour, Day, Week, Month),
	choice("compare", "what a summary is compared with", func(f *Filter) *Compare { return &f.Compare }, ComparePrevious, CompareYear, CompareNone),
	{
		Name: "group", Help: "department, department/team, location:X or level:X", Example: "Sales",
		set: func(f *Filter, v []string) { f.Group = v[0] }, get: func(f Filter) []string { return []string{f.Group} },
		isLegal:  func(v string) bool { return len(v) <= longestGroup },
		expected: "a department, department/team, location:X or level:X",
	},
	{
		Name: "tool", Help: "a tool's slug; repeat for more", Repeats: true, Example: "slack", Pattern: slugShape,
		set: func(f *Filter, v []string) { f.Tools = sorted(v) }, get: func(f Filter) []string { return f.Tools },
		isLegal: slugPattern.MatchString, expected: "a tool's slug like slack",
	},
	{
		Name: "class", Help: "a class of tools, like chat", Example: "chat", Pattern: slugShape,
		set: func(f *Filter, v []string) { f.Class = v[0] }, get: func(f Filter) []string { return []string{f.Class} },
		isLegal: slugPattern.MatchString, expected: "a class of tools like chat",
	},
	choice("status", "tools of one status", func(f *Filter) *string { return &f.Status }, "sanctioned", "tolerated", "banned", unknownStatus),
	choice("side", "whose messages count", func(f *Filter) *Side { return &f.Side }, Internal, External, AllSides),
}

func choice[S ~string](name, help string, field func(*Filter) *S, allowed ...S) Parameter {
	values := words(allowed)
	return Parameter{
		Name: name, Help: help, Values: values, Example: values[0],
		set:      func(f *Filter, v []string) { *field(f) = S(v[0]) },
		get:      func(f Filter) []string { return []string{string(*field(&f))} },
		isLegal:  func(v string) bool { return slices.Contains(values, v) },
		expected: list(values),
	}
}

func dateParameter(name, help, example string, field func(*Filter) *time.Time) Parameter {
	return Parameter{
		Name: name, Help: help, Example: example, IsDay: true,
		set: func(f *Filter, v []string) { *field(f), _ = parseDay(v[0]) },
		get: func(f Filter) []string {
			if day := *field(&f); !day.IsZero() {
				return []string{day.Format(time.DateOnly)}
			}
			return nil
		},
		isLegal:  func(v string) bool { _, err := parseDay(v); return err == nil },
		expected: "a day from 1980 to 2099, as 2026-01-31",
	}
}

// parseDay reads a day; years are bounded so that no arithmetic on them can overflow.
func parseDay(v string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, v)
	if err == nil && (day.Year() < 1980 || day.Year() > 2099) {
		return day, badFilter("%s is too far away", v)
	}
	return day, err
}

// ParseFilter reads a filter from a query string or from flags. Empty values count as absent. An unknown
// name, an unknown value or two values where one belongs give an error of kind ErrFilter in one sentence.
func ParseFilter(values url.Values) (Filter, error) {
	var f Filter
	for _, name := range slices.Sorted(mapKeys(values)) {
		given := slices.DeleteFunc(slices.Clone(values[name]), func(v string) bool { return v == "" })
		if err := f.parse(name, given); err != nil {
			return Filter{}, err
		}
	}
	return f, f.check()
}

func (f *Filter) parse(name string, given []string) error {
	i := slices.IndexFunc(parameters, func(p Parameter) bool { return p.Name == name })
	switch {
	case i < 0:
		return badFilter("%s is not a filter: use %s", quote(name), list(parameterNames())).about(short(name), parameterNames()...)
	case len(given) == 0:
		return nil
	case len(given) > 1 && !parameters[i].Repeats:
		return badFilter("%s is given %d times: give it once", name, len(given)).about(name)
	case len(given) > mostRepeats:
		return badFilter("%s is given %d times: give it at most %d times", name, len(given), mostRepeats).about(name)
	}
	for _, v := range given {
		if !parameters[i].isLegal(v) {
			return badFilter("%s %s is unknown: use %s", name, quote(v), parameters[i].expected).about(name, parameters[i].Values...)
		}
	}
	parameters[i].set(f, given)
	return nil
}

// check finds values that contradict each other.
func (f Filter) check() error {
	switch {
	case f.From.IsZero() != f.To.IsZero():
		return badFilter("from and to belong together: give both or a period").about(missing(f.From.IsZero(), "from", "to"))
	case !f.From.IsZero() && f.Period != "":
		return badFilter("a period and from with to exclude each other: give one of them").about("period")
	case !f.From.Before(f.To) && !f.From.IsZero():
		return badFilter("to %s is not after from %s: to is the first day no longer in the period", f.To.Format(time.DateOnly), f.From.Format(time.DateOnly)).about("to")
	case len(f.Tools) > 0 && f.Class != "":
		return badFilter("tool and class exclude each other: give one of them").about("class")
	}
	return nil
}

func missing(isFirst bool, first, second string) string {
	if isFirst {
		return first
	}
	return second
}

// Values writes a filter as a query string, so that ParseFilter reads the same filter; what is empty is left out.
func (f Filter) Values() url.Values {
	values := url.Values{}
	for _, p := range parameters {
		for _, v := range p.get(f) {
			if v != "" {
				values.Add(p.Name, v)
			}
		}
	}
	return values
}

func parameterNames() []string {
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = p.Name
	}
	return names
}

// list joins words as a sentence does: "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

package dashboards

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"crosstalk/analytics"
	"crosstalk/views"
	"crosstalk/views/chart"
)

// Defaults of a page, spelled out so that every metric on it is about the same days.
const (
	summaryPeriod = "4w"
	seriesPeriod  = "12w"
)

// pageFilter reads the filter of a page. The form always sends all of its fields, so that free days win over the
// period beside them, and ticked tools over a class.
func pageFilter(query url.Values) (analytics.Filter, error) {
	given := url.Values{}
	for name, values := range query {
		given[name] = slices.Clone(values)
	}
	if given.Get("from") != "" && given.Get("to") != "" {
		given.Del("period")
	}
	if slices.ContainsFunc(given["tool"], func(v string) bool { return v != "" }) {
		given.Del("class")
	}
	return analytics.ParseFilter(given)
}

// summary asks for one bucket over the period.
func summary(f analytics.Filter) analytics.Filter {
	f.Grain = analytics.Whole
	if f.Period == "" && f.From.IsZero() {
		f.Period = summaryPeriod
	}
	return f
}

// series asks for the course over the period, by week unless another grain was chosen that the metric has.
func series(f analytics.Filter, m analytics.Metric) analytics.Filter {
	if f.Grain == "" || f.Grain == analytics.Whole || !slices.Contains(m.Doc().Grains, f.Grain) {
		f.Grain = analytics.Week
	}
	if f.Period == "" && f.From.IsZero() {
		f.Period = seriesPeriod
	}
	f.Compare = analytics.CompareNone
	return f
}

// address is a path with a filter.
func address(path string, f analytics.Filter) string {
	if query := f.Values().Encode(); query != "" {
		return path + "?" + query
	}
	return path
}

// facesOf are the addresses of an answer's numbers: exactly what is shown, whatever is imported later excepted.
func facesOf(m analytics.Metric, asked analytics.Filter, a analytics.Answer) views.Faces {
	return views.Faces{
		CSV:        address("/metric/"+m.Slug()+".csv", asked),
		JSON:       address("/metric/"+m.Slug()+".json", asked),
		Definition: "/definitions#" + m.Slug(),
		File:       strings.TrimSuffix(FileName(a, ""), "."),
	}
}

var periods = []views.Option{
	{Value: "", Text: "Last 4 weeks (charts: 12)"}, {Value: "last-week", Text: "Last week"}, {Value: "28d", Text: "Last 28 days"}, {Value: "12w", Text: "Last 12 weeks"},
	{Value: "26w", Text: "Last 26 weeks"}, {Value: "52w", Text: "Last 52 weeks"}, {Value: "last-month", Text: "Last month"},
	{Value: "last-quarter", Text: "Last quarter"}, {Value: "last-year", Text: "Last year"}, {Value: "all", Text: "Everything"},
}

var (
	comparisons = []views.Option{{Value: "", Text: "the period before"}, {Value: "year", Text: "a year before"}, {Value: "none", Text: "nothing"}}
	grains      = []views.Option{{Value: "", Text: "a week"}, {Value: "day", Text: "a day"}, {Value: "month", Text: "a month"}}
	sides       = []views.Option{{Value: "", Text: "internal"}, {Value: "external", Text: "external"}, {Value: "all", Text: "both"}}
	statuses    = []views.Option{{Value: "", Text: "all"}, {Value: "sanctioned", Text: "sanctioned"}, {Value: "tolerated", Text: "tolerated"},
		{Value: "banned", Text: "banned"}, {Value: "unknown", Text: "not in the register"}}
)

// filterBar says what is chosen and what else there is.
func (s *Server) filterBar(ctx context.Context, p page, f analytics.Filter, look views.Look, shown analytics.Answer) (*views.FilterBar, error) {
	groups, err := s.groupOptions(ctx, f.Group)
	if err != nil {
		return nil, err
	}
	bar := &views.FilterBar{
		Action: p.path,
		Period: views.PeriodPill{
			Pill: views.Pill{Name: "period", Label: periodLabel(shown.Filter), Options: chosen(periods, f.Period)},
			Days: daysLabel(shown.Period), From: isoDay(f.From), To: isoDay(f.To),
			Grain: views.Pill{Name: "grain", Options: chosen(grains, string(f.Grain))},
		},
		Compare: views.Pill{Name: "compare", Label: compareLabel(f, shown), Options: chosen(comparisons, string(f.Compare))},
		Scope: views.ScopePill{
			Label:  s.scopeLabel(f),
			Group:  views.Pill{Name: "group", Options: groups},
			Side:   views.Pill{Name: "side", Options: chosen(sides, string(f.Side))},
			Status: views.Pill{Name: "status", Options: chosen(statuses, f.Status)},
		},
		Tools: views.ToolsPill{Label: toolsLabel(f, look), Class: views.Pill{Name: "class", Options: s.classOptions(f.Class)}},
	}
	for _, t := range look.Tools {
		bar.Tools.Tools = append(bar.Tools.Tools, views.ToolOption{Tool: t, Chosen: slices.Contains(f.Tools, t.Slug)})
	}
	return bar, nil
}

// chosen marks an option; a value that is none of them is added, so that applying the form again keeps it.
func chosen(options []views.Option, value string) []views.Option {
	marked := slices.Clone(options)
	i := slices.IndexFunc(marked, func(o views.Option) bool { return o.Value == value })
	if i < 0 {
		return append(marked, views.Option{Value: value, Text: value, Chosen: true})
	}
	marked[i].Chosen = true
	return marked
}

// periodLabel names the period that is shown, which is the default's when none was chosen.
func periodLabel(shown analytics.Filter) string {
	if !shown.From.IsZero() {
		return "Free days"
	}
	for _, o := range periods {
		if o.Value == shown.Period && o.Value != "" {
			return o.Text
		}
	}
	units := map[byte]string{'d': "days", 'w': "weeks", 'm': "months"}
	if n := len(shown.Period) - 1; n > 0 && units[shown.Period[n]] != "" {
		return "Last " + shown.Period[:n] + " " + units[shown.Period[n]]
	}
	return "Period"
}

func daysLabel(p analytics.Period) string {
	if p.IsZero() {
		return ""
	}
	last := p.To.AddDate(0, 0, -1)
	if p.From.Year() != last.Year() {
		return chart.DayYear(p.From) + " – " + chart.DayYear(last)
	}
	return chart.Day(p.From) + " – " + chart.Day(last)
}

func compareLabel(f analytics.Filter, shown analytics.Answer) string {
	switch {
	case f.Compare != analytics.CompareNone && shown.Period.IsZero():
		return "against " + comparedWith(f)
	case shown.Previous.IsZero():
		return "not compared"
	}
	return "against " + daysLabel(shown.Previous)
}

// comparedWith names the choice, when it has no days yet.
func comparedWith(f analytics.Filter) string {
	if f.Compare == analytics.CompareYear {
		return "a year before"
	}
	return "the period before"
}

func (s *Server) scopeLabel(f analytics.Filter) string {
	name := s.config.Organisation
	if name == "" {
		name = "Everybody"
	}
	label := name
	if f.Group != "" {
		label = strings.ReplaceAll(f.Group, "/", " ▸ ")
	}
	if f.Side == analytics.External || f.Side == analytics.AllSides {
		label += ", " + map[analytics.Side]string{analytics.External: "external people", analytics.AllSides: "and external people"}[f.Side]
	}
	if f.Status != "" {
		label += ", " + f.Status + " tools"
	}
	return label
}

func toolsLabel(f analytics.Filter, look views.Look) string {
	switch {
	case len(f.Tools) == 1:
		return look.Tool(f.Tools[0]).Name
	case len(f.Tools) > 1:
		return fmt.Sprintf("%d tools", len(f.Tools))
	case f.Class != "":
		return "Tools of class " + f.Class
	}
	return "All tools"
}

func (s *Server) groupOptions(ctx context.Context, group string) ([]views.Option, error) {
	options := []views.Option{{Value: "", Text: "whole organisation"}}
	if s.config.Groups != nil {
		groups, err := s.config.Groups.Groups(ctx)
		if err != nil {
			return nil, fmt.Errorf("groups: %w", err)
		}
		for _, g := range groups {
			options = append(options, views.Option{Value: g, Text: strings.ReplaceAll(g, "/", " ▸ ")})
		}
	}
	return chosen(options, group), nil
}

func (s *Server) classOptions(class string) []views.Option {
	var classes []string
	for _, facts := range s.config.Setting.Tools {
		if facts.Class != "" && !slices.Contains(classes, facts.Class) {
			classes = append(classes, facts.Class)
		}
	}
	if len(classes) == 0 && class == "" {
		return nil
	}
	slices.Sort(classes)
	options := []views.Option{{Value: "", Text: "all"}}
	for _, c := range classes {
		options = append(options, views.Option{Value: c, Text: c})
	}
	return chosen(options, class)
}

// lookUpFreshness looks freshness up beside the making of a page. It gives the function that waits for it.
func (s *Server) lookUpFreshness(ctx context.Context, until time.Time) func() (views.Freshness, error) {
	var fresh views.Freshness
	var group errgroup.Group
	group.Go(func() (err error) {
		fresh, err = s.freshness(ctx, until)
		return err
	})
	return func() (views.Freshness, error) {
		err := group.Wait()
		return fresh, err
	}
}

// freshness says until when there is data, and which sources are behind.
func (s *Server) freshness(ctx context.Context, until time.Time) (views.Freshness, error) {
	if until.IsZero() {
		return views.Freshness{}, nil
	}
	fresh := views.Freshness{Until: "Data until " + until.In(s.config.Setting.Zone).Format("Mon 2 Jan 2006, 15:04")}
	if s.config.Sources == nil {
		return fresh, nil
	}
	report, err := s.config.Sources.Sources(ctx)
	if err != nil {
		return fresh, fmt.Errorf("sources: %w", err)
	}
	for _, w := range report.Workspaces {
		if w.Late {
			fresh.Late = append(fresh.Late, s.tool(w.Tool).Name+" behind")
		}
	}
	return fresh, nil
}

package dashboards

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"crosstalk/views"
	"crosstalk/views/chart"
)

func sourcesPage() page {
	return page{path: "/sources", menu: "Sources", group: "Running it", make: makeSources}
}

func makeSources(ctx context.Context, v *visit) (body, error) {
	s := v.server
	var report SourceReport
	if s.config.Sources != nil {
		var err error
		if report, err = s.config.Sources.Sources(ctx); err != nil {
			return body{}, fmt.Errorf("sources: %w", err)
		}
	}
	b := body{title: sourcesTitle(report), lede: "What was read, until when, what could not be read and why, and how many accounts belong to a known person."}
	if len(report.Workspaces) == 0 && len(report.Runs) == 0 {
		b.title, b.content = "Nothing has been read yet", views.Empty()
		return b, nil
	}
	page := views.Sources{Summary: s.sourcesSummary(report)}
	for _, w := range report.Workspaces {
		page.Workspaces = append(page.Workspaces, s.sourceLine(w))
	}
	for _, r := range report.Runs {
		page.Runs = append(page.Runs, s.runLine(r))
	}
	b.content = views.SourcesPage(page)
	return b, nil
}

func sourcesTitle(r SourceReport) string {
	late := 0
	for _, w := range r.Workspaces {
		if w.Late {
			late++
		}
	}
	switch {
	case late == 1:
		return "One source is behind"
	case late > 1:
		return fmt.Sprintf("%d sources are behind", late)
	}
	return "Are the sources complete?"
}

func (s *Server) sourcesSummary(r SourceReport) []views.Sentence {
	var said []views.Sentence
	var messages, rejected uint64
	for _, w := range r.Workspaces {
		messages += w.Messages
		rejected += sum(w.Rejected)
	}
	said = append(said, views.Sentence{Parts: []views.Part{{Text: group(messages) + " messages", Strong: true},
		{Text: fmt.Sprintf(" from %d sources; ", len(r.Workspaces))}, {Text: group(rejected) + " records", Strong: true}, {Text: " could not be read."}}})
	if r.People.Accounts > 0 {
		said = append(said, views.Sentence{Parts: []views.Part{
			{Text: chart.Percent.Text(float64(r.People.Matched) / float64(r.People.Accounts)), Strong: true},
			{Text: " of " + group(r.People.Accounts) + " accounts belong to one of " + group(r.People.People) + " people of the directory" + methods(r.People.ByMethod) + "."}}})
	}
	return said
}

func methods(byMethod map[string]uint64) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(byMethod)) {
		text += ", " + group(byMethod[name]) + " by " + name
	}
	return text
}

func (s *Server) sourceLine(w Workspace) views.SourceLine {
	line := views.SourceLine{
		Tool: s.tool(w.Tool), Workspace: w.Workspace, Collector: w.Collector, Late: w.Late, Coverage: w.Coverage,
		Until: s.instant(w.Last), ReadAt: s.instant(w.ReadAt), Matched: "no accounts",
		Counts: []views.Fact{{Name: "messages", Number: group(w.Messages)}, {Name: "known before", Number: group(w.Duplicates)},
			{Name: "reactions", Number: group(w.Reactions)}, {Name: "system", Number: group(w.System)}, {Name: "excluded", Number: group(w.Excluded)}},
	}
	if !w.First.IsZero() {
		line.Until += ", since " + s.instant(w.First)
	}
	if w.Accounts > 0 {
		line.Matched = fmt.Sprintf("%s of %s accounts (%s)", group(w.Matched), group(w.Accounts), chart.Percent.Text(float64(w.Matched)/float64(w.Accounts)))
	}
	for _, g := range w.Gaps {
		line.Gaps = append(line.Gaps, chart.DayYear(g.From)+" – "+chart.DayYear(g.To.AddDate(0, 0, -1)))
	}
	reasons := slices.SortedFunc(maps.Keys(w.Rejected), func(a, b string) int {
		return cmp.Or(cmp.Compare(w.Rejected[b], w.Rejected[a]), cmp.Compare(a, b))
	})
	for _, reason := range reasons {
		line.Rejects = append(line.Rejects, views.Fact{Name: reason, Number: group(w.Rejected[reason])})
	}
	return line
}

func (s *Server) runLine(r Run) views.RunLine {
	line := views.RunLine{
		Begun: s.instant(r.Begun), Took: "–", Collector: r.Collector, Tool: s.tool(r.Tool).Name, Workspace: r.Workspace,
		State: r.State, Files: group(r.Files), Messages: group(r.Messages), Rejected: group(r.Rejected), Problem: r.Problem,
	}
	if !r.Ended.IsZero() {
		line.Took = took(r.Ended.Sub(r.Begun))
	}
	return line
}

func took(d time.Duration) string {
	if d < time.Minute {
		return chart.Digits(d.Seconds(), 2) + "\u202fs"
	}
	return d.Round(time.Second).String()
}

func (s *Server) instant(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.In(s.config.Setting.Zone).Format("2 Jan 2006, 15:04")
}

func group(n uint64) string { return chart.Group(float64(n)) }

func sum(counts map[string]uint64) (total uint64) {
	for _, n := range counts {
		total += n
	}
	return total
}

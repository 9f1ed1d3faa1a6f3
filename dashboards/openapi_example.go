package dashboards

import (
	"net/http"
	"strings"

	"crosstalk/analytics"
)

// exampleAnswer is what an answer of a metric looks like: a row with figures, and one that is hidden. The figures only
// show the type.
func exampleAnswer(m analytics.Metric) object {
	d := defaultsOf(m)
	var shown, hidden object
	for _, c := range m.Columns() {
		shown = append(shown, member{c.Name, exampleValue(c, "slack", false)})
		hidden = append(hidden, member{c.Name, exampleValue(c, "hipchat", true)})
	}
	return object{
		{"metric", m.Slug()}, {"question", m.Doc().Question}, {"period", days{"2026-01-05", "2026-03-30"}},
		{"filters", filters{Period: "12w", Grain: string(d.Grain), Compare: string(d.Compare), Side: string(d.Side)}},
		{"generated_at", "2026-04-01T07:00:00Z"}, {"data_until", "2026-03-31T16:42:00Z"},
		{"columns", m.Columns()}, {"rows", []object{shown, hidden}},
	}
}

func exampleValue(c analytics.Column, tool string, isSuppressed bool) any {
	switch {
	case c.Name == suppressedColumn:
		return isSuppressed
	case c.Name == hiddenColumn, c.Name == bandedColumn:
		return ""
	case isSuppressed && !c.IsDimension:
		return nil
	case c.Type == "text" && strings.HasPrefix(c.Name, "tool"):
		return tool
	}
	return map[string]any{"date": "2026-01-05", "text": c.Name, "integer": 28, "number": 3.1, "ratio": 0.42, "flag": false}[c.Type]
}

// exampleProblems are problems by status.
var exampleProblems = map[int]problemDocument{
	400: exampleProblem(400, "bad_filter", "Side \"left\" is unknown: use internal, external or all.", problemDocument{Parameter: "side", Allowed: []string{"internal", "external", "all"}}),
	401: exampleProblem(401, codeOf(401), "Log in first, or send a token made with crosstalk user token: Authorization: Bearer ct_....", problemDocument{}),
	403: exampleProblem(403, "refused_by_gate", "Group \"Sales/North\" is not released by day: use whole weeks.", problemDocument{Parameter: "group"}),
	404: exampleProblem(404, "not_found", noMetric(analytics.All()[0].Slug()).sentence, problemDocument{Nearest: analytics.All()[0].Slug()}),
	405: exampleProblem(405, codeOf(405), ofStatus(405).sentence, problemDocument{}),
	503: exampleProblem(503, "restarting", "The database is starting again; nothing is lost.", problemDocument{RetryAfter: 2}),
}

func exampleProblem(status int, code, sentence string, further problemDocument) problemDocument {
	further.Title, further.Status, further.Code, further.Detail = http.StatusText(status), status, code, sentence
	return further
}

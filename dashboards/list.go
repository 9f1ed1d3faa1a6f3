package dashboards

import (
	"encoding/json"
	"io"

	"crosstalk/analytics"
)

// entry is a metric in the list of them.
type entry struct {
	Slug     string             `json:"slug"`
	Title    string             `json:"title"`
	Question string             `json:"question"`
	Columns  []analytics.Column `json:"columns"`
	Grains   []analytics.Grain  `json:"grains"`
	Defaults defaults           `json:"defaults"`
	JSON     string             `json:"json"`
	CSV      string             `json:"csv"`
}

// defaults are the values of a filter that are not given.
type defaults struct {
	Period  string            `json:"period"`
	Grain   analytics.Grain   `json:"grain"`
	Compare analytics.Compare `json:"compare"`
	Side    analytics.Side    `json:"side"`
}

func defaultsOf(m analytics.Metric) defaults {
	doc := m.Doc()
	return defaults{doc.DefaultPeriod(), doc.Grains[0], doc.DefaultCompare(), analytics.Internal}
}

// WriteMetrics writes the list of metrics as one JSON array: what can be asked, and of what each answer is made.
func WriteMetrics(w io.Writer) error {
	list := []entry{}
	for _, m := range analytics.All() {
		doc := m.Doc()
		list = append(list, entry{
			Slug: m.Slug(), Title: doc.Title, Question: doc.Question, Columns: m.Columns(), Grains: doc.Grains, Defaults: defaultsOf(m),
			JSON: apiMetrics + "/" + m.Slug(), CSV: "/metric/" + m.Slug() + ".csv",
		})
	}
	return encodeIndented(w, list)
}

func encodeIndented(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

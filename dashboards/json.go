package dashboards

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"crosstalk/analytics"
)

// document is an answer as JSON.
type document struct {
	Metric      string             `json:"metric"`
	Question    string             `json:"question"`
	Period      days               `json:"period"`
	Previous    *days              `json:"previous,omitempty"`
	Filters     filters            `json:"filters"`
	GeneratedAt string             `json:"generated_at"`
	DataUntil   string             `json:"data_until,omitempty"`
	Notes       []string           `json:"notes,omitempty"`
	Columns     []analytics.Column `json:"columns"`
	Rows        []record           `json:"rows"`
}

type days struct {
	From string `json:"from"`
	To   string `json:"to"` // not included
}

type filters struct {
	Period  string   `json:"period,omitempty"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	Grain   string   `json:"grain,omitempty"`
	Compare string   `json:"compare,omitempty"`
	Group   string   `json:"group,omitempty"`
	Tool    []string `json:"tool,omitempty"`
	Class   string   `json:"class,omitempty"`
	Status  string   `json:"status,omitempty"`
	Side    string   `json:"side,omitempty"`
}

// record is a row as an object whose keys keep the order of the columns.
type record struct {
	columns []analytics.Column
	cells   []analytics.Cell
}

// MarshalJSON writes the row.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, column := range r.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(column.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(r.cells[i].Value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// WriteJSON writes the released rows of an answer with what they mean. Unknown and hidden figures are null; the
// columns suppressed and hidden tell which.
func WriteJSON(w io.Writer, a analytics.Answer, generatedAt time.Time) error {
	table := a.Table()
	doc := document{
		Metric: a.Metric.Slug(), Question: a.Metric.Doc().Question,
		Period: *daysOf(a.Period), Filters: filtersOf(a.Filter),
		GeneratedAt: generatedAt.UTC().Format(time.RFC3339), Notes: a.Notes,
		Columns: table.Columns, Rows: make([]record, len(table.Rows)),
	}
	if !a.Previous.From.IsZero() {
		doc.Previous = daysOf(a.Previous)
	}
	if !a.DataUntil.IsZero() {
		doc.DataUntil = a.DataUntil.UTC().Format(time.RFC3339)
	}
	for i, row := range table.Rows {
		doc.Rows[i] = record{table.Columns, row}
	}
	return encodeJSON(w, doc)
}

func encodeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

func daysOf(p analytics.Period) *days {
	if p.From.IsZero() {
		return &days{}
	}
	return &days{From: p.From.Format(time.DateOnly), To: p.To.Format(time.DateOnly)}
}

func filtersOf(f analytics.Filter) filters {
	return filters{
		Period: f.Period, From: isoDay(f.From), To: isoDay(f.To), Grain: string(f.Grain), Compare: string(f.Compare),
		Group: f.Group, Tool: f.Tools, Class: f.Class, Status: f.Status, Side: string(f.Side),
	}
}

func isoDay(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

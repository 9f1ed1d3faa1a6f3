package dashboards

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"crosstalk/analytics"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members one after the other.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, m := range o {
		b.WriteByte("{,"[min(i, 1)])
		if err := encodeJSON(&b, m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encodeJSON(&b, m.value); err != nil {
			return nil, err
		}
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

const apiText = `The figures of the dashboard for programs: what the privacy gate releases, in the same rows as pages, CSV and Prometheus show.

Every metric has an address of its own and takes the same filters. Non-integers are rounded to 6 decimals. A figure that is unknown or hidden is null: ` +
	"`suppressed` is true where the whole row is hidden, and `hidden` names single figures that are." + `

An answer changes only with what is imported and with the configuration. Its ETag, sent back as If-None-Match, gives 304 while it is the same. HEAD is answered like GET.`

// WriteOpenAPI writes the description of the JSON API, made from the metrics that there are, as an OpenAPI 3.1 document.
func WriteOpenAPI(w io.Writer, version string) error {
	return encodeIndented(w, object{
		{"openapi", "3.1.0"},
		{"info", object{
			{"title", "Crosstalk"}, {"summary", "How an organisation communicates, tool by tool"}, {"description", apiText},
			{"license", object{{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}}}, {"version", version},
		}},
		{"servers", []object{{{"url", "/"}, {"description", "this server"}}}},
		{"security", []object{{{"token", none}}, {{"session", none}}, {{"plainSession", none}}, {}}},
		{"tags", []object{{{"name", "metrics"}, {"description", "Figures of the organisation"}}, {{"name", "description"}, {"description", "What can be asked"}}}},
		{"paths", apiPaths()},
		{"components", object{
			{"securitySchemes", securitySchemes()}, {"parameters", sharedParameters()}, {"headers", sharedHeaders()},
			{"responses", sharedResponses()}, {"schemas", schemas()},
		}},
	})
}

var none = []string{}

func securitySchemes() object {
	session := func(cookie, when string) object {
		return object{{"type", "apiKey"}, {"in", "cookie"}, {"name", cookie}, {"description", "The session of somebody who logged in" + when + "."}}
	}
	return object{
		{"token", object{{"type", "http"}, {"scheme", "bearer"}, {"description", "A token made with: crosstalk user token NAME --role viewer. " +
			"On the loopback, while there are no users, nothing is asked for."}}},
		{"session", session("__Host-crosstalk", "")},
		{"plainSession", session("crosstalk_session", " over plain HTTP on the loopback")},
	}
}

func apiPaths() object {
	list := object{{"type", "array"}, {"items", ref("schemas", "Metric")}}
	paths := object{
		{apiMetrics, operation("description", "listMetrics", "All metrics", "What can be asked, and of what each answer is made.", nil, list, nil)},
		{apiDescription, operation("description", "describeAPI", "This document", "The description of the API that you are reading.", nil, object{{"type", "object"}}, nil)},
	}
	for _, m := range analytics.All() {
		doc := m.Doc()
		paths = append(paths, member{apiMetrics + "/" + m.Slug(), operation("metrics", m.Slug(), doc.Title, doc.Question+"\n\n"+doc.Formula,
			parametersOf(m), ref("schemas", m.Slug()), exampleAnswer(m))})
	}
	slug := object{{"name", "slug"}, {"in", "path"}, {"required", true}, {"description", "slug of the metric"},
		{"schema", object{{"type", "string"}}}, {"example", analytics.All()[0].Slug()}}
	anyMetric := operation("metrics", "metric", "Any metric", "A metric by its slug, for programs that read the list first. An unknown slug gives 404 with the nearest one.",
		append([]object{slug}, parameterRefs()...), ref("schemas", "Answer"), nil)
	return append(paths, member{apiMetrics + "/{slug}", anyMetric})
}

// operation describes what GET answers under an address.
func operation(tag, id, title, text string, parameters []object, answer, example object) object {
	get := object{{"operationId", id}, {"tags", []string{tag}}, {"summary", title}, {"description", text}}
	problems := []string{"401", "403", "503", "default"}
	if parameters != nil {
		get = append(get, member{"parameters", parameters})
		problems = append([]string{"400", "404"}, problems...)
	}
	content := object{{"schema", answer}}
	if example != nil {
		content = append(content, member{"example", example})
	}
	responses := object{
		{"200", object{{"description", title}, {"headers", object{{"ETag", ref("headers", "ETag")}, {"Cache-Control", ref("headers", "Cache-Control")}}},
			{"content", object{{"application/json", content}}}}},
		{"304", ref("responses", "304")},
	}
	for _, status := range problems {
		responses = append(responses, member{status, ref("responses", status)})
	}
	return object{{"get", append(get, member{"responses", responses})}}
}

func ref(kind, name string) object { return object{{"$ref", "#/components/" + kind + "/" + name}} }

// ownParameters have other defaults or values from metric to metric.
func ownParameters(m analytics.Metric) map[string]object {
	d := defaultsOf(m)
	return map[string]object{
		"period":  {{"default", d.Period}},
		"grain":   {{"enum", m.Doc().AcceptedGrains()}, {"default", d.Grain}},
		"compare": {{"default", d.Compare}},
		"side":    {{"default", d.Side}},
	}
}

func parametersOf(m analytics.Metric) []object {
	own := ownParameters(m)
	var list []object
	for _, p := range analytics.Parameters() {
		if own[p.Name] == nil {
			list = append(list, ref("parameters", p.Name))
			continue
		}
		list = append(list, parameter(p, own[p.Name]))
	}
	return list
}

func parameterRefs() []object {
	var list []object
	for _, p := range analytics.Parameters() {
		list = append(list, ref("parameters", p.Name))
	}
	return list
}

func sharedParameters() object {
	var shared object
	for _, p := range analytics.Parameters() {
		shared = append(shared, member{p.Name, parameter(p, nil)})
	}
	return shared
}

// parameter describes one name of a filter; own are what a metric says of it.
func parameter(p analytics.Parameter, own object) object {
	schema := valueSchema(p, own)
	if p.Repeats {
		schema = object{{"type", "array"}, {"items", schema}}
	}
	described := object{{"name", p.Name}, {"in", "query"}, {"description", p.Help}, {"schema", schema}}
	if p.Repeats {
		return append(described, member{"style", "form"}, member{"explode", true}, member{"example", []string{p.Example}})
	}
	return append(described, member{"example", p.Example})
}

func valueSchema(p analytics.Parameter, own object) object {
	schema := object{{"type", "string"}}
	switch {
	case p.IsDay:
		schema = append(schema, member{"format", "date"})
	case p.Pattern != "":
		schema = append(schema, member{"pattern", p.Pattern})
	case len(p.Values) > 0 && !slices.ContainsFunc(own, func(m member) bool { return m.name == "enum" }):
		schema = append(schema, member{"enum", p.Values})
	}
	return append(schema, own...)
}

func sharedHeaders() object {
	header := func(text string, schema object) object { return object{{"description", text}, {"schema", schema}} }
	return object{
		{"ETag", header("Names the answer. It changes with what is imported and with the filter.", object{{"type", "string"}})},
		{"Cache-Control", header("For this client alone, and to be asked for again before each use.", object{{"type", "string"}})},
		{"Retry-After", header("In how many seconds to try again.", object{{"type", "integer"}, {"minimum", 1}})},
	}
}

func sharedResponses() object {
	said := func(text string, example problemDocument, headers ...member) object {
		response := object{{"description", text}}
		if len(headers) > 0 {
			response = append(response, member{"headers", object(headers)})
		}
		return append(response, member{"content", object{{contentProblem, object{{"schema", ref("schemas", "Problem")}, {"example", example}}}}})
	}
	retry := member{"Retry-After", ref("headers", "Retry-After")}
	return object{
		{"304", object{{"description", "The client has the answer already."}, {"headers", object{{"ETag", ref("headers", "ETag")}}}}},
		{"400", said("The filter is not understood.", exampleProblems[400])},
		{"401", said("Nobody is logged in, and no token was sent.", exampleProblems[401])},
		{"403", said("The privacy gate does not answer this question to anybody, or the role does not allow to ask it; code tells which.", exampleProblems[403])},
		{"404", said("There is no such metric.", exampleProblems[404])},
		{"503", said("The database is starting again, or the answer took too long.", exampleProblems[503], retry)},
		{"default", said("Another problem.", exampleProblems[405])},
	}
}

// describe says what a column is, with its unit.
func describe(c analytics.Column) string {
	if c.Unit == "" {
		return c.Description
	}
	return fmt.Sprintf("%s (%s)", c.Description, c.Unit)
}

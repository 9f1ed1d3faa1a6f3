package dashboards

import (
	"slices"

	"crosstalk/analytics"
)

// Names of the columns by which the gate says what it holds back.
const (
	suppressedColumn = "suppressed"
	hiddenColumn     = "hidden"
	bandedColumn     = "banded"
)

var columnTypes = []string{"date", "text", "integer", "number", "ratio", "flag"}

func schemas() object {
	all := object{
		{"Problem", problemSchema()},
		{"Metric", metricSchema()},
		{"Column", closed(nil,
			required("name", textSchema("Name of the member in every row")), required("type", enumSchema("What its values are; a ratio is from 0 to 1", columnTypes)),
			optional("unit", textSchema("Unit of its values")), required("description", textSchema("What it says")))},
		{"Days", closed(nil, required("from", daySchema("First day; empty while nothing was read")), required("to", daySchema("First day no longer in it")))},
		{"Filters", filtersSchema()},
		{"Answer", answerSchema(textSchema("Slug of the metric"), textSchema("What it answers"), object{{"type", "object"}})},
	}
	for _, m := range analytics.All() {
		doc := m.Doc()
		all = append(all,
			member{m.Slug(), append(object{{"title", doc.Title}}, answerSchema(object{{"const", m.Slug()}}, object{{"const", doc.Question}}, ref("schemas", m.Slug()+"_row"))...)},
			member{m.Slug() + "_row", append(object{{"title", "A row of " + m.Slug()}}, rowSchema(m.Columns())...)})
	}
	return all
}

// property is a member of a closed object.
type property struct {
	member
	isRequired bool
}

func required(name string, schema object) property { return property{member{name, schema}, true} }
func optional(name string, schema object) property { return property{member{name, schema}, false} }

// closed is the schema of an object that has these members and no others.
func closed(further object, properties ...property) object {
	var members object
	needed := []string{}
	for _, p := range properties {
		members = append(members, p.member)
		if p.isRequired {
			needed = append(needed, p.name)
		}
	}
	return append(object{{"type", "object"}, {"properties", members}, {"required", needed}, {"additionalProperties", false}}, further...)
}

func textSchema(text string) object { return object{{"type", "string"}, {"description", text}} }

func enumSchema[S ~string](text string, values []S) object {
	return object{{"type", "string"}, {"enum", values}, {"description", text}}
}

func listSchema(text string, items object) object {
	return object{{"type", "array"}, {"items", items}, {"description", text}}
}

func instantSchema(text string) object {
	return object{{"type", "string"}, {"format", "date-time"}, {"description", text}}
}

func daySchema(text string) object {
	return object{{"type", "string"}, {"pattern", `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`}, {"description", text}}
}

// answerSchema is what WriteJSON writes.
func answerSchema(slug, question, row object) object {
	return closed(nil,
		required("metric", slug), required("question", question), required("period", ref("schemas", "Days")), optional("previous", ref("schemas", "Days")),
		required("filters", ref("schemas", "Filters")), required("generated_at", instantSchema("When it was written down")),
		optional("data_until", instantSchema("The last message there is; none while nothing was read")),
		optional("notes", listSchema("Sentences that a reader must see", object{{"type", "string"}})),
		required("columns", listSchema("What the members of a row say, in their order", ref("schemas", "Column"))),
		required("rows", listSchema("Released rows; none while nothing was read", row)))
}

// rowSchema says of a row of a metric what each column holds, and that a suppressed row shows no figure.
func rowSchema(columns []analytics.Column) object {
	var properties []property
	var empty object
	for _, c := range columns {
		properties = append(properties, required(c.Name, columnSchema(c)))
		if !c.IsDimension {
			empty = append(empty, member{c.Name, object{{"type", "null"}}})
		}
	}
	suppressed := object{{"properties", object{{suppressedColumn, object{{"const", true}}}}}, {"required", []string{suppressedColumn}}}
	return closed(object{{"if", suppressed}, {"then", object{{"properties", empty}}}}, properties...)
}

func columnSchema(c analytics.Column) object {
	kinds := map[string]string{"date": "string", "text": "string", "integer": "integer", "number": "number", "ratio": "number", "flag": "boolean"}
	var schema object
	if c.IsNullable {
		schema = object{{"type", []string{kinds[c.Type], "null"}}}
	} else {
		schema = object{{"type", kinds[c.Type]}}
	}
	switch c.Type {
	case "date":
		schema = append(schema, member{"format", "date"})
	case "ratio":
		schema = append(schema, member{"minimum", 0}, member{"maximum", 1})
	}
	schema = append(schema, member{"description", describe(c)})
	if c.Unit != "" {
		schema = append(schema, member{"x-unit", c.Unit})
	}
	return schema
}

func filtersSchema() object {
	var properties []property
	for _, p := range analytics.Parameters() {
		schema := append(valueSchema(p, nil), member{"description", p.Help})
		if p.Repeats {
			schema = listSchema(p.Help, valueSchema(p, nil))
		}
		properties = append(properties, optional(p.Name, schema))
	}
	return closed(object{{"description", "The filter as it was answered, defaults filled in"}}, properties...)
}

func metricSchema() object {
	grains := []analytics.Grain{analytics.Whole, analytics.Hour, analytics.Day, analytics.Week, analytics.Month}
	compares := []analytics.Compare{analytics.ComparePrevious, analytics.CompareYear, analytics.CompareNone}
	defaults := closed(object{{"description", "Values of a filter that are not given"}},
		required("period", textSchema("Period")), required("grain", enumSchema("Length of a bucket", grains)),
		required("compare", enumSchema("What a summary is compared with", compares)), required("side", textSchema("Whose messages count")))
	return closed(nil,
		required("slug", textSchema("Its one name")), required("title", textSchema("What it is called")), required("question", textSchema("What it answers")),
		required("columns", listSchema("What a row holds, in order", ref("schemas", "Column"))),
		required("grains", listSchema("Lengths of a bucket, the default first", enumSchema("Length of a bucket", grains))),
		required("defaults", defaults), required("json", textSchema("Address of the answer as JSON")), required("csv", textSchema("Address of the answer as CSV")))
}

func problemSchema() object {
	known := []string{"bad_filter", "refused_by_gate", "not_found", "too_slow", "failed", "not_accepted"}
	for _, code := range codes {
		known = append(known, code)
	}
	return closed(object{{"description", "What is wrong, as RFC 9457 has it"}},
		required("title", textSchema("The status in words")), required("status", object{{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}),
		required("detail", textSchema("One sentence for people that says what to do")), required("code", enumSchema("What kind of problem it is, for programs", slices.Compact(slices.Sorted(slices.Values(known))))),
		optional("parameter", textSchema("The parameter that is wrong")), optional("allowed", listSchema("What it may be, where that can be listed", object{{"type", "string"}})),
		optional("nearest", textSchema("The slug that may have been meant")),
		optional("retry_after_seconds", object{{"type", "integer"}, {"minimum", 1}, {"description", "In how many seconds to try again"}}))
}

package organisation

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// decoder puts a document into a struct by its yaml tags. It goes on after a mistake, so that one reading tells them all.
type decoder struct{ found *findings }

func decode(root ast.Node, c *Config, found *findings) {
	d := decoder{found}
	d.structure(root, reflect.ValueOf(c).Elem(), "", 1)
}

// value reads a node into a field. A key without a value leaves the field as it was.
func (d decoder) value(node ast.Node, into reflect.Value, path string, line int) {
	if _, empty := node.(*ast.NullNode); empty || node == nil {
		return
	}
	if own, ok := into.Addr().Interface().(shorthand); ok {
		if text, isText := plain(node); isText {
			if err := own.fromText(text); err != nil {
				d.found.at(line, path, "%s", err)
			}
			return
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		d.structure(node, into, path, line)
	case reflect.Map:
		d.table(node, into, path, line)
	case reflect.Slice:
		if raw, ok := into.Addr().Interface().(*Raw); ok {
			d.raw(node, raw, path, line)
			return
		}
		d.sequence(node, into, path, line)
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(node, into.Elem(), path, line)
	default:
		d.scalar(node, into, path, line)
	}
}

// structure reads a mapping whose keys are known.
func (d decoder) structure(node ast.Node, into reflect.Value, path string, line int) {
	keys := keysOf(into.Type())
	d.entries(node, path, line, func(key string, value ast.Node, line int) {
		i := slices.Index(keys, key)
		if i < 0 {
			d.found.at(line, "", "%s is not a key%s: %s", quote(key), of(path), suggest(key, keys))
			return
		}
		d.value(value, into.Field(i), d.place(path, key, line), line)
	})
}

// table reads a mapping whose keys are free.
func (d decoder) table(node ast.Node, into reflect.Value, path string, line int) {
	into.Set(reflect.MakeMap(into.Type()))
	d.entries(node, path, line, func(key string, value ast.Node, line int) {
		element := reflect.New(into.Type().Elem()).Elem()
		d.value(value, element, d.place(path, key, line), line)
		into.SetMapIndex(reflect.ValueOf(key), element)
	})
}

// entries calls visit for each key of a mapping.
func (d decoder) entries(node ast.Node, path string, line int, visit func(key string, value ast.Node, line int)) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		d.found.at(line, path, "there is %s where keys and values are wanted: write them like name: value", kindOf(node))
		return
	}
	for rows := mapping.MapRange(); rows.Next(); {
		line := lineOf(rows.Key(), line)
		key, ok := plain(rows.Key())
		if !ok {
			d.found.at(line, path, "a key is a plain word")
			continue
		}
		visit(key, rows.Value(), line)
	}
}

// place is the path of a key, whose line is noted.
func (d decoder) place(path, key string, line int) string {
	if path != "" {
		key = path + "." + key
	}
	d.found.lines[key] = line
	return key
}

func (d decoder) sequence(node ast.Node, into reflect.Value, path string, line int) {
	rows, ok := node.(*ast.SequenceNode)
	if !ok {
		d.found.at(line, path, "there is %s where a list is wanted: write it like [a, b], or with a dash on each line", kindOf(node))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(rows.Values), len(rows.Values)))
	for i, row := range rows.Values {
		place, line := entry(path, i), lineOf(row, line)
		d.found.lines[place] = line
		d.value(row, into.Index(i), place, line)
	}
}

// raw keeps a mapping as it stands.
func (d decoder) raw(node ast.Node, into *Raw, path string, line int) {
	if _, ok := node.(ast.MapNode); !ok {
		d.found.at(line, path, "there is %s where keys and values are wanted: write them like name: value", kindOf(node))
		return
	}
	d.linesOf(node, path)
	if err := yaml.NodeToValue(node, into); err != nil {
		d.found.at(line, path, "not YAML: %s", oneLine(err.Error()))
	}
}

// linesOf notes where the keys of a part stand that is kept as it is.
func (d decoder) linesOf(node ast.Node, path string) {
	switch n := node.(type) {
	case ast.MapNode:
		for rows := n.MapRange(); rows.Next(); {
			if key, ok := plain(rows.Key()); ok {
				d.linesOf(rows.Value(), d.place(path, key, lineOf(rows.Key(), 0)))
			}
		}
	case *ast.SequenceNode:
		for i, row := range n.Values {
			d.found.lines[entry(path, i)] = lineOf(row, 0)
			d.linesOf(row, entry(path, i))
		}
	}
}

func (d decoder) scalar(node ast.Node, into reflect.Value, path string, line int) {
	text, ok := plain(node)
	if !ok {
		d.found.at(line, path, "there is %s where a single value is wanted", kindOf(node))
		return
	}
	if err := setScalar(into, text); err != nil {
		d.found.at(line, path, "%s", err)
	}
}

// setScalar reads a text into a field; the error completes the sentence "key: …".
func setScalar(into reflect.Value, text string) error {
	if duration, ok := into.Addr().Interface().(*time.Duration); ok {
		var err error
		if *duration, err = time.ParseDuration(text); err != nil {
			return fmt.Errorf("%s is not a duration: write it like 15m or 24h", quote(text))
		}
		return nil
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		text = strings.ToLower(text)
		if text != "true" && text != "false" {
			return fmt.Errorf("%s is neither true nor false", quote(text))
		}
		into.SetBool(text == "true")
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%s is not a whole number", quote(text))
		}
		into.SetInt(int64(n))
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%s is not a number", quote(text))
		}
		into.SetFloat(x)
	}
	return nil
}

// plain is the text of a single value as it stands in the file, without its quotes.
func plain(node ast.Node) (text string, ok bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// kindOf says what stands where something else is wanted, but not its value, which may be a secret.
func kindOf(node ast.Node) string {
	switch node.(type) {
	case ast.MapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	return "a single value"
}

func lineOf(node ast.Node, otherwise int) int {
	if t := node.GetToken(); t != nil {
		return t.Position.Line
	}
	return otherwise
}

// keysOf are the keys of a struct, each at the position of its field. What follows a comma is how the value is printed.
func keysOf(t reflect.Type) []string {
	keys := make([]string, t.NumField())
	for i := range keys {
		keys[i], _, _ = strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
	}
	return keys
}

func of(path string) string {
	if path == "" {
		return ""
	}
	return " of " + withoutPositions(path)
}

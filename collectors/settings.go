package collectors

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Settler is a collector that has settings of its own.
type Settler interface {
	// CheckSettings says what is wrong with the settings of some options, as WrongSettings where it is one of them. It reads
	// nothing else: no export, and no file that a setting names.
	CheckSettings(o Options) error
}

// CheckSettings says what is wrong with the settings that a collector would be given. One that is no Settler takes none.
func CheckSettings(c any, o Options) error {
	if s, ok := c.(Settler); ok {
		return s.CheckSettings(o)
	}
	return o.Settings(&struct{}{})
}

// WrongSetting is one mistake in a collector's settings.
type WrongSetting struct {
	Key   string   // its path, like time.zone or rows[0].name; empty when it is no single key
	Line  int      // in the settings, from 1; 0 is not known
	Known []string // the keys that there are, where Key is none of them
	What  string   // completes the sentence "key: …"; empty where Key is not known
}

// Name is the last part of the key.
func (w WrongSetting) Name() string { return w.Key[strings.LastIndex(w.Key, ".")+1:] }

// Around is the key in which it stands; empty for one that stands alone.
func (w WrongSetting) Around() string { return w.Key[:max(strings.LastIndex(w.Key, "."), 0)] }

func (w WrongSetting) String() string {
	var line string
	if w.Line > 0 {
		line = fmt.Sprintf("line %d: ", w.Line)
	}
	switch {
	case w.What == "" && len(w.Known) == 0:
		return fmt.Sprintf("%s%q is not a key: there is none", line, w.Key)
	case w.What == "":
		return fmt.Sprintf("%s%q is not a key: use %s", line, w.Key, strings.Join(w.Known, ", "))
	case w.Key == "":
		return line + w.What
	}
	return line + w.Key + ": " + w.What
}

// WrongSettings are all mistakes in a collector's settings.
type WrongSettings []WrongSetting

func (w WrongSettings) Error() string {
	lines := make([]string, len(w))
	for i := range w {
		lines[i] = w[i].String()
	}
	return "options: " + strings.Join(lines, "; ")
}

// Wrong is the error of a collector whose setting cannot be meant. The sentence goes on after the key: "… is no country".
func Wrong(key, sentence string, args ...any) error {
	return WrongSettings{{Key: key, What: fmt.Sprintf(sentence, args...)}}
}

// Settings decodes the collector's own settings into a struct with yaml tags. No settings leave it as it is; the error is
// WrongSettings.
func (o Options) Settings(into any) error {
	if len(bytes.TrimSpace(o.settings)) == 0 {
		return nil
	}
	file, err := parser.ParseBytes(o.settings, 0)
	if err != nil {
		return wrongYAML(err)
	}
	var check settingsCheck
	for _, doc := range file.Docs {
		check.value(doc.Body, reflect.TypeOf(into).Elem(), "")
	}
	if check.wrong != nil {
		return check.wrong
	}
	if err := yaml.UnmarshalWithOptions(o.settings, into, yaml.Strict()); err != nil {
		return wrongYAML(err)
	}
	return nil
}

// wrongYAML is what the YAML reader says, on one line and without what stands there.
func wrongYAML(err error) error {
	w := WrongSetting{What: "it cannot be read"}
	var detailed yaml.Error
	if errors.As(err, &detailed) && detailed.GetToken() != nil {
		w.Line, w.What = detailed.GetToken().Position.Line, strings.Join(strings.Fields(detailed.GetMessage()), " ")
	}
	return WrongSettings{w}
}

// settingsCheck finds keys that a struct does not have and values of another shape. It goes on after a mistake.
type settingsCheck struct{ wrong WrongSettings }

func (c *settingsCheck) tell(node ast.Node, path, what string) {
	w := WrongSetting{Key: path, What: what}
	if t := node.GetToken(); t != nil {
		w.Line = t.Position.Line
	}
	c.wrong = append(c.wrong, w)
}

// value looks at what stands for a type. A type that reads itself may take other shapes than its own, but knows no other keys.
func (c *settingsCheck) value(node ast.Node, into reflect.Type, path string) {
	if _, empty := node.(*ast.NullNode); empty || node == nil {
		return
	}
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	_, readsItself := reflect.New(into).Interface().(yaml.InterfaceUnmarshaler)
	mapping, isMapping := node.(ast.MapNode)
	list, isList := node.(*ast.SequenceNode)
	switch {
	case into.Kind() == reflect.Struct && isMapping:
		c.entries(mapping, into, path)
	case into.Kind() == reflect.Map && isMapping:
		for rows := mapping.MapRange(); rows.Next(); {
			c.value(rows.Value(), into.Elem(), below(path, keyText(rows.Key())))
		}
	case into.Kind() == reflect.Slice && isList:
		for i, row := range list.Values {
			c.value(row, into.Elem(), path+"["+strconv.Itoa(i)+"]")
		}
	case readsItself:
	case into.Kind() == reflect.Struct || into.Kind() == reflect.Map:
		c.tell(node, path, "there must be keys and values: write them like name: value")
	case into.Kind() == reflect.Slice:
		c.tell(node, path, "there must be a list: write it like [a, b], or with a dash on each line")
	case isMapping || isList:
		c.tell(node, path, "there must be a single value")
	default:
		c.single(node, into, path)
	}
}

// entries looks at a mapping whose keys are known.
func (c *settingsCheck) entries(mapping ast.MapNode, into reflect.Type, path string) {
	fields := fieldsOf(into)
	for rows := mapping.MapRange(); rows.Next(); {
		key := keyText(rows.Key())
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i >= 0 {
			c.value(rows.Value(), fields[i].kind, below(path, key))
			continue
		}
		known := []string{}
		for _, f := range fields {
			known = append(known, f.key)
		}
		c.tell(rows.Key(), below(path, key), "")
		c.wrong[len(c.wrong)-1].Known = known
	}
}

// single looks at a plain value.
func (c *settingsCheck) single(node ast.Node, into reflect.Type, path string) {
	text, err := node.GetToken().Value, error(nil)
	what := "is not a whole number"
	switch into.Kind() {
	case reflect.Int, reflect.Int64:
		_, err = strconv.ParseInt(text, 10, 64)
	case reflect.Uint32, reflect.Uint64:
		_, err = strconv.ParseUint(text, 10, into.Bits())
		what = "is not a whole number from 0"
	case reflect.Float32, reflect.Float64:
		_, err = strconv.ParseFloat(text, 64)
		what = "is not a number"
	case reflect.Bool:
		_, err = strconv.ParseBool(text)
		what = "is neither true nor false"
	}
	if err != nil {
		c.tell(node, path, strconv.Quote(text)+" "+what)
	}
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func keyText(node ast.MapKeyNode) string {
	if s, ok := node.(*ast.StringNode); ok {
		return s.Value
	}
	return node.GetToken().Value
}

// field is a key of a struct, and the type of its value.
type field struct {
	key  string
	kind reflect.Type
}

// fieldsOf are the keys of a struct, those of inlined ones among them.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		key, how, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case how == "inline":
			fields = append(fields, fieldsOf(f.Type)...)
		case key != "":
			fields = append(fields, field{key, f.Type})
		}
	}
	return fields
}

package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"crosstalk/collectors/record"
)

// mapping says what the columns of a table mean, as written in YAML. A column of JSON
// is a path (from.email); one that leads through lists gives many values.
type mapping struct {
	Tool      string    `yaml:"tool"`
	Workspace string    `yaml:"workspace"`
	Files     oneOrMany `yaml:"files"` // patterns of the files to read; default: all

	Shape shape `yaml:",inline"`

	Key          string               `yaml:"key"` // what identifies accounts, where nothing else is said
	Time         timeField            `yaml:"time"`
	ID           oneColumn            `yaml:"id"`
	Conversation conversationField    `yaml:"conversation"`
	Members      accountField         `yaml:"conversation_members"`
	Sender       accountField         `yaml:"sender"`
	SenderKind   choice               `yaml:"sender_kind"`
	Recipients   accountField         `yaml:"recipients"`
	Mentions     accountField         `yaml:"mentions"`
	Parent       parentField          `yaml:"parent"`
	Kind         choice               `yaml:"kind"`
	Quantity     oneColumn            `yaml:"quantity"`
	Size         sizeField            `yaml:"size"`
	Attachments  oneColumn            `yaml:"attachments"`
	Edited       timeField            `yaml:"edited"`
	Deleted      oneColumn            `yaml:"deleted"`
	Skip         map[string]oneOrMany `yaml:"skip"` // column → values of records that are no messages
	Accounts     accountsField        `yaml:"accounts"`
}

// shape says how a file holds its records.
type shape struct {
	Format    string    `yaml:"format"`    // csv, tsv, json, jsonl; default: by content
	Records   string    `yaml:"records"`   // JSON: path of the list of records
	Delimiter string    `yaml:"delimiter"` // CSV: one character, tab or space; default: by content
	Columns   oneOrMany `yaml:"columns"`   // CSV: names of the columns of a file without a header
	Encoding  string    `yaml:"encoding"`  // of text that is not UTF-8: windows-1252 (default), iso-8859-1, …
}

type oneOrMany []string

func (o *oneOrMany) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	var many []string
	err := decode(&many)
	*o = many
	return err
}

// oneColumn is the name of a column, alone or as {column: name}.
type oneColumn struct {
	Column string `yaml:"column"`
}

func (c *oneColumn) UnmarshalYAML(decode func(any) error) error {
	type plain oneColumn
	if decode(&c.Column) == nil {
		return nil
	}
	return decode((*plain)(c))
}

// timeField is a column of times.
type timeField struct {
	Column string `yaml:"column"`
	Format string `yaml:"format"` // rfc3339, unix, unix_ms, unix_us, unix_ns, excel, a Go layout, or one with %Y
	Zone   string `yaml:"zone"`   // of times that state none
	Epoch  string `yaml:"epoch"`  // the date from which numbers count; default 1970-01-01
}

func (f *timeField) UnmarshalYAML(decode func(any) error) error {
	type plain timeField
	if decode(&f.Column) == nil {
		return nil
	}
	return decode((*plain)(f))
}

// accountField is one or more columns of accounts.
type accountField struct {
	Column    oneOrMany `yaml:"column"`
	Separator string    `yaml:"separator"` // between several in one cell; default ";" in CSV, none in JSON
	Key       string    `yaml:"key"`       // email, phone, tool_id, handle, display_name; default: email for what has an @, else tool_id
	Name      string    `yaml:"name"`      // columns that describe the account, sender only
	Email     string    `yaml:"email"`
	Handle    string    `yaml:"handle"`
}

func (f *accountField) UnmarshalYAML(decode func(any) error) error {
	type plain accountField
	var short oneOrMany
	if decode(&short) == nil {
		f.Column = short
		return nil
	}
	return decode((*plain)(f))
}

// choice is one word of a fixed list: the same for all records, or by the values of a
// column.
type choice struct {
	Constant string            `yaml:"constant"`
	Column   string            `yaml:"column"`
	Values   map[string]string `yaml:"values"`
	Default  string            `yaml:"default"`
}

func (c *choice) UnmarshalYAML(decode func(any) error) error {
	type plain choice
	if decode(&c.Constant) == nil {
		return nil
	}
	return decode((*plain)(c))
}

// conversationField says which conversation a record belongs to.
type conversationField struct {
	Column   string `yaml:"column"`
	Template string `yaml:"template"` // instead: "{team}/{channel}"
	Pair     bool   `yaml:"pair"`     // instead: made of sender and recipients
	Kind     choice `yaml:"kind"`
	Parent   string `yaml:"parent"`
	Coverage string `yaml:"coverage"`
}

func (f *conversationField) UnmarshalYAML(decode func(any) error) error {
	type plain conversationField
	var short string
	if decode(&short) == nil {
		switch {
		case short == "pair":
			f.Pair = true
		case strings.Contains(short, "{"):
			f.Template = short
		default:
			f.Column = short
		}
		return nil
	}
	return decode((*plain)(f))
}

// parentField is the message a record refers to.
type parentField struct {
	Column   string `yaml:"column"`
	Relation string `yaml:"relation"` // reply (default), quote, thread, mark
}

func (f *parentField) UnmarshalYAML(decode func(any) error) error {
	type plain parentField
	if decode(&f.Column) == nil {
		return nil
	}
	return decode((*plain)(f))
}

// sizeField is a column of sizes, or one of text that is measured and dropped.
type sizeField struct {
	Column   string `yaml:"column"`
	LengthOf string `yaml:"length_of"`
}

func (f *sizeField) UnmarshalYAML(decode func(any) error) error {
	type plain sizeField
	if decode(&f.Column) == nil {
		return nil
	}
	return decode((*plain)(f))
}

// accountsField is a second file, of accounts.
type accountsField struct {
	File  string `yaml:"file"`
	Shape shape  `yaml:",inline"`

	ID      string    `yaml:"id"`
	Key     string    `yaml:"key"`
	Name    string    `yaml:"name"`
	Email   string    `yaml:"email"`
	Handle  string    `yaml:"handle"`
	Phone   string    `yaml:"phone"`
	Kind    choice    `yaml:"kind"`
	Deleted oneColumn `yaml:"deleted"`
}

// check answers with what a mapping lacks or contradicts, in one sentence.
func (m *mapping) check() error {
	ways := 0
	for _, way := range []bool{m.Conversation.Column != "", m.Conversation.Template != "", m.Conversation.Pair} {
		if way {
			ways++
		}
	}
	switch {
	case m.Tool == "":
		return errors.New("mapping: tool is missing; write the tool's slug, as in `tool: teams`")
	case m.Time.Column == "":
		return errors.New("mapping: time is missing; write which column holds it, as in `time: sent_at`")
	case len(m.Sender.Column) == 0:
		return errors.New("mapping: sender is missing; write which column holds it, as in `sender: from`")
	case ways == 0:
		return errors.New("mapping: conversation is missing; write which column holds it, or `conversation: pair` to make it of sender and recipients")
	case ways > 1:
		return errors.New("mapping: conversation takes one of column, template and pair")
	case m.Conversation.Pair && len(m.Recipients.Column) == 0:
		return errors.New("mapping: `conversation: pair` needs recipients")
	case m.Size.Column != "" && m.Size.LengthOf != "":
		return errors.New("mapping: size takes one of column and length_of")
	case m.Accounts.File != "" && m.Accounts.ID == "":
		return errors.New("mapping: accounts needs id, the column that holds what messages name accounts by")
	case !slug(m.Tool):
		return fmt.Errorf("mapping: tool %q is no slug; use lower-case letters, digits and -", m.Tool)
	}
	return errors.Join(m.Shape.check(), m.Accounts.Shape.check())
}

func (s *shape) check() error {
	if !slices.Contains([]string{"", "csv", "tsv", "json", "jsonl"}, s.Format) {
		return fmt.Errorf("mapping: format %q is unknown; use csv, tsv, json or jsonl", s.Format)
	}
	if _, ok := delimiters[s.Delimiter]; !ok && len(s.Delimiter) != 1 {
		return fmt.Errorf("mapping: delimiter %q is not one character; use that, tab or space", s.Delimiter)
	}
	return nil
}

// delimiters are the words for what is awkward to write. A run of blanks is one.
var delimiters = map[string]byte{"": 0, "tab": '\t', "space": ' ', "\\t": '\t', "comma": ',', "semicolon": ';'}

func slug(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// named finds the value that is called so, among consecutive ones from 0.
func named[T ~uint8](word string, last T, of func(T) string) (T, bool) {
	for v := T(0); v <= last; v++ {
		if of(v) == word {
			return v, true
		}
	}
	return 0, false
}

func kindNamed(word string) (record.Kind, bool) {
	k, ok := named(word, record.KindSystem, record.Kind.String)
	return k, ok && k != 0
}

func accountKindNamed(word string) (record.AccountKind, bool) {
	return named(word, record.AccountSystem, record.AccountKind.String)
}

func conversationKindNamed(word string) (record.ConversationKind, bool) {
	return named(word, record.ConversationMeetingChat, record.ConversationKind.String)
}

func keyKindNamed(word string) (record.KeyKind, bool) {
	k, ok := named(word, record.KeyDisplayName, record.KeyKind.String)
	return k, ok && k != record.KeyNone
}

func relationNamed(word string) (record.Relation, bool) {
	return named(word, record.RelationMark, record.Relation.String)
}

func coverageNamed(word string) (record.Coverage, bool) {
	return named(word, record.CoverageTruncated, record.Coverage.String)
}

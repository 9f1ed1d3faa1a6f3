package table

import (
	"bytes"
	"fmt"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// plan is a mapping ready for use: names are numbers, words are kinds.
type plan struct {
	shape     shape
	files     []string
	columns   columns
	needed    []string
	tool      string
	workspace string

	time         timeReader
	edited       timeReader
	id           int
	conversation conversationPlan
	members      accountPlan
	sender       accountPlan
	senderKind   choicePlan[record.AccountKind]
	recipients   accountPlan
	mentions     accountPlan
	parent       int
	relation     record.Relation
	kind         choicePlan[record.Kind]
	quantity     int
	size         int
	isLength     bool
	attachments  int
	deleted      int
	skip         []skipPlan
	accounts     accountsPlan
	names        jsonscan.Texts
	keys         [record.KeyDisplayName + 1]jsonscan.Met[record.AccountKey] // by the kind a value is taken for
	ids          jsonscan.Chunk
}

type conversationPlan struct {
	column   int
	template []templatePart
	pair     bool
	kind     choicePlan[record.ConversationKind]
	hasKind  bool
	parent   int
	coverage record.Coverage
}

// templatePart is a text, or a column when column is not negative.
type templatePart struct {
	text   string
	column int
}

type accountPlan struct {
	columns             []int
	separator           string
	key                 record.KeyKind // KeyNone: by the look of the value
	name, email, handle int
}

type skipPlan struct {
	column int
	values map[string]bool
}

// choicePlan is a choice of which the words are known.
type choicePlan[T ~uint8] struct {
	column   int
	values   map[string]T
	fallback T
	certain  bool // fallback stands for every word that values lack
}

func newPlan(m *mapping, o collectors.Options) (*plan, error) {
	if m.Tool == "" {
		m.Tool = o.Tool
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	p := &plan{shape: m.Shape, files: m.Files, tool: m.Tool, workspace: m.Workspace}
	if p.workspace == "" {
		p.workspace = o.Workspace
	}
	c := &p.columns
	p.id, p.quantity, p.attachments, p.deleted = c.add(m.ID.Column), c.add(m.Quantity.Column), c.add(m.Attachments.Column), c.add(m.Deleted.Column)
	p.parent = c.add(m.Parent.Column)
	p.size = c.add(m.Size.Column)
	steps := []func() error{
		func() (err error) { p.time, err = m.Time.reader(c, o.Location); return },
		func() (err error) { p.edited, err = m.Edited.reader(c, o.Location); return },
		func() error { return p.setConversation(m) },
		func() (err error) {
			p.sender, err = m.Sender.plan(c, m)
			p.sender.separator = m.Sender.Separator
			return
		},
		func() (err error) { p.recipients, err = m.Recipients.plan(c, m); return },
		func() (err error) { p.mentions, err = m.Mentions.plan(c, m); return },
		func() (err error) { p.members, err = m.Members.plan(c, m); return },
		func() (err error) {
			p.senderKind, err = newChoice(&m.SenderKind, c, "sender_kind", accountKindNamed, record.AccountUnknown)
			return
		},
		func() (err error) {
			p.kind, err = newChoice(&m.Kind, c, "kind", kindNamed, record.KindMessage)
			return
		},
		func() error { return p.setRelation(m) },
		func() (err error) { p.accounts, err = m.Accounts.plan(m); return },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for column, values := range m.Skip {
		s := skipPlan{column: c.add(column), values: map[string]bool{}}
		for _, v := range values {
			s.values[v] = true
		}
		p.skip = append(p.skip, s)
	}
	if m.Size.LengthOf != "" {
		p.size, p.isLength = c.addLength(m.Size.LengthOf), true
	}
	p.needed = append([]string{m.Time.Column}, m.Sender.Column...)
	if m.Conversation.Column != "" {
		p.needed = append(p.needed, m.Conversation.Column)
	}
	return p, nil
}

func (p *plan) setConversation(m *mapping) (err error) {
	f, c := &m.Conversation, &p.columns
	cp := &p.conversation
	cp.column, cp.parent, cp.pair = c.add(f.Column), c.add(f.Parent), f.Pair
	for rest := f.Template; rest != ""; {
		text, after, found := strings.Cut(rest, "{")
		cp.template = append(cp.template, templatePart{text: text, column: -1})
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || strings.TrimSpace(name) == "" {
			return fmt.Errorf("mapping: conversation template %q has a { that no column's name and } follow", f.Template)
		}
		cp.template = append(cp.template, templatePart{column: c.add(strings.TrimSpace(name))})
		rest = tail
	}
	if f.Coverage != "" {
		var ok bool
		if cp.coverage, ok = coverageNamed(f.Coverage); !ok {
			return fmt.Errorf("mapping: coverage %q is unknown; use whole, own, member or truncated", f.Coverage)
		}
	}
	cp.hasKind = f.Kind.Constant != "" || f.Kind.Column != ""
	cp.kind, err = newChoice(&f.Kind, c, "conversation kind", conversationKindNamed, record.ConversationOther)
	return err
}

func (p *plan) setRelation(m *mapping) error {
	p.relation = record.RelationReply
	if m.Parent.Relation == "" {
		return nil
	}
	var ok bool
	if p.relation, ok = relationNamed(m.Parent.Relation); !ok {
		return fmt.Errorf("mapping: relation %q is unknown; use reply, quote, thread or mark", m.Parent.Relation)
	}
	return nil
}

func (f *accountField) plan(c *columns, m *mapping) (accountPlan, error) {
	a := accountPlan{separator: f.Separator, name: c.add(f.Name), email: c.add(f.Email), handle: c.add(f.Handle)}
	for _, name := range f.Column {
		a.columns = append(a.columns, c.add(name))
	}
	if a.separator == "" && (m.Shape.Format == "csv" || m.Shape.Format == "tsv" || m.Shape.Format == "") {
		a.separator = ";"
	}
	var err error
	a.key, err = keyKind(f.Key, m.Key)
	return a, err
}

func keyKind(word, general string) (record.KeyKind, error) {
	if word == "" {
		word = general
	}
	if word == "" {
		return record.KeyNone, nil
	}
	k, ok := keyKindNamed(word)
	if !ok {
		return k, fmt.Errorf("mapping: key %q is unknown; use email, phone, tool_id, handle or display_name", word)
	}
	return k, nil
}

// newChoice turns the words of a choice into kinds. A word of the list stands for
// itself, without being listed.
func newChoice[T ~uint8](f *choice, c *columns, what string, of func(string) (T, bool), fallback T) (choicePlan[T], error) {
	p := choicePlan[T]{column: c.add(f.Column), values: make(map[string]T, len(f.Values)), fallback: fallback}
	for _, word := range []string{f.Constant, f.Default} {
		if word == "" {
			continue
		}
		v, ok := of(word)
		if !ok {
			return p, fmt.Errorf("mapping: %s %q is unknown; for a column, write {column: %s}", what, word, word)
		}
		p.fallback, p.certain = v, true
	}
	for value, word := range f.Values {
		v, ok := of(word)
		if !ok {
			return p, fmt.Errorf("mapping: %s %q, for the value %q, is unknown", what, word, value)
		}
		p.values[value] = v
	}
	return p, nil
}

// choose is the kind of a row; false when its word is unknown.
func (p *choicePlan[T]) choose(r *row, of func(string) (T, bool)) (T, bool) {
	word := bytes.TrimSpace(r.value(p.column))
	if len(word) == 0 {
		return p.fallback, true
	}
	if v, ok := p.values[string(word)]; ok {
		return v, true
	}
	for value, v := range p.values {
		if strings.EqualFold(value, string(word)) {
			return v, true
		}
	}
	if p.certain {
		return p.fallback, true
	}
	return of(strings.ToLower(string(word)))
}

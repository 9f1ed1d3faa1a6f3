package sametime

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

const (
	mappingName = "sametime.yaml"
	mappingMax  = 64 << 10 // bytes
	headBytes   = 64 << 10 // of a file that are looked at
)

// mapping says which keys of a document mean what. A key is a path: data.from.
type mapping struct {
	Keys struct {
		Sender       string   `yaml:"sender"`
		Recipients   []string `yaml:"recipients"`
		Conversation string   `yaml:"conversation"`
		Time         string   `yaml:"time"`
		ID           string   `yaml:"id"`
		Type         string   `yaml:"type"`
		Text         string   `yaml:"text"`
	} `yaml:"keys"`
	Types struct {
		Message []string `yaml:"message"`
		Call    []string `yaml:"call"`
		System  []string `yaml:"system"`
		Skip    []string `yaml:"skip"`
	} `yaml:"types"`
}

// timeKeys are the keys that may hold the time, where none is named.
var timeKeys = []string{"TimeStamp", "timestamp", "date", "time"}

const idKey = "_id"

// mappingPath finds the mapping that lies in a tree, or gives nothing.
func mappingPath(t *collectors.Tree) string {
	for _, f := range t.Files() {
		if path.Base(f.Path) == mappingName {
			return f.Path
		}
	}
	return ""
}

// mappingIn reads the mapping that lies in a tree.
func mappingIn(t *collectors.Tree) (*mapping, error) {
	src, err := t.Open(mappingPath(t))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mappingName, err)
	}
	defer src.Close()
	text, err := io.ReadAll(io.LimitReader(src, mappingMax))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mappingName, err)
	}
	m := &mapping{}
	if err := yaml.UnmarshalWithOptions(text, m, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %s", mappingName, yaml.FormatError(err, false, false))
	}
	return m, m.check()
}

func (m *mapping) check() error {
	k := &m.Keys
	switch {
	case k.Sender == "":
		return errors.New("keys.sender is missing: name the key that holds who wrote")
	case len(k.Recipients) == 0 && k.Conversation == "":
		return errors.New("keys.recipients and keys.conversation are both missing: name the key that holds whom it was written to, or where")
	case k.Type == "" && len(m.Types.Message)+len(m.Types.Call)+len(m.Types.System)+len(m.Types.Skip) > 0:
		return errors.New("types are given, but keys.type is missing: name the key that holds the type")
	}
	return nil
}

// kinds are the kinds of record by the type of document.
func (m *mapping) kinds() map[string]record.Kind {
	out := map[string]record.Kind{}
	for kind, types := range map[record.Kind][]string{record.KindMessage: m.Types.Message, record.KindCall: m.Types.Call,
		record.KindSystem: m.Types.System, 0: m.Types.Skip} {
		for _, t := range types {
			out[t] = kind
		}
	}
	return out
}

// fits reports whether a file begins with documents that have the sender's key and a time.
func (m *mapping) fits(head []byte) bool {
	outline := jsonscan.Outline(head)
	has := func(key string) bool {
		_, ok := outline[strings.ToLower(key)]
		return ok
	}
	times := timeKeys
	if m.Keys.Time != "" {
		times = []string{m.Keys.Time}
	}
	return has(m.Keys.Sender) && slices.ContainsFunc(times, has)
}

// found says which keys the documents of a tree have, for whoever writes the mapping: each
// with the number of its different values in the part that was looked at.
func found(t *collectors.Tree) string {
	files := t.Files()
	if len(files) == 0 {
		return ""
	}
	head, err := t.Head(files[0].Path, 4*headBytes)
	if err != nil {
		return ""
	}
	var said []string
	for _, k := range keysIn(head) {
		said = append(said, fmt.Sprintf("%s (%d different)", k.path, k.different))
	}
	if len(said) == 0 {
		return "; no documents were found in it"
	}
	const most = 40
	if len(said) > most {
		said = append(said[:most], "…")
	}
	return "; its keys: " + strings.Join(said, ", ")
}

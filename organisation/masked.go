package organisation

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// hidden stands for what doctor does not print.
const hidden = "(hidden)"

// Masked is the effective configuration as YAML, defaults and the register filled in. Secrets are never in a
// configuration; what could be one by mistake (a value whose key says so, a user in an endpoint) and the names of
// excluded people and conversations are hidden. What is printed can be read again.
func (c Config) Masked() []byte {
	c.Tools, c.RegisterPath = c.Register().All(), "" // which are among them
	c.Privacy.Exclusions = c.Privacy.Exclusions.masked()
	c.Workspaces = slices.Clone(c.Workspaces)
	for i := range c.Workspaces {
		w := &c.Workspaces[i]
		w.Endpoint = maskUser(w.Endpoint)
		w.Options = maskRaw(w.Options)
	}
	c.Reports = maskRaw(c.Reports)
	text, err := yaml.MarshalWithOptions(c, yaml.IndentSequence(true))
	if err != nil {
		return []byte("# the configuration cannot be shown: " + oneLine(err.Error()) + "\n")
	}
	return text
}

func (e Exclusions) masked() Exclusions {
	e.People = slices.Clone(e.People)
	for i := range e.People {
		e.People[i] = hidden
	}
	e.Conversations = slices.Clone(e.Conversations)
	for i := range e.Conversations {
		e.Conversations[i].Key = hidden
	}
	return e
}

// MarshalYAML prints a raw part like the rest.
func (r Raw) MarshalYAML() (any, error) {
	if len(r) == 0 {
		return map[string]any{}, nil
	}
	return r.values()
}

// maskUser hides what stands before the @ of an address like imaps://user:secret@host.
func maskUser(endpoint string) string {
	at := strings.LastIndex(endpoint, "@")
	if at < 0 {
		return endpoint
	}
	scheme := ""
	if i := strings.Index(endpoint, "://"); i >= 0 && i < at {
		scheme = endpoint[:i+3]
	}
	return scheme + "hidden" + endpoint[at:]
}

// maskRaw hides the values whose keys sound like a secret's.
func maskRaw(raw Raw) Raw {
	if len(raw) == 0 {
		return raw
	}
	values, err := raw.values()
	if err == nil {
		if text, err := yaml.Marshal(maskValue(values)); err == nil {
			return text
		}
	}
	return Raw("hidden: true\n")
}

func maskValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if v[key] = maskValue(inner); soundsSecret(key) {
				v[key] = hidden
			}
		}
	case []any:
		for i := range v {
			v[i] = maskValue(v[i])
		}
	case string:
		if strings.Contains(v, "://") {
			return maskUser(v)
		}
	}
	return value
}

var secretWords = []string{"password", "passwd", "passphrase", "secret", "token", "_key", "apikey", "credential"}

// soundsSecret reports whether a key sounds like a secret's; where a secret is, is none.
func soundsSecret(key string) bool {
	key = strings.ToLower(key)
	if strings.HasSuffix(key, "_env") || strings.HasSuffix(key, "_file") {
		return false
	}
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(key, word) })
}

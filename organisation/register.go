package organisation

import (
	"hash/fnv"
	"slices"
	"strings"
)

// Register is all that is known of tools: what the company says, completed from the catalogue. It does not change
// and may be used by several goroutines.
type Register struct {
	tools    map[string]Tool
	order    []string // of the file
	taken    map[string]bool
	currency string
}

// Register makes the register of a configuration.
func (c Config) Register() *Register {
	r := &Register{tools: map[string]Tool{}, taken: map[string]bool{}, currency: c.Organisation.Currency}
	for _, t := range c.Tools { // colours that are not to be had, before any is given out
		r.taken[strings.ToLower(fallback(t.Colour, known(t.Tool).Colour))] = true
	}
	for _, t := range c.Tools {
		if _, twice := r.tools[t.Tool]; twice {
			continue
		}
		t = r.complete(t)
		r.order = append(r.order, t.Tool)
		r.tools[t.Tool] = t
		r.taken[strings.ToLower(t.Colour)] = true
	}
	return r
}

// complete fills in what the file leaves out.
func (r *Register) complete(t Tool) Tool {
	found := known(t.Tool)
	t.Name = fallback(t.Name, fallback(found.Name, t.Tool))
	t.Class = fallback(t.Class, fallback(found.Class, Other))
	t.Status = fallback(t.Status, Unknown)
	t.Colour = fallback(t.Colour, fallback(found.Colour, r.spare(t.Tool)))
	t.Price.Per = fallback(t.Price.Per, pricePeriods[0])
	t.Price.Currency = fallback(t.Price.Currency, r.currency)
	t.Capabilities = found.Capabilities.With(t.Capabilities)
	control := t.Catalogue().Control
	t.Control = t.Control.with(control)
	t.Retention, t.LegalHold = impossible(t.Retention, control.Retention), impossible(t.LegalHold, control.Ediscovery)
	return t
}

// spare is the colour of a tool that is not in the catalogue: by its slug alone, moved on only when a tool of the register
// has it already. Tools added at the end of the file leave the colours of those before them as they were.
func (r *Register) spare(slug string) string {
	h := fnv.New32a()
	h.Write([]byte(slug))
	first := int(h.Sum32() % uint32(len(palette)))
	for i := range palette {
		if colour := palette[(first+i)%len(palette)]; !r.taken[colour] {
			return colour
		}
	}
	return palette[first]
}

// Tool answers for every slug: one that the file does not name is filled in from the catalogue, its status unknown.
func (r *Register) Tool(slug string) Tool {
	if t, ok := r.tools[slug]; ok {
		return t
	}
	return r.complete(Tool{Tool: slug})
}

// IsNamed reports whether the company's file names a tool.
func (r *Register) IsNamed(slug string) bool {
	_, named := r.tools[slug]
	return named
}

// All are the tools of the file in its order, then the others of a list by slug, each once and as Tool gives it.
func (r *Register) All(others ...string) []Tool {
	var tools []Tool
	for _, slug := range r.order {
		tools = append(tools, r.tools[slug])
	}
	for _, slug := range slices.Compact(slices.Sorted(slices.Values(others))) {
		if _, named := r.tools[slug]; !named {
			tools = append(tools, r.Tool(slug))
		}
	}
	return tools
}

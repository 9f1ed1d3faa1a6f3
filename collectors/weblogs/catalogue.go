package weblogs

import (
	"bytes"

	"fmt"
	"net/netip"
	"strings"

	known "crosstalk/organisation/catalogue"
)

// hosts says for a tool how surely somebody who reaches a host, a host and path, or a network
// uses it.
type hosts map[string]map[string]float32

// catalogue finds the tool of a host.
type catalogue struct {
	tools    []string
	names    map[string]rules // by domain name
	networks []network
}

// rule is a tool, and how surely it is used.
type rule struct {
	tool      uint16 // place in tools
	certainty float32
}

// rules are those of one name: of paths, longest first, and of everything else.
type rules struct {
	paths []pathRule
	plain *rule
}

type pathRule struct {
	path string
	rule
}

type network struct {
	prefix netip.Prefix
	rule
}

// newCatalogue is the shipped catalogue with a company's own hosts, which win.
func newCatalogue(own hosts) (*catalogue, error) {
	c := &catalogue{names: map[string]rules{}}
	for _, t := range known.All() {
		if err := c.addAll(t.Slug, t.Hosts); err != nil {
			return nil, err
		}
	}
	for tool, entries := range own {
		if err := c.addAll(tool, entries); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *catalogue) addAll(tool string, entries map[string]float32) error {
	n := c.tool(tool)
	for name, certainty := range entries {
		if err := c.add(name, rule{n, certainty}); err != nil {
			return err
		}
	}
	return nil
}

func (c *catalogue) tool(slug string) uint16 {
	for i, t := range c.tools {
		if t == slug {
			return uint16(i)
		}
	}
	c.tools = append(c.tools, slug)
	return uint16(len(c.tools) - 1)
}

func (c *catalogue) add(entry string, r rule) error {
	if r.certainty < 0 || r.certainty > 1 {
		return fmt.Errorf("hosts: %s: %v is no certainty between 0 and 1", entry, r.certainty)
	}
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		c.networks = append([]network{{prefix, r}}, c.networks...)
		return nil
	}
	name, path, _ := strings.Cut(strings.ToLower(entry), "/")
	if name = strings.Trim(name, "."); name == "" || strings.ContainsAny(name, " *:") {
		return fmt.Errorf("hosts: %q is no domain name, name with a path, or network", entry)
	}
	of := c.names[name]
	if path == "" {
		of.plain = &r
	} else {
		of.paths = withPath(of.paths, pathRule{"/" + path, r})
	}
	c.names[name] = of
	return nil
}

// withPath keeps longer paths before shorter ones, and one of each.
func withPath(paths []pathRule, p pathRule) []pathRule {
	for i := range paths {
		switch {
		case paths[i].path == p.path:
			paths[i] = p
			return paths
		case len(paths[i].path) < len(p.path):
			return append(paths[:i:i], append([]pathRule{p}, paths[i:]...)...)
		}
	}
	return append(paths, p)
}

// find gives the rule of a host and, where a log has it, of a path. Host is as tidyHost
// leaves it. The longest name that has a rule for the path wins.
func (c *catalogue) find(host, path []byte) (rule, bool) {
	for rest := host; len(rest) > 0; {
		if of, ok := c.names[string(rest)]; ok {
			for _, p := range of.paths {
				if under(path, p.path) {
					return p.rule, true
				}
			}
			if of.plain != nil {
				return *of.plain, true
			}
		}
		_, behind, _ := bytes.Cut(rest, []byte{'.'})
		rest = behind
	}
	return c.network(host)
}

// under reports whether a path is another, or lies below it.
func under(path []byte, of string) bool {
	if len(path) < len(of) || !strings.EqualFold(string(path[:len(of)]), of) {
		return false
	}
	return len(path) == len(of) || path[len(of)] == '/' || path[len(of)] == '?'
}

func (c *catalogue) network(host []byte) (rule, bool) {
	if len(host) < 2 || !isHex(host[0]) && host[0] != ':' {
		return rule{}, false
	}
	if last := host[len(host)-1]; !isHex(last) && last != ':' {
		return rule{}, false
	}
	address, err := netip.ParseAddr(string(host))
	if err != nil {
		return rule{}, false
	}
	for _, n := range c.networks {
		if n.prefix.Contains(address.Unmap()) {
			return n.rule, true
		}
	}
	return rule{}, false
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// splitURL cuts host and path out of an address as logs write it: with a scheme or without,
// with a port, or a host alone.
func splitURL(url []byte) (host, path []byte) {
	if i := bytes.Index(url, []byte("://")); i >= 0 && i < 10 {
		url = url[i+3:]
	}
	end := bytes.IndexAny(url, "/?#")
	if end < 0 {
		end = len(url)
	}
	host, path = url[:end], url[end:]
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	return host, path
}

// tidyHost takes port, brackets and final dot off a host and makes its letters small, in
// place of scratch.
func tidyHost(host, scratch []byte) []byte {
	if len(host) > 0 && host[0] == '[' {
		inside, _, _ := bytes.Cut(host[1:], []byte{']'})
		host = inside
	} else if i := bytes.IndexByte(host, ':'); i >= 0 && bytes.IndexByte(host[i+1:], ':') < 0 {
		host = host[:i]
	}
	host = bytes.TrimSuffix(host, []byte{'.'})
	scratch = scratch[:0]
	for _, c := range host {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		scratch = append(scratch, c)
	}
	return scratch
}

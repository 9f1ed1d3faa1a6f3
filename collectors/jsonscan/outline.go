package jsonscan

import (
	"bytes"
	"strings"
)

// Bounds of an Outline.
const (
	outlineDepth = 8
	outlineKeys  = 512
	outlineValue = 256
)

// Outline says what stands in the head of one document or several, cut off anywhere, for
// recognising them: the path of every key, in small letters and arrays left out
// ("value.from.id"), with the first value there that is no object and at most 256 bytes long.
func Outline(head []byte) map[string]string {
	var s Scanner
	s.Reset(bytes.NewReader(head))
	out := map[string]string{}
	for c := s.Peek(); c == '{' || c == '['; c = s.Peek() {
		s.outline(out, "", 0)
	}
	return out
}

func (s *Scanner) outline(out map[string]string, path string, depth int) {
	switch c := s.Peek(); {
	case depth > outlineDepth:
		s.Skip()
	case c == '[':
		for s.Enter('['); s.Element(); {
			s.outline(out, path, depth+1)
		}
	case c == '{':
		s.Enter('{')
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			s.outline(out, note(out, path, key), depth+1)
		}
	default:
		if v := s.Str(); path != "" && out[path] == "" && len(v) <= outlineValue {
			out[path] = string(v)
		}
	}
}

// note adds a key's path, and gives it; past the bounds it is nowhere.
func note(out map[string]string, path string, key []byte) string {
	if path != "" {
		path += "."
	}
	path += strings.ToLower(string(key))
	if _, seen := out[path]; !seen {
		if len(out) >= outlineKeys || len(key) > outlineValue {
			return ""
		}
		out[path] = ""
	}
	return path
}

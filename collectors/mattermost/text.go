package mattermost

import (
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// maxName is the longest user name that is looked for in a text, in bytes: Mattermost allows 64.
const maxName = 64

// special is what means something in a text.
var special = jsonscan.NewFinder('"', '\\', '@')

// readText measures a text in bytes of UTF-8 and notes which listed users it mentions,
// without holding more of it than the window.
func (r *run) readText(n *note) {
	s, p := &r.scan, &r.post
	n.size, n.mentions = 0, span{len(p.mentions), len(p.mentions)}
	if !s.Open() {
		return
	}
	word := false // the byte before belongs to a word: an address, not a mention
	for s.Err() == nil {
		b := s.Window()
		i := special.Index(b)
		if i > 0 {
			word = inName(b[i-1])
		}
		n.size += i
		s.Advance(i)
		if i == len(b) {
			if !s.More() {
				s.Fail()
			}
			continue
		}
		switch b[i] {
		case '"':
			s.Advance(1)
			return
		case '\\':
			n.size += utf8.RuneLen(s.Escape())
			word = false
		default:
			s.Advance(1)
			n.size++
			if !word && len(p.mentions) < maxNotes {
				s.Need(maxName + 1)
				r.mention(s.Window())
				n.mentions.to = len(p.mentions)
			}
			word = false
		}
	}
}

// mention notes the listed user whose name b begins with. Dots and dashes behind a name
// may belong to it or to the sentence.
func (r *run) mention(b []byte) {
	end := 0
	for end < min(len(b), maxName) && inName(b[end]) {
		end++
	}
	for ; end > 0; end-- {
		if _, listed := r.kinds[string(b[:end])]; listed {
			r.post.mentions = append(r.post.mentions, r.names[string(b[:end])])
			return
		}
		if c := b[end-1]; c != '.' && c != '-' && c != '_' {
			return
		}
	}
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}

package irc

import (
	"bytes"
	"path"

	"crosstalk/collectors"
)

const (
	headSize = 4 << 10 // bytes of a file that decide whether it is a log
)

// Recognise claims a tree in which every file looked at is a log.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	logs, marks := 0, 0
	for _, name := range sample(t.Files()) {
		head, err := t.Head(name, headSize)
		if err != nil {
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		}
		if len(bytes.TrimSpace(head)) == 0 {
			continue
		}
		v := judge(head)
		if !v.isLog() {
			return collectors.Claim{}, nil
		}
		logs++
		marks += v.markers
	}
	if logs == 0 {
		return collectors.Claim{}, nil
	}
	claim := collectors.Claim{Certainty: collectors.Likely, What: "IRC logs", Workspace: onlyNetwork(t)}
	if marks > 0 {
		claim.Certainty = collectors.Certain
	}
	return claim, nil
}

// sample picks files from all over a tree, and one of each sort from each folder.
func sample(files []collectors.File) []string {
	var out []string
	seen := map[string]bool{}
	step := max(1, len(files)/collectors.Sampled)
	for i, f := range files {
		sort := path.Dir(f.Path) + "/" + path.Ext(f.Path)
		if i%step == 0 || !seen[sort] && len(seen) < 10*collectors.Sampled {
			out = append(out, f.Path)
		}
		seen[sort] = true
	}
	return out
}

// onlyNetwork is the network that all paths name, or empty.
func onlyNetwork(t *collectors.Tree) string {
	network := ""
	for i, f := range t.Files() {
		n := readPath(t, f.Path).network
		if i > 0 && n != network {
			return ""
		}
		network = n
	}
	return network
}

// verdict counts the lines of a head by how far they are a log's.
type verdict struct {
	lines   int
	markers int // session headers
	bodies  int // a time and behind it what a log writes
}

// isLog asks for a header or a real line, and for two in three lines to be a log's.
func (v verdict) isLog() bool {
	good := v.markers + v.bodies
	return good > 0 && good*3 >= v.lines*2
}

// judge reads the whole lines of a file's beginning.
func judge(head []byte) (v verdict) {
	head = bytes.TrimPrefix(plainHead(head), []byte("\xef\xbb\xbf"))
	for len(head) > 0 {
		line, rest, whole := bytes.Cut(head, []byte{'\n'})
		head = rest
		if !whole && v.lines > 0 {
			break
		}
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if isBlank(line) {
			continue
		}
		v.lines++
		if _, ok := parseMarker(line); ok {
			v.markers++
		} else if s, body, ok := parseStamp(line); ok && parseBody(body, s.tab).what != unreadable {
			v.bodies++
		}
	}
	return v
}

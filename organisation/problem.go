package organisation

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a configuration.
type Problem struct {
	File string // empty when the configuration did not come from a file
	Line int    // 0 when it is not known
	Key  string // like tools.status; empty for the file as a whole
	What string // one sentence that says what to do; no secret is in it
}

// Error is one line: "crosstalk.yaml: line 7: tools.status: …".
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ": ")
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	return b.String() + p.What
}

// Problems are all mistakes in a configuration, in the order of the file.
type Problems []Problem

const shownProblems = 20

// Error has a line for each problem, as far as it is of use to read them.
func (p Problems) Error() string {
	var lines []string
	for i, problem := range p {
		if i == shownProblems {
			lines = append(lines, fmt.Sprintf("and %d more", len(p)-i))
			break
		}
		lines = append(lines, problem.Error())
	}
	return strings.Join(lines, "\n")
}

// findings gathers the problems of one configuration.
type findings struct {
	lines map[string]int // of each key, by its path with the positions of entries, like tools[0].status
	list  Problems
}

// at notes a problem at a line of the file.
func (f *findings) at(line int, path, what string, args ...any) {
	f.list = append(f.list, Problem{Line: line, Key: withoutPositions(path), What: fmt.Sprintf(what, args...)})
}

// wrong notes a problem with the value of a key.
func (f *findings) wrong(path, what string, args ...any) { f.at(f.lineOf(path), path, what, args...) }

// lineOf finds the line of a key, or of the nearest one around it that stands in the file.
func (f *findings) lineOf(path string) int {
	for path != "" {
		if line, ok := f.lines[path]; ok {
			return line
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

// err is all problems in the order of the file, or nil.
func (f *findings) err() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b Problem) int { return a.Line - b.Line })
	return f.list
}

// withoutPositions makes the key of a path: tools[0].status is tools.status.
func withoutPositions(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(path, "[") {
		if _, after, ok := strings.Cut(part, "]"); ok {
			part = after
		}
		b.WriteString(part)
	}
	return b.String()
}

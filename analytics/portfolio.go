package analytics

import "slices"

// portfolio are the tools asked for, with those of the register that have no messages; by slug.
func (q *question) portfolio() []string {
	tools := slices.Clone(q.tools)
	for tool, facts := range q.set.Tools {
		if facts.IsRegistered && !q.hasData(tool) && q.isAskedFor(tool) {
			tools = append(tools, tool)
		}
	}
	return sorted(tools)
}

// hasData reports whether there are messages of a tool.
func (q *question) hasData(tool string) bool { return slices.Contains(q.all, tool) }

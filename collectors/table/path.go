package table

import "bytes"

// pathNode is one step of the paths that lead to the wanted columns of JSON.
type pathNode struct {
	column   int // wanted here, or -1
	children []namedNode
	met      []namedNode                 // by their place in the object read last: the next is mostly alike
	discover func(name string) *pathNode // finds out what there is, instead
}

// namedNode is a member of an object; what is not wanted has no node.
type namedNode struct {
	name string
	*pathNode
}

// newPathNode makes a tree of the columns' paths. The name of a member may itself hold
// the dots of a path: then the whole of it is looked up at the root.
func newPathNode(c *columns) *pathNode {
	root := &pathNode{column: -1}
	for i, name := range c.names {
		root.step(name).column = i
		node := root
		for part := range bytes.SplitSeq([]byte(name), []byte(".")) {
			node = node.step(string(bytes.TrimSuffix(part, []byte("[]"))))
		}
		node.column = i
	}
	return root
}

func (n *pathNode) step(name string) *pathNode {
	if next := n.known([]byte(name)); next != nil {
		return next
	}
	next := &pathNode{column: -1}
	n.children = append(n.children, namedNode{name, next})
	return next
}

func (n *pathNode) known(name []byte) *pathNode {
	for i := range n.children {
		if n.children[i].name == string(name) {
			return n.children[i].pathNode
		}
	}
	return nil
}

// Bounds of what is remembered of an object's members.
const (
	mostMet    = 256
	longestMet = 256 // bytes
)

// child gives the step to a member, or nil where nothing is wanted.
func (n *pathNode) child(name []byte, position int) *pathNode {
	if position < len(n.met) && n.met[position].name == string(name) {
		return n.met[position].pathNode
	}
	next := n.known(name)
	switch {
	case next == nil && n.discover != nil:
		return n.discover(string(name))
	case position < len(n.met) && len(name) <= longestMet:
		n.met[position] = namedNode{string(name), next}
	case position == len(n.met) && position < mostMet && len(name) <= longestMet:
		n.met = append(n.met, namedNode{string(name), next})
	}
	return next
}

package analytics

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// groupFact is the directory's groups.
var groupFact = &fact[[]groupRow]{
	query:  load("group"),
	params: func(*question) Params { return Params{} },
	read: func(ctx context.Context, s Snapshot, f *fact[[]groupRow], _ []time.Time, params Params) ([]groupRow, error) {
		var rows []groupRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

// groupRow is a stay that some people share in a group.
type groupRow struct {
	Attribute string    `ch:"attribute"`
	Value     string    `ch:"value"`
	From      time.Time `ch:"from_on"`
	To        time.Time `ch:"to_on"`
	People    numbers   `ch:"people"`
}

// members are the people of a group, by their ids.
type members map[uint64]bool

// node is a group of the directory: the organisation, a department, a team; or a location or level, which make trees of their own. The
// people of a node who are in none of its groups make one more, that cannot be asked for.
type node struct {
	path     string // as a filter names it; empty for the organisation
	isRest   bool
	parent   *node
	children []*node
	quarters []members // who is shown in it, by quarter; nil for the organisation, which is everybody
}

// tree is the organisation with its groups along departments and teams, or along another attribute.
type tree struct {
	root  *node
	nodes []*node // the root first, each after its parent
	first time.Time
}

// The attributes that have groups of groups: the first is divided by the second.
const (
	byDepartment = "department"
	byTeam       = "team"
)

// attributeOf is the attribute by which a group is named: location:X, level:X, or a department and its team.
func attributeOf(group string) string {
	for _, attribute := range []string{"location", "level"} {
		if strings.HasPrefix(group, attribute+":") {
			return attribute
		}
	}
	return byDepartment
}

// groups lays out the tree in which a group stands, with the rosters of all quarters from the first of the data to the last.
func (q *question) groups(ctx context.Context, attribute string) (*tree, error) {
	rows, err := groupFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	t := &tree{root: &node{}, first: floorTo(q.dataFrom, "quarter")}
	t.nodes = []*node{t.root}
	quarters := t.quarter(q.dataEnd) + 1
	for number := range quarters {
		t.fill(rows, attribute, number, quarters)
	}
	for _, n := range slices.Clone(t.nodes) {
		if len(n.children) > 0 && !n.isRest {
			t.addRest(n, quarters)
		}
	}
	for _, n := range t.nodes[1:] {
		n.freeze(q.set.minimumGroup())
	}
	return t, nil
}

// quarter is the number of the quarter in which a day lies; 0 is that of the first day of the data.
func (t *tree) quarter(day time.Time) int {
	months := (day.Year()-t.first.Year())*12 + int(day.Month()-t.first.Month())
	return max(months/3, 0)
}

// fill enters who is in which group at the start of a quarter.
func (t *tree) fill(rows []groupRow, attribute string, number, quarters int) {
	day := t.first.AddDate(0, 3*number, 0)
	teams := map[uint64]string{}
	each := func(attribute string, found func(value string, people []uint64)) {
		for _, r := range rows {
			if r.Attribute == attribute && !r.From.After(day) && r.To.After(day) {
				found(r.Value, r.People)
			}
		}
	}
	if attribute == byDepartment {
		each(byTeam, func(team string, people []uint64) {
			for _, person := range people {
				teams[person] = team
			}
		})
	}
	prefix := ""
	if attribute != byDepartment {
		prefix = attribute + ":"
	}
	each(attribute, func(value string, people []uint64) {
		group := t.child(t.root, prefix+value, quarters)
		for _, person := range people {
			group.quarters[number][person] = true
			if team := teams[person]; team != "" {
				t.child(group, group.path+"/"+team, quarters).quarters[number][person] = true
			}
		}
	})
}

// child finds a group of a group, or makes it.
func (t *tree) child(parent *node, path string, quarters int) *node {
	for _, c := range parent.children {
		if c.path == path {
			return c
		}
	}
	c := &node{path: path, parent: parent, quarters: make([]members, quarters)}
	for i := range c.quarters {
		c.quarters[i] = members{}
	}
	parent.children = append(parent.children, c)
	t.nodes = append(t.nodes, c)
	return c
}

// addRest adds the group of a node's people who are in none of its groups. For the organisation that is everybody who is in none: they are
// told by whom the rest leaves out.
func (t *tree) addRest(n *node, quarters int) {
	groups := slices.Clone(n.children)
	rest := t.child(n, n.path+"\x00", quarters)
	rest.isRest = true
	for i := range rest.quarters {
		if n.quarters != nil {
			rest.quarters[i] = maps.Clone(n.quarters[i])
		}
		for _, c := range groups {
			for person := range c.quarters[i] {
				if n.quarters != nil {
					delete(rest.quarters[i], person)
				} else {
					rest.quarters[i][person] = true // left out
				}
			}
		}
	}
}

// freeze keeps the roster of the quarter before where the next one differs from it by 1 to k - 1 people, who could be told by the
// difference.
func (n *node) freeze(k int) {
	for i := 1; i < len(n.quarters); i++ {
		if d := difference(n.quarters[i-1], n.quarters[i]); d > 0 && d < k {
			n.quarters[i] = n.quarters[i-1]
		}
	}
}

// difference is how many people are in one of two groups alone.
func difference(a, b members) int {
	n := 0
	for person := range a {
		if !b[person] {
			n++
		}
	}
	for person := range b {
		if !a[person] {
			n++
		}
	}
	return n
}

// find gives the group that a filter names.
func (t *tree) find(path string) (*node, error) {
	for _, n := range t.nodes[1:] {
		if n.path == path && !n.isRest {
			return n, nil
		}
	}
	var names []string
	for _, n := range t.root.children {
		if !n.isRest {
			names = append(names, n.path)
		}
	}
	if len(names) == 0 {
		return nil, badFilter("group %s is unknown: no directory names groups, so there is only the organisation as a whole", quote(path)).about("group")
	}
	const most = 12
	if slices.Sort(names); len(names) > most {
		names = append(names[:most], "others")
	}
	return nil, badFilter("group %s is unknown: use %s, or a team of one as department/team", quote(path), list(names)).about("group", names...)
}

// Groups are all that may be asked for: the departments, each followed by its teams, then the locations and levels. Those too small to be shown
// are among them; asking for one tells that it is.
func Groups(ctx context.Context, s Snapshot, set Setting) ([]string, error) {
	if s.Publication() == 0 || s.DataUntil().IsZero() {
		return nil, nil
	}
	q := &question{s: s, set: set, dataFrom: floorTo(s.DataFrom().UTC(), string(Day)), dataEnd: dayOf(s.DataUntil(), set.zone()).AddDate(0, 0, 1)}
	var paths []string
	for _, attribute := range []string{byDepartment, "location", "level"} {
		t, err := q.groups(ctx, attribute)
		if err != nil {
			return nil, err
		}
		own := len(paths)
		for _, n := range t.nodes[1:] {
			if !n.isRest {
				paths = append(paths, n.path)
			}
		}
		slices.SortFunc(paths[own:], byPath)
	}
	return paths, nil
}

// byPath puts a team after its department, and before the next one.
func byPath(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) }

// population is who counts in a question: everybody, or the people of a node.
type population struct {
	tree *tree // nil: everybody
	node *node
}

// isWhole reports whether everybody counts.
func (p population) isWhole() bool { return p.tree == nil || p.node == p.tree.root }

// counts reports whether somebody counts in figures that end before a day.
func (p population) counts(person uint64, end time.Time) bool {
	roster, isLeftOut := p.roster(end)
	return roster[person] != isLeftOut
}

// roster gives who counts in figures that end before a day, by the start of that quarter; or else who alone does not.
func (p population) roster(end time.Time) (people members, isLeftOut bool) {
	if p.isWhole() {
		return nil, true
	}
	quarter := min(p.tree.quarter(end.AddDate(0, 0, -1)), len(p.node.quarters)-1)
	return p.node.quarters[quarter], p.node.isRest && p.node.parent == p.tree.root
}

// labels gives the group that everybody is in at the start of the quarter of a day, along one attribute; nothing for those in none.
func (q *question) labels(ctx context.Context, attribute string, end time.Time) (map[uint64]string, error) {
	t, err := q.groups(ctx, attribute)
	if err != nil {
		return nil, err
	}
	labels := map[uint64]string{}
	quarter := t.quarter(end.AddDate(0, 0, -1))
	for _, n := range t.root.children {
		if n.isRest {
			continue
		}
		for person := range n.quarters[min(quarter, len(n.quarters)-1)] {
			labels[person] = n.path
		}
	}
	return labels, nil
}

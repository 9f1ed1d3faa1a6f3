package collectors

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Job is one tree and the collector that will read it.
type Job struct {
	Collector Collector
	Tree      *Tree
	Workspace string // by default: what the export calls itself, else its folder or file
	What      string // for the terminal
}

// Plan is how a path will be read.
type Plan struct {
	Jobs         []Job
	Unrecognised []string // files that no collector claims
	Directories  []File   // directories of people, to be opened from Root
	tree         *Tree
}

// Close releases what the plan opened.
func (p *Plan) Close() error { return p.tree.Close() }

// Root is the whole of what was planned, for opening its Directories.
func (p *Plan) Root() *Tree { return p.tree }

// AmbiguousError is the answer to a tree that several collectors claim alike.
type AmbiguousError struct {
	Name   string
	Claims []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s could be %s: choose one with --collector", e.Name, strings.Join(e.Claims, " or "))
}

// Known says which files beside the exports a plan sets apart.
type Known struct {
	// IsDirectory reports whether the head of a file is that of a directory of people.
	IsDirectory func(head []byte) bool
	// Pass names files that hold no records: truth.json, crosstalk.yaml.
	Pass []string
}

// MakePlan opens a path and works out by content who reads what. The whole is offered to
// every collector first, then what lies in a folder or archive, part by part.
func MakePlan(path string, all []Collector, known Known, limits Limits) (*Plan, error) {
	tree, err := OpenTree(path, limits)
	if err != nil {
		return nil, err
	}
	p := &Plan{tree: tree}
	if err := p.assign(tree, all, known); err != nil {
		tree.Close()
		return nil, err
	}
	p.Unrecognised = append(p.Unrecognised, tree.Unsafe()...)
	return p, nil
}

// ForcePlan opens a path for one collector, without asking whether it is its own.
func ForcePlan(path string, c Collector, limits Limits) (*Plan, error) {
	tree, err := OpenTree(path, limits)
	if err != nil {
		return nil, err
	}
	return &Plan{tree: tree, Jobs: []Job{{Collector: c, Tree: tree, Workspace: tree.Name(), What: "as told"}}, Unrecognised: tree.Unsafe()}, nil
}

func (p *Plan) assign(t *Tree, all []Collector, known Known) error {
	rest := p.setApart(t, known)
	if len(rest) == 0 {
		return nil
	}
	if len(rest) < len(t.Files()) {
		t = t.Only(rest...)
	}
	c, claim, err := Recognise(t, all)
	if err != nil {
		return err
	}
	if c != nil {
		p.Jobs = append(p.Jobs, Job{Collector: c, Tree: t, Workspace: workspaceOf(claim, t), What: claim.What})
		return nil
	}
	if t.Single() {
		return p.single(t, rest[0], all, known)
	}
	folders, files := t.Children()
	for _, f := range folders {
		if err := p.assign(t.Sub(f), all, known); err != nil {
			return err
		}
	}
	return p.assignFiles(t, files, all)
}

// single is a file that nobody claims: it may still be an archive in a folder.
func (p *Plan) single(t *Tree, name string, all []Collector, known Known) error {
	if inner := t.Nested(name); inner != nil {
		return p.assign(inner, all, known)
	}
	p.Unrecognised = append(p.Unrecognised, t.prefix+name)
	return nil
}

// assignFiles joins the files of one folder that the same collector claims.
func (p *Plan) assignFiles(t *Tree, files []File, all []Collector) error {
	groups := map[Collector][]string{}
	claims := map[Collector]Claim{}
	var order []Collector
	for _, f := range files {
		one := t.Only(f.Path)
		if inner := t.Nested(f.Path); inner != nil {
			if err := p.assign(inner, all, Known{}); err != nil {
				return err
			}
			continue
		}
		c, claim, err := Recognise(one, all)
		if err != nil {
			return err
		}
		if c == nil {
			p.Unrecognised = append(p.Unrecognised, t.prefix+f.Path)
			continue
		}
		if _, seen := groups[c]; !seen {
			order = append(order, c)
			claims[c] = claim
		}
		groups[c] = append(groups[c], f.Path)
	}
	for _, c := range order {
		part := t.Only(groups[c]...)
		if len(groups[c]) == 1 {
			part.name = stem(path.Base(groups[c][0]), false)
		}
		p.Jobs = append(p.Jobs, Job{Collector: c, Tree: part, Workspace: workspaceOf(claims[c], part), What: claims[c].What})
	}
	return nil
}

// setApart takes out the files that are no exports and returns the others.
func (p *Plan) setApart(t *Tree, known Known) []string {
	var rest []string
	for _, f := range t.Files() {
		base := path.Base(f.Path)
		switch {
		case slices.Contains(known.Pass, base): // no records in it
		case known.IsDirectory != nil && strings.EqualFold(path.Ext(base), ".csv") && p.isDirectory(t, f.Path, known):
			p.Directories = append(p.Directories, File{Path: t.prefix + f.Path, Size: f.Size})
		default:
			rest = append(rest, f.Path)
		}
	}
	return rest
}

func (p *Plan) isDirectory(t *Tree, name string, known Known) bool {
	head, err := t.Head(name, 4<<10)
	return err == nil && known.IsDirectory(head)
}

func workspaceOf(c Claim, t *Tree) string {
	if c.Workspace != "" {
		return c.Workspace
	}
	return t.Name()
}

// Recognise asks every collector whether a tree is its own. The surest claim wins; two
// equally sure ones are an AmbiguousError; none gives a nil Collector.
func Recognise(t *Tree, all []Collector) (Collector, Claim, error) {
	var best Collector
	var claim Claim
	var rivals []string
	for _, c := range all {
		k, err := c.Recognise(t)
		if err != nil {
			return nil, Claim{}, fmt.Errorf("%s: %w", t.Name(), err)
		}
		switch {
		case k.Certainty == No:
		case k.Certainty > claim.Certainty:
			best, claim, rivals = c, k, []string{c.Name()}
		case k.Certainty == claim.Certainty:
			rivals = append(rivals, c.Name())
		}
	}
	if len(rivals) > 1 {
		return nil, Claim{}, &AmbiguousError{Name: t.Name(), Claims: rivals}
	}
	return best, claim, nil
}

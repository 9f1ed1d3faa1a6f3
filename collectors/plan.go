package collectors

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
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
	Refused      []Refusal
	Directories  []File // directories of people, to be opened from Root
	tree         *Tree
	nested       []*Tree // the archives in it that were opened
}

// Refusal is a packed file among others that cannot be opened, so that nobody can tell whose it is.
type Refusal struct {
	Path   string
	Reason string // EncryptedArchive, ArchiveBomb or DamagedArchive
	Err    error
}

// Close releases what the plan opened.
func (p *Plan) Close() error {
	err := p.tree.Close()
	for _, t := range p.nested {
		err = errors.Join(err, t.Close())
	}
	return err
}

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
		p.Close()
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
	t = p.setApart(t, known)
	files := t.Files()
	if len(files) == 0 {
		return nil
	}
	c, claim, err := Recognise(t, all)
	if err != nil && (t.Single() || !t.isFolder() || refusalOf(err) == "") { // otherwise part by part, so that the damage is one file's
		return err
	}
	if c != nil {
		p.Jobs = append(p.Jobs, Job{Collector: c, Tree: t, Workspace: workspaceOf(claim, t), What: claim.What})
		return nil
	}
	if t.Single() {
		if opened, err := p.enter(t, files[0].Path, all, known); opened || err != nil {
			return err
		}
		p.passOver(t, files[0].Path)
		return nil
	}
	folders, files := t.Children()
	for _, f := range folders {
		if err := p.assign(t.Sub(f), all, known); err != nil {
			return err
		}
	}
	return p.assignFiles(t, files, all, known)
}

// enter plans a file of a folder that is an archive. A directory of people inside one is
// not set apart: it could not be opened from Root.
func (p *Plan) enter(t *Tree, name string, all []Collector, known Known) (opened bool, err error) {
	inner, err := t.nested(name)
	if reason := refusalOf(err); reason != "" {
		p.Refused = append(p.Refused, Refusal{Path: t.prefix + name, Reason: reason, Err: err})
		return true, nil
	}
	if inner == nil {
		return false, nil
	}
	jobs, unrecognised := len(p.Jobs), len(p.Unrecognised)
	p.nested = append(p.nested, inner)
	for _, refused := range inner.Unsafe() {
		p.Unrecognised = append(p.Unrecognised, t.prefix+name+": "+refused)
	}
	err = p.assign(inner, all, Known{Pass: known.Pass})
	if reason := refusalOf(err); reason != "" {
		p.Jobs, p.Unrecognised = p.Jobs[:jobs], p.Unrecognised[:unrecognised]
		p.Refused = append(p.Refused, Refusal{Path: t.prefix + name, Reason: reason, Err: err})
		return true, nil
	}
	return true, err
}

// passOver notes a file that nobody claims. Of one behind a compression that is damaged nobody could.
func (p *Plan) passOver(t *Tree, name string) {
	if !t.isDamaged(name) {
		p.Unrecognised = append(p.Unrecognised, t.prefix+name)
		return
	}
	_, err := t.Head(name, 1)
	p.Refused = append(p.Refused, Refusal{Path: t.prefix + name, Reason: refusalOf(err), Err: err})
}

// isDamaged reports whether not even the beginning of a file in a folder can be unpacked.
func (t *Tree) isDamaged(name string) bool {
	_, err := t.Head(name, 1)
	return t.isFolder() && refusalOf(err) != ""
}

// assignFiles joins the files of one folder that the same collector claims.
func (p *Plan) assignFiles(t *Tree, files []File, all []Collector, known Known) error {
	groups := map[Collector][]string{}
	claims := map[Collector]Claim{}
	var order []Collector
	for _, f := range files {
		if opened, err := p.enter(t, f.Path, all, known); err != nil {
			return err
		} else if opened {
			continue
		}
		c, claim, err := Recognise(t.Only(f.Path), all)
		if err != nil && !t.isDamaged(f.Path) {
			return err
		}
		if c == nil {
			p.passOver(t, f.Path)
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

// setApart is the tree without the files that are no exports.
func (p *Plan) setApart(t *Tree, known Known) *Tree {
	apart := map[string]bool{}
	for f := range t.each() {
		base := path.Base(f.Path)
		switch {
		case slices.Contains(known.Pass, base): // no records in it
		case known.IsDirectory != nil && (t.Single() || mayBeDirectory(base)) && p.isDirectory(t, f.Path, known):
			p.Directories = append(p.Directories, File{Path: t.prefix + f.Path, Size: f.Size})
		default:
			continue
		}
		apart[t.prefix+f.Path] = true
	}
	if len(apart) == 0 {
		return t
	}
	rest := make([]File, 0, len(t.shown())-len(apart))
	for _, f := range t.shown() {
		if !apart[f.Path] {
			rest = append(rest, f)
		}
	}
	return t.reduced(rest)
}

// mayBeDirectory tells by its name whether a file among others is worth a look. Of files named
// after days an export may have a hundred thousand.
func mayBeDirectory(base string) bool {
	switch strings.ToLower(path.Ext(base)) {
	case ".csv", ".ldif", ".ldf":
		return true
	case ".json":
		_, err := time.Parse(time.DateOnly, stem(base, false))
		return err != nil
	}
	return false
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

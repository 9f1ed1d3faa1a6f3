// Package meta reads what Facebook Messenger and Instagram export alike: folders of
// threads, each in files of JSON whose strings are UTF-8 bytes written as if they were
// Latin-1. The collectors of the two tools add what is their own.
//
// Texts, titles and names of files are measured or passed over in the scanner's window; it
// must not copy them anywhere.
package meta

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// House is one of the two tools that share the format.
type House struct {
	Tool  string // slug
	What  string // for the terminal
	Brand string // the word in the names of deleted accounts: "Facebook User", "Usuario de Facebook"

	places []string // what paths hold that only this house writes
	words  []string // what threads hold that tells this house, less surely
	bare   bool     // whether threads that name no participants are this house's
}

// The two houses.
var (
	Facebook = &House{
		Tool: "messenger", What: "Messenger export", Brand: "Facebook",
		places: []string{"facebook", "archived_threads/", "filtered_threads/", "e2ee_cutover/", "stickers_used/"},
		words:  []string{`"sender_id_INTERNAL"`, "stickers_used/", "_facebook/", "_facebook_", "Facebook", "facebook.com"},
	}
	Instagram = &House{
		Tool: "instagram", What: "Instagram export", Brand: "Instagram", bare: true,
		places: []string{"instagram"},
		words:  []string{`"original_content_owner"`, `"Liked a message"`, "_instagram_", "Instagram", "instagram.com"},
	}
)

// Settings are the options of both tools: whose export it is, where the export does not
// say so itself.
type Settings struct {
	Owner string `yaml:"owner"` // the name as it stands in the export
	Email string `yaml:"email"`
	Phone string `yaml:"phone"` // E.164
}

// Run is one reading of an export.
type Run struct {
	*Writer
	Tree    *collectors.Tree
	Scanner jsonscan.Scanner
	Own     map[string]bool // files that the tool's collector sees to by itself; true for those it reads
	layout  layout
}

// NewRun begins the reading of a tree.
func NewRun(h *House, t *collectors.Tree, o collectors.Options, sink collectors.Sink) (*Run, error) {
	var s Settings
	if err := o.Settings(&s); err != nil {
		return nil, err
	}
	w := newWriter(h, o.Workspace, sink)
	w.owner = owner{name: s.Owner, email: s.Email, phone: s.Phone}
	return &Run{Writer: w, Tree: t, Own: map[string]bool{}, layout: layoutOf(t)}, nil
}

// Threads reads the threads of the layout that both tools write, once the owner is known.
func (r *Run) Threads(ctx context.Context) error {
	profile := func(f collectors.File) bool { return r.layout.role(f.Path) == roleProfile }
	if err := r.Tree.Read(ctx, profile, r.profile); err != nil {
		return collectors.Unreadable(err)
	}
	if err := r.tellOwner(); err != nil {
		return err
	}
	thread := func(f collectors.File) bool {
		_, own := r.Own[f.Path]
		return !own && r.layout.role(f.Path) == roleThread
	}
	return r.Tree.Read(ctx, thread, func(f collectors.File, src io.Reader) error { return r.thread(ctx, f, src) })
}

// Strays counts the files that cannot be read and those that belong to no export.
func (r *Run) Strays() error {
	for _, f := range r.Tree.Files() {
		reason := ""
		_, own := r.Own[f.Path]
		switch role := r.layout.role(f.Path); {
		case own:
		case role == roleHTML:
			reason = "html_export"
		case role == roleStray:
			reason = collectors.Unrecognised
		}
		if reason == "" {
			continue
		}
		if err := r.sink.Reject(record.Reject{Reason: reason, Entry: f.Path}); err != nil {
			return err
		}
	}
	return nil
}

// Finish counts what was wrong with a document that has been read, and gives what ends
// the run. Record is the ordinal of the record at hand.
func (r *Run) Finish(path string, ordinal int64) error {
	return collectors.Finish(&r.Scanner, r.sink, path, ordinal)
}

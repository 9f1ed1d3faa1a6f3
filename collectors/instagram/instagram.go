// Package instagram reads what Instagram gives its members of their direct messages: the
// download of their information in JSON, with folders of threads since 2020 and with one
// file of all threads before. What Messenger's exports have in common with it is in
// package meta.
//
// Texts, titles and names of files are measured or passed over in the scanner's window; it
// must not copy them anywhere.
package instagram

import (
	"context"
	"fmt"

	"crosstalk/collectors"
	"crosstalk/collectors/meta"
)

// Tool is the slug of what this collector reads.
const Tool = "instagram"

type collector struct{}

// New returns the collector of Instagram exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	return o.Settings(&meta.Settings{})
}

// Recognise claims a download of Instagram's, of either era.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	early, err := earlyFiles(t)
	if err != nil {
		return collectors.Claim{}, err
	}
	if addSiblings(t, early) {
		return collectors.Claim{Certainty: collectors.Certain, Workspace: meta.WorkspaceName(t.Name()), What: meta.Instagram.What}, nil
	}
	return meta.Recognise(meta.Instagram, t)
}

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	if err := collect(ctx, t, o, sink); err != nil {
		return fmt.Errorf("instagram: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

func collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := meta.NewRun(meta.Instagram, t, o, sink)
	if err != nil {
		return err
	}
	if r.Own, err = earlyFiles(t); err != nil {
		return collectors.Unreadable(err)
	}
	addSiblings(t, r.Own)
	if err := r.Threads(ctx); err != nil {
		return err
	}
	if err := readEarly(ctx, r); err != nil {
		return err
	}
	return r.Strays()
}

// Package messenger reads what Facebook gives its members of their Messenger: the
// download of their information in JSON, of any year, and the download of the secure
// storage that encrypted chats are kept in. What Instagram's exports have in common with
// it is in package meta.
//
// Texts, titles and names of files are measured or passed over in the scanner's window; it
// must not copy them anywhere.
package messenger

import (
	"context"
	"fmt"

	"crosstalk/collectors"
	"crosstalk/collectors/meta"
)

// Tool is the slug of what this collector reads.
const Tool = "messenger"

type collector struct{}

// New returns the collector of Messenger exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	return o.Settings(&meta.Settings{})
}

// Recognise claims a download of Facebook's, or the files of a secure storage.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	stored, err := storage(t)
	if err != nil {
		return collectors.Claim{}, err
	}
	if len(stored) > 0 && wholly(t, stored) {
		return collectors.Claim{Certainty: collectors.Certain, What: "Messenger secure storage"}, nil
	}
	return meta.Recognise(meta.Facebook, t)
}

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	if err := collect(ctx, t, o, sink); err != nil {
		return fmt.Errorf("messenger: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

func collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := meta.NewRun(meta.Facebook, t, o, sink)
	if err != nil {
		return err
	}
	if r.Own, err = storage(t); err != nil {
		return collectors.Unreadable(err)
	}
	if err := r.Threads(ctx); err != nil {
		return err
	}
	if err := readStorage(ctx, r); err != nil {
		return err
	}
	return r.Strays()
}

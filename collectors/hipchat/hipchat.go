// Package hipchat reads the archives that HipChat's and Stride's administrators exported
// before the product ended: the modern layout with one history per room and per user, and
// the older one with one file per room and day. Names of folders are trusted for the
// conversation only, never for who wrote what.
//
// Texts, topics, pictures and names of files are passed over in the scanner's window; it
// must not copy them anywhere. It does not decrypt an archive, nor fetch anything.
package hipchat

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "hipchat"

type collector struct{}

// New returns the collector of HipChat exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, layout: layoutOf(t), sink: sink, workspace: o.Workspace, users: map[string]*user{}, rooms: map[string]*room{},
		folders: map[string]*room{}, zones: map[string]*time.Location{}}
	return collectors.InSteps(ctx, Tool, o, r.refuseEncrypted, r.lists, r.announce, r.histories)
}

// refuseEncrypted says what to do with an archive that is still encrypted.
func (r *run) refuseEncrypted(context.Context) error {
	if !isEncrypted(r.tree) {
		return nil
	}
	return fmt.Errorf("the archive is encrypted: decrypt it with `openssl enc -d -aes-256-cbc -md md5 -in %[1]s -out hipchat.tar.gz` and import hipchat.tar.gz", r.tree.Files()[0].Path)
}

// run is one reading of an export. What it holds grows with people and rooms only.
type run struct {
	tree      *collectors.Tree
	layout    layout
	sink      collectors.Sink
	workspace string

	users   map[string]*user
	rooms   map[string]*room // by id
	folders map[string]*room // by the mangled names of the older layout; nil where two rooms share one
	texts   jsonscan.Texts
	zones   map[string]*time.Location

	scan jsonscan.Scanner
}

// lists reads who and what there is.
func (r *run) lists(ctx context.Context) error {
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		switch role, _ := r.layout.role(f.Path); role {
		case roleUsers:
			return r.list(f.Path, src, r.readUser)
		case roleRooms:
			return r.list(f.Path, src, r.readRoom)
		}
		return nil
	})
}

// announce hands over accounts and conversations.
func (r *run) announce(context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(r.users)) {
		if err := r.sink.Account(&r.users[id].Account); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.rooms)) {
		if err := r.sink.Conversation(&r.rooms[id].Conversation); err != nil {
			return err
		}
	}
	return nil
}

// histories reads the messages, and counts the files that are no part of an export.
func (r *run) histories(ctx context.Context) error {
	h := history{run: r}
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		role, folder := r.layout.role(f.Path)
		h.bare = role == roleDay
		switch role {
		case roleStray:
			return collectors.RejectFile(r.sink, f.Path)
		case roleRoomHistory:
			h.room, h.owner = r.room(folder), ""
		case roleUserHistory:
			h.room, h.owner = nil, folder
		case roleDay:
			h.room, h.owner = r.roomOfFolder(folder), ""
		default:
			return nil
		}
		return h.read(ctx, f.Path, src)
	})
}

// finish ends the reading of a document, whose fault is counted from the record at hand on.
func (r *run) finish(entry string, ordinal int64) error {
	return collectors.Finish(&r.scan, r.sink, entry, ordinal)
}

// maxID is the longest id, in bytes, that is believed.
const maxID = 64

// intern gives one string for equal ids, or pairs of ids; empty for what is too long to be one.
func (r *run) intern(b []byte) string {
	if len(b) > 2*maxID+1 {
		return ""
	}
	return r.texts.Of(b)
}

func toolID(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

// Package chatter reads what Salesforce exports of Chatter: the tables FeedItem,
// FeedComment, FeedLike, ChatterMessage and those of users and groups, from a data export or
// Data Loader. Tables are known by names and headers, ids are compared by their first 15
// characters.
//
// Bodies, titles and names of groups and records are measured or passed over in the
// scanner's window; it must not copy them anywhere. It does not fetch anything.
package chatter

import (
	"context"
	"io"
	"maps"
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "chatter"

type collector struct{}

// New returns the collector of Chatter exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, sink: sink, workspace: o.Workspace, accounts: map[string]*record.Account{},
		rooms: map[string]*record.Conversation{}, liked: newLiked()}
	return collectors.InSteps(ctx, Tool, o, r.lists, r.announce, r.posts, r.likes)
}

// run is one reading of an export. What it holds grows with people, conversations and
// liked posts only.
type run struct {
	tree      *collectors.Tree
	sink      collectors.Sink
	workspace string

	accounts map[string]*record.Account
	rooms    map[string]*record.Conversation // groups and private conversations, by id
	liked    liked
	texts    jsonscan.Texts
	m        record.Message
}

// itemID is an id of a post in 15 characters.
type itemID [idLength]byte

// pass reads the tables of some roles.
func (r *run) pass(ctx context.Context, tables map[role]func(context.Context, string, io.Reader) error) error {
	l := layoutOf(r.tree)
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		if read := tables[l.role(r.tree, f.Path)]; read != nil {
			return read(ctx, f.Path, src)
		}
		return nil
	})
}

// lists reads who and what there is, and which posts are liked.
func (r *run) lists(ctx context.Context) error {
	return r.pass(ctx, map[role]func(context.Context, string, io.Reader) error{
		roleUsers: r.users, roleGroups: r.groups, roleGroupMembers: r.groupMembers, rolePrivateMembers: r.privateMembers, roleLikes: r.likedItems,
	})
}

// announce hands over accounts and conversations.
func (r *run) announce(context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(r.accounts)) {
		if err := r.sink.Account(r.accounts[id]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.rooms)) {
		if err := r.sink.Conversation(r.rooms[id]); err != nil {
			return err
		}
	}
	return nil
}

// posts reads posts, comments and private messages, and counts the files that are no part
// of an export.
func (r *run) posts(ctx context.Context) error {
	return r.pass(ctx, map[role]func(context.Context, string, io.Reader) error{
		roleItems: r.items, roleComments: r.comments, rolePrivate: r.private,
		roleStray: func(_ context.Context, entry string, _ io.Reader) error {
			return collectors.RejectFile(r.sink, entry)
		},
	})
}

// likes reads the likes, whose posts are known by now.
func (r *run) likes(ctx context.Context) error {
	if len(r.liked.posts) == 0 {
		return nil
	}
	return r.pass(ctx, map[role]func(context.Context, string, io.Reader) error{roleLikes: r.like})
}

// rows gives every row of a table to visit, which answers why a row cannot be used. The
// first of the table's columns, so many as needed, have to be there.
func (r *run) rows(ctx context.Context, table *csvscan.Reader, needed int, entry string, src io.Reader, visit func() (reason string, err error)) error {
	table.Reset(src)
	for i := range needed {
		if !table.Has(i) {
			return r.sink.Reject(record.Reject{Reason: "missing_columns", Entry: entry})
		}
	}
	for table.Next() {
		if table.Record()&0x1ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		reason, err := table.Fault(), error(nil)
		if reason == "" {
			reason, err = visit()
		}
		if err == nil && reason != "" {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: table.Record()})
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(table, r.sink, entry, table.Record()+1)
}

// idLength is what identifies a record; three more characters that some tables add only
// guard against lost case.
const idLength = 15

func short(id []byte) []byte { return id[:min(len(id), idLength)] }

// id gives one string for equal ids.
func (r *run) id(b []byte) string {
	b = short(b)
	return r.texts.Of(b)
}

func toolID(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

func isTrue(cell []byte) bool { return string(cell) == "1" || len(cell) == 4 && (cell[0]|0x20) == 't' }

// Package whatsapp reads the chats that WhatsApp exports as text, from iPhones and Android, in
// the languages and calendars of the phones that wrote them. It finds out row by row who wrote,
// when and how much, and must keep nothing of what was written.
package whatsapp

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"crosstalk/collectors"
)

const slug = "whatsapp"

type collector struct{ now func() time.Time }

// New returns the collector of exported WhatsApp chats.
func New() collectors.Collector { return collector{now: time.Now} }

func (collector) Name() string { return slug }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newSettings(o)
	return err
}

// Collect reads every chat of the tree, also those in archives that lie in a folder.
func (c collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	s, err := newSettings(o)
	if err != nil {
		return fmt.Errorf("whatsapp: %w", err)
	}
	s.now = c.now
	r := &reader{settings: s, sink: sink}
	if err := r.tree(ctx, t, o); err != nil {
		return fmt.Errorf("whatsapp: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// settings are the options of a run, ready for use.
type settings struct {
	tool      string
	workspace string
	location  *time.Location
	zoneTold  bool
	order     *order // or nil
	owner     string // whose phone wrote the exports, as the chats name them
	now       func() time.Time
}

// options are the settings as written in crosstalk.yaml.
type options struct {
	TimeZone  string `yaml:"time_zone"`
	DateOrder string `yaml:"date_order"`
	Owner     string `yaml:"owner"`
}

func newSettings(o collectors.Options) (*settings, error) {
	var given options
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	s := &settings{tool: o.Tool, workspace: o.Workspace, location: o.Location, owner: plainName(given.Owner)}
	if s.tool == "" {
		s.tool = slug
	}
	if given.TimeZone != "" {
		zone, err := time.LoadLocation(given.TimeZone)
		if err != nil {
			return nil, collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", given.TimeZone)
		}
		s.location, s.zoneTold = zone, true
	}
	if phone := phoneOf(s.owner); phone != "" {
		s.owner = phone
	}
	if word := cmp.Or(o.DateOrder, given.DateOrder); word != "" {
		order, err := parseOrder(word)
		if err != nil {
			return nil, err
		}
		s.order = &order
	}
	return s, nil
}

// tree reads the chats of one tree in two walks.
func (r *reader) tree(ctx context.Context, t *collectors.Tree, o collectors.Options) error {
	chats, folders := map[string]*chat{}, map[string]bool{}
	err := t.Walk(ctx, func(f collectors.File, in io.Reader) error {
		if !isText(f.Path) {
			return nil
		}
		c, err := r.survey(ctx, in, nameOf(t, f.Path))
		if err != nil || c.votes.rows == 0 {
			return err
		}
		chats[f.Path], folders[path.Dir(f.Path)] = c, true
		reason := c.settle()
		o.Log.Info("order of day and month settled", "order", c.order.String(), "reason", reason, "rows", c.votes.rows)
		return nil
	})
	if err != nil {
		return err
	}
	return t.Walk(ctx, func(f collectors.File, in io.Reader) error {
		c := chats[f.Path]
		if c == nil {
			return r.stray(ctx, t, f.Path, folders[path.Dir(f.Path)], o)
		}
		delete(chats, f.Path)
		collectors.NextArchive(r.sink)
		if err := c.announce(r.sink); err != nil {
			return err
		}
		return r.chat(ctx, in, c, f.Path)
	})
}

// stray deals with a file that is no chat: an archive of one, or what a chat beside it refers to,
// or something else.
func (r *reader) stray(ctx context.Context, t *collectors.Tree, name string, besideChat bool, o collectors.Options) error {
	if strings.EqualFold(path.Ext(name), ".zip") {
		if inner := t.Nested(name); inner != nil {
			defer inner.Close()
			return r.tree(ctx, inner, o)
		}
	}
	if besideChat {
		return nil
	}
	return collectors.RejectFile(r.sink, name)
}

func isText(name string) bool { return strings.EqualFold(path.Ext(name), ".txt") }

// Package sms reads text messages out of telephones: the XML backups that SMS Backup & Restore
// and its kin write, and Android's own database mmssms.db. It finds out who wrote to whom, when
// and how much, and must keep nothing of what was written.
package sms

import (
	"context"
	"fmt"
	"io"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/phone"
	"crosstalk/collectors/sqlite"
)

const slug = "sms"

type collector struct{}

// New returns the collector of text messages.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return slug }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newSettings(o)
	return err
}

// Collect reads every backup and database of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	s, err := newSettings(o)
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	w := &writer{settings: s, sink: sink, log: o.Log}
	if err := w.tree(ctx, t); err != nil {
		return fmt.Errorf("sms: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// settings are the options of a run, ready for use.
type settings struct {
	tool      string
	workspace string
	owner     string // number in E.164 or as given, or empty
	region    string // country of numbers without a country code, or empty
}

// options are the settings as written in crosstalk.yaml.
type options struct {
	Owner  string `yaml:"owner"`
	Region string `yaml:"region"`
}

func newSettings(o collectors.Options) (*settings, error) {
	var given options
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	s := &settings{tool: o.Tool, workspace: o.Workspace, region: strings.ToUpper(strings.TrimSpace(given.Region))}
	if s.tool == "" {
		s.tool = slug
	}
	if s.region != "" && !phone.IsRegion(s.region) {
		return nil, collectors.Wrong("region", "%q is no country; write its code of two letters, such as US or DE", given.Region)
	}
	s.owner = strings.TrimSpace(given.Owner)
	if s.owner == "" {
		return s, nil
	}
	number := phone.E164(s.owner, s.region)
	if number == "" {
		return nil, collectors.Wrong("owner", "it is no telephone number; write it with its country code, such as +12025550101")
	}
	s.owner = number
	if s.region == "" {
		s.region = phone.Region(number)
	}
	return s, nil
}

// tree reads what the tree holds, backups as they come and databases after them.
func (w *writer) tree(ctx context.Context, t *collectors.Tree) error {
	var databases []string
	err := t.Walk(ctx, func(f collectors.File, in io.Reader) error {
		head, rest, err := peek(in)
		switch {
		case err != nil:
			return err
		case sqlite.IsDatabase(head):
			databases = append(databases, f.Path)
			return nil
		case isBackup(head):
			return w.backup(ctx, rest, head, f.Path)
		case sqlite.IsCompanion(f.Path):
			return nil
		}
		return collectors.RejectFile(w.sink, f.Path)
	})
	if err != nil {
		return err
	}
	for _, name := range databases {
		if err := w.database(ctx, t, name); err != nil {
			return err
		}
	}
	return nil
}

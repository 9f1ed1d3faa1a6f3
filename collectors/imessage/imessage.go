// Package imessage reads the database in which Macs and iPhones keep their messages: chat.db,
// or sms.db of a phone's backup. One database holds several tools, which its records name:
// imessage, sms and rcs. The package finds out who wrote to whom, when and how much, and must keep
// nothing of what was written.
package imessage

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/phone"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

const slug = "imessage"

type collector struct{}

// New returns the collector of Apple's message databases.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return slug }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newSettings(o)
	return err
}

// Collect reads every database of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	s, err := newSettings(o)
	if err != nil {
		return fmt.Errorf("imessage: %w", err)
	}
	if err := collect(ctx, t, s, sink); err != nil {
		return fmt.Errorf("imessage: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// settings are the options of a run, ready for use.
type settings struct {
	workspace string
	owner     string // the owner's number or mail address, or empty
	region    string // country of numbers without a country code whose rows name none, or empty
	log       *slog.Logger
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
	s := &settings{workspace: o.Workspace, owner: strings.TrimSpace(given.Owner), region: strings.ToUpper(strings.TrimSpace(given.Region)), log: o.Log}
	if s.region != "" && !phone.IsRegion(s.region) {
		return nil, collectors.Wrong("region", "%q is no country; write its code of two letters, such as US or DE", given.Region)
	}
	if a := phone.Account(s.owner, s.region); s.owner != "" && a.Key.Kind != record.KeyPhone && a.Key.Kind != record.KeyEmail {
		return nil, collectors.Wrong("owner", "it is neither a telephone number nor a mail address; write +12025550101 or ana@example.com")
	}
	return s, nil
}

// backupDatabase is what a phone's backup calls its messages.
const backupDatabase = "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28"

func collect(ctx context.Context, t *collectors.Tree, s *settings, sink collectors.Sink) error {
	if t.Has(backupDatabase) {
		return read(ctx, t, backupDatabase, s, sink)
	}
	for _, f := range t.Files() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if belongs(f.Path) {
			continue
		}
		head, err := t.Head(f.Path, 100)
		if err != nil {
			return err
		}
		if sqlite.IsDatabase(head) || t.Single() {
			err = read(ctx, t, f.Path, s, sink)
		} else {
			err = collectors.RejectFile(sink, f.Path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// belongs reports whether a file lies beside the database without being one: its log, or what
// Messages keeps in folders.
func belongs(name string) bool {
	if sqlite.IsCompanion(name) || strings.HasSuffix(name, ".plist") {
		return true
	}
	folder, _, inside := strings.Cut(name, "/")
	if !inside {
		return false
	}
	switch folder {
	case "Attachments", "StickerCache", "NickNameCache", "Caches", "Archive", "CloudKitMetaData", "Drafts", "PendingUploads":
		return true
	}
	return false
}

// Recognise claims a tree that holds Apple's message databases and what lies beside them, and the
// backup of a phone.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	if t.Has(backupDatabase) {
		return claim(t, backupDatabase)
	}
	var c collectors.Claim
	databases := 0
	for _, f := range t.Files() {
		if belongs(f.Path) {
			continue
		}
		if databases++; databases > sampled {
			break
		}
		var err error
		if c, err = claim(t, f.Path); err != nil || c.Certainty == collectors.No {
			return c, err
		}
	}
	return c, nil
}

const sampled = 20 // databases of a tree that are looked at

func claim(t *collectors.Tree, name string) (collectors.Claim, error) {
	tables, err := sqlite.Tables(t, name)
	if err != nil || tables["message"] == nil || tables["handle"] == nil || tables["chat"] == nil && tables["chat_message_join"] == nil {
		return collectors.Claim{}, err
	}
	return collectors.Claim{Certainty: collectors.Certain, What: "Apple's messages"}, nil
}

package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"crosstalk/collectors"
)

// The folders below a drop folder into which goes what was taken from it.
const (
	doneShelf   = "done"
	failedShelf = "failed"
)

// defaultSettle is how long a file has to stay as it is.
const defaultSettle = 2 * time.Second

// DropOptions say what a DropFolder watches and what it does with what it finds.
type DropOptions struct {
	Path   string
	Settle time.Duration // between the two looks that must see the same; default 2 s
	// Import reads one file or folder to the end. It may be called again for the same one, after a crash or an error.
	// A RefusedError is the fault of what was read, and final; any other error passes, and it is tried again.
	Import func(ctx context.Context, path string) error
	// Known reports whether all files with these SHA-256 digests were imported before; nil knows of none.
	Known func(ctx context.Context, digests [][32]byte) (bool, error)
	Clock Clock
	Log   *slog.Logger
}

// RefusedError says that what was dropped cannot be imported. Its reason is one sentence, lower case, without anything
// of the content; it is left beside the file.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// DropFolder takes exports out of a folder: each file, and each folder with all that is in it, once it is complete. What
// was imported moves to done/, what cannot be moves to failed/ beside a reason. Where nothing can be moved, files stay
// and are known by their digests. Several processes may watch one folder: each file is taken by one of them.
type DropFolder struct {
	options DropOptions

	mu    sync.Mutex // one look at a time
	looks map[string]look
}

// look is what was last seen under a name.
type look struct {
	sight sight
	since time.Time
	dealt bool // with, although it is still there
}

// NewDropFolder watches nothing yet; the folder may still be missing.
func NewDropFolder(o DropOptions) *DropFolder {
	o.Clock = o.Clock.orReal()
	if o.Settle <= 0 {
		o.Settle = defaultSettle
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &DropFolder{options: o, looks: map[string]look{}}
}

// Once takes everything that is complete now: it looks twice, with the time to settle in between.
func (d *DropFolder) Once(ctx context.Context) error {
	first := d.Poll(ctx)
	if errors.Is(first, errNoFolder) {
		return first
	}
	if err := d.options.Clock.Wait(ctx, d.options.Settle); err != nil {
		return err
	}
	return d.Poll(ctx)
}

var errNoFolder = errors.New("make it, or name another in crosstalk.yaml")

// Poll looks once and takes what has not changed since an earlier look. One file's error keeps no other from being
// taken.
func (d *DropFolder) Poll(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	entries, err := os.ReadDir(d.options.Path)
	if err != nil {
		return fmt.Errorf("the folder to watch cannot be read: %w; %w", plain(err), errNoFolder)
	}
	looks := make(map[string]look, len(entries))
	var wrong []error
	for _, e := range entries {
		if passedOver(e) || isCompanion(e, entries) {
			continue
		}
		l, stays, err := d.consider(ctx, e.Name())
		if stays {
			looks[e.Name()] = l
		}
		wrong = append(wrong, err)
	}
	d.looks = looks
	return errors.Join(wrong...)
}

// isCompanion reports whether a file belongs to a database among the entries, which are by name: it is taken with that.
func isCompanion(e fs.DirEntry, entries []fs.DirEntry) bool {
	database, ok := collectors.CompanionOf(e.Name())
	if !ok || !e.Type().IsRegular() {
		return false
	}
	i, there := slices.BinarySearchFunc(entries, database, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
	return there && entries[i].Type().IsRegular() && !passedOver(entries[i])
}

// consider looks at one entry and takes it if it is complete. stays is false when it has left the folder.
func (d *DropFolder) consider(ctx context.Context, name string) (l look, stays bool, err error) {
	now := d.options.Clock.Now()
	seen, err := see(filepath.Join(d.options.Path, name), now)
	if errors.Is(err, fs.ErrNotExist) {
		return look{}, false, nil // another watcher took it
	}
	if err != nil {
		return look{}, false, fmt.Errorf("something in the folder cannot be looked at: %w", plain(err))
	}
	l, known := d.looks[name]
	if !known || l.sight != seen.sight {
		return look{sight: seen.sight, since: now}, true, nil
	}
	if l.dealt || !seen.complete || now.Sub(l.since) < d.options.Settle || ctx.Err() != nil {
		return l, true, ctx.Err()
	}
	outcome, err := d.take(ctx, name, seen)
	l.dealt = outcome == stayed
	return l, outcome != moved, err
}

// outcome is what became of an entry that was to be taken.
type outcome int

const (
	later  outcome = iota // it could not be taken now
	moved                 // it is in done or failed
	stayed                // it is dealt with and still there, since nothing can be moved
)

// take imports one complete entry and puts it away.
func (d *DropFolder) take(ctx context.Context, name string, seen seen) (outcome, error) {
	path := filepath.Join(d.options.Path, name)
	claim, err := claimPath(path)
	if err != nil || claim == nil {
		return later, err
	}
	defer claim.Close()
	if writing, err := anyOpenForWriting(seen.files); writing || err != nil {
		return later, err
	}
	err = d.importOnce(ctx, path, seen.files)
	var refused *RefusedError
	if err != nil && !errors.As(err, &refused) {
		return later, err
	}
	if after, err := see(path, d.options.Clock.Now()); err != nil || after.sight != seen.sight {
		return later, nil // it was written to meanwhile: once it has settled it is read again
	}
	return d.putAway(name, seen.sight, refused), nil
}

// importOnce imports what was not imported before, perhaps by a process that ended before it could move the file.
func (d *DropFolder) importOnce(ctx context.Context, path string, files []string) error {
	if d.options.Known != nil {
		digests, err := digestsOf(ctx, files)
		if err != nil {
			return err
		}
		known, err := d.options.Known(ctx, digests)
		if err != nil {
			return err
		}
		if known {
			d.options.Log.Info("dropped files were imported before", "files", len(files))
			return nil
		}
	}
	return d.options.Import(ctx, path)
}

// putAway moves an entry to its shelf.
func (d *DropFolder) putAway(name string, s sight, refused *RefusedError) outcome {
	shelf := doneShelf
	if refused != nil {
		shelf = failedShelf
		d.options.Log.Warn("a dropped file was refused", "reason", refused.Reason)
	} else {
		d.options.Log.Info("dropped files were put away", "files", s.files, "bytes", s.bytes)
	}
	if err := d.shelve(name, shelf, refused); err != nil {
		d.options.Log.Info("the drop folder cannot be written; what was imported stays in it and is known by its digest", "reason", plain(err))
		return stayed
	}
	return moved
}

func (d *DropFolder) shelve(name, shelf string, refused *RefusedError) error {
	folder := filepath.Join(d.options.Path, shelf)
	if err := os.Mkdir(folder, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	target, err := freeName(folder, name)
	if err != nil {
		return err
	}
	if refused != nil {
		if err := os.WriteFile(target+".reason.txt", []byte(refused.Reason+"\n"), 0o640); err != nil {
			return err
		}
	}
	path := filepath.Join(d.options.Path, name)
	for _, companion := range collectors.Companions(path) { // first: a log alone would be taken for an export
		if err := os.Rename(companion, target+strings.TrimPrefix(companion, path)); err != nil {
			return err
		}
	}
	return os.Rename(path, target)
}

// freeName is a path on a shelf that nothing has yet: the name, or the name with a number.
func freeName(folder, name string) (string, error) {
	target := filepath.Join(folder, name)
	for n := 2; ; n++ {
		_, err := os.Lstat(target)
		if errors.Is(err, fs.ErrNotExist) {
			return target, nil
		}
		if err != nil {
			return "", err
		}
		target = filepath.Join(folder, fmt.Sprintf("%s.%d", name, n))
	}
}

// plain is a file system error without the path, which may say what was written about.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

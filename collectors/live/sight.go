package live

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"crosstalk/collectors"
)

// sight is what tells whether an entry changed between two looks.
type sight struct {
	files int
	bytes int64
	shape [sha256.Size]byte // of the names, sizes, times and identities of all files
}

// seen is an entry as it was looked at.
type seen struct {
	sight    sight
	files    []string // regular files, as paths, in order
	complete bool     // as far as the names tell
}

// abandoned is how old a half-written file inside a folder is when nobody will finish it any more.
const abandoned = time.Hour

// halfWritten are endings under which programs keep what they have not finished writing.
var halfWritten = []string{".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download"}

func isHalfWritten(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(halfWritten, func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// passedOver reports what in a drop folder is nobody's export: hidden and unfinished files, backups, the shelves, and
// what is neither a file nor a folder. Symbolic links are not followed.
func passedOver(e fs.DirEntry) bool {
	name := e.Name()
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") || isHalfWritten(name) ||
		e.IsDir() && (name == doneShelf || name == failedShelf) || !e.IsDir() && !e.Type().IsRegular()
}

// see looks at a file, with the write-ahead log beside it, or at a folder with everything in it.
func see(path string, now time.Time) (seen, error) {
	s := seen{complete: true}
	shape := sha256.New()
	visit := func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !e.Type().IsRegular() {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		s.files = append(s.files, p)
		s.sight.files++
		s.sight.bytes += info.Size()
		fmt.Fprintf(shape, "%q %d %d %d\n", p, info.Size(), info.ModTime().UnixNano(), identity(info))
		if isHalfWritten(e.Name()) && now.Sub(info.ModTime()) < abandoned {
			s.complete = false
		}
		return nil
	}
	err := filepath.WalkDir(path, visit)
	for _, log := range collectors.WithLog(path)[1:] {
		if err == nil {
			err = filepath.WalkDir(log, visit)
		}
	}
	shape.Sum(s.sight.shape[:0])
	if s.sight.bytes == 0 {
		s.complete = false // nothing was written yet
	}
	return s, err
}

func identity(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return 0
}

// claimPath takes the lock of a file or folder, which the system gives back however its holder ends. It gives nil when
// another watcher has it, or has moved it away since it was seen.
func claimPath(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("something in the folder cannot be opened: %w; give it to this user", plain(err))
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil && isStill(f, path) {
		return f, nil
	}
	_ = f.Close()
	if err == nil || errors.Is(err, unix.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, fmt.Errorf("something in the folder cannot be locked: %w", err)
}

// isStill reports whether a path still leads to an open file.
func isStill(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(held, there)
}

func anyOpenForWriting(paths []string) (bool, error) {
	for _, p := range paths {
		f, err := os.OpenFile(p, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil // it changes under our eyes
		}
		if err != nil {
			return false, fmt.Errorf("something in the folder cannot be opened: %w; give it to this user", plain(err))
		}
		writing := openForWriting(f)
		if err := f.Close(); writing || err != nil {
			return writing, err
		}
	}
	return false, nil
}

// digestsOf gives the SHA-256 of each file.
func digestsOf(ctx context.Context, paths []string) ([][32]byte, error) {
	digests := make([][32]byte, len(paths))
	for i, p := range paths {
		if err := digestInto(&digests[i], p); err != nil {
			return nil, fmt.Errorf("something in the folder cannot be read: %w", plain(err))
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return digests, nil
}

func digestInto(digest *[32]byte, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	h.Sum(digest[:0])
	return nil
}

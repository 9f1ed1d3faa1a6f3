// Package folder is what an engine and those who use it agree on in a data folder: the names of files, the lock that
// one engine holds, the note in which that engine says where it listens, and the version that wrote the data. It starts
// nothing and reads no data.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Folder is a data folder, by absolute path without symbolic links.
type Folder string

// Open makes the folder where it is missing, readable by its owner alone, and tests that it can be written.
func Open(path string) (Folder, error) {
	if path == "" {
		return "", errors.New("no data folder given; name one with --data")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", unusable(path, err)
	}
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return "", unusable(path, err)
	}
	resolved, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return "", unusable(path, err)
	}
	probe, err := os.CreateTemp(resolved, ".writable-*")
	if err != nil {
		return "", unusable(path, err)
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return "", unusable(path, err)
	}
	return Folder(resolved), nil
}

// unusable names the folder as its owner wrote it and the plain reason, without the name of the call that failed.
func unusable(path string, err error) error {
	reason := err
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		reason = pathErr.Err
	}
	return fmt.Errorf("data folder %s cannot be written: %w; choose another with --data or give it to this user", path, reason)
}

// ClickHouse is where ClickHouse keeps its own files.
func (f Folder) ClickHouse() string { return filepath.Join(string(f), "clickhouse") }

// Backups is where ClickHouse writes backups of its tables to, and reads them from.
func (f Folder) Backups() string { return filepath.Join(string(f), "backup") }

// Log is the engine's log file.
func (f Folder) Log() string { return filepath.Join(string(f), "engine.log") }

// Config is the configuration that the engine writes for ClickHouse at every start.
func (f Folder) Config() string { return filepath.Join(string(f), "engine.xml") }

func (f Folder) lock() string    { return filepath.Join(string(f), "engine.lock") }
func (f Folder) note() string    { return filepath.Join(string(f), "engine.json") }
func (f Folder) version() string { return filepath.Join(string(f), "engine.version") }

// ErrHeld says that a process holds the folder's lock: an engine that runs, starts or ends.
var ErrHeld = errors.New("the data folder is held by an engine")

// Lock takes the folder's lock, or gives ErrHeld at once. The lock belongs to the open file: a child that inherits the
// file keeps the lock when this process closes it or ends, and it is free when the last of them has ended, however.
func (f Folder) Lock() (*os.File, error) {
	file, err := os.OpenFile(f.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(string(f), err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrHeld
	}
	return nil, fmt.Errorf("data folder %s cannot be locked: %w; it has to be on a local disk", string(f), err)
}

// replace writes a small file whole or not at all.
func replace(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimPrefix(filepath.Base(path), ".")+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if _, err := temporary.Write(content); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

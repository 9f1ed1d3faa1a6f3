package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// longestSocketPath is what every system takes: Linux has room for 107 bytes and a closing zero, macOS for 103.
const longestSocketPath = 103

// SocketPath chooses where an engine of this folder listens: in the folder itself, or, where that path would be too
// long for a socket, in a runtime folder that only this user can enter.
func (f Folder) SocketPath() (string, error) {
	if path := filepath.Join(string(f), "engine.sock"); len(path) <= longestSocketPath {
		return path, nil
	}
	runtime, err := runtimeFolder()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(f))
	path := filepath.Join(runtime, hex.EncodeToString(sum[:8])+".sock")
	if len(path) > longestSocketPath {
		return "", fmt.Errorf("no room for a socket: %s is longer than %d bytes; set XDG_RUNTIME_DIR or TMPDIR to a shorter folder", path, longestSocketPath)
	}
	return path, nil
}

// runtimeFolder makes crosstalk-UID in the user's runtime folder or among the temporary files, and refuses one that
// belongs to somebody else or is open to others.
func runtimeFolder() (string, error) {
	parent := os.Getenv("XDG_RUNTIME_DIR")
	if parent == "" {
		parent = os.TempDir()
	}
	path := filepath.Join(parent, "crosstalk-"+strconv.Itoa(os.Getuid()))
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("no folder for the engine's socket: %w; set XDG_RUNTIME_DIR to a folder of this user", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return "", fmt.Errorf("no folder for the engine's socket: %w", err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || known && int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s has to be a folder of this user with mode 0700; remove it or set XDG_RUNTIME_DIR", path)
	}
	return path, nil
}

// Note is what a running engine leaves for those who look for it.
type Note struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket"`
}

// WriteNote says where the engine of this process listens.
func (f Folder) WriteNote(n Note) error {
	content, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if err := replace(f.note(), append(content, '\n')); err != nil {
		return unusable(string(f), err)
	}
	return nil
}

// ReadNote gives the last engine's note; whether that engine still runs only its socket can tell. No note, or one that
// cannot be read, is an error.
func (f Folder) ReadNote() (Note, error) {
	content, err := os.ReadFile(f.note())
	if err != nil {
		return Note{}, err
	}
	var n Note
	if err := json.Unmarshal(content, &n); err != nil {
		return Note{}, fmt.Errorf("%s: %w", f.note(), err)
	}
	if n.Socket == "" {
		return Note{}, fmt.Errorf("%s names no socket", f.note())
	}
	return n, nil
}

// RemoveNote takes the note back.
func (f Folder) RemoveNote() { _ = os.Remove(f.note()) }

package collectors

import (
	"os"
	"time"
)

// Written is when a file of a folder, or one that stands for itself, was last written, and
// the zero time where that is not known, as in archives. It tells the year of logs whose
// lines leave it out.
func (t *Tree) Written(name string) time.Time {
	var disk string
	switch s := t.store.(type) {
	case *folderStore:
		disk = s.diskPath(t.prefix + name)
	case *singleStore:
		disk = s.path
	default:
		return time.Time{}
	}
	info, err := os.Stat(disk)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

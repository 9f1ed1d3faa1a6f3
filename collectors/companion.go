package collectors

import (
	"os"
	"strings"
)

// companionSuffixes are those of the files that a database keeps beside itself: its write-ahead log, the index of that, and
// its rollback journal.
var companionSuffixes = []string{"-wal", "-shm", "-journal"}

// CompanionOf gives the path of the database that a file would belong to by its name.
func CompanionOf(path string) (database string, ok bool) {
	for _, suffix := range companionSuffixes {
		if database, ok := strings.CutSuffix(path, suffix); ok && database != "" {
			return database, true
		}
	}
	return "", false
}

// Companions are the files on disk that belong to a database, by its path. What is read of it stands in them too.
func Companions(path string) []string {
	var there []string
	for _, suffix := range companionSuffixes {
		if info, err := os.Lstat(path + suffix); err == nil && info.Mode().IsRegular() {
			there = append(there, path+suffix)
		}
	}
	return there
}

// WithLog is a path, and that of the write-ahead log beside it where there is one: what of a single file is read, so that
// both tell whether it was read before. The index of the log changes whenever somebody looks at the database.
func WithLog(path string) []string {
	paths := []string{path}
	for _, p := range Companions(path) {
		if strings.HasSuffix(p, "-wal") {
			paths = append(paths, p)
		}
	}
	return paths
}

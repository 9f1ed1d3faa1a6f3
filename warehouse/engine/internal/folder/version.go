package folder

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// release is a version by year and month, 26.7; what follows never changes the format of the data.
type release struct{ year, month int }

func (r release) String() string { return fmt.Sprintf("%d.%d", r.year, r.month) }

func (r release) newerThan(other release) bool {
	return r.year > other.year || r.year == other.year && r.month > other.month
}

func parseRelease(text string) (release, error) {
	parts := strings.SplitN(strings.TrimSpace(text), ".", 3)
	if len(parts) < 2 {
		return release{}, errors.New("not a version number")
	}
	year, yearErr := strconv.Atoi(parts[0])
	month, monthErr := strconv.Atoi(parts[1])
	if err := errors.Join(yearErr, monthErr); err != nil || year < 1 || month < 1 {
		return release{}, errors.New("not a version number")
	}
	return release{year, month}, nil
}

// CheckVersion refuses a folder that a newer ClickHouse has written: an older one would not understand the data, and
// could harm it. A folder without a version is new, or has never been opened.
func (f Folder) CheckVersion(installed string) error {
	own, err := parseRelease(installed)
	if err != nil {
		return fmt.Errorf("the library says that its version is %q: %w", installed, err)
	}
	content, err := os.ReadFile(f.version())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unusable(string(f), err)
	}
	written, err := parseRelease(string(content))
	if err != nil {
		return fmt.Errorf("data folder %s: %s does not hold a version number; if the folder was last used with ClickHouse %s or older, remove that file",
			string(f), f.version(), own)
	}
	if written.newerThan(own) {
		return fmt.Errorf("data folder %s was written by ClickHouse %s, newer than the installed %s; install the newer Crosstalk again or restore a backup made before the upgrade",
			string(f), written, own)
	}
	return nil
}

// RecordVersion notes the version that writes the data from now on.
func (f Folder) RecordVersion(installed string) error {
	if err := replace(f.version(), []byte(installed+"\n")); err != nil {
		return unusable(string(f), err)
	}
	return nil
}

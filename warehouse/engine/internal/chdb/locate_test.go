package chdb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindNamesEveryPlace(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	touch(t, filepath.Join(root, "checkout", "package.json"))
	executable := filepath.Join(root, "checkout", "bin")
	working := filepath.Join(root, "elsewhere")
	_, err := firstFile(candidates(executable, working, filepath.Join(root, "cache")))
	var missing *NotFoundError
	if !errors.As(err, &missing) {
		t.Skip("this machine has the library in /usr/local/lib")
	}
	npm := filepath.Join("node_modules", "@chdb", npmPackage(), fileName)
	for _, want := range []string{
		"npm ci", "make build", PathVariable,
		filepath.Join(executable, fileName), filepath.Join(root, "checkout", "lib", fileName), filepath.Join(root, "checkout", npm),
		filepath.Join(working, npm), filepath.Join(root, "cache", "crosstalk", fileName), "/usr/local/lib/" + fileName,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
}

func TestFindOrder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	executable, working, cache := filepath.Join(root, "checkout", "bin"), filepath.Join(root, "other", "deep", "down"), filepath.Join(root, "cache")
	touch(t, filepath.Join(root, "checkout", "go.mod"))
	touch(t, filepath.Join(root, "other", "package.json"))
	npm := filepath.Join("node_modules", "@chdb", npmPackage(), fileName)
	// From the place that counts least to the one that counts most: each new file has to win.
	for _, path := range []string{
		filepath.Join(cache, "crosstalk", fileName), filepath.Join(root, "other", npm), filepath.Join(working, npm),
		filepath.Join(root, "checkout", npm), filepath.Join(root, "checkout", "lib", fileName), filepath.Join(executable, fileName),
	} {
		touch(t, path)
		got, err := firstFile(candidates(executable, working, cache))
		if err != nil || got != path {
			t.Errorf("found %s (%v), want %s", got, err, path)
		}
	}
}

// A folder that belongs to nobody's checkout must not be searched up to the root of the disk: what lies there is not ours.
func TestUpwardsStaysInACheckout(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "b")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := upwards(folder); len(got) != 1 || got[0] != folder {
		t.Errorf("searched %v", got)
	}
}

func TestNpmPackage(t *testing.T) {
	t.Parallel()
	for want, machine := range map[string][2]string{
		"lib-linux-x64-gnu": {"linux", "amd64"}, "lib-linux-arm64-gnu": {"linux", "arm64"},
		"lib-darwin-x64": {"darwin", "amd64"}, "lib-darwin-arm64": {"darwin", "arm64"},
	} {
		if got := npmPackageFor(machine[0], machine[1]); got != want {
			t.Errorf("%v: %s, want %s", machine, got, want)
		}
	}
}

func TestExceptionCode(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]int{
		"Code: 60. DB::Exception: no table": 60,
		"Code: x. strange":                  1002,
		"No active streaming query":         1002,
	} {
		var e *Exception
		if err := newException(message); !errors.As(err, &e) || e.Code != want || !strings.HasPrefix(e.Message, "Code: ") {
			t.Errorf("%q: %v", message, err)
		}
	}
	if err := newException(""); err != nil {
		t.Errorf("no message is no error, got %v", err)
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

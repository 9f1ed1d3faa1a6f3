package chdb

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// PathVariable names the environment variable that holds the library's path; it goes before every other place.
const PathVariable = "CHDB_LIB_PATH"

// NotFoundError says where the library was looked for.
type NotFoundError struct{ Tried []string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("the ClickHouse library %s was not found; install it with `npm ci` in Crosstalk's checkout (`make build` does this), or set %s to its path; tried %s",
		fileName, PathVariable, strings.Join(e.Tried, ", "))
}

// Find gives the path of libchdb: PathVariable, next to the executable, in node_modules of the checkout around the
// executable or the working directory, in the user's cache folder, in /usr/local/lib. PathVariable alone counts when it
// is set: a wrong path is an error and not a reason to take another library.
func Find() (string, error) {
	if path := os.Getenv(PathVariable); path != "" {
		if isFile(path) {
			return filepath.Abs(path)
		}
		return "", fmt.Errorf("%s is %s, which is no file; correct it or unset it", PathVariable, path)
	}
	executable, err := os.Executable()
	if err == nil {
		if resolved, err := filepath.EvalSymlinks(executable); err == nil {
			executable = resolved
		}
	}
	working, _ := os.Getwd()
	cache, _ := os.UserCacheDir()
	return firstFile(candidates(filepath.Dir(executable), working, cache))
}

func firstFile(paths []string) (string, error) {
	for _, path := range paths {
		if isFile(path) {
			return path, nil
		}
	}
	return "", &NotFoundError{Tried: paths}
}

// candidates lists the places in the order in which they count, each once. An empty folder stands for one that is not
// known.
func candidates(executable, working, cache string) []string {
	name := fileName
	var paths []string
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	add(filepath.Join(executable, name))
	add(filepath.Join(executable, "..", "lib", name))
	for _, start := range []string{executable, working} {
		for _, folder := range upwards(start) {
			add(filepath.Join(folder, "node_modules", "@chdb", npmPackage(), name))
		}
	}
	if cache != "" {
		add(filepath.Join(cache, "crosstalk", name))
	}
	add(filepath.Join("/usr/local/lib", name))
	return paths
}

// upwards lists a folder and those above it that could be a checkout: up to and with the first that holds a
// package.json or go.mod, or else the folder alone.
func upwards(start string) []string {
	if start == "" {
		return nil
	}
	var folders []string
	for folder := start; ; folder = filepath.Dir(folder) {
		folders = append(folders, folder)
		if isFile(filepath.Join(folder, "package.json")) || isFile(filepath.Join(folder, "go.mod")) {
			return folders
		}
		if folder == filepath.Dir(folder) {
			return folders[:1]
		}
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// fileName is libchdb.so on every system: the packages for macOS use that name too.
const fileName = "libchdb.so"

// npmPackage is the folder under @chdb that npm installs for this machine.
func npmPackage() string { return npmPackageFor(runtime.GOOS, runtime.GOARCH) }

func npmPackageFor(system, architecture string) string {
	if architecture == "amd64" {
		architecture = "x64"
	}
	name := "lib-" + system + "-" + architecture
	if system == "linux" {
		name += "-gnu"
	}
	return name
}

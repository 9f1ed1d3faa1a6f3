package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"crosstalk/collectors"
	"crosstalk/organisation"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine"
)

// leastFree is how much disk a data folder should have left: imports stage what they read before it counts.
const leastFree = 2 << 30

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Show the effective configuration and look for what is wrong",
		Long: `Show the effective configuration (secrets masked), where the data and the keys are, the
versions in use and the runs that did not finish, and say in one sentence each what is wrong.

Exit codes: 0 all is well, 1 something is wrong, 2 wrong use.`,
		Example: `  crosstalk doctor --data /var/lib/crosstalk`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{app: a}
			d.look(cmd.Context())
			if d.wrong == 0 {
				a.say("all is well")
				return nil
			}
			return &exitError{code: exitFailed}
		},
	}
}

// doctor looks at everything it can reach, and goes on after what is wrong.
type doctor struct {
	*app
	wrong int
}

// fact prints one line of what there is.
func (d *doctor) fact(name, format string, args ...any) {
	d.print("%-16s %s", name+":", fmt.Sprintf(format, args...))
}

// complain says what is wrong.
func (d *doctor) complain(format string, args ...any) {
	d.wrong++
	d.say(format, args...)
}

func (d *doctor) look(ctx context.Context) {
	d.fact("version", "%s", version)
	c, known := d.configuration()
	d.library()
	if d.folder() && known {
		d.warehouse(ctx, c)
	}
}

// configuration prints the effective configuration.
func (d *doctor) configuration() (c organisation.Config, ok bool) {
	c, err := d.configure()
	if err != nil {
		d.complain("%v", err)
		return c, false
	}
	text := string(c.Masked())
	from := d.config
	if from == "" {
		from = configurationFile
		if !exists(from) {
			from = "none; these are the defaults"
		}
	}
	d.fact("configuration", "%s", from)
	d.print("\n%s", text)
	if _, err := accessConfig(c.Auth); err != nil {
		d.complain("%v", err)
	}
	return c, true
}

// library tells which ClickHouse library would be used; with a server none is needed.
func (d *doctor) library() {
	if d.dsn != "" {
		return
	}
	path, err := engine.Library()
	if err != nil {
		d.complain("%v", err)
		return
	}
	d.fact("library", "%s", path)
}

// folder looks at the data folder and reports whether it can be opened.
func (d *doctor) folder() bool {
	path := d.data
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.fact("data folder", "%s, which the first import or serve makes", path)
		return false
	case err != nil:
		d.complain("the data folder %s cannot be looked at: %v; choose another with --data", path, errors.Unwrap(err))
		return false
	case !info.IsDir():
		d.complain("the data folder %s is no folder: choose another with --data", path)
		return false
	}
	d.fact("data folder", "%s (mode %04o)", path, info.Mode().Perm())
	if info.Mode().Perm()&0o077 != 0 {
		d.complain("the data folder %s is open to others: run chmod 700 on it", path)
	}
	if unix.Access(path, unix.W_OK|unix.X_OK) != nil {
		d.complain("the data folder %s cannot be written: give it to this user, or choose another with --data", path)
		return false
	}
	d.disk(path)
	return d.keys(path)
}

func (d *doctor) disk(path string) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		d.complain("the free space of %s cannot be told: %v", path, err)
		return
	}
	free := stat.Bavail * uint64(stat.Bsize)
	d.fact("free disk", "%.1f GB", float64(free)/1e9)
	if free < leastFree {
		d.complain("only %.1f GB are free at %s: make room before the next import", float64(free)/1e9, path)
	}
}

// keys names the key files and reports whether they can be used.
func (d *doctor) keys(dataDir string) bool {
	usable := true
	for _, path := range warehouse.KeyFiles(dataDir) {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			d.fact("key file", "%s, which the first import or serve makes", path)
		case err != nil:
			usable = false
			d.complain("the key file %s cannot be looked at: %v", path, err)
		case info.Mode().Perm()&0o077 != 0:
			usable = false
			d.complain("the key file %s may be read by others (mode %04o): run chmod 600 on it, and rotate it if anybody else had access", path, info.Mode().Perm())
		default:
			d.fact("key file", "%s (mode %04o)", path, info.Mode().Perm())
		}
	}
	return usable
}

// warehouse opens the warehouse and looks at it.
func (d *doctor) warehouse(ctx context.Context, c organisation.Config) {
	w, err := d.open(ctx)
	if err != nil {
		d.complain("%v", d.roomless(err))
		return
	}
	defer func() {
		if err := w.Close(); err != nil {
			d.complain("%v", err)
		}
	}()
	state, err := w.Condition(ctx)
	if err != nil {
		d.complain("%v", err)
		return
	}
	where := "server"
	if state.Embedded {
		where = "embedded"
	}
	d.fact("ClickHouse", "%s, %s", state.Server, where)
	d.fact("schema", "%d", state.Schema)
	d.runs(state.Unfinished)
	d.retention(ctx, w, c)
	d.sources(ctx, w, c)
}

func (d *doctor) runs(unfinished []warehouse.UnfinishedRun) {
	d.fact("unfinished runs", "%d", len(unfinished))
	for _, r := range unfinished {
		what := "was cut short: the next import, collect or serve undoes it"
		switch {
		case r.IsRunning:
			what = "is going on"
		case r.IsLoaded:
			what = "was read to the end and cut short: the next import, collect or serve completes it"
		}
		d.fact("run", "%s of %s %s", r.Command, r.Began.Format(time.RFC3339), what)
	}
}

// sources checks the workspaces of the configuration, and tells how those went that were asked before.
func (d *doctor) sources(ctx context.Context, w *warehouse.Warehouse, c organisation.Config) {
	if _, err := d.scheduler(w, c, collectors.NoObserver{}); err != nil {
		d.complain("%v", err)
	}
	for i, entry := range c.Workspaces {
		if entry.Path != "" && !exists(entry.Path) {
			d.complain("workspaces, entry %d: the folder to watch is not there: make it, or name another", i+1)
		}
	}
	asked, err := w.LiveSources(ctx)
	if err != nil {
		d.complain("%v", err)
		return
	}
	for _, s := range asked {
		went := "never succeeded"
		if !s.SucceededAt.IsZero() {
			went = "last succeeded " + s.SucceededAt.Format(time.RFC3339)
		}
		if s.Failures > 0 {
			went += fmt.Sprintf(", failed %d times since", s.Failures)
		}
		d.fact("live source", "%s, %s", s.Name, went)
	}
}

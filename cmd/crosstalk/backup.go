package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/warehouse"
)

func (a *app) backupCommand() *cobra.Command {
	var o warehouse.BackupOptions
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write everything that is stored into one file",
		Long: `Write everything that is stored into one file, also while crosstalk serve runs: tables, people,
users and the keys. FILE may be a folder; the file in it is then named by the time. It can be read by
this user alone: whoever has it can open all names and addresses. Without the keys nothing can
be done with the data; --without-keys leaves them out, to be kept apart.

The embedded ClickHouse writes its tables into the data folder first: as much must be free there. A
ClickHouse server keeps them where --at says, and FILE holds the keys and a note.

A backup holds whoever is erased later. Keep none for longer than you may.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk backup /srv/backups/
  crosstalk backup --clickhouse clickhouse://user@host/db --at "Disk('backups', 'monday.zip')" monday.tar`,
		Args: oneFile("backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Program = version
			return a.backup(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().BoolVar(&o.WithoutKeys, "without-keys", false, "leave the keys out")
	cmd.Flags().StringVar(&o.At, "at", "", "where a ClickHouse server keeps the tables, as its BACKUP takes it")
	return cmd
}

func (a *app) restoreCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a data folder of a backup",
		Long: `Make a data folder, named by --data, of a backup. It must be empty, or hold nothing but the two key
files of a backup that was made without them. The file is checked as a whole before it is used. Backups of
older versions of Crosstalk are brought up to date.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk restore --data /var/lib/crosstalk /srv/backups/crosstalk-20260331T020000Z.tar`,
		Args:    oneFile("restore"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], at) },
	}
	cmd.Flags().StringVar(&at, "at", "", "where a ClickHouse server keeps the tables, as its RESTORE takes it")
	return cmd
}

func oneFile(command string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 || args[0] == "" {
			return usage("%s takes one file: see crosstalk %s --help", command, command)
		}
		return nil
	}
}

func (a *app) backup(ctx context.Context, path string, o warehouse.BackupOptions) error {
	if err := warehouse.CheckPlace(o.At, a.dsn == ""); err != nil {
		return usage("%w", err)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() || strings.HasSuffix(path, string(filepath.Separator)) {
		path = filepath.Join(path, "crosstalk-"+time.Now().UTC().Format("20060102T150405Z")+".tar")
	}
	if exists(path) {
		return fmt.Errorf("%s is there already: name another file", path)
	}
	// Only a file that is whole gets the name.
	f, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, errors.Unwrap(err))
	}
	err = a.writeBackup(ctx, f, o)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, errors.Unwrap(err))
	}
	keys := "with the keys: whoever has it can open all names"
	if o.WithoutKeys {
		keys = "without the keys: back up id.key and privacy.key as well, or nothing can be done with it"
	}
	a.say("%s is written, %s", path, keys)
	return nil
}

func (a *app) writeBackup(ctx context.Context, f *os.File, o warehouse.BackupOptions) error {
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	_, err = w.Backup(ctx, f, o)
	return errors.Join(err, f.Sync(), w.Close())
}

func (a *app) restore(ctx context.Context, path, at string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	options, err := a.warehouseOptions()
	if err != nil {
		return err
	}
	a.opened = true
	m, err := warehouse.Restore(ctx, f, options, at)
	var failed *fs.PathError
	switch {
	case errors.Is(err, warehouse.ErrNoBackup), errors.Is(err, warehouse.ErrDamagedBackup), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &failed) && failed.Path == path:
		return fmt.Errorf("%s: %w", printable(filepath.Base(path)), err)
	case err != nil:
		return err
	}
	w, err := a.open(ctx) // which brings the schema up to date and checks the keys
	if err != nil {
		return err
	}
	a.say("restored what was stored on %s", m.MadeAt.Format(time.RFC3339))
	return w.Close()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// version is set when the binary is built.
var version = "development"

// The exit codes, as documented.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRejects = 3
)

// app is what every subcommand shares.
type app struct {
	data    string
	dsn     string
	config  string
	memory  string
	verbose bool

	organisation *organisation.Config // once it was read
	opened       bool                 // the warehouse was asked for

	stdin  io.Reader
	stdout io.Writer // data
	stderr io.Writer // everything else
}

// run is the whole program but for the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			a.say("%v", a.roomless(exit.err))
		}
		return exit.code
	}
	a.say("%v", a.roomless(err))
	return exitFailed
}

// exitError ends the program with a code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// say writes one line for people to standard error.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stderr, "crosstalk: "+format+"\n", args...)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "crosstalk",
		Short:         "Measure which messaging tools a company uses and what their overlap costs",
		SilenceErrors: true, SilenceUsage: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command %q: see crosstalk --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%v: see %s --help", err, cmd.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&a.data, "data", "crosstalk-data", "folder for keys, locks and the embedded ClickHouse; made where missing")
	flags.StringVar(&a.dsn, "clickhouse", "", "use a ClickHouse server instead: clickhouse://user:password@host:9000/database or http(s)://…")
	flags.StringVar(&a.config, "config", "", "configuration file; default crosstalk.yaml in the working directory, if there")
	flags.StringVar(&a.memory, "engine-memory", "", "memory of the embedded ClickHouse, as 4GiB, when this command starts it; default half of the machine's")
	flags.BoolVar(&a.verbose, "verbose", false, "tell more of what happens, on standard error")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(a.importCommand(), a.serveCommand(), a.exportCommand(), a.metricsCommand(), a.demoCommand(), a.peopleCommand(),
		a.collectCommand(), a.simulateCommand(), a.userCommand(), a.backupCommand(), a.restoreCommand(), a.doctorCommand(), a.versionCommand())
	return root
}

func (a *app) logger() *slog.Logger {
	level := slog.LevelWarn
	if a.verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
}

// open opens the warehouse as the flags and the configuration say.
func (a *app) open(ctx context.Context) (*warehouse.Warehouse, error) {
	o, err := a.warehouseOptions()
	if err != nil {
		return nil, err
	}
	a.opened = true
	return warehouse.Open(ctx, o)
}

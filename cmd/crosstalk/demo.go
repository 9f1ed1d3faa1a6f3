package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"crosstalk/simulate"
)

func (a *app) demoCommand() *cobra.Command {
	var listen string
	var o simulate.Options
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Invent a company, import its exports and serve its dashboard",
		Long: `Invent a company of 400 people with known habits, write its messages as the tools' own
exports, import them through the same collectors as real ones, and serve the dashboard.
Everything is kept in the data folder; a second start uses what is there.

Exit codes: 0 stopped, 1 failed, 2 wrong use.`,
		Example: `  crosstalk demo --data demo`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkSimulation(cmd, o); err != nil {
				return err
			}
			export := filepath.Join(a.data, "export")
			if a.config == "" {
				a.config = filepath.Join(export, configurationFile)
			}
			fresh := !exists(filepath.Join(export, "truth.json"))
			if fresh {
				if err := os.MkdirAll(a.data, 0o700); err != nil {
					return fmt.Errorf("the data folder %s cannot be made: %w; choose another with --data", a.data, err)
				}
				a.say("inventing a company")
				s, err := simulate.Write(cmd.Context(), export, o)
				if err != nil {
					return err
				}
				a.say("%d people in %d teams wrote for %s to %s", s.People, s.Teams, s.Start.Format("2006-01-02"), s.End.Format("2006-01-02"))
			}
			return a.demo(cmd, export, listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address to listen on, host:port")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "another seed gives another company")
	cmd.Flags().IntVar(&o.People, "people", 0, "how many people; default 400")
	cmd.Flags().IntVar(&o.Weeks, "weeks", 0, "how many weeks; default 26")
	return cmd
}

// demo imports the export, which changes nothing when it is in already, and serves.
func (a *app) demo(cmd *cobra.Command, export, listen string) error {
	i, err := a.newImporter(importOptions{})
	if err != nil {
		return err
	}
	defer i.close()
	if err := i.plan([]string{export}); err != nil {
		return err
	}
	w, err := a.open(cmd.Context())
	if err != nil {
		return err
	}
	counts, err := i.run(cmd.Context(), w)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	messages := uint64(0)
	for _, c := range counts {
		messages += c.Messages
	}
	a.say("%d messages are in", messages)
	return errors.Join(a.serve(cmd.Context(), w, listen), w.Close())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// print writes one line of data to standard output.
func (a *app) print(format string, args ...any) { fmt.Fprintf(a.stdout, format+"\n", args...) }

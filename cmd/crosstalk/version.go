package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which version this is",
		Long: `Print which version this is, and what it was built from, with and for.

Exit codes: 0 done, 2 wrong use.`,
		Example: `  crosstalk version`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			a.print("crosstalk %s%s, %s, %s/%s", version, commit(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// commit says which commit a binary was built from, where that is known.
func commit(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return ""
	}
	text := " (" + revision[:min(12, len(revision))]
	if settings["vcs.modified"] == "true" {
		text += ", changed since"
	}
	return text + ")"
}

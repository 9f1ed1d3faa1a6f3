package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/simulate"
)

func (a *app) simulateCommand() *cobra.Command {
	var o simulate.Options
	var out, end string
	var formats []string
	var filling bool
	var day int
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Invent a company and write what its tools would export",
		Long: `Invent a company whose truth is known and write what its messaging tools would export, with
a directory of people, a configuration, and the truth in truth.json. The same seed and
options always give the same files.

With --fill nothing is written but a warehouse: messages of a company of any size go straight into
the one of --data, and the truth, as totals by tool and week, into truth.json there. --day invents a
day after --end of the same company: --seed, --people, --weeks, --tools and --end say which it is.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk simulate --seed 7 --people 2000 --weeks 104 --out heron
  crosstalk simulate --formats all --people 300 --weeks 8 --out heron
  crosstalk simulate --fill --data large --people 20000 --tools 12 --weeks 104 --messages 100000000 --end 2026-07-07`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if filling || day != 0 {
				if out != "" || len(formats) > 0 || cmd.Flags().Changed("clean") {
					return usage("--fill writes no exports: leave --out, --formats and --clean away")
				}
				if err := setEnd(&o, end); err != nil {
					return err
				}
				return a.fill(cmd.Context(), fillOptions(o, day))
			}
			if out == "" {
				return usage("simulate where? name an empty or new folder with --out")
			}
			if err := setEnd(&o, end); err != nil {
				return err
			}
			if err := setFormats(&o, formats, cmd.Flags().Changed("tools")); err != nil {
				return err
			}
			if err := checkSimulation(cmd, o); err != nil {
				return err
			}
			return a.simulate(cmd.Context(), out, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "folder to write to, empty or new")
	flags.Uint64Var(&o.Seed, "seed", 1, "another seed gives another company")
	flags.IntVar(&o.People, "people", 400, "how many people, from 40")
	flags.IntVar(&o.Weeks, "weeks", 26, "how many weeks, from 6")
	flags.IntVar(&o.Tools, "tools", 3, "how many tools: slack, email, irc, then further ones, up to 9")
	flags.StringSliceVar(&formats, "formats", nil, "further tools in their own export formats, instead of --tools: all, or some of "+strings.Join(simulate.Formats(), ","))
	flags.IntVar(&o.Messages, "messages", 0, "about how many messages over all; default 30 a person and week")
	flags.StringVar(&end, "end", "", "first day that is no longer simulated, as 2026-07-01; default today")
	flags.StringVar(&o.TimeZone, "time-zone", "UTC", "the company's time zone, as Europe/Berlin")
	flags.BoolVar(&filling, "fill", false, "fill the warehouse of --data instead of writing exports; up to 12 tools")
	flags.IntVar(&day, "day", 0, "with --fill: only this day after --end, from 1")
	flags.BoolVar(&o.Clean, "clean", false, "plant no broken records")
	return cmd
}

// checkSimulation refuses numbers of which no company can be made. A 0 would stand for the default, which who writes it does
// not mean.
func checkSimulation(cmd *cobra.Command, o simulate.Options) error {
	for _, name := range []string{"people", "weeks", "tools"} {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed && f.Value.String() == "0" {
			return usage("--%s 0 makes no company: choose more, or leave it out for the default", name)
		}
	}
	if err := o.Validate(); err != nil {
		return usage("%w", err)
	}
	return nil
}

// setFormats takes the formats that were asked for, which say how many tools there are.
func setFormats(o *simulate.Options, formats []string, toolsAsked bool) error {
	if len(formats) == 0 {
		return nil
	}
	if toolsAsked {
		return usage("--tools and --formats both say how many tools there are: give one of them")
	}
	if slices.Equal(formats, []string{"all"}) {
		formats = simulate.Formats()
	}
	for _, f := range formats {
		if !slices.Contains(simulate.Formats(), f) {
			return usage("--formats %q is not known: choose all, or some of %s", f, strings.Join(simulate.Formats(), ","))
		}
	}
	o.Formats, o.Tools = formats, 0
	return nil
}

// setEnd reads the day on which the simulation ends, by the company's clock.
func setEnd(o *simulate.Options, end string) error {
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return usage("unknown time zone %q: use an IANA name such as Europe/Berlin", o.TimeZone)
	}
	if end == "" {
		return nil
	}
	if o.End, err = time.ParseInLocation(time.DateOnly, end, zone); err != nil || o.End.IsZero() {
		return usage("--end %q is not a day: write it like 2026-07-01", end)
	}
	return nil
}

func (a *app) simulate(ctx context.Context, out string, o simulate.Options) error {
	s, err := simulate.Write(ctx, out, o)
	if err != nil {
		return err
	}
	a.say("%d people in %d departments and %d teams, %s to %s", s.People, s.Departments, s.Teams, s.Start.Format(time.DateOnly), s.End.Format(time.DateOnly))
	t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "tool\tmessages\trows\tpath")
	for _, tool := range s.Tools {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", tool.Tool, tool.Messages, tool.Rows, tool.Path)
	}
	return t.Flush()
}

package main

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/spf13/cobra"

	"crosstalk/collectors"
)

func (a *app) collectCommand() *cobra.Command {
	var once bool
	cmd := &cobra.Command{
		Use:   "collect",
		Short: "Read what is new at the workspaces of crosstalk.yaml",
		Long: `Read what is new at the workspaces of crosstalk.yaml, each by its schedule, until stopped.

A workspace with a path is a folder to watch: an export that is dropped into it is imported
once it is complete, then moved to done/, or to failed/ beside a .reason.txt. Where nothing
can be moved it stays, and is known by its digest. The collector "any" recognises exports by
content. A workspace with an endpoint is asked for what is new (imap: mailboxes).

Schedules: 10m, every 10m, hourly, daily, weekly, daily at 03:30. A source that fails is asked
again after pauses that grow to 15 minutes. Stopping loses nothing: the next start goes on
where the last one was. crosstalk serve collects too.

Exit codes: 0 stopped or done, 1 failed, 2 wrong use, 3 done but some records could not be
read (with --once).`,
		Example: `  crosstalk collect --config /etc/crosstalk.yaml
  crosstalk collect --once`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.collect(cmd.Context(), once) },
	}
	cmd.Flags().BoolVar(&once, "once", false, "ask each source a single time, then end")
	return cmd
}

func (a *app) collect(ctx context.Context, once bool) error {
	c, err := a.configure()
	if err != nil {
		return err
	}
	if len(c.Workspaces) == 0 {
		return usage("there is nothing to collect: name folders or mailboxes under workspaces in %s", configurationFile)
	}
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	told := &tellingObserver{say: a.say}
	scheduler, err := a.scheduler(w, c, told)
	if err != nil {
		return errors.Join(usage("%v", err), w.Close())
	}
	// What an earlier command left unfinished is completed or undone, also when nothing new comes in.
	if err := w.Recover(ctx); err != nil {
		return errors.Join(err, w.Close())
	}
	if err := a.ageOut(ctx, c, w); err != nil {
		return errors.Join(err, w.Close())
	}
	if once {
		if err := errors.Join(scheduler.Once(ctx), w.Close()); err != nil {
			return err
		}
		return told.rejects()
	}
	a.say("collecting from %d workspaces (stop with Ctrl-C)", len(c.Workspaces))
	stop := a.keepAgeing(ctx, c, w)
	scheduler.Run(ctx)
	stop()
	return w.Close()
}

var _ collectors.Observer = (*tellingObserver)(nil)

// tellingObserver tells the terminal what was collected, by collector and never by name.
type tellingObserver struct {
	collectors.NoObserver
	say      func(format string, args ...any)
	rejected atomic.Int64
}

func (o *tellingObserver) Messages(collector string, n int) {
	o.say("%s: read %d messages, known before or not", collector, n)
}

func (o *tellingObserver) Rejected(collector, reason string, n int) {
	o.rejected.Add(int64(n))
	o.say("%s: %d rejected: %s", collector, n, reason)
}

func (o *tellingObserver) rejects() error {
	if o.rejected.Load() > 0 {
		return &exitError{code: exitRejects}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/access"
)

// tokenOptions are what `user token` was asked to do.
type tokenOptions struct {
	role    string
	expires string
	remove  string
	list    bool
}

func (a *app) userTokenCommand() *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "token [NAME]",
		Short: "Make, list and remove tokens for programs",
		Long: `Make a bearer token with which a program reads /metrics, CSV and JSON. It is printed this once
and cannot be shown again. With --list the tokens are listed, with --remove one is removed by
its name or id.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user token prometheus --role viewer --expires 365d > /etc/prometheus/crosstalk.token
  crosstalk user token --remove prometheus`,
		Args: func(_ *cobra.Command, args []string) error { return o.check(args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeUsers(cmd.Context(), func(ctx context.Context, r *access.Registry, actor access.Identity) error {
				switch {
				case o.list:
					return a.listTokens(ctx, r)
				case o.remove != "":
					return r.RemoveToken(ctx, actor, o.remove)
				}
				return a.makeToken(ctx, r, actor, args, o)
			})
		},
	}
	cmd.Flags().StringVar(&o.role, "role", access.Viewer.String(), "viewer, change_manager, analyst or admin")
	cmd.Flags().StringVar(&o.expires, "expires", "", "how long the token lasts, as 90d or 12h; default for ever")
	cmd.Flags().StringVar(&o.remove, "remove", "", "remove the token with this name or id")
	cmd.Flags().BoolVar(&o.list, "list", false, "list the tokens")
	return cmd
}

func (o tokenOptions) check(args []string) error {
	switch {
	case len(args) > 1, len(args) > 0 && (o.list || o.remove != ""), o.list && o.remove != "":
		return usage("make a token (with at most one NAME), --list or --remove: one at a time")
	case len(args) == 1:
		if err := access.CheckName(args[0]); err != nil {
			return usage("%v", err)
		}
	}
	if _, err := access.ParseRole(o.role); err != nil {
		return usage("%v", err)
	}
	_, err := lasting(o.expires)
	return err
}

// lasting reads 90d or 12h; empty is for ever.
func lasting(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil && n > 0 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, usage("--expires %q is not a time: write it like 90d or 12h", text)
}

func (a *app) makeToken(ctx context.Context, r *access.Registry, actor access.Identity, args []string, o tokenOptions) error {
	role, err := access.ParseRole(o.role)
	if err != nil {
		return err
	}
	var expires time.Time
	if d, err := lasting(o.expires); err != nil {
		return err
	} else if d > 0 {
		expires = time.Now().Add(d)
	}
	secret, token, err := r.CreateToken(ctx, actor, strings.Join(args, ""), role, expires)
	if err != nil {
		return err
	}
	a.say("token %s may do what a %s may, %s; it is not shown again", token.ID, role, until(token.ExpiresAt))
	a.print("%s", secret)
	return nil
}

func until(t time.Time) string {
	if t.IsZero() {
		return "for ever"
	}
	return "until " + t.Format(time.RFC3339)
}

func (a *app) listTokens(ctx context.Context, r *access.Registry) error {
	tokens, err := r.Tokens(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "id\tname\trole\tmade by\tmade\tlasts")
	for _, x := range tokens {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", x.ID, x.Name, x.Role, x.CreatedBy, x.CreatedAt.Format(time.DateOnly), until(x.ExpiresAt))
	}
	return t.Flush()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/access"
)

func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Manage users of the dashboard and tokens of programs",
		Long: `Manage the users of the dashboard and the tokens with which programs read /metrics, CSV and
JSON. Roles: viewer (released aggregates), change_manager (and initiatives, notes), analyst
(and pages about people, where the configuration reveals people), admin. Every change is in
the audit log.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user add ann --role admin`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command user %q: use add, remove, password, list or token", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.userAddCommand(), a.userRemoveCommand(), a.userPasswordCommand(), a.userListCommand(), a.userTokenCommand())
	return cmd
}

// oneName is for commands that take the name of a user.
func oneName(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("%s takes one name: see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
	if err := access.CheckName(args[0]); err != nil {
		return usage("%v", err)
	}
	return nil
}

func (a *app) userAddCommand() *cobra.Command {
	var role, file string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a user; the password is asked for",
		Long: `Add a user. The password is asked for on a terminal, without showing it; otherwise it is the
first line of standard input, or of a file that nobody else can read.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user add ann --role admin
  crosstalk user add bea --role viewer --password-file /run/secrets/bea`,
		Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			given, err := access.ParseRole(role)
			if err != nil {
				return usage("%v", err)
			}
			password, err := a.newPassword(cmd.Context(), args[0], file)
			if err != nil {
				return err
			}
			return a.changeUsers(cmd.Context(), func(ctx context.Context, r *access.Registry, actor access.Identity) error {
				if err := r.AddUser(ctx, actor, args[0], password, given); err != nil {
					return err
				}
				a.say("added %s as %s", args[0], given)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", access.Viewer.String(), "viewer, change_manager, analyst or admin")
	cmd.Flags().StringVar(&file, "password-file", "", "read the password from the first line of this file")
	return cmd
}

func (a *app) userRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a user and end the user's sessions",
		Long: `Remove a user and end the user's sessions at once. Tokens stay; see crosstalk user token.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user remove ann`,
		Args:    oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeUsers(cmd.Context(), func(ctx context.Context, r *access.Registry, actor access.Identity) error {
				if err := r.RemoveUser(ctx, actor, args[0]); err != nil {
					return err
				}
				a.say("removed %s", args[0])
				return nil
			})
		},
	}
}

func (a *app) userPasswordCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "password NAME",
		Short: "Change a user's password and end the user's sessions",
		Long: `Change a user's password and end the user's sessions. The new password is asked for as by
crosstalk user add.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user password ann`,
		Args:    oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := a.newPassword(cmd.Context(), args[0], file)
			if err != nil {
				return err
			}
			return a.changeUsers(cmd.Context(), func(ctx context.Context, r *access.Registry, actor access.Identity) error {
				if err := r.SetPassword(ctx, actor, args[0], password); err != nil {
					return err
				}
				a.say("changed the password of %s", args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&file, "password-file", "", "read the password from the first line of this file")
	return cmd
}

func (a *app) userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users and their roles",
		Long: `List the users, their roles and when they were last changed.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk user list`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.changeUsers(cmd.Context(), func(ctx context.Context, r *access.Registry, _ access.Identity) error {
				users, err := r.Users(ctx)
				if err != nil {
					return err
				}
				t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
				fmt.Fprintln(t, "name\trole\tadded\tchanged")
				for _, u := range users {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.Name, u.Role, u.CreatedAt.Format(time.DateOnly), u.ChangedAt.Format(time.DateOnly))
				}
				return t.Flush()
			})
		},
	}
}

// changeUsers opens the registry for a command. Who may open the data folder may do everything.
func (a *app) changeUsers(ctx context.Context, do func(context.Context, *access.Registry, access.Identity) error) error {
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	registry := access.New(w.Access(), access.Options{Log: a.logger()})
	return errors.Join(do(ctx, registry, access.CommandLine(accountName())), w.Close())
}

// accountName is the operating system's name of whoever runs the command, for the audit log.
func accountName() string {
	u, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return strings.ToLower(u.Username)
}

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func (a *app) peopleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "people",
		Short: "Say whose an account is, and administer what protects people's names",
		Long: `Say whose an account is, and administer what protects people's names. A directory of people is
read by crosstalk import. Accounts are matched to people by rules at every import; what only
may be is a proposal, which somebody accepts or rejects. A link that is wrong is undone by
rejecting it. Decisions change who is who at once; nothing has to be imported again.

Names and addresses are shown: whoever may read the data folder's keys may see them.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command people %q: use list, accept, reject, import, export, erase or rotate-key", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.peopleListCommand(), a.decisionCommand(true), a.decisionCommand(false), a.peopleImportCommand(), a.peopleExportCommand(), a.peopleEraseCommand())
	cmd.AddCommand(&cobra.Command{
		Use:   "rotate-key",
		Short: "Make a new privacy key and seal names and addresses with it",
		Long: `Make a new privacy key (privacy.key in the data folder), seal all names, addresses and handles
with it and re-key the account map. No history is lost: accounts and people keep their ids, and the
same exports find them again. The old key opens nothing any more.

Exit codes: 0 done, 1 failed (an import or collection is running), 2 wrong use.`,
		Example: `  crosstalk people rotate-key`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			if err := errors.Join(w.RotatePrivacyKey(cmd.Context()), w.Close()); err != nil {
				return err
			}
			a.say("the privacy key is new")
			return nil
		},
	})
	return cmd
}

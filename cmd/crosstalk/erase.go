package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"crosstalk/warehouse"
)

func (a *app) peopleEraseCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "erase PERSON…",
		Short: "Remove people for good, and keep them out",
		Long: `Remove people for good: their accounts with names and addresses, what they sent, themselves from
the recipients and mentions of others, memberships, activities, signals, links, their entry in the
directory, and their rows in all roll-ups. Messages that were written to nobody else go as well. What
it will remove is said first, and asked about unless --yes is given.

PERSON is an e-mail address, number, handle or key of an account, an account as crosstalk people list
names it in its first column, or the directory's key. All accounts that are matched to the person
go; those that only may be theirs are told and stay.

A hash of each name stays, so that importing an old export or directory again does not bring
them back; what names them is counted there under the reason erased. There is no way back.

Exit codes: 0 done, 1 failed (nobody of that name, an import is running, not confirmed), 2 wrong use.`,
		Example: `  crosstalk people erase ana@acme.example
  crosstalk people erase --yes e1042`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || slices.Contains(args, "") {
				return usage("erase whom? give an e-mail address, an account or a directory key")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.erase(cmd.Context(), w, args, yes), w.Close())
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func (a *app) erase(ctx context.Context, w *warehouse.Warehouse, names []string, yes bool) error {
	var people []*warehouse.Erasable
	for _, name := range names {
		// An account's id is a number to base 36; whatever cannot be one stands for none.
		account, err := strconv.ParseUint(strings.TrimPrefix(name, "~"), 36, 64)
		if err != nil {
			account = 0
		}
		p, err := w.Whom(ctx, name, account)
		if err != nil {
			return fmt.Errorf("%s: %w", printable(name), err)
		}
		a.tellErasable(p)
		people = append(people, p)
	}
	if !yes && !a.confirmed("remove this for good?") {
		return errors.New("nothing was erased")
	}
	done, err := w.Erase(ctx, people...)
	if err != nil {
		return err
	}
	a.say("erased: %d accounts, %d messages; taken out of %d messages of others; verified in every table", done.Accounts, done.Messages, done.Rewritten)
	return nil
}

// tellErasable says what would be removed.
func (a *app) tellErasable(p *warehouse.Erasable) {
	a.say("%s", printable(p.Name))
	if p.Person != "" {
		a.say("  the entry %s of the directory, with its attributes", printable(p.Person))
	}
	for _, m := range p.Accounts {
		a.say("  the account %s of %s, workspace %s", printable(m.Key), m.Tool, printable(m.Workspace))
		if local, _, _ := strings.Cut(m.Key, "@"); slices.ContainsFunc([]string{m.Key, local, m.Name, p.Name}, func(s string) bool { return strings.EqualFold(s, m.Workspace) }) {
			a.say("  not the name of that workspace, by which it stays known: import under another with --workspace where it tells somebody")
		}
	}
	for _, m := range p.Maybe {
		a.say("  not the account %s (%s of %s), which only may be theirs: erase it by name, or accept it first", accountText(m.Account), printable(m.Name), m.Tool)
	}
	if s := p.Stored; len(p.Accounts) > 0 {
		a.say("  %d messages; out of the recipients and mentions of %d of others; %d memberships, activities and signals; their rows in the roll-ups", s.Messages, s.Named, s.Records)
	}
}

// confirmed asks a question on the terminal.
func (a *app) confirmed(question string) bool {
	fmt.Fprintf(a.stderr, "crosstalk: %s Type yes: ", question)
	answer, err := bufio.NewReader(a.stdin).ReadString('\n')
	if err != nil {
		fmt.Fprintln(a.stderr)
	}
	return strings.EqualFold(strings.TrimSpace(answer), "yes")
}

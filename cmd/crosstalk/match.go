package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"crosstalk/warehouse"
)

// match is an account and whose it is, as people list and people export show it.
type match struct {
	Account    string   `json:"account"`
	Tool       string   `json:"tool"`
	Workspace  string   `json:"workspace"`
	Key        string   `json:"key"`
	Name       string   `json:"name"`
	State      string   `json:"state"`
	Person     string   `json:"person"` // the directory's id, ~ACCOUNT, or empty
	PersonName string   `json:"person_name"`
	Method     string   `json:"method"`
	Confidence float64  `json:"confidence"`
	Reasons    []string `json:"reasons"`
}

func newMatch(m warehouse.Match) match {
	out := match{accountText(m.Account), m.Tool, m.Workspace, m.Key, m.Name, string(m.State), m.Person, m.PersonName, m.Method, float64(int(m.Confidence*100+0.5)) / 100, m.Reasons}
	if m.Other != 0 {
		out.Person = "~" + accountText(m.Other)
	}
	if out.Reasons == nil {
		out.Reasons = []string{}
	}
	return out
}

// accountText writes an account's id the way that accept and reject take it.
func accountText(id uint64) string { return strconv.FormatUint(id, 36) }

func parseAccount(text string) (uint64, error) {
	id, err := strconv.ParseUint(text, 36, 64)
	if err != nil {
		return 0, usage("%q is no account: crosstalk people list names them in its first column", text)
	}
	return id, nil
}

// matchStates are what people list can be asked for.
var matchStates = []string{string(warehouse.Proposed), string(warehouse.Linked), string(warehouse.Accepted), string(warehouse.Rejected), string(warehouse.Alone)}

func (a *app) peopleListCommand() *cobra.Command {
	var state string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List whose accounts are, and what is proposed",
		Long: `List accounts and whose they are. The first column names the account, the last but two the
person: by the directory's id, or by ~ and another account that is the same human's.

States: proposed (may be; accept or reject it), linked (by a rule: address, alias, number,
declared handle, profile, full name), accepted and rejected (by somebody), alone (a person of
its own, without a proposal).

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk people list
  crosstalk people list --state linked --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state != "all" && !slices.Contains(matchStates, state) {
				return usage("--state is %s or all, not %q", strings.Join(matchStates, ", "), state)
			}
			matches, err := a.matches(cmd.Context(), state)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.stdout).Encode(matches)
			}
			return writeMatches(a.stdout, matches)
		},
	}
	cmd.Flags().StringVar(&state, "state", string(warehouse.Proposed), strings.Join(matchStates, ", ")+" or all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return cmd
}

func (a *app) matches(ctx context.Context, state string) ([]match, error) {
	w, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	found, err := w.Matches(ctx)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	out := []match{}
	for _, m := range found {
		if state == "all" || string(m.State) == state {
			out = append(out, newMatch(m))
		}
	}
	return out, nil
}

func writeMatches(to io.Writer, matches []match) error {
	t := tabwriter.NewWriter(to, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "account\ttool\tworkspace\tname\tstate\tperson\tname\tby")
	for _, m := range matches {
		by := m.Method
		if len(m.Reasons) > 0 {
			by = fmt.Sprintf("%.0f %%: %s", m.Confidence*100, strings.Join(m.Reasons, "; "))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Account, m.Tool, printable(m.Workspace), printable(m.Name), m.State, printable(m.Person), printable(m.PersonName), by)
	}
	return t.Flush()
}

// decisionCommand is people accept or people reject.
func (a *app) decisionCommand(accepted bool) *cobra.Command {
	word, done := "reject", "is not"
	short, long := "Say that an account is not a person's", "Say that an account is not a person's: of a proposal, or of a link that is wrong, which is undone. No rule joins the two again."
	if accepted {
		word, done = "accept", "is"
		short, long = "Say that an account is a person's", "Say that an account is a person's, of a proposal or of one's own knowledge."
	}
	return &cobra.Command{
		Use:   word + " ACCOUNT PERSON",
		Short: short,
		Long: long + ` ACCOUNT is the first column of
crosstalk people list; PERSON is the directory's id, or ~ and another account of the same human.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: "  crosstalk people " + word + " 2k4f0p9x1c3ab e1042\n  crosstalk people " + word + " 2k4f0p9x1c3ab ~1z9d7t5w0q8r2",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("people %s takes an account and a person: crosstalk people list names both", word)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := newDecision(args[0], args[1], accepted)
			if err != nil {
				return err
			}
			if err := a.decide(cmd.Context(), []warehouse.Decision{d}); err != nil {
				return err
			}
			a.say("%s %s %s", args[0], done, args[1])
			return nil
		},
	}
}

func newDecision(account, person string, accepted bool) (d warehouse.Decision, err error) {
	d.Accepted = accepted
	if d.Account, err = parseAccount(account); err != nil {
		return d, err
	}
	if other, is := strings.CutPrefix(person, "~"); is {
		d.Other, err = parseAccount(other)
		return d, err
	}
	if d.Person = person; person == "" {
		return d, usage("the person is missing: give the directory's id, or ~ and another account")
	}
	return d, nil
}

// decide stores decisions under the name of whoever runs the command.
func (a *app) decide(ctx context.Context, decisions []warehouse.Decision) error {
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(w.Decide(ctx, "user:"+accountName(), decisions), w.Close())
}

var matchColumns = []string{"account", "tool", "workspace", "key", "name", "state", "person", "person_name", "method", "confidence", "reasons"}

func (a *app) peopleExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write all links, proposals and decisions as CSV",
		Long: `Write all links, proposals and decisions as CSV to standard output. The file holds names and
addresses. Change state to accepted or rejected and give it to crosstalk people import.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk people export > links.csv`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			matches, err := a.matches(cmd.Context(), "all")
			if err != nil {
				return err
			}
			out := csv.NewWriter(a.stdout)
			rows := [][]string{matchColumns}
			for _, m := range matches {
				rows = append(rows, []string{m.Account, m.Tool, m.Workspace, m.Key, m.Name, m.State, m.Person, m.PersonName, m.Method,
					strconv.FormatFloat(m.Confidence, 'f', -1, 64), strings.Join(m.Reasons, "; ")})
			}
			return out.WriteAll(rows)
		},
	}
}

func (a *app) peopleImportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Take over decisions from CSV",
		Long: `Take over decisions from a CSV file with the columns of crosstalk people export: the rows whose
state is accepted or rejected. An account is found by its column account or, where that is empty
or of another data folder, by tool, workspace and key. Either all rows are taken over or none.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk people import links.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("people import takes one file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("cannot read %s: %w", args[0], errors.Unwrap(err))
			}
			defer f.Close()
			known, err := a.matches(cmd.Context(), "all")
			if err != nil {
				return err
			}
			decisions, err := readDecisions(f, known)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if err := a.decide(cmd.Context(), decisions); err != nil {
				return err
			}
			a.say("%d decisions taken over", len(decisions))
			return nil
		},
	}
}

// readDecisions reads the accepted and rejected rows of a CSV.
func readDecisions(from io.Reader, known []match) ([]warehouse.Decision, error) {
	type place struct{ tool, workspace, key string }
	ids, places := map[string]bool{}, map[place]string{}
	for _, m := range known {
		ids[m.Account] = true
		places[place{m.Tool, m.Workspace, m.Key}] = m.Account
	}
	r := csv.NewReader(from)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, errors.New("it has no header: the first row names the columns, as crosstalk people export writes them")
	}
	column := func(row []string, name string) string {
		if i := slices.Index(header, name); i >= 0 && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	for _, needed := range []string{"state", "person"} {
		if !slices.Contains(header, needed) {
			return nil, fmt.Errorf("it has no column %s: it needs state, person, and account or tool, workspace and key", needed)
		}
	}
	var out []warehouse.Decision
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, fmt.Errorf("it is no CSV from line %d on", line)
		}
		state := column(row, "state")
		if state != string(warehouse.Accepted) && state != string(warehouse.Rejected) {
			continue
		}
		account := column(row, "account")
		if !ids[account] {
			account = places[place{column(row, "tool"), column(row, "workspace"), column(row, "key")}]
		}
		if account == "" {
			return nil, fmt.Errorf("line %d: no such account here; nothing was taken over", line)
		}
		d, err := newDecision(account, column(row, "person"), state == string(warehouse.Accepted))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		out = append(out, d)
	}
}

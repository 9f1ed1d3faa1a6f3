package yammer

import (
	"context"
	"io"
	"strings"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// users reads Users.csv: everybody who joined or was changed in the span of the export.
func (r *run) users(ctx context.Context, n *network, entry string, src io.Reader) error {
	const (
		id = iota
		name
		email
		deletedAt
		state
	)
	table := csvscan.New([]string{"id", "name", "email", "deleted_at", "state"}, nil)
	return r.rows(ctx, table, email+1, entry, src, func() (string, error) {
		who := n.intern(table.Text(id))
		if who == "" {
			return "no_account", nil
		}
		a := r.account(n, who, string(table.Text(name)), table.Text(email))
		a.IsDeleted = len(table.Text(deletedAt)) > 0 || strings.Contains(strings.ToLower(string(table.Text(state))), "delete")
		return "", nil
	})
}

// account notes an account and its address.
func (r *run) account(n *network, id, name string, email []byte) *record.Account {
	a := &record.Account{Tool: Tool, Workspace: n.workspace, Key: toolID(id), Kind: record.AccountHuman, Name: name, Email: record.EmailKey(string(email)).Value}
	_, domain, _ := strings.Cut(a.Email, "@")
	if domain != "" && len(r.domains) > 0 && !r.domains[domain] {
		a.Kind = record.AccountGuest
	}
	n.accounts[id] = a
	if a.Email != "" {
		n.byEmail[a.Email] = a
	}
	return a
}

// groups reads Groups.csv.
func (r *run) groups(ctx context.Context, n *network, entry string, src io.Reader) error {
	const (
		id = iota
		private
	)
	table := csvscan.New([]string{"id", "private"}, nil)
	return r.rows(ctx, table, private+1, entry, src, func() (string, error) {
		group := n.intern(table.Text(id))
		if group == "" {
			return "no_conversation", nil
		}
		n.group(group, string(table.Text(private)) == "true")
		return "", nil
	})
}

// group is the conversation of a group.
func (n *network) group(id string, private bool) *record.Conversation {
	c := n.groups[id]
	if c == nil {
		c = &record.Conversation{Tool: Tool, Workspace: n.workspace, Key: "group/" + id, Kind: record.ConversationChannel, Coverage: record.CoverageWhole}
		n.groups[id] = c
	}
	if private {
		c.Kind = record.ConversationPrivateChannel
	}
	return c
}

func lowered(domains []string) map[string]bool {
	set := map[string]bool{}
	for _, d := range domains {
		set[strings.ToLower(strings.TrimSpace(d))] = true
	}
	return set
}

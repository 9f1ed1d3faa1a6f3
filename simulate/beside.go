package simulate

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// writeBeside writes what is no export: the directory, the configuration, the truth.
func (w *world) writeBeside(dir string, truth *Truth) error {
	directory, err := w.directory()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(truth, "", " ")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "directory.csv"), directory, 0o644),
		os.WriteFile(filepath.Join(dir, "crosstalk.yaml"), w.configuration(truth), 0o644),
		os.WriteFile(filepath.Join(dir, "truth.json"), append(text, '\n'), 0o644),
	)
}

func (w *world) directory() ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	rows := [][]string{append([]string{"person", "name", "email", "department", "team", "manager", "location", "time zone", "level", "start", "end"}, w.declared()...)}
	for i := range w.people {
		p := &w.people[i]
		manager := ""
		if p.manager >= 0 {
			manager = w.people[p.manager].id
		}
		rows = append(rows, append([]string{
			p.id, p.name(), p.email, w.depts[p.dept].name, w.teams[p.team].name, manager, locations[p.location].name, locations[p.location].zone,
			p.level, p.joined, p.left,
		}, w.declarations(i)...))
	}
	err := out.WriteAll(rows)
	return b.Bytes(), err
}

// declared are the columns of what the directory says of people's accounts.
func (w *world) declared() []string {
	if len(w.o.Formats) > 0 {
		return []string{"phones", "irc", "discord"}
	}
	return []string{"slack", "irc"}
}

func (w *world) declarations(i int) []string {
	p := &w.people[i]
	if len(w.o.Formats) == 0 {
		return []string{w.handle(slackTool, i, p.slackID), w.handle(ircTool, i, p.nick)}
	}
	cells := make([]string, 3)
	if declares(w.o.Seed, 1, i) {
		cells[0] = p.phone
	}
	if declares(w.o.Seed, 2, i) {
		cells[1] = w.handle(ircTool, i, p.nick)
	}
	if k := slices.Index(w.o.Formats, "discord"); k >= 0 && declares(w.o.Seed, 3, i) {
		cells[2] = w.handle(3+k, i, p.nick)
	}
	return cells
}

// handle is a person's name in a tool, if they ever use it.
func (w *world) handle(tool, i int, handle string) string {
	if tool >= len(w.tools) || w.habits.uses[tool][i].from >= w.cal.to {
		return ""
	}
	return handle
}

// register is what the company says of its tools.
var register = map[string]struct {
	name, status string
	price        float64 // per seat and month
	retention    bool
}{
	"slack": {"Slack", "sanctioned", 8.25, true}, "email": {"E-mail", "sanctioned", 4.5, true}, "irc": {"IRC", "tolerated", 0, false},
	"teams": {"Teams", "sanctioned", 5.25, true}, "whatsapp": {"WhatsApp", "banned", 0, false}, "yammer": {"Yammer", "tolerated", 2, true},
	"chatter": {"Chatter", "tolerated", 3, true}, "hipchat": {"HipChat", "tolerated", 2, false}, "webex": {"Webex", "unknown", 0, false},
	"mattermost": {"Mattermost", "tolerated", 0, true}, "zulip": {"Zulip", "tolerated", 0, false}, "rocketchat": {"Rocket.Chat", "tolerated", 0, true},
	"telegram": {"Telegram", "banned", 0, false}, "discord": {"Discord", "unknown", 0, false},
}

func (w *world) configuration(t *Truth) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# An invented company; truth.json says what is true of it.
organisation:
  name: Heron Ltd
  time_zone: %s
  working_hours: "08:00-18:30"
  working_days: [mon, tue, wed, thu, fri]
  holidays: []
  domains: [%s]
  currency: EUR
tools:
`, w.o.TimeZone, domain)
	for _, g := range w.tools {
		r := register[g.slug]
		fmt.Fprintf(&b, "  - tool: %s\n    name: %s\n    status: %s\n    seats: %d\n    price: %.2f # per seat and month\n    retention: %t\n",
			g.slug, r.name, r.status, len(w.people), r.price, r.retention)
	}
	if v := t.Initiative; v != nil {
		fmt.Fprintf(&b, "initiatives:\n  - slug: %s\n    name: %q\n    kind: incentive\n    start: %s\n    units:\n", v.Slug, v.Name, v.Start)
		for _, n := range v.Treated {
			fmt.Fprintf(&b, "      - %s/%s\n", n.Department, n.Team)
		}
	}
	return b.Bytes()
}

func (w *world) summary(t *Truth) Summary {
	s := Summary{People: len(w.people), Departments: len(w.depts), Teams: len(w.teams), Start: w.cal.start, End: w.cal.end}
	for _, x := range t.Tools {
		rows := x.Messages + x.Strangers + x.Bots + x.Automatic + x.Bulk + x.Bounces + x.System + x.Calls + x.Duplicates
		s.Tools = append(s.Tools, ToolSummary{Tool: x.Tool, Path: x.Path, Messages: x.Messages, Rows: rows})
	}
	return s
}

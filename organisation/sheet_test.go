package organisation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/organisation"
	"crosstalk/organisation/catalogue"
)

// loadSheet loads a configuration that names a CSV file of the register. The paths are left out of what is told.
func loadSheet(t *testing.T, tools, sheet string) (organisation.Config, string) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "tools.csv")
	write(t, path, sheet)
	write(t, filepath.Join(folder, "crosstalk.yaml"), "register: "+path+"\n"+tools)
	c, err := organisation.Load(filepath.Join(folder, "crosstalk.yaml"))
	if err != nil {
		return c, strings.ReplaceAll(err.Error(), folder+string(os.PathSeparator), "")
	}
	return c, ""
}

func TestSheet(t *testing.T) {
	t.Parallel()
	want := []organisation.Tool{
		{Tool: "irc", Status: "tolerated"},
		{
			Tool: "slack", Name: "Slack, ours", Class: "team_chat", Status: "sanctioned", Seats: some(400),
			Price: organisation.Price{Amount: some(8.25), Per: "seat-month", Currency: "USD"}, Retention: yes(true), LegalHold: yes(false),
			Control:     organisation.Control{SSO: yes(true), SCIM: yes(false), AuditAPI: yes(true), Bridge: yes(false), Residency: yes(true)},
			ContractEnd: "2027-01-01", Owner: "IT", Replaces: []string{"hipchat", "flowdock"},
			Capabilities: catalogue.Capabilities{Has: []string{"guests"}, Lacks: []string{"voice", "video"}},
		},
		{Tool: "whatsapp", Status: "banned"},
	}
	comma := "Tool,Name,class,status,Seats,price,per,currency,retention,Legal hold,SSO,scim,Export API,audit_api,retention_api,bridge,residency,contract_end,owner,replaces,has,lacks\r\n" +
		`slack,"Slack, ours",team_chat,sanctioned,400,8.25,seat-month,USD,TRUE,no,yes,no,,True,,false,yes,2027-01-01,IT,hipchat flowdock,guests,"voice, video"` + "\r\n" +
		",,,,,,,,,,,,,,,,,,,,,\r\nwhatsapp,,,banned\r\n"
	semicolon := "\ufeff" + strings.NewReplacer(`"Slack, ours"`, "Slack; ours", `"voice, video"`, "voice video", ",", ";").Replace(comma)
	semicolon = strings.Replace(semicolon, "Slack; ours", `"Slack, ours"`, 1)
	for name, text := range map[string]string{"commas": comma, "semicolons, a byte order mark": semicolon} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, problem := loadSheet(t, "tools: [{tool: irc, status: tolerated}]\n", text)
			if diff := cmp.Diff(want, c.Tools); diff != "" || problem != "" {
				t.Error(diff, problem)
			}
			if _, err := organisation.Parse(c.Masked()); err != nil {
				t.Errorf("what is printed cannot be read: %v", err)
			}
			if strings.Contains(string(c.Masked()), "tools.csv") || !strings.Contains(string(c.Masked()), "whatsapp") {
				t.Errorf("printed is\n%s", c.Masked())
			}
		})
	}
}

func TestSheetSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, sheet, want string }{
		{"an unknown column", "tool,seat\nslack,4\n", `tools.csv: line 1: "seat" is not a column: did you mean seats?`},
		{"a column twice", "tool,Tool\nslack,slack\n", `tools.csv: line 1: the column "tool" is there twice: keep one`},
		{"no tool column", "name,seats\nSlack,4\n", "tools.csv: line 1: the column tool is missing: the first row names the columns, tool, name, class, status, seats, price, per, currency, retention, legal_hold, sso, scim, export_api, audit_api, retention_api, bridge, residency, contract_end, owner, replaces, has or lacks"},
		{"an empty file", "", "tools.csv: line 1: the column tool is missing: the first row names the columns, tool, name, class, status, seats, price, per, currency, retention, legal_hold, sso, scim, export_api, audit_api, retention_api, bridge, residency, contract_end, owner, replaces, has or lacks"},
		{"no tool", "tool,seats\n,4\n", "tools.csv: line 2: tool: it is missing: write it like slack"},
		{"a name instead of a slug", "tool\nSlack!\n", `tools.csv: line 2: tool: "Slack!" is not a slug: use small letters, digits and hyphens, like slack`},
		{"a status", "tool,status\nslack,fine\n", `tools.csv: line 2: status: "fine" is not a status: use sanctioned, tolerated, banned or unknown`},
		{"seats", "tool,seats\nslack,many\n", `tools.csv: line 2: seats: "many" is not a whole number`},
		{"fewer than none", "tool,seats\nslack,-1\n", "tools.csv: line 2: seats: -1 is negative"},
		{"a price with a comma", "tool;price\nslack;8,25\n", `tools.csv: line 2: price: "8,25" is not a number: write it like 8.25`},
		{"an endless price", "tool,price\nslack,inf\n", "tools.csv: line 2: price: the amount is neither 0 nor more"},
		{"what a price is for", "tool,per\nslack,day\n", `tools.csv: line 2: per: "day" is not what a price is for: use seat-month, seat-year, month or year`},
		{"a currency", "tool,currency\nslack,euro\n", `tools.csv: line 2: currency: "euro" is not a currency: use three capital letters like EUR`},
		{"a truth", "tool,retention\nslack,perhaps\n", `tools.csv: line 2: retention: "perhaps" is neither yes nor no; an empty cell is unknown`},
		{"another truth", "tool,audit api\nslack,some\n", `tools.csv: line 2: audit_api: "some" is neither yes nor no; an empty cell is unknown`},
		{"a day", "tool,contract end\nslack,1.1.2027\n", `tools.csv: line 2: contract_end: "1.1.2027" is not a day: write it like 2026-12-25`},
		{"a capability", "tool,has\nslack,dancing\n", `tools.csv: line 2: has: "dancing" is not a capability: use direct, group, channels, threads, voice, video, files, mobile, guests, bots, search or archive`},
		{"too many cells", "tool,name\nslack,Slack, ours\n", "tools.csv: line 2: the row has 3 cells under 2 columns: put cells that hold the delimiter in quotes"},
		{"twice", "tool\nslack\nslack\n", `tools.csv: line 3: tool: "slack" is there twice: keep one`},
		{"in both files", "tool\nemail\n", `tools.csv: line 2: tool: "email" is in the configuration too: keep one`},
		{"the line after a long cell", "tool,owner,status\nslack,\"a\nb\",banned\nirc,,fine\n", `tools.csv: line 4: status: "fine" is not a status: use sanctioned, tolerated, banned or unknown`},
		{"an open quote", "tool,name\nslack,\"Sl\n", "tools.csv: line 2: not CSV: extraneous or missing \" in quoted-field"},
		{"another encoding", "tool,name\nslack,Caf\xe9\n", "tools.csv: the file is not UTF-8: save it again as CSV in UTF-8"},
		{"too large", "tool\n" + strings.Repeat("\n", 600<<10), "tools.csv: the file is larger than 512 KiB, which no register is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, got := loadSheet(t, "tools: [{tool: email}]\n", c.sheet); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A register that is not there is told with the line of the key.
func TestSheetIsMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crosstalk.yaml")
	write(t, path, "# ours\nregister: nowhere.csv\n")
	want := path + `: line 2: register: "nowhere.csv" is not there: name the CSV file of the register, or take the key out`
	if _, err := organisation.Load(path); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	write(t, path, "register: "+filepath.Dir(path)+"\n")
	if _, err := organisation.Load(path); err == nil || !strings.Contains(err.Error(), "line 1: register: it cannot be read: ") {
		t.Errorf("a folder gives %v", err)
	}
}

func FuzzSheet(f *testing.F) {
	for _, seed := range []string{"tool,seats\nslack,4\n", "tool;price;has\nirc;1e9;bots,guests\n", "\"tool\n", "tool\tper\n\t\n", "tool,tool,,\n,,,,,\n"} {
		f.Add(seed)
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(folder, "tools.csv")
		write(t, path, text)
		write(t, filepath.Join(folder, "crosstalk.yaml"), "register: "+path+"\n")
		c, err := organisation.Load(filepath.Join(folder, "crosstalk.yaml"))
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a sentence")
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Errorf("what was loaded is not valid: %v", err)
		}
		if _, err := organisation.Parse(c.Masked()); err != nil {
			t.Errorf("what is printed cannot be read: %v\n%s", err, c.Masked())
		}
	})
}

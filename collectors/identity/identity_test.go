package identity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"crosstalk/collectors/record"
)

func toolID(v string) record.AccountKey { return record.AccountKey{Kind: record.KeyToolID, Value: v} }
func mail(v string) record.AccountKey   { return record.AccountKey{Kind: record.KeyEmail, Value: v} }
func nick(v string) record.AccountKey   { return record.AccountKey{Kind: record.KeyHandle, Value: v} }
func display(v string) record.AccountKey {
	return record.AccountKey{Kind: record.KeyDisplayName, Value: v}
}

// in makes an account, by which the tests know it, with a number as its id.
func in(id uint64, tool string, key record.AccountKey, say ...func(*Account)) Account {
	a := Account{ID: id, Tool: tool, Workspace: "w", Key: key, Kind: record.AccountHuman}
	for _, f := range say {
		f(&a)
	}
	return a
}

func name(v string) func(*Account)   { return func(a *Account) { a.Name = v } }
func email(v string) func(*Account)  { return func(a *Account) { a.Email = v } }
func number(v string) func(*Account) { return func(a *Account) { a.Phone = v } }
func handle(v string) func(*Account) { return func(a *Account) { a.Handle = v } }
func guest(a *Account)               { a.Kind = record.AccountGuest }

var (
	ana = record.Person{Key: "p1", Name: "Ana Ruiz", Email: "ana.ruiz@heron.example", Aliases: []string{"a.ruiz@heron.example"}, Phones: []string{"+1 202 555 0101"},
		Handles: map[string][]string{"irc": {"anar"}}}
	ben  = record.Person{Key: "p2", Name: "Ben Okafor", Email: "ben.okafor@heron.example"}
	twin = record.Person{Key: "p3", Name: "Ben Okafor", Email: "ben.okafor2@heron.example"}
	chlo = record.Person{Key: "p4", Name: "Dubois, Chloé (Legal)"}
)

func TestMatch(t *testing.T) {
	t.Parallel()
	bot := in(9, "slack", toolID("B1"), name("Ana Ruiz"))
	bot.Kind = record.AccountBot
	for _, c := range []struct {
		name      string
		accounts  []Account
		directory []record.Person
		decisions []Decision
		want      string // account>person/method
		proposed  string // account?person or account?~other, best first
	}{
		{"same address", []Account{in(1, "slack", toolID("U1"), email(" Ana.Ruiz@HERON.example")), in(2, "email", mail("ana.ruiz@heron.example"))}, []record.Person{ana}, nil, "1>p1/email 2>p1/email", ""},
		{"alias of the directory", []Account{in(1, "email", mail("a.ruiz@heron.example"))}, []record.Person{ana}, nil, "1>p1/alias", ""},
		{"plus address", []Account{in(1, "email", mail("ana.ruiz+lists@heron.example"))}, []record.Person{ana}, nil, "1>p1/alias", ""},
		{"dots at Gmail", []Account{in(1, "email", mail("ana.r@gmail.com")), in(2, "slack", toolID("U1"), email("anar@googlemail.com"))}, nil, nil, "1>=ana.r@gmail.com/alias 2>=ana.r@gmail.com/alias", ""},
		{"number", []Account{in(1, "whatsapp", record.AccountKey{Kind: record.KeyPhone, Value: "+12025550101"}), in(2, "sms", display("A"), number("001 202-555-0101"))}, []record.Person{ana}, nil, "1>p1/phone 2>p1/phone", ""},
		{"number without a country", []Account{in(1, "sms", display("A"), number("202 555 0101"))}, []record.Person{ana}, nil, "", ""},
		{"number of a desk", []Account{in(1, "lync", toolID("1"), number("+12025550101")), in(2, "lync", toolID("2"), number("+12025550101"))}, []record.Person{ana}, nil, "", ""},
		{"declared handle", []Account{in(1, "irc", nick("AnaR"))}, []record.Person{ana}, nil, "1>p1/handle", ""},
		{"handle of another tool", []Account{in(1, "hipchat", nick("anar"))}, []record.Person{ana}, nil, "", "1?p1"},
		{"display name is no handle", []Account{in(1, "irc", display("anar"))}, []record.Person{ana}, nil, "", "1?p1"},
		{"SIP address", []Account{in(1, "lync", toolID("sip:Ana.Ruiz@heron.example;gruu"))}, []record.Person{ana}, nil, "1>p1/profile", ""},
		{"JID", []Account{in(1, "xmpp", nick("ana.ruiz@heron.example/phone"))}, []record.Person{ana}, nil, "1>p1/profile", ""},
		{"guest of a directory", []Account{in(1, "teams", toolID("x"), email("ana.ruiz_heron.example#EXT#@host.onmicrosoft.com"))}, []record.Person{ana}, nil, "1>p1/email", ""},
		{"full name", []Account{in(1, "slack", toolID("U1"), name("RUIZ, Ana")), in(2, "skype", toolID("live:c"), name("Chloe Dubois"))}, []record.Person{ana, chlo}, nil, "1>p1/name 2>p4/name", ""},
		{"first name only", []Account{in(1, "slack", toolID("U1"), name("Ana"))}, []record.Person{ana}, nil, "", ""},
		{"name that two people have", []Account{in(1, "slack", toolID("U1"), name("Ben Okafor"))}, []record.Person{ben, twin}, nil, "", "1?p2 1?p3"},
		{"name that two accounts have", []Account{in(1, "slack", toolID("U1"), name("Ana Ruiz")), in(2, "slack", toolID("U2"), name("ana ruiz"))}, []record.Person{ana}, nil, "", "1?p1 2?p1"},
		{"name shown in two conversations", []Account{in(1, "whatsapp", record.AccountKey{Kind: record.KeyDisplayName, Value: "Ana Ruiz", Scope: "a"}), in(2, "whatsapp", record.AccountKey{Kind: record.KeyDisplayName, Value: "Ana Ruiz", Scope: "b"})},
			[]record.Person{ana}, nil, "1>p1/name 2>p1/name", ""},
		{"name with another address", []Account{in(1, "email", mail("ana@elsewhere.example"), name("Ana Ruiz"))}, []record.Person{ana}, nil, "", "1?p1"},
		{"guest of a colleague's name", []Account{in(1, "teams", toolID("x"), name("Ana Ruiz"), guest)}, []record.Person{ana}, nil, "", "1?p1"},
		{"guest with a colleague's address", []Account{in(1, "teams", toolID("x"), email("ana.ruiz@heron.example"), guest)}, []record.Person{ana}, nil, "1>p1/email", ""},
		{"bots are nobody", []Account{bot}, []record.Person{ana}, nil, "", ""},
		{"address that two people claim", []Account{in(1, "email", mail("ana.ruiz@heron.example"))}, []record.Person{ana, {Key: "p9", Email: "ana.ruiz@heron.example"}}, nil, "", "1?p1 1?p9"},

		{"no directory: address and name", []Account{in(1, "email", mail("ana@x.example"), name("Ana Ruiz")), in(2, "slack", toolID("U1"), name("Ana Ruiz"))}, nil, nil, "1>=ana@x.example/name 2>=ana@x.example/name", ""},
		{"no directory: names only", []Account{in(1, "whatsapp", display("Ana Ruiz")), in(2, "signal", display("Ana Ruiz"))}, nil, nil, "", "1?~2"},
		{"no directory: two addresses", []Account{in(1, "email", mail("ana@x.example"), name("Ana Ruiz")), in(2, "hipchat", toolID("1"), email("ana@y.example"), name("Ana Ruiz"))}, nil, nil, "", "2?~1"},
		{"no directory: twice in a workspace", []Account{in(1, "email", mail("ana@x.example"), name("Ana Ruiz")), in(2, "slack", toolID("U1"), name("Ana Ruiz")), in(3, "slack", toolID("U2"), name("Ana Ruiz"))}, nil, nil, "", "2?~1 3?~1 3?~2"},
		{"one account under two ids", []Account{in(1, "slack", toolID("U1"), name("Ana Ruiz")), in(2, "slack", toolID("U1"), name("Ana Ruiz"))}, nil, nil, "", ""},
		{"by way of another account", []Account{in(1, "slack", toolID("U1"), email("ana.ruiz@heron.example"), number("+4930123456")), in(2, "whatsapp", display("A"), number("+49 30 123456"))}, []record.Person{ana}, nil, "1>p1/email 2>p1/phone", ""},

		{"accepted", []Account{in(1, "slack", toolID("U1"), name("Ben Okafor"))}, []record.Person{ben, twin}, []Decision{{Account: 1, Person: "p3", Accepted: true}}, "1>p3/accepted", ""},
		{"rejected proposal", []Account{in(1, "slack", toolID("U1"), name("Ben Okafor"))}, []record.Person{ben, twin}, []Decision{{Account: 1, Person: "p3"}}, "", "1?p2"},
		{"rejected link", []Account{in(1, "slack", toolID("U1"), name("Ana Ruiz"))}, []record.Person{ana}, []Decision{{Account: 1, Person: "p1"}}, "", ""},
		{"accounts told apart", []Account{in(1, "email", mail("ana@x.example"), name("Ana Ruiz")), in(2, "slack", toolID("U1"), name("Ana Ruiz"))}, nil, []Decision{{Account: 2, Other: 1}}, "", ""},
		{"accounts accepted", []Account{in(1, "whatsapp", display("Ana Ruiz")), in(2, "signal", display("Ana Ruiz"))}, nil, []Decision{{Account: 2, Other: 1, Accepted: true}},
			"1>=signal:Ana Ruiz/accepted 2>=signal:Ana Ruiz/accepted", ""},
		{"decision about nobody", []Account{in(1, "slack", toolID("U1"), name("Ana Ruiz"))}, []record.Person{ana}, []Decision{{Account: 7, Person: "p1"}, {Account: 1, Person: "gone"}}, "1>p1/name", ""},

		{"spelling", []Account{in(1, "skype", toolID("x"), name("Ben Okafhor"))}, []record.Person{ben}, nil, "", "1?p2"},
		{"handle made of the name", []Account{in(1, "irc", nick("bokafor"))}, []record.Person{ben}, nil, "", "1?p2"},
		{"handle of a name cut short", []Account{in(1, "irc", nick("bokaf")), in(2, "discord", toolID("7"), handle("chlod"))}, []record.Person{ben, chlo}, nil, "", "1?p2 2?p4"},
		{"umlauts written out", []Account{in(1, "irc", nick("joergm")), in(2, "skype", toolID("x"), name("Joerg Mueller"))}, []record.Person{{Key: "p5", Name: "Jörg Müller"}}, nil, "", "1?p5 2?p5"},
		{"letters with a stroke", []Account{in(1, "skype", toolID("x"), name("Lukasz Wojcik")), in(2, "irc", nick("lwojcik"))}, []record.Person{{Key: "p6", Name: "Łukasz Wójcik"}}, nil, "1>p6/name", "2?p6"},
		{"handle with a number", []Account{in(1, "irc", nick("bokafor2"))}, []record.Person{ben, twin}, nil, "", "1?p2 1?p3"},
		{"handle cut too short", []Account{in(1, "irc", nick("boka"))}, []record.Person{ben}, nil, "", ""},
		{"private address", []Account{in(1, "email", mail("ben.okafor@gmail.com"))}, []record.Person{ben}, nil, "", "1?p2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			for range 4 { // whatever the order
				r := Match(c.accounts, c.directory, c.decisions)
				if got := linksOf(r); got != c.want {
					t.Errorf("links %s; want %s", got, c.want)
				}
				if got := proposalsOf(r); got != c.proposed {
					t.Errorf("proposals %s; want %s", got, c.proposed)
				}
				random.Shuffle(len(c.accounts), func(i, j int) { c.accounts[i], c.accounts[j] = c.accounts[j], c.accounts[i] })
				random.Shuffle(len(c.directory), func(i, j int) { c.directory[i], c.directory[j] = c.directory[j], c.directory[i] })
			}
		})
	}
}

func linksOf(r Result) string {
	var out []string
	for _, l := range r.Links {
		who := l.Person
		if who == "" {
			parts := strings.Split(l.Group, "\x00")
			who = "=" + parts[0]
			if len(parts) > 1 {
				who += ":" + parts[len(parts)-1]
			}
		}
		out = append(out, fmt.Sprintf("%d>%s/%s", l.Account, who, l.Method))
	}
	return strings.Join(out, " ")
}

func proposalsOf(r Result) string {
	var out []string
	for _, p := range r.Proposals {
		if p.Score < leastScore || p.Score > 1 || len(p.Reasons) == 0 {
			out = append(out, fmt.Sprintf("score %v, reasons %q", p.Score, p.Reasons))
		}
		if p.Person != "" {
			out = append(out, fmt.Sprintf("%d?%s", p.Account, p.Person))
		} else {
			out = append(out, fmt.Sprintf("%d?~%d", p.Account, p.Other))
		}
	}
	return strings.Join(out, " ")
}

func TestNormalForms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" <Ana@X.org> ": "ana@x.org", "sip:ana@x.org;transport=tls": "ana@x.org", "ana@x.org/Phone": "ana@x.org", "ana": "", "@x.org": "", "ana@": "", "a b@x.org": "", "a@b@c": "",
		"ana_ruiz_x.org#EXT#@y.onmicrosoft.com": "ana_ruiz@x.org",
	} {
		if got := Address(in); got != want {
			t.Errorf("Address(%q) = %q; want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"+33 6 39 98 00 03": "+33639980003", "0033639980003": "+33639980003", "tel:+1-202-555-0101": "+12025550101", "06 39 98 00 03": "", "+12": "", "": ""} {
		if got := Phone(in); got != want {
			t.Errorf("Phone(%q) = %q; want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"Dr. Ana  Ruiz": "ana ruiz", "RUIZ, Ana": "ana ruiz", "Chloé Dubois (she/her)": "chloe dubois", "Ana": "", "O’Neil Pat": "oneil pat", "Дмитрий Волков": "дмитрии волков",
		"ana.ruiz@x.org": "", "田中 恵美": "田中 恵美", "Groß-Meier, Jörg": "jorg gross meier", "ŁUKASZ Đurić": "lukasz duric", "Sørensen Æble": "sorensen aeble", "": "",
	} {
		if got := FullName(in); got != want {
			t.Errorf("FullName(%q) = %q; want %q", in, got, want)
		}
	}
}

// Whatever is known, a person of the directory never becomes another's.
func FuzzMatch(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 7))
		pick := func(of ...string) string { return of[random.IntN(len(of))] }
		var directory []record.Person
		for i := range 6 {
			directory = append(directory, record.Person{Key: fmt.Sprint(i), Name: pick("Ana Ruiz", "Ben Okafor", "Chloé Dubois"), Email: pick("", fmt.Sprintf("p%d@x.example", i)), Phones: []string{pick("+12025550101", "+12025550102", "")}})
		}
		var accounts []Account
		for i := range 20 {
			accounts = append(accounts, Account{ID: uint64(i + 1), Tool: pick("slack", "email", "irc"), Workspace: pick("a", "b"), Key: toolID(fmt.Sprint(random.IntN(15))), Kind: record.AccountHuman,
				Name: pick("", "Ana Ruiz", "Ben Okafor", "C. Dubois"), Email: pick("", "p1@x.example", "p2@x.example", "else@y.example"), Phone: pick("", "", "+12025550101")})
		}
		var decisions []Decision
		for range 5 {
			decisions = append(decisions, Decision{Account: uint64(random.IntN(22)), Person: pick("0", "1", "2"), Accepted: random.IntN(2) == 0})
		}
		a := Match(accounts, directory, decisions)
		slices.Reverse(accounts)
		b := Match(accounts, directory, decisions)
		if linksOf(a) != linksOf(b) || proposalsOf(a) != proposalsOf(b) {
			t.Fatalf("the order matters:\n%s\n%s", linksOf(a), linksOf(b))
		}
		for _, l := range a.Links {
			if l.Person == "" && l.Group == "" || l.Confidence <= 0 {
				t.Fatalf("link %+v", l)
			}
		}
	})
}

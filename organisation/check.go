package organisation

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"crosstalk/organisation/catalogue"
)

var (
	slugPattern     = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{0,63}$`)
	colourPattern   = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
	domainPattern   = regexp.MustCompile(`^[^\s@/:.]+(\.[^\s@/:.]+)+$`)
	unitPattern     = regexp.MustCompile(`^[^/]+(/[^/]+)?$`)
	variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// IsSlug reports whether a word may be the slug of a tool.
func IsSlug(word string) bool { return slugPattern.MatchString(word) }

// excludableKinds are the kinds of conversation and of record by which messages can be excluded.
var excludableKinds = []string{"direct", "group", "channel", "private_channel", "feed", "mail_thread", "mail_list", "meeting_chat", "other", "reaction", "call", "system"}

// check finds every value that cannot be meant. What a section's reader knows better, such as the schedule's first turn
// or the addresses of a proxy, is left to it.
func (c Config) check(f *findings) {
	c.Organisation.check(f)
	c.Privacy.check(f)
	c.Directory.check(f)
	once(f, "tools", "tool", c.Tools, func(t Tool) string { return t.Tool })
	c.checkColours(f)
	for i, t := range c.Tools {
		t.check(f, entry("tools", i))
	}
	for i, w := range c.Workspaces {
		w.check(f, entry("workspaces", i))
	}
	once(f, "initiatives", "slug", c.Initiatives, func(n Initiative) string { return n.Slug })
	for i, n := range c.Initiatives {
		n.check(f, entry("initiatives", i))
	}
	c.Advice.check(f)
	c.Auth.check(f)
}

func entry(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// checkColours finds colours given to one tool that are known to be another's, which is listed too.
func (c Config) checkColours(f *findings) {
	owners := map[string]string{}
	for _, t := range c.Tools {
		if colour := known(t.Tool).Colour; t.Colour == "" && colour != "" {
			owners[colour] = t.Tool
		}
	}
	for i, t := range c.Tools {
		if owner, ok := owners[strings.ToLower(t.Colour)]; ok {
			f.wrong(entry("tools", i)+".colour", "%s is the colour of %s: choose another, or give %s one", quote(t.Colour), owner, owner)
		}
	}
}

// once finds entries of a list that name the same thing.
func once[T any](f *findings, section, key string, entries []T, name func(T) string) {
	seen := map[string]bool{}
	for i, e := range entries {
		n := name(e)
		if seen[n] && n != "" {
			f.wrong(entry(section, i)+"."+key, "%s is there twice: keep one", quote(n))
		}
		seen[n] = true
	}
}

func (o Company) check(f *findings) {
	checkZone(f, "organisation.time_zone", o.TimeZone)
	if _, _, err := parseHours(o.WorkingHours); err != nil {
		f.wrong("organisation.working_hours", "%s", err)
	}
	checkWords(f, "organisation.working_days", "a day of the week", o.WorkingDays, weekdays)
	for i, day := range o.Holidays {
		checkDay(f, entry("organisation.holidays", i), day)
	}
	for i, domain := range o.Domains {
		if !domainPattern.MatchString(domain) {
			f.wrong(entry("organisation.domains", i), "%s is not a domain: write it like example.com", quote(domain))
		}
	}
	if !currencyPattern.MatchString(o.Currency) {
		f.wrong("organisation.currency", "%s is not a currency: use three capital letters like EUR", quote(o.Currency))
	}
}

func (p Privacy) check(f *findings) {
	if p.MinimumGroup < lowestMinimumGroup {
		f.wrong("privacy.minimum_group", "%d is too small: use %d or more, so that nobody stands out", p.MinimumGroup, lowestMinimumGroup)
	}
	checkWords(f, "privacy.reveal_people", "a role", p.RevealPeople, roleRanks)
	if _, err := parseSpan(p.Retention); err != nil {
		f.wrong("privacy.retention", "%s", err)
	}
	x := p.Exclusions
	for i, name := range x.People {
		if strings.TrimSpace(name) == "" {
			f.wrong(entry("privacy.exclusions.people", i), "an entry is empty: fill it in or take it out")
		}
	}
	checkUnits(f, "privacy.exclusions.teams", x.Teams)
	for i, name := range x.Conversations {
		if name.Key == "" {
			f.wrong(entry("privacy.exclusions.conversations", i), "key is missing: give the tool's own id of the conversation")
		}
	}
	checkWords(f, "privacy.exclusions.kinds", "a kind of conversation or record", x.Kinds, excludableKinds)
	for i, d := range x.Dates {
		d.check(f, entry("privacy.exclusions.dates", i))
	}
}

func (d Dates) check(f *findings, path string) {
	if checkDay(f, path+".from", d.From) && checkDay(f, path+".to", d.To) && d.To <= d.From {
		f.wrong(path, "to %s is not after from %s: to is the first day that is no longer excluded", d.To, d.From)
	}
}

func (d Directory) check(f *findings) {
	switch {
	case d.Refresh < 0:
		f.wrong("directory.refresh", "it is negative: write it like 24h")
	case d.Refresh > 0 && d.Source == "":
		f.wrong("directory.refresh", "it needs directory.source: name the directory's file")
	}
}

func (t Tool) check(f *findings, path string) {
	checkSlug(f, path+".tool", t.Tool, "slack")
	checkWord(f, path+".class", "a class of tools", t.Class, classes)
	checkWord(f, path+".status", "a status", t.Status, statuses)
	checkWord(f, path+".price.per", "what a price is for", t.Price.Per, pricePeriods)
	if t.Colour != "" && !colourPattern.MatchString(t.Colour) {
		f.wrong(path+".colour", "%s is not a colour: write it like \"#4477aa\", in quotes", quote(t.Colour))
	}
	if t.Seats != nil && *t.Seats < 0 {
		f.wrong(path+".seats", "%d is negative", *t.Seats)
	}
	if a := t.Price.Amount; a != nil && (*a < 0 || math.IsNaN(*a) || math.IsInf(*a, 0)) {
		f.wrong(path+".price", "the amount is neither 0 nor more")
	}
	if t.Price.Currency != "" && !currencyPattern.MatchString(t.Price.Currency) {
		f.wrong(path+".price.currency", "%s is not a currency: use three capital letters like EUR", quote(t.Price.Currency))
	}
	if t.ContractEnd != "" {
		checkDay(f, path+".contract_end", t.ContractEnd)
	}
	checkWords(f, path+".capabilities.has", "a capability", t.Capabilities.Has, catalogue.EveryCapability())
	checkWords(f, path+".capabilities.lacks", "a capability", t.Capabilities.Lacks, catalogue.EveryCapability())
	for i, word := range t.Capabilities.Lacks {
		if slices.Contains(t.Capabilities.Has, word) {
			f.wrong(entry(path+".capabilities.lacks", i), "%s is among what it has too: keep one", quote(word))
		}
	}
	for i, slug := range t.Replaces {
		checkSlug(f, entry(path+".replaces", i), slug, "hipchat")
	}
}

func (w Workspace) check(f *findings, path string) {
	checkSlug(f, path+".collector", w.Collector, "slack")
	if w.Tool != "" {
		checkSlug(f, path+".tool", w.Tool, "slack")
	}
	if w.Path != "" && w.Endpoint != "" || w.Path == "" && w.Endpoint == "" && len(w.Options) == 0 {
		f.wrong(path, "give either a path or an endpoint")
	}
	if scheme, rest, ok := strings.Cut(w.Endpoint, "://"); ok && strings.Contains(rest[:strings.LastIndex(rest, "@")+1], ":") {
		f.wrong(path+".endpoint", "it must not hold the password: leave %s://user@host and use credentials", scheme)
	}
	if w.Schedule != "" && !isSchedule(w.Schedule) {
		f.wrong(path+".schedule", "%s is not a schedule: write every 10m (at least 1s), hourly, daily, weekly, or daily at 03:30", quote(w.Schedule))
	}
	checkZone(f, path+".time_zone", w.TimeZone)
	w.Credentials.check(f, path+".credentials")
}

// isSchedule reports whether a source can be read at such a pace.
func isSchedule(text string) bool {
	words := strings.Fields(strings.ToLower(text))
	if len(words) > 1 && words[0] == "every" {
		words = words[1:]
	}
	switch {
	case len(words) == 1 && slices.Contains([]string{"hourly", "daily", "weekly"}, words[0]):
		return true
	case len(words) == 3 && words[0] == "daily" && words[1] == "at":
		_, err := time.Parse("15:04", words[2])
		return err == nil
	case len(words) == 1:
		every, err := time.ParseDuration(words[0])
		return err == nil && every >= time.Second
	}
	return false
}

// check never shows what stands there: it may be the secret itself.
func (c Credentials) check(f *findings, path string) {
	if c.Env != "" && !variablePattern.MatchString(c.Env) {
		f.wrong(path+".env", "name an environment variable, like MAIL_PASSWORD; the secret itself never stands in the file")
	}
	if strings.ContainsAny(c.File, "\n\r") {
		f.wrong(path+".file", "name the path of a file; the secret itself never stands in this one")
	}
	if c.Env != "" && c.File != "" {
		f.wrong(path, "name an environment variable or a file, not both")
	}
}

func (n Initiative) check(f *findings, path string) {
	checkSlug(f, path+".slug", n.Slug, "slack-training")
	if n.Name == "" {
		f.wrong(path+".name", "it is missing: say what pages are to call the initiative")
	}
	if n.Kind != "" {
		checkSlug(f, path+".kind", n.Kind, "training")
	}
	if checkDay(f, path+".start", n.Start) && n.End != "" && checkDay(f, path+".end", n.End) && n.End <= n.Start {
		f.wrong(path+".end", "%s is not after the start, %s: end is the first day after the initiative", n.End, n.Start)
	}
	checkUnits(f, path+".units", n.Units)
}

// mostAdviceWeeks is how far back advice looks at most.
const mostAdviceWeeks = 104

func (a Advice) check(f *findings) {
	for _, share := range []struct {
		key   string
		value float64
	}{{"retire_covered", a.RetireCovered}, {"merge_ties", a.MergeTies}, {"merge_use", a.MergeUse}, {"watch_traffic", a.WatchTraffic}} {
		if !(share.value > 0 && share.value <= 1) {
			f.wrong("advice."+share.key, "%v is not a share: write it like 0.9, more than 0 and at most 1", share.value)
		}
	}
	if a.RetireWeeks < 1 || a.RetireWeeks > mostAdviceWeeks {
		f.wrong("advice.retire_weeks", "%d is not a number of weeks from 1 to %d", a.RetireWeeks, mostAdviceWeeks)
	}
	if a.WatchWeeks < 0 || a.WatchWeeks > mostAdviceWeeks {
		f.wrong("advice.watch_weeks", "%d is not a number of weeks from 0 to %d", a.WatchWeeks, mostAdviceWeeks)
	}
}

func (a Auth) check(f *findings) {
	for _, group := range slices.Sorted(maps.Keys(a.Proxy.Roles)) {
		checkWord(f, "auth.proxy.roles."+group, "a role", roleName(a.Proxy.Roles[group]), roleRanks)
	}
	if a.Session.Idle < 0 {
		f.wrong("auth.session.idle", "it is negative: write it like 12h")
	}
	if a.Session.Absolute < 0 {
		f.wrong("auth.session.absolute", "it is negative: write it like 168h")
	}
}

// roleName is a role as the package access reads it: in any case, its words joined by a space, a hyphen or an underscore.
func roleName(text string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(text)))
}

package simulate

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// workspace is what is in the Slack besides the people: guests, bots, stand-ups.
type workspace struct {
	*rooms
	guests   []guest
	shared   int32 // the channel the guests are in
	alerts   []int32
	standups []int32
}

type guest struct{ id, name, email, shown string }

const guestCount = 4

func (w *world) equipSlack(g *generator, dir string) (string, error) {
	g.step = 1
	ws := &workspace{rooms: &rooms{threads: true}}
	g.furnish(w.company, ws.rooms)
	ws.invite(g)
	for d := range w.depts {
		ws.alerts = append(ws.alerts, g.newPlace(alerts, "alerts-"+slug(w.depts[d].name), g.users(w.everyoneIn(d))))
	}
	for t := range w.teams {
		ws.standups = append(ws.standups, g.newPlace(standup, "standup-"+slug(w.teams[t].name), g.users(w.teams[t].members)))
	}
	g.begin = ws.chat
	g.daily = func(g *generator, d int) { ws.daily(g, w.company, d) }
	ws.welcome(g)
	name := fmt.Sprintf("Heron Slack export %s - %s.zip", w.cal.start.Format(slackDate), w.cal.end.AddDate(0, 0, -1).Format(slackDate))
	path := filepath.Join(dir, name)
	var err error
	g.out, err = newSlackWriter(path, w.o, g, ws)
	return path, err
}

const slackDate = "Jan 2 2006"

// invite puts the guests into the first large project channel.
func (ws *workspace) invite(g *generator) {
	for k := range guestCount {
		name := fmt.Sprintf("guest.%s", projects[k])
		shown := name
		if g.gaps && k%2 == 0 { // has the name of somebody of the company
			shown = g.people[(k+1)*len(g.people)/(guestCount+2)].name()
		}
		address := name + "@partner.example"
		if g.gaps && k == 0 {
			address = ""
		}
		ws.guests = append(ws.guests, guest{id: "U" + base32ID(mix(uint64(k+1), g.seed+77)), name: name, email: address, shown: shown})
	}
	for k := range g.places {
		p := &g.places[k]
		if p.name == "general" || p.kind == channel && strings.HasPrefix(p.name, "proj-") && len(p.members) > smallRoom+4 {
			ws.shared = int32(k)
			return
		}
	}
}

// welcome makes the joins of those who take to the tool inside the span.
func (ws *workspace) welcome(g *generator) {
	for i := range g.people {
		from := g.uses[g.tool][i].from
		if from <= g.cal.from || from >= g.cal.to {
			continue
		}
		for k, conv := range ws.channels[i] {
			g.push(message{at: from + int64(k+1)*second, conv: conv, from: int32(i), kind: system})
		}
	}
}

// daily adds what bots post, weekly huddles, and the guests' talk.
func (ws *workspace) daily(g *generator, c *company, d int) {
	date := (g.cal.firstDay + int64(d)) * day
	for dept, conv := range ws.alerts {
		for range 3 {
			g.push(message{at: date + g.r.Int64N(day), conv: conv, from: int32(-10 - dept), kind: bot})
		}
	}
	if weekday(date) == 1 {
		ws.huddle(g, c, d)
	}
	if weekday(date) < 5 {
		who := int32(len(g.people) + g.r.IntN(guestCount))
		root := g.push(message{at: date + 10*hour + g.r.Int64N(6*hour), conv: ws.shared, from: who})
		if root == nil || g.r.Float64() < 0.5 {
			return
		}
		members := g.places[ws.shared].members
		if j := members[g.r.IntN(len(members))]; g.reachable(g.tool, j, root.at+2*minute) {
			g.reply(root, j, root.at+2*minute, nil)
		}
	}
}

func (ws *workspace) huddle(g *generator, c *company, d int) {
	for t, conv := range ws.standups {
		lead := c.teams[t].members[0]
		at := g.cal.midnight(c.teams[t].location, d) + 9*hour + 30*minute
		if len(g.places[conv].members) > 2 && g.reachable(g.tool, lead, at) {
			g.push(message{at: at, conv: conv, from: lead, kind: call})
		}
	}
}

// slackLists are the files at the root of an export.
func (s *slackWriter) slackLists() map[string]any {
	lists := map[string]any{"users.json": s.users(), "integration_logs.json": []any{map[string]any{
		"user_id": s.g.people[0].slackID, "user_name": s.g.people[0].nick, "date": fmt.Sprint(s.g.cal.from / second),
		"change_type": "added", "app_type": "Heron Build", "app_id": "A0HERON",
	}}}
	files := [...]string{direct: "dms.json", group: "mpims.json", channel: "channels.json", private: "groups.json", alerts: "channels.json", standup: "groups.json"}
	byFile := map[string][]any{"channels.json": {}, "groups.json": {}, "mpims.json": {}, "dms.json": {}}
	for k := range s.g.places {
		p := &s.g.places[k]
		byFile[files[p.kind]] = append(byFile[files[p.kind]], s.conversation(int32(k), p))
	}
	for name, list := range byFile {
		lists[name] = list
	}
	return lists
}

func (s *slackWriter) conversation(k int32, p *place) map[string]any {
	members := make([]string, 0, len(p.members))
	for _, i := range p.members {
		members = append(members, s.g.people[i].slackID)
	}
	if p.kind == direct {
		return map[string]any{"id": p.id, "created": p.created / second, "members": members}
	}
	if k == s.ws.shared {
		for _, q := range s.ws.guests {
			members = append(members, q.id)
		}
	}
	note := func(salt uint64) map[string]any {
		return map[string]any{"value": sentence(salt), "creator": members[0], "last_set": p.created / second}
	}
	v := map[string]any{
		"id": p.id, "name": p.name, "created": p.created / second, "creator": s.creator(members), "is_archived": false,
		"is_general": p.name == "general", "members": members,
	}
	if len(members) > 0 {
		v["topic"], v["purpose"] = note(119-uint64(k%3)), note(uint64(k)) // every third topic is the canary
	}
	return v
}

func (s *slackWriter) creator(members []string) string {
	if len(members) == 0 {
		return "USLACKBOT"
	}
	return members[0]
}

func (s *slackWriter) users() []any {
	var list []any
	for i := range s.g.people {
		p := &s.g.people[i]
		if s.g.uses[s.g.tool][i].from >= s.g.cal.to {
			continue
		}
		profile := map[string]any{"real_name": p.name(), "display_name": p.nick, "title": nil}
		if email := s.g.slackEmail(i); email != "" {
			profile["email"] = email
		}
		zone := locations[p.location].zone
		list = append(list, map[string]any{
			"id": p.slackID, "team_id": s.team, "name": p.nick, "deleted": p.to < s.g.cal.to, "real_name": p.name(), "tz": zone,
			"tz_offset": s.g.cal.offset(p.location, s.g.cal.to-day) / second, "profile": profile, "is_bot": false, "is_app_user": false,
			"is_restricted": false, "is_ultra_restricted": false, "updated": s.g.cal.from / second,
		})
	}
	for _, q := range s.ws.guests {
		list = append(list, map[string]any{
			"id": q.id, "team_id": s.team, "name": q.name, "deleted": false, "real_name": q.shown, "tz": "Europe/London", "tz_offset": 0,
			"profile": map[string]any{"real_name": q.shown, "display_name": "", "email": q.email}, "is_bot": false, "is_app_user": false,
			"is_restricted": true, "is_ultra_restricted": false, "updated": s.g.cal.from / second,
		})
	}
	for k := range s.ws.alerts {
		list = append(list, map[string]any{
			"id": botUser(k), "team_id": s.team, "name": fmt.Sprintf("buildbot%d", k), "deleted": false, "real_name": "Build",
			"profile": map[string]any{"real_name": "Build", "bot_id": botID(k)}, "is_bot": true, "is_app_user": false, "updated": s.g.cal.from / second,
		})
	}
	return list
}

func botUser(k int) string { return fmt.Sprintf("U0BOT%05d", k) }
func botID(k int) string   { return fmt.Sprintf("B0BOT%05d", k) }

// pacific is the zone whose days name Slack's files.
func pacific() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return time.UTC // cannot happen: the zones are embedded
	}
	return zone
}

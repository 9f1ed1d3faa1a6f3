package teams

import (
	"net/url"
	"regexp"
	"strings"
)

// The parts of an address that name a team, a channel and a chat, in the forms
// teams/<id> and teams('<id>').
var (
	teamPart    = regexp.MustCompile(`(?i)\bteams(?:/|\(')([0-9a-f-]{36})`)
	channelPart = regexp.MustCompile(`(?i)\bchannels(?:/|\(')([^/'?)]+@thread[^/'?)]*)`)
	chatPart    = regexp.MustCompile(`(?i)\bchats(?:/|\(')([0-9]+:[^/'?)]+)`)
)

// from takes what the address of a page says: whose messages or members it has.
func (p *page) from(address string) {
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	for part, to := range map[*regexp.Regexp]*string{teamPart: &p.team, channelPart: &p.channel, chatPart: &p.chat} {
		if found := part.FindStringSubmatch(address); found != nil && *to == "" {
			*to = found[1]
		}
	}
	p.team = strings.ToLower(p.team)
}

package discord

import (
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file is for.
type role uint8

const (
	roleStray   role = iota
	roleOwner        // account/user.json of a data package
	roleRoom         // channel.json of a data package
	roleTable        // messages.csv of a data package
	roleList         // messages.json of a data package
	roleChannel      // an exported channel
	roleUnread       // belongs to an export, but tells nothing about messages
)

const (
	headBytes = 4 << 10 // of a file that are looked at
)

// layout says what sort of export a tree is, and where in it a data package is.
type layout struct {
	isPackage bool
	root      string // with a slash at its end, or empty
	alone     bool
}

// folder is the name of a channel's folder in a data package.
var folder = regexp.MustCompile(`^[cC]?\d{15,20}$`)

// layoutOf looks for the folder of a channel, two below the root of a data package.
func layoutOf(t *collectors.Tree) layout {
	for _, f := range t.Files() {
		dir := path.Dir(f.Path)
		if strings.EqualFold(path.Base(f.Path), "channel.json") && folder.MatchString(path.Base(dir)) {
			root := path.Dir(path.Dir(dir))
			if root == "." {
				return layout{isPackage: true}
			}
			return layout{isPackage: true, root: root + "/"}
		}
	}
	return layout{alone: t.Single()}
}

func (l layout) role(name string) role {
	base := strings.ToLower(path.Base(name))
	if !l.isPackage {
		return l.channel(name, base)
	}
	rel, inside := strings.CutPrefix(name, l.root)
	if !inside {
		return roleStray
	}
	parts := strings.Split(rel, "/")
	switch {
	case len(parts) == 3 && folder.MatchString(parts[1]):
		switch base {
		case "channel.json":
			return roleRoom
		case "messages.csv":
			return roleTable
		case "messages.json":
			return roleList
		}
	case len(parts) == 2 && base == "user.json":
		return roleOwner
	}
	return roleUnread
}

// channel is the role of a file where there is no data package.
func (l layout) channel(name, base string) role {
	if l.alone {
		return roleChannel
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if strings.HasSuffix(dir, "_Files") { // what was attached
			return roleUnread
		}
	}
	if path.Ext(base) == ".json" {
		return roleChannel
	}
	return roleStray
}

var (
	exported = regexp.MustCompile(`^\s*\{\s*"guild"\s*:\s*\{\s*"id"\s*:\s*"\d+"`)
	listed   = regexp.MustCompile(`"channel"\s*:\s*\{\s*"id"\s*:\s*"\d+"`)
	roomID   = regexp.MustCompile(`"id"\s*:\s*"?\d{15,20}`)
	roomType = regexp.MustCompile(`"type"\s*:\s*("[A-Z_]+"|\d+)`)
)

// Recognise claims a data package, or a tree whose documents are exported channels.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	found := 0
	for _, f := range t.Files() {
		r := l.role(f.Path)
		if r == roleStray {
			return collectors.Claim{}, nil
		}
		if r != roleChannel && r != roleRoom || found == collectors.Sampled {
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, nil
		}
		head = collectors.PlainHead(head)
		if r == roleRoom && !(roomID.Match(head) && roomType.Match(head)) || r == roleChannel && !(exported.Match(head) && listed.Match(head)) {
			return collectors.Claim{}, nil
		}
		found++
	}
	if found == 0 {
		return collectors.Claim{}, nil
	}
	what := "DiscordChatExporter JSON"
	if l.isPackage {
		what = "Discord data package"
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: what}, nil
}

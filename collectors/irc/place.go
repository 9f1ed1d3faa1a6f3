package irc

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// place is where the lines of a file were written.
type place struct {
	network string // or empty
	key     string // the channel with its #, or the nick of a query; folded
	kind    record.ConversationKind
	date    date // what the path tells of the day
}

// locate finds the place of every file by its path. Clients name logs in many ways;
// what all of them share is that the name of a channel begins with # or &.
func locate(t *collectors.Tree) map[string]place {
	files := t.Files()
	names := make(map[string]pathName, len(files))
	channels := map[string]bool{} // levels of the tree where some name begins with #
	for _, f := range files {
		n := readPath(t, f.Path)
		names[f.Path] = n
		if isChannel(n.target) {
			channels[n.level] = true
		}
	}
	groups := map[string][]string{}
	for _, f := range files {
		groups[names[f.Path].group()] = append(groups[names[f.Path].group()], f.Path)
	}
	joined := map[string]string{}
	places := make(map[string]place, len(files))
	for _, f := range files {
		n := names[f.Path]
		p := place{network: n.network, key: n.target, kind: record.ConversationChannel, date: n.date}
		switch {
		case isChannel(n.target):
		case n.target != "" && (n.query || channels[n.level]):
			p.kind = record.ConversationDirect
		default:
			if _, known := joined[n.group()]; !known {
				joined[n.group()] = joinedChannel(t, n, groups[n.group()])
			}
			p.key = joined[n.group()]
		}
		places[f.Path] = p
	}
	return places
}

// override puts in what the options say, and a key for a file that tells none.
func (s *settings) override(p place) place {
	if s.network != "" {
		p.network = s.network
	}
	if s.channel != "" {
		p.key, p.kind = s.channel, record.ConversationChannel
		if !isChannel(p.key) {
			p.kind = record.ConversationDirect
		}
	}
	if p.key == "" {
		p.key, p.kind = "#"+foldName(s.workspace), record.ConversationChannel
	}
	return p
}

// named is the place with the channel or nick that a session's header states.
func (p place) named(target string) place {
	p.key, p.kind = foldName(target), record.ConversationDirect
	if isChannel(p.key) {
		p.kind = record.ConversationChannel
	}
	return p
}

func isChannel(name string) bool {
	return name != "" && (name[0] == '#' || name[0] == '&')
}

// pathName is what a path says.
type pathName struct {
	network string
	target  string // channel or nick, or empty
	query   bool   // the writer always writes the # of a channel, and there is none
	level   string // what names of the same sort share
	date    date
}

// group is what the files of one conversation share.
func (n pathName) group() string { return n.level + "\x00" + n.target }

// readPath reads "user/net/#chan/2019-10-03.log", "net/#chan.log",
// "irc.net.#chan.weechatlog", "#chan_20191003.log", "2019-10/03.txt" and their kin.
func readPath(t *collectors.Tree, p string) pathName {
	stem, ext := splitName(path.Base(p))
	if net, target, ok := weechatName(stem, ext); ok {
		return pathName{network: net, target: foldName(target), query: !isChannel(target)}
	}
	folders := strings.Split(path.Dir(p), "/")
	if folders[0] == "." {
		folders = folders[:0]
	}
	var n pathName
	stem, n.date = cutDate(stem, folders)
	for stem == "" && len(folders) > 0 {
		last := len(folders) - 1
		stem = folders[last]
		if isNumeric(stem) {
			stem = ""
		}
		folders = folders[:last]
	}
	if stem == "" && !t.Single() {
		stem, _ = cutDate(t.Name(), nil)
	}
	if at := strings.Index(stem, "_#"); at > 0 { // older ZNC: user_net_#chan_20191003.log
		n.network = stem[strings.LastIndexByte(stem[:at], '_')+1 : at]
		stem = stem[at+1:]
	} else if last := len(folders) - 1; last >= 0 && !isNumeric(folders[last]) {
		n.network = folders[last]
	}
	n.target, n.level = foldName(stem), path.Join(folders...)
	return n
}

// splitName takes the endings of a log and of its packing off.
func splitName(base string) (stem, ext string) {
	for {
		e := strings.ToLower(path.Ext(base))
		switch e {
		case ".gz", ".xz", ".bz2", ".zst":
		case ".log", ".txt", ".weechatlog":
			return base[:len(base)-len(e)], e
		default:
			return base, ""
		}
		base = base[:len(base)-len(e)]
	}
}

// weechatName reads "irc.net.#chan" and "irc.net.nick".
func weechatName(stem, ext string) (network, target string, ok bool) {
	rest, ok := strings.CutPrefix(stem, "irc.")
	if !ok || ext == ".txt" {
		return "", "", false
	}
	for _, mark := range []string{".#", ".&"} {
		if at := strings.Index(rest, mark); at > 0 {
			return rest[:at], rest[at+1:], true
		}
	}
	network, target, ok = strings.Cut(rest, ".")
	return network, target, ok && network != "" && target != ""
}

var (
	dayInName   = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3][0-9])(?:[^0-9]|$)`)
	monthInName = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_.]?(0[1-9]|1[0-2])?(?:[^0-9]|$)`)
	dayAlone    = regexp.MustCompile(`^[0-3]?[0-9]$`)
)

// cutDate takes the date out of a file's name, with the help of its folders where the
// name holds a part of the date only.
func cutDate(stem string, folders []string) (rest string, d date) {
	if m := dayInName.FindStringSubmatchIndex(stem); m != nil {
		d = date{atoi(stem[m[2]:m[3]]), atoi(stem[m[4]:m[5]]), atoi(stem[m[6]:m[7]])}
		return trimName(stem[:m[2]] + stem[m[7]:]), d
	}
	if dayAlone.MatchString(stem) && len(folders) > 0 {
		if d = monthOf(strings.Join(folders[max(0, len(folders)-2):], "-")); d.month != 0 {
			d.day = atoi(stem)
			return "", d
		}
	}
	if m := monthInName.FindStringSubmatchIndex(stem); m != nil {
		return trimName(stem[:m[2]] + stem[max(m[3], m[5]):]), monthOf(stem)
	}
	return stem, monthOf(strings.Join(folders, "/"))
}

func monthOf(s string) date {
	all := monthInName.FindAllStringSubmatch(s, -1)
	if len(all) == 0 {
		return date{}
	}
	last := all[len(all)-1]
	return date{year: atoi(last[1]), month: atoi(last[2])}
}

func trimName(s string) string { return strings.Trim(s, " _-.") }

func isNumeric(s string) bool { return s != "" && strings.Trim(s, "0123456789-_.") == "" }

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

var joinedWords = regexp.MustCompile(`(?:joined(?: the channel)?|Now talking (?:in|on)|Rejoined channel) ([#&][^\s,\]\x07]+)`)

// joinedChannel finds the channel of files whose name tells none: somebody joins it in
// the head of one of them, or else it is called like their folder.
func joinedChannel(t *collectors.Tree, n pathName, files []string) string {
	for _, file := range files[:min(len(files), collectors.Sampled)] {
		head, err := t.Head(file, headSize)
		if err != nil {
			continue
		}
		if m := joinedWords.FindSubmatch(head); m != nil {
			return foldName(nickText(m[1]))
		}
	}
	if n.target == "" {
		return ""
	}
	return "#" + n.target
}

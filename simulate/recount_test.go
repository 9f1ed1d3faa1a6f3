package simulate

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The readers below know the formats only, nothing of the simulation; what they count
// must equal the truth.

// seen is one message by a person or a stranger as a file tells it.
type seen struct {
	tool, conv string
	at         time.Time
	from       string   // person id; "" for a stranger, who still interrupts turns
	who        string   // account, to tell strangers apart
	towards    []string // people, each once, without the sender
}

type reading struct {
	t          *testing.T
	dir        string
	person     map[string]string // e-mail, Slack id, nick → person id
	events     []seen
	duplicates map[string]int
	rejects    map[string]int
	other      map[string]int // "slack bots", …
}

func readAll(t *testing.T, dir string) *reading {
	t.Helper()
	r := &reading{t: t, dir: dir, person: map[string]string{}, duplicates: map[string]int{}, rejects: map[string]int{}, other: map[string]int{}}
	r.readDirectory()
	r.readSlack()
	r.readMail()
	r.readIRC()
	r.readLines()
	return r
}

func (r *reading) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reading) readDirectory() {
	f, err := os.Open(filepath.Join(r.dir, "directory.csv"))
	r.must(err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	r.must(err)
	want := "person,name,email,department,team,manager,location,time zone,level,start,end,slack,irc"
	if got := strings.Join(rows[0], ","); got != want {
		r.t.Fatalf("header of directory.csv is %q, want %q", got, want)
	}
	for _, row := range rows[1:] {
		for _, col := range []int{2, 11, 12} {
			if row[col] != "" {
				r.person[row[col]] = row[0]
			}
		}
	}
}

// add keeps a message; targets are accounts.
func (r *reading) add(tool, conv, from string, at time.Time, targets []string) {
	e := seen{tool: tool, conv: conv, at: at, from: r.person[from], who: from}
	for _, account := range targets {
		p := r.person[account]
		if p != "" && p != e.from && !slices.Contains(e.towards, p) {
			e.towards = append(e.towards, p)
		}
	}
	if e.from == "" {
		r.other[tool+" strangers"]++
	}
	r.events = append(r.events, e)
}

type slackItem struct {
	Subtype, User, Ts, Text, Bot_ID, Thread_Ts, Parent_User_ID string
	Reply_Count                                                int
	Reactions                                                  []struct {
		Users []string
		Count int
	}
}

type slackRoom struct {
	ID, Name string
	Members  []string
}

var slackMention = regexp.MustCompile(`<@(\w+)(?:\|[^>]*)?>`)

func (r *reading) readSlack() {
	paths, err := filepath.Glob(filepath.Join(r.dir, "Heron Slack export *.zip"))
	r.must(err)
	if len(paths) != 1 {
		r.t.Fatalf("%d Slack exports, want 1", len(paths))
	}
	z, err := zip.OpenReader(paths[0])
	r.must(err)
	defer z.Close()
	rooms, names := map[string]slackRoom{}, map[string]bool{}
	roots, replies := map[string]int{}, map[string]int{}
	for _, f := range z.File {
		if names[f.Name] {
			r.t.Errorf("%s stands twice in the archive", f.Name)
		}
		names[f.Name] = true
		in, err := f.Open()
		r.must(err)
		content, err := io.ReadAll(in)
		r.must(err)
		folder, day, inside := strings.Cut(f.Name, "/")
		if !inside {
			r.readRooms(f.Name, content, rooms)
			continue
		}
		room, ok := rooms[folder]
		if !ok {
			r.t.Errorf("folder %s is in no list", folder)
		}
		var items []slackItem
		if err := json.Unmarshal(content, &items); err != nil {
			r.t.Fatalf("%s: %v", f.Name, err)
		}
		for _, m := range items {
			r.readSlackItem(room, day, m, roots, replies)
		}
	}
	for root, n := range replies {
		if roots[root] != n {
			r.t.Errorf("thread %s has %d replies, its root says %d", root, n, roots[root])
		}
	}
}

func (r *reading) readRooms(name string, content []byte, rooms map[string]slackRoom) {
	if name == "users.json" || name == "integration_logs.json" {
		return
	}
	var list []slackRoom
	r.must(json.Unmarshal(content, &list))
	for _, room := range list {
		folder := room.Name
		if folder == "" {
			folder = room.ID
		}
		rooms[folder] = room
	}
}

func (r *reading) readSlackItem(room slackRoom, file string, m slackItem, roots, replies map[string]int) {
	whole, part, _ := strings.Cut(m.Ts, ".")
	s, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		r.rejects["bad_time"]++
		return
	}
	micros, err := strconv.ParseInt(part, 10, 64)
	r.must(err)
	at := time.UnixMicro(s*1e6 + micros).Truncate(time.Millisecond)
	if day := at.In(pacific()).Format("2006-01-02.json"); day != file {
		r.t.Errorf("a message of %s stands in %s", day, file)
	}
	for _, mark := range m.Reactions {
		r.other["slack reactions"] += mark.Count
	}
	if m.Thread_Ts != "" && m.Thread_Ts != m.Ts {
		replies[room.ID+m.Thread_Ts]++
	} else if m.Reply_Count > 0 {
		roots[room.ID+m.Ts] = m.Reply_Count
	}
	switch {
	case m.Bot_ID != "":
		r.other["slack bots"]++
	case m.Subtype == "channel_join" || m.Subtype == "tombstone":
		r.other["slack system"]++
	case m.Subtype == "huddle_thread":
		r.other["slack calls"]++
	default:
		var to []string
		if len(room.Members) <= 8 {
			to = slices.Clone(room.Members)
		}
		to = append(to, m.Parent_User_ID)
		for _, x := range slackMention.FindAllStringSubmatch(m.Text, -1) {
			to = append(to, x[1])
		}
		r.add("slack", room.ID, m.User, at, to)
	}
}

func (r *reading) readMail() {
	paths, err := filepath.Glob(filepath.Join(r.dir, "mail", "*.mbox"))
	r.must(err)
	senders, taken := map[string]string{}, map[string]bool{}
	slices.Sort(paths)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		r.must(err)
		for _, raw := range bytes.Split(append([]byte("\n\n"), content...), []byte("\n\nFrom "))[1:] {
			_, head, _ := bytes.Cut(raw, []byte("\n"))
			m, err := mail.ReadMessage(bytes.NewReader(append(head, "\n\n"...)))
			r.must(err)
			r.readOneMail(m.Header, senders, taken)
		}
	}
}

func (r *reading) readOneMail(h mail.Header, senders map[string]string, taken map[string]bool) {
	at, err := h.Date()
	if err != nil {
		r.rejects["no_date"]++
		return
	}
	id := h.Get("Message-ID")
	if taken[id] {
		r.duplicates["email"]++
		return
	}
	taken[id] = true
	switch {
	case strings.HasPrefix(h.Get("Content-Type"), "multipart/report"):
		r.other["email bounces"]++
		return
	case h.Get("Auto-Submitted") != "":
		r.other["email automatic"]++
		return
	case h.Get("Precedence") == "bulk":
		r.other["email bulk"]++
		return
	}
	from := r.addresses(h, "From")[0]
	senders[id] = from
	to := append(r.addresses(h, "To"), r.addresses(h, "Cc")...)
	if len(to) > 8 {
		to = nil
	}
	conv := id
	if refs := strings.Fields(h.Get("References")); len(refs) > 0 {
		conv = refs[0]
		// Files are in order of time, so that the mail it answers has been read.
		to = append(to, senders[h.Get("In-Reply-To")])
	}
	r.add("email", conv, from, at, to)
}

func (r *reading) addresses(h mail.Header, key string) []string {
	if h.Get(key) == "" {
		return nil
	}
	list, err := h.AddressList(key)
	r.must(err)
	var out []string
	for _, a := range list {
		out = append(out, strings.ToLower(a.Address))
	}
	return out
}

var (
	ircLine = regexp.MustCompile(`^\[(\d\d:\d\d:\d\d)\] (?:<(\S+)>|\* (\S+)) (?:(\S+): )?`)
	ircRow  = regexp.MustCompile(`^\[\d\d:\d\d:\d\d\] \*\*\* `)
)

func (r *reading) readIRC() {
	paths, err := filepath.Glob(filepath.Join(r.dir, "irc", "heronnet", "#*", "*.log"))
	r.must(err)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		r.must(err)
		day := strings.TrimSuffix(filepath.Base(path), ".log")
		lines := bufio.NewScanner(bytes.NewReader(content))
		for lines.Scan() {
			m := ircLine.FindStringSubmatch(lines.Text())
			switch {
			case ircRow.MatchString(lines.Text()):
				r.other["irc system"]++
			case m == nil:
				r.rejects["bad_line"]++
			default:
				at, err := time.Parse("2006-01-02 15:04:05", day+" "+m[1])
				r.must(err)
				r.add("irc", filepath.Dir(path), m[2]+m[3], at, []string{m[4]})
			}
		}
	}
}

func (r *reading) readLines() {
	paths, err := filepath.Glob(filepath.Join(r.dir, "*", "messages.jsonl"))
	r.must(err)
	for _, path := range paths {
		f, err := os.Open(path)
		r.must(err)
		tool, senders := filepath.Base(filepath.Dir(path)), map[string]string{}
		in := json.NewDecoder(f)
		for in.More() {
			var m struct {
				ID, Room, From, Reply_To string
				Sent_At                  time.Time
				To, Mentions             []string
			}
			r.must(in.Decode(&m))
			senders[m.ID] = m.From
			r.add(tool, m.Room, m.From, m.Sent_At, append(append(m.To, m.Mentions...), senders[m.Reply_To]))
		}
		r.must(f.Close())
	}
}

// between keeps the events of a window.
func (r *reading) between(from, to time.Time) []seen {
	var list []seen
	for _, e := range r.events {
		if !e.at.Before(from) && e.at.Before(to) {
			list = append(list, e)
		}
	}
	return list
}

// flows are directed interactions by ordered pair; an empty tool takes all.
func flows(events []seen, tool string) map[[2]string]int {
	n := map[[2]string]int{}
	for _, e := range events {
		if e.from == "" || tool != "" && e.tool != tool {
			continue
		}
		for _, to := range e.towards {
			n[[2]string{e.from, to}]++
		}
	}
	return n
}

// tied are the pairs with at least two interactions, and which of them are reciprocal.
func tied(n map[[2]string]int) map[[2]string]bool {
	ties := map[[2]string]bool{}
	for pair, k := range n {
		back := n[[2]string{pair[1], pair[0]}]
		if k+back >= 2 {
			ties[[2]string{min(pair[0], pair[1]), max(pair[0], pair[1])}] = back > 0
		}
	}
	return ties
}

func reciprocal(ties map[[2]string]bool) int {
	n := 0
	for _, both := range ties {
		if both {
			n++
		}
	}
	return n
}

// turnsIn counts turns of people by tool over a whole reading.
func (r *reading) turnsIn() map[string]int {
	order := slices.Clone(r.events)
	slices.SortStableFunc(order, func(a, b seen) int {
		if c := strings.Compare(a.tool+a.conv, b.tool+b.conv); c != 0 {
			return c
		}
		return a.at.Compare(b.at)
	})
	n := map[string]int{}
	for k, e := range order {
		same := k > 0 && order[k-1].tool == e.tool && order[k-1].conv == e.conv
		if same && order[k-1].at.Equal(e.at) {
			r.t.Errorf("two messages in %s at %v: their order is in doubt", e.conv, e.at)
		}
		if e.from != "" && !(same && order[k-1].who == e.who && e.at.Sub(order[k-1].at) <= 5*time.Minute) {
			n[e.tool]++
		}
	}
	return n
}

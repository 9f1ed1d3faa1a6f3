// Package irc reads the logs that IRC clients, bouncers and bots keep: mIRC, irssi,
// WeeChat, ZNC, HexChat, dircproxy, and the ISO-dated logs of supybot and its kin. It
// finds out line by line who wrote, when, where and how much, and must keep nothing of
// what was written.
package irc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

const slug = "irc"

type collector struct{}

// New returns the collector of IRC logs.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return slug }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newSettings(o)
	return err
}

// Collect reads every log of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	s, err := newSettings(o)
	if err != nil {
		return fmt.Errorf("irc: %w", err)
	}
	places := locate(t)
	r := newReader(s, sink)
	err = t.Walk(ctx, func(f collectors.File, in io.Reader) error {
		return r.file(ctx, f.Path, places[f.Path], in)
	})
	if err != nil {
		return fmt.Errorf("irc: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// settings are the options of a run, ready for use.
type settings struct {
	tool      string
	workspace string
	location  *time.Location
	channel   string
	ownNick   string
	year      int
	bridges   map[string]bool // by folded nick
	bots      map[string]bool
	network   string
}

// options are the settings as written in crosstalk.yaml.
type options struct {
	TimeZone string   `yaml:"time_zone"`
	Network  string   `yaml:"network"`
	Channel  string   `yaml:"channel"`
	OwnNick  string   `yaml:"own_nick"`
	Year     int      `yaml:"year"`
	Bridges  []string `yaml:"bridges"`
	Bots     []string `yaml:"bots"`
}

func newSettings(o collectors.Options) (*settings, error) {
	var given options
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	s := &settings{
		tool: o.Tool, workspace: o.Workspace, location: o.Location,
		channel: foldName(given.Channel), ownNick: foldName(given.OwnNick),
		network: strings.TrimSpace(given.Network), year: given.Year,
		bridges: nickSet(given.Bridges), bots: nickSet(given.Bots),
	}
	if s.tool == "" {
		s.tool = slug
	}
	if given.TimeZone != "" {
		zone, err := time.LoadLocation(given.TimeZone)
		if err != nil {
			return nil, collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", given.TimeZone)
		}
		s.location = zone
	}
	if s.location == nil {
		s.location = time.UTC
	}
	if given.Year != 0 && (given.Year < 1988 || given.Year > 9999) {
		return nil, collectors.Wrong("year", "%d is no year of an IRC log; write the year of the log's first line", given.Year)
	}
	return s, nil
}

func nickSet(nicks []string) map[string]bool {
	set := make(map[string]bool, len(nicks))
	for _, nick := range nicks {
		set[foldName(nick)] = true
	}
	return set
}

// reader reads one file after another into a sink.
type reader struct {
	settings *settings
	sink     collectors.Sink
	lines    lineReader
	day      *day
	clock    clock
	place    place // of the current lines
	fallback place // of the file, by its path
	entry    string
	playback bool // between ZNC's "Buffer Playback..." and "Playback Complete."
}

func newReader(s *settings, sink collectors.Sink) *reader {
	return &reader{settings: s, sink: sink, day: newDay(s, sink)}
}

// file reads one log. A file that is none is a reject; a packed one that breaks off stops the run.
func (r *reader) file(ctx context.Context, path string, p place, in io.Reader) error {
	r.entry, r.fallback, r.playback = path, r.settings.override(p), false
	r.place = r.fallback
	r.clock = newClock(r.settings, p.date)
	r.day.begin(r.place)
	r.lines.reset(in)
	if head, err := r.lines.peek(); err == nil && !judge(head).isLog() {
		if len(strings.TrimSpace(string(head))) == 0 {
			return nil
		}
		return collectors.RejectFile(r.sink, path)
	}
	for n := int64(1); ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := r.lines.next()
		if err != nil && !errors.Is(err, errLongLine) {
			return r.end(ctx, err)
		}
		reason := "line_too_long"
		if err == nil {
			reason, err = r.line(line)
		} else {
			err = nil
		}
		if err == nil && reason != "" {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: path, Record: n})
		}
		if err != nil {
			return err
		}
	}
}

// end hands over what is still held when reading stopped with err.
func (r *reader) end(ctx context.Context, err error) error {
	if flushed := r.day.flush(); flushed != nil {
		return flushed
	}
	switch {
	case err == io.EOF:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("a log cannot be read on: %w", err)
}

// line reads one line and answers with the reason for which it could not.
func (r *reader) line(line []byte) (string, error) {
	if isBlank(line) {
		return "", nil
	}
	if m, ok := parseMarker(line); ok {
		return r.marker(m)
	}
	s, body, ok := parseStamp(line)
	if !ok {
		return "no_time", nil
	}
	e := parseBody(body, s.tab)
	if e.what == unreadable {
		return "unrecognised_line", nil
	}
	if e.what == playbackBegin || e.what == playbackEnd {
		r.playback = e.what == playbackBegin
		e.what, e.nick = notice, nil
	}
	if r.playback && e.what != notice {
		if inner, text, ok := parseStamp(e.text); ok && !inner.hasDate {
			return r.replayed(s, inner, e, text)
		}
	}
	at, reason := r.clock.at(s)
	if reason != "" {
		return reason, nil
	}
	return "", r.day.add(at, e)
}

// replayed reads a line that a bouncer sent again with its own time in front.
func (r *reader) replayed(s, inner stamp, e event, text []byte) (string, error) {
	at, reason := r.clock.before(s, inner)
	if reason != "" {
		return reason, nil
	}
	e.text = text
	if r.day.holds(at, e) {
		return "playback_repeat", nil
	}
	return "", r.day.add(at, e)
}

// marker follows a line that tells the date or the channel of those below it.
func (r *reader) marker(m marker) (string, error) {
	switch {
	case m.target != "":
		return "", r.move(r.settings.override(r.fallback.named(m.target)))
	case m.opens:
		r.clock.mark(m)
	}
	return "", nil
}

func (r *reader) move(p place) error {
	if p == r.place {
		return nil
	}
	if err := r.day.flush(); err != nil {
		return err
	}
	r.place = p
	r.day.begin(p)
	return nil
}

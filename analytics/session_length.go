package analytics

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"crosstalk/analytics/stat"
)

// SessionLengthRow is how conversations go on one tool in one bucket. Tool is AllTools in the rows of the total.
type SessionLengthRow struct {
	Bucket
	Tool                   string   `ch:"tool" dim:"true" doc:"slug of the tool; all is over the tools asked for"`
	People                 *uint64  `ch:"people" unit:"people" doc:"people who began a session"`
	Sessions               *uint64  `ch:"sessions" unit:"sessions" doc:"sessions they began: runs of messages of a direct conversation or a group of at most 8, with gaps of at most 30 minutes"`
	SessionsPerPerson      *float64 `ch:"sessions_per_person" unit:"sessions" doc:"sessions / people"`
	MessagesPerSession     *float64 `ch:"messages_per_session" unit:"messages" doc:"messages of everybody in a session, mean"`
	TurnsPerSession        *float64 `ch:"turns_per_session" unit:"turns" doc:"turns of everybody in a session, mean"`
	ParticipantsPerSession *float64 `ch:"participants_per_session" unit:"people" doc:"who wrote in a session, mean; 1 is a monologue"`
	DurationSeconds        *float64 `ch:"duration_seconds" unit:"seconds" doc:"from first to last message of a session, mean; a session of one message lasts 0"`
	AnsweredRatio          *float64 `ch:"answered_ratio" doc:"share of the sessions in which somebody else wrote too"`
	Burstiness             *float64 `ch:"burstiness" doc:"of the gaps between the messages of these conversations: (sd - mean) / (sd + mean); -1 is a clock, 0 chance, towards 1 bursts"`
	ValleySeconds          *float64 `ch:"valley_seconds" unit:"seconds" doc:"gap at the valley between gaps within a session and between sessions, from 10 to 120 minutes; empty when there is no clear one"`
	SessionGapSeconds      *float64 `ch:"session_gap_seconds" unit:"seconds" doc:"gap that best parts the sessions of the tool: the valley, or 30 minutes where there is none"`
	Change                 Change   `ch:"sessions_per_person" unit:"sessions"`
	Release
}

// SessionLength asks how conversations go.
var SessionLength = define("session_length", Doc{
	Title:    "Sessions",
	Question: "How do conversations go: how many, how long, and with whom?",
	Formula:  "session = messages of a conversation of at most 8 people with gaps of at most 30 minutes; means over the sessions begun in the bucket; burstiness B = (sd - mean) / (sd + mean) of the gaps; valley of the density of log gaps, from 10 to 120 minutes",
	Source:   "web-session convention; Goh & Barabási 2008 for burstiness",
	Caveats: []string{
		"A session is its first message's: it counts for that sender and that day, with what everybody wrote in it.",
		"All sessions are cut at 30 minutes, so that tools can be compared. Where session_gap_seconds is far from 1800, the tool's own rhythm is another.",
		"Rooms and mail have no sessions.",
		"Of a session that lasts longer than a day, the first 24 hours are counted. Gaps of more than 28 days are none.",
	},
	Example: "Sixteen sessions of 6 messages in 10 minutes and two of 8 in 20: 18 sessions, 56 / 18 = 3.1 messages and 6000 / 18 = 333 s each.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
}, making[SessionLengthRow]{
	of: []query{sessionFact.query, sessionGaps.query, peopleFact.query},
	needs: func(q *question) []need {
		return []need{peopleFact.need(q, nil), sessionFact.need(q, nil), sessionGaps.need(q, nil)}
	},
	answer: sessionLength,
})

// sessionFact is which sessions people began, and how many gaps they ended.
var sessionFact = &fact[[]sessionRow]{
	query:  load("session"),
	params: func(q *question) Params { return q.windowParams() },
	read: func(ctx context.Context, s Snapshot, f *fact[[]sessionRow], _ []time.Time, params Params) ([]sessionRow, error) {
		var rows []sessionRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

type sessionRow struct {
	Window       uint16  `ch:"window"`
	Tool         string  `ch:"tool"`
	People       numbers `ch:"people"`
	Sessions     numbers `ch:"sessions"` // of People, one by one
	Answered     numbers `ch:"answered"`
	Messages     numbers `ch:"messages"`
	Turns        numbers `ch:"turns"`
	Participants numbers `ch:"participants"`
	Seconds      numbers `ch:"seconds"`
	Gaps         numbers `ch:"gaps"`
}

// sessionGaps are how long the gaps in conversations are, person by person where a question is about a group.
var sessionGaps = &fact[[]sessionGapRow]{
	query: load("session_gap"),
	params: func(q *question) Params {
		params := q.windowParams()
		params["by_person"] = q.isByGroup()
		return params
	},
	read: func(ctx context.Context, s Snapshot, f *fact[[]sessionGapRow], _ []time.Time, params Params) ([]sessionGapRow, error) {
		var rows []sessionGapRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

type sessionGapRow struct {
	Window  uint16  `ch:"window"`
	Tool    string  `ch:"tool"`
	Person  uint64  `ch:"person"` // 0: everybody
	Gaps    float64 `ch:"gaps"`
	Seconds float64 `ch:"seconds"`
	Squares float64 `ch:"squares"`
	Bins    numbers `ch:"bins"`
	Counts  numbers `ch:"counts"` // of Bins, one by one
}

// sessions are what the people who count began in the question's windows.
type sessions struct {
	tools                                                         []string // with sessions or gaps, whoever counts
	begun, answered, messages, turns, participants, seconds, gaps *ledger
	rhythms                                                       []map[string]*rhythm
}

// rhythm is how the messages of conversations follow each other.
type rhythm struct {
	gaps, seconds, squares []float64 // to be added up
	bins                   [gapBins]uint64
}

func (q *question) sessions(ctx context.Context) (*sessions, error) {
	var everybody *people
	var rows []sessionRow
	var gapRows []sessionGapRow
	err := sideBySide(
		func() (err error) { everybody, err = peopleFact.of(ctx, q, nil); return err },
		func() (err error) { rows, err = sessionFact.of(ctx, q, nil); return err },
		func() (err error) { gapRows, err = sessionGaps.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	ledgerOf := func() *ledger { return newLedger(len(q.windows), len(everybody.numbers)) }
	s := &sessions{begun: ledgerOf(), answered: ledgerOf(), messages: ledgerOf(), turns: ledgerOf(), participants: ledgerOf(), seconds: ledgerOf(), gaps: ledgerOf()}
	inside := q.insiders(everybody)
	for _, r := range rows {
		s.tools = append(s.tools, r.Tool)
		people := countedPeople{everybody, inside[r.Window], r.People}
		for into, amounts := range map[*ledger]numbers{s.begun: r.Sessions, s.answered: r.Answered, s.messages: r.Messages, s.turns: r.Turns,
			s.participants: r.Participants, s.seconds: r.Seconds, s.gaps: r.Gaps} {
			into.windows[r.Window][r.Tool] = people.part(amounts)
		}
	}
	s.tools = sorted(s.tools)
	s.rhythms = q.rhythms(gapRows, everybody, inside)
	return s, nil
}

// insiders tells who counts in each window, by number.
func (q *question) insiders(everybody *people) [][]bool {
	inside := make([][]bool, len(q.windows))
	for i, w := range q.windows {
		inside[i] = q.insideOf(everybody.numbers, w.To)
	}
	return inside
}

func (q *question) rhythms(rows []sessionGapRow, everybody *people, inside [][]bool) []map[string]*rhythm {
	rhythms := make([]map[string]*rhythm, len(q.windows))
	for window := range rhythms {
		rhythms[window] = map[string]*rhythm{}
	}
	for _, r := range rows {
		if r.Person != 0 && !inside[r.Window][everybody.numbers[r.Person]] {
			continue
		}
		if rhythms[r.Window][r.Tool] == nil {
			rhythms[r.Window][r.Tool] = &rhythm{}
		}
		rhythms[r.Window][r.Tool].enter(r)
	}
	return rhythms
}

func (r *rhythm) enter(row sessionGapRow) {
	r.gaps, r.seconds, r.squares = append(r.gaps, row.Gaps), append(r.seconds, row.Seconds), append(r.squares, row.Squares)
	for i, bin := range row.Bins {
		r.bins[bin] += row.Counts[i]
	}
}

// over adds up the rhythms of some tools.
func (s *sessions) rhythmOver(window int, tools []string) *rhythm {
	sum := &rhythm{}
	for _, tool := range tools {
		if r := s.rhythms[window][tool]; r != nil {
			sum.gaps, sum.seconds, sum.squares = append(sum.gaps, r.gaps...), append(sum.seconds, r.seconds...), append(sum.squares, r.squares...)
			for bin, n := range r.bins {
				sum.bins[bin] += n
			}
		}
	}
	return sum
}

func (r *rhythm) burstiness() float64 {
	sum := func(values []float64) float64 { return stat.Sum(ascending(slices.Clone(values))) }
	return stat.Burstiness(sum(r.gaps), sum(r.seconds), sum(r.squares))
}

// usualGap parts sessions where the gaps do not say better, in seconds.
const usualGap = 30 * 60

// valley is the gap that parts sessions; NaN where there is no clear one.
func (r *rhythm) valley() float64 {
	edges := survivalEdges()
	gap, ok, err := stat.SessionGap(edges[:gapBins+1], r.bins[:])
	if err != nil {
		panic(err) // the edges are ours
	}
	if !ok {
		return math.NaN()
	}
	return gap
}

func sessionLength(ctx context.Context, q *question) ([]cell[SessionLengthRow], error) {
	s, err := q.sessions(ctx)
	if err != nil {
		return nil, err
	}
	var cells, companions []cell[SessionLengthRow]
	for window := range q.buckets {
		f := q.sessionFamily(s, window)
		cells = append(cells, q.sessionsOf(s, window, f)...)
		companions = append(companions, companionTotals[SessionLengthRow](f)...)
	}
	if q.isCompared() {
		companions = append(companions, q.compareSessions(s, cells)...)
	}
	return append(cells, companions...), nil
}

// sessionFamily are the proofs of the tools' sessions: who began them, and whose hold most of the messages.
func (q *question) sessionFamily(s *sessions, window int) family {
	return q.familyBy(s.known(q, window), "session "+strconv.Itoa(window), func(tools []string) *proof {
		p := s.begun.over(window, tools).proof()
		p.also = append(p.also, s.messages.over(window, tools).proof())
		return p
	})
}

func (s *sessions) known(q *question, window int) []string {
	return slices.DeleteFunc(slices.Clone(s.tools), func(tool string) bool { return !q.isKnown(tool, window) })
}

func (q *question) sessionsOf(s *sessions, window int, f family) []cell[SessionLengthRow] {
	cells := []cell[SessionLengthRow]{q.sessionOf(s, window, AllTools, f.sum)}
	for _, tool := range s.known(q, window) {
		c := q.sessionOf(s, window, tool, f.byTool[tool])
		for figure, p := range c.parts {
			if c.isKept { // otherwise the total would tell what one tool hides
				cells[0].parts[figure].with = append(cells[0].parts[figure].with, p)
			}
		}
		cells = append(cells, c)
	}
	return cells
}

func (q *question) sessionOf(s *sessions, window int, tool string, whole *proof) cell[SessionLengthRow] {
	tools := q.toolsOf(tool)
	begun := s.begun.over(window, tools)
	n := begun.sum()
	mean := func(of *ledger) *float64 { return number(ratio(of.over(window, tools).sum(), n)) }
	rhythm := s.rhythmOver(window, tools)
	valley, gap := rhythm.valley(), float64(usualGap)
	if !math.IsNaN(valley) {
		gap = valley
	}
	gaps, people := s.gaps.over(window, tools).proof(), float64(len(begun.people))
	return cell[SessionLengthRow]{
		row: SessionLengthRow{
			Bucket: q.buckets[window], Tool: tool, People: count(people), Sessions: count(n), SessionsPerPerson: number(ratio(n, people)),
			MessagesPerSession: mean(s.messages), TurnsPerSession: mean(s.turns), ParticipantsPerSession: mean(s.participants),
			DurationSeconds: mean(s.seconds), AnsweredRatio: mean(s.answered), Burstiness: number(rhythm.burstiness()),
			ValleySeconds: number(valley), SessionGapSeconds: number(gap),
		},
		proof: whole, isKept: len(q.tools) > 0 && (tool == AllTools || slices.Contains(q.tools, tool)),
		parts: map[string]*proof{
			"duration_seconds": s.seconds.over(window, tools).proof(), "answered_ratio": s.answered.over(window, tools).proof(),
			"burstiness": gaps, "valley_seconds": gaps, "session_gap_seconds": gaps,
		},
	}
}

// compareSessions adds the comparison to the cells of a summary, and gives the cells of the earlier period that decide with them.
func (q *question) compareSessions(s *sessions, cells []cell[SessionLengthRow]) []cell[SessionLengthRow] {
	f := q.sessionFamily(s, 1)
	changes := ratioChanges(s.begun.people, len(cells), func(n, window int) (sessions, people part) {
		begun := s.begun.over(window, q.toolsOf(cells[n].row.Tool))
		return begun, begun.heads()
	})
	for i := range cells {
		if c := &cells[i]; f.of(c.row.Tool) != nil {
			c.before, c.row.Change = f.of(c.row.Tool), changes[i]
		}
	}
	return companions[SessionLengthRow](f)
}

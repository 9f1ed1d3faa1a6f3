package analytics

import (
	"context"
	"fmt"
	"math"

	"crosstalk/analytics/stat"
)

// AdoptionTimeRow is how long it takes until a tool is a habit, as it was known at the end of the bucket. Tool is AllTools in the rows of
// all tools asked for together.
type AdoptionTimeRow struct {
	Bucket
	Tool             string   `ch:"tool" dim:"true" doc:"slug of the tool; all is all tools asked for together"`
	FollowedPeople   *uint64  `ch:"followed_people" unit:"people" doc:"people whose access is seen to begin: an account of theirs was first seen on the tool more than four weeks after the data begin"`
	AdoptedPeople    *uint64  `ch:"adopted_people" unit:"people" doc:"of these, people for whom the tool has become a habit: active in 9 of 12 weeks"`
	MedianWeeks      *float64 `ch:"median_weeks" unit:"weeks" doc:"weeks from access to habit by which half have it; empty when half do not"`
	MedianLowWeeks   *float64 `ch:"median_low_weeks" unit:"weeks" doc:"lower bound of median_weeks, 95 % interval"`
	MedianHighWeeks  *float64 `ch:"median_high_weeks" unit:"weeks" doc:"upper bound; empty when there is none yet"`
	P80Weeks         *float64 `ch:"p80_weeks" unit:"weeks" doc:"weeks from access to habit by which 80 % have it; empty when 80 % do not"`
	PlateauRatio     *float64 `ch:"plateau_ratio" doc:"share who have the habit by the end of the longest follow-up (ultimate utilisation)"`
	PlateauLowRatio  *float64 `ch:"plateau_low_ratio" doc:"lower bound of plateau_ratio, 95 % interval"`
	PlateauHighRatio *float64 `ch:"plateau_high_ratio" doc:"upper bound of plateau_ratio"`
	HabitualPeople   *uint64  `ch:"habitual_people" unit:"people" doc:"people with the habit in the 12 weeks to the end, whenever they began: the segments power and habitual"`
	ActivePeople     *uint64  `ch:"active_people" unit:"people" doc:"people who sent a message in these 12 weeks"`
	ProficiencyRatio *float64 `ch:"proficiency_ratio" doc:"habitual_people / active_people"`
	Release
}

// AdoptionTime asks how long it takes until a tool is a habit.
var AdoptionTime = define("adoption_time", Doc{
	Title:    "Time to a habit",
	Question: "How long does it take until people use a tool out of habit, and how many get there?",
	Formula:  "Kaplan-Meier estimate of the weeks from access (the week in which an account was first seen on the tool) to habit (the first week to whose end 9 of 12 weeks were active); whoever has none yet is censored at the end of the bucket; plateau = 1 - S at the longest follow-up; proficiency = people with the habit / active people, of the last 12 weeks",
	Source:   "create_survival of vivainsights; speed of adoption, ultimate utilisation and proficiency as Prosci names them; Kaplan and Meier 1958, intervals by Brookmeyer and Crowley 1982 and Greenwood 1926",
	Caveats: []string{
		"Access is the account's first sight: it sent, reacted, or was written to by name. When access was granted is not in the data.",
		"People seen in the first four weeks of the data may have had access for years: they are not followed, and count in proficiency only.",
		"A habit takes at least 9 weeks. Whoever stops later has had it.",
		"Who leaves the company without the habit is followed on, which lowers the plateau.",
	},
	Example: "Of 30 people, 20 have the habit after 9 weeks and 10 were followed for 12 weeks without: median 9 weeks, plateau 20 / 30 = .667.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Month, Week},
	isAlone: true,

	lookBack: 7 * 12,
}, making[AdoptionTimeRow]{of: []query{historyFact.query, weeklyFact.query, rosterFact.query}, needs: segmentNeeds, answer: adoptionTime})

// unseenWeeks are the weeks at the begin of the data in which an account that is seen need not be new.
const unseenWeeks = 4

// habitWeeks are the weeks in which everybody's use of a tool became a habit, or never; by subject.
var habitWeeks = &derived[map[string][]int]{"habits", func(ctx context.Context, q *question) (map[string][]int, error) {
	h, err := historyFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	weeks := map[string][]int{}
	for _, of := range q.subjects() {
		weeks[of.name] = h.over(of.tools).habits(h.week(q.dataEnd))
	}
	return weeks, nil
}}

// habits gives, for everybody, the first week before a last one to whose end enough of the last weeks were active.
func (u *use) habits(last int) []int {
	rule := stat.TwelveWeeks
	weeks := make([]int, len(u.seen))
	for person := range weeks {
		weeks[person] = never
		active := 0
		for week := max(u.first(person), 0); week < last; week++ {
			if u.isActive(person, week) {
				active++
			}
			if u.isActive(person, week-rule.Weeks) {
				active--
			}
			if active >= rule.HabitWeeks {
				weeks[person] = week
				break
			}
		}
	}
	return weeks
}

func adoptionTime(ctx context.Context, q *question) ([]cell[AdoptionTimeRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	h, err := historyFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	habits, err := habitWeeks.of(ctx, q)
	if err != nil {
		return nil, err
	}
	stages, err := stagedPeople.of(ctx, q)
	if err != nil {
		return nil, err
	}
	insideHistory, insideStages := q.insideBy(h.crowd), q.insideBy(stages.crowd)
	var cells []cell[AdoptionTimeRow]
	for window, b := range q.buckets {
		end := q.windows[window].To
		for i, of := range q.subjects() {
			if !q.isAnyKnown(of.tools, window) {
				continue
			}
			f := followed{h: h, inside: insideHistory(end), from: h.week(floorTo(q.dataFrom, string(Week))) + unseenWeeks, end: h.week(segmentEnd(q.windows[window]))}
			f.follow(h.over(of.tools).seen, habits[of.name])
			row, parts := f.row(b, of.name)
			c := cell[AdoptionTimeRow]{row: row, parts: parts, isKept: true}
			companions := q.proficiency(stages, window, i, insideStages(end), &c)
			cells = append(append(cells, c), companions...)
		}
	}
	return cells, nil
}

// followed is who was followed from access on, up to the end of a bucket.
type followed struct {
	h                    *history
	inside               []bool
	from, end            int // weeks
	cases                []stat.Followed
	people, adopted, not part
}

func (f *followed) follow(seen, habits []int) {
	for person, access := range seen {
		if access == never || access < f.from || access >= f.end || !f.inside[person] {
			continue
		}
		c := stat.Followed{Time: float64(f.end - access)}
		parts := []*part{&f.people, &f.not}
		if habit := habits[person]; habit != never && habit < f.end {
			c = stat.Followed{Time: float64(habit - access + 1), IsEvent: true}
			parts[1] = &f.adopted
		}
		f.cases = append(f.cases, c)
		for _, p := range parts {
			p.people = append(p.people, person)
			if f.h.outside[person] {
				p.outsiders = append(p.outsiders, person)
			}
		}
	}
}

// row gives the figures, with what proves them: those who have the habit, and for shares those who have not.
func (f *followed) row(b Bucket, tool string) (AdoptionTimeRow, map[string]*proof) {
	people, adopted := f.people.headcount(), f.adopted.headcount()
	split := f.adopted.headcount()
	split.also = []*proof{f.not.headcount()}
	row := AdoptionTimeRow{Bucket: b, Tool: tool, FollowedPeople: count(people.sum), AdoptedPeople: count(adopted.sum)}
	parts := map[string]*proof{
		"followed_people": people, "adopted_people": split, "plateau_ratio": split, "plateau_low_ratio": split, "plateau_high_ratio": split,
		"median_weeks": adopted, "median_low_weeks": adopted, "median_high_weeks": adopted, "p80_weeks": adopted,
	}
	s, err := stat.KaplanMeier(f.cases)
	if err != nil || len(f.cases) == 0 {
		return row, parts
	}
	longest := 0.0
	for _, c := range f.cases {
		longest = max(longest, c.Time)
	}
	interval, band := s.QuantileInterval(0.5, 0.95), s.Band(longest, 0.95)
	row.MedianWeeks, row.P80Weeks = number(s.Quantile(0.5)), number(s.Quantile(0.8))
	row.MedianLowWeeks, row.MedianHighWeeks = number(interval.Low), number(interval.High)
	row.PlateauRatio = number(1 - s.At(longest))
	if !math.IsNaN(band.Low) && !math.IsNaN(band.High) {
		row.PlateauLowRatio, row.PlateauHighRatio = number(1-band.High), number(1-band.Low)
	}
	return row, parts
}

// proficiency enters who has the habit, of those active, and gives the stages of use as companions: what is hidden of them may not be
// told by their sums.
func (q *question) proficiency(s *staged, window, subject int, inside []bool, c *cell[AdoptionTimeRow]) []cell[AdoptionTimeRow] {
	segments, all := s.proofs(window, subject, 0, inside)
	habitual, active := sumOf(segments[:2]), sumOf(segments[:len(segments)-1])
	habitual.with, active.with = segments[:2], segments[len(segments)-1:]
	share := *habitual
	share.with = append([]*proof{habitual, active}, segments[:2]...)
	c.row.HabitualPeople, c.row.ActivePeople = count(habitual.sum), count(active.sum)
	c.row.ProficiencyRatio = number(ratio(habitual.sum, active.sum))
	c.parts["habitual_people"], c.parts["active_people"], c.parts["proficiency_ratio"] = habitual, active, &share
	c.proof = all
	companions := make([]cell[AdoptionTimeRow], len(segments))
	for i, p := range segments {
		p.key = fmt.Sprint("segment ", c.row.Tool, " ", i, " ", window)
		companions[i] = cell[AdoptionTimeRow]{proof: p}
	}
	companions[0].tables = []table{{all, segments}}
	return companions
}

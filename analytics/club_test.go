package analytics_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/analytics"
)

// A club is an invented company of few habits, for figures over many weeks.

// clubFirst is the Monday of its week 0, the first of a quarter's first ISO week.
var clubFirst = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

var clubSetting = analytics.Setting{MinimumGroup: 10}

// habit is what some people do alike: on a tool, in some weeks, so many messages on the Tuesday, all at ten.
type habit struct {
	from, to int // people, both included
	tool     string
	weeks    []int
	messages int
}

// weeks are those from one to another, both included.
func weeks(from, to int) []int {
	var list []int
	for week := from; week <= to; week++ {
		list = append(list, week)
	}
	return list
}

var clubTools = []string{"chat", "mail", "odd"}

func newClub(t testing.TB, habits ...habit) *store {
	t.Helper()
	s := newStore(t)
	var accounts, days []string
	seen := map[int]bool{}
	for _, h := range habits {
		for person := h.from; person <= h.to; person++ {
			account := 10*person + slices.Index(clubTools, h.tool)
			if !seen[account] {
				seen[account] = true
				accounts = append(accounts, fmt.Sprintf("(1, 1, %d, %d, true, true, true)", account, person))
			}
			for _, week := range h.weeks {
				day := clubFirst.AddDate(0, 0, 7*week+1).Format(time.DateOnly)
				days = append(days, fmt.Sprintf("(1, 1, '%s', '%s', %d, arrayMap(h -> toUInt32(if(h = 10, %d, 0)), range(24)), %d, %d)", h.tool, day, account, h.messages, h.messages, h.messages))
			}
		}
	}
	s.exec(t, "INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal, is_matched) VALUES "+strings.Join(accounts, ", "))
	for chunk := range slices.Chunk(days, 2000) {
		s.exec(t, "INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns) VALUES "+strings.Join(chunk, ", "))
	}
	s.measure(t)
	// the data reach to the end of their last week
	s.until = floorToMonday(s.until).AddDate(0, 0, 7).Add(-time.Hour)
	return s
}

func floorToMonday(day time.Time) time.Time {
	day = day.Truncate(24 * time.Hour)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// askClub gives the chosen columns of an answer.
func askClub(t testing.TB, s analytics.Snapshot, m analytics.Metric, query, columns string) [][]string {
	t.Helper()
	a, err := m.Ask(t.Context(), s, clubSetting, filter(t, query))
	if err != nil {
		t.Fatalf("%s: %v", m.Slug(), err)
	}
	return lines(t, a, strings.Split(columns, ","))[1:]
}

// rowsOf cuts lines of words.
func rowsOf(text ...string) [][]string {
	var rows [][]string
	for _, line := range text {
		rows = append(rows, strings.Split(line, ","))
	}
	return rows
}

func splitColumns(names string) []string { return strings.Split(names, ",") }

package analytics_test

import (
	"testing"

	"crosstalk/analytics"
)

// fill invents roll-ups like those of 2 million messages: 2,000 people, 6 tools, 104 weeks.
func fill(t testing.TB, s *store) {
	t.Helper()
	s.exec(t, `INSERT INTO account_person SELECT 1, 1, number * 6 + tool + 1, number + 1, true, true, true
		FROM numbers(2000) ARRAY JOIN [0, 1, 2, 3, 4, 5] AS tool`)
	s.exec(t, `INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns)
		SELECT 1, 1, ['email', 'irc', 'mattermost', 'slack', 'teams', 'yammer'][tool + 1], toDate('2024-01-01') + day, person * 6 + tool + 1,
			arrayMap(h -> if(h = 10, toUInt32(messages), 0), range(24)), messages, messages
		FROM (SELECT person, tool, day, 1 + cityHash64(person, day, tool, 1) % 5 AS messages FROM
			(SELECT number AS person FROM numbers(2000)) ARRAY JOIN [0, 1, 2, 3, 4, 5] AS tool ARRAY JOIN range(728) AS day
			WHERE toDayOfWeek(toDate('2024-01-01') + day) < 6 AND cityHash64(person, tool) % 2 = 0 AND cityHash64(person, day, tool) % 100 < 21)`)
	s.exec(t, `INSERT INTO tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a)
		SELECT 1, 1, ['email', 'irc', 'mattermost', 'slack', 'teams', 'yammer'][tool + 1], toDate('2024-01-01') + day,
			least(a, b) * 6 + tool + 1, greatest(a, b) * 6 + tool + 1, h % 3, (h + 1) % 3
		FROM (SELECT person AS a, (person + 1 + intExp2(cityHash64(person, day, tool, 3) % 11)) % 2000 AS b, tool, day, cityHash64(person, tool, day, 7) AS h
			FROM (SELECT number AS person FROM numbers(2000)) ARRAY JOIN [0, 1, 2, 3, 4, 5] AS tool ARRAY JOIN range(728) AS day
			WHERE toDayOfWeek(toDate('2024-01-01') + day) < 6 AND cityHash64(person, tool) % 2 = 0 AND cityHash64(person, day, tool) % 100 < 21 AND a != b)`)
	for _, table := range []string{"opening_day", "reach_day"} {
		s.exec(t, `INSERT INTO `+table+` SELECT 1, 1, tool, day, account_id, if(tool = 'email', 'mail', 'turn'), 3, 2, 0,
			[20 + account_id % 20, 25 + toUInt32(day) % 30], [15 + account_id % 20, 20 + toUInt32(day) % 25], [], [] FROM account_day`)
	}
	s.exec(t, `INSERT INTO session_day SELECT 1, 1, tool, day, account_id, 'direct', 2, 1, messages, turns, 3, 300 FROM account_day WHERE tool != 'email'`)
	s.exec(t, `INSERT INTO gap_day SELECT 1, 1, tool, day, account_id, 'direct', 3, [12 + account_id % 9, 20, 40 + toUInt32(day) % 10], 10000, 90000000, 1, 1
		FROM account_day WHERE tool != 'email'`)
	s.measure(t)
}

// BenchmarkMetrics asks each metric as pages do, for a summary and for a series.
func BenchmarkMetrics(b *testing.B) {
	s := newStore(b)
	fill(b, s)
	for _, m := range analytics.All() {
		for name, f := range map[string]analytics.Filter{"summary": {Grain: analytics.Whole}, "series": {Grain: analytics.Week, Period: "12w"}, "year": {Grain: analytics.Week, Period: "52w"}} {
			b.Run(m.Slug()+"/"+name, func(b *testing.B) {
				for b.Loop() {
					ask(b, s, m, f)
				}
			})
		}
	}
}

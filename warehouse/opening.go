package warehouse

import (
	"context"
	"fmt"
	"strings"
)

const (
	second = 1
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// GapEdges are the lower ends, in seconds, of bins 1 to 63 of opening_day and reach_day.
// Bin 0 is what is shorter; the last bin ends with the follow-up, 28 days. What people ask
// for, such as 15 minutes, 4 hours and a day, is an edge, and one edge is about a quarter
// above the other.
var GapEdges = []uint32{
	1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50,
	1 * minute, 75, 90, 2 * minute, 150, 3 * minute, 4 * minute, 5 * minute, 6 * minute, 450,
	10 * minute, 12 * minute, 15 * minute, 20 * minute, 25 * minute, 30 * minute, 40 * minute, 50 * minute,
	1 * hour, 75 * minute, 90 * minute, 2 * hour, 150 * minute, 3 * hour, 4 * hour, 5 * hour, 6 * hour, 8 * hour,
	10 * hour, 12 * hour, 16 * hour, 20 * hour,
	1 * day, 30 * hour, 40 * hour, 2 * day, 60 * hour, 3 * day, 4 * day, 5 * day, 6 * day, 7 * day,
	9 * day, 11 * day, 14 * day, 17 * day, 21 * day, 24 * day,
}

// statement is what makes a roll-up, or a part of one.
type statement struct{ table, query string }

// rollupStatements make all roll-ups of a tool.
func rollupStatements(c toolContent) []statement {
	var out []statement
	for _, table := range rollups {
		query := sqlFile(table)
		if !strings.Contains(query, "\n-- opening.sql\n") {
			out = append(out, statement{table, query})
			continue
		}
		for _, rule := range c.Rules {
			out = append(out, statement{table, strings.NewReplacer(
				"-- opening.sql\n", sqlFile("opening")+sqlFile("opening_"+rule),
				"-- gap_bins.sql\n", sqlFile("gap_bins")).Replace(query)})
		}
	}
	return out
}

// toolContent is what the roll-ups ask about all messages of a tool.
type toolContent struct {
	Until int64    `ch:"until"` // the last moment of which the data tell, in milliseconds since 1970
	Rules []string `ch:"rules"` // which rules of openings can hold
}

func (w *Warehouse) toolContent(ctx context.Context, tool string) (toolContent, error) {
	var rows []toolContent
	query := `SELECT
			toUnixTimestamp64Milli(max(sent_at)) AS until,
			arrayFilter(rule -> rule != '', [
				if(countIf(place IN ('direct', 'group')) > 0, 'turn', ''),
				if(countIf(place IN ('mail_thread', 'mail_list')) > 0, 'mail', ''),
				if(countIf(place NOT IN ('direct', 'mail_thread', 'mail_list') AND relation IN ('reply', 'quote', 'thread')) > 0, 'thread', '')]) AS rules
		FROM message WHERE tool = {tool:String} AND kind = 'message'`
	if err := w.conn.Select(ctx, &rows, query, named("tool", tool)); err != nil {
		return toolContent{}, fmt.Errorf("look at the messages: %w", passing(err))
	}
	return rows[0], nil
}

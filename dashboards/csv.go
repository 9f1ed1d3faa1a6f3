package dashboards

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"crosstalk/analytics"
)

// FileName is what an answer is called when it is saved: crosstalk_<slug>_<from>_<to>.<ending>.
func FileName(a analytics.Answer, ending string) string {
	return fmt.Sprintf("crosstalk_%s_%s_%s.%s", a.Metric.Slug(), dateOrNone(a.Period.From), dateOrNone(a.Period.To), ending)
}

func dateOrNone(day time.Time) string {
	if day.IsZero() {
		return "none"
	}
	return day.Format(time.DateOnly)
}

// WriteCSV writes the released rows of an answer with a header. An empty cell is unknown or hidden; the columns
// suppressed and hidden tell which. Texts that a spreadsheet would run as a formula are defused.
func WriteCSV(w io.Writer, a analytics.Answer) error {
	table := a.Table()
	out := csv.NewWriter(w)
	line := make([]string, len(table.Columns))
	for i, column := range table.Columns {
		line[i] = column.Name
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, row := range table.Rows {
		for i, cell := range row {
			line[i] = csvText(cell)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvText(c analytics.Cell) string {
	if _, isText := c.Value.(string); isText {
		return defuse(c.Text())
	}
	return c.Text()
}

// defuse puts an apostrophe before what a spreadsheet would take for a formula.
func defuse(text string) string {
	start := strings.TrimLeft(text, " \u00a0")
	if start != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(start)[0]) {
		return "'" + text
	}
	return text
}

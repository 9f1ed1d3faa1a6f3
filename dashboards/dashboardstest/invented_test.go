package dashboardstest

import (
	"reflect"
	"testing"

	"crosstalk/analytics"
)

// TestInventedRows: rows can be invented for every metric there is, and differ in what they are about.
func TestInventedRows(t *testing.T) {
	t.Parallel()
	for _, m := range analytics.All() {
		for _, kind := range []Kind{Full, Suppressed} {
			c := Company{Kind: kind}
			buckets := c.buckets(analytics.Filter{Grain: analytics.Whole})
			answer := analytics.Answer{Metric: m, Rows: reflect.ValueOf(c.invented(m, buckets))}
			table := answer.Table()
			if len(table.Rows) != 3 || !reflect.DeepEqual(table.Columns, m.Columns()) {
				t.Fatalf("%s: %d rows with the columns %v", m.Slug(), len(table.Rows), table.Columns)
			}
			for i, column := range table.Columns {
				cell := table.Rows[1][i]
				if !column.IsDimension && (kind == Suppressed) != cell.IsHidden {
					t.Errorf("%s of a %s company: %s is %v", m.Slug(), kind, column.Name, cell)
				}
				if column.Name == "tool" && cell.Text() == table.Rows[0][i].Text() {
					t.Errorf("%s: two rows are of the tool %s", m.Slug(), cell.Text())
				}
			}
		}
	}
}

package warehouse

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/warehouse/engine/enginetest"
)

// The signals of an older warehouse move into the table in which they add up, whatever statement an earlier start ended at,
// and so do those that an unfinished run staged.
func TestMigrateSignals(t *testing.T) {
	t.Parallel()
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(steps[6].statements) + 1 {
		t.Run(fmt.Sprintf("cut short after %d statements", cut), func(t *testing.T) {
			t.Parallel()
			ctx, conn := t.Context(), enginetest.Connect(t)
			exec := func(statements ...string) {
				t.Helper()
				for _, s := range statements {
					if err := conn.Exec(ctx, s); err != nil {
						t.Fatalf("%v: %s", err, s)
					}
				}
			}
			exec(versionTable)
			for _, s := range steps[:6] {
				exec(s.statements...)
				exec(fmt.Sprintf("INSERT INTO schema_version (version, name) VALUES (%d, '%s')", s.version, s.name))
			}
			const columns = " (tool, workspace, account_id, day, source, certainty, hits, run_id) VALUES "
			exec("INSERT INTO signal"+columns+"('slack', 'w', 1, '2026-03-02', 'proxy', 0.5, 7, 1), ('slack', 'w', 2, '2026-03-02', 'dns', 0.9, 3, 1)",
				"INSERT INTO signal_stage"+columns+"('slack', 'w', 3, '2026-03-02', 'proxy', 0.25, 4, 2)")
			exec(steps[6].statements[:cut]...)
			for range 2 {
				if err := migrate(ctx, conn); err != nil {
					t.Fatal(err)
				}
			}
			type row struct {
				Table   string   `ch:"t"`
				Account uint64   `ch:"account_id"`
				Hits    uint32   `ch:"h"`
				Minutes []uint16 `ch:"m"`
				Run     uint64   `ch:"r"`
			}
			var got []row
			query := `SELECT * FROM (SELECT 'signal_day' AS t, account_id, max(hits) AS h, groupUniqArrayArray(minutes) AS m, max(run_id) AS r FROM signal_day GROUP BY account_id
				UNION ALL SELECT 'stage', account_id, max(hits), groupUniqArrayArray(minutes), max(run_id) FROM signal_day_stage GROUP BY account_id) ORDER BY account_id`
			if err := conn.Select(ctx, &got, query); err != nil {
				t.Fatal(err)
			}
			want := []row{{"signal_day", 1, 7, []uint16{}, 1}, {"signal_day", 2, 3, []uint16{}, 1}, {"stage", 3, 4, []uint16{}, 2}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			var left uint64
			if err := conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name IN ('signal', 'signal_stage')").Scan(&left); err != nil || left != 0 {
				t.Errorf("%d of the former tables are left: %v", left, err)
			}
		})
	}
}

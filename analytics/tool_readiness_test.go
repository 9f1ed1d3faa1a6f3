package analytics_test

import (
	"testing"

	"crosstalk/analytics"
)

// Whoever is asked for, and however few people write, the register may be told.
func TestToolReadiness(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	all := analytics.Control{SSO: analytics.True, SCIM: analytics.True, ExportAPI: analytics.True, AuditAPI: analytics.True, RetentionAPI: analytics.True, Bridge: analytics.True, Residency: analytics.True}
	but := func(change func(*analytics.Control)) analytics.Control {
		c := all
		change(&c)
		return c
	}
	for _, c := range []struct {
		name      string
		control   analytics.Control
		low, high float64
	}{
		{"everything", all, 1, 1},
		{"nothing known", analytics.Control{}, 0, 1},
		{"no SSO", but(func(c *analytics.Control) { c.SSO = analytics.False }), .8, .8},
		{"SSO unknown", but(func(c *analytics.Control) { c.SSO = analytics.NotKnown }), .8, 1},
		{"no SCIM", but(func(c *analytics.Control) { c.SCIM = analytics.False }), .85, .85},
		{"no export, audit unknown", but(func(c *analytics.Control) { c.ExportAPI, c.AuditAPI = analytics.False, analytics.NotKnown }), .65, .8},
		{"no retention API", but(func(c *analytics.Control) { c.RetentionAPI = analytics.False }), .85, .85},
		{"no residency, bridge unknown", but(func(c *analytics.Control) { c.Residency, c.Bridge = analytics.False, analytics.NotKnown }), .85, .9},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := analytics.Setting{MinimumGroup: 1000, Tools: map[string]analytics.ToolFacts{"slack": {Control: c.control}}}
			a, err := analytics.ToolReadiness.Ask(t.Context(), s, set, filter(t, "tool=slack"))
			if err != nil {
				t.Fatal(err)
			}
			rows := analytics.ToolReadiness.Rows(a)
			if len(rows) != 1 || rows[0].IsSuppressed || *rows[0].LowRatio != c.low || *rows[0].HighRatio != c.high {
				t.Errorf("%+v, want %v to %v", rows, c.low, c.high)
			}
		})
	}
}

package analytics

import (
	"context"
	"math"
)

// ToolReadinessRow is how far the company could govern a tool, by what the register says of it.
type ToolReadinessRow struct {
	Bucket
	Tool         string   `ch:"tool" dim:"true" doc:"slug of the tool"`
	IsConnected  bool     `ch:"is_connected" dim:"true" gauge:"-" doc:"there are messages of the tool; otherwise it stands in the register alone"`
	SSO          string   `ch:"sso" dim:"true" gauge:"-" doc:"people log in with the company's own login: yes, no or unknown"`
	SCIM         string   `ch:"scim" dim:"true" gauge:"-" doc:"accounts come and go with the company's directory"`
	ExportAPI    string   `ch:"export_api" dim:"true" gauge:"-" doc:"a program of the company's can have everybody's messages"`
	AuditAPI     string   `ch:"audit_api" dim:"true" gauge:"-" doc:"a program can have the log of what people and administrators did"`
	RetentionAPI string   `ch:"retention_api" dim:"true" gauge:"-" doc:"a program can set how long messages are kept"`
	Bridge       string   `ch:"bridge" dim:"true" gauge:"-" doc:"messages go to and come from other tools or servers"`
	Residency    string   `ch:"residency" dim:"true" gauge:"-" doc:"messages lie in the part of the world that the company chose"`
	LowRatio     *float64 `ch:"low_ratio" gauge:"true" doc:"weights of the controls that are known to be there: the score if all that is unknown is not"`
	HighRatio    *float64 `ch:"high_ratio" gauge:"true" doc:"low_ratio and the weights of the unknown: the score if all of that is there"`
	Release
}

// ToolReadiness asks how well each tool could be governed.
var ToolReadiness = define("tool_readiness", Doc{
	Title:    "Readiness of tools",
	Question: "How well could each tool be governed?",
	Formula:  "score = sum of the weights of what the tool has: SSO .20, export API .20, SCIM .15, audit API .15, retention API .15, data residency .10, bridge or federation .05; what is unknown makes it a range, from none of it to all of it",
	Source:   "own definition; the weights are the same for everybody, so that scores can be compared",
	Caveats: []string{
		"It is about what the register and the catalogue know, not about people; nothing of it is hidden.",
		"A range is not an estimate: nothing says where in it the tool lies.",
		"Tools without messages have a row when the company's register names them.",
		"The facts are today's, whatever the period.",
	},
	Example: "SSO and export API are there, SCIM is not, all else unknown: from .20 + .20 = .4 to .4 + .15 + .15 + .10 + .05 = .85.",
	Shape:   ShapeSummary,
	Grains:  []Grain{Whole},
	isAlone: true,

	isOrganisational: true,
}, making[ToolReadinessRow]{needs: func(*question) []need { return nil }, answer: toolReadiness})

// readinessWeights are in hundredths, which add up to 100.
var readinessWeights = []struct {
	weight  int
	control func(Control) Truth
}{
	{20, func(c Control) Truth { return c.SSO }},
	{15, func(c Control) Truth { return c.SCIM }},
	{20, func(c Control) Truth { return c.ExportAPI }},
	{15, func(c Control) Truth { return c.AuditAPI }},
	{15, func(c Control) Truth { return c.RetentionAPI }},
	{5, func(c Control) Truth { return c.Bridge }},
	{10, func(c Control) Truth { return c.Residency }},
}

// readiness is the range of a tool's score, in hundredths.
func (c Control) readiness() (low, high int) {
	for _, w := range readinessWeights {
		switch w.control(c) {
		case True:
			low, high = low+w.weight, high+w.weight
		case NotKnown:
			high += w.weight
		}
	}
	return low, high
}

func toolReadiness(_ context.Context, q *question) ([]cell[ToolReadinessRow], error) {
	var cells []cell[ToolReadinessRow]
	for _, b := range q.buckets {
		for _, tool := range q.portfolio() {
			c := q.set.Tools[tool].Control
			low, high := c.readiness()
			cells = append(cells, cell[ToolReadinessRow]{
				row: ToolReadinessRow{
					Bucket: b, Tool: tool, IsConnected: q.hasData(tool),
					SSO: c.SSO.String(), SCIM: c.SCIM.String(), ExportAPI: c.ExportAPI.String(), AuditAPI: c.AuditAPI.String(),
					RetentionAPI: c.RetentionAPI.String(), Bridge: c.Bridge.String(), Residency: c.Residency.String(),
					LowRatio: number(float64(low) / 100), HighRatio: number(float64(high) / 100),
				},
				proof: ofRegister(), isKept: true,
			})
		}
	}
	return cells, nil
}

// ofRegister proves what the company itself says of a tool: no people are behind it.
func ofRegister() *proof { return &proof{people: math.MaxUint64} }

package analytics

import "slices"

// all is the registry; the order is that of /definitions.
var all = []Metric{
	ToolSprawl, ToolShare, ToolActivity, ToolOverlap, TieFrequency,
	TieMultiplexity, TieFragility, TieReciprocity, GroupMixing, GroupTies, ToolMixing, NetworkSize, TieStrength, NetworkInfluence,
	ToolDisplacement, UsageSegment, ToolRetention, AdoptionTime, AdoptionCurve, ToolLifecycle, AfterHours, ToolSwitching,
	ResponseRate, ResponseLatency, ToolReach, TurnVolume, SessionLength, ReplyShare,
	GovernanceShare, ToolReadiness, UseOverlap, ToolCost, RedundantSpend, ToolAdvice,
}

// All are the registered metrics.
func All() []Metric { return slices.Clone(all) }

// Lookup finds a metric by its slug.
func Lookup(slug string) (Metric, bool) {
	for _, m := range all {
		if m.Slug() == slug {
			return m, true
		}
	}
	return nil, false
}

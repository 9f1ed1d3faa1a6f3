package main

import (
	"time"

	"crosstalk/analytics"
	"crosstalk/organisation"
)

// toolFacts are the register's, of the company's tools and of all that the catalogue knows.
func toolFacts(r *organisation.Register) map[string]analytics.ToolFacts {
	facts := map[string]analytics.ToolFacts{}
	for _, t := range r.All(organisation.Known()...) {
		f := analytics.ToolFacts{Class: t.Class, Status: t.Status, IsRegistered: r.IsNamed(t.Tool), Has: t.Capabilities.Has, Lacks: t.Capabilities.Lacks,
			Retention: analytics.TruthOf(t.Retention), LegalHold: analytics.TruthOf(t.LegalHold), Control: controlFacts(t.Control),
			Cost: analytics.Cost{Seats: t.Seats, Yearly: t.Yearly(), SeatYearly: t.SeatYearly(), Currency: t.Price.Currency}}
		if end, err := time.Parse(time.DateOnly, t.ContractEnd); err == nil { // an empty one is unknown; others were refused
			f.Cost.ContractEnd = end
		}
		facts[t.Tool] = f
	}
	return facts
}

func controlFacts(c organisation.Control) analytics.Control {
	return analytics.Control{SSO: analytics.TruthOf(c.SSO), SCIM: analytics.TruthOf(c.SCIM), ExportAPI: analytics.TruthOf(c.ExportAPI),
		AuditAPI: analytics.TruthOf(c.AuditAPI), RetentionAPI: analytics.TruthOf(c.RetentionAPI), Bridge: analytics.TruthOf(c.Bridge),
		Residency: analytics.TruthOf(c.Residency)}
}

// adviceRules are the section advice in the words of the metrics.
func adviceRules(a organisation.Advice) *analytics.AdviceRules {
	return &analytics.AdviceRules{RetireWeeks: a.RetireWeeks, RetireCovered: a.RetireCovered, MergeTies: a.MergeTies, MergeUse: a.MergeUse,
		WatchTraffic: a.WatchTraffic, WatchWeeks: a.WatchWeeks}
}

package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
	"crosstalk/organisation"
)

// What metrics are told of a tool is all that the register knows, and unknown stays unknown.
func TestToolFacts(t *testing.T) {
	t.Parallel()
	c, err := organisation.Parse([]byte(`organisation: {currency: GBP}
tools:
  - tool: huddleboard
    class: work
    status: tolerated
    seats: 40
    price: {amount: 2.5, currency: USD}
    retention: true
    legal_hold: false
    contract_end: 2027-01-01
    control: {sso: true, scim: false, export_api: true, audit_api: false, retention_api: true, bridge: false, residency: true}
    capabilities: {has: [direct, files], lacks: [video]}
  - {tool: nobody-knows}
  - {tool: slack, price: 0}
`))
	if err != nil {
		t.Fatal(err)
	}
	facts := toolFacts(c.Register())
	seats, yearly, seat, nothing := 40, 1200., 30., 0.
	want := analytics.ToolFacts{
		Class: "work", Status: "tolerated", IsRegistered: true, Has: []string{"direct", "files"}, Lacks: []string{"video"},
		Retention: analytics.True, LegalHold: analytics.False,
		Control: analytics.Control{SSO: analytics.True, SCIM: analytics.False, ExportAPI: analytics.True, AuditAPI: analytics.False,
			RetentionAPI: analytics.True, Bridge: analytics.False, Residency: analytics.True},
		Cost: analytics.Cost{Seats: &seats, Yearly: &yearly, SeatYearly: &seat, Currency: "USD", ContractEnd: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, facts["huddleboard"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(analytics.ToolFacts{Class: "other", Status: "unknown", IsRegistered: true, Cost: analytics.Cost{Currency: "GBP"}}, facts["nobody-knows"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&nothing, facts["slack"].Cost.SeatYearly); diff != "" || facts["slack"].Cost.Yearly != nil {
		t.Error("what costs nothing for an unknown number of seats:", diff, facts["slack"].Cost.Yearly)
	}
	if whatsapp := facts["whatsapp"]; whatsapp.IsRegistered || whatsapp.Can("voice") != analytics.True || whatsapp.Retention != analytics.False || whatsapp.Control.ExportAPI != analytics.False {
		t.Errorf("the catalogue's WhatsApp is %+v", whatsapp)
	}
	if slack := facts["slack"]; slack.Can("threads") != analytics.True || slack.Control.SCIM != analytics.NotKnown || slack.Can("dancing") != analytics.NotKnown {
		t.Errorf("the catalogue's Slack is %+v", slack)
	}
}

// Without a word in the configuration both packages mean the same, and every threshold goes where it belongs.
func TestAdviceRules(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(analytics.DefaultAdvice, *adviceRules(organisation.Default().Advice)); diff != "" {
		t.Error(diff)
	}
	want := analytics.AdviceRules{RetireWeeks: 1, RetireCovered: .2, MergeTies: .3, MergeUse: .4, WatchTraffic: .5, WatchWeeks: 6}
	got := adviceRules(organisation.Advice{RetireWeeks: 1, RetireCovered: .2, MergeTies: .3, MergeUse: .4, WatchTraffic: .5, WatchWeeks: 6})
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Error(diff)
	}
}

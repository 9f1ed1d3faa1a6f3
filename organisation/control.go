package organisation

import "crosstalk/organisation/catalogue"

// Control is what the company has set up of a tool, or what the plan that it pays for allows. What is left out is what the
// catalogue knows for sure, else unknown: an ability that only some plans have is not known to be in the company's.
type Control struct {
	SSO          *bool `yaml:"sso"`           // people log in with the company's own login
	SCIM         *bool `yaml:"scim"`          // accounts come and go with the company's directory
	ExportAPI    *bool `yaml:"export_api"`    // a program of the company's can have everybody's messages
	AuditAPI     *bool `yaml:"audit_api"`     // a program can have the log of what people and administrators did
	RetentionAPI *bool `yaml:"retention_api"` // a program can set how long messages are kept
	Bridge       *bool `yaml:"bridge"`        // messages go to and come from other tools or servers
	Residency    *bool `yaml:"residency"`     // messages lie in the part of the world that the company chose
}

// with fills in what is left out.
func (c Control) with(known catalogue.Control) Control {
	c.SSO = settled(c.SSO, known.SSO)
	c.SCIM = settled(c.SCIM, known.SCIM)
	c.ExportAPI = settled(c.ExportAPI, known.ExportAPI)
	c.AuditAPI = settled(c.AuditAPI, known.AuditAPI)
	c.RetentionAPI = settled(c.RetentionAPI, known.RetentionAPI)
	c.Bridge = settled(c.Bridge, known.Bridge)
	c.Residency = settled(c.Residency, known.Residency)
	return c
}

// settled is what the company says, else what the catalogue is sure of; nil is unknown.
func settled(said *bool, known catalogue.Answer) *bool {
	is := known == catalogue.Yes
	if said != nil || !is && known != catalogue.No {
		return said
	}
	return &is
}

// impossible is what the company says, else false where the catalogue knows that nobody can set it: what can be set is not
// set by that.
func impossible(said *bool, known catalogue.Answer) *bool {
	if known != catalogue.No {
		return said
	}
	return settled(said, known)
}

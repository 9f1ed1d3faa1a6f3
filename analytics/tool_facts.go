package analytics

import (
	"slices"
	"time"

	"crosstalk/analytics/stat"
)

// ToolFacts is what the register says of a tool. What is not known is so: neither a no nor a 0.
type ToolFacts struct {
	Class  string // mail, team_chat, messenger, network, meeting, work, other
	Status string // sanctioned, tolerated, banned, unknown
	// Has and Lacks are what people can do with it and what they cannot: direct, group, channels, threads, voice, video,
	// files, mobile, guests, bots, search, archive. What stands in neither is unknown.
	Has, Lacks []string
	// IsRegistered: the company names it in its register; otherwise all that is known of it is what everybody can know.
	IsRegistered bool
	Retention    Truth // messages stay for a time that the company set
	LegalHold    Truth // messages can be put on hold
	Control      Control
	Cost         Cost
}

// Control is what the company has set up of a tool, or its plan allows.
type Control struct {
	SSO          Truth // people log in with the company's own login
	SCIM         Truth // accounts come and go with the company's directory
	ExportAPI    Truth // a program of the company's can have everybody's messages
	AuditAPI     Truth // a program can have the log of what people and administrators did
	RetentionAPI Truth // a program can set how long messages are kept
	Bridge       Truth // messages go to and come from other tools or servers
	Residency    Truth // messages lie in the part of the world that the company chose
}

// Cost is what is paid for a tool. A nil figure is unknown.
type Cost struct {
	Seats      *int     // licences paid for
	Yearly     *float64 // price of a year, all seats
	SeatYearly *float64 // price of one seat and year
	Currency   string   // of the prices, in three letters; they add up with others of the same only
	// ContractEnd is the first day after the contract, a midnight in UTC; zero is unknown.
	ContractEnd time.Time
}

// Truth is yes, no or unknown, which is its zero value.
type Truth int8

// Truths.
const (
	NotKnown Truth = iota
	True
	False
)

// String is yes, no or unknown.
func (t Truth) String() string {
	switch t {
	case True:
		return "yes"
	case False:
		return "no"
	}
	return "unknown"
}

// TruthOf is a truth of what may be nil, which is unknown.
func TruthOf(is *bool) Truth {
	switch {
	case is == nil:
		return NotKnown
	case *is:
		return True
	}
	return False
}

// Can says whether people can do something with the tool, by the words of Has and Lacks.
func (t ToolFacts) Can(capability string) Truth {
	switch {
	case slices.Contains(t.Has, capability):
		return True
	case slices.Contains(t.Lacks, capability):
		return False
	}
	return NotKnown
}

// Shared is what two tools have in common of what people can do with them, over the capabilities that are known of both;
// known is how many these are. An overlap over none is not a figure to show.
func (t ToolFacts) Shared(other ToolFacts) (o stat.Overlap, known int) {
	for _, capability := range slices.Concat(t.Has, t.Lacks) {
		mine, theirs := t.Can(capability), other.Can(capability)
		if theirs == NotKnown {
			continue
		}
		known++
		o.A += times(mine)
		o.B += times(theirs)
		o.Both += times(mine) * times(theirs)
	}
	return o, known
}

func times(is Truth) float64 {
	if is == True {
		return 1
	}
	return 0
}

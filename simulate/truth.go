package simulate

// Truth is what is true of the simulated company, counted from its events. People are
// those of the directory; integrations, automatic mail, guests and partners are in no
// count of people, ties or turns. Dates are the organisation's and half-open unless
// said otherwise; weeks are ISO weeks.
type Truth struct {
	Seed        uint64 `json:"seed"`
	TimeZone    string `json:"time_zone"`
	Start       string `json:"start"` // first date
	End         string `json:"end"`   // date after the last
	Canary      string `json:"canary"`
	People      int    `json:"people"`
	Departments int    `json:"departments"`
	Teams       int    `json:"teams"`
	SmallTeam   string `json:"small_team"` // department/team with fewer than ten people

	Tools       []ToolTruth    `json:"tools"`
	Weeks       []WeekTruth    `json:"weeks"`         // over all tools
	Blocks      []BlockTruth   `json:"blocks"`        // of 4 complete ISO weeks, counted back from the last complete week, oldest first
	Last28Days  WindowTruth    `json:"last_28_days"`  // [end − 28 days, end)
	Last4Weeks  WindowTruth    `json:"last_4_weeks"`  // the last 4 complete ISO weeks
	Ties        []PairTruth    `json:"pairs_28_days"` // every pair of people with an interaction in the last 28 days
	Initiative  *Initiative    `json:"initiative,omitempty"`
	Accounts    []AccountTruth `json:"accounts"`
	SmallRoom   int            `json:"small_room"`       // 8
	TurnSeconds int            `json:"turn_gap_seconds"` // 300
}

// ToolTruth is one tool over the whole span.
type ToolTruth struct {
	Tool      string `json:"tool"`
	Path      string `json:"path"`      // below the output folder
	Messages  int    `json:"messages"`  // by people of the directory
	Strangers int    `json:"strangers"` // messages by guests and partners
	Bots      int    `json:"bots"`      // messages by integrations of a chat tool
	Automatic int    `json:"automatic"` // automatic answers and notifications sent as mail (Auto-Submitted)
	Bulk      int    `json:"bulk"`      // newsletters
	Bounces   int    `json:"bounces"`
	System    int    `json:"system"` // joins, leaves, nick changes, tombstones
	Calls     int    `json:"calls"`
	Reactions int    `json:"reactions"`

	Duplicates int            `json:"duplicates"` // rows written a second time; in none of the counts above
	Rejects    map[string]int `json:"rejects"`    // broken rows planted, by what is wrong with them; in none of the counts above

	Senders int        `json:"senders"` // distinct people
	Turns   int        `json:"turns"`   // by people
	Days    []DayTruth `json:"days"`
	Weeks   []ToolWeek `json:"weeks"`
}

// DayTruth is one tool on one day.
type DayTruth struct {
	Day      string `json:"day"`
	Messages int    `json:"messages"`
	Senders  int    `json:"senders"`
}

// ToolWeek is one tool in one ISO week; a week at the edge of the span is not complete.
type ToolWeek struct {
	Week       string `json:"week"` // 2026-W22
	Complete   bool   `json:"complete"`
	Messages   int    `json:"messages"`
	Senders    int    `json:"senders"`
	Turns      int    `json:"turns"`
	Ties       int    `json:"ties"`       // pairs with at least two interactions on this tool in the week
	Reciprocal int    `json:"reciprocal"` // of those, both sent
}

// WeekTruth is one ISO week over all tools together.
type WeekTruth struct {
	Week       string  `json:"week"`
	From       string  `json:"from"`
	Complete   bool    `json:"complete"`
	Roster     int     `json:"roster"` // people employed on any day of the week
	Active     int     `json:"active"` // people who sent anything
	Messages   int     `json:"messages"`
	Turns      int     `json:"turns"`
	Ties       int     `json:"ties"`
	Reciprocal int     `json:"reciprocal"`
	PerPerson  float64 `json:"reciprocal_per_person"` // 2 × reciprocal ÷ roster
	Without    int     `json:"reciprocal_without"`    // reciprocal, had there been no initiative
}

// BlockTruth is the size of people and ties by tool in 4 ISO weeks.
type BlockTruth struct {
	FirstWeek string     `json:"first_week"`
	LastWeek  string     `json:"last_week"`
	All       ToolSize   `json:"all"`
	Tools     []ToolSize `json:"tools"`
}

// ToolSize is one tool, or all of them, in a window.
type ToolSize struct {
	Tool       string `json:"tool,omitempty"`
	Messages   int    `json:"messages"`
	People     int    `json:"people"` // distinct senders
	Ties       int    `json:"ties"`   // at least two interactions on this tool (over all tools for all)
	Reciprocal int    `json:"reciprocal"`
}

// WindowTruth is sprawl and overlap in one window.
type WindowTruth struct {
	From     string         `json:"from"`
	To       string         `json:"to"`
	All      ToolSize       `json:"all"`
	Tools    []ToolSize     `json:"tools"`
	Overlaps []OverlapTruth `json:"overlaps"` // every pair of tools, in the order of Tools

	ToolsPerPerson  float64   `json:"tools_per_person"`        // mean over people who sent anything
	ThreeOrMore     float64   `json:"three_or_more_ratio"`     // share of them with at least three tools
	Shares          []float64 `json:"shares"`                  // of messages, in the order of Tools
	Effective       float64   `json:"effective_tools"`         // exp of the entropy of Shares
	HHI             float64   `json:"hhi"`                     // sum of squared Shares
	EffectivePerson float64   `json:"effective_tools_persons"` // mean over people of their own effective number
}

// OverlapTruth compares two tools. Ties are those with two interactions on the tool.
type OverlapTruth struct {
	A          string `json:"a"`
	B          string `json:"b"`
	PeopleA    int    `json:"people_a"`
	PeopleB    int    `json:"people_b"`
	PeopleBoth int    `json:"people_both"`
	TiesA      int    `json:"ties_a"`
	TiesB      int    `json:"ties_b"`
	TiesBoth   int    `json:"ties_both"`
}

// PairTruth is the interactions of two people by tool: from A to B, from B to A.
type PairTruth struct {
	A     string            `json:"a"`
	B     string            `json:"b"`
	Tools map[string][2]int `json:"tools"`
}

// Initiative is the programme of change and what it did.
//
// The initiative begins, for each answered one-to-one exchange that a person of a
// treated team starts, a further one with the chance Effect, with any of the person's
// contacts: it multiplies the rate of such exchanges by 1 + Effect. Everything else is
// the same draw by draw, so that the realised ties are known with it and without it.
type Initiative struct {
	Name    string  `json:"name"`
	Slug    string  `json:"slug"`
	Start   string  `json:"start"` // a Monday
	Effect  float64 `json:"effect"`
	Treated []Node  `json:"treated"`

	Exchanges int `json:"exchanges"` // answered one-to-one exchanges of treated people since the start, the added ones left out
	Added     int `json:"added"`

	// Weekly reciprocal ties per person on the roster, counted at both ends, means over
	// the complete weeks before and from the start.
	TreatedBefore    float64 `json:"treated_before"`
	TreatedAfter     float64 `json:"treated_after"`
	TreatedWithout   float64 `json:"treated_without"` // after, had there been no initiative
	ComparisonBefore float64 `json:"comparison_before"`
	ComparisonAfter  float64 `json:"comparison_after"`
	ComparisonNot    float64 `json:"comparison_without"` // comparison teams gain too: ties have two ends
	RealisedRatio    float64 `json:"realised_ratio"`     // treated after ÷ without − 1

	Panel []TeamWeek `json:"panel"`
}

// Node is a leaf of the directory tree.
type Node struct {
	Department string `json:"department"`
	Team       string `json:"team"`
}

// TeamWeek is one team in one complete ISO week.
type TeamWeek struct {
	Week    string `json:"week"`
	Node           // where
	Treated bool   `json:"treated"`
	Roster  int    `json:"roster"`
	Ends    int    `json:"reciprocal_ends"` // reciprocal ties summed over the team's people
	Without int    `json:"reciprocal_ends_without"`
}

// AccountTruth is an account that belongs to somebody in the directory. A tool has one
// workspace, so that tool, kind and key name an account.
type AccountTruth struct {
	Tool   string `json:"tool"`
	Kind   string `json:"key_kind"` // email, phone, tool_id, handle, display_name
	Key    string `json:"key"`
	Email  string `json:"email,omitempty"` // what the export says of the account's address, apart from the key
	Person string `json:"person"`
}

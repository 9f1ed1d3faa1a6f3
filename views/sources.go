package views

// Sources is the page about what was read. Everything is already text, since only the server knows the clock.
type Sources struct {
	Summary    []Sentence
	Workspaces []SourceLine
	Runs       []RunLine
}

// SourceLine is one tool in one workspace.
type SourceLine struct {
	Tool      Tool
	Workspace string
	Collector string
	Until     string // of the last message
	ReadAt    string
	Late      bool
	Counts    []Fact
	Matched   string
	Coverage  string
	Gaps      []string
	Rejects   []Fact
}

// Fact is a name with a number.
type Fact struct{ Name, Number string }

// RunLine is one execution of a collector.
type RunLine struct {
	Begun, Took      string
	Collector, Tool  string
	Workspace, State string
	Files            string
	Messages         string
	Rejected         string
	Problem          string
}

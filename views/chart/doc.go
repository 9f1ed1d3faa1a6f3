// Package chart holds typed models of the charts Crosstalk draws. A model turns into the options of Apache ECharts
// ([Model.Option]), into the table that says the same without a picture ([Model.Table]), and into a description for
// those who cannot see it ([Model.Describe]). One script starts every chart from the options, so no chart has a
// script of its own.
//
// Colours are either fixed (a tool keeps its colour) or tokens such as "$ink", which the script replaces by the
// colours of the theme in force. Options are data: wherever ECharts would take a function they hold "@name", and the
// script has a function of that name.
//
// The package does no I/O and knows neither metrics nor pages.
package chart

// Model is one chart in its three shapes.
type Model interface {
	// Option is the ECharts option, ready for encoding/json.
	Option() map[string]any
	// Table is the same numbers as text.
	Table() Table
	// Describe is one or two sentences for a screen reader.
	Describe() string
	// Empty reports that nothing was answered at all.
	Empty() bool
	// Blank reports that there is nothing to draw: it is empty, or every value is withheld.
	Blank() bool
	// Hidden counts the values withheld because too few people stand behind them.
	Hidden() int
}

// Table is a chart as text.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
}

// Column heads a column of a [Table].
type Column struct {
	Name    string
	Numeric bool
}

// Cell is one text of a [Table]. Raw is the value behind it as CSV writes it, empty when there is none.
type Cell struct {
	Text       string
	Raw        string
	Suppressed bool
}

type object = map[string]any

package views

import (
	"fmt"

	"crosstalk/views/chart"
)

// Figure is a chart in its card, with everything that can be taken from it.
type Figure struct {
	ID    string // unique on its page
	Title string
	Sub   string // how to read it
	Size  string // "", "tall" or "short"
	Model chart.Model
	Faces Faces
	Notes []string
	// Nothing is what to say when there is nothing to draw.
	Nothing string
	// Few is what hidden values mean: "fewer than 10 people".
	Few string
}

// Faces are the addresses of the numbers behind a figure.
type Faces struct {
	CSV, JSON, Definition string
	File                  string // of the picture, without its ending
}

func (f Figure) navigation() string { return f.Model.Describe() + " Arrow keys read its values." }

func (f Figure) notes() []string {
	if hidden := f.Model.Hidden(); hidden > 0 {
		return append([]string{hiddenNote(hidden, f.Few)}, f.Notes...)
	}
	return f.Notes
}

func hiddenNote(hidden int, few string) string {
	if few == "" {
		few = "too few people"
	}
	if hidden == 1 {
		return "One value is not shown: " + few + "."
	}
	return fmt.Sprintf("%s values are not shown: %s.", chart.Group(float64(hidden)), few)
}

func (f Figure) nothing() string {
	if f.Model.Hidden() > 0 {
		return "Nothing can be shown: too few people stand behind every value."
	}
	if f.Nothing == "" {
		return "Nothing to show for this choice of period, people and tools."
	}
	return f.Nothing
}

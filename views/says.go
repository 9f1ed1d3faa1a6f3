package views

// Sentence is a plain statement with its number and a link to its proof.
type Sentence struct {
	Parts []Part
	Proof string // address
	Where string // the page's name
}

// Part is a piece of a sentence; what matters is strong.
type Part struct {
	Text   string
	Strong bool
}

// Text is the whole sentence.
func (s Sentence) Text() string {
	text := ""
	for _, p := range s.Parts {
		text += p.Text
	}
	return text
}

func say(parts ...Part) []Part { return parts }
func plain(text string) Part   { return Part{Text: text} }
func strong(text string) Part  { return Part{Text: text, Strong: true} }

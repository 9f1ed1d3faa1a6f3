package analytics

import (
	"errors"
	"fmt"
)

// ErrFilter marks a filter that cannot be read: an unknown name or value. ErrRefused marks a question
// that the privacy gate does not answer. The text of both is one sentence for the reader.
var (
	ErrFilter  = errors.New("filter not understood")
	ErrRefused = errors.New("refused by the privacy gate")
)

// sentence is an error whose text is for the reader and whose kind is for the program.
type sentence struct {
	text string
	kind error
}

func (s *sentence) Error() string { return s.text }
func (s *sentence) Unwrap() error { return s.kind }

func badFilter(format string, a ...any) error {
	return &sentence{fmt.Sprintf(format, a...), ErrFilter}
}

func refused(format string, a ...any) error {
	return &sentence{fmt.Sprintf(format, a...), ErrRefused}
}

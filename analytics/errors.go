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
	text      string
	kind      error
	parameter string   // that is wrong, where one is
	allowed   []string // what it may be, where that can be listed
}

func (s *sentence) Error() string { return s.text }
func (s *sentence) Unwrap() error { return s.kind }

// about names the parameter that is wrong, and what it may be.
func (s *sentence) about(parameter string, allowed ...string) *sentence {
	s.parameter, s.allowed = parameter, allowed
	return s
}

// Fault says which parameter of a filter an error is about, and what that may be where it can be listed. Both are empty
// where no single parameter is wrong.
func Fault(err error) (parameter string, allowed []string) {
	var s *sentence
	if errors.As(err, &s) {
		return s.parameter, s.allowed
	}
	return "", nil
}

func badFilter(format string, a ...any) *sentence {
	return &sentence{text: fmt.Sprintf(format, a...), kind: ErrFilter}
}

func refused(format string, a ...any) *sentence {
	return &sentence{text: fmt.Sprintf(format, a...), kind: ErrRefused}
}

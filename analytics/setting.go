package analytics

import "time"

// Setting is what the organisation decided and every question needs: its clock, its smallest
// group, and what it knows of its tools.
type Setting struct {
	Zone         *time.Location // of days and weeks; nil is UTC
	Version      string         // another one whenever anything here, or the program, is another
	MinimumGroup int            // smallest number of people shown; 0 is 10, less than 5 counts as 5
	// IsWorkingDay tells working days from others; nil is Monday to Friday. The day is a midnight.
	IsWorkingDay func(day time.Time) bool
	// WorkingFrom and WorkingTo bound the hours of a working day, since midnight; both 0: none are set.
	WorkingFrom, WorkingTo time.Duration
	// Currency is the company's, in three letters (ISO 4217). Prices in another are never converted, nor added to these.
	Currency string
	Advice   *AdviceRules // thresholds of tool_advice; nil is DefaultAdvice
	// Tools are the register's facts by slug; a tool that is not in it has class "", status "unknown", and nothing is known
	// of it.
	Tools map[string]ToolFacts
}

const (
	defaultMinimumGroup = 10
	lowestMinimumGroup  = 5
	unknownStatus       = "unknown"
	defaultWorkingHours = 10 * time.Hour
	sanctionedStatus    = "sanctioned"
	bannedStatus        = "banned"
)

func (s Setting) minimumGroup() int {
	if s.MinimumGroup == 0 {
		return defaultMinimumGroup
	}
	return max(s.MinimumGroup, lowestMinimumGroup)
}

func (s Setting) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

func (s Setting) isWorkingDay(day time.Time) bool {
	if s.IsWorkingDay != nil {
		return s.IsWorkingDay(day)
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

func (s Setting) workingHours() time.Duration {
	if s.WorkingTo <= s.WorkingFrom {
		return defaultWorkingHours
	}
	return s.WorkingTo - s.WorkingFrom
}

func (s Setting) adviceRules() AdviceRules {
	if s.Advice == nil {
		return DefaultAdvice
	}
	return *s.Advice
}

func (s Setting) status(tool string) string {
	if status := s.Tools[tool].Status; status != "" {
		return status
	}
	return unknownStatus
}

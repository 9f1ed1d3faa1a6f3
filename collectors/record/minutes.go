package record

import (
	"slices"
	"time"
)

// Minutes are minutes of a day in UTC, 0 to 1439, ascending, each once.
type Minutes []uint16

// Add adds the minute of an instant.
func (m *Minutes) Add(at time.Time) {
	at = at.UTC()
	m.AddMinute(uint16(at.Hour()*60 + at.Minute()))
}

// AddMinute adds a minute and reports whether it is a new one. Logs are mostly in order, so it mostly comes last.
func (m *Minutes) AddMinute(minute uint16) bool {
	if n := len(*m); n == 0 || (*m)[n-1] < minute {
		*m = append(*m, minute)
		return true
	}
	i, there := slices.BinarySearch(*m, minute)
	if !there {
		*m = slices.Insert(*m, i, minute)
	}
	return !there
}

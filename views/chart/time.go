package chart

import "time"

// Mark is an initiative or another dated event, drawn as a thin dashed vertical with its name above the plot.
type Mark struct {
	Name string
	On   time.Time
}

// millis is how the options carry a day, so that it reads the same in every browser's time zone.
func millis(day time.Time) int64 {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).UnixMilli()
}

// Day writes a date for people, without the year: 26 Oct.
func Day(day time.Time) string { return day.Format("2 Jan") }

// DayYear writes a date with its year: 26 Oct 2026.
func DayYear(day time.Time) string { return day.Format("2 Jan 2006") }

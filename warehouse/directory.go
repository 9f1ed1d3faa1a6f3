package warehouse

import (
	"context"
	"fmt"
	"time"
)

// directoryDays are the days of the first and of the last directory that was taken over.
type directoryDays struct{ first, last time.Time }

// The settings that keep them.
const firstDirectory, lastDirectory = "first_directory", "last_directory"

// OlderDirectoryError is the answer to a directory of a day before that of the last one: what has
// happened since is not known of it.
type OlderDirectoryError struct{ Day, Last time.Time }

func (e *OlderDirectoryError) Error() string {
	return fmt.Sprintf("directory: it is of %s, and one of %s was taken over before: take over directories oldest first, and begin in a new data folder to go further back",
		e.Day.Format(time.DateOnly), e.Last.Format(time.DateOnly))
}

// directoryDays gives the days once a directory of that day is taken over, or an
// OlderDirectoryError.
func (w *Warehouse) directoryDays(ctx context.Context, day time.Time) (directoryDays, error) {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return directoryDays{}, err
	}
	days := directoryDays{first: day, last: day}
	if first, err := time.Parse(time.DateOnly, stored[firstDirectory]); err == nil {
		days.first = first
	}
	if last, err := time.Parse(time.DateOnly, stored[lastDirectory]); err == nil && day.Before(last) {
		return days, &OlderDirectoryError{Day: day, Last: last}
	}
	return days, nil
}

// start is from when on somebody is there whom no directory listed before.
func (d directoryDays) start() time.Time {
	if d.first.Equal(d.last) {
		return always
	}
	return d.last
}

func (d directoryDays) settings() map[string]string {
	return map[string]string{firstDirectory: d.first.Format(time.DateOnly), lastDirectory: d.last.Format(time.DateOnly)}
}

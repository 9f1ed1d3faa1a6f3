package analytics

import (
	"context"
	"time"
)

// usesFact is what tools are used for in the question's windows, and by whom.
var usesFact = &fact[[]usesRow]{
	query:  load("use"),
	params: (*question).windowParams,
	read: func(ctx context.Context, s Snapshot, f *fact[[]usesRow], _ []time.Time, params Params) ([]usesRow, error) {
		var rows []usesRow
		err := s.Select(ctx, &rows, f.query.text, params)
		return rows, err
	},
}

// usesRow is the use of one tool in one window.
type usesRow struct {
	Window    uint16  `ch:"window"`
	Tool      string  `ch:"tool"`
	People    numbers `ch:"people"`
	IsOutside numbers `ch:"is_outside"` // of People, one by one, like Acts
	Acts      numbers `ch:"acts"`
	Codes     numbers `ch:"codes"` // 10 * place + 2 * act + inside
	Amounts   numbers `ch:"amounts"`
}

// useCodes is how many kinds of use there are: 5 places, 5 acts, within working hours or outside.
const useCodes = 50

// uses is what a tool was used for in a window, and who stands behind it.
type uses struct {
	profile []float64 // by code
	proof   *proof
}

// uses gives those of each window, by tool. They are of the organisation as a whole.
func (q *question) uses(ctx context.Context) ([]map[string]uses, error) {
	rows, err := usesFact.of(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	byWindow := make([]map[string]uses, len(q.windows))
	for i := range byWindow {
		byWindow[i] = map[string]uses{}
	}
	for _, r := range rows {
		u := uses{profile: make([]float64, useCodes)}
		for i, code := range r.Codes {
			if code < useCodes {
				u.profile[code] = float64(r.Amounts[i])
			}
		}
		who := roomFor(len(r.People))
		for i := range r.People {
			who = who.with(i, float64(r.Acts[i]))
			if r.IsOutside[i] != 0 {
				who.outsiders = append(who.outsiders, i)
			}
		}
		u.proof = who.proof()
		byWindow[r.Window][r.Tool] = u
	}
	return byWindow, nil
}

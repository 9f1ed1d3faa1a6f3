package analytics

import (
	"context"
	"time"
)

// peopleFact are the people of the side asked for.
var peopleFact = &fact[*people]{
	query:  load("people"),
	params: func(q *question) Params { return Params{"side": string(q.filter.Side)} },
	read: func(ctx context.Context, s Snapshot, f *fact[*people], _ []time.Time, params Params) (*people, error) {
		var rows []peopleRow
		if err := s.Select(ctx, &rows, f.query.text, params); err != nil {
			return nil, err
		}
		p := &people{numbers: crowd{}}
		for _, r := range rows {
			for i, id := range r.People {
				p.numbers.number(id)
				p.outside = append(p.outside, params["side"] == string(AllSides) && r.IsInside[i] == 0)
			}
		}
		return p, nil
	},
}

// people numbers everybody. It is read by several questions at once and never changed.
type people struct {
	numbers crowd
	outside []bool // by number: people of the other side, where both are counted together
}

type peopleRow struct {
	People   numbers `ch:"people"`
	IsInside numbers `ch:"is_inside"` // of People, one by one
}

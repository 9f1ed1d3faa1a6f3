package organisation

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
)

// Raw is a part of the file that is kept as YAML; what it means is its reader's.
type Raw []byte

// UnmarshalYAML keeps the text as it stands.
func (r *Raw) UnmarshalYAML(text []byte) error {
	*r = append(Raw{}, text...)
	return nil
}

// shorthand is a value that may also be written as one plain text instead of a mapping or list.
type shorthand interface {
	// fromText reads the text; the error completes the sentence "key: …".
	fromText(text string) error
}

func (n *ConversationName) fromText(text string) error {
	*n = ConversationName{Key: text}
	return nil
}

// Price is what a tool costs.
type Price struct {
	// Amount is nil when it is not known; 0 is what costs nothing.
	Amount *float64 `yaml:"amount"`
	// Per is seat-month, seat-year, month or year. Default: seat-month.
	Per string `yaml:"per"`
	// Currency is in three letters (ISO 4217). Default: the organisation's. Nothing is converted.
	Currency string `yaml:"currency"`
}

var pricePeriods = []string{"seat-month", "seat-year", "month", "year"}

func (p *Price) fromText(text string) error {
	amount, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%s is not a number: write 8.25 (a seat and month) or {amount: 900, per: month}", quote(text))
	}
	*p = Price{Amount: &amount}
	return nil
}

// yearly is the price of a year, and whether it is that of one seat or of the tool.
func (p Price) yearly() (amount float64, isPerSeat bool) {
	switch p.Per {
	case "year":
		return *p.Amount, false
	case "month":
		return 12 * *p.Amount, false
	case "seat-year":
		return *p.Amount, true
	}
	return 12 * *p.Amount, true
}

// Yearly is what is paid in a year, in the currency of the price: only prices of one currency add up. It is nil when it
// does not follow from what is known.
func (t Tool) Yearly() *float64 {
	if t.Price.Amount == nil {
		return nil
	}
	amount, isPerSeat := t.Price.yearly()
	switch {
	case !isPerSeat:
		return &amount
	case t.Seats == nil:
		return nil
	}
	amount *= float64(*t.Seats)
	return &amount
}

// SeatYearly is what is paid for one seat in a year, like Yearly. A price of the tool as a whole is shared by its seats.
func (t Tool) SeatYearly() *float64 {
	if t.Price.Amount == nil {
		return nil
	}
	amount, isPerSeat := t.Price.yearly()
	switch {
	case isPerSeat:
		return &amount
	case t.Seats == nil || *t.Seats == 0:
		return nil
	}
	amount /= float64(*t.Seats)
	return &amount
}

// Roles are roles of the package access, by name.
type Roles []string

// roleRanks are the roles, lowest first.
var roleRanks = []string{"viewer", "change_manager", "analyst", "admin"}

func (r *Roles) fromText(text string) error {
	switch text {
	case "false":
		*r = nil
	case "true":
		*r = Roles{"analyst"}
	default:
		return fmt.Errorf("%s is not a list of roles: write it like [analyst], or false for nobody", quote(text))
	}
	return nil
}

// Allow reports whether a role is one of the roles, or may do more than one of them.
func (r Roles) Allow(role string) bool {
	rank := slices.Index(roleRanks, role)
	return rank >= 0 && slices.ContainsFunc(r, func(allowed string) bool {
		lowest := slices.Index(roleRanks, allowed)
		return lowest >= 0 && rank >= lowest
	})
}

// Settings are the options as a live collector reads them: endpoint and credentials stand among them as endpoint,
// password_env and password_file, unless the options have these keys themselves.
func (w Workspace) Settings() (Raw, error) {
	own := map[string]any{}
	if len(w.Options) > 0 {
		if err := yaml.Unmarshal(w.Options, &own); err != nil {
			return nil, fmt.Errorf("options of workspace %s: not YAML: %s", w.Workspace, oneLine(err.Error()))
		}
	}
	added := false
	for key, value := range map[string]string{"endpoint": w.Endpoint, "password_env": w.Credentials.Env, "password_file": w.Credentials.File} {
		if _, has := own[key]; !has && value != "" {
			own[key], added = value, true
		}
	}
	if !added {
		return w.Options, nil
	}
	return yaml.Marshal(own)
}

// values gives what stands in r, to print it among the rest.
func (r Raw) values() (any, error) {
	var v any
	err := yaml.Unmarshal(r, &v)
	return v, err
}

package warehouse

import (
	"time"

	"crosstalk/collectors/record"
)

const reasonOlder = "older_than_retention"

// unwanted gives the reason why a count over a span that ended then must not be stored, or none.
func (s *Sink) unwanted(scope *scope, account record.AccountKey, end time.Time) string {
	switch {
	case end.Before(s.oldest):
		return reasonOlder
	case scope.isErased(account):
		return reasonErased
	}
	return ""
}

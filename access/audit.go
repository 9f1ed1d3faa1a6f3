package access

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Action is what an audited event was about.
type Action string

// The actions this package audits by itself; others may be recorded beside them.
const (
	ActionLogin           Action = "login"
	ActionLogout          Action = "logout"
	ActionUserAdded       Action = "user_added"
	ActionUserRemoved     Action = "user_removed"
	ActionPasswordChanged Action = "password_changed"
	ActionRoleChanged     Action = "role_changed"
	ActionTokenCreated    Action = "token_created"
	ActionTokenRemoved    Action = "token_removed"
	ActionConfiguration   Action = "configuration_changed"
	ActionRequest         Action = "request"
)

// Outcome is how it ended: OutcomeDone, or why it was refused.
type Outcome string

// The outcomes this package records.
const (
	OutcomeDone          Outcome = "done"
	OutcomeWrongPassword Outcome = "wrong_password"
	OutcomeUnknownUser   Outcome = "unknown_user"
	OutcomeThrottled     Outcome = "throttled"
	OutcomePlainHTTP     Outcome = "plain_http"
	OutcomeRoleTooLow    Outcome = "role_too_low"
	OutcomeNotAPage      Outcome = "not_from_a_page"
	OutcomeUnknownHost   Outcome = "unknown_host"
	OutcomeBadToken      Outcome = "bad_token"
	OutcomeProxyIgnored  Outcome = "proxy_header_ignored"
	OutcomeProxyRefused  Outcome = "proxy_header_refused"
)

// Event is a line of the audit log. It holds no secret; what a stranger typed as a user name is left out too, since
// it is now and then a password.
type Event struct {
	At      time.Time // UTC, milliseconds
	Actor   string    // empty: not known
	Kind    Kind
	Action  Action
	Target  string // a user, a token's id, a path without its query
	Outcome Outcome
	Address string // the client's; empty on the command line
	Repeats uint64 // equal events since the last one written, which were not written themselves
}

const (
	longestTarget = 200
	// quietFor is how long equal refusals are only counted after one was written, so that nobody can fill the log.
	quietFor = time.Minute
	// mostQuiet bounds how many different refusals are told apart at a time; the rest are counted together.
	mostQuiet = 1024
)

// auditor writes events, refusals no more often than the log can bear.
type auditor struct {
	store Store
	now   func() time.Time
	log   *slog.Logger

	mu    sync.Mutex
	quiet map[quietKey]*quietEntry
}

type quietKey struct {
	action  Action
	outcome Outcome
	address string
}

type quietEntry struct {
	written time.Time
	repeats uint64
}

// write appends an event that must not be missing from the log.
func (a *auditor) write(ctx context.Context, actor Identity, action Action, target string, outcome Outcome) error {
	return a.append(ctx, actor, action, target, outcome, 0)
}

// refusal appends an event that a stranger can cause at will, at most once a minute for each action, outcome and
// address. The request is refused whether or not the log can be written.
func (a *auditor) refusal(ctx context.Context, actor Identity, action Action, target string, outcome Outcome) {
	repeats, now := a.count(quietKey{action, outcome, actor.Address})
	if !now {
		return
	}
	if err := a.append(ctx, actor, action, target, outcome, repeats); err != nil {
		a.log.Warn("audit log not written", "action", string(action), "outcome", string(outcome), "error", err)
	}
}

func (a *auditor) append(ctx context.Context, actor Identity, action Action, target string, outcome Outcome, repeats uint64) error {
	event := Event{
		At: a.now().UTC().Truncate(time.Millisecond), Actor: actor.Name, Kind: actor.Kind,
		Action: action, Target: oneLine(target), Outcome: outcome, Address: actor.Address, Repeats: repeats,
	}
	if err := a.store.AppendAudit(ctx, event); err != nil {
		return fmt.Errorf("access: audit log: %w", err)
	}
	return nil
}

// count reports whether an event is due to be written, and how many it stands for beside itself.
func (a *auditor) count(key quietKey) (repeats uint64, due bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if _, known := a.quiet[key]; !known && len(a.quiet) >= mostQuiet {
		key = a.makeRoom(key, now)
	}
	e := a.quiet[key]
	if e == nil {
		e = &quietEntry{}
		a.quiet[key] = e
	} else if now.Sub(e.written) < quietFor {
		e.repeats++
		return 0, false
	}
	repeats, e.written, e.repeats = e.repeats, now, 0
	return repeats, true
}

// makeRoom drops entries that have nothing left to say; if none has, the key's address is given up.
func (a *auditor) makeRoom(key quietKey, now time.Time) quietKey {
	for k, e := range a.quiet {
		if e.repeats == 0 && now.Sub(e.written) >= quietFor {
			delete(a.quiet, k)
		}
	}
	if len(a.quiet) >= mostQuiet {
		key.address = ""
	}
	return key
}

// oneLine keeps a target printable and short.
func oneLine(s string) string {
	s = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return unicode.ReplacementChar
		}
		return c
	}, s)
	return clip(s, longestTarget)
}

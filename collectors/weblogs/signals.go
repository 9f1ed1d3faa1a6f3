package weblogs

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// source is a kind of evidence; each is followed by the same for contacts that were blocked,
// which show that somebody wanted to use a tool.
type source uint8

const (
	proxy source = iota
	proxyBlocked
	broker
	brokerBlocked
	names
	namesBlocked
)

var sourceNames = [...]string{"proxy", "proxy_blocked", "casb", "casb_blocked", "dns", "dns_blocked"}

// Bounds of what is held.
const (
	heldSignals  = 1 << 19
	heldMinutes  = 8 << 20
	heldAccounts = 1 << 19
)

const secondsADay = 24 * 60 * 60

// signals adds contacts up by day, and emits the oldest days when too much is held: parts of a day are joined again.
type signals struct {
	sink       collectors.Sink
	workspace  string
	tool       string // overrides the catalogue's, where told
	catalogue  *catalogue
	least      uint32
	sums       map[signalKey]*sum
	minutes    int // in sums
	accounts   map[record.AccountKey]uint32
	known      []account
	told       map[uint64]struct{} // tool and account of accounts that the sink has
	entries    int                 // contacts read
	matched    int                 // with a host of a tool
	attributed int                 // by somebody with a name rather than an address
}

type signalKey struct {
	day     int32 // since 1970
	account uint32
	tool    uint16
	source  source
}

type sum struct {
	hits      uint32
	certainty float32
	minutes   record.Minutes
}

func newSignals(o collectors.Options, least uint32, c *catalogue, sink collectors.Sink) *signals {
	return &signals{sink: sink, workspace: o.Workspace, catalogue: c, least: least, tool: o.Tool,
		sums: map[signalKey]*sum{}, accounts: map[record.AccountKey]uint32{}, told: map[uint64]struct{}{}}
}

// add counts one contact. A name server is asked several times for one contact, so its
// hits are minutes.
func (s *signals) add(r rule, from source, who account, at time.Time) error {
	s.matched++
	if who.kind != record.AccountShared {
		s.attributed++
	}
	n, ok := s.accounts[who.key]
	if !ok {
		if len(s.known) >= heldAccounts {
			if err := s.emitAll(); err != nil {
				return err
			}
			clear(s.accounts)
			clear(s.told)
			s.known = s.known[:0]
		}
		n = uint32(len(s.known))
		s.accounts[who.key] = n
		s.known = append(s.known, who)
	}
	unix := at.Unix()
	key := signalKey{day: int32(unix / secondsADay), account: n, tool: r.tool, source: from}
	total := s.sums[key]
	if total == nil {
		total = &sum{}
		s.sums[key] = total
	}
	total.certainty = max(total.certainty, r.certainty)
	isNew := total.minutes.AddMinute(uint16(unix % secondsADay / 60))
	if isNew {
		s.minutes++
	}
	if isNew || from < names {
		total.hits++
	}
	if len(s.sums) > heldSignals || s.minutes > heldMinutes {
		return s.emitOldest()
	}
	return nil
}

// emitOldest emits the oldest day.
func (s *signals) emitOldest() error {
	oldest := int32(1<<31 - 1)
	for key := range s.sums {
		oldest = min(oldest, key.day)
	}
	return s.emit(oldest)
}

func (s *signals) emitAll() error { return s.emit(1<<31 - 1) }

// emit hands everything up to a day to the sink, in order.
func (s *signals) emit(until int32) error {
	keys := slices.Collect(maps.Keys(s.sums))
	keys = slices.DeleteFunc(keys, func(k signalKey) bool { return k.day > until })
	slices.SortFunc(keys, func(a, b signalKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.tool, b.tool), cmp.Compare(a.account, b.account), cmp.Compare(a.source, b.source))
	})
	for _, key := range keys {
		total := s.sums[key]
		delete(s.sums, key)
		s.minutes -= len(total.minutes)
		if total.hits < s.least {
			continue
		}
		if err := s.signal(key, total); err != nil {
			return err
		}
	}
	return nil
}

func (s *signals) signal(key signalKey, total *sum) error {
	who, tool := s.known[key.account], s.catalogue.tools[key.tool]
	if s.tool != "" {
		tool = s.tool
	}
	if pair := uint64(key.tool)<<32 | uint64(key.account); !s.isTold(pair) {
		s.told[pair] = struct{}{}
		a := record.Account{Tool: tool, Workspace: s.workspace, Key: who.key, Kind: who.kind, Email: who.email, Handle: who.handle}
		if err := s.sink.Account(&a); err != nil {
			return err
		}
	}
	return s.sink.Signal(&record.Signal{Tool: tool, Workspace: s.workspace, Account: who.key, Day: time.Unix(int64(key.day)*secondsADay, 0).UTC(),
		Source: sourceNames[key.source], Certainty: total.certainty, Hits: total.hits, Minutes: total.minutes})
}

func (s *signals) isTold(pair uint64) bool {
	_, ok := s.told[pair]
	return ok
}

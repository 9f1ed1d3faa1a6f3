package access

import (
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// ThrottledError says that an account or an address has failed to log in too often.
type ThrottledError struct{ Wait time.Duration }

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many attempts to log in: try again in %d seconds", e.Seconds())
}

// Seconds is the wait rounded up, as the Retry-After header wants it.
func (e *ThrottledError) Seconds() int { return int((e.Wait + time.Second - 1) / time.Second) }

// backOff says how many failures are free, and how the wait grows after them.
type backOff struct {
	free    int
	longest time.Duration
	forget  time.Duration // without a failure for so long, the count begins anew
}

var (
	// One account can be kept waiting by strangers, so its longest wait is one that its owner can bear; at one guess a
	// minute a password of 12 characters is safe.
	accountBackOff = backOff{free: 5, longest: time.Minute, forget: time.Hour}
	// An address may be a whole office behind one gateway, so more is free; but who guesses from it waits longer.
	addressBackOff = backOff{free: 20, longest: 15 * time.Minute, forget: time.Hour}
)

// mostThrottled bounds the memory: beyond it the failure that is longest ago is forgotten.
const mostThrottled = 4096

type throttleKey struct {
	account string
	address netip.Prefix
}

type failures struct {
	count int
	last  time.Time
	until time.Time
}

// throttle slows down guessing of passwords, per account (whether or not it exists) and per address.
type throttle struct {
	mu      sync.Mutex
	now     func() time.Time
	entries map[throttleKey]*failures
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, entries: map[throttleKey]*failures{}}
}

// begin counts an attempt as failed before it is made, so that many at once cannot slip through, and returns how long
// to wait first: if that is not 0 the attempt must not be made and was not counted.
func (t *throttle) begin(account string, address netip.Addr) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.makeRoom(2)
	byAccount := t.entry(accountKey(account), accountBackOff, now)
	byAddress := t.entry(addressKey(address), addressBackOff, now)
	if wait := max(byAccount.until.Sub(now), byAddress.until.Sub(now)); wait > 0 {
		return wait
	}
	byAccount.fail(accountBackOff, now)
	byAddress.fail(addressBackOff, now)
	return 0
}

// forgive takes back what begin counted: the attempt succeeded (then the account's earlier failures are forgotten
// too), or could not be judged.
func (t *throttle) forgive(account string, address netip.Addr, succeeded bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if succeeded {
		delete(t.entries, accountKey(account))
	} else {
		t.takeBack(accountKey(account))
	}
	t.takeBack(addressKey(address))
}

func (t *throttle) takeBack(key throttleKey) {
	if e := t.entries[key]; e != nil && e.count > 0 {
		e.count--
		e.until = time.Time{}
	}
}

func (t *throttle) entry(key throttleKey, b backOff, now time.Time) *failures {
	e := t.entries[key]
	if e == nil {
		e = &failures{}
		t.entries[key] = e
	}
	if now.Sub(e.last) >= b.forget {
		*e = failures{last: now}
	}
	return e
}

// makeRoom forgets the oldest failures until n more entries fit.
func (t *throttle) makeRoom(n int) {
	for len(t.entries)+n > mostThrottled {
		var oldest throttleKey
		var at time.Time
		for key, e := range t.entries {
			if at.IsZero() || e.last.Before(at) {
				oldest, at = key, e.last
			}
		}
		delete(t.entries, oldest)
	}
}

func (f *failures) fail(b backOff, now time.Time) {
	f.count++
	f.last = now
	if over := f.count - b.free; over > 0 {
		f.until = now.Add(min(time.Second<<min(over-1, 30), b.longest))
	}
}

func accountKey(name string) throttleKey { return throttleKey{account: clip(name, longestName)} }

// addressKey takes the network of an IPv6 address, of which every household has a whole one.
func addressKey(address netip.Addr) throttleKey {
	return throttleKey{account: "\x00address", address: network(address)}
}

func network(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, err := address.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all of those share one entry
	}
	return prefix
}

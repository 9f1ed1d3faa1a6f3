package access_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"crosstalk/access"
)

var (
	start  = time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)
	office = netip.MustParseAddr("192.0.2.7")
)

// clock is a time that tests move by hand.
type clock struct{ at time.Time }

func newClock() *clock                { return &clock{at: start} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }
func nthAddress(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}
func nthNetwork(i int, host uint8) netip.Addr { // another /64 for each i
	return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 0, 0, byte(i >> 8), byte(i), 15: host})
}

func TestThrottleByAccount(t *testing.T) {
	t.Parallel()
	c := newClock()
	th := access.NewThrottle(c.now)
	// Each attempt comes from another address and fails: six are made at once, then each waits twice as long.
	for i, want := range []int{0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60} {
		var waited time.Duration
		for wait := th.Begin("ann", nthAddress(i)); wait > 0; wait = th.Begin("ann", nthAddress(i)) {
			waited += wait
			c.pass(wait)
		}
		if waited != time.Duration(want)*time.Second {
			t.Errorf("attempt %d waited %v, want %d s", i+1, waited, want)
		}
	}
	if wait := th.Begin("bea", nthAddress(2000)); wait != 0 {
		t.Errorf("another account must wait %v", wait)
	}
	th.Forgive("ann", nthAddress(1), true)
	if wait := th.Begin("ann", nthAddress(2001)); wait != 0 {
		t.Errorf("after a success the account must wait %v", wait)
	}
}

func TestThrottleByAddress(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		from     func(i int) netip.Addr
		slowedBy time.Duration
	}{
		"one address":               {func(int) netip.Addr { return office }, time.Second},
		"one IPv6 network":          {func(i int) netip.Addr { return nthNetwork(1, uint8(i)) }, time.Second},
		"different addresses":       {nthAddress, 0},
		"different IPv6 networks":   {func(i int) netip.Addr { return nthNetwork(i, 1) }, 0},
		"no address to be known by": {func(int) netip.Addr { return netip.Addr{} }, time.Second},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			th := access.NewThrottle(newClock().now)
			for i := range 21 {
				if wait := th.Begin(fmt.Sprintf("user%d", i), tc.from(i)); wait != 0 {
					t.Fatalf("attempt %d must wait %v", i+1, wait)
				}
			}
			if wait := th.Begin("next", tc.from(21)); wait != tc.slowedBy {
				t.Errorf("after 21 failures wait %v, want %v", wait, tc.slowedBy)
			}
		})
	}
}

func TestThrottleOwnAccountDoesNotClearAddress(t *testing.T) {
	t.Parallel()
	c := newClock()
	th := access.NewThrottle(c.now)
	slowed := 0
	for i := range 200 {
		if th.Begin(fmt.Sprintf("victim%d", i), office) > 0 {
			slowed++
			c.pass(time.Second)
		}
		if th.Begin("mine", office) == 0 {
			th.Forgive("mine", office, true)
		}
	}
	if slowed < 100 {
		t.Errorf("logging in to an own account in between let %d of 200 guesses through", 200-slowed)
	}
}

func TestThrottleForgets(t *testing.T) {
	t.Parallel()
	c := newClock()
	th := access.NewThrottle(c.now)
	for range 6 {
		th.Begin("ann", office)
	}
	if th.Begin("ann", office) == 0 {
		t.Fatal("six failures do not slow down")
	}
	c.pass(time.Hour)
	for i := range 5 {
		if wait := th.Begin("ann", office); wait != 0 {
			t.Errorf("an hour later attempt %d must wait %v", i+1, wait)
		}
	}
}

func TestThrottleMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	th := access.NewThrottle(c.now)
	for i := range access.MostThrottled + 500 {
		c.pass(time.Millisecond)
		th.Begin(fmt.Sprintf("user%d", i), nthAddress(i))
	}
	if th.Len() > access.MostThrottled {
		t.Errorf("%d entries, want at most %d", th.Len(), access.MostThrottled)
	}
}

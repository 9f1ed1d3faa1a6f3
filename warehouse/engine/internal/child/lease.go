package child

import (
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"time"
)

// leases counts the commands that need this engine. Each holds one open connection, which the system closes for it
// however it ends; when none has been open for a while, the engine is over and takes no new one.
type leases struct {
	linger time.Duration
	over   chan struct{} // closed when the engine is to end

	mu      sync.Mutex
	open    map[net.Conn]struct{}
	timer   *time.Timer
	closing bool
}

// newLeases waits for a first lease for at least firstWait.
func newLeases(linger, firstWait time.Duration) *leases {
	l := &leases{linger: linger, over: make(chan struct{}), open: map[net.Conn]struct{}{}}
	l.timer = time.AfterFunc(max(linger, firstWait), l.expire)
	return l
}

func (l *leases) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 && !l.closing {
		l.closing = true
		close(l.over)
	}
}

func (l *leases) add(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return false
	}
	l.timer.Stop()
	l.open[c] = struct{}{}
	return true
}

func (l *leases) remove(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
	if len(l.open) == 0 && !l.closing {
		l.timer.Reset(l.linger)
	}
}

// end takes no more leases and closes those there are, by which their holders see that the engine goes.
func (l *leases) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closing = true
	l.timer.Stop()
	for c := range l.open {
		_ = c.Close()
	}
}

// Greeting is what a lease begins with.
type Greeting struct {
	PID     int    `json:"pid"`
	Version string `json:"version"` // of ClickHouse
}

// serve turns a request into a lease, which lasts as long as its connection.
func (l *leases) serve(greeting Greeting) http.HandlerFunc {
	body, _ := json.Marshal(greeting)
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		defer c.Close()
		if !l.add(c) {
			return
		}
		defer l.remove(c)
		if _, err := c.Write(append([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"), append(body, '\n')...)); err != nil {
			return
		}
		var one [1]byte
		for {
			if _, err := c.Read(one[:]); err != nil {
				return
			}
		}
	}
}

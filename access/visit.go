package access

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// visit is what the guard knows about a request.
type visit struct {
	identity Identity
	address  netip.Addr // the client's, as far as it can be believed
	host     hostName
	trusted  bool   // the peer is the trusted proxy
	secure   bool   // HTTPS between the browser and us or the trusted proxy
	direct   bool   // from this machine, with no sign of a proxy in between
	secret   string // of the session that is alive
	expired  bool   // a session cookie came that is no longer good
	csrfSeed string // of visitors without a session
}

type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitFrom(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// newVisit reads where the request came from. Forwarding headers count only when the peer is the trusted proxy.
func (g *Guard) newVisit(r *http.Request) *visit {
	peer := parseAddress(r.RemoteAddr)
	v := &visit{address: peer, trusted: g.trusts(peer), secure: r.TLS != nil}
	v.host, _ = parseHost(r.Host)
	if v.trusted {
		v.address = g.forwardedFor(r, peer)
		v.secure = v.secure || forwardedHTTPS(r)
	}
	v.direct = peer.IsLoopback() && !forwarded(r)
	v.identity.Address = addressText(v.address)
	return v
}

func (g *Guard) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(g.networks, func(n netip.Prefix) bool { return n.Contains(address) })
}

// forwardedFor walks X-Forwarded-For from its end, where the nearest proxy wrote, to the first address that is not
// one of ours: what stands before that one may be invented.
func (g *Guard) forwardedFor(r *http.Request, peer netip.Addr) netip.Addr {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	client := peer
	for _, hop := range slices.Backward(hops) {
		address := parseAddress(hop)
		if !address.IsValid() {
			break
		}
		client = address
		if !g.trusts(address) {
			break
		}
	}
	return client
}

// forwardedHTTPS reports whether every hop that says so was HTTPS.
func forwardedHTTPS(r *http.Request) bool {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return !slices.ContainsFunc(hops, func(hop string) bool { return !strings.EqualFold(strings.TrimSpace(hop), "https") })
}

var forwardingHeaders = []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// forwarded reports whether the request shows that it came through a proxy.
func forwarded(r *http.Request) bool {
	return slices.ContainsFunc(forwardingHeaders, func(name string) bool { return len(r.Header[name]) > 0 })
}

package access

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

const longestHost = 253

var errHostForm = errors.New("not a host name")

// hostName is the host of a Host header, an Origin or a configuration, brought to one spelling.
type hostName struct {
	name    string // lower case, without a final dot; an address in its canonical form, without brackets
	port    string // empty if none was given
	address netip.Addr
}

// parseHost reads host, host:port, or an IPv6 address, which needs brackets only before a port.
func parseHost(s string) (hostName, error) {
	name, port := s, ""
	if h, p, err := net.SplitHostPort(s); err == nil {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil {
			return hostName{}, errHostForm
		}
		name, port = h, p
	} else if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		name = s[1 : len(s)-1]
	}
	if address, err := netip.ParseAddr(name); err == nil {
		address = address.Unmap().WithZone("")
		return hostName{name: address.String(), port: port, address: address}, nil
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	strange := func(c rune) bool { return notInName(c) || c == '@' }
	if name == "" || len(name) > longestHost || strings.ContainsFunc(name, strange) {
		return hostName{}, errHostForm
	}
	return hostName{name: name, port: port}, nil
}

// String writes the host as it stands in a URL.
func (h hostName) String() string {
	name := h.name
	if h.address.Is6() {
		name = "[" + name + "]"
	}
	if h.port == "" {
		return name
	}
	return name + ":" + h.port
}

// local reports whether the name can mean nothing but this machine.
func (h hostName) local() bool { return h.name == "localhost" || h.address.IsLoopback() }

// hostList are the hosts under which the server answers. A page of another site can make a browser send requests
// here under that site's name (DNS rebinding); those are turned away.
type hostList []hostName

// newHostList joins the hosts of the listen addresses with the configured ones. Both must have been checked.
func newHostList(listen, configured []string) hostList {
	hosts := hostList{{name: "localhost"}}
	for _, address := range listen {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			continue
		}
		if h, err := parseHost(host); err == nil && !h.address.IsUnspecified() {
			hosts = append(hosts, h)
		}
	}
	for _, name := range configured {
		if h, err := parseHost(name); err == nil {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// allows reports whether a request for host is meant for this server. The address at which the connection arrived is
// always good: rebinding needs a name.
func (l hostList) allows(host hostName, r *http.Request) bool {
	if host.name == "127.0.0.1" || host.name == "::1" || host.address.IsValid() && host.address == arrivedAt(r) {
		return true
	}
	for _, h := range l {
		if h.name == host.name && (h.port == "" || h.port == host.port) {
			return true
		}
	}
	return false
}

// arrivedAt is the server's end of the connection.
func arrivedAt(r *http.Request) netip.Addr {
	address, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	return parseAddress(address.String())
}

// parseAddress reads an address with or without a port; what is none gives the zero address.
func parseAddress(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}

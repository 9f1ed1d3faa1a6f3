package access

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// resolveWithin bounds how long the start waits for a name to be resolved.
const resolveWithin = 5 * time.Second

type lookup func(ctx context.Context, host string) ([]netip.Addr, error)

func systemLookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// CheckListen refuses, in one sentence that says what to do, to listen where other machines can connect unless users
// exist or a trusted proxy logs people in. The loopback is always allowed.
func CheckListen(address string, hasUsers, hasProxy bool) error {
	return checkListen(address, hasUsers, hasProxy, systemLookup)
}

func checkListen(address string, hasUsers, hasProxy bool, resolve lookup) error {
	loopback, err := onLoopback(address, resolve)
	switch {
	case err != nil:
		return err
	case loopback || hasUsers || hasProxy:
		return nil
	}
	return fmt.Errorf("listening on %s would let everybody in: add a user first (crosstalk user add NAME --role admin), "+
		"or configure auth.proxy, or listen on 127.0.0.1", address)
}

// onLoopback reports whether all that the listen address stands for is this machine alone.
func onLoopback(address string, resolve lookup) (bool, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return false, fmt.Errorf("%s is not an address to listen on: write HOST:PORT, for example 127.0.0.1:8080", quote(address))
	}
	if host == "" {
		return false, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback(), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveWithin)
	defer cancel()
	addresses, err := resolve(ctx, host)
	if err != nil || len(addresses) == 0 {
		return false, fmt.Errorf("%s cannot be resolved: listen on an address of this machine, for example 127.0.0.1", quote(host))
	}
	for _, ip := range addresses {
		if !ip.Unmap().IsLoopback() {
			return false, nil
		}
	}
	return true, nil
}

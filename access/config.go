package access

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Config is the auth section of crosstalk.yaml.
type Config struct {
	// Hosts are further names under which the server is reached, with or without a port.
	Hosts []string `yaml:"hosts,omitempty"`
	// UsersRequired asks for a login on the loopback too, even while there is no user.
	UsersRequired bool          `yaml:"users_required,omitempty"`
	Proxy         ProxyConfig   `yaml:"proxy,omitempty"`
	Session       SessionConfig `yaml:"session,omitempty"`
}

// ProxyConfig says which proxy is trusted, and for what.
type ProxyConfig struct {
	// Addresses are the proxy's own addresses or networks. From them alone are X-Forwarded-For, X-Forwarded-Proto and
	// the headers below believed.
	Addresses []string `yaml:"addresses,omitempty"`
	// Header carries the name of the person whom the proxy let in. Empty: the proxy does not log people in.
	Header string `yaml:"header,omitempty"`
	// RoleHeader carries groups, separated by commas, from which the role follows. It may be the same as Header.
	RoleHeader string `yaml:"role_header,omitempty"`
	// Roles gives a group its role; the highest counts. The group "*" is everybody else: left out, they are viewers
	// without a role header, and not let in with one.
	Roles map[string]Role `yaml:"roles,omitempty"`
}

// SessionConfig says how long a login lasts.
type SessionConfig struct {
	Idle     time.Duration `yaml:"idle,omitempty"`     // since the last request; default 12h
	Absolute time.Duration `yaml:"absolute,omitempty"` // since the login; default 168h
	// PlainHTTP takes passwords over plain HTTP from other machines too, where others on the way can read them.
	PlainHTTP bool `yaml:"plain_http,omitempty"`
}

const (
	defaultIdle     = 12 * time.Hour
	defaultAbsolute = 7 * 24 * time.Hour
	shortestIdle    = time.Minute
	longestSession  = 90 * 24 * time.Hour
	everybody       = "*"
)

func (s SessionConfig) withDefaults() SessionConfig {
	if s.Idle == 0 {
		s.Idle = defaultIdle
		if s.Absolute != 0 {
			s.Idle = min(s.Idle, s.Absolute)
		}
	}
	if s.Absolute == 0 {
		s.Absolute = max(defaultAbsolute, s.Idle)
	}
	return s
}

// LogsIn reports whether the trusted proxy logs people in.
func (p ProxyConfig) LogsIn() bool { return p.Header != "" && len(p.Addresses) > 0 }

// Validate returns one clear sentence for everything that is wrong, joined by line breaks.
func (c Config) Validate() error {
	var wrong []error
	for _, host := range c.Hosts {
		if _, err := parseHost(host); err != nil || strings.Contains(host, everybody) {
			wrong = append(wrong, fmt.Errorf("auth.hosts: %s is not a host name: write it like crosstalk.example.com, without http:// and path", quote(host)))
		}
	}
	return errors.Join(append(wrong, c.Proxy.validate(), c.Session.validate())...)
}

func (p ProxyConfig) validate() error {
	_, err := p.networks()
	wrong := []error{err}
	if p.Header != "" && len(p.Addresses) == 0 {
		wrong = append(wrong, errors.New("auth.proxy.header needs auth.proxy.addresses: name the proxy's own address, for example 10.0.0.5"))
	}
	if p.Header == "" && (p.RoleHeader != "" || len(p.Roles) > 0) {
		wrong = append(wrong, errors.New("auth.proxy.header is missing: name the header that carries the user, for example X-Forwarded-User"))
	}
	for group := range p.Roles {
		if group != everybody && p.RoleHeader == "" {
			wrong = append(wrong, errors.New("auth.proxy.roles names groups, which needs auth.proxy.role_header: name the header that carries them, for example X-Forwarded-Groups"))
			break
		}
	}
	return errors.Join(append(wrong, checkHeader("auth.proxy.header", p.Header), checkHeader("auth.proxy.role_header", p.RoleHeader))...)
}

// spokenFor are headers that mean something else.
var spokenFor = []string{"Authorization", "Cookie", "Host", "Origin", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip", csrfHeader}

func checkHeader(key, name string) error {
	if name == "" {
		return nil
	}
	if strings.ContainsFunc(strings.ToLower(name), func(c rune) bool { return notInName(c) || c == '.' || c == '@' }) {
		return fmt.Errorf("%s: %s is not the name of a header: use letters, digits and hyphens", key, quote(name))
	}
	if slices.ContainsFunc(spokenFor, func(other string) bool { return strings.EqualFold(other, name) }) {
		return fmt.Errorf("%s: %s means something else: name the header in which the proxy puts the user, for example X-Forwarded-User", key, name)
	}
	return nil
}

func (s SessionConfig) validate() error {
	full := s.withDefaults()
	switch {
	case s.Idle < 0 || s.Absolute < 0 || full.Idle < shortestIdle:
		return errors.New("auth.session: idle and absolute are at least 1m, for example 12h and 168h")
	case full.Absolute < full.Idle:
		return errors.New("auth.session.absolute is shorter than auth.session.idle: make it at least as long")
	case full.Absolute > longestSession:
		return errors.New("auth.session.absolute is longer than 2160h (90 days): make it shorter")
	}
	return nil
}

// networks reads the proxy's addresses.
func (p ProxyConfig) networks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range p.Addresses {
		network, err := parseNetwork(text)
		if err != nil {
			return nil, err
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	switch {
	case err != nil || network.Addr().Is4In6():
		return network, fmt.Errorf("auth.proxy.addresses: %s is neither an address like 10.0.0.5 nor a network like 10.0.0.0/24", quote(text))
	case network.Bits() == 0:
		return network, fmt.Errorf("auth.proxy.addresses: %s trusts every address: name the proxy's own", quote(text))
	}
	return network.Masked(), nil
}

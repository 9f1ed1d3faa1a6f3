package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// ErrPlainHTTP says that a password was about to be sent where others can read it.
var ErrPlainHTTP = errors.New("logging in from another machine needs HTTPS: put a proxy with a certificate in front " +
	"and name it in auth.proxy.addresses, or set auth.session.plain_http")

// RefuseFunc answers a request that is not let through. Headers other than the content's are set already. The
// sentence is for people and holds nothing from the request.
type RefuseFunc func(w http.ResponseWriter, r *http.Request, status int, sentence string)

// GuardOptions are what a [Guard] takes from outside.
type GuardOptions struct {
	Listen []string   // every HOST:PORT the server listens on
	Refuse RefuseFunc // default: the sentence as plain text
}

// Guard stands in front of the pages. It is safe for concurrent use.
type Guard struct {
	registry *Registry
	config   Config
	networks []netip.Prefix
	hosts    hostList
	loopback bool
	origins  *http.CrossOriginProtection
	refuse   RefuseFunc
}

// NewGuard returns a guard for config, or what is wrong with it.
func NewGuard(registry *Registry, config Config, o GuardOptions) (*Guard, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	networks, err := config.Proxy.networks()
	if err != nil {
		return nil, err
	}
	g := &Guard{
		registry: registry, config: config, networks: networks,
		hosts: newHostList(o.Listen, config.Hosts), loopback: loopbackOnly(o.Listen, systemLookup),
		origins: http.NewCrossOriginProtection(), refuse: o.Refuse,
	}
	if g.refuse == nil {
		g.refuse = refuseInPlainText
	}
	// A proxy may send on requests under another Host; then the browser's Origin names one of the configured hosts.
	for _, name := range config.Hosts {
		host, _ := parseHost(name)
		if err := g.origins.AddTrustedOrigin("https://" + host.String()); err != nil {
			return nil, fmt.Errorf("auth.hosts: %w", err)
		}
	}
	return g, nil
}

// Middleware checks the Host header, finds who makes the request ([From] returns it to what follows), and lets
// changes through only from pages of this server. It lets nobody's requests through too: [Guard.Require] asks for a role.
func (g *Guard) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := g.newVisit(r)
		if err := g.admit(w, r, v); err != nil {
			g.turnAway(w, r, v, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(withVisit(r.Context(), v)))
	})
}

func (g *Guard) admit(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.host.name == "" {
		return &refusal{status: http.StatusBadRequest, outcome: OutcomeUnknownHost, sentence: "the Host header is missing or malformed"}
	}
	if !g.hosts.allows(v.host, r) {
		return &refusal{status: http.StatusMisdirectedRequest, outcome: OutcomeUnknownHost,
			sentence: "this server does not answer under this name: add the name to auth.hosts in crosstalk.yaml"}
	}
	if err := g.identify(r, v); err != nil {
		return err
	}
	v.readCSRFSeed(r)
	err := g.checkChange(w, r, v)
	if err != nil && v.expired && r.URL.Path != LoginPath {
		return errLogInFirst
	}
	return err
}

// Require lets only identities through whose role allows need. It works behind [Guard.Middleware].
func (g *Guard) Require(need Role) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v := visitFrom(r.Context())
			if v == nil {
				v = &visit{}
			}
			switch {
			case v.identity.Known() && v.identity.Role.Allows(need):
				next.ServeHTTP(w, r)
			case v.identity.Known():
				g.turnAway(w, r, v, &refusal{status: http.StatusForbidden, outcome: OutcomeRoleTooLow,
					sentence: "this needs the role " + need.String() + ": ask an admin"})
			default:
				g.turnAway(w, r, v, errLogInFirst)
			}
		})
	}
}

// Login checks a password, ends the session that the request came with, and gives the browser a new one. It returns
// ErrLogin, a *ThrottledError or ErrPlainHTTP, which the login page may show, or another error when the store fails.
func (g *Guard) Login(w http.ResponseWriter, r *http.Request, name, password string) error {
	v := visitFrom(r.Context())
	if v == nil {
		return errors.New("access: Login outside of Guard.Middleware")
	}
	cookieName, ok := g.sessionCookie(v)
	if !ok {
		g.registry.audit.refusal(r.Context(), v.identity, ActionLogin, "", OutcomePlainHTTP)
		return ErrPlainHTTP
	}
	secret, session, err := g.registry.Login(r.Context(), name, password, v.address)
	if err != nil {
		return err
	}
	if err := g.registry.end(r.Context(), v.secret); err != nil {
		return err
	}
	lasts := session.ExpiresAt.Sub(session.CreatedAt)
	http.SetCookie(w, cookie(cookieName, secret, v.secure, int(lasts/time.Second)))
	return nil
}

// Logout ends the session that the request came with. Without one it does nothing.
func (g *Guard) Logout(w http.ResponseWriter, r *http.Request) error {
	v := visitFrom(r.Context())
	if v == nil || v.secret == "" {
		return nil
	}
	if err := g.registry.end(r.Context(), v.secret); err != nil {
		return err
	}
	cookieName, _ := g.sessionCookie(v)
	http.SetCookie(w, cookie(cookieName, "", v.secure, -1))
	return g.registry.audit.write(context.WithoutCancel(r.Context()), v.identity, ActionLogout, v.identity.Name, OutcomeDone)
}

package access

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// identify finds who makes the request. A token of ours counts alone; then the trusted proxy's word, then a session,
// then whoever sits at this machine. Nobody at all is no error.
func (g *Guard) identify(r *http.Request, v *visit) error {
	if secret := bearerSecret(r); strings.HasPrefix(secret, tokenPrefix) {
		return g.identifyToken(r, v, secret)
	}
	if err := g.identifyProxy(r, v); err != nil || v.identity.Known() {
		return err
	}
	if err := g.identifySession(r, v); err != nil || v.identity.Known() {
		return err
	}
	return g.identifyOpen(r, v)
}

func bearerSecret(r *http.Request) string {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

func (g *Guard) identifyToken(r *http.Request, v *visit, secret string) error {
	identity, err := g.registry.bearer(r.Context(), secret)
	if errors.Is(err, errNoToken) {
		return &refusal{status: http.StatusUnauthorized, outcome: OutcomeBadToken, challenge: true,
			sentence: "this token is unknown, removed or expired: create one with crosstalk user token"}
	}
	v.become(identity)
	return err
}

// identifyProxy believes the configured header from the trusted proxy. From anybody else it is ignored, and audited,
// since honest clients do not send it.
func (g *Guard) identifyProxy(r *http.Request, v *visit) error {
	names := r.Header.Values(g.config.Proxy.Header)
	if !g.config.Proxy.LogsIn() || len(names) == 0 {
		return nil
	}
	if !v.trusted {
		g.registry.audit.refusal(r.Context(), v.identity, ActionRequest, r.URL.EscapedPath(), OutcomeProxyIgnored)
		return nil
	}
	if len(names) == 1 && strings.TrimSpace(names[0]) == "" {
		return nil
	}
	name, ok := proxyName(names[0])
	if !ok || len(names) > 1 {
		return &refusal{status: http.StatusForbidden, outcome: OutcomeProxyRefused,
			sentence: "the proxy in front sent no usable user name: it must set the header " + g.config.Proxy.Header + " once, to one name"}
	}
	role := g.proxyRole(r)
	if role == None {
		return &refusal{status: http.StatusForbidden, outcome: OutcomeProxyRefused,
			sentence: "none of your groups has a role here: ask an admin to add one to auth.proxy.roles"}
	}
	v.become(Identity{Name: name, Role: role, Kind: KindProxy})
	return nil
}

// proxyRole is the highest role of the groups that the proxy names.
func (g *Guard) proxyRole(r *http.Request) Role {
	roles := g.config.Proxy.Roles
	best, listed := roles[everybody]
	if g.config.Proxy.RoleHeader == "" {
		if !listed {
			return Viewer
		}
		return best
	}
	for _, value := range r.Header.Values(g.config.Proxy.RoleHeader) {
		for group := range strings.SplitSeq(value, ",") {
			if group = strings.TrimSpace(group); group != everybody {
				best = max(best, roles[group])
			}
		}
	}
	return best
}

func (g *Guard) identifySession(r *http.Request, v *visit) error {
	name, ok := g.sessionCookie(v)
	if !ok {
		return nil
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return nil
	}
	identity, err := g.registry.resume(r.Context(), cookie.Value)
	if errors.Is(err, errNoSession) {
		v.expired = true
		return nil
	}
	if err != nil {
		return err
	}
	v.become(identity)
	v.secret = cookie.Value
	return nil
}

// identifyOpen lets in whoever sits at this machine, while the server listens on the loopback only, no login was ever
// set up, and the request shows no sign of having come from elsewhere.
func (g *Guard) identifyOpen(r *http.Request, v *visit) error {
	if !g.loopback || g.config.UsersRequired || g.config.Proxy.LogsIn() || !v.direct || !v.host.local() {
		return nil
	}
	hasUsers, err := g.registry.HasUsers(r.Context())
	if err == nil && !hasUsers {
		v.become(Identity{Name: openName, Role: Admin, Kind: KindOpen})
	}
	return err
}

// become takes on an identity and keeps the address.
func (v *visit) become(identity Identity) {
	identity.Address = v.identity.Address
	v.identity = identity
}

// sessionCookie is the name of the session's cookie on this connection, and whether one may be used on it. The two
// names are kept apart, so that a cookie planted over plain HTTP means nothing over HTTPS.
func (g *Guard) sessionCookie(v *visit) (string, bool) {
	if v.secure {
		return "__Host-crosstalk", true
	}
	return "crosstalk_session", v.direct || g.config.Session.PlainHTTP
}

// loopbackOnly reports whether every listen address is this machine alone; one that cannot be judged is not.
func loopbackOnly(listen []string, resolve lookup) bool {
	return len(listen) > 0 && !slices.ContainsFunc(listen, func(address string) bool {
		loopback, err := onLoopback(address, resolve)
		return err != nil || !loopback
	})
}

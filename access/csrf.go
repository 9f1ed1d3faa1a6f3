package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
)

const (
	csrfHeader = "X-CSRF-Token"
	csrfField  = "csrf"
	// mostFormBytes bounds a form read in search of its csrf field.
	mostFormBytes = 1 << 20
)

// CSRFToken returns the token that every change from a page must carry, as the header X-CSRF-Token or, in a
// url-encoded form, as the field csrf. It must be called before the status is sent, since visitors without a session
// get a cookie with it. Each call gives another spelling of the token, so that compression reveals nothing of it.
func (g *Guard) CSRFToken(w http.ResponseWriter, r *http.Request) (string, error) {
	v := visitFrom(r.Context())
	if v == nil {
		return "", errors.New("access: CSRFToken outside of Guard.Middleware")
	}
	if v.secret == "" && v.csrfSeed == "" {
		seed, err := newSecret(g.registry.rand)
		if err != nil {
			return "", err
		}
		v.csrfSeed = seed
		http.SetCookie(w, cookie(csrfCookie(v), seed, v.secure, 0))
	}
	mask := make([]byte, sha256.Size)
	if _, err := io.ReadFull(g.registry.rand, mask); err != nil {
		return "", err
	}
	sum := v.csrfSum()
	masked := make([]byte, sha256.Size)
	subtle.XORBytes(masked, sum, mask)
	return secretEncoding.EncodeToString(append(mask, masked...)), nil
}

// csrfSum binds the token to the session's secret, or else to the visitor's cookie, and to who it was given to.
func (v *visit) csrfSum() []byte {
	seed := v.secret
	if seed == "" {
		seed = v.csrfSeed
	}
	mac := hmac.New(sha256.New, []byte(seed))
	mac.Write([]byte("csrf " + string(v.identity.Kind) + " " + v.identity.Name))
	return mac.Sum(nil)
}

func csrfCookie(v *visit) string {
	if v.secure {
		return "__Host-crosstalk_csrf"
	}
	return "crosstalk_csrf"
}

// readCSRFSeed takes the visitor's cookie, if it has the form we gave it.
func (v *visit) readCSRFSeed(r *http.Request) {
	if c, err := r.Cookie(csrfCookie(v)); err == nil && isSecret(c.Value) {
		v.csrfSeed = c.Value
	}
}

// checkChange refuses a change that did not come from one of our pages. Requests with a bearer token carry no cookie
// that another site could abuse, and are let through.
func (g *Guard) checkChange(w http.ResponseWriter, r *http.Request, v *visit) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return nil
	}
	if v.identity.Kind == KindToken {
		return nil
	}
	if g.origins.Check(r) == nil && v.csrfMatches(sentCSRF(w, r)) {
		return nil
	}
	return &refusal{status: http.StatusForbidden, outcome: OutcomeNotAPage,
		sentence: "this change did not come from a page of this server, or from one that is too old: load the page again and repeat"}
}

// sentCSRF finds the token in the header or in a url-encoded form. Other bodies are left unread; in particular no
// upload is parsed, which would write it to disk.
func sentCSRF(w http.ResponseWriter, r *http.Request) string {
	if token := r.Header.Get(csrfHeader); token != "" {
		return token
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return ""
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostFormBytes)
	if r.ParseForm() != nil {
		return ""
	}
	return r.PostForm.Get(csrfField)
}

func (v *visit) csrfMatches(token string) bool {
	if v.secret == "" && v.csrfSeed == "" {
		return false
	}
	b, err := secretEncoding.DecodeString(token)
	if err != nil || len(b) != 2*sha256.Size {
		return false
	}
	sum := make([]byte, sha256.Size)
	subtle.XORBytes(sum, b[:sha256.Size], b[sha256.Size:])
	return hmac.Equal(sum, v.csrfSum())
}

// cookie is one of ours; a negative maxAge removes it, 0 lets it end with the browser.
func cookie(name, value string, secure bool, maxAge int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
}

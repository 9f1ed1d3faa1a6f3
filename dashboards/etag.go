package dashboards

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// isKnown names what is answered, for clients to ask whether it is still the same, and reports whether this client has
// it. The name holds when the server began, since its configuration shapes the answers too. It is a weak one: an answer
// says when it was written down.
func (s *Server) isKnown(c echo.Context, parts ...string) bool {
	parts = append(parts, s.config.Version, s.begun.Format(time.RFC3339Nano))
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := c.Response().Header()
	h.Set("ETag", "W/"+tag)
	h.Set("Cache-Control", "private, no-cache")
	return slices.ContainsFunc(strings.Split(strings.Join(c.Request().Header.Values("If-None-Match"), ","), ","), func(known string) bool {
		return strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag
	})
}

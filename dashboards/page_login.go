package dashboards

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"crosstalk/access"
	"crosstalk/views"
)

func (s *Server) showLogin(c echo.Context) error {
	next := access.SafeNext(c.QueryParam("next"))
	if who := access.From(c.Request().Context()); who.Known() && who.Kind != access.KindToken {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return s.askPassword(c, http.StatusOK, views.Login{Next: next})
}

func (s *Server) login(c echo.Context) error {
	name, next := c.FormValue("name"), access.SafeNext(c.FormValue("next"))
	err := s.guard.Login(c.Response(), c.Request(), name, c.FormValue("password"))
	var throttled *access.ThrottledError
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, next)
	case errors.As(err, &throttled):
		return s.askPassword(c, http.StatusTooManyRequests, views.Login{Next: next, Wrong: capitalised(err.Error()) + "."})
	case errors.Is(err, access.ErrLogin), errors.Is(err, access.ErrPlainHTTP):
		return s.askPassword(c, http.StatusForbidden, views.Login{Next: next, Wrong: capitalised(err.Error()) + "."})
	}
	return err
}

func (s *Server) askPassword(c echo.Context, status int, page views.Login) error {
	token, err := s.guard.CSRFToken(c.Response(), c.Request())
	if err != nil {
		return err
	}
	page.CSRF, page.Asset = token, s.assets.address
	c.Response().Header().Set("Cache-Control", "no-store")
	return render(c.Request().Context(), c.Response(), status, views.LoginPage(page))
}

func (s *Server) logout(c echo.Context) error {
	if err := s.guard.Logout(c.Response(), c.Request()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, access.LoginPath)
}

package dashboards

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"crosstalk/access"
	"crosstalk/analytics"
	"crosstalk/views"
)

// page is one entry of the menu.
type page struct {
	path     string
	menu     string // its name in the rail
	group    string // the part of the rail; empty is the top
	filtered bool   // has the filter bar, and needs data
	make     func(context.Context, *visit) (body, error)
}

// body is what a page puts into the frame.
type body struct {
	title, lede string
	content     templ.Component
	shown       analytics.Answer // names the days in the filter bar
	refused     []string         // sentences of the gate about single figures
	status      int              // 0 is 200
}

func pages() []page {
	return []page{briefPage(), sprawlPage(), silosPage(), frequencyPage(), sourcesPage(), definitionsPage()}
}

var menuGroups = []string{"", "Today", "Over time", "Running it"}

// visit is one request for a page: one snapshot, one filter.
type visit struct {
	server   *Server
	request  *http.Request
	snapshot analytics.Snapshot
	filter   analytics.Filter
	look     views.Look
	fresh    func() (views.Freshness, error) // waits for it; nil where there is no frame
}

func (s *Server) newVisit(c echo.Context, f analytics.Filter) (*visit, error) {
	snapshot, err := s.config.Querier.Snapshot(c.Request().Context())
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return &visit{server: s, request: c.Request(), snapshot: snapshot, filter: f, look: s.look(snapshot)}, nil
}

// show answers with a page.
func (s *Server) show(p page) echo.HandlerFunc {
	return func(c echo.Context) error {
		var unreadable error
		f := analytics.Filter{}
		if p.filtered {
			f, unreadable = pageFilter(c.QueryParams())
		}
		v, err := s.newVisit(c, f)
		if err != nil {
			return err
		}
		v.fresh = s.lookUpFreshness(c.Request().Context(), v.snapshot.DataUntil())
		b, err := s.fill(c.Request().Context(), p, v, unreadable)
		if err != nil {
			return err
		}
		return s.finish(c, p, v, b)
	}
}

// fill makes the body, or one that says why there is none.
func (s *Server) fill(ctx context.Context, p page, v *visit, unreadable error) (body, error) {
	if unreadable != nil {
		return unreadableBody(unreadable), nil
	}
	if p.filtered && v.snapshot.DataUntil().IsZero() {
		return body{title: "Nothing has been read yet", lede: "This page shows how people communicate as soon as there is something to read.", content: views.Empty()}, nil
	}
	b, err := p.make(ctx, v)
	if errors.Is(err, analytics.ErrFilter) {
		return unreadableBody(err), nil
	}
	return b, err
}

func unreadableBody(err error) body {
	known := problemOf(err)
	return body{title: known.title, lede: known.sentence, content: templ.NopComponent, status: known.status}
}

// finish puts the body into the frame and sends it.
func (s *Server) finish(c echo.Context, p page, v *visit, b body) error {
	frame, err := s.frame(c, p, v, b)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	return render(templ.WithChildren(ctx, b.content), c.Response(), cmp.Or(b.status, http.StatusOK), views.Layout(frame))
}

func (s *Server) frame(c echo.Context, p page, v *visit, b body) (views.Frame, error) {
	ctx := c.Request().Context()
	who := access.From(ctx)
	frame := views.Frame{
		Title: b.title, Lede: b.lede, Organisation: s.config.Organisation, Menu: menu(p, v.filter),
		Notices: b.refused, Open: who.Open(), Asset: s.assets.address,
	}
	var err error
	if frame.Fresh, err = v.fresh(); err != nil {
		return frame, err
	}
	if p.filtered && !v.snapshot.DataUntil().IsZero() {
		if frame.Filter, err = s.filterBar(ctx, p, v.filter, v.look, b.shown); err != nil {
			return frame, err
		}
	}
	if who.Kind == access.KindSession {
		frame.User = who.Name
		frame.CSRF, err = s.guard.CSRFToken(c.Response(), c.Request())
	}
	return frame, err
}

// menu lists the pages there are, with the filters that go along.
func menu(current page, f analytics.Filter) []views.MenuGroup {
	var groups []views.MenuGroup
	for _, title := range menuGroups {
		group := views.MenuGroup{Title: title}
		for _, p := range pages() {
			if p.group != title {
				continue
			}
			path := p.path
			if p.filtered {
				path = address(p.path, f)
			}
			group.Items = append(group.Items, views.MenuItem{Title: p.menu, Path: path, Current: p.path == current.path})
		}
		if len(group.Items) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// plan collects what a page wants to know, to ask it all at once of one snapshot.
type plan struct {
	visit     *visit
	questions []analytics.Ask
	asks      []func(context.Context, analytics.Snapshot) error
}

// want asks a metric; the result is there after run. A refusal of the gate is a result too: the figure says it.
func want[R any](p *plan, d *analytics.Definition[R], f analytics.Filter) *views.Result[R] {
	result := new(views.Result[R])
	p.questions = append(p.questions, analytics.Ask{Metric: d, Filter: f})
	p.asks = append(p.asks, func(ctx context.Context, s analytics.Snapshot) error {
		v := p.visit
		answer, err := v.server.answers.ask(ctx, s, d, f)
		if errors.Is(err, analytics.ErrRefused) {
			empty := analytics.Answer{Metric: d, Filter: f, MinimumGroup: v.server.config.Setting.MinimumGroup}
			*result = views.Result[R]{Answer: empty, Refused: capitalised(err.Error()) + ".", Faces: facesOf(d, f, empty)}
			return nil
		}
		if err != nil {
			return err
		}
		*result = views.ResultOf(d, answer, facesOf(d, f, answer))
		return nil
	})
	return result
}

// run asks everything side by side: much of it waits for what the questions share.
func (p *plan) run(ctx context.Context) error {
	s := analytics.Together(p.visit.snapshot, p.visit.server.config.Setting, p.questions...)
	group, ctx := errgroup.WithContext(ctx)
	for _, ask := range p.asks {
		group.Go(func() error { return ask(ctx, s) })
	}
	return group.Wait()
}

// bodyOf is the body of a page about figures. When the gate refused all of them, the page says so with its status.
func bodyOf(title, lede string, content templ.Component, shown analytics.Answer, refusals ...string) body {
	b := body{title: title, lede: lede, content: content, shown: shown}
	for _, sentence := range refusals {
		if sentence != "" && (len(b.refused) == 0 || b.refused[len(b.refused)-1] != sentence) {
			b.refused = append(b.refused, sentence)
		}
	}
	if len(refusals) > 0 && allSaid(refusals) {
		b.status = http.StatusForbidden
	}
	return b
}

func allSaid(sentences []string) bool {
	for _, s := range sentences {
		if s == "" {
			return false
		}
	}
	return true
}

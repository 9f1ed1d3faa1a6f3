// Package views holds every page and component as templ templates over view models. It turns released rows into
// sentences, tiles, charts and tables, and does no I/O of any kind: it knows no requests, no queries and no clock.
//
// No template carries a style attribute, an inline handler or an inline script, so that the pages live under a strict
// Content-Security-Policy; colours of tools are drawn as SVG. Every page is whole without JavaScript.
package views

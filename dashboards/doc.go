// Package dashboards serves every face of the metrics: pages, CSV, JSON and the Prometheus endpoint, with the
// middleware in front of them. JSON is described by an OpenAPI document, which like the gauges is made from the registry
// of metrics alone. A page has one file, which says its path, title, place in the menu and handler.
//
// Everything a page shows is asked of one Snapshot, so that no page mixes two generations, and rendered into a buffer
// before a status is sent. What the privacy gate released is never added to here: the package has no data but answers
// of package analytics and what its own small interfaces say about sources and groups.
package dashboards

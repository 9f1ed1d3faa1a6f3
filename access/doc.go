// Package access decides who may see and change what: users with passwords, sessions, bearer tokens, a trusted
// proxy's word, roles, and the audit log of it all.
//
// A [Registry] keeps users, sessions and tokens in a [Store] and is all that the command line needs. A [Guard] puts
// the registry in front of an http.Handler: it checks the Host header, finds the [Identity] behind a request, and
// refuses changes that did not come from a page of this server.
//
// The package knows nothing of metrics, pages or ClickHouse, and writes no page of its own beyond one sentence for a
// refused request. Secrets are never stored (passwords as argon2id, session ids and tokens as SHA-256) and never
// reach a log or the audit log.
package access

// Package stat is pure statistics: how evenly something is spread, how much two sets share, where the middle lies and
// between which bounds a figure moves when people are drawn again. It knows nothing of metrics, people or messages, does
// no I/O, and never uses a source of randomness that is not seeded by its caller's data.
package stat

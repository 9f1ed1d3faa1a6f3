// Package stat is pure statistics: how evenly something is spread, how much two sets share, where the middle lies and
// between which bounds a figure moves when people are drawn again; how long something takes when not all of it was seen to end;
// what a few trials say of a chance; slopes of short series, curves of adoption; who is at the centre of a graph, and how much it
// falls apart into groups. It knows nothing of metrics, people or messages, does no I/O, and never uses a source of randomness that
// is not seeded: the same data give the same answer, whatever their order.
//
// What is not known is NaN, never 0: each function says when. Shares are from 0 to 1.
package stat

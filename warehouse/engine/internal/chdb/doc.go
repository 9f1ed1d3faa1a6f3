// Package chdb binds libchdb, ClickHouse as a C library, without cgo: it finds the library, loads it and wraps the dozen
// functions that the engine calls. It knows nothing of processes, sockets or HTTP, and must be used only in a process
// that does nothing else: a fault in the library ends the process.
package chdb

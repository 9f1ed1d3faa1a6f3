// Package engine runs ClickHouse inside Crosstalk, for everybody who has no ClickHouse server: a laptop, a demonstration,
// a small company, every test.
//
// The engine is libchdb, ClickHouse as a library, in a process of its own that is Crosstalk's own binary with a hidden
// first argument (ChildCommand). A fault in the library or a lack of memory ends that process and no other; it is started
// again at once. The process serves ClickHouse's HTTP interface on a Unix socket which only its user can open, so that
// the one driver, clickhouse-go, speaks to it as to any server:
//
//	e, err := engine.Open(ctx, engine.Options{DataDir: "data"})
//	if err != nil { … }           // one sentence that says what to do
//	defer e.Close()
//	conn, err := clickhouse.Open(e.Options())
//
// # One engine for a data folder
//
// Whichever command needs a folder first starts its engine; later ones find it by the note it leaves in the folder
// (engine.json) and use it too. Each holds a lease, an open connection on which nothing is said. The system closes it
// however its holder ends, and some seconds after the last lease (Options.Linger) the engine ends as well. Two that start
// at once are told apart by a file lock (engine.lock), which the starter takes and hands down to the engine's process: so
// there is never a moment in which two engines could open one folder, and after a SIGKILL the next command waits until
// the system has cleared the old process away.
//
// # When the engine is down
//
// Between the death of an engine and its return, calls fail at once with an UnavailableError (errors.Is ErrUnavailable),
// which says when to try again; statements that were running end with one too. A finished insert is never lost; an
// insert whose caller heard ErrUnavailable may be there or not. Starts that fail are tried again with pauses from 0.1 s
// to 10 s.
//
// # What an engine offers
//
// Answers are passed on block by block, rows to insert piece by piece, so that neither grows the process. Every statement
// runs in a session of its own: settings and parameters never reach another. A statement ends when its caller's context
// does. Not offered, and refused rather than ignored: compression (the socket is local), sessions over several
// statements, external tables. Answers of SELECT are streamed; those of SHOW, DESCRIBE and EXPLAIN are held whole.
//
// # Files in a data folder
//
//	clickhouse/      the data, with ClickHouse's temporary files
//	engine.lock      held while an engine starts, runs or ends
//	engine.json      where the running engine listens, and its process id
//	engine.sock      the socket, unless its path would be too long: then it is in $XDG_RUNTIME_DIR/crosstalk-UID
//	engine.log       what the engine did, at most 4 MB, and the 4 MB before in engine.log.1
//	engine.version   the version that wrote the data; an older one refuses to open it
//	engine.xml       ClickHouse's configuration, written at every start
//
// # What this package must not do
//
// It knows no table of Crosstalk's and no metric. It never writes a statement, a parameter or a value to a log: a failed
// statement leaves its kind, its error number and its duration there. Servers that Crosstalk does not start are the
// warehouse's business.
package engine

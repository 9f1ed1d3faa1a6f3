package chdb

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Library is libchdb, loaded into this process. Its fields are the C functions of the same names; every pointer that
// the library hands out is an opaque uintptr here. A process loads the library once.
type Library struct {
	setSignalHandlers func(enabled int32)
	version           func() string

	commandLine func(argc int32, argv unsafe.Pointer) uintptr

	connect   func(argc int32, argv unsafe.Pointer) uintptr
	closeConn func(conn uintptr)

	query       func(conn uintptr, sql unsafe.Pointer, n uintptr, format unsafe.Pointer, fn uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) uintptr
	streamQuery func(conn uintptr, sql unsafe.Pointer, n uintptr, format unsafe.Pointer, fn uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) uintptr
	fetch       func(conn, stream uintptr) uintptr
	cancel      func(conn, stream uintptr)

	resultBuffer  func(result uintptr) unsafe.Pointer
	resultLength  func(result uintptr) uintptr
	resultError   func(result uintptr) string
	rowsWritten   func(result uintptr) uint64
	destroyResult func(result uintptr)

	streamInsert  func(conn uintptr, sql unsafe.Pointer, n uintptr, format unsafe.Pointer, fn uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) uintptr
	insertError   func(stream uintptr) string
	appendInsert  func(stream uintptr, data unsafe.Pointer, n uintptr) int32
	doneInsert    func(stream uintptr) uintptr
	destroyInsert func(stream uintptr)
}

// Load opens libchdb at path and resolves what the engine calls. It turns the library's signal handlers off,
// which has to happen before the first connection: they would replace those of the Go runtime.
func Load(path string) (*Library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	lib := &Library{}
	for name, target := range map[string]any{
		"chdb_set_signal_handlers_enabled": &lib.setSignalHandlers,
		"chdb_version":                     &lib.version,
		"chdb_query_cmdline":               &lib.commandLine,
		"chdb_connect":                     &lib.connect,
		"chdb_close_conn":                  &lib.closeConn,
		"chdb_query_with_params_n":         &lib.query,
		"chdb_stream_query_with_params_n":  &lib.streamQuery,
		"chdb_stream_fetch_result":         &lib.fetch,
		"chdb_stream_cancel_query":         &lib.cancel,
		"chdb_result_buffer":               &lib.resultBuffer,
		"chdb_result_length":               &lib.resultLength,
		"chdb_result_error":                &lib.resultError,
		"chdb_result_rows_written":         &lib.rowsWritten,
		"chdb_destroy_query_result":        &lib.destroyResult,
		"chdb_stream_insert_with_params_n": &lib.streamInsert,
		"chdb_stream_insert_error":         &lib.insertError,
		"chdb_stream_append":               &lib.appendInsert,
		"chdb_stream_done":                 &lib.doneInsert,
		"chdb_destroy_insert_stream":       &lib.destroyInsert,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("load %s: no function %s in it; install the version of package-lock.json (npm ci)", path, name)
		}
		purego.RegisterFunc(target, symbol)
	}
	lib.setSignalHandlers(0)
	return lib, nil
}

// Version is the library's own, which begins with the year and month of its ClickHouse: 26.7.3.
func (lib *Library) Version() string { return lib.version() }

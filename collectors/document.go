package collectors

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"crosstalk/collectors/record"
)

// Peek gives the first n bytes of a file, or all that it has, and a reader of the whole. The
// bytes are valid until the reader is read.
func Peek(src io.Reader, n int) (whole *bufio.Reader, head []byte, err error) {
	whole = bufio.NewReaderSize(src, n)
	head, err = whole.Peek(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, Unreadable(err)
	}
	return whole, head, nil
}

// Document is a document of an export that is read from its beginning: a scanner of JSON, a
// reader of a table.
type Document interface {
	// Verdict says what was wrong with what has been read to its end: a reason to count,
	// or the reading's own error.
	Verdict() (reason string, err error)
	// Drain reads what is left. The fault may be the archive's, which its checksum tells
	// at the end.
	Drain() error
}

// Settle ends the reading of a document. The reason says what was wrong with it, or is
// empty; the error is that it could not be read at all.
func Settle(d Document) (reason string, err error) {
	reason, err = d.Verdict()
	if reason != "" {
		err = d.Drain()
	}
	if err != nil {
		return "", Unreadable(err)
	}
	return reason, nil
}

// Finish ends the reading of a document and counts what was wrong with it, once. The entry is
// its path; nth is the ordinal of the record from which on it is damaged, or 0 for the whole.
func Finish(d Document, sink Sink, entry string, nth int64) error {
	reason, err := Settle(d)
	if err != nil || reason == "" {
		return err
	}
	return sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: nth})
}

// Unreadable wraps the error of a file whose bytes could not be had.
func Unreadable(err error) error { return fmt.Errorf("a file cannot be read: %w", err) }

// Unrecognised is the reason of a file that is no part of the export it lies in.
const Unrecognised = "unrecognised_file"

// RejectFile counts a file that is no part of the export it lies in.
func RejectFile(sink Sink, entry string) error {
	return sink.Reject(record.Reject{Reason: Unrecognised, Entry: entry})
}

// Twice reads a file and, when the first reading says that there is more to be had from it,
// once more from what open gives.
func Twice(src io.Reader, open func() (io.ReadCloser, error), read func(src io.Reader, again bool) (more bool, err error)) error {
	more, err := read(src, false)
	if err != nil || !more {
		return err
	}
	second, err := open()
	if err != nil {
		return Unreadable(err)
	}
	defer second.Close()
	_, err = read(second, true)
	return err
}

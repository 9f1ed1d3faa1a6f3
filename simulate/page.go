package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// page is one buffered file of an export.
type page struct {
	*bufio.Writer
	file *os.File
}

// newPage makes a file, and the folders above it.
func newPage(path string) (*page, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &page{Writer: bufio.NewWriterSize(f, 1<<16), file: f}, nil
}

func (p *page) close() error { return errors.Join(p.Flush(), p.file.Close()) }

// fields are those of an object of JSON.
type fields = map[string]any

// marshal is a value as JSON, with the signs of HTML as they are.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // cannot happen: what is written are texts, numbers and lists of them
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// line writes a value as JSON on a line of its own.
func (p *page) line(v any) error {
	_, err := p.Write(append(marshal(v), '\n'))
	return err
}

// writeJSON makes a file that holds one value.
func writeJSON(path string, v any) error {
	p, err := newPage(path)
	if err != nil {
		return err
	}
	return errors.Join(p.line(v), p.close())
}

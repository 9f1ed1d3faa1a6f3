package child

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"crosstalk/warehouse/engine/internal/chdb"
)

// answer writes one statement's result. Nothing goes out before the first piece, so that an error up to then has a
// status of its own; a later one is framed as ClickHouse frames it, so that no reader takes half an answer for a whole.
type answer struct {
	to      http.ResponseWriter
	started bool
	tag     string
}

func (a *answer) start(format string) {
	a.started = true
	var random [8]byte
	_, _ = rand.Read(random[:])
	a.tag = hex.EncodeToString(random[:])
	header := a.to.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("X-ClickHouse-Format", format)
	header.Set("X-ClickHouse-Exception-Tag", a.tag)
	a.to.WriteHeader(http.StatusOK)
}

// fail reports an error in the way that fits how far the answer is.
func (a *answer) fail(err error) {
	e := asException(err)
	if !a.started {
		a.to.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(e.Code))
		a.to.Header().Set("Content-Type", "text/plain; charset=UTF-8")
		a.to.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(a.to, e.Message+"\n")
		return
	}
	message := strings.TrimSpace(e.Message)
	const marker = "__exception__"
	_, _ = fmt.Fprintf(a.to, "\r\n%s\r\n%s\r\n%s\n%d %s\r\n%s\r\n", marker, a.tag, message, len(message)+1, a.tag, marker)
}

// copyStream sends a running SELECT piece by piece; at most one piece is held at a time.
func (a *answer) copyStream(rows *chdb.Stream, req *request) error {
	flush := http.NewResponseController(a.to)
	for {
		piece, more, err := rows.Next()
		if err != nil || !more {
			return err
		}
		if a.started {
			// From the second piece on each goes out at once: the reader works while the next is made.
			err = flush.Flush()
		} else {
			a.start(req.format)
		}
		if err == nil {
			err = a.write(piece.Bytes(), req)
		}
		piece.Close()
		if err != nil {
			return err
		}
	}
}

// errReaderGone says that the answer has nobody left to go to.
var errReaderGone = errors.New("the reader has gone")

func (a *answer) write(piece []byte, req *request) error {
	if req.raw || req.revision == 0 || req.format != "Native" {
		return a.send(piece)
	}
	buffer := encodeBuffers.Get().(*chproto.Buffer)
	defer encodeBuffers.Put(buffer)
	buffer.Reset()
	if err := reencode(buffer, piece, req.revision); err != nil {
		return fmt.Errorf("re-encode a block for revision %d: %w", req.revision, err)
	}
	return a.send(buffer.Buf)
}

func (a *answer) send(piece []byte) error {
	if _, err := a.to.Write(piece); err != nil {
		return fmt.Errorf("%w: %w", errReaderGone, err)
	}
	return nil
}

var encodeBuffers = sync.Pool{New: func() any { return new(chproto.Buffer) }}

// reencode turns Native blocks of revision 0, the only one that the library writes, into those of another.
func reencode(to *chproto.Buffer, piece []byte, revision uint64) error {
	from := chproto.NewReader(bytes.NewReader(piece))
	for {
		block := proto.Block{ServerContext: &column.ServerContext{}}
		if err := block.Decode(from, 0); err != nil {
			if errors.Is(err, io.EOF) && len(block.Columns) == 0 {
				return nil
			}
			return err
		}
		if err := block.Encode(to, revision); err != nil {
			return err
		}
	}
}

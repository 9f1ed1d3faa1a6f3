package child

import (
	"io"
	"os"
	"sync"
)

// mostLogged bounds the log file; the one before it is kept beside it.
const mostLogged = 4 << 20

// boundedLog writes to the process's standard error, which is the log file opened for appending, so that a crash report
// of the runtime lands there too. A full file is copied aside and emptied.
type boundedLog struct {
	path string
	most int64

	mu   sync.Mutex
	file *os.File
}

func (b *boundedLog) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if info, err := b.file.Stat(); err == nil && info.Mode().IsRegular() && info.Size()+int64(len(line)) > b.most {
		b.turn()
	}
	return b.file.Write(line)
}

// turn prefers an empty log to one without bounds.
func (b *boundedLog) turn() {
	defer func() { _ = b.file.Truncate(0) }()
	from, err := os.Open(b.path)
	if err != nil {
		return
	}
	defer from.Close()
	to, err := os.OpenFile(b.path+".1", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return
	}
	_, _ = io.Copy(to, from)
	_ = to.Close()
}

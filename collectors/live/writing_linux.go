package live

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// openForWriting reports whether anybody has a file open for writing, where the system tells: it grants a read lease
// only on a file that nobody writes to.
func openForWriting(f *os.File) bool {
	_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
		return err != nil
	}
	// Anything else says that leases are not to be had here: a file of another user, a file system without them.
	return errors.Is(err, unix.EAGAIN)
}

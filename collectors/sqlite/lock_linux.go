package sqlite

import (
	"fmt"
	"os"
	"syscall"

	"crosstalk/collectors"
)

// The bytes whose locks SQLite uses, and the call that asks for a lock without regard to who
// holds it.
const (
	pendingByte = 0x40000000
	sharedBytes = 510
	askForLock  = 36 // F_OFD_GETLK
)

// unlocked refuses a database file into which another program is writing at this moment.
func unlocked(file *collectors.Random) error {
	f, ok := file.ReaderAt.(*os.File)
	if !ok {
		return nil
	}
	lock := syscall.Flock_t{Type: syscall.F_RDLCK, Start: pendingByte + 2, Len: sharedBytes}
	if err := syscall.FcntlFlock(f.Fd(), askForLock, &lock); err != nil || lock.Type == syscall.F_UNLCK {
		return nil // a file system without locks says nothing
	}
	return fmt.Errorf("the database is %w: another program keeps it locked; close that program, or import a copy made with it closed", ErrLocked)
}

package folder

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew renames a file unless there is one of the new name. It is a true rename where the file system has
// renameat2(2), since programs that watch a folder wait for IN_MOVED_TO, which a link does not cause.
func renameNew(fromDir *os.File, from string, toDir *os.File, to string) error {
	err := unix.Renameat2(int(fromDir.Fd()), from, int(toDir.Fd()), to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return linkNew(fromDir, from, toDir, to)
	}
	return err
}

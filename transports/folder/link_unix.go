//go:build unix

package folder

import (
	"os"

	"golang.org/x/sys/unix"
)

// linkNew renames in two steps, of which the first fails when the new name is taken.
func linkNew(fromDir *os.File, from string, toDir *os.File, to string) error {
	if err := unix.Linkat(int(fromDir.Fd()), from, int(toDir.Fd()), to, 0); err != nil {
		return err
	}
	return unix.Unlinkat(int(fromDir.Fd()), from, 0)
}

// freeBytes tells what is left for us on the disk of dir.
func freeBytes(dir *os.File) (int64, bool) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(dir.Fd()), &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true //nolint:unconvert // the types differ from system to system
}

// mayWrite asks the system whether we may create files in dir, without creating one.
func mayWrite(dir *os.File) bool {
	return unix.Faccessat(int(dir.Fd()), ".", unix.W_OK|unix.X_OK, unix.AT_EACCESS) == nil
}

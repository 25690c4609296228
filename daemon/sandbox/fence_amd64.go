package sandbox

import "golang.org/x/sys/unix"

// oldCalls are those that only amd64 still has.
var oldCalls = []uintptr{
	unix.SYS_OPEN, unix.SYS_CREAT, unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_UNLINK, unix.SYS_RENAME, unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_LINK, unix.SYS_SYMLINK,
	unix.SYS_MKNOD, unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_INOTIFY_INIT, unix.SYS_USELIB,
}

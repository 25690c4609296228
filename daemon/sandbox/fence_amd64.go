package sandbox

import "golang.org/x/sys/unix"

// oldCalls are those of neededCalls that only amd64 still has.
var oldCalls = []uintptr{unix.SYS_EPOLL_WAIT, unix.SYS_ARCH_PRCTL, unix.SYS_TIME}

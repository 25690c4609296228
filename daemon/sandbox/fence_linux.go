package sandbox

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

// attributes ties a child to this process: it dies with it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// cpuSeconds is what a child may use of the processor in its whole life. The deadline for each document is the daemon's; this is
// for a daemon that was stopped meanwhile.
const cpuSeconds = 3600

// fence takes everything from this process that reading does not need, and cannot be undone. What the kernel does not offer is
// returned; an error means that a limit every kernel has was refused.
func fence(memory int64) (missing []string, err error) {
	limits := []struct {
		name  string
		kind  int
		value uint64
	}{
		{"memory", unix.RLIMIT_DATA, uint64(max(memory, 0))}, // not RLIMIT_AS: a Go program does not start under it
		{"core files", unix.RLIMIT_CORE, 0},
		{"file size", unix.RLIMIT_FSIZE, 0},
		{"processor time", unix.RLIMIT_CPU, cpuSeconds},
	}
	for _, l := range limits {
		if l.kind == unix.RLIMIT_DATA && l.value == 0 {
			continue
		}
		if err := unix.Setrlimit(l.kind, &unix.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return nil, fmt.Errorf("limiting %s: %w", l.name, err)
		}
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("forbidding others to look into the process: %w", err)
	}
	// The runtime opens its poller with the first timer, and dies where it can't: now is the last moment.
	time.AfterFunc(time.Hour, func() {}).Stop()
	if err := landlockAll(); err != nil {
		missing = append(missing, "landlock ("+err.Error()+")")
	}
	// After this no descriptor can be made: no file, no socket of any kind, which landlock alone would not stop for UDP.
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{}); err != nil {
		return nil, fmt.Errorf("limiting descriptors: %w", err)
	}
	if err := filterCalls(); err != nil {
		missing = append(missing, "seccomp ("+err.Error()+")")
	}
	return missing, nil
}

// landlockAll forbids every file and every TCP connection.
func landlockAll() error {
	if abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); errno != 0 || abi == 0 {
		return fmt.Errorf("this kernel has none: %w", errno)
	}
	return landlock.V5.BestEffort().Restrict()
}

// filterCalls has the kernel refuse the system calls that reading never needs (seccomp(2)). It is a second fence behind the
// limits: it also stops exec, which needs no descriptor, and looking at other processes.
func filterCalls() error {
	arch, ok := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("no filter is known for %s", runtime.GOARCH)
	}
	const (
		load, jumpEqual, jumpGreater, jumpSet, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K,
			unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, unix.BPF_RET | unix.BPF_K
		numberAt, archAt, firstArgumentAt = 0, 4, 16 // offsets in struct seccomp_data
	)
	refuse := uint32(unix.SECCOMP_RET_ERRNO) | uint32(unix.EPERM)
	unknown := uint32(unix.SECCOMP_RET_ERRNO) | uint32(unix.ENOSYS)
	program := []unix.SockFilter{
		{Code: load, K: archAt},
		{Code: jumpEqual, Jt: 1, K: arch},
		{Code: give, K: uint32(unix.SECCOMP_RET_KILL_PROCESS)},
		{Code: load, K: numberAt},
		{Code: jumpGreater, Jf: 1, K: 0x40000000}, // the x32 calls of amd64 have numbers of their own
		{Code: give, K: refuse},
		{Code: jumpEqual, Jf: 1, K: unix.SYS_CLONE3}, // its flags can't be looked at; programs fall back to clone
		{Code: give, K: unknown},
		{Code: jumpEqual, Jf: 4, K: unix.SYS_CLONE}, // threads only
		{Code: load, K: firstArgumentAt},
		{Code: jumpSet, Jt: 1, K: unix.CLONE_THREAD},
		{Code: give, K: refuse},
		{Code: give, K: uint32(unix.SECCOMP_RET_ALLOW)},
	}
	for _, number := range append(refusedCalls, oldCalls...) {
		program = append(program, unix.SockFilter{Code: jumpEqual, Jf: 1, K: uint32(number)}, unix.SockFilter{Code: give, K: refuse})
	}
	program = append(program, unix.SockFilter{Code: give, K: uint32(unix.SECCOMP_RET_ALLOW)})
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("no_new_privs", err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(program)
	if errno != 0 {
		return os.NewSyscallError("seccomp", errno)
	}
	return nil
}

// refusedCalls are those of every architecture.
var refusedCalls = []uintptr{
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4, unix.SYS_SENDTO, unix.SYS_SENDMSG,
	unix.SYS_SENDMMSG, unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_PTRACE,
	unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD, unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_IO_URING_SETUP,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_MEMFD_CREATE, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_MOUNT, unix.SYS_UMOUNT2,
	unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_MKDIRAT, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
	unix.SYS_MKNODAT, unix.SYS_FCHMODAT, unix.SYS_FCHOWNAT, unix.SYS_TRUNCATE, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_SETUID,
	unix.SYS_SETGID, unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_MSGGET, unix.SYS_MQ_OPEN, unix.SYS_INOTIFY_INIT1, unix.SYS_FANOTIFY_INIT, unix.SYS_KEXEC_LOAD,
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_PERSONALITY,
}

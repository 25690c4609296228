package sandbox

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
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

// peakOf is the most memory that a running process ever held, in bytes, or 0 (proc(5), VmHWM). What wait(2) tells of a child is no less than its parent
// held when it started it.
func peakOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
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

// filterCalls has the kernel refuse every system call that a running Go program does not need (seccomp(2)). It is a second fence behind the limits: it
// also stops exec, which needs no descriptor, and what touches other processes of the same user, as signals, prlimit and ptrace do.
func filterCalls() error {
	arch, ok := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("no filter is known for %s", runtime.GOARCH)
	}
	program := callFilter(arch, uint32(os.Getpid())) //nolint:gosec // process ids are small
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

// callFilter is the program that judges each call of the process self.
func callFilter(arch, self uint32) []unix.SockFilter {
	const (
		load, equal, atLeast, anyOf, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K,
			unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, unix.BPF_RET | unix.BPF_K
		numberAt, archAt, firstAt = 0, 4, 16   // offsets in struct seccomp_data
		vma                       = 0x53564d41 // PR_SET_VMA: the runtime names its memory
	)
	allow, refuse := uint32(unix.SECCOMP_RET_ALLOW), uint32(unix.SECCOMP_RET_ERRNO)|uint32(unix.EPERM)
	program := []unix.SockFilter{
		{Code: load, K: archAt},
		{Code: equal, Jt: 1, K: arch},
		{Code: give, K: uint32(unix.SECCOMP_RET_KILL_PROCESS)},
		{Code: load, K: numberAt},
		{Code: atLeast, Jf: 1, K: 0x40000000}, // the x32 calls of amd64 have numbers of their own
		{Code: give, K: refuse},
		{Code: equal, Jf: 1, K: unix.SYS_CLONE3}, // its flags can't be looked at; programs fall back to clone
		{Code: give, K: uint32(unix.SECCOMP_RET_ERRNO) | uint32(unix.ENOSYS)},
	}
	for _, c := range []struct {
		call uintptr
		test uint16 // of the first argument
		with uint32
	}{
		{unix.SYS_CLONE, anyOf, unix.CLONE_THREAD}, // threads, no processes
		{unix.SYS_TGKILL, equal, self},             // the runtime interrupts its own threads
		{unix.SYS_PRCTL, equal, vma},
	} {
		program = append(program, unix.SockFilter{Code: equal, Jf: 4, K: uint32(c.call)}, unix.SockFilter{Code: load, K: firstAt},
			unix.SockFilter{Code: c.test, Jf: 1, K: c.with}, unix.SockFilter{Code: give, K: allow}, unix.SockFilter{Code: give, K: refuse})
	}
	for _, number := range append(neededCalls, oldCalls...) {
		program = append(program, unix.SockFilter{Code: equal, Jf: 1, K: uint32(number)}, unix.SockFilter{Code: give, K: allow})
	}
	return append(program, unix.SockFilter{Code: give, K: refuse})
}

// neededCalls are what the runtime and reading from stdin and writing to stdout need, on every architecture.
var neededCalls = []uintptr{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_MPROTECT, unix.SYS_MINCORE, unix.SYS_BRK,
	unix.SYS_FUTEX, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_RESTART_SYSCALL,
	unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CTL, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETTID, unix.SYS_GETRANDOM,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_EXIT,
	unix.SYS_EXIT_GROUP,
}

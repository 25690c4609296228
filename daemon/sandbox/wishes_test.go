package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"waybill/parsers"
)

// wishes are what hostile code would try in a child. The argument is what the test puts there.
var wishes = map[string]func(arg string) error{
	"read a file":               func(arg string) error { _, err := os.ReadFile(arg); return err },
	"read the passwords":        func(string) error { _, err := os.ReadFile("/etc/passwd"); return err },
	"read its environment":      func(string) error { _, err := os.ReadFile("/proc/self/environ"); return err },
	"read the environment":      func(string) error { return nothing(len(os.Environ())) },
	"read the parent's memory":  func(string) error { _, err := os.ReadFile(fmt.Sprintf("/proc/%d/mem", os.Getppid())); return err },
	"read the parent's secrets": func(string) error { _, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid())); return err },
	"look into the parent": func(string) error {
		var b [8]byte
		_, err := unix.ProcessVMReadv(os.Getppid(), []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: 0x400000, Len: 8}}, 0)
		return err
	},
	"write into the parent": func(string) error {
		var b [8]byte
		_, err := unix.ProcessVMWritev(os.Getppid(), []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: 0x400000, Len: 8}}, 0)
		return err
	},
	"trace the parent":       func(string) error { return unix.PtraceAttach(os.Getppid()) },
	"be traced":              func(string) error { return raw(unix.SYS_PTRACE, unix.PTRACE_TRACEME) },
	"be looked into":         func(string) error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) },
	"outlive the parent":     func(string) error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) },
	"signal the parent":      func(string) error { return unix.Kill(os.Getppid(), 0) },
	"signal a thread":        func(string) error { return unix.Tgkill(os.Getppid(), os.Getppid(), 0) },
	"signal everybody":       func(string) error { return unix.Kill(-1, 0) },
	"queue a signal":         func(string) error { return raw(unix.SYS_RT_SIGQUEUEINFO, uintptr(os.Getppid()), 0, 0) },
	"a handle of the parent": func(string) error { _, err := unix.PidfdOpen(os.Getppid(), 0); return err },
	"limit the parent": func(string) error {
		return unix.Prlimit(os.Getppid(), unix.RLIMIT_NOFILE, nil, &unix.Rlimit{})
	},
	"lift its own limits":  func(string) error { return unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 100, Max: 100}) },
	"slow the parent down": func(string) error { return unix.Setpriority(unix.PRIO_PROCESS, os.Getppid(), 19) },
	"move the parent": func(string) error {
		return raw(unix.SYS_SCHED_SETSCHEDULER, uintptr(os.Getppid()), 5, uintptr(unsafe.Pointer(new(int64))))
	},
	"own a pipe's signals": func(string) error { _, err := unix.FcntlInt(1, unix.F_SETOWN, os.Getppid()); return err },
	"write a file":         func(arg string) error { return os.WriteFile(arg, []byte("x"), 0o600) },
	"make a file":          func(arg string) error { _, err := os.Create(arg + ".new"); return err },
	"remove a file":        func(arg string) error { return os.Remove(arg) },
	"rename a file":        func(arg string) error { return os.Rename(arg, arg+".old") },
	"cut a file":           func(arg string) error { return os.Truncate(arg, 0) },
	"open up a file":       func(arg string) error { return os.Chmod(arg, 0o777) },
	"give a file away":     func(arg string) error { return os.Chown(arg, 1, 1) },
	"link a file":          func(arg string) error { return os.Link(arg, arg+".link") },
	"ask about a file":     func(arg string) error { _, err := os.Stat(arg); return err },
	"make a folder":        func(arg string) error { return os.Mkdir(arg+".d", 0o700) },
	"list a folder":        func(arg string) error { _, err := os.ReadDir(filepath.Dir(arg)); return err },
	"go elsewhere":         func(string) error { return os.Chdir("/tmp") },
	"another root":         func(string) error { return unix.Chroot("/tmp") },
	"mount":                func(string) error { return unix.Mount("none", "/tmp", "tmpfs", 0, "") },
	"a namespace":          func(string) error { return unix.Unshare(unix.CLONE_NEWUSER) },
	"a file in memory":     func(string) error { _, err := unix.MemfdCreate("x", 0); return err },
	"another descriptor":   func(string) error { _, err := unix.Dup(0); return err },
	"a pipe":               func(string) error { return unix.Pipe2(make([]int, 2), 0) },
	"a socket pair":        func(string) error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
	"a unix socket":        func(string) error { _, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
	"a raw socket":         func(string) error { _, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW, 1); return err },
	"the kernel's routes":  func(string) error { _, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, 0); return err },
	"the network":          func(string) error { _, err := net.Dial("udp", "127.0.0.1:53"); return err },
	"a connection":         func(arg string) error { _, err := net.Dial("tcp", arg); return err },
	"a name":               func(string) error { _, err := net.LookupHost("localhost"); return err },
	"a program":            func(string) error { return syscall.Exec("/bin/true", []string{"true"}, nil) },
	"a process": func(string) error {
		proc, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
		if err == nil {
			_ = proc.Kill()
		}
		return err
	},
	"a fork":            func(string) error { return raw(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0) },
	"another user":      func(string) error { return raw(unix.SYS_SETUID, 0) },
	"a ring":            func(string) error { return raw(unix.SYS_IO_URING_SETUP, 1, 0, 0) },
	"a program of bpf":  func(string) error { return raw(unix.SYS_BPF, 0, 0, 0) },
	"the counters":      func(string) error { return raw(unix.SYS_PERF_EVENT_OPEN, 0, 0, 0) },
	"page faults":       func(string) error { return raw(unix.SYS_USERFAULTFD, 0) },
	"shared memory":     func(string) error { return raw(unix.SYS_SHMGET, 1, 4096, 0o1600) },
	"a message queue":   func(string) error { return raw(unix.SYS_MSGGET, 1, 0o1600) },
	"the keys":          func(string) error { return raw(unix.SYS_KEYCTL, 0, 0, 0) },
	"the kernel's log":  func(string) error { return raw(unix.SYS_SYSLOG, 10, 0, 0) },
	"the terminal":      func(string) error { _, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); return err },
	"another clock":     func(string) error { return unix.Settimeofday(&unix.Timeval{Sec: 1}) },
	"a restart":         func(string) error { return unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF) },
	"a call of the x32": func(string) error { return raw(0x40000000 + unix.SYS_GETPID) },
}

func nothing(n int) error {
	if n == 0 {
		return errors.New("there is nothing")
	}
	return nil
}

func raw(call uintptr, args ...uintptr) error {
	var a [3]uintptr
	copy(a[:], args)
	if _, _, errno := unix.RawSyscall(call, a[0], a[1], a[2]); errno != 0 {
		return errno
	}
	return nil
}

// wish tries something and says "refused: …" or "granted".
func wish(what, arg string) string {
	if err := wishes[what](arg); err != nil {
		return "refused: " + err.Error()
	}
	return "granted"
}

// The drill: what hostile code would wish for inside a child is refused, and the child lives on. Each wish that the outside grants is granted there, so
// that it is the fences that refuse.
func TestWishes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has the fences")
	}
	secret := filepath.Join(t.TempDir(), "waybill.db")
	if err := os.WriteFile(secret, []byte("orders"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("SECRET", "hunter2")
	p := pool(t, "wishes", Options{Children: 1})
	try := func(what, arg string) {
		r, err := p.Read(t.Context(), []byte(what), arg, parsers.Profile{})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if !strings.HasPrefix(r.Format, "refused") {
			t.Errorf("%s: %s", what, r.Format)
		}
	}
	for what := range wishes {
		try(what, secret)
	}
	try("a connection", listener.Addr().String())
	if b, err := os.ReadFile(secret); err != nil || string(b) != "orders" {
		t.Errorf("the file is now %q, %v", b, err)
	}
	if left, err := os.ReadDir(filepath.Dir(secret)); err != nil || len(left) != 1 {
		t.Errorf("there are now %v, %v", left, err)
	}
	if n := p.Running(); n != 1 {
		t.Errorf("%d children run, want the same one", n)
	}
	for _, harmless := range []string{"read a file", "ask about a file", "another descriptor", "a unix socket", "a pipe", "signal the parent", "a file in memory", "list a folder"} {
		if got := wish(harmless, secret); got != "granted" {
			t.Errorf("outside of the fences %s is %s: the drill proves nothing", harmless, got)
		}
	}
}

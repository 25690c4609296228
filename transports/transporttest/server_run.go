package transporttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Host is the only address at which anything here listens.
const Host = "127.0.0.1"

// patience bounds every wait for a server; it is reached only when something is broken.
const patience = 30 * time.Second

// runner is what every server of this package has: a folder, a way to start, a log, and a main process.
type runner struct {
	t    testing.TB
	name string
	// Dir is the server's own folder with configuration, data and log; it is removed when the test ends.
	Dir string
	// Log is the file that the server writes its log to; it is shown when the test fails.
	Log string

	command func() *exec.Cmd
	hasty   syscall.Signal // ends the server and its children at once
	ready   func() error
	proc    *process
}

// newRunner makes the folder and arranges for the end: server stopped, log shown if the test failed, folder removed.
func newRunner(t testing.TB, name string) *runner {
	t.Helper()
	r := &runner{t: t, name: name, Dir: tempDir(t, name)}
	r.Log = filepath.Join(r.Dir, name+".log")
	if err := os.WriteFile(r.Log, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(r.Log, 0o666); err != nil { // whichever user the server becomes
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Nobody reads its data any more: a polite end would take Dovecot a second.
		if err := r.halt((*process).kill); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("log of %s:\n%s", name, tail(r.Log, 64<<10))
		}
	})
	return r
}

// Start starts the server again after Stop or Kill, on the same ports and data, and returns when it answers.
func (r *runner) Start() {
	r.t.Helper()
	if r.proc != nil && r.proc.running() {
		r.t.Fatalf("%s runs already", r.name)
	}
	if err := r.start(); err != nil {
		r.t.Fatalf("%v\nlog of %s:\n%s", err, r.name, tail(r.Log, 64<<10))
	}
}

func (r *runner) start() error {
	out, err := os.OpenFile(r.Log, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("log of %s: %w", r.name, err)
	}
	defer out.Close()
	cmd := r.command()
	cmd.Dir = r.Dir
	cmd.Stdout, cmd.Stderr = out, out
	if r.proc, err = launch(r.name, cmd, r.hasty); err != nil {
		return err
	}
	return await(r.proc, r.ready)
}

// await returns when ready has no more complaints, or with its last one when the server died or patience ran out.
func await(p *process, ready func() error) error {
	limit := time.After(patience)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended before it was ready: %v", p.name, p.err)
		case <-limit:
			return fmt.Errorf("%s is not ready after %s: %w", p.name, patience, err)
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// Stop ends the server in the way its administrator would; open connections are closed.
func (r *runner) Stop() {
	r.t.Helper()
	if err := r.halt((*process).stop); err != nil {
		r.t.Fatal(err)
	}
}

// Kill ends the server and all its children by SIGKILL, as a crash does.
func (r *runner) Kill() {
	r.t.Helper()
	if err := r.halt((*process).kill); err != nil {
		r.t.Fatal(err)
	}
}

func (r *runner) halt(how func(*process) error) error {
	if r.proc == nil {
		return nil
	}
	err := how(r.proc)
	r.proc = nil
	return err
}

// PIDs lists the processes of the server that are alive: the main one and its children; none when it is stopped.
func (r *runner) PIDs() []int { return pids(r.proc) }

func pids(p *process) []int {
	if p == nil {
		return nil
	}
	var all []int
	for _, m := range p.family() {
		all = append(all, m.pid)
	}
	return all
}

// write puts a file into the server's folder and gives its path.
func (r *runner) write(name, content string, mode os.FileMode) string {
	r.t.Helper()
	path := filepath.Join(r.Dir, name)
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		r.t.Fatal(err)
	}
	return path
}

// folder is the one temporary folder of this test process, in which all others are made.
type folder struct {
	path string
	// dismiss keeps the folder's guard, which removes it at the end of the process, whatever that end is.
	dismiss func()
}

// processFolder is made when first asked for. Other users may enter it (servers drop their rights), and its path is
// short enough for the 107 bytes of a Unix socket's name; testing's own TempDir is neither.
var processFolder = sync.OnceValues(func() (*folder, error) {
	base := os.TempDir()
	if len(base) > 40 || os.Getuid() == 0 && !public(base) {
		base = "/tmp"
	}
	path, err := os.MkdirTemp(base, "waybill-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o755); err != nil {
		return nil, err
	}
	dismiss, err := guard(removeFolder, path)
	if err != nil {
		return nil, err
	}
	return &folder{path, dismiss}, nil
})

// makeDir makes a folder for a server in the folder of the process.
func makeDir(name string) (string, error) {
	f, err := processFolder()
	if err != nil {
		return "", fmt.Errorf("folder of the test process: %w", err)
	}
	dir, err := os.MkdirTemp(f.path, name+"-")
	if err != nil {
		return "", fmt.Errorf("folder of %s: %w", name, err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", fmt.Errorf("folder of %s: %w", name, err)
	}
	return dir, nil
}

// public tells whether everybody may enter dir.
func public(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// tempDir is makeDir for one test: the folder is removed when it ends.
func tempDir(t testing.TB, name string) string {
	t.Helper()
	dir, err := makeDir(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the folder of %s: %v", name, err)
		}
	})
	return dir
}

// port reserves a TCP port of 127.0.0.1 for the length of the test.
//
// It lies below the range from which the kernel serves outgoing connections, so that none of those takes it while the
// server is stopped. Other test processes keep off because the UDP port of the same number stays bound as a lock; the
// kernel frees it whatever becomes of this process.
// FreePort gives a port of 127.0.0.1 that no other test takes, for a server that the test starts itself.
func FreePort(t testing.TB) int { return port(t) }

func port(t testing.TB) int {
	t.Helper()
	n, lock, err := reservePort()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close() })
	return n
}

func reservePort() (int, io.Closer, error) {
	const low, high = 20000, 32768 // net.ipv4.ip_local_port_range begins at 32768 unless somebody changed it
	for range 500 {
		n := low + rand.IntN(high-low)
		lock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(Host), Port: n})
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp4", fmt.Sprintf("%s:%d", Host, n))
		if err != nil {
			lock.Close()
			continue
		}
		l.Close()
		return n, lock, nil
	}
	return 0, nil, errors.New("no free port between 20000 and 32768")
}

// address is host and port as a dialer takes them.
func address(port int) string { return fmt.Sprintf("%s:%d", Host, port) }

// greets tells whether a server at addr accepts a connection and begins with the given words.
func greets(addr, words string) error {
	conn, err := net.DialTimeout("tcp4", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	got := make([]byte, len(words))
	if _, err := io.ReadFull(conn, got); err != nil {
		return fmt.Errorf("greeting of %s: %w", addr, err)
	}
	if string(got) != words {
		return fmt.Errorf("%s greets with %q, not %q", addr, got, words)
	}
	return nil
}

// run executes a short command and gives what it printed; an error holds that too.
func run(cmd *exec.Cmd) (string, error) {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// bounded is a context for commands that must not hang a test for ever.
func bounded(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// tail reads the last n bytes of a file, as text for a person.
func tail(path string, n int64) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > n {
		if _, err := f.Seek(-n, io.SeekEnd); err != nil {
			return err.Error()
		}
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// manager stands in for systemd: it hears what the daemon says of itself (sd_notify(3)).
type manager struct {
	t    *testing.T
	conn *net.UnixConn
	path string
}

func newManager(t *testing.T) *manager {
	t.Helper()
	dir, err := os.MkdirTemp("", "m") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	m := &manager{t: t, path: filepath.Join(dir, "notify")}
	if m.conn, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.path, Net: "unixgram"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = m.conn.Close()
		_ = os.RemoveAll(dir)
	})
	return m
}

// hear waits until something is said, and gives all that was said in the same breath. What is said before is passed over.
func (m *manager) hear(word string) string {
	m.t.Helper()
	if err := m.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		m.t.Fatal(err)
	}
	buf := make([]byte, 4096)
	for {
		n, err := m.conn.Read(buf)
		if err != nil {
			m.t.Fatalf("waited in vain for %s: %v", word, err)
		}
		if said := string(buf[:n]); slices.Contains(strings.Split(said, "\n"), word) {
			return said
		}
	}
}

// served is a folder with a configuration that needs no network.
func served(t *testing.T) (dir, config string) {
	dir = t.TempDir()
	for name, text := range map[string]string{
		"waybill.yaml":           "shop: {name: Lantern Lane}\nstate: " + dir + "/state\nhttp: {listen: \"127.0.0.1:0\", metrics_tokens: [\"sha256:5ada7edee5385cce227e2c5eb20519a9596e3709d9c3f9f3021780823e52e7d3\"]}\nchannels:\n  shop: {}\n",
		"suppliers/prairie.yaml": "name: Prairie Supply\nsend: {by: export}\nskus: [{prefix: PS}]\n",
	} {
		writeMade(t, filepath.Join(dir, name), []byte(text))
	}
	return dir, filepath.Join(dir, "waybill.yaml")
}

// serve starts the daemon as a process; its log grows in log.
func serve(t *testing.T, cmd *exec.Cmd) (log *lockedBuffer) {
	t.Helper()
	log = &lockedBuffer{}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("log of waybill:\n%s", log)
		}
	})
	return log
}

// TestServiceManager: the manager hears when the daemon is ready, that it is well, when it reloads, with success or without, and that it stops.
func TestServiceManager(t *testing.T) {
	_, config := served(t)
	m := newManager(t)
	cmd := exec.Command("waybill", "--config", config, "serve")
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+m.path, "WATCHDOG_USEC=300000")
	log := serve(t, cmd)
	m.hear("READY=1")
	for range 3 {
		m.hear("WATCHDOG=1")
	}
	reload := func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if said := m.hear("RELOADING=1"); !regexp.MustCompile(`(?m)^MONOTONIC_USEC=[0-9]+$`).MatchString(said) {
			t.Errorf("a reload is told without its time: %q", said)
		}
		m.hear("READY=1")
	}
	reload()
	writeMade(t, config, []byte("shop: {nome: wrong}\n"))
	reload()
	m.hear("WATCHDOG=1")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	m.hear("STOPPING=1")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "the old one stays in force") {
		t.Error("a wrong configuration is taken in silence")
	}
}

// TestCrashIsNoExitCode: what the watchdog does to a daemon that hangs, and a fault in the program, must not look like a wrong configuration, after
// which the service manager does not start it anew.
func TestCrashIsNoExitCode(t *testing.T) {
	dir, config := served(t)
	m := newManager(t)
	cmd := exec.Command("waybill", "--config", config, "serve")
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+m.path)
	cmd.Dir = dir
	serve(t, cmd)
	m.hear("READY=1")
	if err := cmd.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.CoreDump() {
		t.Errorf("it ended as %v", cmd.ProcessState)
	}
}

// TestWatchdogIsNotFed while a loop is late, and the log says once which.
func TestWatchdogIsNotFed(t *testing.T) {
	m := newManager(t)
	t.Setenv("NOTIFY_SOCKET", m.path)
	t.Setenv("WATCHDOG_USEC", "30000")
	looks, late := make(chan struct{}), []string{"lane mail:orders"}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	log := &lockedBuffer{}
	go func() {
		defer close(ended)
		feedWatchdog(ctx, func() []string { looks <- struct{}{}; return late }, slog.New(slog.NewTextHandler(log, nil)))
	}()
	for range 4 {
		<-looks
	}
	go func() {
		for {
			select {
			case <-looks:
			case <-ended:
				return
			}
		}
	}()
	stop()
	<-ended
	if err := m.conn.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if n, err := m.conn.Read(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes were told", n)
	}
	if n := strings.Count(log.String(), "lane mail:orders"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log)
	}
}

// TestSocketActivation: a socket that the manager holds is the API's; an unknown one is closed and told.
func TestSocketActivation(t *testing.T) {
	dir, config := served(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	m := newManager(t)
	// LISTEN_PID has to be the daemon's own: exec keeps the shell's.
	cmd := exec.Command("sh", "-c", "LISTEN_PID=$$ exec waybill --config "+config+" serve")
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+m.path, "LISTEN_FDS=1", "LISTEN_FDNAMES="+httpSocket)
	cmd.ExtraFiles = []*os.File{socket}
	log := serve(t, cmd)
	// Who comes before it runs waits.
	client := &http.Client{Timeout: 30 * time.Second}
	get := func(path, token string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	if status, body := get("/healthz", ""); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	m.hear("READY=1")
	if status, body := get("/readyz", ""); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get("/metrics", "a token that nobody guesses"); status != 200 || !strings.Contains(body, "waybill_ready 1\n") || !strings.Contains(body, "waybill_loops_late 0\n") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get("/metrics", "another token"); status != 401 {
		t.Errorf("a wrong token gets %d", status)
	}
	// The socket for commands needs no token: who can open it may do more than that.
	commands := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, "state", "waybill.sock"))
	}}}
	response, err := commands.Get("http://waybill/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the socket for commands: %s", response.Status)
	}
	commands.CloseIdleConnections()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "the socket's counts") {
		t.Error("another address than configured is taken in silence")
	}
}

// TestExposure holds the units to what systemd says of their fences: at most 1.5 of 10.
func TestExposure(t *testing.T) {
	transporttest.Need(t, "systemd-analyze")
	for _, unit := range []string{"waybill.service", "waybill-backup.service"} {
		out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=15", "../systemd/"+unit).CombinedOutput()
		level := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`).FindSubmatch(out)
		if level == nil {
			t.Fatalf("%s: %v\n%s", unit, err, out)
		}
		exposure, parsed := strconv.ParseFloat(string(level[1]), 64)
		if err != nil || parsed != nil || exposure > 1.5 {
			t.Errorf("%s: exposure %s (%v)\n%s", unit, level[1], err, out)
		}
		t.Logf("%s: %s", unit, level[1])
	}
	// What else systemd finds wrong: unknown settings, a missing man page is none of it. The program is not where the package puts it.
	units, err := filepath.Glob("../systemd/waybill*.[st]*")
	if err != nil || len(units) < 4 {
		t.Fatalf("units: %v %v", units, err)
	}
	units = slices.DeleteFunc(units, func(u string) bool { return !regexp.MustCompile(`\.(service|socket|timer)$`).MatchString(u) })
	out, _ := exec.Command("systemd-analyze", append([]string{"verify", "--man=no"}, units...)...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "waybill") && !strings.Contains(line, "is not executable") {
			t.Errorf("systemd-analyze verify: %s", line)
		}
	}
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

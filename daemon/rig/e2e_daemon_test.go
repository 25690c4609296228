package rig

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait; it is reached only when something is broken.
const patience = 60 * time.Second

// daemonProcess is `waybill serve`, as a process of its own that may be killed and started again over the same configuration.
type daemonProcess struct {
	t      testing.TB
	bin    string
	config string
	env    []string // beside ours

	cmd   *exec.Cmd
	url   string        // of the API of this run
	ended chan struct{} // closed when the process is gone
	exit  error

	mu   sync.Mutex
	log  bytes.Buffer
	sent atomic.Int64 // messages that the log calls sent
}

// newDaemon arranges for the daemon's end and for its log to be shown when the test fails.
func newDaemon(t testing.TB, config string) *daemonProcess {
	t.Helper()
	d := &daemonProcess{t: t, bin: binary(t), config: config}
	t.Cleanup(func() {
		if d.cmd != nil {
			d.kill()
		}
		d.saysNothingOfPeople()
		if t.Failed() {
			t.Logf("log of waybill:\n%s", d.logText(48<<10))
		}
	})
	return d
}

// saysNothingOfPeople: servers quote addresses in their answers, libraries quote what they cannot read, and none of it gets into the log.
func (d *daemonProcess) saysNothingOfPeople() {
	log := strings.ReplaceAll(d.logText(64<<20), "…@…", "")
	log = regexp.MustCompile(`"time":"[^"]*"`).ReplaceAllString(log, "") // its nanoseconds are like a postcode now and then
	for _, canary := range []string{"@", "%40", "Ada Example", "Test Street", "62704", "Article "} {
		if i := strings.Index(log, canary); i >= 0 {
			d.t.Errorf("the log has %q: …%s…", canary, log[max(0, i-300):min(len(log), i+100)])
		}
	}
}

// start returns when the daemon takes orders, or says at its address why it cannot.
func (d *daemonProcess) start() {
	d.t.Helper()
	d.cmd = exec.Command(d.bin, "--config", d.config, "--log-format", "json", "serve")
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // whatever becomes of the test
	d.cmd.Env = append(os.Environ(), d.env...)
	stderr, err := d.cmd.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	ready := make(chan string, 1)
	d.ended = make(chan struct{})
	go d.follow(stderr, ready, d.cmd, d.ended)
	select {
	case address := <-ready:
		d.url = "http://" + address
	case <-d.ended:
		d.t.Fatalf("waybill serve ended: %v\n%s", d.exit, d.logText(8<<10))
	case <-time.After(patience):
		d.t.Fatalf("waybill serve is not ready after %s\n%s", patience, d.logText(8<<10))
	}
}

// follow keeps the log, and reads the address of the API out of it.
func (d *daemonProcess) follow(log io.Reader, ready chan<- string, cmd *exec.Cmd, ended chan<- struct{}) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		d.mu.Lock()
		d.log.Write(lines.Bytes())
		d.log.WriteByte('\n')
		d.mu.Unlock()
		if bytes.Contains(lines.Bytes(), []byte(`"verdict":"dispatch.sent"`)) {
			d.sent.Add(1)
			continue
		}
		var entry struct{ Msg, API string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.API != "" {
			select {
			case ready <- entry.API:
			default: // after it stood still
			}
		}
	}
	d.exit = cmd.Wait()
	close(ended)
}

func (d *daemonProcess) logText(most int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := d.log.Bytes()
	return string(text[max(0, len(text)-most):])
}

// logged counts the log's lines that hold a text.
func (d *daemonProcess) logged(text string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.Count(d.log.Bytes(), []byte(text))
}

// kill ends it as a crash does, and returns when it is gone.
func (d *daemonProcess) kill() { d.end(syscall.SIGKILL) }

// stop ends it as its administrator does; it must go in order.
func (d *daemonProcess) stop() {
	d.t.Helper()
	d.end(syscall.SIGTERM)
	if d.exit != nil {
		d.t.Errorf("waybill serve ended with %v after SIGTERM", d.exit)
	}
}

func (d *daemonProcess) end(s syscall.Signal) {
	d.t.Helper()
	_ = d.cmd.Process.Signal(s) // an error means that it is gone already
	select {
	case <-d.ended:
	case <-time.After(patience):
		d.t.Fatalf("waybill serve is still there %s after %v", patience, s)
	}
	d.cmd = nil
}

// reload sends SIGHUP and waits until the log says what became of it.
func (d *daemonProcess) reload(says string) {
	d.t.Helper()
	before := d.logged(says)
	if err := d.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		d.t.Fatal(err)
	}
	await(d.t, "the log to say "+says, func() bool { return d.logged(says) > before })
}

// result is what a command said.
type result struct {
	out, errs string
	code      int
}

// try runs a command of waybill beside the daemon.
func (d *daemonProcess) try(args ...string) result {
	d.t.Helper()
	return runCommand(d.t, d.bin, append([]string{"--config", d.config}, args...)...)
}

// do runs a command that must work, and gives its output.
func (d *daemonProcess) do(args ...string) string {
	d.t.Helper()
	r := d.try(args...)
	if r.code != 0 {
		d.t.Fatalf("waybill %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.errs)
	}
	return r.out
}

// ask runs a command with --json and reads its answer.
func (d *daemonProcess) ask(into any, args ...string) {
	d.t.Helper()
	out := d.do(append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		d.t.Fatalf("waybill %s --json: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// runCommand runs a program to its end.
func runCommand(t testing.TB, bin string, args ...string) result {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !timer.Stop() {
		t.Fatalf("%s did not end within %s\n%s%s", strings.Join(args, " "), patience, &out, &errs)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// await waits until something is so.
func await(t testing.TB, what string, so func() bool) {
	t.Helper()
	limit := time.Now().Add(patience)
	for !so() {
		if time.Now().After(limit) {
			t.Fatalf("waited %s in vain for %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// writeFile writes a file and its folder.
func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// contains fails the test where a text lacks a part.
func contains(t testing.TB, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}

func splitPort(t testing.TB, address string) string {
	t.Helper()
	i := strings.LastIndexByte(address, ':')
	if i < 0 {
		t.Fatal(fmt.Errorf("%q is not host:port", address))
	}
	return address[i+1:]
}

// readers counts the child processes that read foreign bytes for a waybill; they must not outlive it.
func readers(t testing.TB, bin string) (n int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err == nil && strings.HasPrefix(string(line), bin+"\x00read-child") {
			n++
		}
	}
	return n
}

// setting reads a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is not a number", name, text)
	}
	return n
}

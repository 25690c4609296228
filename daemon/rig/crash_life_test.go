package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// life is one process of the real daemon, built with the failpoints, that may die at one of them.
type life struct {
	bin, dir string
	cmd      *exec.Cmd
	traced   bool          // cmd is strace, and the daemon its child
	ready    chan string   // the address of its API
	ended    chan struct{} // closed when the process is gone
	socket   *http.Client
	books    *store.Store // to look only

	mu  sync.Mutex
	log bytes.Buffer
}

// begin starts the daemon; point is where it is to die, "" nowhere. A point like pwrite64,fsync@7 is a system call, at which strace kills a thread's
// whole process: so dies the program that people run.
func begin(bin, dir, point string) (*life, error) {
	l := &life{bin: bin, dir: dir, ready: make(chan string, 1), ended: make(chan struct{})}
	args := []string{bin, "--config", filepath.Join(dir, "waybill.yaml"), "--log-format", "json", "serve"}
	if calls, n, ok := strings.Cut(point, "@"); ok {
		l.traced = true
		args = append([]string{"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + calls + ":signal=KILL:when=" + n}, args...)
	}
	l.cmd = exec.Command(args[0], args[1:]...)
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	l.cmd.Env = append(os.Environ(), "WAYBILL_FAILPOINT="+point, "WAYBILL_FAILPOINT_TRACE="+filepath.Join(dir, "trace"))
	stderr, err := l.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := l.cmd.Start(); err != nil {
		return nil, err
	}
	l.socket = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, "state", "waybill.sock"))
	}}}
	go l.follow(stderr)
	return l, nil
}

func (l *life) follow(log io.Reader) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		l.mu.Lock()
		l.log.Write(append(lines.Bytes(), '\n'))
		l.mu.Unlock()
		var entry struct{ Msg, API string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "waybill runs" {
			l.ready <- "http://" + entry.API
		}
	}
	_ = l.cmd.Wait()
	close(l.ended)
}

func (l *life) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.String()
}

// over tells whether the process has ended.
func (l *life) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// killed tells whether it ended by SIGKILL.
func (l *life) killed() bool {
	status, ok := l.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// signal is sent to the daemon.
func (l *life) signal(s syscall.Signal) {
	if !l.traced {
		_ = l.cmd.Process.Signal(s)
		return
	}
	for _, child := range childrenOf(l.cmd.Process.Pid) {
		_ = syscall.Kill(child, s)
	}
}

// end sends a signal and waits.
func (l *life) end(s syscall.Signal) error {
	l.signal(s)
	l.socket.CloseIdleConnections()
	if l.books != nil {
		_ = l.books.Close()
		l.books = nil
	}
	select {
	case <-l.ended:
		return nil
	case <-time.After(patience):
		l.signal(syscall.SIGQUIT) // its goroutines are told in its log
		<-l.ended
		return fmt.Errorf("the daemon is still there %s after %v\n%s", patience, s, l.text())
	}
}

// call asks the daemon over its socket, as the commands do.
func (l *life) call(method, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, "http://waybill"+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	response, err := l.socket.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %s", path, response.StatusCode, strings.TrimSpace(string(said)))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said, into)
}

func (l *life) list() (all []flow.ExceptionView, err error) {
	return all, l.call(http.MethodGet, "/desk", nil, &all)
}

func (l *life) settle(id order.ExceptionID, s flow.Settlement) error {
	return l.call(http.MethodPost, fmt.Sprintf("/desk/%d/settle", id), s, nil)
}

func (l *life) cancel(number string) error {
	return l.call(http.MethodPost, "/orders/"+url.PathEscape(number)+"/cancel", nil, nil)
}

func (l *life) said(id order.ItemID) (name string) {
	books, err := l.look()
	if err != nil {
		return ""
	}
	_ = books.View(context.Background(), func(tx *store.Tx) error {
		row, err := tx.Item(id)
		if name = row.MessageID; name == "" {
			name = row.Name
		}
		return err
	})
	return name
}

// look opens the books beside the daemon.
func (l *life) look() (*store.Store, error) {
	if l.books != nil {
		return l.books, nil
	}
	var err error
	l.books, err = store.Open(context.Background(), booksOf(l.dir))
	return l.books, err
}

// booksOf says where the books of a world are, to look only.
func booksOf(dir string) store.Options {
	o := store.Options{ReadOnly: true}
	if raw, err := os.ReadFile(filepath.Join(dir, "dsn")); err == nil {
		o.DSN = strings.TrimSpace(string(raw))
		return o
	}
	o.Path = filepath.Join(dir, "state", "waybill.db")
	return o
}

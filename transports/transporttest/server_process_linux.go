package transporttest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// process is a server that a test started: the main process and everything that it forked.
type process struct {
	name string
	pid  int
	// last is the signal that makes the server and its children end soon; the kernel sends it when the test process dies.
	last syscall.Signal
	// polite is the signal by which an administrator stops the server.
	polite syscall.Signal
	// done is closed when the main process has ended; err is then its exit.
	done chan struct{}
	err  error
}

// launch starts cmd in a session of its own.
//
// The kernel sends last to it when the test process dies, however that dies. It does so when the *thread* dies that
// forked it (prctl(2), PR_SET_PDEATHSIG), so that thread is held until the server has ended.
func launch(name string, cmd *exec.Cmd, last syscall.Signal) (*process, error) {
	p := &process{name: name, last: last, polite: last, done: make(chan struct{})}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	cmd.SysProcAttr.Pdeathsig = last
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// running tells whether the main process has not ended yet.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the server to end, waits, and makes sure that none of its children stays.
func (p *process) stop() error {
	family := p.family()
	if p.running() {
		if err := syscall.Kill(p.pid, p.polite); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop %s: %w", p.name, err)
		}
		select {
		case <-p.done:
		case <-time.After(10 * time.Second):
		}
	}
	return p.end(append(family, p.family()...))
}

// kill ends the server and its children at once, as a power cut would: nobody gets to write a last word.
func (p *process) kill() error {
	// A stopped process forks no more, so the second look at the family is complete.
	for _, m := range p.family() {
		m.signal(syscall.SIGSTOP)
	}
	return p.end(p.family())
}

// end kills whatever is left of family and waits until it is gone.
func (p *process) end(family []member) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		left := 0
		for _, m := range family {
			if m.alive() {
				m.signal(syscall.SIGKILL)
				left++
			}
		}
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d processes of %s do not end", left, p.name)
		}
		time.Sleep(time.Millisecond)
	}
	<-p.done
	return nil
}

// member is one process of a server, told from a later one with the same number by its start time.
type member struct {
	pid, parent, session int
	state                byte
	started              string // clock ticks after boot, as text
}

func (m member) alive() bool {
	now, ok := look(m.pid)
	return ok && now.started == m.started && now.state != 'Z' && now.state != 'X'
}

// signal sends s if it is still the same process. An error means that it ended meanwhile.
func (m member) signal(s syscall.Signal) {
	if m.alive() {
		_ = syscall.Kill(m.pid, s)
	}
}

// family lists the main process and all that descend from it or share its session: some servers give each child a
// session of its own, others fork twice.
func (p *process) family() []member {
	var all []member
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if m, ok := look(pid); ok {
			all = append(all, m)
		}
	}
	ours := map[int]bool{}
	for _, m := range all {
		if m.pid == p.pid || m.session == p.pid {
			ours[m.pid] = true
		}
	}
	for grew := true; grew; {
		grew = false
		for _, m := range all {
			if ours[m.parent] && !ours[m.pid] {
				ours[m.pid], grew = true, true
			}
		}
	}
	var family []member
	for _, m := range all {
		if ours[m.pid] && m.state != 'Z' && m.state != 'X' {
			family = append(family, m)
		}
	}
	return family
}

// look reads one process from /proc/PID/stat (proc_pid_stat(5)); ok is false when there is none.
func look(pid int) (m member, ok bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return member{}, false
	}
	// The command's name, in parentheses, may hold anything: the fields that count begin after the last one.
	end := bytes.LastIndexByte(raw, ')')
	if end < 0 {
		return member{}, false
	}
	f := bytes.Fields(raw[end+1:])
	const state, parent, session, started = 0, 1, 3, 19
	if len(f) <= started {
		return member{}, false
	}
	m = member{pid: pid, state: f[state][0], started: string(f[started])}
	m.parent, _ = strconv.Atoi(string(f[parent]))
	m.session, _ = strconv.Atoi(string(f[session]))
	return m, true
}

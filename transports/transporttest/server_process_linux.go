package transporttest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// process is a server that a test started: the main process and everything that it forked.
type process struct {
	name string
	pid  int
	// polite is the signal by which an administrator stops the server.
	polite syscall.Signal
	// done is closed when the main process has ended; err is then its exit.
	done chan struct{}
	err  error
}

// launch starts cmd in a session of its own, and a guard that ends it when this process has died before it.
// hasty is the signal that makes the server end at once together with its children.
func launch(name string, cmd *exec.Cmd, hasty syscall.Signal) (*process, error) {
	p := &process{name: name, polite: hasty, done: make(chan struct{})}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.pid = cmd.Process.Pid
	dismiss, err := guard(endServer, strconv.Itoa(p.pid), strconv.Itoa(int(hasty)))
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("start the guard of %s: %w", name, err)
	}
	go func() {
		p.err = cmd.Wait()
		dismiss()
		close(p.done)
	}()
	return p, nil
}

// endServer ends the server with process id $1 by signal $2, and what is left of its process group by SIGKILL. A zombie
// counts as ended: who its parent is now reaps it or does not.
const endServer = `
kill -"$2" "$1" 2>/dev/null
n=0
while [ $n -lt 250 ] && read -r stat 2>/dev/null <"/proc/$1/stat"; do
	case $stat in *") Z "*) break ;; esac
	sleep 0.02
	n=$((n+1))
done
kill -KILL -- -"$1"`

// removeFolder removes folder $1; servers that are about to end may still write into it.
const removeFolder = `
n=0
until rm -rf "$1" || [ $n -ge 500 ]; do sleep 0.02; n=$((n+1)); done`

// guard starts a shell that carries out script when this process has ended, by a return, a panic, a time-out or SIGKILL:
// it waits for the end of a pipe that only this process holds open. dismiss ends the guard itself.
//
// The kernel's own way, a signal at the death of the parent (PR_SET_PDEATHSIG), does not do: it is forgotten when a
// process changes its effective user, as Postfix's master does.
func guard(script string, arguments ...string) (dismiss func(), err error) {
	r, w, err := os.Pipe() // closed on exec: no server inherits it
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", "read -r never\n" + script, "waybill-test-guard"}, arguments...)...)
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // an interrupt from the keyboard must not reach it
	if err := cmd.Start(); err != nil {
		w.Close()
		return nil, err
	}
	return func() {
		_ = cmd.Process.Kill() // before the pipe is closed: it has nothing to do any more
		_ = cmd.Wait()
		w.Close()
	}, nil
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
	return p.end(family)
}

// kill ends the server and its children at once, as a power cut would: nobody gets to write a last word.
func (p *process) kill() error { return p.end(p.family()) }

// end kills family and all that it has forked meanwhile, and waits until they are gone.
func (p *process) end(family []member) error {
	// A stopped process forks no more, so in the end there is nobody new.
	for known := -1; len(family) > known; {
		known = len(family)
		for _, m := range family {
			m.signal(syscall.SIGSTOP)
		}
		family = kin(family)
	}
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

// family lists the main process and all that came from it and live.
func (p *process) family() []member {
	main, ok := look(p.pid)
	if !ok {
		return nil
	}
	var living []member
	for _, m := range kin([]member{main}) {
		if m.alive() {
			living = append(living, m)
		}
	}
	return living
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

// kin are the given processes, those that descend from them, and those that share a session with any of these: some
// servers give each child a session of its own, others fork twice, so that the parent is gone.
func kin(known []member) []member {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return known
	}
	var all []member
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if m, ok := look(pid); ok {
			all = append(all, m)
		}
	}
	ours, sessions := map[int]bool{}, map[int]bool{}
	for _, m := range known {
		ours[m.pid], sessions[m.session] = true, true
	}
	for grew := true; grew; {
		grew = false
		for _, m := range all {
			if !ours[m.pid] && (ours[m.parent] || sessions[m.session]) {
				ours[m.pid], sessions[m.session], grew = true, true, true
				known = append(known, m)
			}
		}
	}
	return known
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

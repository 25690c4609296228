//go:build linux

package transporttest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// holdEnv makes TestHold start every server and wait, in the process that TestNothingOutlivesTheTest kills.
const holdEnv = "WAYBILL_TEST_HOLD"

func TestHold(t *testing.T) {
	if os.Getenv(holdEnv) == "" {
		return // there is nothing to see unless TestNothingOutlivesTheTest asks; not a skip, which CI would count
	}
	d := StartDovecot(t)
	c := d.login(inbox) // a session has processes of its own
	defer c.close()
	runners := []*runner{d.runner, StartOpenSSH(t).runner, StartSMTPSink(t).runner}
	if lacking("postfix") == "" {
		runners = append(runners, StartPostfix(t, d).runner)
	}
	for _, r := range runners {
		for _, pid := range r.PIDs() {
			fmt.Println("server", pid)
		}
	}
	for _, m := range StartPostgres(t).proc.family() {
		fmt.Println("server", m.pid)
	}
	fmt.Println("folder", d.Dir)
	fmt.Println("holding")
	_, _ = io.Copy(io.Discard, os.Stdin) // until we are killed, or who asked is gone
}

// TestNothingOutlivesTheTest kills a test process that runs every server.
func TestNothingOutlivesTheTest(t *testing.T) {
	t.Parallel()
	Need(t, "dovecot", "openssh", "smtp-sink", "postgres")
	temp, err := os.MkdirTemp("", "w") // short: see processFolder
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHold$", "-test.v")
	cmd.Env = append(os.Environ(), holdEnv+"=1", "TMPDIR="+temp)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	var said []string
	inside := false
	for s := bufio.NewScanner(out); s.Scan(); {
		said = append(said, s.Text())
		verb, rest, _ := strings.Cut(s.Text(), " ")
		switch verb {
		case "server":
			pid, err := strconv.Atoi(rest)
			if err != nil {
				t.Error(err)
			}
			pids = append(pids, pid)
		case "folder":
			inside = strings.HasPrefix(rest, temp)
		case "holding":
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed, which is an error
	if len(pids) < 10 || !inside {
		t.Fatalf("only %d processes were started, or not in %s:\n%s", len(pids), temp, strings.Join(said, "\n"))
	}
	waitFor(t, "the servers' end", func() error {
		if left := alive(pids); len(left) > 0 {
			return fmt.Errorf("processes %v are still there", left)
		}
		return nil
	})
	waitFor(t, "the folders' end", func() error {
		left, err := os.ReadDir(temp)
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%v are still there", left)
		}
		return err
	})
}

// alive lists those of the processes that have not ended.
func alive(pids []int) []int {
	var left []int
	for _, pid := range pids {
		if m, ok := look(pid); ok && m.state != 'Z' {
			left = append(left, pid)
		}
	}
	return left
}

// TestNothingOutlivesItsTest starts the servers in a subtest and looks after its end. PostgreSQL's own test does it there.
func TestNothingOutlivesItsTest(t *testing.T) {
	Need(t, "dovecot", "openssh", "smtp-sink")
	var pids []int
	var dirs []string
	t.Run("servers", func(t *testing.T) {
		d := StartDovecot(t)
		runners := []*runner{d.runner, StartOpenSSH(t).runner, StartSMTPSink(t).runner}
		if lacking("postfix") == "" {
			runners = append(runners, StartPostfix(t, d).runner)
		}
		for _, r := range runners {
			pids, dirs = append(pids, r.PIDs()...), append(dirs, r.Dir)
		}
	})
	gone(t, pids, dirs)
}

// gone fails the test when a process or a folder is left.
func gone(t *testing.T, pids []int, dirs []string) {
	t.Helper()
	if len(pids) < 5 || len(dirs) == 0 {
		t.Fatalf("only processes %v and folders %v", pids, dirs)
	}
	if left := alive(pids); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("folder %s is left: %v", dir, err)
		}
	}
}

// waitFor asks until there is no complaint.
func waitFor(t *testing.T, what string, ask func() error) {
	t.Helper()
	limit := time.Now().Add(patience)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

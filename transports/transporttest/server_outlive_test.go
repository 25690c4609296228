//go:build linux

package transporttest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
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
	c := d.login("orders@shop.example") // a session has processes of its own
	defer c.close()
	runners := []*runner{d.runner, StartOpenSSH(t).runner, StartSMTPSink(t).runner}
	if lacking("postfix") == "" {
		runners = append(runners, StartPostfix(t, d).runner)
	}
	for _, r := range runners {
		fmt.Println("server", r.name, r.PIDs())
	}
	for _, m := range StartPostgres(t).proc.family() {
		fmt.Println("server postgres", m.pid)
	}
	fmt.Println("folder " + d.Dir)
	fmt.Println("holding")
	switch os.Getenv(holdEnv) {
	case "panic":
		panic("as a broken test does")
	case "kill":
		select {}
	}
}

func TestNothingOutlivesTheTest(t *testing.T) {
	Need(t, "dovecot", "openssh", "smtp-sink", "postgres")
	for _, end := range []string{"return", "panic", "kill"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			temp, err := os.MkdirTemp("", "w") // short: see processFolder
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(temp)
			if err := os.Chmod(temp, 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestHold$", "-test.v")
			cmd.Env = append(os.Environ(), holdEnv+"="+end, "TMPDIR="+temp)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var pids []int
			var said []string
			s := bufio.NewScanner(out)
			for s.Scan() {
				said = append(said, s.Text())
				for _, f := range strings.FieldsFunc(s.Text(), func(r rune) bool { return strings.ContainsRune(" []", r) }) {
					var n int
					if strings.HasPrefix(s.Text(), "server ") {
						if _, err := fmt.Sscanf(f, "%d", &n); err == nil {
							pids = append(pids, n)
						}
					}
				}
				if s.Text() == "holding" && end == "kill" {
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
			}
			_ = cmd.Wait() // a panic and a kill are errors, as they should be
			if len(pids) < 10 || !strings.Contains(strings.Join(said, "\n"), "folder "+temp) {
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
		})
	}
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

// TestNothingOutlivesItsTest starts every server in a subtest and looks after its end.
func TestNothingOutlivesItsTest(t *testing.T) {
	Need(t, "dovecot", "openssh", "smtp-sink", "postgres")
	var pids []int
	var dirs []string
	t.Run("servers", func(t *testing.T) {
		d := StartDovecot(t)
		p := StartOwnPostgres(t)
		runners := []*runner{d.runner, StartOpenSSH(t).runner, StartSMTPSink(t).runner}
		if lacking("postfix") == "" {
			runners = append(runners, StartPostfix(t, d).runner)
		}
		for _, r := range runners {
			pids, dirs = append(pids, r.PIDs()...), append(dirs, r.Dir)
		}
		for _, m := range p.proc.family() {
			pids = append(pids, m.pid)
		}
		dirs = append(dirs, p.Dir)
	})
	if len(pids) < 10 {
		t.Fatalf("only processes %v", pids)
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

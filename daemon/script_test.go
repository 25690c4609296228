package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs the command lines of testdata/script: a manual that is tested. Beside testscript's own commands there are
// "exits CODE waybill …", because 1 (it failed) and 2 (the command or the configuration is wrong) are different promises, and "cut FILE N",
// which takes the last N bytes off a file. "serves N waybill …" runs the daemon until it has read N messages, then the command beside it, and stops it.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "cut": cut, "serves": serves},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENTS…")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("%q is no exit code", args[0])
	}
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit %d, not %d", got, want)
	}
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE N")
	}
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()-n))
}

func serves(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serves N [PROGRAM ARGUMENTS…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	daemon := exec.Command("waybill", "serve")
	daemon.Dir = ts.MkAbs(".")
	var said bytes.Buffer // not the script's own: that is the command's
	daemon.Stderr = &said
	ts.Check(daemon.Start())
	// Another process gives no signal that it has read a file: the books are asked, through its socket, until they say so.
	looks := time.NewTicker(20 * time.Millisecond)
	defer looks.Stop()
	deadline := time.After(20 * time.Second)
	for read := -1; read < want; {
		select {
		case <-looks.C:
			read = itemsRead(daemon.Dir)
		case <-deadline:
			_ = daemon.Process.Kill()
			_ = daemon.Wait()
			ts.Fatalf("%d messages were read after 20 s, want %d\n%s", read, want, said.String())
		}
	}
	failed := error(nil)
	if len(args) > 1 {
		failed = ts.Exec(args[1], args[2:]...)
	}
	ts.Check(daemon.Process.Signal(syscall.SIGTERM))
	ts.Check(daemon.Wait())
	ts.Check(failed)
}

// itemsRead asks the daemon of a folder how many messages it has read; -1 while it does not answer.
func itemsRead(dir string) int {
	status := exec.Command("waybill", "status", "--json")
	status.Dir = dir
	if _, err := os.Stat(dir + "/state/waybill.sock"); err != nil {
		return -1 // without a daemon the command would take the database's lock itself
	}
	out, err := status.Output()
	var s struct {
		Counts struct{ Items map[string]int } `json:"counts"`
	}
	if err != nil || json.Unmarshal(out, &s) != nil {
		return -1
	}
	return s.Counts.Items["read"]
}

package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"waybill/transports/transporttest"
)

// TestFlushed watches the system calls of the real program: before the API says yes to an order the log of the database was flushed, a pause is on the
// disk before it is said to be one, and a file for a supplier is flushed before it gets its name, and its folder after.
func TestFlushed(t *testing.T) {
	transporttest.Need(t, "strace")
	state := t.TempDir()
	d, out := folderShop(t, state)
	trace := filepath.Join(t.TempDir(), "trace")
	program := filepath.Join(t.TempDir(), "waybill")
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *serve) to=%s ;; *) to=%[1]s.pause ;; esac\nexec strace -f -y -e trace=fsync,fdatasync,write,pwrite64,rename,renameat,renameat2 -s 200 -o $to %s \"$@\"\n", trace, d.bin)
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	d.bin = program
	d.start()
	if status, answer := post(d.url, apiToken, quarryOrder); status != 201 {
		t.Fatal(status, answer)
	}
	await(t, "the file", func() bool { return files(t, out) == 1 })
	if err := syscall.Kill(tracee(t, d.cmd.Process.Pid), syscall.SIGTERM); err != nil { // strace passes none on
		t.Fatal(err)
	}
	<-d.ended
	// Somebody holds the database, so that a pause is a file.
	lock, err := os.OpenFile(filepath.Join(state, "waybill.db.lock"), os.O_RDWR, 0)
	if err == nil {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	d.do("pause")
	lines := strings.Split(readAll(t, trace), "\n")
	find := func(from int, pattern string) int {
		t.Helper()
		re := regexp.MustCompile(pattern)
		for i := from; i < len(lines); i++ {
			if re.MatchString(lines[i]) {
				return i
			}
		}
		t.Fatalf("no %s after line %d of %d", pattern, from, len(lines))
		return 0
	}
	last := func(before int, pattern string) int {
		t.Helper()
		re := regexp.MustCompile(pattern)
		for i := before - 1; i >= 0; i-- {
			if re.MatchString(lines[i]) {
				return i
			}
		}
		t.Fatalf("no %s before line %d", pattern, before)
		return 0
	}
	yes := find(0, `write\(.*HTTP/1.1 201 Created`)
	stored := last(yes, `pwrite64\(\d+<[^>]*waybill\.db-wal>`)
	flushed := last(yes, `(fsync|fdatasync)\(\d+<[^>]*waybill\.db-wal>`)
	if flushed < stored {
		t.Errorf("line %d says yes, line %d wrote, and the last flush is line %d", yes, stored, flushed)
	}
	named := find(yes, `rename.*\.part`)
	last(named, `fsync\(\d+<[^>]*\.part`)
	find(named, `fsync\(\d+<`+regexp.QuoteMeta(out)+`>`)
	flushes := 0
	for _, line := range lines {
		if strings.Contains(line, "fsync(") || strings.Contains(line, "fdatasync(") {
			flushes++
		}
	}
	t.Logf("%d flushes in %d calls", flushes, len(lines))
	lines = strings.Split(readAll(t, trace+".pause"), "\n")
	find(find(0, `fsync\(\d+<[^>]*/PAUSED>`), `fsync\(\d+<[^>]*>`) // the folder
}

// tracee is the child of strace.
func tracee(t *testing.T, parent int) int {
	t.Helper()
	for _, pid := range childrenOf(parent) {
		return pid
	}
	out, _ := exec.Command("ps", "axf").CombinedOutput()
	t.Fatalf("strace has no child\n%s", out)
	return 0
}

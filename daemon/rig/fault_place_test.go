package rig

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"waybill/daemon/flow"
)

// saysTrouble holds that status, the desk and /readyz say what is wrong.
func (s *faultShop) saysTrouble(what string) {
	s.t.Helper()
	if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, what) {
		s.t.Errorf("/readyz: %d %s, want %q", status, body, what)
	}
	for _, command := range []string{"status", "desk list"} {
		if said := s.try(strings.Fields(command)...); !strings.Contains(said.out, "NOTHING IS TAKEN AND NOTHING IS SENT: "+what) {
			s.t.Errorf("waybill %s: %+v", command, said)
		}
	}
}

// sends posts an order that must be taken and must leave.
func (s *faultShop) sends(n int) {
	s.t.Helper()
	before := files(s.t, s.out)
	if status, answer := post(s.url, apiToken, number(n)); status != 201 {
		s.t.Fatal(status, answer)
	}
	await(s.t, fmt.Sprint("order ", n, " to leave"), func() bool { return files(s.t, s.out) > before })
}

// TestDatabaseTakenAway: a process goes on writing into a file that was moved, replaced or deleted, and hears of no error. Nothing is said yes to that
// the next process would not find.
func TestDatabaseTakenAway(t *testing.T) {
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct{ take, giveBack func(state string) }{
		"the folder is moved": {
			func(state string) { move(state, state+".moved") },
			func(state string) { _ = os.RemoveAll(state); move(state+".moved", state) }},
		"another folder is in its place": {
			func(state string) { move(state, state+".moved"); _ = os.Mkdir(state, 0o750) },
			func(state string) { _ = os.RemoveAll(state); move(state+".moved", state) }},
		"the log is deleted": {
			func(state string) { _ = os.Remove(filepath.Join(state, "waybill.db-wal")) }, nil},
		"an old copy is laid over it": {
			func(state string) {
				db := filepath.Join(state, "waybill.db")
				writeFile(t, db+".copy", readAll(t, db))
				move(db, db+".real")
				move(db+".copy", db)
			},
			func(state string) { move(filepath.Join(state, "waybill.db.real"), filepath.Join(state, "waybill.db")) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := filepath.Join(t.TempDir(), "state")
			if err := os.Mkdir(state, 0o750); err != nil {
				t.Fatal(err)
			}
			s := newFaultShop(t, state, "")
			s.start()
			s.sends(1001)
			c.take(state)
			if status, answer := post(s.url, apiToken, number(1002)); status != 503 {
				t.Errorf("an order is answered with %d %s", status, answer)
			}
			const what = "the database was moved, replaced or deleted while waybill ran"
			if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, what) {
				t.Errorf("/readyz: %d %s", status, body)
			}
			await(t, "somebody to be told", func() bool { return s.told.Load() == 1 })
			s.kill()
			if c.giveBack == nil { // what was in the log alone is lost, and nothing that was answered after it
				return
			}
			c.giveBack(state)
			s.start()
			s.sends(1003)
			var orders []flow.OrderView
			if s.ask(&orders, "orders", "list"); len(orders) < 2 {
				t.Errorf("%d orders are there", len(orders))
			}
		})
	}
}

// TestDatabaseIsLocked: another program, like a copy or a forgotten shell, holds the database for longer than a write waits.
func TestDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	s := newFaultShop(t, t.TempDir(), "")
	s.start()
	s.sends(1001)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.state, "waybill.db")+"?_txlock=immediate&_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := post(s.url, apiToken, number(1002)); status != 503 {
		t.Errorf("an order is answered with %d %s", status, answer)
	}
	s.saysTrouble("another program holds the database")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	await(t, "it to go on", func() bool { status, _ := post(s.url, apiToken, number(1003)); return status == 201 || status == 200 })
	s.goesOn(1004)
	await(t, "all files", func() bool { return files(t, s.out) == 3 })
	if said := s.do("status"); strings.Contains(said, "NOTHING IS TAKEN") {
		t.Error(said)
	}
	if out := s.do("verify"); out != "The books are in order.\n" {
		t.Error(out)
	}
}

// TestFewDescriptors: somebody holds connections until no file can be opened any more.
func TestFewDescriptors(t *testing.T) {
	t.Parallel()
	s := newFaultShop(t, t.TempDir(), "")
	s.start()
	s.sends(1001)
	limit := func(n uint64) {
		if err := unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: 4096}, nil); err != nil {
			t.Fatal(err)
		}
	}
	limit(5) // what is open stays open, and a connection of ours with it
	taken := 1
	for n := range 2 {
		if status, answer := postWithin(s.url, number(1002+n), 10*time.Second); status == 201 || status == 200 {
			taken++
		} else if status != 503 && status != 0 {
			t.Error(status, answer)
		}
	}
	t.Logf("%d of 2 orders were taken", taken-1)
	if n := files(t, s.out); n != 1 {
		t.Errorf("%d files were made without a descriptor", n)
	}
	if status, body := s.get("/readyz"); status != 503 || !strings.Contains(body, "no more files can be opened") {
		t.Errorf("%d %s", status, body)
	}
	limit(1024)
	s.goesOn(1010)
	await(t, "all files", func() bool { return files(t, s.out) == taken+1 })
	if s.cmd.Process.Signal(syscall.Signal(0)) != nil {
		t.Error("it has ended")
	}
	if out := s.do("verify"); out != "The books are in order.\n" {
		t.Error(out)
	}
}

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

	_ "modernc.org/sqlite" // another program that has the database open

	"waybill/daemon/flow"
)

// TestPauseWhileItStandsStill: the daemon is stopped in the middle of everything, with an order that is about to leave. The pause works without it, and when it
// goes on, and when it is started anew, nothing goes out; after resume it goes out once.
func TestPauseWhileItStandsStill(t *testing.T) {
	slow := prairie()
	slow.settings, slow.answer = "send: {delay: 2s}\n", nil
	quick := harbor()
	quick.answer = nil
	w := openWorld(t, worldOptions{seed: 12, suppliers: []*supplier{slow, quick}})
	w.daemon.start()
	w.post(w.order("1001", orderLine{"PS-1", 1}), 201)
	due := time.Now().Add(2 * time.Second)
	if err := w.daemon.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	out := w.daemon.do("pause", "prairie-supply")
	contains(t, "pause", out, "paused by the file "+w.path("state/PAUSED.prairie-supply"), "no answer within 1s")
	await(t, "the order to be due", func() bool { return time.Now().After(due) })
	if err := w.daemon.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	// Both go by the same lane, longest due first: when a younger order for another supplier has left, this one would have.
	w.post(w.order("2001", orderLine{"HG-1", 1}), 201)
	w.live("the other supplier's order", func() bool { return quick.got["2001-A"] == 1 })
	w.daemon.kill()
	w.daemon.start()
	contains(t, "status", w.daemon.do("status"), "paused: prairie-supply")
	w.post(w.order("2002", orderLine{"HG-1", 1}), 201)
	w.live("another one after a restart", func() bool { return quick.got["2002-A"] == 1 })
	if len(slow.got) != 0 {
		t.Fatalf("sent in spite of the pause: %v", slow.got)
	}
	contains(t, "resume", w.daemon.do("resume", "prairie-supply"), "Sending goes on.")
	w.live("the order after resume", func() bool { return slow.got["1001-A"] == 1 })
	w.exactlyOnce()
}

// folderShop is a shop without any server: its one supplier gets files in a folder.
func folderShop(t *testing.T, state string) (*daemonProcess, string) {
	t.Helper()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	writeFile(t, at("waybill.yaml"), fmt.Sprintf("shop: {name: Lantern Lane}\nstate: %s\nsending: {delay: 1s, first_orders: 0}\nhttp: {listen: \"127.0.0.1:0\", tokens: [\"sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd\"], per_token: 0}\nchannels: {shop: {}}\n", state))
	writeFile(t, at("suppliers/quarry-tools.yaml"), "name: Quarry Tools\nskus: [{prefix: QT}]\nsend: {by: folder, path: "+at("out")+"}\n")
	if err := os.Mkdir(at("out"), 0o755); err != nil {
		t.Fatal(err)
	}
	return newDaemon(t, at("waybill.yaml")), at("out")
}

const quarryOrder = `{"number":"1001","channel":"shop","id":"1","placed_at":"2025-08-26T17:12:00Z","paid_at":"2025-08-26T17:15:00Z","ship_to":{"name":"Ada Example","line1":"1 Test Street","city":"Springfield","region":"IL","postcode":"62704","country":"US"},"lines":[{"id":"1","sku":"QT-1","quantity":1}]}`

func files(t *testing.T, dir string) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// wantStopped holds that nothing leaves, and that it does after resume.
func wantStopped(t *testing.T, d *daemonProcess, out string) {
	t.Helper()
	var list []flow.DispatchView
	await(t, "the order to be due", func() bool {
		d.ask(&list, "dispatch", "list")
		return len(list) == 1 && time.Now().After(list[0].LeavesAt.Add(time.Second))
	})
	if n := files(t, out); n != 0 || list[0].State != "queued" {
		t.Fatalf("%d files left in spite of the pause, and the order is %s", n, list[0].State)
	}
	contains(t, "status", d.do("status"), "paused: everything")
	d.do("resume")
	await(t, "the order after resume", func() bool { return files(t, out) == 1 })
}

// TestPauseWithALockedDatabase: another program sits on the database, and the daemon cannot write a word.
func TestPauseWithALockedDatabase(t *testing.T) {
	state := t.TempDir()
	d, out := folderShop(t, state)
	d.start()
	if status, answer := post(d.url, apiToken, quarryOrder); status != 201 {
		t.Fatal(status, answer)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(state, "waybill.db")+"?_txlock=immediate&_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "pause", d.do("pause"), "paused by the file "+filepath.Join(state, "PAUSED"))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	wantStopped(t, d, out)
}

// TestPauseWithoutADaemon: nothing runs, and what does hold the database's lock is no daemon.
func TestPauseWithoutADaemon(t *testing.T) {
	state := t.TempDir()
	d, out := folderShop(t, state)
	lock, err := os.OpenFile(filepath.Join(state, "waybill.db.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	contains(t, "pause", d.do("pause"), "paused by the file "+filepath.Join(state, "PAUSED"))
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	d.start()
	if status, answer := post(d.url, apiToken, quarryOrder); status != 201 {
		t.Fatal(status, answer)
	}
	wantStopped(t, d, out)
}

// TestPauseWithAFullDisk: not a byte can be written where the books are.
func TestPauseWithAFullDisk(t *testing.T) {
	state := t.TempDir()
	if err := syscall.Mount("tmpfs", state, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(state, syscall.MNT_DETACH) })
	d, out := folderShop(t, state)
	d.start()
	if status, answer := post(d.url, apiToken, quarryOrder); status != 201 {
		t.Fatal(status, answer)
	}
	filler := filepath.Join(state, "filler")
	if err := os.WriteFile(filler, make([]byte, 24<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	said := d.do("pause")
	if _, err := os.Stat(filepath.Join(state, "PAUSED")); err != nil {
		t.Fatalf("%q, and no flag: %v", said, err)
	}
	if !strings.Contains(said, "paused") {
		t.Errorf("%q", said)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	// The pause holds in the next process, too.
	d.kill()
	d.start()
	wantStopped(t, d, out)
}

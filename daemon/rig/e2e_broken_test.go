package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestBrokenReaders holds promise 15 with the real daemon and its real children. While no child gets as far as to be asked, nothing is held
// against what came in: it waits. A file over which two children died is put aside, with its bytes, and the next one is read; when children
// live again "retry" reads it.
func TestBrokenReaders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, folder := range []string{"cedar-in", "cedar-out"} {
		if err := os.MkdirAll(at(folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, at("waybill.yaml"), fmt.Sprintf("shop: {name: Lantern Lane}\nstate: %s\nsending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}\nhttp: {listen: \"127.0.0.1:0\", tokens: [\"sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd\"], per_token: 0}\nchannels: {shop: {tracking_csv: {path: %s}}}\n", at("state"), at("tracking")))
	writeFile(t, at("suppliers/cedar-works.yaml"), fmt.Sprintf("name: Cedar Works\nskus: [{prefix: CW}]\nsend: {by: folder, path: %s}\nreceive: {path: %s, done: .done, poll: 1s}\n", at("cedar-in"), at("cedar-out")))
	d := newDaemon(t, at("waybill.yaml"))
	d.start()
	w := &realWorld{t: t, dir: dir, orders: map[string]string{}, lines: map[string][]orderLine{}, daemon: d}
	for _, number := range []string{"7001", "7002"} {
		w.post(w.order(number, orderLine{"CW-1", 1}), 201)
		await(t, "the order's file", func() bool { return exists(at("cedar-in/po_" + number + "-A.csv")) })
	}
	answer := func(order, more string) {
		writeFile(t, at("cedar-out/"+order+".csv"), "Order,SKU,Qty,Tracking,Remark\n"+order+"-A,CW-1,1,"+upsNumber(4000)+",\n"+more)
		writeFile(t, at("cedar-out/"+order+".csv.done"), "")
	}
	shipped := func(order string) func() bool {
		return func() bool { return strings.Contains(d.do("orders", "show", order), upsNumber(4000)) }
	}

	stop := killReaders(t, d.cmd.Process.Pid, 0)
	answer("7001", "")
	await(t, "the daemon to miss its readers", func() bool {
		return strings.Contains(d.do("status"), "the reading of what comes in (readers): does not work")
	})
	stop()
	await(t, "the file to be read after all", shipped("7001"))
	if out := d.do("status"); !strings.Contains(out, "the reading of what comes in (readers): works") {
		t.Errorf("readers live again, and status says\n%s", out)
	}

	remarks := strings.Repeat(`,,,,"nothing that is news, only ""much"" of it"`+"\n", 150_000)
	stop = killReaders(t, d.cmd.Process.Pid, startedReader+len(remarks))
	answer("7002", remarks)
	var open []struct {
		ID   int64  `json:"id"`
		Kind string `json:"kind"`
	}
	await(t, "the file to be put aside", func() bool {
		d.ask(&open, "desk", "list")
		return len(open) == 1 && open[0].Kind == "unreadable"
	})
	stop()
	contains(t, "the exception", d.do("desk", "show", strconv.FormatInt(open[0].ID, 10)), "Cedar Works", "broke twice")
	w.post(w.order("7003", orderLine{"CW-1", 1}), 201)
	answer("7003", "")
	await(t, "the next file", shipped("7003"))
	if shipped("7002")() {
		t.Error("order 7002 was shipped by a file that nobody read")
	}
	d.do("desk", "settle", strconv.FormatInt(open[0].ID, 10), "retry")
	await(t, "the file to be read at the second try", shipped("7002"))
	if out := d.do("desk", "list"); strings.Contains(out, "could not be read") {
		t.Errorf("the exception stays:\n%s", out)
	}
}

// startedReader is more memory of its own than a reader holds that was asked nothing yet, in bytes.
const startedReader = 16 << 20

// killReaders kills each child of a process that holds so many bytes of its own, until it is stopped.
func killReaders(t *testing.T, parent, bytes int) (stop func()) {
	ended := make(chan struct{})
	var worker sync.WaitGroup
	worker.Go(func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(time.Millisecond):
			}
			for _, pid := range childrenOf(parent) {
				if bytes == 0 || isReader(pid) && resident(pid) >= bytes {
					_ = syscall.Kill(pid, syscall.SIGKILL) // an error means that it has ended
				}
			}
		}
	})
	stop = sync.OnceFunc(func() { close(ended); worker.Wait() })
	t.Cleanup(stop)
	return stop
}

// isReader tells a reader from a copy of the daemon that is about to become one, and holds the daemon's memory until then (execve(2)).
func isReader(pid int) bool {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // it may have ended
	return strings.Contains(string(raw), "read-child")
}

// resident is the memory that a process holds and no file backs, in bytes (proc(5), /proc/PID/status, RssAnon: kB). How much of the program itself
// lies in memory is up to the machine.
func resident(pid int) int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // it may have ended
	_, after, _ := strings.Cut(string(raw), "RssAnon:")
	var kilobytes int
	_, _ = fmt.Sscan(after, &kilobytes)
	return kilobytes << 10
}

// childrenOf lists the processes whose parent is pid (proc(5), /proc/PID/stat, field 4).
func childrenOf(parent int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			pids = append(pids, pid)
		}
	}
	return pids
}

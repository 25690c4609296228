package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/daemon/flow"
)

// TestRestore is promise 13 on the real binary: WAYBILL_RESTORE_N (100; `make restore N=500`) sends after a backup, then the restore. Half of the orders were in the backup, half came
// after it and come again from their channel. Nothing is sent by itself, all are listed; and what the supplier's program has not taken away is found by itself.
func TestRestore(t *testing.T) {
	n := setting(t, "WAYBILL_RESTORE_N", 100)
	state := t.TempDir()
	d, out := folderShop(t, state)
	half := func(name string, from, to int) string {
		var lines strings.Builder
		for i := from; i < to; i++ {
			line := strings.NewReplacer(`"1001"`, fmt.Sprintf(`"%d"`, 1000+i), `"id":"1","placed`, fmt.Sprintf(`"id":"x%d","placed`, i), "1 Test Street", fmt.Sprintf("%d Test Street", i)).Replace(quarryOrder)
			fmt.Fprintln(&lines, line)
		}
		path := filepath.Join(t.TempDir(), name)
		writeFile(t, path, lines.String())
		return path
	}
	config, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, d.config, strings.Replace(string(config), "first_orders: 0", "first_orders: 0, per_supplier: 0, total: 0", 1))
	before, after := half("before.jsonl", 0, n/2), half("after.jsonl", n/2, n)
	d.start()
	d.do("pause")
	d.do("orders", "import", before)
	backup := filepath.Join(state, "the.backup")
	contains(t, "backup", d.do("backup", backup), "as of event")
	d.do("resume")
	d.do("orders", "import", after)
	await(t, "everything to be sent", func() bool { return files(t, out) == n })
	contains(t, "a restore beside a daemon", d.try("restore", backup).errs, "another waybill runs")
	d.stop()
	contains(t, "a restore over books", d.try("restore", backup).errs, "the database is not empty")

	seen, err := filepath.Glob(filepath.Join(out, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range seen[10:] { // the supplier's program takes files away, all but the first ones
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"waybill.db", "waybill.db-wal", "waybill.db-shm"} {
		_ = os.Rename(filepath.Join(state, name), filepath.Join(state, name+".lost"))
	}
	contains(t, "restore", d.do("restore", backup), "They are held")
	contains(t, "verify", d.do("verify"), "The books are in order.")
	d.start()
	d.do("orders", "import", after) // their channel delivers them again
	left := 0
	for _, file := range seen[:10] {
		if _, err := os.Stat(file); err == nil {
			left++
		}
	}
	var r flow.Recovery
	list := func() int {
		d.ask(&r, "recover")
		return len(r.Messages)
	}
	if got := list(); got < n-left || got > n || !r.Held {
		t.Errorf("%d of %d are listed: %+v", got, n, r.Why)
	}
	contains(t, "status", d.do("status"), "held: the database was restored from a backup", "paused: everything")
	contains(t, "resume does not release it", d.do("resume"), "waybill recover")
	quiet := time.Now().Add(12 * time.Second) // two ticks of the timers, and all queues were looked at many times
	await(t, "the evidence of files that lie there, and quiet", func() bool { return list() <= n-left && time.Now().After(quiet) })
	if got := files(t, out); got != left {
		t.Errorf("%d files were sent by a restored database", got-left)
	}
	listed := list()
	held := listed
	numbers := map[string]bool{}
	for _, m := range r.Messages {
		numbers[m.PurchaseOrders[0]] = true
	}
	d.do("recover", "--already-sent", r.Messages[0].PurchaseOrders[0])
	if list() != listed-1 {
		t.Errorf("%d are listed after one was decided", len(r.Messages))
	}
	contains(t, "the release", d.do("recover", "--already-sent", "--send"), "Sending goes on: 0 messages go out.")
	d.do("orders", "import", half("new.jsonl", n, n+1))
	await(t, "a new order to leave", func() bool { return files(t, out) == left+1 })
	if len(numbers) != listed {
		t.Errorf("%d purchase orders are in %d messages", len(numbers), listed)
	}
	t.Logf("| 13 | restore | %d sends | | 0 lost | 0 doubled | %d held, %d found by evidence | at once |", n, held, n-held)
}

package rig

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// oldMails is how full the inbox is: that of a shop that was run by hand for years has 40,000 (make inbox).
func oldMails(t testing.TB) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("WAYBILL_OLD_MAILS"), "2000"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFullInbox: a mailbox full of old mails, among them suppliers' answers, floods nothing. They are not even fetched, also when they are moved about and when
// the server numbers its mails anew; what comes after the start is read as always.
func TestFullInbox(t *testing.T) {
	mails := oldMails(t)
	start := time.Now().Truncate(time.Second)
	w := openWorld(t, worldOptions{seed: 9, suppliers: []*supplier{prairie()}, settings: "start_at: " + start.Format(time.RFC3339) + "\n"})
	size := w.fillInbox(start, mails)
	w.write("old.jsonl", w.order("1001", orderLine{"PS-1", 2})+"\n")
	w.write("older.jsonl", w.order("0900", orderLine{"PS-1", 2})+"\n")
	w.daemon.start()
	t.Logf("filled, and the daemon runs, after %v", time.Since(start).Round(time.Second))
	began := time.Now()
	if out := w.daemon.do("orders", "import", "--already-sent", w.path("old.jsonl")); !strings.Contains(out, "1 new") {
		t.Fatal(out)
	}
	w.post(w.orders["0900"], 201) // the channel's own sweep brings one from last year

	answer := func(po, order string, n uint64) {
		number := upsNumber(n)
		w.shipped(order, number, w.lines[order])
		w.mail(letter{from: "post@prairie-supply.example", subject: "Shipped: " + po, body: "Hello,\n\norder " + po + " went out today with UPS, tracking number " + number + ".\n"})
	}
	answer("1001-A", "1001", 1)
	w.live("the answer that came after the start", func() bool { return w.complete(1) })
	t.Logf("%d mails (%d MiB) in the inbox: the first answer was booked after %v, %d KiB came over the wire", mails, size>>20, time.Since(began).Round(time.Millisecond),
		w.imapProxy.Passed(transporttest.ToClient)>>10)
	if got := w.imapProxy.Passed(transporttest.ToClient); got > size/20 {
		t.Errorf("%d bytes were fetched of %d", got, size)
	}
	w.wantItems(1)

	// Somebody tidies up: 500 old mails are put into the inbox again, with the dates that they have.
	w.oldMails("moved", start.AddDate(-1, 0, 0), 500)
	w.write("second.jsonl", w.order("1002", orderLine{"PS-2", 1})+"\n")
	w.daemon.do("orders", "import", "--already-sent", w.path("second.jsonl"))
	answer("1002-A", "1002", 2)
	w.live("the answer after the moved mails", func() bool { return w.complete(2) })
	w.wantItems(2)

	// The server numbers anew: all keys are new, and nothing that is old is looked at.
	w.daemon.stop()
	for _, name := range []string{"dovecot-uidlist", "dovecot.index", "dovecot.index.cache", "dovecot.index.log"} {
		if err := os.Remove(filepath.Join(w.inbox(), name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	w.daemon.start()
	w.write("third.jsonl", w.order("1003", orderLine{"PS-3", 1})+"\n")
	w.daemon.do("orders", "import", "--already-sent", w.path("third.jsonl"))
	answer("1003-A", "1003", 3)
	w.live("the answer after the new numbering", func() bool { return w.complete(3) })
	var s flow.Status
	w.daemon.ask(&s, "status")
	if n := s.Counts.Items[store.ItemRead]; n != 3 {
		t.Errorf("%d mails were read, want 3", n)
	}
	if len(s.Counts.Exceptions) != 0 {
		t.Errorf("on the desk: %v", s.Counts.Exceptions)
	}
	w.sameAsTruth()
	if s.Counts.Orders["old"] != 1 {
		t.Errorf("orders: %v", s.Counts.Orders)
	}
}

// wantItems holds how many mails were kept, and that nothing waits for a person.
func (w *realWorld) wantItems(n int) {
	w.t.Helper()
	var s flow.Status
	w.daemon.ask(&s, "status")
	items := 0
	for _, k := range s.Counts.Items {
		items += k
	}
	if items != n || len(s.Counts.Exceptions) != 0 {
		w.t.Errorf("items %v, want %d; on the desk %v", s.Counts.Items, n, s.Counts.Exceptions)
	}
}

func (w *realWorld) inbox() string {
	return filepath.Join(w.dovecot.Dir, "mail", shopAddress, "Maildir")
}

// fillInbox puts old mails into the inbox, a third of them answers of the supplier, the youngest two days old. It gives their size in bytes.
func (w *realWorld) fillInbox(start time.Time, n int) int64 {
	w.t.Helper()
	w.dovecot.Deliver(shopAddress, []byte("Subject: makes the folder\n\nold\n"))
	w.dovecot.Await(shopAddress, "INBOX", 1)
	first, err := filepath.Glob(filepath.Join(w.inbox(), "new", "*"))
	if err != nil || len(first) != 1 {
		w.t.Fatalf("%v %v", first, err)
	}
	if err := os.Chtimes(first[0], start.AddDate(0, 0, -3), start.AddDate(0, 0, -3)); err != nil {
		w.t.Fatal(err)
	}
	return w.oldMails("old", start.AddDate(0, 0, -2), n)
}

// oldMails writes mails into the inbox as files, the last at the given time, one a quarter of an hour.
func (w *realWorld) oldMails(name string, last time.Time, n int) (size int64) {
	w.t.Helper()
	info, err := os.Stat(filepath.Join(w.inbox(), "cur"))
	if err != nil {
		w.t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	filler := strings.Repeat(strings.Repeat("x", 76)+"\r\n", 40)
	for i := range n {
		at := last.Add(-time.Duration(n-i) * 15 * time.Minute)
		from, subject := "friend@elsewhere.example", "hello"
		if i%3 == 0 {
			from, subject = "post@prairie-supply.example", fmt.Sprintf("Your order %d-A has shipped: UPS %s", 100_000+i, upsNumber(uint64(i)))
		}
		raw := fmt.Sprintf("Date: %s\r\nFrom: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: <%s%d@old.example>\r\n\r\n%s", at.Format(time.RFC1123Z), from, shopAddress, subject, name, i, filler)
		file := filepath.Join(w.inbox(), "cur", fmt.Sprintf("%d.%s%d.shop,S=%d,W=%d:2,S", at.Unix(), name, i, len(raw), len(raw)))
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			w.t.Fatal(err)
		}
		if err := os.Lchown(file, int(owner.Uid), int(owner.Gid)); err != nil {
			w.t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			w.t.Fatal(err)
		}
		size += int64(len(raw))
	}
	return size
}

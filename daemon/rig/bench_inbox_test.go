package rig

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	_ "modernc.org/sqlite" // to look into the books from outside

	"waybill/transports/transporttest"
)

// BenchmarkInboxToRead measures the way in as one: mails of 6 KB that lie in a real Dovecot are fetched, kept in SQLite and read by the daemon's own
// children. "Kept and read" are those of a stranger, of which nothing follows. "With its order" are answers of a supplier that ship an order each: matched,
// written into the books and queued as news for the shop. The work is fixed, so it runs once whatever -benchtime says.
func BenchmarkInboxToRead(b *testing.B) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "what\ta second by the clock\tµs of the processor each, daemon\tits children\ta second on two cores")
	for _, c := range []struct {
		what, from string
		orders     bool
	}{{"kept and read", "stranger.example", false}, {"with its order", "prairie-supply.example", true}} {
		took, daemon, children := inboxToRead(b, c.from, c.orders)
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.0f\t%.0f\n", c.what, 1/took.Seconds(), micro(daemon), micro(children), 2/(daemon+children).Seconds())
		b.ReportMetric(1/took.Seconds(), strings.ReplaceAll(c.what, " ", "-")+"/s")
	}
	w.Flush()
	b.ReportMetric(0, "ns/op")
	fmt.Print("\n\n", table.String(), "\n")
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// inboxMails is how many mails wait in the mailbox.
const inboxMails = 3000

// inboxToRead gives what one mail takes: by the clock, and of the processor for the daemon and for its children.
func inboxToRead(t testing.TB, from string, orders bool) (took, daemon, children time.Duration) {
	const user = "orders@shop.example"
	d := transporttest.StartDovecot(t)
	answer := benchMails()["a person's reply"]
	w := newBench(t, fmt.Sprintf("  orders: {address: %s, imap: {host: 127.0.0.1, port: %s, tls: none, password_file: password}}\n", user, splitPort(t, d.IMAP)),
		"  shop: {}\n", map[string]string{"prairie-supply": "name: Prairie Supply\nsenders: [prairie-supply.example]\nskus: [{prefix: PS}]\nsend: {by: export}\n"})
	var list strings.Builder
	for i := range inboxMails {
		number := strconv.Itoa(10000 + i)
		fmt.Fprintln(&list, benchOrder(number, "PS"))
		d.Deliver(user, bytes.ReplaceAll([]byte(strings.NewReplacer("prairie-supply.example", from, "1001-A", number, "<1@", "<"+number+"@", "1Z999AA10123456784", upsNumber(uint64(i)),
			"2 x AB-1\r\n", "1 x PS-10044\r\n", "1 x PS10044", "2 x PS-20017").Replace(string(answer))), []byte("\r\n"), []byte("\n")))
	}
	if orders {
		w.write("orders.jsonl", list.String())
		w.daemon.do("orders", "import", "--already-sent", w.dir+"/orders.jsonl")
	}
	begin := time.Now()
	w.daemon.start()
	defer w.daemon.stop()
	books, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "state", "waybill.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close()
	await(t, "all mails to be read", func() bool {
		var read int
		if err := books.QueryRow("SELECT count(*) FROM items WHERE state = 'read'").Scan(&read); err != nil {
			t.Fatal(err)
		}
		return read == inboxMails
	})
	took = time.Since(begin)
	var shipped int
	if err := books.QueryRow("SELECT count(*) FROM packages").Scan(&shipped); err != nil || orders != (shipped == inboxMails) {
		t.Errorf("%d parcels are in the books (%v)", shipped, err)
	}
	daemon, children = processors(t, w.daemon.cmd.Process.Pid)
	return took / inboxMails, daemon / inboxMails, children / inboxMails
}

// processors is the time of the processor that a process and its children took that still run (proc(5), stat, fields 14 and 15, in hundredths of a second).
func processors(t testing.TB, pid int) (own, children time.Duration) {
	of := func(pid string) time.Duration {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		var user, system int64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
			t.Fatal(err)
		}
		return time.Duration(user+system) * 10 * time.Millisecond
	}
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range lists {
		list, err := os.ReadFile(path)
		if err != nil {
			continue // a thread that has ended
		}
		for _, child := range strings.Fields(string(list)) {
			children += of(child)
		}
	}
	return of(strconv.Itoa(pid)), children
}

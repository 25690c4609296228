package rig

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"waybill/transports/transporttest"
)

// BenchmarkDaemon measures the real program between real servers and prints one table with what was aimed at. Its work is fixed, so it
// runs once whatever -benchtime says.
func BenchmarkDaemon(b *testing.B) {
	var rows []figure
	for _, measure := range []func(testing.TB) []figure{benchStart, benchIdle, benchThroughput, benchLatency} {
		rows = append(rows, measure(b)...)
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "\twhat\tmeasured\taim")
	for _, r := range rows {
		verdict := "ok"
		if r.aim > 0 && (r.value > r.aim) != r.more {
			verdict = "MISSED"
		}
		if r.aim == 0 {
			verdict = ""
		}
		fmt.Fprintf(w, "%s\t%s\t%.4g %s\t%s\n", verdict, r.what, r.value, r.unit, r.goal())
		b.ReportMetric(r.value, strings.ReplaceAll(r.what, " ", "-")+"-"+r.unit)
	}
	w.Flush()
	b.ReportMetric(0, "ns/op")              // a mixture of measures has no time of its own
	fmt.Print("\n\n", table.String(), "\n") // the testing package cuts a log of more than ten lines
}

// figure is one measured number.
type figure struct {
	what  string
	value float64
	unit  string
	aim   float64 // 0: none
	more  bool    // more is better
}

func (f figure) goal() string {
	switch {
	case f.aim == 0:
		return "-"
	case f.more:
		return fmt.Sprintf("at least %g", f.aim)
	}
	return fmt.Sprintf("at most %g", f.aim)
}

// benchWorld is a configuration of a shop with what the benches need: no proxies where none is measured.
type benchWorld struct {
	t      testing.TB
	dir    string
	daemon *daemonProcess
}

func newBench(t testing.TB, mailboxes, channels string, suppliers map[string]string) *benchWorld {
	t.Helper()
	w := &benchWorld{t: t, dir: t.TempDir()}
	w.write("password", transporttest.Password)
	w.write("channel-secret", "whsec_"+base64.StdEncoding.EncodeToString([]byte(webhookKey)))
	w.write("waybill.yaml", "shop: {name: Lantern Lane}\nstate: "+filepath.Join(w.dir, "state")+"\nsending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}\nhttp: {listen: \"127.0.0.1:0\", tokens: [\"sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd\"], per_token: 0}\nmailboxes:\n"+mailboxes+"channels:\n"+channels+"gates: {duplicate: off}\ndns: {server: none}\n")
	for slug, text := range suppliers {
		w.write("suppliers/"+slug+".yaml", text)
	}
	w.daemon = newDaemon(t, filepath.Join(w.dir, "waybill.yaml"))
	return w
}

func (w *benchWorld) write(name, text string) { writeFile(w.t, filepath.Join(w.dir, name), text) }

// benchStart is the time from the command to its readiness, without an index.
func benchStart(t testing.TB) []figure {
	w := newBench(t, "", "  shop: {}\n", nil)
	var took []time.Duration
	for range 7 {
		begin := time.Now()
		w.daemon.start()
		took = append(took, time.Since(begin))
		w.daemon.stop()
	}
	return []figure{{"start without an index", median(took).Seconds(), "s", 0.3, false}}
}

// benchIdle is the memory of a daemon that watches 20 mailboxes by IDLE, with its children.
func benchIdle(t testing.TB) []figure {
	const mailboxes = 20
	var names []string
	for i := range mailboxes {
		names = append(names, fmt.Sprintf("box%d@shop.example", i))
	}
	d := transporttest.StartDovecot(t, transporttest.WithMailboxes(names...))
	var text strings.Builder
	for i, n := range names {
		fmt.Fprintf(&text, "  box%d: {address: %s, imap: {host: 127.0.0.1, port: %s, ca_file: %s, password_file: password}}\n", i, n, splitPort(t, d.IMAPS), d.CA.File)
	}
	w := newBench(t, text.String(), "  shop: {}\n", nil)
	w.daemon.start()
	defer w.daemon.stop()
	await(t, "all mailboxes to be watched", func() bool { return strings.Count(w.daemon.do("status"), ": works") == mailboxes })
	time.Sleep(5 * time.Second) // idle is what is measured
	pid := w.daemon.cmd.Process.Pid
	return []figure{
		{"idle memory with 20 mailboxes", memory(t, pid, "VmRSS:"), "MiB", 30, false},
		{"of this, pages of the program file", memory(t, pid, "RssFile:"), "MiB", 0, false},
	}
}

// memory is a figure of a process and of its children, in MiB (proc(5), status: VmRSS is all that is resident, RssFile what the kernel
// can read from files again).
func memory(t testing.TB, pid int, name string) float64 {
	t.Helper()
	children, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	all := []string{strconv.Itoa(pid)}
	for _, path := range children {
		list, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Fields(string(list))...)
	}
	sum := 0
	for _, p := range all {
		status, err := os.ReadFile("/proc/" + p + "/status")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), name)
		kb, err := strconv.Atoi(strings.Fields(rest)[0])
		if err != nil {
			t.Fatal(err)
		}
		sum += kb
	}
	return float64(sum) / 1024
}

// distance is the round trip to a server that is not near.
const distance = 20 * time.Millisecond

// benchThroughput posts orders while all sending is paused, and then lets one supplier's orders go at a time.
func benchThroughput(t testing.TB) []figure {
	sink := transporttest.StartSMTPSink(t)
	sshd := transporttest.StartOpenSSH(t)
	farSink, farSSH := transporttest.StartProxy(t, sink.Addr), transporttest.StartProxy(t, sshd.Addr)
	farSink.SetRoundTrip(distance)
	farSSH.SetRoundTrip(distance)
	mailbox := func(name, addr string) string {
		return fmt.Sprintf("  %s: {address: orders@%s.example, smtp: {host: 127.0.0.1, port: %s, tls: none, connections: 8}}\n", name, name, splitPort(t, addr))
	}
	files := func(addr string) string {
		return fmt.Sprintf("send:\n  by: sftp\n  path: in\n  sftp: {host: 127.0.0.1, port: %s, username: %s, key_file: sftp-key, host_keys: [%q]}\n", splitPort(t, addr), sshd.User, publicKey(sshd))
	}
	supplier := func(prefix, rest string) string {
		return fmt.Sprintf("name: Supplier %s\nemail: [post@%s.example]\nskus: [{prefix: %s}]\n%s", prefix, strings.ToLower(prefix), prefix, rest)
	}
	w := newBench(t, mailbox("near", sink.Addr)+mailbox("far", farSink.Addr), "  shop: {}\n", map[string]string{
		"mail-near": supplier("MN", "send: {mailbox: near, max_connections: 16}\n"), "mail-far": supplier("MF", "send: {mailbox: far, max_connections: 16}\n"),
		"file-near": supplier("FN", files(sshd.Addr)), "file-far": supplier("FF", files(farSSH.Addr)), "portal": supplier("PO", "send: {by: export}\n")})
	key, err := os.ReadFile(sshd.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	w.write("sftp-key", string(key))
	w.daemon.start()
	defer w.daemon.stop()
	for _, slug := range []string{"mail-near", "mail-far", "file-near", "file-far"} {
		w.daemon.do("pause", slug)
	}
	var rows []figure
	row := func(what string, per, aim float64) { rows = append(rows, figure{what, per, "/s", aim, true}) }
	row("orders accepted (for a portal)", w.flood("PO", 10000), 5000)
	row("orders accepted (mail rendered and queued)", w.flood("MN", 8000), 5000)
	w.flood("MF", 800)
	w.flood("FN", 3000)
	w.flood("FF", 2000)
	row("order mails sent to smtp-sink", w.drain("mail-near", 8000), 4000)
	row("order mails sent, 20 ms away", w.drain("mail-far", 800), 150)
	row("CSV files uploaded to OpenSSH", w.drain("file-near", 3000), 1300)
	row("CSV files uploaded, 20 ms away", w.drain("file-far", 2000), 450)
	return rows
}

// flood posts n orders over 64 connections and gives how many were taken a second.
func (w *benchWorld) flood(prefix string, n int) float64 {
	w.t.Helper()
	var next atomic.Int64
	var posters sync.WaitGroup
	begin := time.Now()
	for range 64 {
		posters.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(w.daemon.url, "http://"))
			if err != nil {
				w.t.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if err := postRaw(conn, in, benchOrder(fmt.Sprintf("%s%06d", prefix, i), prefix)); err != nil {
					w.t.Error(err)
					return
				}
			}
		})
	}
	posters.Wait()
	return float64(n) / time.Since(begin).Seconds()
}

// postRaw writes a request by hand, so that the client takes little of the machine that the server needs.
func postRaw(conn net.Conn, in *bufio.Reader, body string) error {
	if _, err := fmt.Fprintf(conn, "POST /api/v1/orders HTTP/1.1\r\nHost: waybill\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", apiToken, len(body), body); err != nil {
		return err
	}
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", response.Status, answer)
	}
	return err
}

func benchOrder(number, prefix string) string {
	return fmt.Sprintf(`{"number":"%[1]s","channel":"shop","id":"id-%[1]s","placed_at":"2025-08-26T17:12:00Z","paid_at":"2025-08-26T17:15:00Z","currency":"USD","total":"48.54","customer":{"name":"Ada Example","email":"ada@customer.example"},"ship_to":{"name":"Ada Example","line1":"12 Test Street","city":"Springfield","region":"IL","postcode":"62704","country":"US"},"shipping_method":"Standard","lines":[{"id":"%[1]s-1","sku":"%[2]s-10044","title":"Galvanized bucket 14 qt","quantity":1,"unit_price":"48.54"},{"id":"%[1]s-2","sku":"%[2]s-20017","title":"Bootbrush","quantity":2,"unit_price":"4.50"}]}`, number, prefix)
}

// drain lets a supplier's n orders go and gives how many left a second. The daemon's own log says when each verdict was written.
func (w *benchWorld) drain(slug string, n int) float64 {
	w.t.Helper()
	begin, before := time.Now(), w.daemon.sent.Load()
	w.daemon.do("resume", slug)
	await(w.t, "all orders of "+slug+" to be sent", func() bool { return w.daemon.sent.Load()-before >= int64(n) })
	return float64(n) / time.Since(begin).Seconds()
}

func median(all []time.Duration) time.Duration { return quantile(all, 0.5) }

func quantile(all []time.Duration, q float64) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

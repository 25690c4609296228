package rig

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// nodesWorld is a shop whose waybill runs on several nodes over one PostgreSQL: real processes, each with a state folder of its own and its own way to the
// database. Suppliers get mail, files by SFTP and files in a folder; the channel gets webhooks.
type nodesWorld struct {
	t        testing.TB
	r        *rand.Rand
	dir      string
	o        nodesOptions
	postgres *transporttest.Postgres
	database string
	mails    *mailTaker
	sshd     *transporttest.OpenSSH
	channel  *shopChannel
	nodes    []*rigNode

	mu     sync.Mutex
	posted []string // numbers of orders that were accepted
}

type nodesOptions struct {
	nodes     int
	lease     time.Duration
	mailboxes int
	// answer is how long the mail server thinks before it answers the dot, and about four times as long before it takes a recipient: what has no mark yet is what two nodes could both send.
	answer func() time.Duration
	// clocks gives each node a clock of its own, an hour apart.
	clocks bool
	files  bool // suppliers by SFTP and by folder as well
}

// rigNode is one node.
type rigNode struct {
	*daemonProcess
	name  string
	proxy *transporttest.Proxy // its way to PostgreSQL
	// stopped: it stands still. disturbed: something was done to it in this round.
	stopped, disturbed bool
}

func openNodes(t testing.TB, r *rand.Rand, o nodesOptions) *nodesWorld {
	t.Helper()
	w := &nodesWorld{t: t, r: r, o: o, dir: t.TempDir(), postgres: transporttest.StartOwnPostgres(t), mails: startMailTaker(t, o.answer), channel: startChannel(t)}
	dsn := w.postgres.NewDatabase(t)
	w.database = dsn[strings.LastIndexByte(dsn, '/')+1 : strings.IndexByte(dsn, '?')]
	if o.files {
		w.sshd = transporttest.StartOpenSSH(t, transporttest.WithSFTPFolders("in"))
	}
	for i := range o.nodes {
		n := &rigNode{name: string(rune('a' + i)), proxy: transporttest.StartProxy(t, w.postgres.Addr)}
		dir := filepath.Join(w.dir, n.name)
		w.configure(dir, strings.Replace(dsn, w.postgres.Addr, n.proxy.Addr, 1))
		n.daemonProcess = newDaemon(t, filepath.Join(dir, "waybill.yaml"))
		if o.clocks {
			n.bin = skewedBinary(t)
			n.env = []string{fmt.Sprintf("WAYBILL_RIG_CLOCK=%d", (i-1)*3600)}
		}
		w.nodes = append(w.nodes, n)
	}
	return w
}

// configure writes one node's configuration: the same on all of them, but for the state folder and the way to the database.
func (w *nodesWorld) configure(dir, dsn string) {
	write := func(name, text string) { writeFile(w.t, filepath.Join(dir, name), text) }
	write("dsn", dsn)
	write("channel-secret", "whsec_"+base64.StdEncoding.EncodeToString([]byte(webhookKey)))
	var boxes strings.Builder
	for i := range w.o.mailboxes {
		fmt.Fprintf(&boxes, "  m%d: {address: orders%d@shop.example, smtp: {host: 127.0.0.1, port: %s, tls: none, connections: 4}}\n", i, i, splitPort(w.t, w.mails.addr))
		write(fmt.Sprintf("suppliers/mail%d.yaml", i), fmt.Sprintf("name: Mail %d\nemail: [post@mail%d.example]\nskus: [{prefix: M%d-}]\nsend: {mailbox: m%d}\n", i, i, i, i))
	}
	if w.o.files {
		key, err := os.ReadFile(w.sshd.KeyFile)
		if err != nil {
			w.t.Fatal(err)
		}
		write("sftp-key", string(key))
		write("suppliers/files.yaml", fmt.Sprintf("name: Files\nemail: [post@files.example]\nskus: [{prefix: F0-}]\nsend:\n  by: sftp\n  path: in\n  sftp: {host: 127.0.0.1, port: %s, username: %s, key_file: sftp-key, host_keys: [%q]}\n",
			splitPort(w.t, w.sshd.Addr), w.sshd.User, publicKey(w.sshd)))
		out, back := filepath.Join(w.dir, "out"), filepath.Join(w.dir, "back")
		for _, folder := range []string{out, back} {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				w.t.Fatal(err)
			}
		}
		write("suppliers/folder.yaml", fmt.Sprintf("name: Folder\nemail: [post@folder.example]\nskus: [{prefix: D0-}]\nsend: {by: folder, path: %s}\nreceive: {path: %s, poll: 1s}\n", out, back))
	}
	write("waybill.yaml", fmt.Sprintf(`shop: {name: Lantern Lane}
state: %s
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
database: {dsn_file: dsn, lease: %s}
http: {listen: "127.0.0.1:0", tokens: ["sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd"], per_token: 0}
gates: {duplicate: off}
mailboxes:
%schannels:
  shop:
    webhook: {url: "%s/news", secret_files: [channel-secret], allow_private: true}
`, filepath.Join(dir, "state"), w.o.lease, boxes.String(), w.channel.server.URL))
}

// suppliers are the prefixes that orders are made for.
func (w *nodesWorld) prefixes() (all []string) {
	for i := range w.o.mailboxes {
		all = append(all, fmt.Sprintf("M%d", i))
	}
	if w.o.files {
		all = append(all, "F0", "D0")
	}
	return all
}

// postWithin is post for a node that may stand still.
func postWithin(url, order string, limit time.Duration) (int, string) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/orders", strings.NewReader(order))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+apiToken)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}

// until waits until something is so; how long hangs on the lease.
func (w *nodesWorld) until(what string, so func() bool) {
	w.t.Helper()
	limit := time.Now().Add(patience + 4*w.o.lease)
	for !so() {
		if time.Now().After(limit) {
			w.t.Fatalf("waited in vain for %s\n%s\n%s", what, w.sql(`SELECT id, lane, state, attempts, epoch, next_at, lease_owner, lease_until, answer FROM outbox WHERE state NOT IN ('sent') LIMIT 20`),
				w.sql(`SELECT * FROM duties`))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// doubts are what nobody knows.
func (w *nodesWorld) doubts() (list []flow.ExceptionView) {
	w.t.Helper()
	w.nodes[0].ask(&list, "desk", "list", "--kind", "send_unsure")
	return list
}

// post gives an order to one node after the other until one takes it.
func (w *nodesWorld) post(number, prefix string, at int) {
	for i := at; ; i++ {
		n := w.nodes[i%len(w.nodes)]
		w.mu.Lock()
		url := n.url
		w.mu.Unlock()
		status, answer := postWithin(url, benchOrder(number, prefix), time.Second)
		switch {
		case status == 200 || status == 201:
			w.mu.Lock()
			w.posted = append(w.posted, number)
			w.mu.Unlock()
			return
		case status != 0 && status < 500:
			w.t.Errorf("posting an order: %d %s", status, answer)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (w *nodesWorld) accepted() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.posted...)
}

// start starts a node; its address is what posters use from then on.
func (w *nodesWorld) start(n *rigNode) {
	w.t.Helper()
	n.start()
	w.mu.Lock()
	defer w.mu.Unlock()
	n.stopped = false
}

// id is what the node is called in leases.
func (n *rigNode) id() string {
	text, err := os.ReadFile(filepath.Join(filepath.Dir(n.config), "state", "node"))
	if err != nil {
		n.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (n *rigNode) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// got counts how often each purchase order reached its supplier, by all ways.
func (w *nodesWorld) got() map[string]int {
	got := w.mails.counts()
	for _, folder := range w.fileFolders() {
		files, err := os.ReadDir(folder)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".part") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, f.Name()))
			if err != nil {
				continue // it is being renamed
			}
			seen := map[string]bool{}
			for _, po := range numberOfPO.FindAllString(string(text), -1) {
				seen[po] = true
			}
			for po := range seen {
				got[po]++
			}
		}
	}
	return got
}

func (w *nodesWorld) fileFolders() []string {
	if !w.o.files {
		return nil
	}
	return []string{w.sshd.Path("in"), filepath.Join(w.dir, "out")}
}

// ask has a node that runs say how it is.
func (w *nodesWorld) status(n *rigNode) (s flow.Status) {
	w.t.Helper()
	n.ask(&s, "status")
	return s
}

// sql asks PostgreSQL itself.
func (w *nodesWorld) sql(query string) string {
	w.t.Helper()
	out, err := w.postgres.SQL(w.database, query)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// numberOfPO is how the purchase orders of this rig are called.
var numberOfPO = regexp.MustCompile(`\b[A-Z]\d[A-Z]*\d{6}-A\b`)

// mailTaker is everybody's mail server: it takes each mail and counts which purchase orders it has seen.
type mailTaker struct {
	addr   string
	answer func() time.Duration

	mu   sync.Mutex
	seen map[string][]time.Time
	last map[string]time.Time // by envelope sender
}

func startMailTaker(t testing.TB, answer func() time.Duration) *mailTaker {
	t.Helper()
	m := &mailTaker{answer: answer, seen: map[string][]time.Time{}, last: map[string]time.Time{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &taken{m: m}, nil }))
	s.Domain, s.MaxMessageBytes, s.ReadTimeout, s.WriteTimeout = "mail.shop.example", 25<<20, 10*time.Minute, time.Minute
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return m
}

func (m *mailTaker) counts() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[string]int{}
	for po, at := range m.seen {
		counts[po] = len(at)
	}
	return counts
}

// since counts the mails that came from a mailbox after a moment, and gives the first.
func (m *mailTaker) since(at time.Time, of string) (n int, first time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for po, times := range m.seen {
		for _, seen := range times {
			if strings.HasPrefix(po, of) && seen.After(at) {
				if n++; first.IsZero() || seen.Before(first) {
					first = seen
				}
			}
		}
	}
	return n, first
}

// taken is one SMTP session.
type taken struct{ m *mailTaker }

func (s *taken) Mail(string, *smtp.MailOptions) error { return nil }
func (s *taken) Rcpt(string, *smtp.RcptOptions) error {
	if s.m.answer != nil {
		time.Sleep(s.m.answer())
	}
	return nil
}
func (s *taken) Reset()        {}
func (s *taken) Logout() error { return nil }

// Data has taken the mail as soon as the dot was read, whatever becomes of the answer.
func (s *taken) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	po := numberOfPO.FindString(subjectOf(string(raw)))
	s.m.mu.Lock()
	s.m.seen[po] = append(s.m.seen[po], time.Now())
	s.m.mu.Unlock()
	if s.m.answer != nil {
		time.Sleep(4 * s.m.answer())
	}
	return nil
}

func subjectOf(raw string) string {
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	_, subject, _ := strings.Cut("\r\n"+head, "\r\nSubject:")
	return subject[:min(len(subject), 200)]
}

// longestDoubt reads the longest time, in the books' own, between a mark and the moment at which its doubt was before a person.
func (w *nodesWorld) longestDoubt() time.Duration {
	var micros int64
	out := w.sql(`SELECT COALESCE(max(d.happened_at - (SELECT max(m.happened_at) FROM journal m WHERE m.dispatch_id = d.dispatch_id AND m.kind = 'dispatch.marked' AND m.seq < d.seq)), 0)
		FROM journal d WHERE d.kind = 'dispatch.doubted'`)
	if err := json.Unmarshal([]byte(out), &micros); err != nil {
		w.t.Fatal(err)
	}
	return time.Duration(micros) * time.Microsecond
}

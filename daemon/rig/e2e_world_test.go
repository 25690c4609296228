package rig

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

const (
	shopAddress    = "orders@shop.example"
	ownerAddress   = "owner@shop.example"
	archiveAddress = "archive@shop.example"
	buyerAddress   = "buyer@customer.example"
)

// realWorld is a shop with its suppliers on real servers: Dovecot holds everybody's mail, Postfix carries it, OpenSSH takes files. All that
// the people in it do happens in the goroutine of the test, between two looks at the world (step).
type realWorld struct {
	t       testing.TB
	dir     string
	dovecot *transporttest.Dovecot
	postfix *transporttest.Postfix
	sshd    *transporttest.OpenSSH
	// mailProxy stands between the daemon and Postfix's submission, imapProxy before Dovecot, fileProxy before OpenSSH.
	mailProxy, imapProxy, fileProxy *transporttest.Proxy
	channel                         *shopChannel
	daemon                          *daemonProcess
	random                          *rand.Rand

	suppliers []*supplier
	truth     map[string]*news // by order number: what the suppliers did
	orders    map[string]string
	lines     map[string][]orderLine
}

// worldOptions say what differs from one world to the next.
type worldOptions struct {
	seed uint64
	// dsn is a PostgreSQL database for the books; empty: SQLite.
	dsn string
	// suppliers take part; nil: all that cast knows.
	suppliers []*supplier
	// settings are further lines of waybill.yaml.
	settings string
	channel  string // further settings of the channel
	// dovecot are further options of the mail server.
	dovecot []transporttest.DovecotOption
}

// openWorld starts the servers and writes the configuration; the daemon does not run yet.
func openWorld(t testing.TB, o worldOptions) *realWorld {
	t.Helper()
	transporttest.Need(t, "dovecot", "postfix", "openssh", "sftp")
	w := &realWorld{t: t, dir: t.TempDir(), random: rand.New(rand.NewPCG(o.seed, 0xE2E)), suppliers: o.suppliers,
		truth: map[string]*news{}, orders: map[string]string{}, lines: map[string][]orderLine{}}
	mailboxes := []string{shopAddress, ownerAddress, archiveAddress, buyerAddress}
	for _, s := range w.suppliers {
		if s.mailbox {
			mailboxes = append(mailboxes, s.address)
		}
	}
	w.dovecot = transporttest.StartDovecot(t, append(o.dovecot, transporttest.WithMailboxes(mailboxes...))...)
	w.postfix = transporttest.StartPostfix(t, w.dovecot, transporttest.WithDomains("gone-goods.example", "firm-foods.example"),
		transporttest.WithRefusedRecipients("desk@firm-foods.example"))
	w.sshd = transporttest.StartOpenSSH(t, transporttest.WithSFTPFolders("in", "taken", "out", "archive"))
	w.mailProxy = transporttest.StartProxy(t, w.postfix.Submission)
	w.imapProxy = transporttest.StartProxy(t, w.dovecot.IMAPS)
	w.fileProxy = transporttest.StartProxy(t, w.sshd.Addr)
	w.channel = startChannel(t)
	w.configure(o)
	w.daemon = newDaemon(t, filepath.Join(w.dir, "waybill.yaml"))
	return w
}

// configure writes what a shop's technical friend would write.
func (w *realWorld) configure(o worldOptions) {
	w.t.Helper()
	database := ""
	if o.dsn != "" {
		w.write("dsn", o.dsn)
		database = "database: {dsn_file: dsn}\n"
	}
	key, err := os.ReadFile(w.sshd.KeyFile)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("sftp-key", string(key))
	w.write("password", transporttest.Password)
	w.write("channel-secret", "whsec_"+base64.StdEncoding.EncodeToString([]byte(webhookKey)))
	w.write("waybill.yaml", fmt.Sprintf(`shop: {name: Lantern Lane, timezone: America/Chicago}
dns: {server: none}
state: %[1]s
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
%[2]shttp: {listen: "127.0.0.1:0", tokens: ["sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd"], per_token: 0}
mailboxes:
  orders:
    address: %[3]s
    plus_addresses: true
    archive: %[4]s
    smtp: {host: 127.0.0.1, port: %[5]s, tls: starttls, ca_file: %[7]s, password_file: password}
    imap: {host: 127.0.0.1, port: %[6]s, ca_file: %[7]s, password_file: password, poll: 5s}
operator: {to: [%[8]s], digest: ["08:00"]}
channels:
  shop:
    webhook: {url: "%[9]s/news", secret_files: [channel-secret], allow_private: true}
%[10]s%[11]s`, filepath.Join(w.dir, "state"), database, shopAddress, archiveAddress, splitPort(w.t, w.mailProxy.Addr), splitPort(w.t, w.imapProxy.Addr),
		w.dovecot.CA.File, ownerAddress, w.channel.server.URL, strings.ReplaceAll(o.channel, "$DIR", w.dir), o.settings))
	for _, s := range w.suppliers {
		w.write(filepath.Join("suppliers", s.slug+".yaml"), w.supplierFile(s))
	}
}

func (w *realWorld) supplierFile(s *supplier) string {
	text := fmt.Sprintf("name: %q\nskus: [{prefix: %s}]\n", s.name, s.prefix)
	if s.address != "" {
		text += fmt.Sprintf("email: [%s]\n", s.address)
	}
	account := fmt.Sprintf("{host: 127.0.0.1, port: %s, username: %s, key_file: sftp-key, host_keys: [%q]}", splitPort(w.t, w.fileProxy.Addr), w.sshd.User, publicKey(w.sshd))
	return text + strings.NewReplacer("$SFTP", account, "$DIR", w.dir).Replace(s.settings)
}

func (w *realWorld) write(name, content string) { writeFile(w.t, filepath.Join(w.dir, name), content) }

func (w *realWorld) read(name string) string {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

func (w *realWorld) path(name string) string { return filepath.Join(w.dir, name) }

// step lets everybody in the world do what there is to do, once.
func (w *realWorld) step() {
	w.t.Helper()
	for _, s := range w.suppliers {
		if jobs := w.look(s); len(jobs) > 0 && s.answer != nil {
			s.answer(w, s, jobs)
		}
	}
}

// live runs the world until something is so.
func (w *realWorld) live(what string, until func() bool) {
	w.t.Helper()
	w.liveSince(time.Now(), what, until)
}

// liveSince is live for what cannot be so before a moment: patience counts from there.
func (w *realWorld) liveSince(due time.Time, what string, until func() bool) {
	w.t.Helper()
	limit := due.Add(patience)
	for {
		w.step()
		if until() {
			return
		}
		if time.Now().After(limit) {
			state := w.state()
			w.daemon.end(syscall.SIGQUIT) // its goroutines are told in its log
			w.t.Fatalf("the world lived until %s in vain for %s\n%s", limit.Format(time.TimeOnly), what, state)
		}
		select {
		case <-w.channel.arrived:
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// state says what a person would look at to find out what the world waits for.
func (w *realWorld) state() string {
	text := w.daemon.try("status").out + w.daemon.try("desk", "list").out
	told := w.channel.told()
	for number, n := range w.truth {
		if told[number] == nil || len(told[number].tracking) < len(n.tracking) {
			text += fmt.Sprintf("the channel lacks tracking of order %s: true is %v\n%s", number, n.tracking, w.daemon.try("orders", "show", number).out)
		}
	}
	return text
}

// orderLine is a line of an order.
type orderLine struct {
	sku      string
	quantity int
}

// order writes an order in the canonical shape; the channel's id is made from the number.
func (w *realWorld) order(number string, lines ...orderLine) string {
	var items []string
	for i, l := range lines {
		items = append(items, fmt.Sprintf(`{"id":"%s-%d","sku":"%s","title":"Article %s","quantity":%d,"unit_price":"4.50"}`, number, i+1, l.sku, l.sku, l.quantity))
	}
	text := fmt.Sprintf(`{"number":"%[1]s","channel":"shop","id":"id-%[1]s","placed_at":"2025-08-26T17:12:00Z","paid_at":"2025-08-26T17:15:00Z","currency":"USD","total":"48.54","customer":{"name":"Ada Example","email":"%[2]s"},"ship_to":{"name":"Ada Example %[1]s","line1":"%[1]s Test Street","city":"Springfield","region":"IL","postcode":"62704","country":"US"},"shipping_method":"Standard","lines":[%[3]s]}`,
		number, buyerAddress, strings.Join(items, ","))
	w.orders[number], w.lines[number] = text, lines
	return text
}

// post gives an order to the running daemon and wants a status.
func (w *realWorld) post(order string, want int) string {
	w.t.Helper()
	status, answer := post(w.daemon.url, apiToken, order)
	if status != want {
		w.t.Fatalf("posting an order: %d %s, not %d\n%s", status, answer, want, order)
	}
	return answer
}

// tracking draws a UPS number.
func (w *realWorld) tracking() string { return upsNumber(w.random.Uint64N(1e15)) }

// upsNumber makes a tracking number: its check digit counts even places twice (UPS, "1Z" numbers; letters stand for digits, none here).
func upsNumber(n uint64) string {
	digits := fmt.Sprintf("%015d", n)
	sum := 0
	for i, c := range digits {
		sum += int(c-'0') * (1 + i%2)
	}
	return fmt.Sprintf("1Z%s%d", digits, (10-sum%10)%10)
}

// shipped notes what really happened: these lines left under that number.
func (w *realWorld) shipped(order, tracking string, lines []orderLine) {
	n := w.truth[order]
	if n == nil {
		n = newNews()
		w.truth[order] = n
	}
	n.tracking[tracking] = "ups"
	for _, l := range lines {
		n.pieces[l.sku] += l.quantity
	}
}

package rig

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"waybill/daemon/demo"
)

// outside is everything that a waybill speaks to, in one process that outlives it: the shop's mail provider, an SFTP server, two sales channels and
// suppliers that answer. It owns the truth. It runs over real sockets, under the crash runner, and over connections in memory in virtual time, in the
// world.
type outside struct {
	t   testing.TB
	dir string // of this world: configuration, state, drops
	now func() time.Time
	// fault is asked at each step of a dialogue what goes wrong there; "" nothing does.
	fault func(at string) string
	// think is how long a server works on what it was sent, before it answers; nil: it answers at once.
	think func() time.Duration

	smtp    *smtp.Server
	imap    *imapserver.Server
	box     *imapmemserver.User
	drop    *demo.Drop
	hooks   *http.Server
	address struct{ smtp, imap, hooks string }
	serving sync.WaitGroup
	moved   chan struct{} // something has happened

	mu      sync.Mutex
	seed    uint64
	draws   map[string]int // how often was drawn under a name
	ended   bool
	timers  map[*time.Timer]time.Time // and when they ring
	vendors []*vendor
	sales   map[string]*sale    // by order number
	answers map[string]*answer  // by Message-ID, or by the name of the file
	mails   map[string]int      // how often one reached somebody, by recipient and Message-ID
	posts   map[string]int      // webhooks by webhook-id
	told    map[string]*news    // by order number
	tracked map[string]string   // tracking numbers that left, and the purchase order they left for
	resent  map[string]int      // purchase orders that a person had sent again
	others  int                 // other messages that a person had sent again
	asked   map[string]int      // automatic mails to suppliers that are no orders, by purchase order
	met     map[string]int      // exceptions that a person met, by kind
	wrong   []string            // what must never be
	log     []string            // the history, for people
	spoken  map[string][]string // by order: who has said what of it
}

// sale is an order as its channel knows it.
type sale struct {
	number, channel, text string
	lines                 []orderLine
	posted                time.Time
	accepted, refused     bool
	cancelled             bool           // a person or the channel has cancelled it
	unsent                bool           // it was cancelled before anything was sent
	before                map[string]int // what its suppliers had when it was cancelled
	shippedBefore         bool           // a parcel had left by then
	stopped               bool           // a person has given the sending of a part of it up
	gated, released       bool           // a gate holds it; a person has released it
	truth                 *news
	got                   map[string]int // by purchase order: how often it came to its supplier
}

// outsideOptions say what differs from one outside to the next.
type outsideOptions struct {
	seed   uint64
	dir    string
	listen func() (net.Listener, error)
	now    func() time.Time
	fault  func(at string) string
	think  func() time.Duration
	dsn    string
	// zone is the shop's; settings are further lines of waybill.yaml, slow sets schedules that need minutes.
	zone, settings string
	poll           string // how often the mailbox is looked at even without news
	slow           bool
	// manner says what a supplier does with the n-th purchase order they get; nil: they ship it.
	manner func(v *vendor, po string, n int) manner
}

// openOutside starts the servers and writes the configuration of the waybill that will speak to them.
func openOutside(t testing.TB, x outsideOptions) *outside {
	t.Helper()
	o := &outside{t: t, dir: x.dir, now: x.now, fault: x.fault, think: x.think, moved: make(chan struct{}, 1), seed: x.seed, draws: map[string]int{}, timers: map[*time.Timer]time.Time{},
		sales: map[string]*sale{}, answers: map[string]*answer{}, mails: map[string]int{}, posts: map[string]int{}, told: map[string]*news{}, tracked: map[string]string{},
		resent: map[string]int{}, asked: map[string]int{}, met: map[string]int{}, spoken: map[string][]string{}}
	if o.fault == nil {
		o.fault = func(string) string { return "" }
	}
	o.vendors = vendors(x.manner)
	for _, start := range []func(net.Listener) error{o.serveMail, o.serveMailbox, o.serveDrop, o.serveHooks} {
		l, err := x.listen()
		if err == nil {
			err = start(l)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o.configure(x)
	return o
}

// close ends the servers and what the suppliers had still in mind.
func (o *outside) close() {
	o.mu.Lock()
	o.ended = true
	for timer := range o.timers {
		timer.Stop()
	}
	o.mu.Unlock()
	_ = o.smtp.Close()
	_ = o.imap.Close()
	_ = o.hooks.Close()
	o.drop.Close()
	o.serving.Wait()
}

// later has something happen out there after a while.
func (o *outside) later(d time.Duration, do func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		o.mu.Lock()
		ended := o.ended
		delete(o.timers, timer)
		o.mu.Unlock()
		if !ended {
			do()
		}
	})
	o.timers[timer] = o.now().Add(d)
}

// note writes the history, and says that something has happened.
func (o *outside) note(format string, args ...any) {
	o.log = append(o.log, o.now().UTC().Format("2006-01-02 15:04:05.000 ")+fmt.Sprintf(format, args...))
	select {
	case o.moved <- struct{}{}:
	default:
	}
}

// problem is something that must never be. The caller holds the lock.
func (o *outside) problem(format string, args ...any) {
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
	o.note("WRONG: "+format, args...)
}

// say notes what is done from within.
func (o *outside) say(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.note(format, args...)
}

// draw gives a number below n.
func (o *outside) draw(n int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.chance("anything").IntN(n)
}

// chance is the next source of chance for something that has a name: what is drawn for one order does not depend on what was drawn for others. The
// caller holds the lock.
func (o *outside) chance(name string) *rand.Rand {
	o.draws[name]++
	return drawn(o.seed, name, o.draws[name])
}

// sell places an order at a channel. It is the channel's until waybill has accepted it.
func (o *outside) sell(channel, number string, lines ...orderLine) *sale {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := &sale{number: number, channel: channel, lines: lines, posted: o.now(), truth: newNews(), got: map[string]int{}}
	s.text = orderText(channel, number, "Test Street", o.now(), lines)
	o.sales[number] = s
	return s
}

// orderText is an order in the canonical shape.
func orderText(channel, number, street string, at time.Time, lines []orderLine) string {
	var items []string
	for i, l := range lines {
		items = append(items, fmt.Sprintf(`{"id":"%s-%d","sku":"%s","title":"Article %s","quantity":%d,"unit_price":"4.50"}`, number, i+1, l.sku, l.sku, l.quantity))
	}
	moment := at.UTC().Format(time.RFC3339)
	return fmt.Sprintf(`{"number":"%[1]s","channel":"%[2]s","id":"id-%[1]s","placed_at":"%[3]s","paid_at":"%[3]s","currency":"USD","total":"48.54","customer":{"name":"Ada Example","email":"%[4]s"},"ship_to":{"name":"Ada Example %[1]s","line1":"%[1]s %[6]s","city":"Springfield","region":"IL","postcode":"62704","country":"US"},"shipping_method":"Standard","lines":[%[5]s]}`,
		number, channel, moment, buyerAddress, strings.Join(items, ","), street)
}

// parts are the purchase orders of a sale and who ships them, in the order of its lines.
func (o *outside) parts(s *sale) (pos []string, who []*vendor) {
	for _, l := range s.lines {
		for _, v := range o.vendors {
			if v.prefix == l.sku[:2] && !slices.Contains(who, v) {
				who = append(who, v)
				pos = append(pos, fmt.Sprintf("%s-%c", s.number, 'A'+len(pos)))
			}
		}
	}
	return pos, who
}

// configure writes what a shop's technical friend would write.
func (o *outside) configure(x outsideOptions) {
	write := func(name, text string) { writeFile(o.t, filepath.Join(o.dir, name), text) }
	database := ""
	if x.dsn != "" {
		write("dsn", x.dsn)
		database = "database: {dsn_file: dsn}\n"
	}
	zone := x.zone
	if zone == "" {
		zone = "America/Chicago"
	}
	market := "    webhook: {url: \"http://" + o.address.hooks + "/news\", secret_files: [channel-secret], allow_private: true}\n"
	if x.slow {
		market = "    tracking_csv: {path: " + filepath.Join(o.dir, "tracking") + ", schedule: \"* * * * *\"}\n"
	}
	write("password", demo.Password)
	write("channel-secret", webhookSecret())
	write("waybill.yaml", fmt.Sprintf(`shop: {name: Lantern Lane, timezone: %[1]s}
dns: {server: none}
state: %[2]s
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
%[3]shttp: {listen: "127.0.0.1:0", tokens: ["sha256:d00d458c0b80a39ea558c13a4557eea8b5e97f0fd5b18f2e6ebb70027a850afd"], per_token: 0}
mailboxes:
  orders:
    address: %[4]s
    plus_addresses: true
    smtp: {host: 127.0.0.1, port: %[5]s, tls: none, password_file: password}
    imap: {host: 127.0.0.1, port: %[6]s, tls: none, password_file: password, poll: %[12]s}
operator: {to: [%[7]s], digest: ["08:00"]}
channels:
  shop:
    webhook: {url: "http://%[8]s/news", secret_files: [channel-secret], allow_private: true}
    customer_mail: true
  market:
    folder: {path: %[9]s, poll: %[12]s}
%[10]s%[11]s`, zone, filepath.Join(o.dir, "state"), database, shopAddress, port(o.address.smtp), port(o.address.imap), ownerAddress, o.address.hooks,
		filepath.Join(o.dir, "market"), market, x.settings, x.poll))
	account := fmt.Sprintf("{host: 127.0.0.1, port: %s, username: shop, password_file: password, host_keys: [%q]}", port(o.drop.Address), o.drop.HostKey)
	for _, v := range o.vendors {
		text := fmt.Sprintf("name: %q\nskus: [{prefix: %s}]\n", v.name, v.prefix)
		if v.address != "" {
			text += fmt.Sprintf("email: [%s]\n", v.address)
		}
		settings := v.settings
		if v.slow != "" && x.slow {
			settings = v.slow
		}
		write(filepath.Join("suppliers", v.slug+".yaml"), text+strings.NewReplacer("$SFTP", account, "$DIR", o.dir, "$POLL", x.poll).Replace(settings))
	}
	for _, folder := range []string{"market", "tracking", "cedar/in", "cedar/out", "cedar/taken", "drop/in", "drop/out", "drop/archive", "drop/taken"} {
		if err := os.MkdirAll(filepath.Join(o.dir, folder), 0o755); err != nil {
			o.t.Fatal(err)
		}
	}
}

func port(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

// offerFile puts an order of the market into its folder, whole or not at all.
func (o *outside) offerFile(s *sale) {
	name := filepath.Join(o.dir, "market", s.number+".json")
	writeFile(o.t, name+".part", s.text)
	if err := os.Rename(name+".part", name); err != nil {
		o.t.Error(err)
	}
}

// lookAround notes what the market sees: orders that were moved away are accepted, and tracking lies in files.
func (o *outside) lookAround() {
	taken, _ := filepath.Glob(filepath.Join(o.dir, "market", "done", "*"))
	files, _ := filepath.Glob(filepath.Join(o.dir, "tracking", "*.csv"))
	o.mu.Lock()
	for _, name := range taken {
		number, _, _ := strings.Cut(filepath.Base(name), ".")
		if s := o.sales[number]; s != nil && !s.accepted {
			s.accepted = true
			o.note("the market sees that %s was taken", number)
		}
	}
	o.mu.Unlock()
	for _, name := range files {
		o.hearFile(name)
	}
	for _, v := range o.vendors {
		if v.folder != "" {
			o.takeFiles(v)
		}
	}
}

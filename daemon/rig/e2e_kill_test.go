package rig

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// TestKill ends `waybill serve` by SIGKILL again and again, at moments that matter and at random ones, while orders come in, go out and
// are answered. In the end every order reached its supplier exactly once, the channel heard exactly the truth, and each case that cannot
// be known was on the desk. WAYBILL_KILLS sets how often (8), WAYBILL_SEED repeats a run.
func TestKill(t *testing.T) { killRun(t, "") }

// TestKillPostgres is the same with the books in PostgreSQL.
func TestKillPostgres(t *testing.T) {
	killRun(t, transporttest.StartPostgres(t).NewDatabase(t))
}

// moment is when to kill: prepare arms it while the daemon runs, came tells that it is there. A moment that never comes (the fault lies
// behind the last byte) is killed after a while all the same.
type moment struct {
	name    string
	prepare func(*killer)
}

// killer is a world whose daemon dies.
type killer struct {
	*realWorld
	r    *rand.Rand
	came chan struct{}
	// waiting are orders that the API has not acknowledged: a channel posts them until it does.
	waiting []string
	next    int
	posted  int
	doubts  int
}

// moments are the kinds of moments. Bytes are counted on connections with TLS or SSH, so that a fault may lie anywhere: in the greeting,
// in a login, in the middle of a mail, between the dot and the answer.
func moments() []moment {
	stall := func(proxy func(*killer) *transporttest.Proxy, way transporttest.Way, least, most int64) func(*killer) {
		return func(k *killer) {
			p := proxy(k)
			p.Every(transporttest.Fault{Way: way, Break: transporttest.Stall, After: least + k.r.Int64N(most-least)})
			p.BreakAll(transporttest.Reset) // what is open already has no fault; the daemon comes again
			go func() {
				<-p.Broken()
				k.come()
			}()
		}
	}
	mail := func(k *killer) *transporttest.Proxy { return k.mailProxy }
	files := func(k *killer) *transporttest.Proxy { return k.fileProxy }
	imap := func(k *killer) *transporttest.Proxy { return k.imapProxy }
	return []moment{
		{"an order was accepted", func(k *killer) { k.postOne(); k.come() }},
		{"a mail is on its way out", stall(mail, transporttest.ToServer, 700, 9000)},
		{"the answer to a mail is on its way", stall(mail, transporttest.ToClient, 1200, 3000)},
		{"a file is on its way out", stall(files, transporttest.ToServer, 1500, 6000)},
		{"the answer to a file is on its way", stall(files, transporttest.ToClient, 1500, 6000)},
		{"an answer is being fetched", stall(imap, transporttest.ToClient, 2000, 12000)},
		{"the channel has the news, and its answer is lost", func(k *killer) { k.interceptNews(true) }},
		{"the news is lost on the way to the channel", func(k *killer) { k.interceptNews(false) }},
		{"just so", func(k *killer) { time.AfterFunc(time.Duration(k.r.IntN(700))*time.Millisecond, k.come) }},
	}
}

// come says that the moment is there. Two may say so of one moment.
func (k *killer) come() {
	select {
	case k.came <- struct{}{}:
	default:
	}
}

// interceptNews lets the next news to the channel be the last thing that the daemon does.
func (k *killer) interceptNews(told bool) {
	gone := k.daemon.ended
	k.channel.setIntercept(func(channelEvent) bool {
		k.come()
		<-gone
		return told
	})
}

func (c *shopChannel) setIntercept(do func(channelEvent) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.intercept = do
}

// disarm takes back what prepare arranged.
func (k *killer) disarm() {
	k.channel.setIntercept(nil)
	for _, p := range []*transporttest.Proxy{k.mailProxy, k.fileProxy, k.imapProxy} {
		p.Every(transporttest.Fault{})
	}
	select {
	case <-k.came:
	default:
	}
}

// postOne posts the next order, as a channel does that gets no answer when the daemon dies.
func (k *killer) postOne() {
	if len(k.waiting) == 0 {
		prefixes := []string{"PS", "HG", "QT"}
		number := fmt.Sprint(2001 + k.next)
		lines := []orderLine{{prefixes[k.next%3] + "-1", 1 + k.r.IntN(3)}}
		if k.next%4 == 3 {
			lines = append(lines, orderLine{prefixes[(k.next+1)%3] + "-2", 1})
		}
		k.next++
		k.waiting = append(k.waiting, k.order(number, lines...))
	}
	status, answer := post(k.daemon.url, apiToken, k.waiting[0])
	switch status {
	case 200, 201:
		k.waiting = k.waiting[1:]
		k.posted++
	case 0: // the daemon died: posted again
	default:
		k.t.Fatalf("posting an order: %d %s", status, answer)
	}
}

func killRun(t *testing.T, dsn string) {
	kills, seed := setting(t, "WAYBILL_KILLS", 9), uint64(setting(t, "WAYBILL_SEED", int(rand.Uint32())))
	t.Logf("WAYBILL_SEED=%d WAYBILL_KILLS=%d repeats this run", seed, kills)
	k := &killer{r: rand.New(rand.NewPCG(seed, 9)), came: make(chan struct{}, 1),
		realWorld: openWorld(t, worldOptions{seed: seed, dsn: dsn, suppliers: []*supplier{prairie(), harbor(), quarry()}})}
	all := moments()
	order := k.r.Perm(len(all))
	for i := range kills {
		k.killAt(i, all[order[i%len(all)]])
	}
	k.daemon.start()
	for len(k.waiting) > 0 {
		k.postOne()
	}
	t.Cleanup(func() {
		if po := k.missing(); t.Failed() && po != "" {
			t.Logf("its supplier does not have %s", po)
		}
	})
	k.live("every order to be with its supplier or on the desk, and every answer at the channel", k.settled)
	k.doubtsSettled()
	k.live("the last orders", func() bool { return k.missing() == "" && k.complete(k.posted) })
	if k.doubts > 0 {
		k.live("a mail that tells the shop of the doubt", func() bool { return k.dovecot.Count(ownerAddress, "INBOX") > 0 })
	}
	k.exactlyOnce()
	k.sameAsTruth()
	if desk := k.desk(); len(desk) > 0 {
		t.Errorf("on the desk is what nobody has to look at: %v", desk)
	}
	if out := k.daemon.do("verify"); out != "The books are in order.\n" {
		t.Errorf("verify: %s", out)
	}
	repeats := 0
	for _, n := range k.channel.deliver {
		repeats += n - 1
	}
	t.Logf("%d kills, %d orders; %d doubts were held; %d webhooks came twice, with the same webhook-id", kills, k.posted, k.doubts, repeats)
}

// killAt starts the daemon, gives it work, and kills it when the moment comes.
func (k *killer) killAt(i int, m moment) {
	k.daemon.start()
	m.prepare(k)
	limit := time.After(2 * time.Second)
	for n := 0; ; n++ {
		if n < 4 {
			k.postOne()
		}
		k.step()
		select {
		case <-k.came:
			k.t.Logf("kill %d: %s", i+1, m.name)
		case <-limit:
			k.t.Logf("kill %d: %s did not come about; killed all the same", i+1, m.name)
		case <-time.After(5 * time.Millisecond):
			continue
		}
		break
	}
	k.daemon.kill()
	k.disarm()
	await(k.t, "the readers of a daemon that was killed to end", func() bool { return readers(k.t, k.daemon.bin) == 0 })
}

// readers counts the child processes that read foreign bytes for a waybill; they must not outlive it.
func readers(t testing.TB, bin string) (n int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err == nil && strings.HasPrefix(string(line), bin+"\x00read-child") {
			n++
		}
	}
	return n
}

// missing names a purchase order that its supplier does not have.
func (k *killer) missing() string {
	for number, lines := range k.lines {
		for i, s := range k.bySupplier(lines) {
			if po := fmt.Sprintf("%s-%c", number, 'A'+i); s.got[po] == 0 {
				return po
			}
		}
	}
	return ""
}

// bySupplier gives the suppliers of an order in the order of their purchase orders: that of its lines.
func (k *killer) bySupplier(lines []orderLine) (found []*supplier) {
	for _, l := range lines {
		for _, s := range k.suppliers {
			if s.prefix == l.sku[:2] && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	return found
}

// settled tells whether nothing moves any more: what has not reached its supplier is held as a doubt.
func (k *killer) settled() bool {
	if !k.complete(0) {
		return false
	}
	if k.missing() == "" {
		return true
	}
	held := map[string]bool{}
	for _, x := range k.doubtful() {
		held[x.PurchaseOrder] = true
	}
	for number, lines := range k.lines {
		for i, s := range k.bySupplier(lines) {
			if po := fmt.Sprintf("%s-%c", number, 'A'+i); s.got[po] == 0 && !held[po] {
				return false
			}
		}
	}
	return true
}

func (k *killer) doubtful() []flow.ExceptionView {
	k.t.Helper()
	var list []flow.ExceptionView
	k.daemon.ask(&list, "desk", "list", "--kind", "send_unsure")
	return list
}

// doubtsSettled does what a person does with a doubt: asks the supplier, and says so on the desk.
func (k *killer) doubtsSettled() {
	k.t.Helper()
	for _, x := range k.doubtful() {
		k.doubts++
		action := "resend"
		for _, s := range k.suppliers {
			if s.got[x.PurchaseOrder] > 0 {
				action = "arrived"
			}
		}
		k.t.Logf("doubt about %s: %s", x.PurchaseOrder, action)
		k.daemon.do("desk", "settle", fmt.Sprint(x.ID), action)
	}
}

// setting reads a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is not a number", name, text)
	}
	return n
}

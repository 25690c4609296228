package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// TestNodes has three real daemons over one real PostgreSQL send orders while they are stopped for shorter and longer than a lease, killed, cut off from the
// database and ended in order, and while PostgreSQL itself goes down. In the end each purchase order was with its supplier once, or held.
//
// It runs in stretches of nodesStretch sends, each with a database of its own and a seed that follows from SEED. WAYBILL_NODES_N says how many sends,
// WAYBILL_NODES_SEED repeats them, WAYBILL_NODES_KEEP names a file with what is done, from which a run that was cut goes on. WAYBILL_NODES_LEASE and
// WAYBILL_NODES_PAUSE (the longest time that a node stands still) set the scale: what counts is how many leases a pause is long.
func TestNodes(t *testing.T) {
	transporttest.Need(t, "postgres", "openssh")
	n, seed := setting(t, "WAYBILL_NODES_N", 100), uint64(setting(t, "WAYBILL_NODES_SEED", int(rand.Uint32())))
	lease := duration(t, "WAYBILL_NODES_LEASE", 3*time.Second)
	pause := duration(t, "WAYBILL_NODES_PAUSE", 3*lease)
	t.Logf("WAYBILL_NODES_SEED=%d WAYBILL_NODES_N=%d WAYBILL_NODES_LEASE=%s WAYBILL_NODES_PAUSE=%s repeats this run", seed, n, lease, pause)
	done := nodesBooks{Seed: seed}
	done.load(t)
	for done.Sends < n {
		t.Run(fmt.Sprintf("stretch %d", done.Stretches+1), func(t *testing.T) {
			stretch(t, &done, min(nodesStretch, n-done.Sends), lease, pause)
		})
		if t.Failed() {
			return
		}
		done.save(t)
	}
	t.Logf("runs %d, seed %d, lost %d, doubled %d, held %d, longest time until a doubt was on the desk %s (%d stretches, %d faults: %v, %d duties lost by nodes that nobody disturbed)",
		done.Sends, seed, done.Lost, done.Doubled, done.Held, done.Longest.Round(time.Millisecond), done.Stretches, sum(done.Faults), done.Faults, done.Flaps)
}

// nodesStretch is how many sends share a database, nodesRound how many are posted while one fault happens.
const (
	nodesStretch = 500
	nodesRound   = 70
)

// nodesBooks is what is done, as the checkpoint keeps it.
type nodesBooks struct {
	Seed             uint64
	Stretches, Sends int
	Lost, Doubled    int
	Held, Flaps      int
	Longest          time.Duration
	Faults           map[string]int
}

func (b *nodesBooks) load(t *testing.T) {
	b.Faults = map[string]int{}
	file := os.Getenv("WAYBILL_NODES_KEEP")
	text, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return
	}
	seed := b.Seed
	if err == nil {
		err = json.Unmarshal(text, b)
	}
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("WAYBILL_NODES_SEED") != "" && b.Seed != seed {
		t.Fatalf("%s is of a run with the seed %d", file, b.Seed)
	}
	t.Logf("goes on after %d sends", b.Sends)
}

func (b *nodesBooks) save(t *testing.T) {
	file := os.Getenv("WAYBILL_NODES_KEEP")
	if file == "" {
		return
	}
	text, err := json.Marshal(b)
	if err == nil {
		err = os.WriteFile(file+".new", text, 0o644)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func duration(t testing.TB, name string, otherwise time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sum(m map[string]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

// breaker breaks nodes.
type nodeBreaker struct {
	*nodesWorld
	done  *nodesBooks
	pause time.Duration
	pg    bool // PostgreSQL was disturbed in this round
}

// faults are what may happen in a round. Each ends with all nodes running.
func (w *nodeBreaker) faults() map[string]func() {
	return map[string]func(){
		"a node stands still": func() { w.standStill(w.pick()) },
		"two nodes stand still": func() {
			a := w.pick()
			b := w.nodes[(slices.Index(w.nodes, a)+1)%len(w.nodes)]
			var both sync.WaitGroup
			pauses := []time.Duration{w.long(), w.long()}
			for i, n := range []*rigNode{a, b} {
				both.Go(func() { w.standStillFor(n, pauses[i]) })
			}
			both.Wait()
		},
		"a node is killed": func() {
			n := w.pick()
			n.disturbed = true
			w.whileSending(n)
			n.kill()
			time.Sleep(w.short())
			w.start(n)
		},
		"a node stops in order": func() {
			n := w.pick()
			n.disturbed = true
			n.stop()
			time.Sleep(w.short())
			w.start(n)
		},
		"a node is cut off": func() {
			n := w.pick()
			n.disturbed = true
			for range 8 { // at any byte: between a claim and its commit, a commit and its answer
				n.proxy.Every(transporttest.Fault{Way: transporttest.Way(w.r.IntN(2)), Break: transporttest.Reset, After: w.r.Int64N(60_000)})
				n.proxy.BreakAll(transporttest.Reset)
				time.Sleep(time.Duration(w.r.IntN(300)) * time.Millisecond)
			}
			n.proxy.Every(transporttest.Fault{})
			n.proxy.BreakAll(transporttest.Reset)
		},
		"the way to the database stalls": func() {
			n := w.pick()
			n.disturbed = true
			n.proxy.BreakAll(transporttest.Stall)
			time.Sleep(w.long())
			n.proxy.BreakAll(transporttest.Reset)
		},
		"PostgreSQL starts anew": func() {
			w.pg = true
			if w.r.IntN(2) == 0 {
				w.postgres.Kill(w.t)
			} else {
				w.postgres.Stop(w.t)
			}
			time.Sleep(w.short() / 2)
			w.postgres.Start(w.t)
		},
		"all is paused on one node and goes on from another": w.pausedFromAnywhere,
	}
}

func (w *nodeBreaker) pick() *rigNode { return w.nodes[w.r.IntN(len(w.nodes))] }

// long is a pause from a third of a lease to the longest; half of them end in the moments in which another node is about to take over, or has just done so.
// short is one of less than a lease.
func (w *nodeBreaker) long() time.Duration {
	if w.r.IntN(2) == 0 {
		return w.o.lease*9/10 + time.Duration(w.r.Int64N(int64(w.o.lease)))
	}
	return w.o.lease/3 + time.Duration(w.r.Int64N(int64(w.pause-w.o.lease/3)))
}
func (w *nodeBreaker) short() time.Duration { return time.Duration(w.r.Int64N(int64(w.o.lease))) }

func (w *nodeBreaker) standStill(n *rigNode) { w.standStillFor(n, w.long()) }

func (w *nodeBreaker) standStillFor(n *rigNode, d time.Duration) {
	n.disturbed = true
	w.whileSending(n)
	n.signal(w.t, syscall.SIGSTOP)
	time.Sleep(d)
	n.signal(w.t, syscall.SIGCONT)
}

// whileSending waits a while for a node to have something under way.
func (w *nodeBreaker) whileSending(n *rigNode) {
	for end := time.Now().Add(w.o.lease); time.Now().Before(end); {
		if w.sql(`SELECT count(*) FROM outbox o WHERE o.state = 'sending' AND o.lease_owner = '`+n.id()+`'`) != "0" {
			return
		}
	}
}

// pausedFromAnywhere: after waybill pause has answered on one node, no node lets anything go that was not past its mark.
func (w *nodeBreaker) pausedFromAnywhere() {
	a, b := w.pick(), w.pick()
	a.do("pause")
	marked := w.sql(`SELECT count(*) FROM journal WHERE kind = 'dispatch.marked'`)
	time.Sleep(300 * time.Millisecond)
	if again := w.sql(`SELECT count(*) FROM journal WHERE kind = 'dispatch.marked'`); again != marked {
		w.t.Errorf("after a pause %s messages were marked, before %s", again, marked)
	}
	b.do("resume")
}

// stretch runs some sends with faults, and checks the books against what suppliers have.
func stretch(t *testing.T, done *nodesBooks, sends int, lease, pause time.Duration) {
	r := rand.New(rand.NewPCG(done.Seed, uint64(done.Stretches)))
	thinks := func() time.Duration { return time.Duration(rand.Int64N(int64(lease / 8))) }
	w := &nodeBreaker{done: done, pause: pause, nodesWorld: openNodes(t, r, nodesOptions{nodes: 3, lease: lease, mailboxes: 4, answer: thinks, files: true,
		clocks: os.Getenv("WAYBILL_NODES_CLOCKS") != ""})}
	for _, n := range w.nodes {
		w.start(n)
	}
	names := []string{}
	for name := range w.faults() {
		names = append(names, name)
	}
	slices.Sort(names)
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	rounds, flapsBefore := max(1, sends/nodesRound), done.Flaps
	for i := range rounds {
		first, last := i*sends/rounds, (i+1)*sends/rounds
		fault := "a node stands still" // which is what this is about: every other time
		if i%2 == 1 {
			fault = names[i/2%len(names)]
		}
		w.round(fault, first, last)
		if t.Failed() {
			return
		}
	}
	w.settle(sends)
	// A machine that is too busy for a moment may lose one. Nodes whose leases go by clocks that disagree lose them at every beat.
	if flaps := done.Flaps - flapsBefore; flaps > 10*rounds {
		t.Errorf("nodes that nobody disturbed lost their duties %d times", flaps)
	}
	done.Stretches++
	done.Sends += sends
}

// round posts orders while a fault happens.
func (w *nodeBreaker) round(fault string, first, last int) {
	lostBefore := map[*rigNode]int{}
	for _, n := range w.nodes {
		n.disturbed = false
		lostBefore[n] = n.logged("this node has lost a duty")
	}
	w.pg = false
	prefixes := w.prefixes()
	var posters sync.WaitGroup
	var next sync.Mutex
	number := first
	for range 8 {
		pace := rand.New(rand.NewPCG(w.r.Uint64(), 1)) // one source is for one goroutine
		posters.Go(func() {
			for {
				time.Sleep(time.Duration(pace.Int64N(int64(w.o.lease / 10)))) // so that something is under way all the time
				next.Lock()
				i := number
				number++
				next.Unlock()
				if i >= last {
					return
				}
				p := prefixes[i%len(prefixes)]
				w.post(fmt.Sprintf("%s%06d", p, i), p, i)
			}
		})
	}
	began := time.Now()
	time.Sleep(time.Duration(w.r.Int64N(int64(w.o.lease / 6))))
	w.faults()[fault]()
	w.done.Faults[fault]++
	posters.Wait()
	flaps := 0
	for _, n := range w.nodes {
		if !n.disturbed && !w.pg {
			flaps += n.logged("this node has lost a duty") - lostBefore[n]
		}
	}
	w.done.Flaps += flaps
	w.t.Logf("%s: %s; %d duties lost by nodes that nobody disturbed", time.Since(began).Round(time.Millisecond), fault, flaps)
}

// settle waits until nothing moves any more, does with each doubt what a person would, and counts.
func (w *nodeBreaker) settle(sends int) {
	t := w.t
	waiting := `SELECT count(*) FROM outbox WHERE purpose = 'order' AND state IN ('queued', 'sending', 'marked')`
	w.until("everything to be sent or held", func() bool { return w.sql(waiting) == "0" })
	w.done.Longest = max(w.done.Longest, w.longestDoubt())
	got := w.got()
	for _, x := range w.doubts() {
		w.done.Held++
		action := "resend"
		if got[x.PurchaseOrder] > 0 {
			action = "arrived"
		}
		if r := w.nodes[0].try("desk", "settle", fmt.Sprint(x.ID), action); r.code != 0 && !strings.Contains(r.errs, "was settled") {
			t.Errorf("a doubt cannot be settled: %s%s", r.out, r.errs) // unless evidence was faster
		}
		// The same question was put to somebody on another node: the second answer is told that it comes too late.
		if r := w.nodes[1].try("desk", "settle", fmt.Sprint(x.ID), action); r.code == 0 || !strings.Contains(r.errs, "settled") {
			t.Errorf("a doubt could be settled twice: %s%s", r.out, r.errs)
		}
	}
	w.until("what was sent again", func() bool { return w.sql(waiting) == "0" })
	got = w.got()
	for _, number := range w.accepted() {
		switch n := got[number+"-A"]; {
		case n == 0:
			w.done.Lost++
			t.Errorf("lost: %s-A: %s", number, w.history(number+"-A"))
		case n > 1:
			w.done.Doubled++
			t.Errorf("doubled: %s-A came %d times: %s", number, n, w.history(number+"-A"))
		}
	}
	if n := len(w.accepted()); n != sends {
		t.Errorf("%d orders were accepted, not %d", n, sends)
	}
	if out := w.nodes[2].do("verify"); out != "The books are in order.\n" {
		t.Errorf("verify: %s", out)
	}
	for _, n := range w.nodes {
		n.stop()
	}
	if left := w.sql(`SELECT count(*) FROM duties WHERE node <> ''`); left != "0" {
		t.Errorf("%s duties were not given back at the end", left)
	}
}

// history is what the journal says of a purchase order's messages.
func (w *nodesWorld) history(po string) string {
	return w.sql(`SELECT string_agg(j.seq || ' ' || j.kind || ' ' || j.data, E'\n' ORDER BY j.seq) FROM journal j
		WHERE j.dispatch_id IN (SELECT d.dispatch_id FROM outbox_pos d JOIN purchase_orders p ON p.id = d.po_id WHERE p.number = '` + po + `')`)
}

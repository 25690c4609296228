package rig

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// BenchmarkNodes measures how much more several nodes send than one, over twelve mailboxes whose server is as far away as one in another country, and how long it takes
// from the death of a node to the next message of a mailbox that it had. Its work is fixed.
func BenchmarkNodes(b *testing.B) {
	transporttest.Need(b, "postgres")
	var one float64
	for _, nodes := range []int{1, 2, 3} {
		rate := nodesRate(b, nodes, setting(b, "WAYBILL_NODES_N", 1800))
		if nodes == 1 {
			one = rate
		}
		fmt.Printf("%d nodes: %.0f mails a second, %.2f times one node\n", nodes, rate, rate/one)
	}
	for _, lease := range []time.Duration{3 * time.Second, 15 * time.Second} {
		all := takeOvers(b, lease, 5)
		fmt.Printf("lease %s: from kill -9 to the next mail of the same mailbox: median %s, longest %s of %d\n", lease, median(all).Round(time.Millisecond), all[len(all)-1].Round(time.Millisecond), len(all))
	}
	b.ReportMetric(0, "ns/op")
}

// nodesRate queues n mails while all is paused, and lets them go.
func nodesRate(t testing.TB, nodes, n int) float64 {
	w := openNodes(t, rand.New(rand.NewPCG(7, 7)), nodesOptions{nodes: nodes, lease: 15 * time.Second, mailboxes: 12, answer: func() time.Duration { return 60 * time.Millisecond }})
	for _, node := range w.nodes {
		w.start(node)
	}
	await(t, "the nodes to share the work", func() bool {
		for _, v := range w.status(w.nodes[0]).Nodes {
			if len(v.Duties) < 15/nodes {
				return false
			}
		}
		return true
	})
	w.nodes[0].do("pause")
	w.postMany(n)
	began := time.Now()
	w.nodes[0].do("resume")
	await(t, "all mails", func() bool { return len(w.mails.counts()) >= n })
	return float64(n) / time.Since(began).Seconds()
}

// postMany posts n orders over 16 connections.
func (w *nodesWorld) postMany(n int) {
	prefixes := w.prefixes()
	var posters sync.WaitGroup
	for c := range 16 {
		posters.Go(func() {
			for i := c; i < n; i += 16 {
				p := prefixes[i%len(prefixes)]
				w.post(fmt.Sprintf("%s%06d", p, i), p, i)
			}
		})
	}
	posters.Wait()
}

// takeOvers kills the node that has a mailbox, again and again, while orders come in.
func takeOvers(t testing.TB, lease time.Duration, times int) (all []time.Duration) {
	w := openNodes(t, rand.New(rand.NewPCG(8, 8)), nodesOptions{nodes: 2, lease: lease, mailboxes: 1})
	for _, n := range w.nodes {
		w.start(n)
	}
	next := 0
	send := func(by *rigNode) {
		w.mu.Lock()
		url := by.url
		w.mu.Unlock()
		status, answer := postWithin(url, benchOrder(fmt.Sprintf("M0%06d", next), "M0"), 5*time.Second)
		if status != 201 {
			t.Fatalf("posting: %d %s", status, answer)
		}
		next++
	}
	for range times {
		var owner, other *rigNode
		await(t, "somebody to have the mailbox", func() bool {
			for _, v := range w.status(w.nodes[0]).Nodes {
				if slices.Contains(v.Duties, "mailbox m0") {
					i := slices.IndexFunc(w.nodes, func(n *rigNode) bool { return n.id() == v.Name })
					owner, other = w.nodes[i], w.nodes[1-i]
					return true
				}
			}
			return false
		})
		before := next
		send(owner)
		await(t, "a mail by the owner", func() bool { return len(w.mails.counts()) > before })
		owner.kill()
		killed := time.Now()
		send(other)
		await(t, "a mail by the other", func() bool { n, _ := w.mails.since(killed, "M0"); return n > 0 })
		_, first := w.mails.since(killed, "M0")
		all = append(all, first.Sub(killed))
		w.start(owner)
	}
	slices.Sort(all)
	return all
}

package rig

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// benchLatency is the time from the server's EXISTS, as it passes on the wire, to the arrival of the news at the channel. Dovecot waits
// 500 ms before it says EXISTS, so several mailboxes take turns. The first answer after a quiet time also starts the process that reads it, and
// is a figure of its own.
func benchLatency(t testing.TB) []figure {
	const mailboxes, rounds = 4, 50
	var names []string
	for i := range mailboxes {
		names = append(names, fmt.Sprintf("box%d@shop.example", i))
	}
	d := transporttest.StartDovecot(t, transporttest.WithMailboxes(names...))
	channel := startChannel(t)
	var text, orders strings.Builder
	taps := make([]*tap, mailboxes)
	for i, n := range names {
		taps[i] = startTap(t, d.IMAP)
		fmt.Fprintf(&text, "  box%d: {address: %s, imap: {host: 127.0.0.1, port: %s, tls: none, password_file: password}}\n", i, n, splitPort(t, taps[i].addr))
		for r := range rounds + 1 {
			fmt.Fprintln(&orders, benchOrder(latencyNumber(i, r), "PS"))
		}
	}
	w := newBench(t, text.String(), fmt.Sprintf("  shop: {webhook: {url: \"%s\", secret_files: [channel-secret], allow_private: true}}\n", channel.server.URL),
		map[string]string{"prairie": "name: Prairie Supply\nsenders: [prairie.example]\nskus: [{prefix: PS}]\nsend: {by: export}\n"})
	w.write("orders.jsonl", orders.String())
	w.daemon.start()
	defer w.daemon.stop()
	w.daemon.do("orders", "import", "--already-sent", w.dir+"/orders.jsonl")
	await(t, "all mailboxes to be watched", func() bool { return strings.Count(w.daemon.do("status"), ": works") == mailboxes })
	var mu sync.Mutex
	var first, took []time.Duration
	var loops sync.WaitGroup
	for i, n := range names {
		loops.Go(func() {
			for r := range rounds + 1 {
				number := upsNumber(uint64(i*1000 + r + 1))
				d.Deliver(n, fmt.Appendf(nil, "From: <post@prairie.example>\nTo: <%s>\nSubject: Order %s has shipped\nMessage-ID: <%d.%d@prairie.example>\nDate: %s\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\nyour order was shipped with UPS today.\nTracking number: %s\n",
					n, latencyNumber(i, r), i, r, time.Now().Format(time.RFC1123Z), number))
				at, ok := channel.heard(number)
				if !ok {
					t.Errorf("the channel did not hear of %s", number)
					return
				}
				mu.Lock()
				if r == 0 {
					first = append(first, at.Sub(taps[i].last()))
				} else {
					took = append(took, at.Sub(taps[i].last()))
				}
				mu.Unlock()
			}
		})
	}
	loops.Wait()
	mu.Lock()
	defer mu.Unlock()
	if len(took) < mailboxes*rounds {
		t.Fatalf("only %d of %d answers came through", len(took), mailboxes*rounds)
	}
	return []figure{
		{"EXISTS to the webhook, median of 200", median(took).Seconds() * 1000, "ms", 10, false},
		{"EXISTS to the webhook, the first after a quiet time", quantile(first, 1).Seconds() * 1000, "ms", 0, false},
		{"EXISTS to the webhook, 99th percentile", quantile(took, 0.99).Seconds() * 1000, "ms", 50, false},
	}
}

func latencyNumber(mailbox, round int) string { return fmt.Sprint(10000 + mailbox*1000 + round) }

// heard waits until the channel was told of a tracking number, and gives when that was.
func (c *shopChannel) heard(number string) (at time.Time, ok bool) {
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(time.Millisecond) {
		c.mu.Lock()
		at, ok = c.at[number]
		c.mu.Unlock()
		if ok {
			return at, true
		}
	}
	return at, false
}

// tap relays to an IMAP server without TLS and notes when it last said EXISTS.
type tap struct {
	addr string

	mu sync.Mutex
	at time.Time
}

func startTap(t testing.TB, target string) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &tap{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return // closed
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			go relayTo(server, client)
			go p.relay(client, server)
		}
	}()
	return p
}

func relayTo(to, from net.Conn) {
	_, _ = io.Copy(to, from) // an end is an end
	to.Close()
}

// relay passes on what the server says. A line that two reads share is missed, which a line of a dozen bytes never is here.
func (p *tap) relay(client, server net.Conn) {
	defer client.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if bytes.Contains(buffer[:n], []byte(" EXISTS\r\n")) {
			p.mu.Lock()
			p.at = time.Now()
			p.mu.Unlock()
		}
		if _, failed := client.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (p *tap) last() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

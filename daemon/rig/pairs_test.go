package rig

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/transports"
)

// TestPairs is promise 6: a Message-ID alone makes no repeat. Pairs of mails that have much in common are kept and read: what says something of its own is
// read and told, what does not is a repeat. `make pairs N=100000 SEED=1` makes as many as wanted.
func TestPairs(t *testing.T) {
	run := openReceiveRun(t, "pairs", 2*pairsAtOnce)
	run.want /= pairsAtOnce
	run.all(t, func(t *testing.T, n int) {
		synctest.Test(t, func(t *testing.T) { newPairBooks(t, run, run.Seed<<32+uint64(n)).run() }) //nolint:gosec // small
	})
	for _, c := range likenesses {
		if !c.rare {
			run.happened(t, c.name)
		}
	}
}

// pairsAtOnce is how many pairs share books: each has an order of its own.
const pairsAtOnce = 200

// pairBooks are the books into which a run's pairs go.
type pairBooks struct {
	t     *testing.T
	out   *receiveRun
	r     *rand.Rand
	seed  uint64
	books *store.Store
	flow  *flow.Flow
	uid   int
	pairs []*pair
}

const pairsConfig = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    smtp: {host: 127.0.0.1, port: 9, tls: none}
    authserv_id: mx.lantern-lane.example
  second:
    address: second@lantern-lane.example
    smtp: {host: 127.0.0.1, port: 9, tls: none}
    authserv_id: mx.lantern-lane.example
channels: {shop: {}}
gates: {duplicate: off}
`

func newPairBooks(t *testing.T, out *receiveRun, seed uint64) *pairBooks {
	t.Helper()
	dir := memoryFolder(t)
	writeFile(t, filepath.Join(dir, "waybill.yaml"), strings.ReplaceAll(pairsConfig, "DIR", dir))
	writeFile(t, filepath.Join(dir, "suppliers", "prairie.yaml"), "name: Prairie Supply\nemail: [post@prairie.example]\nsend: {mailbox: orders}\nskus: [{prefix: PS}]\n")
	writeFile(t, filepath.Join(dir, "suppliers", "harbor.yaml"), "name: Harbor\nemail: [post@harbor.example]\nsend: {mailbox: orders}\nskus: [{prefix: HG}]\n")
	b := &pairBooks{t: t, out: out, r: rand.New(rand.NewPCG(seed, 0x9A12)), seed: seed}
	cfg, err := config.Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if b.books, err = store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "waybill.db"), Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	b.flow, err = flow.New(flow.Options{Store: b.books, Config: cfg, Reader: sandbox.New(sandbox.Options{Inline: true}), Now: time.Now, Random: rand.NewChaCha8([32]byte{2}), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run keeps all first mails and then, in another order, all second ones: the reading of both goes on beside.
func (b *pairBooks) run() {
	defer b.books.Close()
	defer b.flow.Close()
	ctx, stop := context.WithCancel(b.t.Context())
	for i := range pairsAtOnce {
		b.order(i)
		c := likenesses[b.r.IntN(len(likenesses))]
		if c.rare && b.r.IntN(20) != 0 {
			c = likenesses[b.r.IntN(3)]
		}
		p := newPair(b.r, b.seed, i)
		p.what = c
		c.make(p)
		b.pairs = append(b.pairs, p)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := b.flow.Run(ctx); err != nil {
			b.t.Error(err)
		}
	}()
	for _, second := range []bool{false, true} {
		var batch []transports.Item
		for _, i := range b.r.Perm(len(b.pairs)) {
			m := &b.pairs[i].first
			if second {
				m = &b.pairs[i].second
			}
			b.uid++
			m.key = fmt.Sprintf("7:%d", b.uid)
			if m.raw == nil {
				m.key = fmt.Sprintf("7:%d", 1_000_000+b.uid)
			}
			batch = append(batch, transports.Item{Source: m.source, Key: m.key, Received: time.Now(), Raw: m.raw, Size: m.size})
		}
		if err := b.flow.Keep(ctx, batch); err != nil {
			b.t.Error(err)
		}
		if !second && b.r.IntN(2) == 0 {
			continue // the second ones come while the first ones are read
		}
		b.wait()
	}
	stop()
	<-ended
	for _, p := range b.pairs {
		b.check(p)
	}
	b.checkDesk()
}

// wait returns when everything that was kept is read.
func (b *pairBooks) wait() {
	for range 6000 {
		left := 0
		b.view(func(tx *store.Tx) error {
			rows, err := tx.ItemsInState(store.ItemKept, 1)
			left = len(rows)
			return err
		})
		if left == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (b *pairBooks) order(i int) {
	number := pairOrder(i)
	_, err := b.flow.Receive(b.t.Context(), order.Order{Number: number, Channel: "shop", ID: "id-" + number, PlacedAt: time.Now(), PaidAt: time.Now(), Currency: "USD",
		Customer: order.Customer{Name: "Ada Example", Email: "ada@mail.example"},
		ShipTo:   order.Address{Name: "Ada Example", Line1: number + " Test Street", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
		Lines:    []order.Line{{ID: number + "-1", SKU: "PS100", Title: "Bucket", Quantity: 9}}}, flow.Source{By: "api", AlreadySent: true})
	if err != nil {
		b.t.Fatal(err)
	}
}

func pairOrder(i int) string { return fmt.Sprint(20001 + i) }

func (b *pairBooks) view(look func(*store.Tx) error) {
	b.t.Helper()
	if err := b.books.View(context.WithoutCancel(b.t.Context()), look); err != nil {
		b.t.Error(err)
	}
}

// check holds what became of a pair against what it is.
func (b *pairBooks) check(p *pair) {
	b.out.count("pairs")
	b.out.count(p.what.name)
	var first, second store.ItemRow
	var told []store.FindingRow
	b.view(func(tx *store.Tx) (err error) {
		if first, err = tx.ItemBySource(p.first.source, p.first.key); err != nil {
			return err
		}
		if second, err = tx.ItemBySource(p.second.source, p.second.key); err != nil {
			return err
		}
		told, err = tx.FindingsOfItem(second.ID)
		return err
	})
	show := func() string {
		return fmt.Sprintf("first: %s\n%s\nsecond: %s\n%s", first.State, shorten(p.first.raw), second.State, shorten(p.second.raw))
	}
	wrong := func(which *int, says string) {
		b.out.wrong(b.t, which, "%s, order %s: %s\n%s", p.what.name, pairOrder(p.n), says, show())
	}
	if p.first.raw == nil {
		if first.State != store.ItemTooLarge || second.State != store.ItemTooLarge || first.ID == second.ID {
			wrong(&b.out.Lost, "a mail that is too large was not told")
		}
		return
	}
	if first.State != store.ItemRead {
		wrong(&b.out.Lost, "the first mail was not read")
	}
	switch {
	case second.State == store.ItemRead && p.what.want == wantRepeat:
		wrong(&b.out.Doubled, "a repeat was not told")
	case second.State == store.ItemRepeat && p.what.want == wantRead, second.State != store.ItemRead && second.State != store.ItemRepeat:
		wrong(&b.out.Lost, "the second mail says something of its own, and was dropped")
	}
	for _, number := range p.second.tells {
		if p.what.want == wantRead && !saysNumber(told, number) {
			wrong(&b.out.Lost, "nothing tells of "+number)
		}
	}
}

func saysNumber(told []store.FindingRow, number string) bool {
	for _, f := range told {
		if strings.Contains(string(f.Detail), number) {
			return true
		}
	}
	return false
}

func shorten(raw []byte) string {
	const most = 1200
	if len(raw) > most {
		return string(raw[:most]) + "…"
	}
	return string(raw)
}

// checkDesk wants mails with another's Message-ID to have been told to a person.
func (b *pairBooks) checkDesk() {
	want := 0
	for _, p := range b.pairs {
		if p.what.flagged {
			want++
		}
	}
	got := 0
	b.view(func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(flow.TwoVersions)})
		for _, x := range rows {
			got += x.Count
		}
		return err
	})
	if got < want {
		b.out.wrong(b.t, &b.out.Lost, "%d mails have another's Message-ID, and %d were told", want, got)
	}
	b.out.add("told", got)
}

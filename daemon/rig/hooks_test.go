package rig

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/wootest"
	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
)

// posted is a webhook as it was caught on its way.
type posted struct {
	header http.Header
	body   []byte
}

// hookShop is a shop system for the test of its webhooks.
type hookShop struct {
	config   string
	files    map[string]string
	requests func() int
	buy      func(number string, paid bool) (id string)
	pay      func(id string)
	move     func(id, street string)
	cancel   func(id string)
	hook     func(id, secret string) posted
	loose    string // a header that nobody signs
	deleted  func(id string) posted
}

func shopifyHooks(t *testing.T) *hookShop {
	s := channeltest.StartShopify(t, nil)
	s.Live = true
	return &hookShop{
		config: fmt.Sprintf("shopify: {shop: %s, client_id: %s, client_secret_file: present, webhook_secret_files: [present, former], url: %q, allow_private: true, poll: 1s}", s.Domain, channeltest.ShopifyClient, s.URL),
		files:  map[string]string{"present": channeltest.ShopifySecret, "former": channeltest.ShopifyFormer}, loose: "X-Shopify-Topic", requests: s.Requests,
		buy: func(number string, paid bool) string {
			return s.Buy(channeltest.Sale{Number: number, Unpaid: !paid, Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 2}}})
		},
		pay: s.Pay, move: s.Move, cancel: s.Cancel,
		hook: func(id, secret string) posted {
			header, body := s.Hook(id, map[string]channeltest.Secret{"present": channeltest.Present, "former": channeltest.Former, "theirs": channeltest.Forged}[secret])
			return posted{header, body}
		},
	}
}

func wooHooks(t *testing.T) *hookShop {
	s := wootest.New(time.Now, t.Errorf)
	t.Cleanup(s.Close)
	id := func(text string) (n int64) { fmt.Sscan(text, &n); return n }
	address := func(street string) map[string]any {
		return map[string]any{"first_name": "Ada", "last_name": "Example", "address_1": street, "city": "Springfield", "state": "IL", "postcode": "62701", "country": "US", "email": "ada@buyer.example"}
	}
	heard := 0 // Requests forgets what it has told
	stamp := func() string { return time.Now().UTC().Format("2006-01-02T15:04:05") }
	return &hookShop{
		config: fmt.Sprintf("woocommerce: {url: %q, key_file: key, secret_file: secret, webhook_secret_files: [present, former], poll: 1s, per_second: 50, ca_file: ca.pem, allow_private: true}", s.URL()),
		files: map[string]string{"key": wootest.Key, "secret": wootest.Secret, "present": "present", "former": "former",
			"ca.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate()}))},
		loose: "X-WC-Webhook-Topic", requests: func() int { heard += len(s.Requests()); return heard },
		buy: func(number string, paid bool) string {
			doc := map[string]any{"status": "processing", "number": number, "total": "10.00", "date_created_gmt": stamp(), "date_paid_gmt": stamp(), "billing": address("1 Mill Lane"), "shipping": address("1 Mill Lane"),
				"line_items": []any{map[string]any{"id": 1, "name": "Bucket", "sku": "PS-1", "quantity": 2, "total": "10.00", "price": "5.00", "product_id": 7}}}
			if !paid {
				doc["status"], doc["date_paid_gmt"] = "pending", nil
			}
			return fmt.Sprint(s.Put(doc))
		},
		pay: func(o string) { s.Set(id(o), map[string]any{"status": "processing", "date_paid_gmt": stamp()}) },
		move: func(o, street string) {
			s.Set(id(o), map[string]any{"billing": address(street), "shipping": address(street)})
		},
		cancel: func(o string) { s.Set(id(o), map[string]any{"status": "cancelled"}) },
		hook: func(o, secret string) posted {
			header, body := s.Hook("order.updated", id(o), secret)
			return posted{header, body}
		},
		deleted: func(o string) posted {
			header, body := s.Hook("order.deleted", id(o), "present")
			return posted{header, body}
		},
	}
}

// hookWorld is waybill with a shop system as its channel.
type hookWorld struct {
	*testing.T
	*hookShop
	books  *store.Store
	daemon *flow.Flow
}

func openHooks(t *testing.T, shop *hookShop) *hookWorld {
	dir := t.TempDir()
	text := strings.Replace(strings.ReplaceAll(mailboxConfig, "DIR", dir), "{shop: {}}", "{shop: {"+shop.config+"}}", 1) + "http: {listen: 127.0.0.1:0, tokens: [\"sha256:" + strings.Repeat("0", 64) + "\"]}\n"
	writeFile(t, filepath.Join(dir, "waybill.yaml"), strings.Replace(text, "DIR", dir, 1))
	writeFile(t, filepath.Join(dir, "suppliers", "prairie.yaml"), "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\nsend: {by: export}\n")
	for name, content := range shop.files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	cfg, err := config.Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w := &hookWorld{T: t, hookShop: shop}
	if w.books, err = store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "waybill.db"), Now: time.Now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	pool := sandbox.New(sandbox.Options{Inline: true})
	if w.daemon, err = flow.New(flow.Options{Store: w.books, Config: cfg, Reader: pool, Now: time.Now, Random: rand.NewChaCha8([32]byte{2}), Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.daemon.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-ended
		w.daemon.Close()
		_ = w.books.Close()
		_ = pool.Close()
	})
	return w
}

func (w *hookWorld) post(p posted) error {
	return w.daemon.Hook(w.Context(), "shop", p.header, p.body)
}

// quiet waits until the shop was looked at once more and all that was kept is read.
func (w *hookWorld) quiet() {
	w.Helper()
	before := w.requests()
	w.daemon.Look()
	await(w.T, "another look at the shop", func() bool { return w.requests() > before })
	time.Sleep(50 * time.Millisecond) // the look ends
	await(w.T, "everything to be read", func() bool {
		left := 0
		w.view(func(tx *store.Tx) error {
			rows, err := tx.ItemsInState(store.ItemKept, 1)
			left = len(rows)
			return err
		})
		return left == 0
	})
}

func (w *hookWorld) view(look func(*store.Tx) error) {
	w.Helper()
	if err := w.books.View(context.WithoutCancel(w.Context()), look); err != nil {
		w.Fatal(err)
	}
}

// state is all that can go wrong with an order: how often it is there, what it is, where it goes, and how many purchase orders it has.
func (w *hookWorld) state(id string) (s string) {
	w.view(func(tx *store.Tx) error {
		row, err := tx.OrderByKey("shop", id)
		if errors.Is(err, store.ErrNotFound) {
			s = "none"
			return nil
		}
		if err != nil {
			return err
		}
		pos, err := tx.POsOfOrder(row.ID)
		open := 0
		for _, po := range pos {
			if !po.Closed() {
				open++
			}
		}
		s = fmt.Sprintf("%s to %s, %d/%d", row.Intake.State, row.Doc.ShipTo.Line1, open, len(pos))
		return err
	})
	return s
}

func (w *hookWorld) is(id, want string) {
	w.Helper()
	await(w.T, fmt.Sprintf("order %s to be %q; it is %q", id, want, w.state(id)), func() bool { return w.state(id) == want })
}

func (w *hookWorld) items() (n int) {
	w.view(func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{})
		n = len(rows)
		return err
	})
	return n
}

// TestReplayedHooks: whoever posts a shop system's webhooks again, late, out of order or under other headers moves no order, doubles none and fills no disk.
func TestReplayedHooks(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *hookShop{"shopify": shopifyHooks, "woocommerce": wooHooks} {
		t.Run(name, func(t *testing.T) { replayHooks(openHooks(t, open(t))) })
	}
}

func replayHooks(w *hookWorld) {
	id := w.buy("1001", false)
	unpaid := w.hook(id, "present")
	if err := w.post(unpaid); err != nil {
		w.Fatal(err)
	}
	w.quiet()
	street := strings.TrimPrefix(w.state(id), string(order.IntakeWaiting)+" to ")
	street, _, _ = strings.Cut(street, ",")
	w.is(id, fmt.Sprintf("waiting to %s, 0/0", street))
	time.Sleep(1100 * time.Millisecond) // both tell versions apart by the second
	w.pay(id)
	w.move(id, "2 New Street")
	paid := w.hook(id, "former") // two secrets while the shop changes them
	var many sync.WaitGroup
	for range 30 {
		many.Go(func() {
			if err := w.post(paid); err != nil {
				w.Error(err)
			}
		})
	}
	many.Wait()
	accepted := "accepted to 2 New Street, 1/1"
	w.is(id, accepted)
	w.refuses(id, paid)

	before := w.items()
	for i := range 40 { // the older one after the newer, under headers that nobody signs
		replay := posted{unpaid.header.Clone(), unpaid.body}
		if i%2 == 1 {
			replay = posted{paid.header.Clone(), paid.body}
		}
		replay.header.Set(w.loose, fmt.Sprintf("orders/made-up-%d", i))
		replay.header.Set("X-Shopify-Webhook-Id", fmt.Sprint(i))
		replay.header.Set("X-WC-Webhook-Delivery-ID", fmt.Sprint(i))
		if err := w.post(replay); err != nil {
			w.Fatal(err)
		}
	}
	w.quiet()
	w.is(id, accepted)
	if n := w.items(); n != before {
		w.Errorf("40 replays were kept as %d further items", n-before)
	}

	time.Sleep(1100 * time.Millisecond)
	w.cancel(id)
	if err := w.post(w.hook(id, "present")); err != nil {
		w.Fatal(err)
	}
	w.is(id, "cancelled to 2 New Street, 0/1")
	for _, old := range []posted{paid, unpaid, paid} {
		if err := w.post(old); err != nil {
			w.Fatal(err)
		}
	}
	w.quiet()
	w.is(id, "cancelled to 2 New Street, 0/1")
	if w.deleted != nil {
		w.deletedAndBack()
	}
}

// refuses: what is not signed as it is, or by somebody else, is refused and not kept.
func (w *hookWorld) refuses(id string, genuine posted) {
	w.Helper()
	before := w.items()
	for i := range genuine.body {
		changed := bytes.Clone(genuine.body)
		changed[i] ^= 1
		if err := w.post(posted{genuine.header, changed}); !errors.Is(err, channel.ErrSignature) {
			w.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := w.post(w.hook(id, "theirs")); !errors.Is(err, channel.ErrSignature) {
		w.Errorf("another shop's secret: %v", err)
	}
	if err := w.post(posted{http.Header{}, genuine.body}); !errors.Is(err, channel.ErrSignature) {
		w.Errorf("without a signature: %v", err)
	}
	if n := w.items(); n != before {
		w.Errorf("%d of what was refused was kept", n-before)
	}
}

// deletedAndBack: a deletion that was caught is posted again after the order was taken out of the trash.
func (w *hookWorld) deletedAndBack() {
	id := w.buy("1002", true)
	w.is(id, "accepted to 1 Mill Lane, 1/1")
	gone := w.deleted(id)
	if err := w.post(gone); err != nil {
		w.Fatal(err)
	}
	w.is(id, "cancelled to 1 Mill Lane, 0/1")
	before := w.items()
	if err := w.post(gone); err != nil {
		w.Fatal(err)
	}
	if n := w.items(); n != before {
		w.Error("the same deletion counts as another one")
	}
}

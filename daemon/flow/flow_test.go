package flow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/proof"
	"waybill/daemon/proof/prooftest"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/transports"
)

// noon is when the tests happen: a Wednesday, 12:00 in Chicago.
var noon = time.Date(2026, 3, 18, 17, 0, 0, 0, time.UTC)

// shop is a flow on SQLite in a temporary folder, with a clock that the test turns. Nothing runs by itself, and nothing is dialed.
type shop struct {
	*Flow
	t   testing.TB
	dir string
	at  time.Time
	// zone answers for the DNS; nil: nothing is looked up.
	zone *prooftest.Zone
	// driver and address of the books, for a look past the store.
	driver, address string
	lastMail        []byte
}

const mainConfig = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: STATE
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    plus_addresses: true
    smtp: {host: 127.0.0.1, port: 9, tls: none}
operator: {to: [owner@lantern-lane.example]}
channels:
  shop:
    webhook: {url: "https://shop.example/hook", secret_files: [hook-secret]}
    customer_mail: true
  invoice: {accept_unpaid: true}
gates: {duplicate: off}
`

const prairie = "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS, theirs: \"X-{rest}\"}]\n"

// newShop writes the configuration and opens the flow, on SQLite. files replace or add to the default ones.
func newShop(t testing.TB, files map[string]string) *shop {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "books.db")
	return newShopOn(t, files, &shop{t: t, dir: dir, at: noon, driver: "sqlite", address: path}, store.Options{Path: path})
}

func newShopOn(t testing.TB, files map[string]string, s *shop, o store.Options) *shop {
	t.Helper()
	all := map[string]string{"waybill.yaml": mainConfig, "hook-secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "suppliers/prairie.yaml": prairie}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(s.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "STATE", s.dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(s.dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return s.at }
	o.Now, o.Log, o.MarkKey = now, slog.New(slog.DiscardHandler), MarkKey(cfg)
	books, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = books.Close() })
	pool := sandbox.New(sandbox.Options{Inline: true})
	t.Cleanup(func() { _ = pool.Close() })
	var seed [32]byte
	s.Flow, err = New(Options{Store: books, Config: cfg, Reader: pool, Now: now, Random: rand.NewChaCha8(seed), Dialer: noDialer{t}, Resolver: s.resolver()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Flow.Close)
	return s
}

func (s *shop) resolver() func(string) proof.Resolver {
	if s.zone == nil {
		return nil
	}
	return func(string) proof.Resolver { return s.zone }
}

// noDialer fails the test when anything is dialed.
type noDialer struct{ t testing.TB }

func (d noDialer) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	d.t.Errorf("something dialed %s %s", network, address)
	return nil, errors.New("no network here")
}

var _ io.Reader = (*rand.ChaCha8)(nil)

// paidOrder is an order of two pieces of one product.
func paidOrder(number string) order.Order {
	return order.Order{Number: number, Channel: "shop", ID: "id-" + number, PlacedAt: noon.Add(-time.Hour), PaidAt: noon.Add(-time.Hour), Currency: "USD",
		Customer: order.Customer{Name: "Ada Abernathy", Email: "ada@mail.example"},
		ShipTo:   order.Address{Name: "Ada Abernathy", Line1: "12 Maple Street", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
		Lines:    []order.Line{{ID: number + "-1", SKU: "PS100", Title: "Bucket", Quantity: 2}}}
}

func (s *shop) receive(doc order.Order) Taken {
	s.t.Helper()
	taken, err := s.Receive(s.t.Context(), doc, Source{By: "api"})
	if err != nil {
		s.t.Fatal(err)
	}
	return taken
}

func (s *shop) view(f func(*store.Tx) error) {
	s.t.Helper()
	if err := s.Store().View(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) dispatches(filter store.DispatchFilter) (rows []store.DispatchRow) {
	s.t.Helper()
	s.view(func(tx *store.Tx) error {
		found, err := tx.Dispatches(filter)
		for _, row := range found {
			full, err := tx.Dispatch(row.ID)
			if err != nil {
				return err
			}
			rows = append(rows, full)
		}
		return err
	})
	return rows
}

func (s *shop) po(number string) (po order.PurchaseOrder) {
	s.t.Helper()
	s.view(func(tx *store.Tx) (err error) {
		po, err = tx.POByNumber(number)
		return err
	})
	return po
}

// desk lists the kinds of what waits.
func (s *shop) desk() []string {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		s.t.Fatal(err)
	}
	kinds := []string{}
	for _, v := range views {
		kinds = append(kinds, v.Kind)
	}
	return kinds
}

func (s *shop) wantDesk(want ...string) {
	s.t.Helper()
	if got := s.desk(); !slices.Equal(got, append([]string{}, want...)) {
		s.t.Fatalf("on the desk: %v, want %v", got, want)
	}
}

// settle settles the only exception that waits.
func (s *shop) settle(action Action, po string) (string, error) {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || len(views) != 1 {
		s.t.Fatalf("%d exceptions wait (%v), want 1", len(views), err)
	}
	return s.Settle(s.t.Context(), views[0].ID, Settlement{Action: action, PO: po, By: "desk"})
}

// sent pretends that everything that is queued in a lane was sent, as the lane's workers would write it down.
func (s *shop) sent(lane string) (rows []store.DispatchRow) {
	s.t.Helper()
	rows, err := s.Store().Claim(s.t.Context(), lane, 100, time.Minute, func(target string) bool { return !s.paused(target) })
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows {
		if err := s.Store().Mark(s.t.Context(), row.ID, row.Epoch); err != nil {
			s.t.Fatal(err)
		}
		if err := s.Store().Settle(s.t.Context(), row.ID, row.Epoch, order.SentOK, time.Time{}, "", "250 ok", ""); err != nil {
			s.t.Fatal(err)
		}
	}
	return rows
}

// mail keeps a mail and reads it, as the daemon's loops would.
func (s *shop) mail(from, subject, header, body string) order.ItemID {
	s.t.Helper()
	raw := fmt.Sprintf("From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: %s\r\nMessage-ID: <%x@example>\r\n%s\r\n%s", from, subject, sha256.Sum224([]byte(subject+body)), header, body)
	return s.item(transports.Item{Source: "mail:orders/INBOX", Key: fmt.Sprintf("1:%d", len(raw)*31+int(s.at.Unix())), Raw: []byte(raw), Size: int64(len(raw))})
}

func (s *shop) item(it transports.Item) order.ItemID {
	s.t.Helper()
	ctx := s.t.Context()
	if err := s.Keep(ctx, []transports.Item{it}); err != nil {
		s.t.Fatal(err)
	}
	rows, err := s.kept(ctx)
	if err != nil || len(rows) != 1 {
		s.t.Fatalf("%d items are kept and not read (%v), want 1", len(rows), err)
	}
	s.process(rows...)
	return rows[0].ID
}

// process reads and records items as the daemon's loop does.
func (s *shop) process(rows ...store.ItemRow) {
	var items []*opened
	for _, row := range rows {
		it := &opened{row: row}
		if s.read(s.t.Context(), it, "reader"); !it.settled {
			items = append(items, it)
		}
	}
	if len(items) > 0 {
		s.record(s.t.Context(), items)
	}
}

// news decodes the channel's webhooks that wait.
func (s *shop) news() (all []channel.Event) {
	s.t.Helper()
	for _, row := range s.dispatches(store.DispatchFilter{Lane: "webhook:shop"}) {
		var e channel.Event
		if err := json.NewDecoder(bytes.NewReader(row.Message.Body)).Decode(&e); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

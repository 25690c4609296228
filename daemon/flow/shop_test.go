package flow

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// plainShop is a shop system whose items are deliveries as Go writes them.
type plainShop struct{}

func (plainShop) Receive(context.Context, transports.Keep) error { return nil }
func (plainShop) Probe(context.Context) ([]string, error)        { return nil, nil }
func (plainShop) Send(context.Context, transports.Message, func(context.Context) error) (transports.Receipt, error) {
	return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "fulfil", Err: &channel.Question{Shows: "it is fulfilled"}}
}

func (plainShop) Read(_ string, raw []byte) (all []channel.Delivery, err error) {
	var d channel.Delivery
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	return []channel.Delivery{d}, nil
}

func (plainShop) Hook(header http.Header, body []byte) (*transports.Item, error) {
	if header.Get("Signature") != "ours" {
		return nil, channel.ErrSignature
	}
	return &transports.Item{Key: "hook", Raw: body}, nil
}

// newShopSystem is newShop whose channel is a shop system.
func newShopSystem(t *testing.T) *shop {
	t.Helper()
	return newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "", 1)}).shopSystem()
}

// shopSystem makes the channel a shop system.
func (s *shop) shopSystem() *shop {
	w := s.world.Load()
	w.shops["shop:shop"] = &shopOf{Shop: plainShop{}, slug: "shop", bell: newBell()}
	w.lanes["news:shop"] = &lane{name: "news:shop", sender: plainShop{}, workers: 1, idempotent: true}
	return s
}

// deliver keeps and reads what the shop says of an order at a minute.
func (s *shop) shopSays(minute int, d channel.Delivery) {
	s.t.Helper()
	raw, err := json.Marshal(d)
	if err != nil {
		s.t.Fatal(err)
	}
	s.item(transports.Item{Source: "shop:shop", Key: channel.ItemKey(d.Order.ID, noon.Add(time.Duration(minute)*time.Minute), raw), Raw: raw})
}

func (s *shop) stored(number string) store.OrderRow {
	s.t.Helper()
	row, err := s.FindOrder(s.t.Context(), number, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return row
}

func (s *shop) wantOrder(number string, state order.IntakeState, mails int) {
	s.t.Helper()
	if row := s.stored(number); row.Intake.State != state {
		s.t.Errorf("order %s is %s, want %s", number, row.Intake.State, state)
	}
	if rows := s.dispatches(store.DispatchFilter{Lane: "mail:orders"}); len(rows) != mails {
		s.t.Errorf("%d mails are in the outbox, want %d", len(rows), mails)
	}
}

func TestShopOrderPaidLater(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	paid := doc.PaidAt
	doc.PaidAt = time.Time{}
	s.shopSays(0, channel.Delivery{Order: doc})
	s.wantOrder("1001", order.IntakeWaiting, 0)
	doc.ShipTo.Line1, doc.Note = "14 Maple Street", "Ring twice" // nobody was told yet: it is simply so
	s.shopSays(1, channel.Delivery{Order: doc})
	s.wantOrder("1001", order.IntakeWaiting, 0)
	doc.PaidAt = paid
	s.shopSays(2, channel.Delivery{Order: doc})
	s.wantOrder("1001", order.IntakeAccepted, 1)
	if row := s.stored("1001"); row.Doc.ShipTo.Line1 != "14 Maple Street" {
		t.Errorf("the order goes to %s", row.Doc.ShipTo.Line1)
	}
	s.shopSays(2, channel.Delivery{Order: doc, Closed: "repeated"})
	s.wantDesk()
}

func TestShopOrderChanges(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	s.shopSays(0, channel.Delivery{Order: doc})
	s.wantOrder("1001", order.IntakeAccepted, 1)

	quiet := doc
	quiet.Tags, quiet.Note, quiet.Risk, quiet.Customer.Email = []string{"vip"}, "called", order.RiskLow, "ada@other.example"
	s.shopSays(1, channel.Delivery{Order: quiet})
	s.wantDesk()
	if row := s.stored("1001"); row.Doc.Note != "called" || row.Doc.Customer.Email != "ada@other.example" {
		t.Errorf("what suppliers need not know was not taken over: %+v", row.Doc)
	}

	moved := quiet
	moved.ShipTo.City = "Shelbyville"
	s.shopSays(2, channel.Delivery{Order: moved})
	s.wantDesk("order_changed")
	if row := s.stored("1001"); row.Doc.ShipTo.City != "Springfield" {
		t.Errorf("a change of what was sent came into force by itself: %s", row.Doc.ShipTo.City)
	}
	moved.Tags = []string{"moved"}
	s.shopSays(3, channel.Delivery{Order: moved}) // says the same of what matters
	s.wantDesk("order_changed")
	s.shopSays(1, channel.Delivery{Order: doc}) // older
	s.wantDesk("order_changed")
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	moved.Tags = []string{"moved", "again"}
	s.shopSays(4, channel.Delivery{Order: moved}) // a person has seen it
	s.wantDesk()
	less := moved
	less.Lines = slices.Clone(less.Lines)
	less.Lines[0].Quantity = 1
	s.shopSays(5, channel.Delivery{Order: less})
	s.wantDesk("order_changed")
	s.shopSays(6, channel.Delivery{Order: quiet}) // taken back
	s.wantDesk()
	s.shopSays(7, channel.Delivery{Order: quiet, Skip: "every line was refunded"})
	s.wantDesk("order_changed")
}

func TestShopOrderHeldIsMendedInTheShop(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	doc.ShipTo.Line1 = ""
	s.shopSays(0, channel.Delivery{Order: doc})
	s.wantOrder("1001", order.IntakeHeld, 0)
	s.wantDesk("order_held")
	doc.ShipTo.Line1 = "12 Maple Street"
	s.shopSays(1, channel.Delivery{Order: doc})
	s.wantDesk()
	s.wantOrder("1001", order.IntakeAccepted, 1)
}

func TestShopOrderNotTaken(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	doc.ShipTo = order.Address{}
	s.shopSays(0, channel.Delivery{Order: doc})
	s.wantDesk("order_not_taken")
	s.shopSays(1, channel.Delivery{Order: paidOrder("1002"), Closed: "it is fulfilled already"})
	s.shopSays(2, channel.Delivery{Order: paidOrder("1003"), Skip: "a point-of-sale receipt"})
	for _, number := range []string{"1001", "1002", "1003"} {
		if _, err := s.FindOrder(t.Context(), number, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("order %s was taken: %v", number, err)
		}
	}
	s.shopSays(3, channel.Delivery{Order: paidOrder("1001")})
	s.wantDesk()
	s.wantOrder("1001", order.IntakeAccepted, 1)
}

func TestShopCancels(t *testing.T) {
	s := newShopSystem(t)
	cancelled := func(number string) channel.Delivery {
		return channel.Delivery{Order: paidOrder(number), Cancelled: true, Reason: "customer"}
	}
	t.Run("before it was sent", func(t *testing.T) {
		s.shopSays(0, channel.Delivery{Order: paidOrder("1001")})
		s.shopSays(1, cancelled("1001"))
		s.wantOrder("1001", order.IntakeCancelled, 1)
		if d := s.dispatches(store.DispatchFilter{Lane: "mail:orders"})[0]; d.State != order.DispatchWithdrawn {
			t.Errorf("the mail to the supplier is %s", d.State)
		}
	})
	t.Run("before it came", func(t *testing.T) {
		s.shopSays(1, cancelled("1002"))
		s.shopSays(0, channel.Delivery{Order: paidOrder("1002")})
		s.wantOrder("1002", order.IntakeCancelled, 1)
	})
	t.Run("before it came, and the shop knows only its id", func(t *testing.T) {
		s.shopSays(1, channel.Delivery{Order: order.Order{ID: "id-1003"}, Cancelled: true})
		s.shopSays(0, channel.Delivery{Order: paidOrder("1003")})
		s.wantOrder("id-1003", order.IntakeCancelled, 1)
	})
	t.Run("after it was sent", func(t *testing.T) {
		s.shopSays(0, channel.Delivery{Order: paidOrder("1004")})
		s.sent("mail:orders")
		s.shopSays(1, cancelled("1004"))
		s.wantOrder("1004", order.IntakeCancelled, 3) // with the request not to ship
	})
	t.Run("after it was shipped", func(t *testing.T) {
		s.shopSays(0, channel.Delivery{Order: paidOrder("1005")})
		s.sent("mail:orders")
		if _, err := s.Ship(t.Context(), ShipRequest{PO: "1005-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
			t.Fatal(err)
		}
		s.shopSays(1, cancelled("1005"))
		s.shopSays(2, cancelled("1005"))
		s.wantDesk("cancelled_late")
		if _, err := s.settle(ActDismiss, ""); err != nil {
			t.Fatal(err)
		}
		s.shopSays(3, cancelled("1005"))
		s.wantDesk()
	})
}

// TestShopDiffers: what the shop shows instead of our news is a question, and a person's answer travels with the message.
func TestShopDiffers(t *testing.T) {
	s := newShopSystem(t)
	s.shopSays(0, channel.Delivery{Order: paidOrder("1001")})
	s.sent("mail:orders")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	w := s.world.Load()
	send := func() {
		t.Helper()
		rows, err := s.claim(t.Context(), w.lanes["news:shop"])
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d pieces of news wait (%v), want 1", len(rows), err)
		}
		s.send(t.Context(), w, w.lanes["news:shop"], rows[0])
	}
	send()
	s.wantDesk("shop_differs")
	if _, err := s.settle(ActResend, ""); err != nil {
		t.Fatal(err)
	}
	rows := s.dispatches(store.DispatchFilter{Lane: "news:shop", State: order.DispatchQueued})
	if len(rows) != 1 || rows[0].Message.Header[channel.Decided] == "" {
		t.Fatalf("a person's decision does not travel with the news: %+v", rows)
	}
	send()
	if _, err := s.settle(ActArrived, ""); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
}

func TestShopHook(t *testing.T) {
	s := newShopSystem(t)
	genuine := http.Header{"Signature": {"ours"}}
	for _, c := range []struct {
		slug   string
		header http.Header
		want   error
	}{{"shop", http.Header{}, channel.ErrSignature}, {"invoice", genuine, ErrNoShop}, {"other", genuine, ErrNoShop}, {"shop", genuine, nil}, {"shop", genuine, nil}} {
		if err := s.Hook(t.Context(), c.slug, c.header, []byte("{}")); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.slug, err, c.want)
		}
	}
	rows, err := s.kept(t.Context())
	if err != nil || len(rows) != 1 {
		t.Errorf("%d webhooks were kept (%v), want 1", len(rows), err)
	}
	select {
	case <-s.world.Load().shops["shop:shop"].bell.c:
	default:
		t.Error("nobody looks at the shop after its webhook")
	}
}

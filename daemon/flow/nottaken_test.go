package flow

import (
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// TestShopShipsWhatWaits: an order that waits for its money, or for a person, is not sent to a supplier when the shop has shipped it itself, or holds it.
func TestShopShipsWhatWaits(t *testing.T) {
	for _, held := range []bool{false, true} {
		s := newShopSystem(t)
		doc := paidOrder("1001")
		paid, waits := doc.PaidAt, order.IntakeWaiting
		if doc.PaidAt = (time.Time{}); held {
			doc = paidOrder("1001")
			doc.ShipTo.Line1, waits = "", order.IntakeHeld
		}
		s.shopSays(0, channel.Delivery{Order: doc})
		s.wantOrder("1001", waits, 0)
		doc = paidOrder("1001")
		doc.PaidAt = paid
		s.shopSays(1, channel.Delivery{Order: doc, Closed: "the shop holds it back itself"})
		s.shopSays(2, channel.Delivery{Order: doc, Closed: "it is shipped already"})
		s.wantOrder("1001", waits, 0)
		doc.Tags = []string{"released"}
		s.shopSays(3, channel.Delivery{Order: doc})
		s.wantOrder("1001", order.IntakeAccepted, 1)
	}
}

// TestShopTellsOnce: that a part was shipped before is told once, and not again for each change of the order.
func TestShopTellsOnce(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	partly := channel.Delivery{Order: doc, Closed: "a part of it was shipped before", Tell: true}
	s.shopSays(0, partly)
	s.wantDesk("order_not_taken")
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	partly.Order.Tags = []string{"seen"}
	s.shopSays(1, partly)
	s.wantDesk()
}

// TestShopCancelledAndPaid: WooCommerce cancels what is not paid in time; when the money comes all the same, a person hears of it, once.
func TestShopCancelledAndPaid(t *testing.T) {
	for _, known := range []bool{true, false} {
		s := newShopSystem(t)
		unpaid := paidOrder("1001")
		unpaid.PaidAt = time.Time{}
		if known {
			s.shopSays(0, channel.Delivery{Order: unpaid})
		}
		s.shopSays(2, channel.Delivery{Order: unpaid, Cancelled: true, Reason: "cancelled"})
		s.shopSays(1, channel.Delivery{Order: paidOrder("1001")}) // of before
		s.wantDesk()
		s.shopSays(3, channel.Delivery{Order: paidOrder("1001")})
		s.wantDesk("order_changed")
		s.wantOrder("1001", order.IntakeCancelled, 0)
		if _, err := s.settle(ActDismiss, ""); err != nil {
			t.Fatal(err)
		}
		s.shopSays(4, channel.Delivery{Order: paidOrder("1001")})
		s.wantDesk()
	}
	s := newShopSystem(t)
	s.shopSays(0, channel.Delivery{Order: paidOrder("1001")})
	if _, err := s.Cancel(t.Context(), s.stored("1001").ID, "desk"); err != nil {
		t.Fatal(err)
	}
	s.shopSays(1, channel.Delivery{Order: paidOrder("1001")}) // a person knows why
	s.wantDesk()
}

// TestShopGivesUnpaidBack: that a payment which never came is void asks nobody anything.
func TestShopGivesUnpaidBack(t *testing.T) {
	s := newShopSystem(t)
	doc := paidOrder("1001")
	doc.PaidAt = time.Time{}
	s.shopSays(0, channel.Delivery{Order: doc})
	s.shopSays(1, channel.Delivery{Order: doc, Skip: "the shop has given back all that was paid"})
	s.wantDesk()
}

// oneAtATime is a shop system that notes how many requests about one order it gets at once.
type oneAtATime struct {
	plainShop
	now, most atomic.Int32
}

func (o *oneAtATime) Send(context.Context, transports.Message, func(context.Context) error) (transports.Receipt, error) {
	o.most.Store(max(o.most.Load(), o.now.Add(1)))
	time.Sleep(time.Millisecond)
	o.now.Add(-1)
	return transports.Receipt{}, nil
}

// TestShopIsToldInTurn: two pieces of news of one order are never on their way at once.
func TestShopIsToldInTurn(t *testing.T) {
	body, err := json.Marshal(channel.Event{Data: channel.News{OrderID: "4712698490461"}})
	if err != nil {
		t.Fatal(err)
	}
	shop := &oneAtATime{}
	of, done := &shopOf{Shop: shop}, make(chan struct{})
	for range 8 {
		go func() {
			_, _ = of.Send(context.Background(), transports.Message{Body: body}, nil)
			done <- struct{}{}
		}()
	}
	for range 8 {
		<-done
	}
	if most := shop.most.Load(); most != 1 {
		t.Errorf("%d at once", most)
	}
}

// TestShippedBefore: orders of a report that were marked as shipped before waybill knew them are one question, each of them once.
func TestShippedBefore(t *testing.T) {
	s := newMarket(t)
	shippedRow := func(last string) string {
		return strings.NewReplacer(amazonOrder, "058-3563777-55180"+last, "\t1\t0\t1\t", "\t1\t1\t0\t").Replace(amazonRow("0583563777345"+last, "PS1", ""))
	}
	s.report(amazonHead + amazonRow("05835637773450", "PS1", "1 Mill Lane"))
	two := amazonHead + strings.Replace(amazonRow("05835637773450", "PS1", "1 Mill Lane"), "\t1\t0\t1\t", "\t1\t1\t0\t", 1) + shippedRow("70") + shippedRow("71")
	s.at = s.at.Add(time.Hour)
	s.report(two)
	s.wantDesk("order_not_taken") // the known one is none of them
	var rows []store.ExceptionRow
	err := s.store.View(t.Context(), func(tx *store.Tx) (err error) {
		rows, err = tx.Exceptions(store.ExceptionFilter{Kind: "order_not_taken"})
		return err
	})
	if err != nil || len(rows) != 1 || !strings.HasPrefix(Describe(rows[0]), "2 orders of report.txt were marked as shipped") {
		t.Fatalf("%+v, %v", rows, err)
	}
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(time.Hour)
	s.report(two)
	s.wantDesk()
	s.at = s.at.Add(time.Hour)
	s.report(two + shippedRow("72"))
	s.wantDesk("order_not_taken")
}

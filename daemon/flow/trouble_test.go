package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports"
)

func TestAConflictLeavesNothingBehind(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	po := s.po("1001-A")
	finding := match.Finding{PO: po.ID, OrderID: po.Order, Kind: parsers.Shipment, Decision: match.Auto, Apply: match.ApplyAuto, Refs: []string{"S-1"},
		Tracking: []match.Tracking{{Carrier: "ups", Number: ups1}}, LineQuantities: []order.LineQuantity{{Line: "1001-1", Quantity: 5}}}
	err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
		_, applied, err := s.decideOne(tx, s.world.Load(), &opened{}, 0, finding)
		if applied {
			t.Error("applied")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.view(func(tx *store.Tx) error {
		rows, err := tx.PackagesOfPO(po.ID)
		if len(rows) != 0 {
			t.Errorf("packages %+v", rows)
		}
		return err
	})
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if n := len(s.news()); n != 1 {
		t.Errorf("the channel hears %d times", n)
	}
}

// A supplier's encoding is changed while purchase orders wait for the batch.
func TestOneThatCannotBeWrittenStopsNoBatch(t *testing.T) {
	utf8 := strings.Replace(fmt.Sprintf(latin, "batch: \"0 * * * *\", "), "windows-1252", "utf-8", 1)
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": utf8})
	s.tickOnce(t.Context())
	bad := paidOrder("1001")
	bad.ShipTo.Name = "Ada 🌻"
	s.receive(bad)
	s.receive(paidOrder("1002"))
	s.supplier(fmt.Sprintf(latin, "batch: \"0 * * * *\", "))
	for range 2 {
		s.at = s.at.Add(time.Hour)
		s.tickOnce(t.Context())
		s.wantDesk("send_stuck")
	}
	if rows := s.dispatches(store.DispatchFilter{Lane: "folder:prairie"}); len(rows) != 1 || !strings.Contains(string(rows[0].Message.Body), "1002-A") {
		t.Fatalf("%d files", len(rows))
	}
	s.supplier(utf8)
	s.at = s.at.Add(time.Hour)
	s.tickOnce(t.Context())
	s.wantDesk()
	if rows := s.dispatches(store.DispatchFilter{Lane: "folder:prairie"}); len(rows) != 2 || !strings.Contains(string(rows[1].Message.Body), "1001-A") {
		t.Fatalf("%d files", len(rows))
	}
}

func TestAnOrderThatWasPaidIsNotLostByAKill(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.PaidAt = time.Time{}
	s.receive(doc)
	// The payment is committed, and the process is killed before gates and routing come.
	err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
		row, err := tx.OrderByKey("shop", doc.ID)
		if err != nil {
			return err
		}
		paid := row.Doc
		paid.PaidAt = noon
		if err := tx.ReplaceOrder(row.ID, paid); err != nil {
			return err
		}
		_, err = tx.Record(order.Event{Kind: order.Paid, At: noon, Order: row.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.tickOnce(t.Context())
	if n := len(s.dispatches(store.DispatchFilter{Lane: "mail:orders"})); n != 1 {
		t.Errorf("%d purchase orders go out after the restart, want 1", n)
	}
}

func TestAReleaseIsNotForgottenByAKill(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.ShipTo.Postcode = ""
	taken := s.receive(doc)
	s.wantDesk("order_held")
	err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Record(order.Event{Kind: order.Released, At: noon, Order: taken.OrderID, By: "cli"}); err != nil {
			return err
		}
		return s.settleHeld(tx, taken.OrderID, "released", "cli")
	})
	if err != nil {
		t.Fatal(err)
	}
	s.tickOnce(t.Context())
	s.wantDesk()
	if n := len(s.dispatches(store.DispatchFilter{Lane: "mail:orders"})); n != 1 {
		t.Errorf("%d purchase orders go out, want 1", n)
	}
}

func TestAHeldOrderCannotBeForgotten(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.Lines[0].SKU = "ZZ"
	s.receive(doc)
	s.wantDesk("unrouted")
	if _, err := s.settle(ActDismiss, ""); !errors.Is(err, ErrAction) {
		t.Errorf("dismissed: %v", err)
	}
	s.wantDesk("unrouted")
	if _, err := s.settle(ActCancel, ""); err != nil {
		t.Error(err)
	}
	s.wantDesk()
}

// slowSender answers when it is told to, as a server that thinks about the final dot.
type slowSender struct{ marked, answer chan struct{} }

func (s slowSender) Send(ctx context.Context, _ transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if err := mark(ctx); err != nil {
		return transports.Receipt{}, err
	}
	close(s.marked)
	select {
	case <-s.answer:
		return transports.Receipt{Answer: "250 ok"}, ctx.Err()
	case <-ctx.Done():
		return transports.Receipt{}, ctx.Err()
	}
}

func TestWhatIsUnderWayIsFinishedWhenTheDaemonStops(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	w := s.world.Load()
	l := w.lanes["mail:orders"]
	slow := slowSender{make(chan struct{}), make(chan struct{})}
	l.sender = slow
	rows, err := s.claim(t.Context(), l)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.send(ctx, w, l, rows[0])
	}()
	<-slow.marked
	stop()
	close(slow.answer)
	<-done
	s.wantDesk()
	if got := s.dispatches(store.DispatchFilter{Lane: "mail:orders"})[0].State; got != order.DispatchSent {
		t.Error(got)
	}
}

func TestWhatHangsIsCutOffWhenTheDaemonStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		sending, cancel := underWay(ctx)
		defer cancel()
		stop()
		began := time.Now()
		<-sending.Done()
		if waited := time.Since(began); waited != finishWithin {
			t.Errorf("cut off after %s", waited)
		}
	})
}

func TestBadNewsAboutTwoLinesIsTwoQuestions(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "PS200", Title: "Lid", Quantity: 1})
	s.receive(doc)
	s.sent("mail:orders")
	po := s.po("1001-A")
	for _, line := range []string{"1001-1", "1001-2", "1001-1"} {
		finding := match.Finding{PO: po.ID, OrderID: po.Order, Kind: parsers.OutOfStock, Decision: match.Auto, Apply: match.ApplyPropose,
			LineQuantities: []order.LineQuantity{{Line: line, Quantity: 1}}}
		err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
			_, _, err := s.decideOne(tx, s.world.Load(), &opened{}, 0, finding)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.wantDesk("costly_news", "costly_news")
}

func TestABounceNamesTheMailThatCameBack(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	toSupplier := s.sent("mail:orders")
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	s.sent("webhook:shop")
	toCustomer := s.sent("mail:orders")
	for _, sent := range []store.DispatchRow{toSupplier[0], toCustomer[0]} {
		s.at = s.at.Add(time.Hour)
		s.mail("MAILER-DAEMON@mx.elsewhere.example", "Undelivered Mail 1001-A", "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
			"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.elsewhere.example\r\n\r\n"+
				"Final-Recipient: rfc822; post@elsewhere.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"+
				"Message-ID: <"+sent.Message.Key+">\r\nSubject: 1001-A\r\n\r\n--b--\r\n")
	}
	s.view(func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(BouncedBack), Open: true})
		if len(rows) != 2 || rows[0].Dispatch != toSupplier[0].ID || rows[1].Dispatch != toCustomer[0].ID {
			t.Errorf("on the desk: %+v", rows)
		}
		return err
	})
}

func TestADoubtEndsWhenItIsSentAgain(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 10, time.Minute, nil)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	w := s.world.Load()
	s.verdict(t.Context(), w, w.lanes["mail:orders"], rows[0], transports.Receipt{}, errors.New("who knows"))
	s.wantDesk("send_unsure")
	if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
}

func TestWhatIsClosedIsNotSentAgain(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	cancelled := s.receive(paidOrder("1002"))
	s.sent("mail:orders")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cancel(t.Context(), cancelled.OrderID, "cli"); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"1001-A", "1002-A"} {
		if text, err := s.Resend(t.Context(), number, "cli"); !errors.Is(err, ErrAction) {
			t.Errorf("%s: %q, %v", number, text, err)
		}
	}
}

func TestABatchIsSentAgainWithoutWhatIsCancelled(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	cancelled := s.receive(paidOrder("1001"))
	s.receive(paidOrder("1002"))
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC)
	s.tickOnce(t.Context())
	s.sent("folder:prairie")
	if _, err := s.Cancel(t.Context(), cancelled.OrderID, "cli"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resend(t.Context(), "1002-A", "cli"); err != nil {
		t.Fatal(err)
	}
	rows := s.dispatches(store.DispatchFilter{Lane: "folder:prairie", State: order.DispatchQueued})
	if len(rows) != 1 || len(rows[0].POs) != 1 || strings.Contains(string(rows[0].Message.Body), "1001-A") || !strings.Contains(string(rows[0].Message.Body), "1002-A") {
		t.Errorf("queued: %+v", rows)
	}
}

func TestCancelTellsWhoWasNotAsked(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": "name: Prairie Supply\nskus: [{prefix: PS}]\nsend: {by: folder, path: STATE/out, file: {name: \"po_{{.Number}}.csv\"}}\n"})
	taken := s.receive(paidOrder("1001"))
	s.sent("folder:prairie")
	text, err := s.Cancel(t.Context(), taken.OrderID, "cli")
	if err != nil || strings.Contains(text, "nothing had been sent") {
		t.Errorf("%q %v", text, err)
	}
}

func TestALaneWithoutAnAccountIsToldOnceAndCanBeGivenUp(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	lanes := s.world.Load().lanes
	mail := lanes["mail:orders"]
	delete(lanes, "mail:orders")
	s.tickOnce(t.Context())
	s.wantDesk("send_stuck")
	lanes["mail:orders"] = mail
	s.tickOnce(t.Context())
	s.wantDesk() // it is back
	delete(lanes, "mail:orders")
	s.at = s.at.Add(25 * time.Hour)
	s.tickOnce(t.Context())
	s.wantDesk("send_stuck")
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	s.tickOnce(t.Context())
	s.wantDesk()
	s.at = s.at.Add(25 * time.Hour)
	s.tickOnce(t.Context())
	if _, err := s.settle(ActWithdraw, ""); err != nil {
		t.Fatal(err)
	}
	s.tickOnce(t.Context())
	s.wantDesk()
}

func TestWhatWasGivenUpCanBeSentAfterAll(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 10, time.Minute, nil)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	w := s.world.Load()
	s.verdict(t.Context(), w, w.lanes["mail:orders"], rows[0], transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "rcpt", Err: errors.New("no such user")})
	if _, err := s.settle(ActWithdraw, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	if n := len(s.sent("mail:orders")); n != 1 {
		t.Errorf("%d messages go out", n)
	}
}

// The supplier gets files now, and got the first by mail, or the other way round.
func TestSentAgainInAnotherWay(t *testing.T) {
	byFile := "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\nsend: {by: folder, path: STATE/out, file: {name: \"po_{{.Number}}.csv\"}}\n"
	for name, c := range map[string]struct{ before, after, lane string }{
		"mail then file": {prairie, byFile, "folder:prairie"},
		"file then mail": {byFile, prairie, "mail:orders"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": c.before})
			s.receive(paidOrder("1001"))
			s.sent("mail:orders")
			s.sent("folder:prairie")
			s.supplier(c.after)
			if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
				t.Fatal(err)
			}
			rows := s.dispatches(store.DispatchFilter{State: order.DispatchQueued})
			if len(rows) != 1 || rows[0].Lane != c.lane || strings.HasSuffix(rows[0].Message.Key, ".csv") != (c.lane == "folder:prairie") {
				t.Errorf("queued: %+v", rows)
			}
		})
	}
}

// supplier changes prairie's file and reloads.
func (s *shop) supplier(text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "suppliers/prairie.yaml"), []byte(strings.ReplaceAll(text, "STATE", s.dir)), 0o600); err != nil {
		s.t.Fatal(err)
	}
	cfg, err := config.Load(s.Config().Path)
	if err == nil {
		err = s.Reload(cfg)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAnUploadIsConfirmedByItsFile(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": "name: Prairie\nskus: [{prefix: PS}]\nsend: {by: export}\n"})
	s.receive(paidOrder("1001"))
	uploaded, _, _, err := s.Export(t.Context(), "prairie")
	if err != nil {
		t.Fatal(err)
	}
	s.receive(paidOrder("1002"))
	s.at = s.at.Add(time.Hour)
	if _, _, _, err = s.Export(t.Context(), "prairie"); err != nil { // somebody else looks
		t.Fatal(err)
	}
	if numbers, err := s.Exported(t.Context(), "prairie", "", "cli"); !errors.Is(err, ErrAction) {
		t.Errorf("confirmed %v, %v", numbers, err)
	}
	if numbers, err := s.Exported(t.Context(), "prairie", uploaded, "cli"); err != nil || !slices.Equal(numbers, []string{"1001-A"}) {
		t.Errorf("confirmed %v, %v", numbers, err)
	}
	if _, _, numbers, err := s.Export(t.Context(), "prairie"); err != nil || !slices.Equal(numbers, []string{"1002-A"}) {
		t.Errorf("still waiting: %v, %v", numbers, err)
	}
}

func TestAClockThatWasAheadStopsNoSchedule(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.at = time.Date(2036, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	s.receive(paidOrder("1002"))
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC)
	s.tickOnce(t.Context())
	if rows := s.dispatches(store.DispatchFilter{Lane: "folder:prairie"}); len(rows) != 1 {
		t.Errorf("%d batches, want 1", len(rows))
	}
}

// A person says that bad news is about another order than was guessed: only the products that it names are settled by it.
func TestNewsForAnotherOrderSettlesOnlyWhatItNames(t *testing.T) {
	for name, c := range map[string]struct {
		lines []match.FoundLine
		out   []int // pieces of each line that are out of stock then
		wrong error
	}{
		"a product without a quantity": {[]match.FoundLine{{SKU: "PS200"}}, []int{0, 3}, nil},
		"two pieces by their SKU":      {[]match.FoundLine{{SKU: "X-200", Quantity: 2}}, []int{0, 2}, nil},
		"a product of another order":   {[]match.FoundLine{{SKU: "PS999"}}, []int{0, 0}, ErrAction},
		"no product":                   {nil, []int{2, 3}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			doc := paidOrder("1001")
			doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "PS200", Title: "Lid", Quantity: 3})
			s.receive(doc)
			err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
				_, _, err := s.open(tx, Exception{Kind: WhichOrder, Key: "k", Supplier: "prairie", Detail: Detail{Finding: &match.Finding{Kind: parsers.OutOfStock, Lines: c.lines}}})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.settle(ActApply, "1001-A"); !errors.Is(err, c.wrong) {
				t.Errorf("got %v, want %v", err, c.wrong)
			}
			for i, l := range s.po("1001-A").Lines {
				if l.OutOfStock != c.out[i] {
					t.Errorf("line %d: %d out of stock, want %d", i, l.OutOfStock, c.out[i])
				}
			}
		})
	}
}

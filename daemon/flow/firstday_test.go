package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// recording takes what a lane sends. before is run between the claim and the mark, marked between the mark and the end.
type recording struct {
	got            []transports.Message
	before, marked func()
}

func (r *recording) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if r.before != nil {
		r.before()
	}
	if err := mark(ctx); err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
	}
	if r.marked != nil {
		r.marked()
	}
	r.got = append(r.got, m)
	return transports.Receipt{Answer: "250 ok"}, nil
}

// recordSends puts recordings in the place of all servers, behind whatever guards them.
func (s *shop) recordSends() *recording {
	r := &recording{}
	for _, l := range s.world.Load().lanes {
		if guarded, ok := l.sender.(onlyTo); ok {
			guarded.sender = r
			l.sender = guarded
			continue
		}
		l.sender = r
	}
	return r
}

// leave lets every lane send once what is due, as the lanes' loops do.
func (s *shop) leave() (got []transports.Message) {
	s.t.Helper()
	w := s.world.Load()
	r, ok := w.lanes[laneMail+"orders"].sender.(*recording)
	if guarded, is := w.lanes[laneMail+"orders"].sender.(onlyTo); is {
		r, ok = guarded.sender.(*recording)
	}
	if !ok {
		r = s.recordSends()
	}
	before := len(r.got)
	for _, name := range sorted(w.lanes) {
		rows, err := s.claim(s.t.Context(), w.lanes[name])
		if err != nil {
			s.t.Fatal(err)
		}
		for _, row := range rows {
			s.send(s.t.Context(), w, w.lanes[name], row)
		}
	}
	return r.got[before:]
}

// reconfigure writes files anew and takes the configuration over.
func (s *shop) reconfigure(files map[string]string) {
	s.t.Helper()
	for name, text := range files {
		if err := os.WriteFile(s.dir+"/"+name, []byte(strings.ReplaceAll(text, "STATE", s.dir)), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	cfg, err := config.Load(s.Config().Path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.Reload(cfg); err != nil {
		s.t.Fatal(err)
	}
}

func withSetting(setting string) map[string]string {
	return map[string]string{"waybill.yaml": strings.Replace(mainConfig, "mailboxes:\n", setting+"\nmailboxes:\n", 1)}
}

func withSending(setting string) map[string]string {
	text := strings.Replace(mainConfig, "sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}", "sending: "+setting, 1)
	return map[string]string{"waybill.yaml": text}
}

// What was placed before start_at is in the books, asks nobody anything, and goes nowhere until a person wants it.
func TestOrdersOlderThanTheStart(t *testing.T) {
	s := newShop(t, withSetting("start_at: 2026-03-18T16:30:00Z")) // half an hour ago; paidOrder's are an hour old
	for i := range 200 {
		if taken := s.receive(paidOrder(fmt.Sprint(5000 + i))); taken.State != order.IntakeOld || taken.Outcome != OutcomeNew {
			t.Fatalf("got %+v", taken)
		}
	}
	unpaid := paidOrder("1001")
	unpaid.PaidAt = time.Time{}
	s.receive(unpaid)
	changed := paidOrder("5001")
	changed.Note = "the customer called"
	s.receive(changed)
	s.tickOnce(t.Context())
	s.wantDesk()
	wantQueued(0)(s)
	if list, err := s.ListOrders(t.Context(), store.OrderFilter{State: order.IntakeOld, Limit: 1000}); err != nil || len(list) != 201 {
		t.Fatalf("%d orders are listed as old, %v", len(list), err)
	}

	young := paidOrder("6001")
	young.PlacedAt, young.PaidAt = noon, noon
	dateless := paidOrder("6002")
	dateless.PlacedAt = time.Time{}
	dateless.PaidAt = noon
	for _, doc := range []order.Order{young, dateless} {
		if taken := s.receive(doc); taken.State != order.IntakeAccepted {
			t.Errorf("order %s is %s", doc.Number, taken.State)
		}
	}
	wantQueued(2)(s)

	row, err := s.FindOrder(t.Context(), "5000", "")
	if err != nil {
		t.Fatal(err)
	}
	if taken, err := s.Release(t.Context(), row.ID, "cli"); err != nil || taken.State != order.IntakeAccepted {
		t.Errorf("released: %+v %v", taken, err)
	}
	wantQueued(3)(s)
	if row, err = s.FindOrder(t.Context(), "5001", ""); err != nil || row.Doc.Note != "the customer called" {
		t.Errorf("the newest version is not kept: %+v %v", row.Doc.Note, err)
	}
	s.wantDesk()
}

// An order from before the start that is paid after it was perhaps served by nobody.
func TestOldOrdersThatArePaidNow(t *testing.T) {
	s := newShop(t, withSetting("start_at: 2026-03-18T16:30:00Z"))
	late := paidOrder("1001")
	late.PaidAt = time.Time{}
	s.receive(late)
	s.wantDesk()
	late.PaidAt = noon
	if taken := s.receive(late); taken.State != order.IntakeHeld {
		t.Errorf("got %+v", taken)
	}
	s.wantDesk("order_held")
	atOnce := paidOrder("1002")
	atOnce.PaidAt = noon
	if taken := s.receive(atOnce); taken.State != order.IntakeHeld {
		t.Errorf("got %+v", taken)
	}
	s.wantDesk("order_held", "order_held")
	wantQueued(0)(s)
	// It was forwarded by hand: imported so, its tracking is awaited, and nothing is asked any more.
	taken, err := s.Receive(t.Context(), atOnce, Source{By: "cli", AlreadySent: true})
	if err != nil || taken.State != order.IntakeAccepted || taken.Outcome != OutcomeTakenUp {
		t.Fatalf("got %+v %v", taken, err)
	}
	s.wantDesk("order_held")
	wantQueued(0)(s)
}

// --already-sent beside start_at: old orders that suppliers have are taken over, answers that come now are matched, and the channel hears.
func TestAlreadySentBesideTheStart(t *testing.T) {
	s := newShop(t, withSetting("start_at: 2026-03-18T16:30:00Z"))
	s.receive(paidOrder("1001")) // the channel's own sweep was first
	for _, number := range []string{"1001", "1002"} {
		taken, err := s.Receive(t.Context(), paidOrder(number), Source{By: "cli", AlreadySent: true})
		if err != nil || taken.State != order.IntakeAccepted || !slices.Equal(taken.PurchaseOrders, []string{number + "-A"}) {
			t.Fatalf("%s: %+v %v", number, taken, err)
		}
	}
	if again, err := s.Receive(t.Context(), paidOrder("1001"), Source{By: "cli", AlreadySent: true}); err != nil || again.Outcome != OutcomeSame {
		t.Errorf("imported again: %+v %v", again, err)
	}
	wantQueued(0)(s)
	s.mail("post@prairie.example", "Your order 1001-A has shipped", "", "Hello,\r\n\r\nyour order 1001-A has shipped with UPS, tracking number "+upsNumbers[0]+".\r\n")
	s.mail("post@prairie.example", "Shipped: 1002", "", "Hello,\r\n\r\norder 1002 went out today with UPS, tracking number "+upsNumbers[1]+".\r\n")
	s.wantTracking("1001-A", upsNumbers[0])
	s.wantTracking("1002-A", upsNumbers[1])
	if news := s.dispatches(store.DispatchFilter{Purpose: order.PurposeTracking, State: order.DispatchQueued}); len(news) != 2 {
		t.Errorf("%d messages to the channel, want 2", len(news))
	}
	s.wantDesk()
	// Who wants an old one sent has to say so.
	if taken, err := s.Receive(t.Context(), paidOrder("1003"), Source{By: "cli"}); err != nil || taken.State != order.IntakeOld {
		t.Errorf("imported without a word: %+v %v", taken, err)
	}
	if taken, err := s.Receive(t.Context(), paidOrder("1003"), Source{By: "cli", Older: true}); err != nil || taken.State != order.IntakeAccepted {
		t.Errorf("imported to be sent: %+v %v", taken, err)
	}
	wantQueued(1)(s)
}

// A supplier's first orders are one question; who was sent enough is known for ever.
func TestFirstOrdersWait(t *testing.T) {
	s := newShop(t, withSending("{delay: 0s, first_orders: 3, per_supplier: 0, total: 0}"))
	for _, number := range []string{"1001", "1002", "1003", "1004", "1005"} {
		s.receive(paidOrder(number))
	}
	s.wantDesk("first_orders")
	wantQueued(0)(s)
	if got := s.leave(); len(got) != 0 {
		t.Fatalf("%d messages left", len(got))
	}
	list, err := s.ListDispatches(t.Context(), "", "")
	if err != nil || len(list) != 5 || list[0].State != order.DispatchHeld || !slices.Equal(list[0].PurchaseOrders, []string{"1001-A"}) {
		t.Fatalf("listed: %+v %v", list, err)
	}
	if row, err := s.Preview(t.Context(), "1001-A"); err != nil || row.State != order.DispatchHeld || !strings.Contains(string(row.Message.Body), "1001-A") {
		t.Errorf("preview: %+v %v", row.State, err)
	}
	for i, number := range []string{"1001-A", "1002-A"} {
		if text, err := s.ReleaseDispatch(t.Context(), number, "cli"); err != nil || text != number+" goes out." {
			t.Fatalf("%q %v", text, err)
		}
		wantQueued(i + 1)(s)
	}
	s.wantDesk("first_orders")
	if text, err := s.ReleaseDispatch(t.Context(), "1003-A", "cli"); err != nil || !strings.Contains(text, "2 more that waited go out too") {
		t.Fatalf("%q %v", text, err)
	}
	s.wantDesk()
	s.receive(paidOrder("1006"))
	wantQueued(6)(s)
	if _, err := s.ReleaseDispatch(t.Context(), "1006-A", "cli"); !errors.Is(err, ErrAction) {
		t.Errorf("released what is not held: %v", err)
	}
}

// What waits and is cancelled leaves no question behind, and a setting that is changed lets go.
func TestFirstOrdersEnd(t *testing.T) {
	s := newShop(t, withSending("{delay: 0s, first_orders: 3, per_supplier: 0, total: 0}"))
	taken := s.receive(paidOrder("1001"))
	s.wantDesk("first_orders")
	if text, err := s.Cancel(t.Context(), taken.OrderID, "cli"); err != nil || !strings.Contains(text, "nothing had been sent") {
		t.Fatalf("%q %v", text, err)
	}
	s.tickOnce(t.Context())
	s.wantDesk()
	s.receive(paidOrder("1002"))
	s.wantDesk("first_orders")
	s.reconfigure(withSending("{delay: 0s, first_orders: 0, per_supplier: 0, total: 0}"))
	s.tickOnce(t.Context())
	s.wantDesk()
	wantQueued(1)(s)
}

// Within the delay an order can be taken back, by a person and by the channel, and it is shown until when.
func TestDelay(t *testing.T) {
	s := newShop(t, withSending("{delay: 2m, first_orders: 0, per_supplier: 0, total: 0}"))
	back := s.receive(paidOrder("1001"))
	cancelled := s.receive(paidOrder("1002"))
	s.receive(paidOrder("1003"))
	view, err := s.ViewOrder(t.Context(), back.OrderID)
	if err != nil || !view.PurchaseOrders[0].LeavesAt.Equal(noon.Add(2*time.Minute)) || view.PurchaseOrders[0].Dispatch != "queued" {
		t.Fatalf("shown: %+v %v", view.PurchaseOrders, err)
	}
	if got := s.leave(); len(got) != 0 {
		t.Fatalf("%d left before their time", len(got))
	}
	if text, err := s.TakeBack(t.Context(), "1001-A", "cli"); err != nil || !strings.Contains(text, "was not sent") {
		t.Fatalf("%q %v", text, err)
	}
	if _, err := s.Cancel(t.Context(), cancelled.OrderID, "channel"); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(2 * time.Minute)
	got := s.leave()
	if len(got) != 1 || !strings.Contains(string(got[0].Body), "1003-A") {
		t.Fatalf("%d left", len(got))
	}
	if _, err := s.TakeBack(t.Context(), "1003-A", "cli"); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "was sent already") {
		t.Errorf("taken back after it left: %v", err)
	}
	// It may go after all, and is no repeat: nobody has seen it.
	if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(2 * time.Minute)
	if got = s.leave(); len(got) != 1 || !strings.Contains(string(got[0].Body), "1001-A") || strings.Contains(string(got[0].Body), "again") {
		t.Errorf("sent after all: %d %v", len(got), got)
	}
}

// A cancelled order is taken out of a file with others that has not left yet.
func TestDelayedBatch(t *testing.T) {
	files := withSending("{delay: 2m, first_orders: 0, per_supplier: 0, total: 0}")
	files["suppliers/prairie.yaml"] = batching
	s := newShop(t, files)
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	s.receive(paidOrder("1001"))
	taken := s.receive(paidOrder("1002"))
	s.receive(paidOrder("1003"))
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC)
	s.tickOnce(t.Context())
	if _, err := s.Cancel(t.Context(), taken.OrderID, "channel"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeBack(t.Context(), "1003-A", "cli"); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(2 * time.Minute)
	got := s.leave()
	if len(got) != 1 || !strings.Contains(string(got[0].Body), "1001-A") || strings.Contains(string(got[0].Body), "1002-A") || strings.Contains(string(got[0].Body), "1003-A") {
		t.Fatalf("left: %d %v", len(got), got)
	}
}

// A flood stops at the limit with one question, also over a restart; news to the channel and mail to the owner go on.
func TestCaps(t *testing.T) {
	for name, c := range map[string]struct{ sending, wants string }{
		"of a supplier": {"{delay: 0s, first_orders: 0, per_supplier: 10, total: 0}", "Sending to Prairie Supply has stopped"},
		"of all":        {"{delay: 0s, first_orders: 0, per_supplier: 0, total: 10}", "Sending to everybody has stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, withSending(c.sending))
			for i := range 60 {
				s.receive(paidOrder(fmt.Sprint(1000 + i)))
			}
			if got := len(s.leave()) + len(s.leave()); got != 10 {
				t.Fatalf("%d left, want 10", got)
			}
			s.wantDesk("send_cap")
			if views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true}); err != nil || !strings.Contains(views[0].Text, c.wants) {
				t.Errorf("%+v %v", views, err)
			}
			again, err := New(Options{Store: s.store, Config: s.Config(), Reader: s.reader, Now: s.now, Random: s.random, Dialer: s.dialer})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			s.Flow = again
			if err := s.recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.leave(); len(got) != 0 {
				t.Errorf("%d left after a restart", len(got))
			}
			if text, err := s.settle(ActRelease, ""); err != nil {
				t.Errorf("%q %v", text, err)
			}
			if got := len(s.leave()) + len(s.leave()); got != 10 {
				t.Errorf("%d left after the release, want 10", got)
			}
			s.wantDesk("send_cap")
		})
	}
}

// A restart within the hour goes on counting.
func TestACapCountsOverARestart(t *testing.T) {
	s := newShop(t, withSending("{delay: 0s, first_orders: 0, per_supplier: 10, total: 0}"))
	for i := range 9 {
		s.receive(paidOrder(fmt.Sprint(1000 + i)))
	}
	if got := s.leave(); len(got) != 9 {
		t.Fatalf("%d left", len(got))
	}
	again, err := New(Options{Store: s.store, Config: s.Config(), Reader: s.reader, Now: s.now, Random: s.random, Dialer: s.dialer})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	s.Flow = again
	if err := s.recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.receive(paidOrder("1010"))
	s.receive(paidOrder("1011"))
	if got := s.leave(); len(got) != 1 {
		t.Errorf("%d left, want 1", len(got))
	}
	s.wantDesk("send_cap")
	s.at = s.at.Add(time.Hour)
	if got := s.leave(); len(got) != 0 {
		t.Error("an hour later it goes on by itself, and nobody has looked")
	}
}

// A flag in the state folder stops a message at every point up to the last byte; it needs neither the daemon nor its books.
func TestFlagStopsWhatIsOnItsWay(t *testing.T) {
	for name, when := range map[string]func(*recording, func()){
		"before it is claimed": func(_ *recording, raise func()) { raise() },
		"after the claim":      func(r *recording, raise func()) { r.before = raise },
		"for this supplier":    func(_ *recording, raise func()) { raise() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			r := s.recordSends()
			s.receive(paidOrder("1001"))
			target := ""
			if name == "for this supplier" {
				target = "prairie"
			}
			when(r, func() {
				if err := RaiseFlag(s.Config().State, target); err != nil {
					t.Error(err)
				}
			})
			if got := s.leave(); len(got) != 0 {
				t.Fatalf("%d left", len(got))
			}
			if !slices.Equal(s.Paused(), []string{map[string]string{"": everything, "prairie": "prairie"}[target]}) {
				t.Errorf("paused: %v", s.Paused())
			}
			r.before = nil
			wantQueued(1)(s)
			if err := s.Resume(t.Context(), target); err != nil {
				t.Fatal(err)
			}
			s.at = s.at.Add(time.Minute)
			if got := s.leave(); len(got) != 1 {
				t.Errorf("%d left after resume", len(got))
			}
		})
	}
}

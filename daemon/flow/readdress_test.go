package flow

import (
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// toOther is a supplier whose address was wrong, and is put right.
func toOther(supplier string) map[string]string {
	return map[string]string{"suppliers/prairie.yaml": strings.Replace(supplier, "post@prairie.example", "desk@prairie.example", 1)}
}

// toSuppliers lets leave what is due, and gives what is not for the owner.
func (s *shop) toSuppliers() []transports.Message {
	s.t.Helper()
	return slices.DeleteFunc(s.leave(), func(m transports.Message) bool { return slices.Contains(m.To, "owner@lantern-lane.example") })
}

// What waits for an address that was put right goes to the new one, and not a byte to the old one: neither before the timers have looked, nor from a sending that
// has begun. It is no repeat, and what is held stays held.
func TestACorrectedAddress(t *testing.T) {
	for name, c := range map[string]struct {
		sending string
		up      func(s *shop)
		held    bool
		says    string
	}{
		"queued":         {"{delay: 0s, first_orders: 0, per_supplier: 0, total: 0}", func(s *shop) { s.receive(paidOrder("1001")) }, false, "Subject: Purchase order 1001-A"},
		"in its delay":   {"{delay: 2m, first_orders: 0, per_supplier: 0, total: 0}", func(s *shop) { s.receive(paidOrder("1001")) }, false, "Subject: Purchase order 1001-A"},
		"a first order":  {"{delay: 0s, first_orders: 3, per_supplier: 0, total: 0}", func(s *shop) { s.receive(paidOrder("1001")) }, true, "Subject: Purchase order 1001-A"},
		"a cancellation": {"{delay: 0s, first_orders: 0, per_supplier: 0, total: 0}", func(s *shop) { s.ordered(s.at, "1001"); s.cancelled("1001") }, false, "do not ship"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, withSending(c.sending))
			c.up(s)
			s.reconfigure(toOther(prairie))
			s.recordSends()
			if got := s.leave(); len(got) != 0 {
				t.Fatalf("left before the timers have looked: to %v", got[0].To)
			}
			s.tickOnce(t.Context())
			if c.held {
				if text, err := s.ReleaseDispatch(t.Context(), "1001-A", "cli"); err != nil {
					t.Fatal(text, err)
				}
			}
			s.at = s.at.Add(lease)
			got := s.toSuppliers()
			if len(got) != 1 || !slices.Equal(got[0].To, []string{"desk@prairie.example"}) || !strings.Contains(string(got[0].Body), c.says) {
				t.Fatalf("%d left", len(got))
			}
			s.wantDesk()
		})
	}
}

// A question to an old address is asked again at the new one.
func TestAQuestionToACorrectedAddress(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(18, 15, 0), "1001")
	if q := s.look(hour(19, 15, 0)); len(q) != 1 {
		t.Fatalf("%d questions", len(q))
	}
	s.reconfigure(toOther(chasing))
	s.tickOnce(t.Context())
	if q := s.look(hour(19, 16, 0)); len(q) != 0 {
		t.Fatalf("still to %v", q[0].Message.To)
	}
	if q := s.look(hour(20, 10, 0)); len(q) != 1 || !slices.Equal(q[0].Message.To, []string{"desk@prairie.example"}) {
		t.Fatalf("asked %+v", q)
	}
}

// A supplier that was taken out of the configuration gets nothing more, and a person hears of what waits.
func TestASupplierThatIsGone(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.reconfigure(map[string]string{"suppliers/prairie.yaml": strings.Replace(prairie, "post@prairie.example", "desk@prairie.example", 1)})
	cfg := *s.Config()
	cfg.Suppliers = nil
	if err := s.Reload(&cfg); err != nil {
		t.Fatal(err)
	}
	s.recordSends()
	s.tickOnce(t.Context())
	if got := s.toSuppliers(); len(got) != 0 {
		t.Fatalf("left to %v", got[0].To)
	}
	s.wantDesk("send_stuck")
}

// A configuration that comes while a sending is under way counts for that one too, up to the last byte.
func TestANewConfigurationInTheMiddle(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"shadow mode":     withSetting("mode: shadow"),
		"another address": toOther(prairie),
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			r := s.recordSends()
			s.receive(paidOrder("1001"))
			w := s.world.Load()
			l := w.lanes[laneMail+"orders"]
			rows, err := s.claim(t.Context(), l)
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			r.before = func() { s.reconfigure(files) }
			s.send(t.Context(), w, l, rows[0])
			if len(r.got) != 0 {
				t.Errorf("it left to %v", r.got[0].To)
			}
			if rows := s.dispatches(store.DispatchFilter{State: order.DispatchQueued}); len(rows) != 1 {
				t.Errorf("%d are queued", len(rows))
			}
		})
	}
}

// News that waits for a webhook goes to its address of today.
func TestACorrectedWebhook(t *testing.T) {
	s := newShop(t, nil)
	s.ordered(s.at, "1001")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	old := s.Config().Channels["shop"].Webhook.URL
	s.reconfigure(map[string]string{"waybill.yaml": strings.Replace(mainConfig, old, "https://hooks.shop.example/new", 1)})
	s.recordSends()
	news := slices.DeleteFunc(s.leave(), func(m transports.Message) bool { return !strings.HasPrefix(m.To[0], "http") })
	if len(news) != 1 || news[0].To[0] != "https://hooks.shop.example/new" {
		t.Fatalf("%d messages left: %+v", len(news), news)
	}
}

package flow

import (
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// What a supplier may have already goes out as a repeat with the first one's Message-ID, whatever happened to the repeat before it left (promise 3).
func TestARepeatStaysOne(t *testing.T) {
	batch := "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\nsend: {batch: \"0 15 * * 1-5\", attach: csv}\n"
	const sending = "{delay: 2m, first_orders: 0, per_supplier: 0, total: 0}"
	for name, c := range map[string]struct {
		supplier string
		between  func(s *shop)
	}{
		"taken back, and sent after all": {prairie, func(s *shop) {
			if _, err := s.TakeBack(s.t.Context(), "1001-A", "cli"); err != nil {
				s.t.Fatal(err)
			}
			if text, err := s.Resend(s.t.Context(), "1001-A", "cli"); err != nil || !strings.Contains(text, "repeat") {
				s.t.Errorf("%q %v", text, err)
			}
		}},
		"another order was taken out of it": {batch, func(s *shop) { s.cancelled("1002") }},
		"shown in shadow mode, and sent after all": {prairie, func(s *shop) {
			files := withSending(sending)
			files["waybill.yaml"] += "mode: shadow\n"
			s.reconfigure(files)
			s.tickOnce(s.t.Context())
			s.reconfigure(withSending(sending))
			s.tickOnce(s.t.Context())
			if _, err := s.FinishShadow(s.t.Context(), Finish{Orders: "send", By: "cli"}); err != nil {
				s.t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			files := withSending(sending)
			files["suppliers/prairie.yaml"] = c.supplier
			s := newShop(t, files)
			s.tickOnce(t.Context())
			s.receive(paidOrder("1001"))
			s.receive(paidOrder("1002"))
			s.at = s.at.AddDate(0, 0, 1)
			s.tickOnce(t.Context())
			s.at = s.at.Add(lease)
			s.sent("mail:orders")
			first := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder, State: order.DispatchSent})[0]
			if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
				t.Fatal(err)
			}
			c.between(s)
			rows := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder, State: order.DispatchQueued})
			if len(rows) != 1 {
				t.Fatalf("%d queued", len(rows))
			}
			body := string(rows[0].Message.Body)
			if rows[0].Message.Key != first.Message.Key || !strings.Contains(body, "1001-A") || !strings.Contains(body, "Subject: Repeat of") {
				t.Errorf("key %s, want %s:\n%s", rows[0].Message.Key, first.Message.Key, body)
			}
		})
	}
}

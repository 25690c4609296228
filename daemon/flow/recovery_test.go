package flow

import (
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// held holds the books as a restore does.
func (s *shop) held(why store.HoldWhy) {
	s.t.Helper()
	s.write(func(tx *store.Tx) error { _, err := tx.RaiseHold(store.Hold{Why: why}); return err })
	if err := s.loadHold(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) heldPOs() (numbers []string) {
	s.t.Helper()
	r, err := s.Recovery(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range r.Messages {
		numbers = append(numbers, m.PurchaseOrders...)
	}
	return numbers
}

// While the books are held, evidence takes purchase orders off the list by itself: our own copy, also that of an earlier life of the order, and an answer.
func TestHeldBooksLookForEvidence(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.ReplaceAll(rewriting, "PLUS", "false")})
	for _, number := range []string{"1001", "1002", "1003", "1004"} {
		doc := paidOrder(number)
		doc.ShipTo.Line1 = number + " Elm Street" // no duplicates of each other
		s.receive(doc)
	}
	bodies := map[string][]byte{}
	for _, row := range s.dispatches(store.DispatchFilter{Lane: "mail:orders", State: order.DispatchQueued}) {
		s.view(func(tx *store.Tx) error {
			whole, err := tx.Dispatch(row.ID)
			numbers, _ := poNumbers(tx, row.POs)
			bodies[numbers[0]] = whole.Message.Body
			return err
		})
	}
	s.held(store.HeldRestored)
	s.wantDesk("books_held")
	if got := strings.Join(s.heldPOs(), " "); got != "1001-A 1002-A 1003-A 1004-A" {
		t.Fatalf("held are %s", got)
	}
	s.at = s.at.Add(time.Hour)
	s.inSent(bodies["1001-A"], "one@provider.example") // the message that the books know
	if got := strings.Join(s.heldPOs(), " "); got != "1002-A 1003-A 1004-A" {
		t.Errorf("after a copy in the Sent folder %s are held", got)
	}
	// An order that came again has another key; its first life was sent.
	old := strings.Replace(string(bodies["1002-A"]), s.keyOf("1002-A"), otherToken(t), -1)
	s.inSent([]byte(old), "two@provider.example")
	if got := strings.Join(s.heldPOs(), " "); got != "1003-A 1004-A" {
		t.Errorf("after the copy of an earlier life %s are held", got)
	}
	s.acknowledged("1003-A")
	if err := s.lookAtHeld(t.Context(), s.world.Load()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.heldPOs(), " "); got != "1004-A" {
		t.Errorf("after an answer %s are held", got)
	}
	if got := s.leave(); len(got) != 0 {
		t.Errorf("%d messages left", len(got))
	}
	if text, err := s.Recover(t.Context(), Decision{Resume: true, By: "cli"}); err != nil || !strings.Contains(text, "1 messages go out") {
		t.Error(text, err)
	}
	if got := s.leave(); len(got) != 1 {
		t.Errorf("%d messages left after the release", len(got))
	}
	s.wantDesk()
}

// A message of ours in the Sent folder that the books do not know says that they are behind: they are held before anything else leaves.
func TestAnUnknownCopyHoldsTheBooks(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.ReplaceAll(rewriting, "PLUS", "false")})
	s.receive(paidOrder("1001"))
	s.at = s.at.Add(time.Hour)
	s.inSent([]byte("From: orders@lantern-lane.example\r\nTo: orders@prairie.example\r\nSubject: Purchase order 7777-A\r\nX-Waybill-Message-ID: <"+otherToken(t)+
		".aabbccddeeff@lantern-lane.example>\r\n\r\nPlease ship.\r\n"), "x@provider.example")
	if err := s.loadHold(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.wantDesk("books_held")
	if got := s.leave(); len(got) != 0 {
		t.Errorf("%d messages left", len(got))
	}
}

func (s *shop) keyOf(po string) string { return string(s.po(po).Token) }

func otherToken(t *testing.T) string {
	t.Helper()
	token, err := order.NewToken(strings.NewReader("another token 12"))
	if err != nil {
		t.Fatal(err)
	}
	return string(token)
}

// acknowledged is a supplier's acknowledgement.
func (s *shop) acknowledged(number string) {
	s.t.Helper()
	po := s.po(number)
	s.write(func(tx *store.Tx) error {
		_, err := tx.Record(order.Event{Kind: order.Acknowledged, At: s.at, PO: po.ID, By: "supplier"})
		return err
	})
}

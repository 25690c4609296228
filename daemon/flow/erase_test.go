package flow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

func open(t testing.TB, files map[string]string) *shop { return newShop(t, files) }

func TestErase(t *testing.T)     { customerIsErased(t, open) }
func TestRetention(t *testing.T) { tooOldIsForgotten(t, open) }

// zora is an order whose every text is a word of its own.
func zora(number string) order.Order {
	doc := paidOrder(number)
	doc.Customer = order.Customer{Name: "Zora Zanzibar", Email: "Zora@canary.example", Phone: "+1 555 0199 884"}
	doc.ShipTo.Name, doc.ShipTo.Line1, doc.ShipTo.Line2, doc.ShipTo.Postcode = "Zora Zanzibar", "77 Canary Lane", "Left Nest", "62704-7789"
	doc.Note, doc.Lines[0].Title = "Please chirp at the door", "Mug with the name Zorazan"
	return doc
}

// zoras are the words of which nothing may be left.
var zoras = []string{"zora zanzibar", "zora@canary", "0199 884", "canary lane", "left nest", "62704-7789", "chirp", "zorazan", "id-1001", strings.ToLower(ups1), "zz report"}

// shippedToZora has an order of hers sent and shipped, by a report that also tells of another order.
func (s *shop) shippedToZora() {
	s.t.Helper()
	s.receive(zora("1001"))
	s.receive(paidOrder("1002"))
	s.sent("mail:orders")
	s.drop("order,tracking,name\n1001-A,"+ups1+",Zora Zanzibar\n1002-A,"+upsNumbers[3]+",Ada Abernathy\n", "zz report.csv")
	s.wantTracking("1001-A", ups1)
	s.mail("Zora <zora@canary.example>", "Where is it?", "Content-Transfer-Encoding: base64\r\n", "SGVsbG8sIEkgYW0gWm9yYSBaYW56aWJhciwgNjI3MDQtNzc4OS4gQ2hpcnAhCg==\r\n")
	s.view(func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{Newest: true, Limit: 1})
		if err == nil {
			s.lastMail, err = tx.Evidence(rows[0].SHA256)
		}
		return err
	})
	s.mail("Somebody <else@other.example>", "Hello", "", "About something else entirely.")
	s.sent("webhook:shop")
	s.sent("mail:orders")
}

func (s *shop) wantNothingLeft(words []string) {
	s.t.Helper()
	held := map[string]string{"the rows": dump(s.t, s.driver, s.address)}
	if s.driver == "sqlite" {
		files, _ := filepath.Glob(s.dir + "/*")
		for _, path := range files {
			if raw, err := os.ReadFile(path); err == nil && !strings.HasSuffix(path, ".yaml") {
				held[filepath.Base(path)] = string(raw)
			}
		}
	}
	s.view(func(tx *store.Tx) error {
		return tx.EachEvidence(func(sha string, raw []byte) error {
			held["evidence "+sha] = readable(raw)
			return nil
		})
	})
	for name, text := range held {
		for _, word := range words {
			if i := strings.Index(strings.ToLower(text), word); i >= 0 {
				s.t.Errorf("%s still holds %q: …%.120q", name, word, text[max(0, i-60):])
			}
		}
	}
	if err := s.Store().Verify(s.t.Context(), func(p string) { s.t.Error(p) }, nil); err != nil {
		s.t.Error(err)
	}
}

func customerIsErased(t *testing.T, open opener) {
	s := open(t, map[string]string{"suppliers/prairie.yaml": withDrop})
	s.shippedToZora()
	s.receive(zora("1003")) // is under way
	ask := EraseRequest{Customer: "zora@CANARY.example", By: "cli", DryRun: true}
	before := dump(t, s.driver, s.address)
	would, err := s.Erase(t.Context(), ask)
	if err != nil || len(would.Orders) != 2 || !would.Orders[0].Erased || !strings.Contains(would.Orders[1].Waits, "1003-A is open") || len(would.Waits) != 1 || dump(t, s.driver, s.address) != before {
		t.Fatalf("%+v, %v", would, err)
	}
	ask.DryRun = false
	done, err := s.Erase(t.Context(), ask)
	if err != nil || done.Items != would.Items || done.Items < 2 || done.Messages != would.Messages || done.Bodies != would.Bodies || done.Findings == 0 {
		t.Fatalf("%+v, %v; the dry run said %+v", done, err, would)
	}
	if again := s.receive(zora("1001")); !again.Erased || again.Outcome != OutcomeSame || again.PurchaseOrders[0] != "1001-A" {
		t.Errorf("the erased order came again: %+v", again)
	}
	view, err := s.ViewOrder(t.Context(), 1)
	if err != nil || !strings.Contains(view.Timeline[len(view.Timeline)-1].Text, "erased, as cli asked") {
		t.Errorf("%+v, %v", view.Timeline, err)
	}
	if other, err := s.ViewOrder(t.Context(), 2); err != nil || other.PurchaseOrders[0].Tracking[0].Number != upsNumbers[3] || other.Order.Customer.Name != "Ada Abernathy" {
		t.Errorf("the other order in the report is %+v, %v", other, err)
	}
	s.wantDesk()
	// The mailbox has the mail still, and shows it under another number.
	if err := s.Keep(t.Context(), []transports.Item{{Source: "mail:orders/INBOX", Key: "2:1", Raw: s.lastMail}}); err != nil {
		t.Fatal(err)
	}
	// What waited goes when it is over.
	s.sent("mail:orders")
	s.mail("post@prairie.example", "Order 1003-A", "", "Order 1003-A has shipped with UPS. Tracking number "+upsNumbers[4])
	s.sent("webhook:shop")
	s.sent("mail:orders")
	s.at = s.at.Add(25 * time.Hour)
	s.pass()
	s.wantNothingLeft(append(zoras, "id-1003"))
	if status, err := s.Status(t.Context()); err != nil || status.Retention.Waiting != 0 || status.Marks != "" {
		t.Errorf("%+v, %v", status.Retention, err)
	}
}

// pass lets the retention do a whole pass.
func (s *shop) pass() {
	s.t.Helper()
	w := s.world.Load()
	s.slow.retained = time.Time{}
	for first := true; first || !s.slow.retaining.begun.IsZero(); first = false {
		if err := s.retain(s.t.Context(), w); err != nil {
			s.t.Fatal(err)
		}
	}
}

func tooOldIsForgotten(t *testing.T, open opener) {
	s := open(t, map[string]string{"suppliers/prairie.yaml": withDrop})
	s.shippedToZora()
	s.receive(zora("1003")) // stays under way for ever
	s.sent("mail:orders")
	asks := s.mail("post@prairie.example", "Order 1002-A", "", "About order 1002-A: may we send a blue one?")
	s.wantDesk("supplier_asks")
	s.pass()
	if r, err := s.Retained(t.Context()); err != nil || r.Raw != 0 || r.Orders != 0 || !r.At.Equal(s.at) {
		t.Fatalf("on the first day: %+v, %v", r, err)
	}
	s.at = noon.AddDate(0, 0, 91)
	s.pass()
	s.view(func(tx *store.Tx) error {
		for _, number := range []string{"1001-A", "1003-A"} {
			po, err := tx.POByNumber(number)
			if err != nil {
				return err
			}
			sends, err := tx.DispatchesOfPO(po.ID)
			if err != nil {
				return err
			}
			row, err := tx.Dispatch(sends[0].ID)
			if kept := row.Message.Body != nil; err != nil || kept != (number == "1003-A") {
				t.Errorf("after 91 days the mail about %s is kept: %v, %v", number, kept, err)
			}
		}
		item, err := tx.Item(asks)
		if _, lost := tx.Evidence(item.SHA256); err != nil || lost != nil {
			t.Errorf("what is on the desk is gone: %v, %v", err, lost)
		}
		row, err := tx.Order(1)
		if row.Erased || row.Doc.ShipTo.Name == "" {
			t.Error("an order of 91 days is erased")
		}
		return err
	})
	first, err := s.Retained(t.Context())
	if err != nil || first.Raw < 4 || first.Orders != 0 {
		t.Errorf("after 91 days: %+v, %v", first, err)
	}
	if err := s.Store().Verify(t.Context(), func(p string) { t.Error(p) }, nil); err != nil {
		t.Error(err)
	}
	if _, err := s.Replay(t.Context(), ReplayRequest{Since: noon.Add(-time.Hour)}, func(Replayed) error { return nil }); err != nil {
		t.Errorf("a replay over what is forgotten: %v", err)
	}
	s.settleAll(ActDismiss)
	s.at = noon.AddDate(2, 0, 2)
	s.pass()
	s.view(func(tx *store.Tx) error {
		for id, erased := range map[order.OrderID]bool{1: true, 2: true, 3: false} {
			if row, err := tx.Order(id); err != nil || row.Erased != erased {
				t.Errorf("after two years order %d is erased: %v, %v", id, row.Erased, err)
			}
		}
		return nil
	})
	if again := s.receive(zora("1001")); !again.Erased {
		t.Errorf("it came again after two years: %+v", again)
	}
	s.Cancel(t.Context(), 3, "cli")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1003-A", Tracking: []string{upsNumbers[5]}, By: "cli"}); err != nil {
		t.Log(err)
	}
	s.sent("webhook:shop")
	s.sent("mail:orders")
	s.settleAll(ActDismiss)
	s.at = noon.AddDate(5, 0, 2)
	s.pass()
	s.wantNothingLeftOfRows(zoras)
}

// wantNothingLeftOfRows looks at the rows alone: SQLite overwrites what is deleted, and the retention leaves the rest to it.
func (s *shop) wantNothingLeftOfRows(words []string) {
	s.t.Helper()
	if err := s.Store().Compact(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	s.wantNothingLeft(words)
}

func (s *shop) settleAll(action Action) {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, v := range views {
		if _, err := s.Settle(s.t.Context(), v.ID, Settlement{Action: action, By: "desk"}); err != nil {
			s.t.Log(v.Kind, err)
		}
	}
}

// What is refused, and why.
func TestEraseAsksForOnePerson(t *testing.T) {
	s := newShop(t, nil)
	for want, r := range map[string]EraseRequest{"one way": {}, "in one way": {Order: "1", Customer: "a@b.example"}, "no email": {Customer: "ada"}, "with a postcode": {Name: "Ada"}, "not found": {Order: "77"}} {
		if _, err := s.Erase(t.Context(), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
}

package flow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

func TestPaidOrderBecomesAMail(t *testing.T) {
	s := newShop(t, nil)
	taken := s.receive(paidOrder("1001"))
	if taken.Outcome != OutcomeNew || taken.State != order.IntakeAccepted || !slices.Equal(taken.PurchaseOrders, []string{"1001-A"}) {
		t.Fatalf("got %+v", taken)
	}
	rows := s.dispatches(store.DispatchFilter{})
	if len(rows) != 1 || rows[0].Lane != "mail:orders" || rows[0].Target != "prairie" || rows[0].State != order.DispatchQueued {
		t.Fatalf("queued %+v", rows)
	}
	po, body := s.po("1001-A"), string(rows[0].Message.Body)
	for _, want := range []string{"Message-ID: <" + string(po.Token) + ".", "WB-" + string(po.Token), "Auto-Submitted: auto-generated", "X-100",
		"Reply-To:", "orders+" + strings.ToLower(string(po.Token)) + "@lantern-lane.example", "12 Maple Street", "1001-A"} {
		if !strings.Contains(body, want) {
			t.Errorf("the mail lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "ada@mail.example") {
		t.Error("the customer's mail address went to the supplier")
	}
	if want := "orders+" + strings.ToLower(string(po.Token)) + "@lantern-lane.example"; rows[0].Message.From != want {
		t.Errorf("the envelope sender is %s, want %s", rows[0].Message.From, want)
	}
}

func TestRepeats(t *testing.T) {
	unpaid := paidOrder("1001")
	unpaid.PaidAt = time.Time{}
	other := paidOrder("1001")
	other.ShipTo.City = "Riverton"
	for name, c := range map[string]struct {
		first, second order.Order
		outcome       Outcome
		state         order.IntakeState
		mails         int
		desk          []string
	}{
		"the same again":              {paidOrder("1001"), paidOrder("1001"), OutcomeSame, order.IntakeAccepted, 1, nil},
		"unpaid waits":                {unpaid, unpaid, OutcomeSame, order.IntakeWaiting, 0, nil},
		"then it is paid":             {unpaid, paidOrder("1001"), OutcomePaid, order.IntakeAccepted, 1, nil},
		"an older copy comes late":    {paidOrder("1001"), unpaid, OutcomeSame, order.IntakeAccepted, 1, nil},
		"another address":             {paidOrder("1001"), other, OutcomeChanged, order.IntakeAccepted, 1, []string{"order_changed"}},
		"another address, and unpaid": {unpaid, other, OutcomeChanged, order.IntakeWaiting, 0, []string{"order_changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(c.first)
			for range 3 { // however often it comes
				got := s.receive(c.second)
				if got.Outcome != c.outcome && got.Outcome != OutcomeSame || got.State != c.state {
					t.Fatalf("got %+v", got)
				}
			}
			if n := len(s.dispatches(store.DispatchFilter{})); n != c.mails {
				t.Errorf("%d mails are queued, want %d", n, c.mails)
			}
			s.wantDesk(c.desk...)
		})
	}
}

func TestTheSecondVersionCanBeTaken(t *testing.T) {
	s := newShop(t, nil)
	first := paidOrder("1001")
	first.PaidAt = time.Time{}
	s.receive(first)
	second := paidOrder("1001")
	second.ShipTo.City = "Riverton"
	s.receive(second)
	if _, err := s.settle(ActTake, ""); err != nil {
		t.Fatal(err)
	}
	rows := s.dispatches(store.DispatchFilter{})
	if len(rows) != 1 || !strings.Contains(string(rows[0].Message.Body), "Riverton") {
		t.Fatalf("queued %+v", rows)
	}
	s.wantDesk()
}

func TestInvalidOrdersNameEveryField(t *testing.T) {
	s := newShop(t, nil)
	bad := paidOrder("1001")
	bad.Channel, bad.ShipTo.Country, bad.Lines[0].Quantity = "nowhere", "usa", 0
	_, err := s.Receive(t.Context(), bad, Source{By: "api"})
	var invalid *Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	if want := []string{"ship_to.country", "lines[0].quantity", "channel"}; !slices.Equal(fields, want) {
		t.Errorf("fields %v, want %v", fields, want)
	}
}

func TestHeldOrders(t *testing.T) {
	noStreet := paidOrder("1001")
	noStreet.ShipTo.Line1 = "-"
	nobody := paidOrder("1001")
	nobody.Lines[0].SKU = "ZZ9"
	both := paidOrder("1001")
	both.Lines[0].SKU = "PSX1"
	rival := map[string]string{"suppliers/rival.yaml": "name: Rival\nemail: [post@rival.example]\nskus: [{prefix: PS}]\n"}
	for name, c := range map[string]struct {
		doc   order.Order
		files map[string]string
		kind  string
	}{"no street": {noStreet, nil, "order_held"}, "nobody ships it": {nobody, nil, "unrouted"}, "two ship it": {both, rival, "ambiguous"}} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, c.files)
			if got := s.receive(c.doc); got.State != order.IntakeHeld {
				t.Fatalf("got %+v", got)
			}
			s.wantDesk(c.kind)
			if n := len(s.dispatches(store.DispatchFilter{})); n != 0 {
				t.Errorf("%d messages are queued for a held order", n)
			}
			if _, err := s.settle(ActCancel, ""); err != nil {
				t.Fatal(err)
			}
			s.wantDesk()
		})
	}
}

func TestReleaseSendsInSpiteOfTheGate(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.ShipTo.Line1 = ""
	s.receive(doc)
	text, err := s.settle(ActRelease, "")
	if err != nil || !strings.Contains(text, "accepted") {
		t.Fatalf("%q, %v", text, err)
	}
	if n := len(s.dispatches(store.DispatchFilter{})); n != 1 {
		t.Errorf("%d messages are queued, want 1", n)
	}
}

func TestOneOrderForTwoSuppliers(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/harbor.yaml": "name: Harbor\nemail: [post@harbor.example]\nskus: [HG1]\n"})
	doc := paidOrder("#1001")
	doc.Lines = append(doc.Lines, order.Line{ID: "b", SKU: "HG1", Quantity: 1})
	if got := s.receive(doc); !slices.Equal(got.PurchaseOrders, []string{"1001-A", "1001-B"}) {
		t.Fatalf("got %+v", got)
	}
	if po := s.po("1001-B"); po.Supplier != "harbor" || len(po.Lines) != 1 || po.Lines[0].SKU != "HG1" {
		t.Errorf("got %+v", po)
	}
}

func TestTheSameNumberOnTwoChannels(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	doc := paidOrder("1001")
	doc.Channel = "invoice"
	if got := s.receive(doc); !slices.Equal(got.PurchaseOrders, []string{"INVOICE-1001-A"}) {
		t.Fatalf("got %+v", got)
	}
}

func TestAlreadySentSendsNothing(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.ShipTo.Line1 = "" // what was shipped by hand needs no gate
	taken, err := s.Receive(t.Context(), doc, Source{By: "cli", AlreadySent: true})
	if err != nil || taken.State != order.IntakeAccepted {
		t.Fatalf("%+v, %v", taken, err)
	}
	if n := len(s.dispatches(store.DispatchFilter{})); n != 0 {
		t.Errorf("%d messages are queued", n)
	}
	s.mail("Prairie <post@prairie.example>", "Order 1001 shipped", "", "Order 1001 has shipped with UPS, tracking number 1Z999AA10123456784.\r\n")
	if po := s.po("1001-A"); po.State() != order.POShipped {
		t.Errorf("the purchase order is %s", po.State())
	}
}

func TestPONumber(t *testing.T) {
	for _, c := range []struct {
		number string
		i      int
		want   string
	}{{"1001", 0, "1001-A"}, {"#1001", 1, "1001-B"}, {"1001", 25, "1001-Z"}, {"1001", 26, "1001-AA"}, {"A/B 7", 0, "A-B-7-A"}, {"x\r\ny", 0, "xy-A"}} {
		if got := poNumber(c.number, c.i); got != c.want {
			t.Errorf("poNumber(%q, %d) = %q, want %q", c.number, c.i, got, c.want)
		}
	}
}

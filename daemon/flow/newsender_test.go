package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

const (
	jo          = "Jo <jo@gmail.com>"
	shipstation = "Prairie Supply <tracking@shipstation.com>"
)

func (s *shop) shipped(from, po, number, more string) {
	s.t.Helper()
	s.at = s.at.Add(time.Hour)
	s.mail(from, "Order "+po, "", "Order "+po+" has shipped with UPS. Tracking number "+number+"\r\n"+more)
}

// A sender whom nobody knows is one question, however much they write; what waits is booked when it is answered, and nothing is asked again.
func TestANewSenderIsOneQuestion(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	s.shipped(jo, "1001-A", upsNumbers[0], "")
	s.shipped(jo, "1002-A", upsNumbers[1], "")
	s.wantDesk("new_sender")
	s.wantTracking("1001-A")
	view, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || view[0].Text != "A shipment of 1001-A is told by jo@gmail.com, who has not written for Prairie Supply before (2 times)" || view[0].From != "jo@gmail.com" {
		t.Errorf("%+v, %v", view, err)
	}
	if _, err := s.settle(ActTheirs, ""); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
	s.wantTracking("1001-A", upsNumbers[0])
	s.wantTracking("1002-A", upsNumbers[1])
	s.wantRules("sender jo@gmail.com= on")
	s.shipped(jo, "1003-A", upsNumbers[2], "")
	s.wantTracking("1003-A", upsNumbers[2])
	s.wantDesk()
}

// Who answers our mail, or has our key, had it: their parcels are booked at once, and whether they write for the supplier is asked beside it. A stolen thread is
// not enough for news that costs money.
func TestAThreadProvesAParcelAndNoMore(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	id := func(po string) (id string) {
		for _, d := range s.dispatches(store.DispatchFilter{}) {
			if d.Purpose == order.PurposeOrder && strings.Contains(string(d.Message.Body), po) {
				id = d.Message.Key
			}
		}
		return id
	}
	s.mail(jo, "Re: Order", "In-Reply-To: <"+id("1001-A")+">\r\n", "It has shipped. Tracking number "+upsNumbers[0]+"\r\n")
	s.wantTracking("1001-A", upsNumbers[0])
	s.wantDesk("new_sender")
	s.at = s.at.Add(time.Hour)
	s.mail(jo, "Re: Order", "In-Reply-To: <"+id("1002-A")+">\r\n", "Sorry, it is out of stock and cannot be delivered.\r\n")
	if got := s.po("1002-A").State(); got != order.POOpen {
		t.Errorf("a stranger in a thread has made 1002-A %s", got)
	}
	s.wantDesk("new_sender", "costly_news")
}

func TestOnceAndNotTheirs(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003", "1004")
	s.shipped(jo, "1001-A", upsNumbers[0], "")
	if _, err := s.settle(ActOnce, ""); err != nil {
		t.Fatal(err)
	}
	s.wantTracking("1001-A", upsNumbers[0])
	s.wantRules()
	s.shipped(jo, "1002-A", upsNumbers[1], "")
	s.wantDesk("new_sender")
	if _, err := s.settle(ActNot, ""); err != nil {
		t.Fatal(err)
	}
	s.wantTracking("1002-A")
	s.wantRules("sender jo@gmail.com= off")
	s.shipped(jo, "1003-A", upsNumbers[2], "")
	s.wantTracking("1003-A")
	s.wantDesk() // and nobody asks again
	// A person may think better of it: what comes from then on is heard.
	if _, err := s.SwitchRule(t.Context(), 1, true, "cli"); err != nil {
		t.Fatal(err)
	}
	s.shipped(jo, "1004-A", upsNumbers[3], "")
	s.wantTracking("1004-A", upsNumbers[3])
}

// A shipping program writes for many: once said, it is believed about the orders of that supplier only, and with a second witness only.
func TestAServiceIsAcceptedForASupplier(t *testing.T) {
	to := "Ship to: Ada Abernathy, 12 Maple Street, Springfield 62704\r\n"
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	s.shipped(shipstation, "1001-A", upsNumbers[0], to)
	s.wantDesk("new_sender")
	if text, err := s.settle(ActTheirs, ""); err != nil || !strings.Contains(text, "Prairie Supply ships with ShipStation") {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantTracking("1001-A", upsNumbers[0])
	s.wantRules("sender @shipstation.com= on")
	s.shipped("Prairie Supply <no-reply@shipstation.com>", "1002-A", upsNumbers[1], to)
	s.wantTracking("1002-A", upsNumbers[1])
	s.wantDesk()
	s.shipped(shipstation, "1003-A", upsNumbers[2], "")
	s.wantTracking("1003-A")
	s.wantDesk("which_order")
}

func TestAListedServiceNeedsNoQuestion(t *testing.T) {
	for listed, desk := range map[string][]string{"shipstation.com": nil, "tracking@shipstation.com": nil, "other@shipstation.com": {"new_sender"}, "notices.example": {"new_sender"}} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "third_party: [" + listed + "]\n"})
		s.sentOut("1001")
		s.shipped(shipstation, "1001-A", upsNumbers[0], "Ship to: Ada Abernathy, 12 Maple Street, Springfield 62704\r\n")
		s.wantDesk(desk...)
	}
}

// All addresses of a company's domain may be the supplier's; those of a provider of free mail may not.
func TestADomainIsTheirs(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	s.shipped("Jo <jo@depot.example>", "1001-A", upsNumbers[0], "")
	view, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Settle(t.Context(), view[0].ID, Settlement{Action: ActTheirs, Domain: true, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	s.shipped("Ann <ann@depot.example>", "1002-A", upsNumbers[1], "")
	s.wantTracking("1002-A", upsNumbers[1])
	s.wantRules("sender @depot.example= on")
	if _, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleSender), Reads: "@gmail.com", MadeBy: "cli"}); err == nil {
		t.Error("all of a provider's addresses are a supplier's")
	}
}

// Anybody can write under any number of addresses: beyond a few they are one question, and one of them can still be accepted.
func TestAFloodOfSendersIsOneQuestion(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	for i := range mostSenders + 15 {
		s.shipped(fmt.Sprintf("Jo <jo%d@gmail.com>", i), "1001-A", upsNumbers[0], "Regards, "+strings.Repeat("o", i+1)+"\r\n")
	}
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || len(views) != mostSenders+1 {
		t.Fatalf("%d questions (%v), want %d", len(views), err, mostSenders+1)
	}
	flood := views[slices.IndexFunc(views, func(v ExceptionView) bool { return strings.Contains(v.Text, "More than") })]
	if flood.Text != "More than 10 senders that nobody knows write about orders of Prairie Supply (15 times)" || !slices.Equal(flood.Actions, []Action{ActNot}) ||
		!slices.Contains(flood.Reasons, "from jo24@gmail.com") {
		t.Errorf("%+v", flood)
	}
	if _, err := s.Settle(t.Context(), flood.ID, Settlement{Action: ActTheirs, By: "desk"}); !errors.Is(err, ErrAction) {
		t.Errorf("all of them at once: %v", err)
	}
	if said, err := s.Settle(t.Context(), flood.ID, Settlement{Action: ActNot, By: "desk"}); err != nil || !strings.HasPrefix(said, "Closed") {
		t.Errorf("%q %v", said, err)
	}
	s.wantTracking("1001-A")
	// What the question says about accepting one of them holds.
	if _, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleSender), Reads: "jo24@gmail.com", MadeBy: "cli"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Replay(t.Context(), ReplayRequest{Since: noon.Add(-24 * time.Hour), By: "cli"}, func(Replayed) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s.wantTracking("1001-A", upsNumbers[0])
}

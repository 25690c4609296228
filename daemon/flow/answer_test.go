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
	"waybill/transports"
)

const (
	fromPrairie = "Prairie Supply <post@prairie.example>"
	ups1        = "1Z999AA10123456784"
	ups2        = "1Z12345E0291980794"
)

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		from, subject, body string
		state               order.POState
		news                []string // types of the webhooks
		desk                []string
	}{
		"shipped": {fromPrairie, "Your order 1001-A", "Your order 1001-A has shipped with UPS. Tracking number " + ups1 + "\r\n",
			order.POShipped, []string{"order.shipped"}, nil},
		"acknowledged": {fromPrairie, "Your order 1001-A", "Thank you, we have received your order 1001-A.\r\n", order.POAcknowledged, nil, nil},
		"backordered": {fromPrairie, "Your order 1001-A", "Order 1001-A is on backorder and will ship on 2026-04-20.\r\n",
			order.POBackordered, []string{"order.backordered"}, nil},
		"out of stock is proposed": {fromPrairie, "Your order 1001-A", "Sorry, order 1001-A is out of stock and cannot be delivered.\r\n", order.POOpen, nil, []string{"costly_news"}},
		"a question":               {fromPrairie, "Your order 1001-A", "Which color do you want for order 1001-A, red or green?\r\n", order.POOpen, nil, []string{"supplier_asks"}},
		"a stranger with the number alone": {"Somebody <post@elsewhere.example>", "Your order 1001-A", "Order 1001-A has shipped. Tracking number " + ups1 + "\r\n",
			order.POOpen, nil, []string{"new_sender"}},
		"the buyer": {"Ada <ada@mail.example>", "Your order 1001-A", "Order 1001-A has shipped. Tracking number " + ups1 + "\r\n",
			order.POOpen, nil, []string{"which_order"}},
		"somebody called like the buyer": {"\"Abernathy, Ada\" <shipping@elsewhere.example>", "Your order 1001-A", "Order 1001-A has shipped. Tracking number " + ups1 + "\r\n",
			order.POOpen, nil, []string{"which_order"}},
		"our group in the sender's place": {"'Jo' via Orders <orders@lantern-lane.example>", "Your order 1001-A", "Order 1001-A has shipped. Tracking number " + ups1 + "\r\n",
			order.POOpen, nil, []string{"which_order"}},
		"a stranger about nothing": {"Somebody <post@elsewhere.example>", "Great offers", "Buy three, pay two, this week only!\r\n", order.POOpen, nil, nil},
		"no order that we know": {fromPrairie, "Your order 7777", "Your order 7777 has shipped. Tracking number " + ups1 + "\r\n",
			order.POOpen, nil, []string{"which_order"}},
		"ourselves": {"Lantern Lane <orders@lantern-lane.example>", "Order 1001-A", "Order 1001-A has shipped. Tracking number " + ups1 + "\r\n", order.POOpen, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			s.sent("mail:orders")
			s.mail(c.from, c.subject, "", c.body)
			if got := s.po("1001-A").State(); got != c.state {
				t.Errorf("the purchase order is %s, want %s", got, c.state)
			}
			types := []string{}
			for _, n := range s.news() {
				types = append(types, n.Type)
			}
			if !slices.Equal(types, append([]string{}, c.news...)) {
				t.Errorf("the channel hears %v, want %v", types, c.news)
			}
			s.wantDesk(c.desk...)
		})
	}
}

func TestTheChannelHearsOfAShipment(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped: 1 x PS100, UPS "+ups1+". The rest follows.\r\n")
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A, the rest: 1 x PS100 has shipped, UPS "+ups2+".\r\n")
	news := s.news()
	if len(news) != 2 {
		t.Fatalf("the channel hears %+v", news)
	}
	for i, want := range []struct {
		number   string
		complete bool
	}{{ups1, false}, {ups2, true}} {
		d := news[i].Data
		if len(d.Tracking) != 1 || d.Tracking[0].Number != want.number || d.Tracking[0].Carrier != "ups" || d.Complete != want.complete ||
			len(d.Lines) != 1 || d.Lines[0].Quantity != 1 || d.OrderID != "id-1001" {
			t.Errorf("piece %d of news: %+v", i, d)
		}
	}
	mails := s.dispatches(store.DispatchFilter{Purpose: order.PurposeCustomer})
	if len(mails) != 2 || mails[0].Message.To[0] != "ada@mail.example" || !strings.Contains(string(mails[0].Message.Body), ups1) {
		t.Errorf("the customer's mails: %d", len(mails))
	}
	s.wantDesk()
}

func TestRepeatsOfAnswersChangeNothing(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	body := "Order 1001-A has shipped with UPS. Tracking number " + ups1 + "\r\n"
	s.mail(fromPrairie, "1001-A", "", body)
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "1001-A", "", body) // the same mail in another folder
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Reminder 1001-A", "", body+"Just as a reminder.\r\n") // another mail that says nothing new
	if n := len(s.news()); n != 1 {
		t.Errorf("the channel hears %d times", n)
	}
	s.wantDesk()
}

func TestOneNumberSitsOnOneOrder(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.receive(paidOrder("1002"))
	s.sent("mail:orders")
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "1002-A", "", "Order 1002-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	if got := s.po("1002-A").State(); got != order.POOpen {
		t.Errorf("1002-A is %s", got)
	}
	s.wantDesk("contradiction")
	if _, err := s.settle(ActApply, ""); err != nil { // a person says that both are in one parcel
		t.Fatal(err)
	}
	if got := s.po("1002-A").State(); got != order.POShipped {
		t.Errorf("1002-A is %s", got)
	}
}

func TestAPersonNamesTheOrder(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	s.mail(fromPrairie, "Parcel", "", "We have shipped your order 7777 with UPS. Tracking number "+ups1+"\r\n")
	if _, err := s.settle(ActApply, ""); err == nil {
		t.Error("news without an order was applied")
	}
	if text, err := s.settle(ActApply, "1001-A"); err != nil || !strings.Contains(text, "1001-A") {
		t.Fatalf("%q, %v", text, err)
	}
	if got := s.po("1001-A").State(); got != order.POShipped {
		t.Errorf("1001-A is %s", got)
	}
	if n := s.news(); len(n) != 1 || n[0].Data.Tracking[0].Number != ups1 {
		t.Errorf("the channel hears %+v", n)
	}
}

func TestCostlyNewsFromTheirOwnDropIsAppliedByRule(t *testing.T) {
	file := "order,sku,status\n1001-A,PS100,out of stock\n"
	for _, c := range []struct {
		rule  string
		state order.POState
		desk  []string
	}{{"rules: {apply: [out_of_stock]}\n", order.POOutOfStock, nil}, {"", order.POOpen, []string{"costly_news"}}} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "receive: {path: STATE/drop}\n" + c.rule})
		s.receive(paidOrder("1001"))
		s.sent("mail:orders")
		s.item(transports.Item{Source: "drop:prairie", Key: "status.csv|1|a", Name: "status.csv", Raw: []byte(file), Size: int64(len(file))})
		if got := s.po("1001-A").State(); got != c.state {
			t.Errorf("with %q the purchase order is %s, want %s", c.rule, got, c.state)
		}
		s.wantDesk(c.desk...)
	}
}

func TestABounceIsNewsAndNoCommand(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	sent := s.sent("mail:orders")
	s.mail("Mail Delivery System <MAILER-DAEMON@mx.example>", "Undelivered Mail Returned to Sender", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
		"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"+
			"Final-Recipient: rfc822; post@prairie.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"+sent[0].Message.Key+">\r\n\r\n--b--\r\n")
	s.wantDesk("bounced")
	if rows := s.dispatches(store.DispatchFilter{}); len(rows) != 1 || rows[0].State != order.DispatchSent {
		t.Errorf("the bounce sent something: %+v", rows)
	}
	if _, err := s.settle(ActResend, ""); err != nil {
		t.Fatal(err)
	}
	rows := s.dispatches(store.DispatchFilter{State: order.DispatchQueued})
	if len(rows) != 1 || rows[0].Message.Key != sent[0].Message.Key || rows[0].Resends != sent[0].ID || string(rows[0].Message.Body) == string(sent[0].Message.Body) {
		t.Errorf("the repeat keeps the Message-ID and says what it is: %+v", rows)
	}
}

func TestAnAnswerProvesThatTheOrderArrived(t *testing.T) {
	for name, answer := range map[string]func(*shop, store.OutMessage){
		"the supplier answers": func(s *shop, m store.OutMessage) {
			s.mail(fromPrairie, "1001-A", "In-Reply-To: <"+m.Key+">\r\n", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
		},
		"our own copy comes back": func(s *shop, m store.OutMessage) { s.copyComes("Received: from mx.example\r\n", m.Body) },
		"and is believed in spite of a forged one before it": func(s *shop, m store.OutMessage) {
			s.copyComes("", []byte("From: orders@lantern-lane.example\r\nMessage-ID: <"+m.Key+">\r\nSubject: x\r\n\r\nx\r\n"))
			s.wantDesk("send_unsure")
			s.copyComes("Received: from mx.example\r\n", m.Body)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
				t.Fatal(err)
			}
			s.at = s.at.Add(2 * time.Minute) // the daemon was killed; its lease runs out
			if err := s.expire(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			s.wantDesk("send_unsure")
			answer(s, rows[0].Message)
			s.wantDesk()
			if got := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder}); got[0].State != order.DispatchSent {
				t.Errorf("the dispatch is %s", got[0].State)
			}
		})
	}
}

// copyComes brings a copy of a mail of ours, as an archive address does, into the mailbox.
func (s *shop) copyComes(above string, raw []byte) {
	s.t.Helper()
	raw = append([]byte(above), raw...)
	s.item(transports.Item{Source: "mail:orders/INBOX", Key: fmt.Sprintf("1:%d", len(raw)), Raw: raw, Size: int64(len(raw))})
}

// TestACopyOfTheFirstProvesNothingOfTheRepeat: both have the same Message-ID.
func TestACopyOfTheFirstProvesNothingOfTheRepeat(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	first := s.sent("mail:orders")[0]
	s.at = s.at.Add(time.Hour)
	if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(time.Minute)
	if err := s.expire(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	s.wantDesk("send_unsure")
	s.copyComes("Received: by mx.example, late\r\n", first.Message.Body)
	s.wantDesk("send_unsure")
	s.copyComes("Received: by mx.example\r\n", rows[0].Message.Body)
	s.wantDesk()
}

// TestAnAnswerThatComesLateStillCounts: the doubt is on the desk while the sender listens on, and what the server says in the end settles it, unless somebody was
// faster.
func TestAnAnswerThatComesLateStillCounts(t *testing.T) {
	refused := &transports.Error{Verdict: transports.Later, Op: "dot", Err: errors.New("451 not now")}
	never := &transports.Error{Verdict: transports.Never, Op: "dot", Err: errors.New("554 no")}
	for name, c := range map[string]struct {
		meanwhile Action
		answer    error
		state     order.DispatchState
		desk      []string
	}{
		"taken":                         {"", nil, order.DispatchSent, nil},
		"refused for now":               {"", refused, order.DispatchQueued, nil},
		"refused for good":              {"", never, order.DispatchFailed, []string{"send_failed"}},
		"none came":                     {"", &transports.Error{Verdict: transports.Unsure, Op: "dot", Err: errors.New("cut")}, order.DispatchUnsure, []string{"send_unsure"}},
		"taken, and sent again before":  {ActResend, nil, order.DispatchReplaced, nil},
		"refused, and given up before":  {ActWithdraw, refused, order.DispatchWithdrawn, nil},
		"refused, and said to be there": {ActArrived, refused, order.DispatchSent, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			w := s.world.Load()
			l := w.lanes["mail:orders"]
			rows, err := s.claim(t.Context(), l)
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			if err := s.store.Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
				t.Fatal(err)
			}
			s.at = s.at.Add(doubtAfter)
			if err := s.expire(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			s.wantDesk("send_unsure")
			if c.meanwhile != "" {
				if _, err := s.settle(c.meanwhile, ""); err != nil {
					t.Fatal(err)
				}
			}
			s.verdict(t.Context(), w, l, rows[0], transports.Receipt{Answer: "250 ok"}, c.answer)
			if got := s.dispatches(store.DispatchFilter{}); got[0].State != c.state {
				t.Errorf("the message is %s, want %s", got[0].State, c.state)
			}
			s.wantDesk(c.desk...)
		})
	}
}

func TestADoubtIsNeverSentAgainByItself(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		s.at = s.at.Add(24 * time.Hour)
		s.tickOnce(t.Context())
		if again, err := s.Store().Claim(t.Context(), "mail:orders", 10, time.Minute, func(target string) bool { return target == "prairie" }); err != nil || len(again) > 0 {
			t.Fatalf("it was handed out again: %+v, %v", again, err)
		}
	}
	s.wantDesk("send_unsure")
	if _, err := s.settle(ActArrived, ""); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
}

func TestAListedThirdPartyIsHeardWithoutAnOrder(t *testing.T) {
	for third, want := range map[string][]string{"third_party: [carrier.example]\n": {"which_order"}, "": nil} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + third})
		s.receive(paidOrder("1001"))
		s.mail("Carrier <notice@carrier.example>", "Your parcel", "", "Your parcel has been shipped. Tracking number "+ups1+"\r\n")
		s.wantDesk(want...)
	}
}

// TestNotCompleteWithoutALine: an order of which one line has no supplier is not told as complete when the rest has left.
func TestNotCompleteWithoutALine(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": mainConfig + "routing: {unrouted: split}\n"})
	doc := paid(2)
	doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "ZZ", Title: "Lid", Quantity: 1})
	s.receive(doc)
	s.sent("mail:orders")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if news := s.news(); len(news) != 1 || news[0].Data.Complete {
		t.Errorf("the channel is told %+v", news)
	}
}

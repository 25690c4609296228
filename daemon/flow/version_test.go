package flow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// texts delivers mails that share a Message-ID.
func (s *shop) texts(from string, bodies ...string) {
	s.t.Helper()
	for i, body := range bodies {
		raw := "From: " + from + "\r\nTo: orders@lantern-lane.example\r\nSubject: Your order\r\nMessage-ID: <same@prairie.example>\r\n\r\n" + body + "\r\n"
		s.item(transports.Item{Source: "inbox:orders/INBOX", Key: fmt.Sprintf("1:%d", i+1), Raw: []byte(raw), Size: int64(len(raw))})
	}
}

// A Message-ID that comes with another text is read and told, in one line for a supplier, however often; who has dismissed that line is left alone.
func TestTwoTextsUnderOneMessageID(t *testing.T) {
	shipped := "Order 1001-A has shipped with UPS. Tracking number " + ups1
	s := newShop(t, nil)
	s.sentOut("1001")
	s.texts(fromPrairie, "Thank you, we have received your order 1001-A.", shipped, "We are closed on Monday.", "We are closed on Tuesday.")
	s.wantTracking("1001-A", ups1)
	s.wantDesk("two_versions")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || views[0].Text != "Prairie Supply has sent two texts under one Message-ID (3 times)" || len(views[0].Reasons) != 1 {
		t.Errorf("%+v %v", views, err)
	}
	row, err := s.FindOrder(t.Context(), "1001", "")
	if err != nil {
		t.Fatal(err)
	}
	order, err := s.ViewOrder(t.Context(), row.ID)
	if err != nil || !strings.Contains(fmt.Sprint(order.Timeline), "has the same Message-ID and another text") {
		t.Errorf("the timeline does not tell: %+v %v", order.Timeline, err)
	}
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(24 * time.Hour)
	raw := "From: " + fromPrairie + "\r\nMessage-ID: <same@prairie.example>\r\n\r\nWe are closed on Wednesday.\r\n"
	s.item(transports.Item{Source: "inbox:orders/INBOX", Key: "1:9", Raw: []byte(raw), Size: int64(len(raw))})
	s.wantDesk()
}

// What strangers do with their Message-IDs is nobody's business, unless it is about an order.
func TestTwoTextsOfAStranger(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001")
	s.texts("news@elsewhere.example", "Buy our buckets.", "Buy our brooms.")
	s.wantDesk()
}

const dropHead = "Order;Carrier;Tracking number\r\n"

// again delivers a file of one name.
func (s *shop) again(text string) order.ItemID {
	s.t.Helper()
	s.at = s.at.Add(10 * time.Minute)
	return s.item(transports.Item{Source: "drop:prairie", Key: fmt.Sprintf("tracking.csv|%d|%x", len(text), s.at.Unix()), Name: "tracking.csv", Raw: []byte(text), Size: int64(len(text))})
}

// A file that was read before it was whole is read again: what it said already is not said twice, what is new is news.
func TestAFileThatGrows(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "receive: {path: STATE}\n"})
	s.sentOut("1001")
	s.sentOut("1002")
	s.again(dropHead + "1001-A;UPS;" + ups1 + "\r\n")
	s.again(dropHead + "1001-A;UPS;" + ups1 + "\r\n1002-A;UPS;" + ups2 + "\r\n")
	s.wantTracking("1001-A", ups1)
	s.wantTracking("1002-A", ups2)
	s.wantDesk()
	if n := len(s.news()); n != 2 {
		t.Errorf("the channel hears %d times", n)
	}
	row, err := s.FindOrder(t.Context(), "1001", "")
	if err != nil {
		t.Fatal(err)
	}
	view, err := s.ViewOrder(t.Context(), row.ID)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(view.Timeline); strings.Contains(text, "repeats what is known") {
		t.Errorf("what a growing file says again stands on the timeline: %s", text)
	}
}

// A second version that says otherwise, or less, is shown; nothing is taken back by itself.
func TestAFileThatChanges(t *testing.T) {
	for name, c := range map[string]struct {
		second string
		want   []string
		says   string
	}{
		"another number":  {"1001-A;UPS;" + ups2 + "\r\n1002-A;UPS;" + upsNumbers[2] + "\r\n", []string{"correction"}, ups2},
		"a row is gone":   {"1002-A;UPS;" + upsNumbers[2] + "\r\n", []string{"two_versions"}, "it does not say any more: shipment 1001-A " + ups1},
		"nothing is left": {"", []string{"two_versions"}, "it does not say any more: shipment 1002-A"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "receive: {path: STATE}\n"})
			s.sentOut("1001")
			s.sentOut("1002")
			s.again(dropHead + "1001-A;UPS;" + ups1 + "\r\n1002-A;UPS;" + upsNumbers[2] + "\r\n")
			s.again(dropHead + c.second)
			s.wantTracking("1001-A", ups1)
			s.wantTracking("1002-A", upsNumbers[2])
			s.wantDesk(c.want...)
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
			if err != nil || !strings.Contains(fmt.Sprint(views[0].Reasons), c.says) {
				t.Errorf("the desk says %q (%v)", views[0].Reasons, err)
			}
		})
	}
}

// A report has the same name every day, and other rows: nobody is told.
func TestAFileOfTheSameNameEveryDay(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "receive: {path: STATE}\n"})
	s.sentOut("1001")
	s.sentOut("1002")
	s.again(dropHead + "1001-A;UPS;" + ups1 + "\r\n")
	s.at = s.at.Add(24 * time.Hour)
	s.again(dropHead + "1002-A;UPS;" + ups2 + "\r\n")
	s.wantTracking("1002-A", ups2)
	s.wantDesk()
}

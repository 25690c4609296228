package flow

import (
	"strings"
	"testing"
	"time"

	"waybill/daemon/store"
)

const harbor = "name: Harbor Goods\nemail: [desk@harbor.example]\nskus: [{prefix: HG}]\n"

// What is odd about a message is named as such, on the desk and on the order's timeline.
func TestOddMessagesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"an unknown order":        {"Your order 7777 has shipped. Tracking number " + upsNumbers[0], "Prairie Supply writes about an order that we don't know"},
		"another supplier's":      {"Order 1002-A has shipped with UPS. Tracking number " + upsNumbers[0], "Prairie Supply writes about 1002-A, which is another supplier's"},
		"a closed purchase order": {"Order 1001-A has shipped with UPS. Tracking number " + upsNumbers[1], "Prairie Supply writes about 1001-A, of which nothing more is expected"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/harbor.yaml": harbor})
			s.sentOut("1001")
			other := paidOrder("1002")
			other.Lines[0].SKU = "HG1"
			s.receive(other)
			s.sent("mail:orders")
			if name == "a closed purchase order" {
				s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+upsNumbers[2]+"\r\n")
				s.at = s.at.Add(time.Hour)
			}
			s.mail(fromPrairie, "News", "", c.body+"\r\n")
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
			if err != nil || len(views) != 1 || views[0].Text != c.want {
				t.Fatalf("%+v, %v\nwant %s", views, err, c.want)
			}
			if views[0].PurchaseOrder == "" {
				return
			}
			row, err := s.FindOrder(t.Context(), views[0].Order, "")
			if err != nil {
				t.Fatal(err)
			}
			v, err := s.ViewOrder(t.Context(), row.ID)
			if err != nil {
				t.Fatal(err)
			}
			if last := v.Timeline[len(v.Timeline)-1]; last.Text != "waits for a person: "+c.want {
				t.Errorf("the timeline says %q", last.Text)
			}
		})
	}
}

// A mail that comes again under another Message-ID is counted; the same words about another order are not.
func TestARepeatIsNoSecondQuestion(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	send := func(subject, body string, id string) {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, subject, "X-Copy: "+id+"\r\n", body)
	}
	body := "Your order 7777 has shipped. Tracking number " + upsNumbers[0] + "\r\n"
	send("News", body, "1")
	send("News", strings.ReplaceAll(body, " has ", "  has\r\n"), "2")
	s.wantDesk("which_order")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || views[0].Count != 2 {
		t.Errorf("%+v, %v", views, err)
	}
	send("About 8888", "Could you tell us the color, please?\r\n", "3")
	send("About your 9999", "Could you tell us the color, please?\r\n", "4")
	s.wantDesk("which_order", "supplier_asks", "supplier_asks")
}

package flow

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// TestLoop wires two daemons to each other, each the other's supplier, with a vacation responder and a mailing list between them, for a day of simulated time, or WAYBILL_LOOP_HOURS: the
// loop dies (promise 11). The responder answers every mail, and the list sends every mail back to both, so anything that answers would go on for ever.
func TestLoop(t *testing.T) {
	a := newShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "deadlines: {ship: 1}\n"})
	b := newShop(t, map[string]string{
		"waybill.yaml":           strings.ReplaceAll(mainConfig, "orders@lantern-lane.example", "post@prairie.example"),
		"suppliers/prairie.yaml": "name: Lantern Lane\nemail: [orders@lantern-lane.example]\nskus: [{prefix: PS}]\ndeadlines: {ship: 1}\n"})
	shops := []*shop{a, b}
	for i, s := range shops {
		s.at = noon
		doc := paidOrder(fmt.Sprint(1001 + 100*i))
		doc.PlacedAt, doc.PaidAt = noon, noon
		s.receive(doc)
	}
	n, late, came := 0, 0, 0
	put := func(s *shop, raw string) {
		came++
		s.item(transports.Item{Source: "mail:orders/INBOX", Key: fmt.Sprintf("1:%d", came), Raw: []byte(raw), Size: int64(len(raw))})
	}
	hours := 24
	if text := os.Getenv("WAYBILL_LOOP_HOURS"); text != "" {
		var err error
		if hours, err = strconv.Atoi(text); err != nil || hours < 24 {
			t.Fatalf("WAYBILL_LOOP_HOURS=%s is no number from 24 on", text)
		}
	}
	for hour := range 2 * hours { // half hours
		var mails [2][]store.DispatchRow
		for i, s := range shops {
			s.at = noon.Add(time.Duration(hour) * 30 * time.Minute)
			s.tickOnce(t.Context())
			mails[i] = s.sent("mail:orders")
		}
		for i, rows := range mails {
			s, other := shops[i], shops[1-i]
			for _, row := range rows {
				if row.Purpose == order.PurposeOperator {
					continue
				}
				if n++; hour >= 12 {
					late++
				}
				raw := string(row.Message.Body)
				if !strings.Contains(raw, "\r\nAuto-Submitted: auto-generated\r\n") {
					t.Errorf("a mail does not say that a program wrote it:\n%s", raw)
				}
				put(other, raw)
				put(other, "List-Id: <all.list.example>\r\nPrecedence: list\r\n"+raw)
				put(s, "List-Id: <all.list.example>\r\nPrecedence: list\r\n"+strings.Replace(raw, "Message-ID: <", "Message-ID: <list.", 1))
				from := map[bool]string{true: "post@prairie.example", false: "orders@lantern-lane.example"}[i == 0]
				put(s, "From: "+from+"\r\nTo: x@x.example\r\nSubject: Re: your order, I am out of office\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <"+row.Message.Key+">\r\nMessage-ID: <vacation-"+fmt.Sprint(n)+"@x.example>\r\n\r\n"+
					"I am away. Your order is cancelled, out of stock, and has shipped. I will answer when I am back.\r\n")
				put(s, "From: "+from+"\r\nTo: x@x.example\r\nSubject: Re: your order\r\nIn-Reply-To: <"+row.Message.Key+">\r\nMessage-ID: <rude-"+fmt.Sprint(n)+"@x.example>\r\n\r\nThis mailbox is not read.\r\n")
			}
		}
	}
	for i, s := range shops {
		if state := s.po(fmt.Sprintf("%d-A", 1001+100*i)).State(); state != order.POOpen {
			t.Errorf("in the loop a purchase order became %s", state)
		}
	}
	t.Logf("%d hours, %d mails came, %d mails went out, %d of them after the first six hours", hours, came, n, late)
	if n < 2 || n > 2*mostMails || late > 2 {
		t.Errorf("the loop does not die: %d mails", n)
	}
}

package flow

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// fromFolder is a channel whose orders lie in a folder.
var fromFolder = map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "    folder: {path: STATE/orders}\n", 1)}

// deskCase is one way in which a kind of exception comes up.
type deskCase struct {
	files map[string]string
	up    func(s *shop)
	// does says what each action answers; one that begins with "!" is a refusal, and the exception stays open.
	does map[Action]string
	// after looks at what an action has done.
	after map[Action]func(s *shop)
	po    string            // goes with apply
	set   map[string]string // goes with edit
	mend  string            // the supplier's file, as a person mends it before a retry
}

// deskCases bring up every kind of exception, by its kind and, after a space, what is particular about it.
func deskCases() map[string]deskCase {
	nothing := "Closed; nothing was changed."
	return map[string]deskCase{
		"order_held": {
			up: func(s *shop) {
				doc := paidOrder("1001")
				doc.ShipTo.Postcode = ""
				s.receive(doc)
			},
			does: map[Action]string{ActRelease: "Released. The order is accepted.", ActEdit: "Edited ship_to.postcode. The order is accepted.",
				ActCancel: "Order 1001 is cancelled; nothing had been sent to a supplier."},
			after: map[Action]func(*shop){ActRelease: wantQueued(1), ActEdit: wantQueued(1), ActCancel: wantQueued(0)},
			set:   map[string]string{"ship_to.postcode": "62704"},
		},
		"order_changed not accepted yet": {
			up:   func(s *shop) { s.receive(unpaid(2)); s.receive(unpaid(3)) },
			does: map[Action]string{ActTake: "The second version is in force; the order still waits for its payment.", ActCancel: "Order 1001 is cancelled", ActDismiss: nothing},
			after: map[Action]func(*shop){
				ActTake:    func(s *shop) { s.receive(paid(3)); s.wantOrdered(3) },
				ActDismiss: func(s *shop) { s.receive(paid(2)); s.wantOrdered(2) }},
		},
		"order_changed accepted": {
			up:    func(s *shop) { s.receive(paid(2)); s.receive(paid(3)) },
			does:  map[Action]string{ActTake: "!its suppliers were told already", ActCancel: "Order 1001 is cancelled", ActDismiss: nothing},
			after: map[Action]func(*shop){ActCancel: wantQueued(0), ActDismiss: wantQueued(1)},
		},
		"unrouted": {
			up:    func(s *shop) { s.receive(ofSKU("ZZ")) },
			mend:  strings.Replace(prairie, "PS", "ZZ", 1),
			does:  map[Action]string{ActRetry: "Routed again. The order is accepted.", ActCancel: "Order 1001 is cancelled", ActDismiss: "!order 1001 is held and would be forgotten"},
			after: map[Action]func(*shop){ActRetry: wantQueued(1), ActCancel: wantQueued(0)},
		},
		"unrouted the rest was sent": {
			files: map[string]string{"waybill.yaml": mainConfig + "routing: {unrouted: split}\n"},
			up: func(s *shop) {
				doc := paid(2)
				doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "ZZ", Title: "Lid", Quantity: 1})
				s.receive(doc)
			},
			does: map[Action]string{ActRetry: "!is accepted and not held", ActCancel: "Order 1001 is cancelled", ActDismiss: nothing},
		},
		"ambiguous": {
			files: map[string]string{"suppliers/aspen.yaml": "name: Aspen\nemail: [post@aspen.example]\nskus: [{prefix: PS}]\n"},
			up:    func(s *shop) { s.receive(paid(2)) },
			mend:  strings.Replace(prairie, "PS", "ZZ", 1),
			does:  map[Action]string{ActRetry: "Routed again. The order is accepted.", ActCancel: "Order 1001 is cancelled", ActDismiss: "!order 1001 is held and would be forgotten"},
			after: map[Action]func(*shop){ActRetry: wantQueued(1), ActCancel: wantQueued(0)},
		},
		"send_unsure": {
			up: func(s *shop) { s.receive(paid(2)); s.tried("mail:orders", errWhoKnows) },
			does: map[Action]string{ActArrived: "Noted: they have it.", ActResend: "Queued to be sent again, marked as a repeat.", ActWithdraw: "Given up",
				ActCancel: "Order 1001 is cancelled; 1 supplier(s) are asked not to ship."},
			after: map[Action]func(*shop){ActArrived: wantQueued(0), ActResend: wantQueued(1), ActWithdraw: wantQueued(0), ActCancel: wantQueued(0)},
		},
		"send_failed": {
			up:    func(s *shop) { s.receive(paid(2)); s.tried("mail:orders", errNoSuchUser) },
			does:  map[Action]string{ActArrived: "Noted: they have it.", ActResend: "Queued to be sent again, marked as a repeat.", ActWithdraw: "Given up"},
			after: map[Action]func(*shop){ActArrived: wantQueued(0), ActResend: wantQueued(1), ActWithdraw: wantQueued(0)},
		},
		"send_stuck": {
			up:    func(s *shop) { s.receive(paid(2)); s.stuck("mail:orders") },
			does:  map[Action]string{ActDismiss: nothing, ActWithdraw: "Given up"},
			after: map[Action]func(*shop){ActDismiss: wantQueued(1), ActWithdraw: wantQueued(0)},
		},
		"source_silent": {
			up:   func(s *shop) { s.trouble(Exception{Kind: SourceSilent, Key: "silent:inbox:orders"}) },
			does: map[Action]string{ActDismiss: nothing},
		},
		"mail_stuck": {
			up:   func(s *shop) { s.trouble(Exception{Kind: MailStuck, Key: stuckKey + "inbox:orders"}) },
			does: map[Action]string{ActDismiss: nothing},
		},
		"queue_stands": {
			up:    func(s *shop) { s.receive(paid(2)); s.standStill(40 * time.Minute) },
			does:  map[Action]string{ActDismiss: nothing},
			after: map[Action]func(*shop){ActDismiss: func(s *shop) { s.standStill(40 * time.Minute); s.wantDesk() }},
		},
		"disk_low": {
			up: func(s *shop) {
				s.disk = func(string) (int64, int64, error) { return 1, 1 << 40, nil }
				s.over(s.at)
			},
			does:  map[Action]string{ActDismiss: nothing},
			after: map[Action]func(*shop){ActDismiss: func(s *shop) { s.over(s.at.Add(time.Hour)); s.wantDesk() }},
		},
		"clock_jumped": {
			up:   func(s *shop) { s.trouble(Exception{Kind: ClockJumped, Key: "clock"}) },
			does: map[Action]string{ActDismiss: nothing},
		},
		"node_gone": {
			up:   func(s *shop) { s.trouble(Exception{Kind: NodeGone, Key: goneKey + "b"}) },
			does: map[Action]string{ActDismiss: nothing},
		},
		"nodes_differ": {
			up:   func(s *shop) { s.trouble(Exception{Kind: NodesDiffer, Key: differKey}) },
			does: map[Action]string{ActDismiss: nothing},
		},
		"supplier_late": {
			files: map[string]string{"suppliers/prairie.yaml": strings.Replace(chasing, "wait: 8h", "chase: false", 1)},
			up:    func(s *shop) { s.ordered(hour(18, 15, 0), "1001"); s.look(hour(19, 16, 0)) },
			does:  map[Action]string{ActDismiss: "Closed; these purchase orders are not told of again for this."},
			after: map[Action]func(*shop){ActDismiss: func(s *shop) { s.look(hour(20, 10, 0)); s.wantDesk() }},
		},
		"send_stuck no account": {
			up: func(s *shop) {
				s.receive(paid(2))
				delete(s.world.Load().lanes, "mail:orders")
				s.tickOnce(s.t.Context())
			},
			does:  map[Action]string{ActDismiss: nothing, ActWithdraw: "Given up: "},
			after: map[Action]func(*shop){ActDismiss: wantQueued(1), ActWithdraw: wantQueued(0)},
		},
		"send_stuck not to be written": {
			files: map[string]string{"suppliers/prairie.yaml": strings.Replace(fmt.Sprintf(latin, "batch: \"0 * * * *\", "), "windows-1252", "utf-8", 1)},
			up: func(s *shop) {
				s.tickOnce(s.t.Context())
				doc := paid(2)
				doc.ShipTo.Name = "Ada 🌻"
				s.receive(doc)
				s.supplier(fmt.Sprintf(latin, "batch: \"0 * * * *\", "))
				s.at = s.at.Add(time.Hour)
				s.tickOnce(s.t.Context())
			},
			does: map[Action]string{ActDismiss: nothing, ActWithdraw: "!it is about no single message"},
		},
		"bounced": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.comesBack(s.sent("mail:orders")[0].Message.Key)
			},
			does:  map[Action]string{ActResend: "Queued to be sent again, marked as a repeat.", ActWithdraw: "Given up", ActDismiss: nothing},
			after: map[Action]func(*shop){ActResend: wantQueued(1), ActWithdraw: wantQueued(0), ActDismiss: wantQueued(0)},
		},
		"bounced a mail that waybill did not send": {
			files: map[string]string{"suppliers/prairie.yaml": "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\nsend: {by: export}\n"},
			up:    func(s *shop) { s.receive(paid(2)); s.comesBack("somebody@else.example") },
			does:  map[Action]string{ActResend: "!it is about no single message", ActWithdraw: "!it is about no single message", ActDismiss: nothing},
		},
		"which_order": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.sent("mail:orders")
				s.mail(fromPrairie, "Your order 7777", "", "Your order 7777 has shipped. Tracking number "+ups1+"\r\n")
			},
			does:  map[Action]string{ActApply: "Applied to purchase order 1001-A, which is now shipped.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActApply: wantPO(order.POShipped), ActDismiss: wantPO(order.POOpen)},
			po:    "1001-A",
		},
		"which_order nobody says which": {
			up: func(s *shop) {
				s.mail(fromPrairie, "Your order 7777", "", "Your order 7777 has shipped. Tracking number "+ups1+"\r\n")
			},
			does: map[Action]string{ActApply: "!say which purchase order it is about (--po NUMBER)", ActDismiss: nothing},
		},
		"contradiction": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.receive(paidOrder("1002"))
				s.sent("mail:orders")
				if _, err := s.Ship(s.t.Context(), ShipRequest{PO: "1002-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
					s.t.Fatal(err)
				}
				s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
			},
			does:  map[Action]string{ActApply: "Applied to purchase order 1001-A, which is now shipped.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActApply: wantPO(order.POShipped), ActDismiss: wantPO(order.POOpen)},
		},
		"costly_news": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.sent("mail:orders")
				s.mail(fromPrairie, "Your order 1001-A", "", "Sorry, order 1001-A is out of stock and cannot be delivered.\r\n")
			},
			does:  map[Action]string{ActApply: "Applied to purchase order 1001-A, which is now out_of_stock.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActApply: wantPO(order.POOutOfStock), ActDismiss: wantPO(order.POOpen)},
		},
		"correction": {
			up: func(s *shop) {
				s.sentOut("1001")
				s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
				s.mail(fromPrairie, "Correction 1001-A", "", "Correction for order 1001-A: the tracking number is "+ups2+" and not "+ups1+".\r\n")
			},
			does: map[Action]string{ActReplace: "Replaced: 1001-A has " + ups2 + " and not " + ups1 + " any more; the channel is told.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActReplace: func(s *shop) { s.wantTracking("1001-A", ups2) },
				ActDismiss: func(s *shop) { s.wantTracking("1001-A", ups1) }},
		},
		"supplier_asks": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.sent("mail:orders")
				s.mail(fromPrairie, "Your order 1001-A", "", "Which color do you want for order 1001-A, red or green?\r\n")
			},
			does: map[Action]string{ActApply: "!say what the message means (--kind", ActDismiss: nothing},
		},
		"unreadable": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.sent("mail:orders")
				s.breaks("Order 1001-A has shipped with UPS. Tracking number " + ups1 + "\r\n")
			},
			does:  map[Action]string{ActRetry: "It is read again.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActRetry: func(s *shop) { s.readKept(); wantPO(order.POShipped)(s) }, ActDismiss: wantPO(order.POOpen)},
		},
		"two_versions": {
			up: func(s *shop) {
				s.texts(fromPrairie, "We are closed on Monday.", "We are closed on Tuesday.")
			},
			does: map[Action]string{ActDismiss: nothing},
		},
		"too_large": {
			up: func(s *shop) {
				it := transports.Item{Source: "mail:orders/INBOX", Key: "1:1", Size: transports.MaxItem + 1}
				if err := s.Keep(s.t.Context(), []transports.Item{it}); err != nil {
					s.t.Fatal(err)
				}
			},
			does: map[Action]string{ActDismiss: nothing},
		},
		"account_failing": {
			up:   func(s *shop) { s.noLogin() },
			does: map[Action]string{ActRetry: "The next attempt will tell.", ActDismiss: nothing},
			after: map[Action]func(*shop){
				ActRetry:   func(s *shop) { s.noLogin(); s.wantDesk("account_failing") },
				ActDismiss: func(s *shop) { s.noLogin(); s.wantDesk() }},
		},
		"first_orders": {
			files: map[string]string{"suppliers/prairie.yaml": prairie + "first_orders: 3\n"},
			up:    func(s *shop) { s.receive(paid(2)); s.receive(paidOrder("1002")) },
			does:  map[Action]string{ActRelease: "Released: 2 purchase orders go out."},
			after: map[Action]func(*shop){ActRelease: wantQueued(2)},
		},
		"mail_cap": {
			up: func(s *shop) {
				doc := paidOrder("1001")
				doc.Lines[0].Quantity = 4
				s.receive(doc)
				s.sent("mail:orders")
				for i := range 4 {
					if _, err := s.Ship(s.t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{upsNumbers[i]}, Lines: []order.LineQuantity{{Line: "1001-1", Quantity: 1}}, By: "cli"}); err != nil {
						s.t.Fatal(err)
					}
				}
			},
			does: map[Action]string{ActRelease: "Released: 1 mail(s) go out.", ActWithdraw: "Given up: 1 mail(s) are not sent."},
		},
		"send_cap": {
			files: map[string]string{"suppliers/prairie.yaml": prairie + "send: {cap: 1}\n"},
			up: func(s *shop) {
				s.receive(paid(2))
				s.receive(paidOrder("1002"))
				s.leave()
				s.leave()
			},
			does: map[Action]string{ActRelease: "Sending goes on; the hour is counted anew.", ActWithdraw: "Given up: 1 message(s) are not sent"},
			after: map[Action]func(*shop){
				ActRelease:  func(s *shop) { wantQueued(1)(s); s.leave(); wantQueued(0)(s); s.wantDesk() },
				ActWithdraw: wantQueued(0)},
		},
		"shadow_left": {
			files: map[string]string{"suppliers/prairie.yaml": prairie + "mode: shadow\n"},
			up: func(s *shop) {
				s.receive(paid(2))
				s.supplier(prairie)
				if err := s.changeModes(s.t.Context(), s.world.Load()); err != nil {
					s.t.Fatal(err)
				}
			},
			does:  map[Action]string{ActArrived: "1 purchase orders count as sent by hand", ActRelease: "1 purchase orders go out"},
			after: map[Action]func(*shop){ActArrived: wantQueued(0), ActRelease: wantQueued(1)},
		},
		"books_held": {
			up: func(s *shop) {
				s.receive(paid(2))
				s.write(func(tx *store.Tx) error { _, err := tx.RaiseHold(store.Hold{Why: store.HeldRestored}); return err })
				if err := s.loadHold(s.t.Context()); err != nil {
					s.t.Fatal(err)
				}
				if got := s.leave(); len(got) != 0 {
					s.t.Errorf("%d messages left held books", len(got))
				}
			},
			does: map[Action]string{ActArrived: "1 messages count as sent, and are not sent again. Sending goes on: 0 messages go out.", ActRelease: "Sending goes on: 1 messages go out."},
			after: map[Action]func(*shop){ActArrived: wantQueued(0), ActRelease: func(s *shop) {
				if got := s.leave(); len(got) != 1 {
					s.t.Errorf("%d messages left after the release", len(got))
				}
			}},
		},
		"backup_failing": {
			up: func(s *shop) {
				if err := s.BackedUp(s.t.Context(), "no space left on device"); err != nil {
					s.t.Fatal(err)
				}
			},
			does: map[Action]string{ActDismiss: nothing},
		},
		"backup_old": {
			up: func(s *shop) {
				if err := s.BackedUp(s.t.Context(), ""); err != nil {
					s.t.Fatal(err)
				}
				s.over(s.at.Add(backupEvery + time.Hour))
			},
			does: map[Action]string{ActDismiss: nothing},
		},
		"format_drift": {
			files: fromDrop,
			up: func(s *shop) {
				s.sentOut("1001", "1002", "1003", "1004")
				for i, number := range []string{"1001", "1002", "1003"} {
					s.drop("Order,Tracking\n"+number+"-A,"+upsNumbers[i]+"\n", "")
				}
				s.drop("Order,Qxz\n1004-A,AB12345678\n", "")
			},
			mend:  withDrop + "read: {columns: {qxz: tracking}}\n",
			does:  map[Action]string{ActRetry: "All 1 messages were read.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActRetry: func(s *shop) { s.wantTracking("1004-A", "AB12345678") }},
		},
		"order_not_taken": {
			up: func(s *shop) {
				doc := paid(2)
				doc.ShipTo = order.Address{}
				s.shopSystem().shopSays(0, channel.Delivery{Order: doc})
			},
			does:  map[Action]string{ActRetry: "It is read again.", ActDismiss: nothing},
			after: map[Action]func(*shop){ActRetry: func(s *shop) { s.readKept(); s.wantDesk("order_not_taken") }},
		},
		"cancelled_late": {
			up: func(s *shop) {
				s.shopSystem().shopSays(0, channel.Delivery{Order: paid(2)})
				s.sent("mail:orders")
				if _, err := s.Ship(s.t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
					s.t.Fatal(err)
				}
				s.shopSays(1, channel.Delivery{Order: paid(2), Cancelled: true})
			},
			does: map[Action]string{ActCancel: "Order 1001 is cancelled", ActDismiss: nothing},
		},
		"shop_differs": {
			up: func(s *shop) {
				s.shopSystem().shopSays(0, channel.Delivery{Order: paid(2)})
				s.sent("mail:orders")
				if _, err := s.Ship(s.t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
					s.t.Fatal(err)
				}
				s.tried("news:shop", &transports.Error{Verdict: transports.Never, Op: "fulfil", Err: &channel.Question{Shows: "it was fulfilled by hand"}})
			},
			does: map[Action]string{ActArrived: "Noted: they have it.", ActResend: "Queued to be sent again, marked as a repeat.", ActWithdraw: "Given up"},
		},
		"not_confirmed": {
			up: func(s *shop) {
				err := s.store.Write(s.t.Context(), func(tx *store.Tx) error {
					return s.notTold(tx, "shop", 1, []string{"order 1001 has no tracking number"})
				})
				if err != nil {
					s.t.Fatal(err)
				}
			},
			does: map[Action]string{ActDismiss: nothing},
		},
		"unproven": {
			files: map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    plus_addresses: true\n", "    plus_addresses: true\n    authserv_id: mx.lantern-lane.example\n", 1)},
			up: func(s *shop) {
				s.sentOut("1001")
				raw := "Authentication-Results: mx.lantern-lane.example; dmarc=fail header.from=prairie.example\r\nFrom: " + fromPrairie + "\r\nSubject: 1001-A\r\n\r\nOrder 1001-A has shipped. Tracking number " + ups1 + "\r\n"
				s.item(transports.Item{Source: "inbox:orders/INBOX", Key: "1:1", Raw: []byte(raw), Size: int64(len(raw))})
			},
			does:  map[Action]string{ActOnce: "Taken this once: 1 message(s) were read again: 1 piece(s) of news booked, 0 for you.", ActNot: "Nothing of it is booked"},
			after: map[Action]func(*shop){ActOnce: wantPO(order.POShipped), ActNot: wantPO(order.POOpen)},
		},
		"news_cap": {
			files: map[string]string{"suppliers/prairie.yaml": prairie + "rules: {apply_per_hour: 0}\n"},
			up: func(s *shop) {
				err := s.store.Write(s.t.Context(), func(tx *store.Tx) error {
					_, err := s.newsCap(tx, s.Config().Suppliers["prairie"])
					return err
				})
				if err != nil {
					s.t.Fatal(err)
				}
			},
			does: map[Action]string{ActRelease: "Their rule goes on; hour and day are counted anew."},
		},
		"new_sender": {
			up: func(s *shop) {
				s.sentOut("1001")
				s.mail("Jo <jo@gmail.com>", "1001-A", "", "Order 1001-A has shipped. Tracking number "+ups1+"\r\n")
			},
			does: map[Action]string{ActTheirs: "Rule 1 is on: Prairie Supply writes from jo@gmail.com as well. 1 message(s) were read again: 1 piece(s) of news booked, 0 for you.",
				ActOnce: "Taken this once. 1 message(s) were read again: 1 piece(s) of news booked", ActNot: "Rule 1 is off: what jo@gmail.com says about Prairie Supply's orders is noted"},
			after: map[Action]func(*shop){ActTheirs: wantPO(order.POShipped), ActOnce: wantPO(order.POShipped), ActNot: wantPO(order.POOpen)},
		},
		"bad_order_file": {
			files: fromFolder,
			up: func(s *shop) {
				file := "{\"number\": \"1001\"\n"
				s.item(transports.Item{Source: "orders:shop", Key: "o.jsonl|1|a", Name: "o.jsonl", Raw: []byte(file), Size: int64(len(file))})
			},
			does: map[Action]string{ActDismiss: nothing},
		},
	}
}

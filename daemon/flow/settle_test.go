package flow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

var (
	errNoSuchUser = &transports.Error{Verdict: transports.Never, Op: "rcpt", Err: errors.New("550 no such user")}
	errTryLater   = &transports.Error{Verdict: transports.Later, Op: "connect", Err: errors.New("connection refused")}
	errWhoKnows   = errors.New("the connection broke after the final dot")
)

// tried lets one attempt to send each message of a lane end with the error.
func (s *shop) tried(lane string, outcome error) {
	s.t.Helper()
	rows, err := s.Store().Claim(s.t.Context(), lane, 100, time.Minute, nil)
	if err != nil || len(rows) == 0 {
		s.t.Fatalf("%d messages to send in %s (%v)", len(rows), lane, err)
	}
	w := s.world.Load()
	for _, row := range rows {
		s.verdict(s.t.Context(), w, w.lanes[lane], row, transports.Receipt{}, outcome)
	}
}

// stuck lets the messages of a lane fail for so long that a person hears of it.
func (s *shop) stuck(lane string) {
	s.t.Helper()
	s.at = s.at.Add(stuckAfter + time.Minute)
	s.tried(lane, errTryLater)
	s.wantDesk("send_stuck")
}

func TestASendingThatNobodyWaitsForAnyMoreLeavesTheDesk(t *testing.T) {
	for name, trouble := range map[string]func(*shop){
		"failed": func(s *shop) { s.tried("mail:orders", errNoSuchUser); s.wantDesk("send_failed") },
		"stuck":  func(s *shop) { s.stuck("mail:orders") },
	} {
		for why, end := range map[string]func(*shop, Taken) error{
			"the supplier ships": func(s *shop, _ Taken) error {
				s.mail(fromPrairie, "1001-A", s.answers("1001-A"), "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
				return nil
			},
			"a person books the parcel": func(s *shop, _ Taken) error {
				_, err := s.Ship(s.t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"})
				return err
			},
			"the order is cancelled": func(s *shop, taken Taken) error {
				_, err := s.Cancel(s.t.Context(), taken.OrderID, "cli")
				return err
			},
		} {
			t.Run(name+", "+why, func(t *testing.T) {
				s := newShop(t, nil)
				taken := s.receive(paidOrder("1001"))
				trouble(s)
				if err := end(s, taken); err != nil {
					t.Fatal(err)
				}
				s.wantDesk()
				for _, row := range s.dispatches(store.DispatchFilter{Lane: "mail:orders"}) {
					if row.Purpose == order.PurposeOrder && row.State == order.DispatchQueued {
						t.Errorf("the purchase order is still to be sent: %+v", row.Dispatch)
					}
				}
			})
		}
	}
}

// answers is the header field of an answer to the mail with a purchase order.
func (s *shop) answers(number string) string {
	s.t.Helper()
	for _, row := range s.dispatches(store.DispatchFilter{Lane: "mail:orders"}) {
		if row.Purpose == order.PurposeOrder && slices.Contains(row.POs, s.po(number).ID) {
			return "In-Reply-To: <" + row.Message.Key + ">\r\n"
		}
	}
	s.t.Fatalf("no mail with %s", number)
	return ""
}

// Anybody can write a number. A parcel of an order that the supplier never had from us is a question, and what waits about its sending goes on waiting, until a
// person says that it is true.
func TestAClaimedParcelEndsNoSending(t *testing.T) {
	for name, trouble := range map[string]func(*shop){
		"queued": func(*shop) {},
		"failed": func(s *shop) { s.tried("mail:orders", errNoSuchUser); s.wantDesk("send_failed") },
		"stuck":  func(s *shop) { s.stuck("mail:orders") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			trouble(s)
			before := s.dispatches(store.DispatchFilter{Lane: "mail:orders"})[0].State
			s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
			if row := s.dispatches(store.DispatchFilter{Lane: "mail:orders"})[0]; row.State != before || s.po("1001-A").State() != order.POOpen {
				t.Fatalf("a claim made the sending %s, the order %s", row.State, s.po("1001-A").State())
			}
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true, Kind: string(Contradiction)})
			if err != nil || len(views) != 1 {
				t.Fatal(views, err)
			}
			if _, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActApply, By: "desk"}); err != nil {
				t.Fatal(err)
			}
			s.wantDesk()
			s.wantTracking("1001-A", ups1)
		})
	}
}

func TestABatchThatFailedStaysUntilAllOfItIsSettled(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	s.receive(paidOrder("1001"))
	s.receive(paidOrder("1002"))
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC)
	s.tickOnce(t.Context())
	s.tried("folder:prairie", errNoSuchUser)
	for _, po := range []struct{ number, tracking string }{{"1001-A", ups1}, {"1002-A", "1Z12345E0205271688"}} {
		s.wantDesk("send_failed")
		if _, err := s.Ship(t.Context(), ShipRequest{PO: po.number, Tracking: []string{po.tracking}, By: "cli"}); err != nil {
			t.Fatal(err)
		}
	}
	s.wantDesk()
}

// The exception was on a person's screen already when the news came.
func TestResendOfWhatIsClosedIsRefused(t *testing.T) {
	for name, end := range map[string]func(*shop, Taken) error{
		"shipped": func(s *shop, _ Taken) error {
			_, err := s.Ship(s.t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"})
			return err
		},
		"cancelled": func(s *shop, taken Taken) error {
			_, err := s.Cancel(s.t.Context(), taken.OrderID, "cli")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			taken := s.receive(paidOrder("1001"))
			s.tried("mail:orders", errNoSuchUser)
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
			if err != nil || len(views) != 1 {
				t.Fatal(views, err)
			}
			if err := end(s, taken); err != nil {
				t.Fatal(err)
			}
			if text, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActResend, By: "desk"}); err == nil {
				t.Errorf("resend says %q", text)
			}
			if text, err := s.Resend(t.Context(), "1001-A", "cli"); !errors.Is(err, ErrAction) {
				t.Errorf("resend says %q, %v", text, err)
			}
			for _, row := range s.dispatches(store.DispatchFilter{State: order.DispatchQueued}) {
				if row.Purpose == order.PurposeOrder {
					t.Errorf("queued: %+v", row)
				}
			}
		})
	}
}

func TestACancelledOrderShowsWhoIsStillToAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		supplier, want string
		sent           bool
	}{
		"asked":                 {prairie, "asked", true},
		"nobody to write to":    {"name: Prairie Supply\nskus: [{prefix: PS}]\nsend: {by: folder, path: STATE/out, file: {name: \"po_{{.Number}}.csv\"}}\n", "not_asked", true},
		"nothing had been sent": {prairie, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": c.supplier})
			taken := s.receive(paidOrder("1001"))
			if c.sent {
				s.sent("mail:orders")
				s.sent("folder:prairie")
			}
			if _, err := s.Cancel(t.Context(), taken.OrderID, "cli"); err != nil {
				t.Fatal(err)
			}
			list, err := s.ListOrders(t.Context(), store.OrderFilter{})
			if err != nil || len(list) != 1 || list[0].PurchaseOrders[0].Cancel != c.want {
				t.Errorf("got %+v, %v, want %q", list, err, c.want)
			}
		})
	}
}

func TestATimelineTellsEachReasonOnce(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "PS200", Title: "Lid", Quantity: 1})
	taken := s.receive(doc)
	s.sent("mail:orders")
	s.mail(fromPrairie, "Your order 1001-A", "", "Order 1001-A:\r\n2 x PS100 shipped with UPS. Tracking number "+ups1+"\r\n1 x PS200 is on backorder and will ship on 2026-04-20.\r\n")
	v, err := s.ViewOrder(t.Context(), taken.OrderID)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range v.Timeline {
		for _, e := range m.Evidence {
			if seen[e] {
				t.Errorf("%q stands there twice", e)
			}
			seen[e] = true
		}
	}
	if len(seen) == 0 {
		t.Error("no evidence at all")
	}
}

func TestAccountsHaveNamesForPeople(t *testing.T) {
	s := newShop(t, nil)
	s.accountWorks(t.Context(), "webhook:shop")
	s.accountWorks(t.Context(), "mail:orders")
	got := s.Accounts()
	if len(got) != 2 || got[0].Title != "sending mail as orders@lantern-lane.example" || got[1].Title != "the webhook of channel shop" {
		t.Errorf("got %+v", got)
	}
}

func TestAMessageIDAloneMakesNoRepeat(t *testing.T) {
	head := "From: " + fromPrairie + "\r\nTo: orders@lantern-lane.example\r\nSubject: 1001-A\r\nMessage-ID: <same@prairie.example>\r\n"
	first := head + "\r\nThank you, we have received your order 1001-A.\r\n"
	for name, c := range map[string]struct {
		second string
		state  store.ItemState
	}{
		"the same bytes":             {first, store.ItemRepeat},
		"the same words, other head": {"Received: by mx.example\r\n" + first, store.ItemRepeat},
		"other words":                {head + "\r\nOrder 1001-A has shipped with UPS. Tracking number " + ups1 + "\r\n", store.ItemRead},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			s.sent("mail:orders")
			var last order.ItemID
			for i, raw := range []string{first, c.second} {
				last = s.item(transports.Item{Source: "mail:orders/INBOX", Key: []string{"1:1", "1:2"}[i], Raw: []byte(raw), Size: int64(len(raw))})
			}
			s.view(func(tx *store.Tx) error {
				row, err := tx.Item(last)
				if row.State != c.state {
					t.Errorf("the second is %s, want %s", row.State, c.state)
				}
				return err
			})
		})
	}
}

// A file that is sent again keeps its name, and says in its column when it was sent before; where there is none, whoever sends it again is told.
func TestAFileThatIsSentAgain(t *testing.T) {
	for columns, want := range map[string]string{"[po_number, repeat_of]": "marked as a repeat", "[po_number]": "tell them"} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": "name: Prairie Supply\nskus: [{prefix: PS}]\nsend: {by: folder, path: STATE/out, file: {name: \"po_{{.Number}}.csv\", columns: " + columns + "}}\n"})
		s.receive(paidOrder("1001"))
		first := s.sent("folder:prairie")
		text, err := s.Resend(t.Context(), "1001-A", "cli")
		if err != nil || !strings.Contains(text, want) {
			t.Fatalf("%s: %q, %v", columns, text, err)
		}
		again := s.sent("folder:prairie")
		if len(again) != 1 || again[0].Message.Key != first[0].Message.Key {
			t.Fatalf("%s: %+v", columns, again)
		}
		if says := strings.Contains(string(again[0].Message.Body), "1001-A,2026-03-18"); says != strings.Contains(columns, "repeat_of") || strings.Contains(string(first[0].Message.Body), "2026") {
			t.Errorf("%s: %q, and then %q", columns, first[0].Message.Body, again[0].Message.Body)
		}
		if got := again[0].Message.Header[transports.HeaderRepeats]; got != transports.Digest(first[0].Message.Body) {
			t.Errorf("%s: it says that it repeats %q", columns, got)
		}
	}
}

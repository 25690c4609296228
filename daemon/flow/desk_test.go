package flow

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// TestEveryActionOfEveryKind runs whatever a person can choose on the desk. An action that is not offered is refused too.
func TestEveryActionOfEveryKind(t *testing.T) {
	covered := map[ExceptionKind]map[Action]bool{}
	cases := deskCases()
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		c := cases[name]
		kind, _, _ := strings.Cut(name, " ")
		info := Info(ExceptionKind(kind))
		if covered[info.Kind] == nil {
			covered[info.Kind] = map[Action]bool{}
		}
		for _, action := range info.Actions {
			says, told := c.does[action]
			if !told {
				t.Errorf("%s: no case says what %s does", name, action)
				continue
			}
			covered[info.Kind][action] = true
			t.Run(name+": "+string(action), func(t *testing.T) { runDeskCase(t, kind, action, says, c) })
		}
		for action := range c.does {
			if !slices.Contains(info.Actions, action) {
				t.Errorf("%s does not offer %s", name, action)
			}
		}
	}
	for _, info := range Kinds() {
		if len(covered[info.Kind]) != len(info.Actions) {
			t.Errorf("%s: a case for %v, and the table offers %v", info.Kind, slices.Collect(maps.Keys(covered[info.Kind])), info.Actions)
		}
	}
}

func runDeskCase(t *testing.T, kind string, action Action, says string, c deskCase) {
	s := newShop(t, c.files)
	c.up(s)
	s.wantDesk(kind)
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	refused := strings.HasPrefix(says, "!")
	if offered := slices.Contains(views[0].Actions, action); offered == refused && !strings.HasPrefix(says, "!say w") {
		t.Errorf("the desk offers %v", views[0].Actions)
	}
	if c.mend != "" && action == ActRetry {
		s.supplier(c.mend)
	}
	text, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: action, PO: c.po, Set: c.set, By: "desk"})
	if refused {
		if !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), says[1:]) {
			t.Errorf("got %q, %v, want a refusal that says %q", text, err, says[1:])
		}
		s.wantDesk(kind)
		return
	}
	if err != nil || !strings.HasPrefix(text, says) {
		t.Errorf("got %q, %v, want %q", text, err, says)
	}
	s.wantDesk()
	if look := c.after[action]; look != nil {
		look(s)
	}
	if _, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: action, By: "desk"}); !errors.Is(err, ErrSettled) {
		t.Errorf("settled twice: %v", err)
	}
}

// paid and unpaid are order 1001 with so many pieces.
func paid(pieces int) order.Order {
	doc := paidOrder("1001")
	doc.Lines[0].Quantity = pieces
	return doc
}

func unpaid(pieces int) order.Order {
	doc := paid(pieces)
	doc.PaidAt = time.Time{}
	return doc
}

func ofSKU(sku string) order.Order {
	doc := paid(2)
	doc.Lines[0].SKU = sku
	return doc
}

// wantQueued holds how many messages with purchase orders wait to be sent.
func wantQueued(n int) func(*shop) {
	return func(s *shop) {
		s.t.Helper()
		got := 0
		for _, row := range s.dispatches(store.DispatchFilter{State: order.DispatchQueued}) {
			if row.Purpose == order.PurposeOrder {
				got++
			}
		}
		if got != n {
			s.t.Errorf("%d purchase orders go out, want %d", got, n)
		}
	}
}

func wantPO(state order.POState) func(*shop) {
	return func(s *shop) {
		s.t.Helper()
		if got := s.po("1001-A").State(); got != state {
			s.t.Errorf("the purchase order is %s, want %s", got, state)
		}
	}
}

func (s *shop) wantOrdered(pieces int) {
	s.t.Helper()
	if got := s.po("1001-A").Lines[0].Ordered; got != pieces {
		s.t.Errorf("%d pieces are ordered, want %d", got, pieces)
	}
}

// comesBack delivers a report that the mail with that Message-ID reached nobody.
func (s *shop) comesBack(id string) { s.comesBackOf("1001-A", id) }

func (s *shop) comesBackOf(number, id string) {
	s.t.Helper()
	s.mail("MAILER-DAEMON@mx.elsewhere.example", "Undelivered Mail "+number, "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
		"--b\r\nContent-Type: text/plain\r\n\r\nNo such user for "+number+".\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.elsewhere.example\r\n\r\n"+
			"Final-Recipient: rfc822; post@elsewhere.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"+
			"Message-ID: <"+id+">\r\nSubject: "+number+"\r\n\r\n--b--\r\n")
}

// breaks keeps a mail of the supplier's whose reader has broken twice.
func (s *shop) breaks(body string) {
	s.t.Helper()
	raw := "From: " + fromPrairie + "\r\nTo: orders@lantern-lane.example\r\nSubject: 1001-A\r\nMessage-ID: <b@prairie.example>\r\n\r\n" + body
	if err := s.Keep(s.t.Context(), []transports.Item{{Source: "mail:orders/INBOX", Key: "1:2", Raw: []byte(raw), Size: int64(len(raw))}}); err != nil {
		s.t.Fatal(err)
	}
	for range maxAttempts {
		rows, err := s.kept(s.t.Context())
		if err != nil || len(rows) != 1 {
			s.t.Fatal(rows, err)
		}
		if err := s.broken(s.t.Context(), &opened{row: rows[0], from: "post@prairie.example"}, errors.New("the reader was killed")); err != nil {
			s.t.Fatal(err)
		}
	}
}

// readKept reads the only item that is kept and not read.
func (s *shop) readKept() {
	s.t.Helper()
	rows, err := s.kept(s.t.Context())
	if err != nil || len(rows) != 1 {
		s.t.Fatal(rows, err)
	}
	s.process(rows...)
}

// noLogin is an attempt to log in to the mailbox with a wrong password.
func (s *shop) noLogin() {
	s.accountFails(s.t.Context(), "mail:orders", "The mailbox orders", &transports.Error{Scope: "account", Op: "login", Err: errors.New("wrong password"), Help: "Mend the password."})
}

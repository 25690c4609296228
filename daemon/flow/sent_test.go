package flow

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// rewriting is a mailbox at a provider that replaces Message-IDs and stores what it sends.
const rewriting = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: STATE
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    rewrites: [message_id]
    read_sent: true
    plus_addresses: PLUS
    smtp: {host: 127.0.0.1, port: 9, tls: none}
    imap: {host: 127.0.0.1, port: 9, tls: none, password_file: hook-secret}
operator: {to: [owner@lantern-lane.example]}
channels:
  shop:
    webhook: {url: "https://shop.example/hook", secret_files: [hook-secret]}
`

// inSent puts a mail into the Sent folder, as the provider stores it: with another Message-ID, and without the fields that are to go.
func (s *shop) inSent(raw []byte, id string, without ...string) {
	s.t.Helper()
	var out bytes.Buffer
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for line := range strings.SplitSeq(string(head), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		keep := !strings.EqualFold(name, "Message-ID")
		for _, w := range without {
			keep = keep && !strings.EqualFold(name, w)
		}
		if keep {
			fmt.Fprintf(&out, "%s\r\n", line)
		}
	}
	fmt.Fprintf(&out, "Message-ID: <%s>\r\n\r\n%s", id, body)
	s.item(transports.Item{Source: `inbox:orders/\Sent`, Key: "1:" + id, Raw: out.Bytes(), Size: int64(out.Len())})
}

// TestTheSentFolderTellsTheRealMessageID: an answer that names the Message-ID which the provider gave finds its order, whatever mark of ours the
// copy still bears; a doubt about the sending ends; and nothing in the copy is news.
func TestTheSentFolderTellsTheRealMessageID(t *testing.T) {
	for name, c := range map[string]struct {
		plus    string
		without []string
	}{
		"by the planted field":      {"false", nil},
		"by the reply address":      {"true", []string{plantedField}},
		"by the key in the footer":  {"false", []string{plantedField}},
		"without any field of ours": {"false", []string{plantedField, sendingField}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"waybill.yaml": strings.ReplaceAll(rewriting, "PLUS", c.plus)})
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
			s.verdict(t.Context(), w, l, rows[0], transports.Receipt{}, &transports.Error{Verdict: transports.Unsure, Op: "dot", Err: fmt.Errorf("cut")})
			s.wantDesk("send_unsure")

			// Somebody of the shop asks the supplier, or forwards it to a colleague.
			ask := bytes.Replace(rows[0].Message.Body, []byte("Subject: "), []byte("Subject: Did you get this? "), 1)
			s.inSent(ask, "AM0PR00@provider.example", plantedField, sendingField)
			s.wantDesk("send_unsure")

			s.inSent(rows[0].Message.Body, "AM0PR01@provider.example", c.without...)
			s.wantDesk() // it went out
			if got := s.dispatches(store.DispatchFilter{Lane: "mail:orders", State: order.DispatchSent}); len(got) != 1 {
				t.Errorf("%d dispatches are sent", len(got))
			}
			if news := s.news(); len(news) != 0 || s.po("1001-A").State() != order.POOpen {
				t.Errorf("our own mail was news: %v", news)
			}
			s.mail(fromPrairie, "Re: your mail", "In-Reply-To: <AM0PR01@provider.example>\r\n", "It has shipped with UPS. Tracking number "+ups1+"\r\n")
			s.wantDesk()
			if s.po("1001-A").State() != order.POShipped {
				t.Errorf("the answer did not find its order: %s", s.po("1001-A").State())
			}
		})
	}
}

// TestTheSentFolderIsOthersToo: what people write themselves is not kept, and what they quote is no news and no proof.
func TestTheSentFolderIsOthersToo(t *testing.T) {
	s := newShop(t, map[string]string{"waybill.yaml": strings.ReplaceAll(rewriting, "PLUS", "true")})
	s.receive(paidOrder("1001"))
	rows := s.sent("mail:orders")
	private := "From: Owner <owner@lantern-lane.example>\r\nTo: post@prairie.example\r\nMessage-ID: <p1@lantern-lane.example>\r\nSubject: lunch\r\n\r\nSee you at noon.\r\n"
	if err := s.Keep(t.Context(), []transports.Item{{Source: `inbox:orders/\Sent`, Key: "1:1", Raw: []byte(private), Size: int64(len(private))}}); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.kept(t.Context()); err != nil || len(kept) != 0 {
		t.Errorf("a private mail was kept: %v %v", kept, err)
	}
	key := string(s.po("1001-A").Token)
	reply := "From: Owner <owner@lantern-lane.example>\r\nTo: post@prairie.example\r\nIn-Reply-To: <x@prairie.example>\r\nMessage-ID: <p2@lantern-lane.example>\r\nSubject: Re: Your order 1001-A\r\n\r\n" +
		"Thanks! You say that 1001-A has shipped with UPS " + ups1 + "?\r\n\r\n> Key: WB-" + key + "\r\n"
	s.item(transports.Item{Source: `inbox:orders/\Sent`, Key: "1:2", Raw: []byte(reply), Size: int64(len(reply))})
	if news := s.news(); len(news) != 0 || s.po("1001-A").State() != order.POOpen {
		t.Errorf("a colleague's mail was news: %v", news)
	}
	s.view(func(tx *store.Tx) error {
		if pos, err := tx.POsByMessageID("p2@lantern-lane.example"); err != nil || len(pos) != 0 {
			t.Errorf("a colleague's mail became ours: %v %v", pos, err)
		}
		return nil
	})
	// The same marks in the inbox come from anybody, and teach nothing.
	forged := strings.Replace(string(rows[0].Message.Body), "Message-ID: <", "X-Old: <", 1)
	forged = "Message-ID: <evil@elsewhere.example>\r\n" + forged
	s.item(transports.Item{Source: "inbox:orders/INBOX", Key: "1:3", Raw: []byte(forged), Size: int64(len(forged))})
	s.view(func(tx *store.Tx) error {
		if pos, err := tx.POsByMessageID("evil@elsewhere.example"); err != nil || len(pos) != 0 {
			t.Errorf("a forged copy in the inbox became ours: %v %v", pos, err)
		}
		return nil
	})
	s.wantDesk()
}

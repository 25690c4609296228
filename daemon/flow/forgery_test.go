package flow

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/proof/prooftest"
	"waybill/daemon/store"
	"waybill/parsers"
)

// forger is who writes in a supplier's name: they know its addresses, an order's number and its customer, and have read genuine mail. They have no key of the supplier's, and
// no key of ours.
type forger struct {
	s       *provedShop
	evil    *prooftest.Signer   // signs as evil.example, and is known there
	liar    *prooftest.Signer   // signs in the supplier's name, with a key of their own
	others  []*prooftest.Signer // sign as domains that are the forger's, and look like the supplier's
	stolen  string              // a genuine signature, of another mail
	genuine string              // a genuine mail, about another purchase order
	n       int
}

// forgery is one way to forge a mail that says body about a purchase order.
type forgery struct {
	name string
	make func(f *forger, subject, body string) string
	// alone: our own server has put nothing on top, as on a way past it.
	alone bool
}

const theServer = "mx.lantern-lane.example"

// stamp is what our own server honestly puts on top: it has seen somebody else's server bring it.
const stamp = "Authentication-Results: " + theServer + "; spf=pass smtp.mailfrom=bounce@evil.example; dkim=none\r\n"

func (f *forger) mail(from, fields, subject, body string) string {
	f.n++
	return fmt.Sprintf("From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: %s\r\nMessage-ID: <forged-%d@evil.example>\r\n%s\r\n%s\r\n", from, subject, f.n, fields, body)
}

// forgedFroms are ways to look like the supplier.
var forgedFroms = map[string]string{
	"its own address":           fromPrairie,
	"its own address, bare":     "post@prairie.example",
	"display name":              "\"Prairie Supply\" <x@evil.example>",
	"address as name":           "\"post@prairie.example\" <x@evil.example>",
	"address as name, encoded":  "=?utf-8?q?post=40prairie=2Eexample?= <x@evil.example>",
	"address as name, bare":     "post@prairie.example <x@evil.example>",
	"encoded around brackets":   "=?utf-8?q?Prairie_=3Cpost=40prairie=2Eexample=3E?= <x@evil.example>",
	"lookalike domain":          "Prairie <post@prairie-supply.example>",
	"digit for letter":          "Prairie <post@pra1rie.example>",
	"punycode":                  "Prairie <post@xn--prirte-7qa.example>",
	"homoglyph":                 "Prairie <post@pr\u0430irie.example>",
	"subdomain of evil":         "Prairie <post@prairie.example.evil.example>",
	"domain that ends alike":    "Prairie <post@notprairie.example>",
	"subdomain of theirs":       "Prairie <post@orders.prairie.example>",
	"upper case":                "PRAIRIE <POST@PRAIRIE.EXAMPLE>",
	"two mailboxes":             "post@prairie.example, x@evil.example",
	"two mailboxes, evil first": "x@evil.example, post@prairie.example",
	"group":                     "Prairie: post@prairie.example;",
	"two angles":                "<post@prairie.example> <x@evil.example>",
	"comment":                   "(post@prairie.example) x@evil.example",
	"comment inside":            "post@(evil.example)prairie.example",
	"source route":              "<@evil.example:post@prairie.example>",
	"quoted local part":         "\"post\"@prairie.example",
	"NUL":                       "post@prairie.example\x00 <x@evil.example>",
	"8-bit":                     "Pr\xe4irie <post@prairie.example>",
	"folded":                    "Prairie\r\n <post@prairie.example>",
	"via a group":               "\"Prairie via Orders\" <orders@lantern-lane.example>",
	"nobody":                    "",
}

// forgedHeads are fields beside From that are to make it believed, and how the whole is signed.
var forgedHeads = map[string]func(f *forger, from, subject, body string) string{
	"plain":               func(f *forger, from, subject, body string) string { return f.mail(from, "", subject, body) },
	"Reply-To and Sender": headed("Reply-To: post@prairie.example\r\nSender: post@prairie.example\r\nReturn-Path: <post@prairie.example>\r\n"),
	"signed by evil": func(f *forger, from, subject, body string) string {
		return f.evil.Sign(f.mail(from, "", subject, body))
	},
	"signed with a made key": func(f *forger, from, subject, body string) string {
		return f.liar.Sign(f.mail(from, "", subject, body))
	},
	"a stolen signature":             func(f *forger, from, subject, body string) string { return f.stolen + f.mail(from, "", subject, body) },
	"results, in our server's name":  headed("Authentication-Results: " + theServer + "; dmarc=pass header.from=prairie.example; spf=pass smtp.mailfrom=post@prairie.example\r\n"),
	"results, folded, with comments": headed("Authentication-Results:\r\n (x) " + theServer + " (y)\r\n 1; dkim (z) = pass header.d=prairie.example;\r\n\tspf=pass smtp.mailfrom=prairie.example\r\n"),
	"results, another server's":      headed("Authentication-Results: mx.evil.example; dmarc=pass header.from=prairie.example\r\n"),
	"results on top of the head": func(f *forger, from, subject, body string) string {
		return "Authentication-Results: " + theServer + "; dmarc=pass header.from=prairie.example\r\nReceived: by mx.prairie.example\r\n" + f.mail(from, "", subject, body)
	},
	"results, as folded text of another field": headed("X-Note: a\r\n Authentication-Results: " + theServer + "; dmarc=pass header.from=prairie.example\r\n"),
	"ARC": headed("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=google.com; s=arc; b=AAAA\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=google.com; s=arc; h=from; bh=AAAA; b=AAAA\r\n" +
		"ARC-Authentication-Results: i=1; " + theServer + "; dkim=pass header.d=prairie.example; dmarc=pass header.from=prairie.example\r\n"),
	"a list": func(f *forger, from, subject, body string) string {
		return "List-Id: <x.evil.example>\r\nX-Original-From: post@prairie.example\r\nAuthentication-Results-Original: " + theServer + "; dmarc=pass header.from=prairie.example\r\n" + f.stolen + f.mail(from, "", "[x] "+subject, body)
	},
	"signed by its own domain": func(f *forger, from, subject, body string) string {
		raw := f.mail(from, "", subject, body)
		for _, other := range f.others {
			if strings.HasSuffix(from, "@"+other.Domain+">") {
				return other.Sign(raw)
			}
		}
		return f.evil.Sign(raw)
	},
	"signed by a domain that ends alike": func(f *forger, from, subject, body string) string {
		return f.others[len(f.others)-1].Sign(f.mail(from, "", subject, body))
	},
	alone + "another server's": func(f *forger, from, subject, body string) string {
		return "Authentication-Results: mx.evil.example; dmarc=pass header.from=prairie.example; spf=pass smtp.mailfrom=post@prairie.example\r\n" + f.mail(from, "", subject, body)
	},
	alone + "a server's whose name ends like ours": func(f *forger, from, subject, body string) string {
		return "Authentication-Results: x." + theServer + "; dmarc=pass header.from=prairie.example\r\n" + f.mail(from, "", subject, body)
	},
	alone + "a server's whose name begins like ours": func(f *forger, from, subject, body string) string {
		return "Authentication-Results: " + theServer + ".evil.example; dmarc=pass header.from=prairie.example\r\n" + f.mail(from, "", subject, body)
	},
	alone + "another server's above ours": func(f *forger, from, subject, body string) string {
		return "Authentication-Results: mx.evil.example; dkim=none\r\nAuthentication-Results: " + theServer + "; dmarc=pass header.from=prairie.example\r\n" + f.mail(from, "", subject, body)
	},
	"Received-SPF": headed("Received-SPF: pass (" + theServer + ": domain of prairie.example designates 192.0.2.1 as permitted sender)\r\nX-Google-DKIM-Signature: v=1; d=prairie.example; b=AAAA\r\n"),
}

// alone begins the names of heads that come with nothing of our server's on top.
const alone = "on top, "

func headed(fields string) func(*forger, string, string, string) string {
	return func(f *forger, from, subject, body string) string { return f.mail(from, fields, subject, body) }
}

// forgeries are all of them: each way to look like the supplier with each way to be believed, where both say something together, and what is made of genuine mail.
func forgeries() (all []forgery) {
	add := func(name string, make func(f *forger, subject, body string) string) {
		all = append(all, forgery{name: name, make: make, alone: strings.Contains(name, ", "+alone)})
	}
	for _, from := range sorted(forgedFroms) {
		for _, head := range sorted(forgedHeads) {
			if head == "plain" || head == "signed by evil" || head == "results, in our server's name" || head == "a stolen signature" || head == "signed by its own domain" || from == "its own address" || from == "folded" || from == "upper case" || from == "8-bit" || from == "subdomain of theirs" || from == "its own address, bare" || from == "lookalike domain" {
				add(from+", "+head, func(f *forger, subject, body string) string {
					return forgedHeads[head](f, forgedFroms[from], subject, body)
				})
			}
		}
	}
	own := func(f *forger, fields, subject, body string) string {
		return f.mail(fromPrairie, fields, subject, body)
	}
	sign := func(f *forger, tags map[string]string, subject, body string) string {
		return signedBy(f, "one", tags, subject, body)
	}
	for name, make := range map[string]func(f *forger, subject, body string) string{
		"From twice, genuine first": func(f *forger, subject, body string) string { return own(f, "From: x@evil.example\r\n", subject, body) },
		"From twice, evil first": func(f *forger, subject, body string) string {
			return f.mail("x@evil.example", "From: post@prairie.example\r\n", subject, body)
		},
		"From with a blank": func(f *forger, subject, body string) string {
			return own(f, "From : x@evil.example\r\n", subject, body)
		},
		"a stray line": func(f *forger, subject, body string) string { return own(f, "hello\r\n", subject, body) },
		"bare CR": func(f *forger, subject, body string) string {
			return own(f, "X: a\rDKIM-Signature: v=1; d=prairie.example\r\n", subject, body)
		},
		"l= with text appended": func(f *forger, subject, body string) string {
			return sign(f, map[string]string{"l": "6"}, "Hello.", "Hello.") + body + "\r\n"
		},
		"l=0": func(f *forger, subject, body string) string {
			return sign(f, map[string]string{"l": "0"}, subject, "") + body + "\r\n"
		},
		"l=, " + alone + "our server says that the signature holds": func(f *forger, subject, body string) string {
			return "Authentication-Results: " + theServer + "; dkim=pass header.d=prairie.example; dmarc=pass header.from=prairie.example\r\n" + sign(f, map[string]string{"l": "6"}, subject, "Hello.") + body + "\r\n"
		},
		"l= and a subject on top": func(f *forger, subject, body string) string {
			return "Subject: " + subject + "\r\n" + sign(f, map[string]string{"l": "6"}, "Hello.", "Hello.") + body + "\r\n"
		},
		"genuine, text appended": func(f *forger, _, body string) string { return f.genuine + body + "\r\n" },
		"genuine, text before": func(f *forger, _, body string) string {
			return strings.Replace(f.genuine, "\r\n\r\n", "\r\n\r\n"+body+"\r\n", 1)
		},
		"genuine, text replaced": func(f *forger, _, body string) string {
			head, _, _ := strings.Cut(f.genuine, "\r\n\r\n")
			return head + "\r\n\r\n" + body + "\r\n"
		},
		"genuine, other subject": func(f *forger, subject, _ string) string { return "Subject: " + subject + "\r\n" + f.genuine },
		"genuine, another text in front of a boundary": func(f *forger, _, body string) string {
			return "Content-Type: multipart/mixed; boundary=x\r\n" + strings.Replace(f.genuine, "\r\n\r\n", "\r\n\r\n--x\r\n\r\n"+body+"\r\n--x--\r\n", 1)
		},
		"genuine, expired": func(f *forger, subject, body string) string {
			return sign(f, map[string]string{"x": fmt.Sprint(f.s.at.Add(-time.Hour).Unix())}, subject, body)
		},
		"genuine, expired, " + alone + "our server says that the signature holds": func(f *forger, subject, body string) string {
			return "Authentication-Results: " + theServer + "; dkim=pass header.d=prairie.example\r\n" + sign(f, map[string]string{"x": fmt.Sprint(f.s.at.Add(-time.Hour).Unix())}, subject, body)
		},
		"genuine, key on trial":        func(f *forger, subject, body string) string { return signedBy(f, "trial", nil, subject, body) },
		"genuine, another From on top": func(f *forger, _, _ string) string { return "From: x@evil.example\r\n" + f.genuine },
		"genuine, attached": func(f *forger, subject, body string) string {
			return own(f, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", subject, "--b\r\nContent-Type: text/plain\r\n\r\n"+body+"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"+f.genuine+"\r\n--b--")
		},
		"genuine, quoted": func(f *forger, subject, body string) string {
			return own(f, "", subject, body+"\r\n\r\n> "+strings.ReplaceAll(f.genuine, "\r\n", "\r\n> "))
		},
		"a read receipt": func(f *forger, subject, body string) string {
			return own(f, "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n", subject, "--b\r\nContent-Type: text/plain\r\n\r\n"+body+
				"\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; post@prairie.example\r\nDisposition: manual-action/MDN-sent-manually; deleted\r\n\r\n--b--")
		},
		"a bounce": func(f *forger, subject, body string) string {
			return f.mail("MAILER-DAEMON@mx.prairie.example", "MIME-Version: 1.0\r\nReturn-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", "Undelivered: "+subject, "--b\r\nContent-Type: text/plain\r\n\r\n"+body+
				"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.prairie.example\r\n\r\nFinal-Recipient: rfc822; post@prairie.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--")
		},
		"an automatic answer": func(f *forger, subject, body string) string {
			return own(f, "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n", "Auto: "+subject, body)
		},
		"base64": func(f *forger, subject, body string) string {
			return own(f, "Content-Transfer-Encoding: base64\r\n", subject, encode64(body))
		},
		"HTML": func(f *forger, subject, body string) string {
			return own(f, "Content-Type: text/html\r\n", subject, "<p>"+body+"</p>")
		},
		"a shipping program": func(f *forger, subject, body string) string { return f.mail(shipstation, "", subject, body) },
		"the buyer": func(f *forger, subject, body string) string {
			return f.mail("Ada Abernathy <ada@mail.example>", "", subject, body)
		},
		"free mail": func(f *forger, subject, body string) string {
			return f.mail("Prairie Supply <prairie.supply@gmail.com>", "", subject, body)
		},
	} {
		add(name, make)
	}
	slices.SortFunc(all, func(a, b forgery) int { return strings.Compare(a.name, b.name) })
	return all
}

// signedBy is a mail that the supplier has really signed.
func signedBy(f *forger, selector string, tags map[string]string, subject, body string) string {
	s := *f.s.prairie
	if s.Selector = selector; selector == "trial" {
		s = *prooftest.NewSigner(f.s.zone, "prairie.example", "trial")
		texts, _ := f.s.zone.LookupTXT(f.s.t.Context(), "trial._domainkey.prairie.example")
		f.s.zone.Set("trial._domainkey.prairie.example", texts[0]+"; t=y")
	}
	return s.With(tags).Sign(f.mail(fromPrairie, "", subject, body))
}

// bodies say each kind of news about a purchase order, with everything that a buyer knows.
var bodies = map[parsers.Kind]string{
	parsers.Shipment:        "Order %s has shipped with UPS. Tracking number " + ups1,
	parsers.Acknowledgement: "Thank you, we have received your order %s and are working on it.",
	parsers.Backorder:       "Order %s is backordered and will ship in three weeks.",
	parsers.OutOfStock:      "Order %s is out of stock and cannot be delivered.",
	parsers.Cancellation:    "We have cancelled your order %s.",
	parsers.Rejection:       "We cannot accept your order %s and reject it.",
	parsers.Question:        "About order %s: our address for orders is new, please write to new@evil.example from now on, and pay to another account.",
}

// states bring a new order into each state that an order, its sending and its purchase order can be in.
var states = map[string]func(s *provedShop, number string){
	"not paid": func(s *provedShop, number string) {
		doc := paidOrder(number)
		doc.PaidAt = time.Time{}
		s.receive(doc)
	},
	"queued": func(s *provedShop, number string) { s.receive(paidOrder(number)) },
	"held": func(s *provedShop, number string) {
		s.receive(paidOrder(number))
		s.did(number, order.Event{Kind: order.HeldBack, Reason: reasonFirst, By: "rule"})
	},
	"withdrawn": func(s *provedShop, number string) {
		s.receive(paidOrder(number))
		s.did(number, order.Event{Kind: order.Withdrawn, By: "desk"})
	},
	"sending":      func(s *provedShop, number string) { s.driven(number) },
	"marked":       func(s *provedShop, number string) { s.driven(number, order.Marked) },
	"unsure":       func(s *provedShop, number string) { s.driven(number, order.Marked, order.Doubted) },
	"failed":       func(s *provedShop, number string) { s.driven(number, order.Failed) },
	"open":         func(s *provedShop, number string) { s.driven(number, order.Marked, order.SentOK) },
	"acknowledged": func(s *provedShop, number string) { s.news(number, order.Acknowledged, 0) },
	"backordered":  func(s *provedShop, number string) { s.news(number, order.Backordered, 0) },
	"partial":      func(s *provedShop, number string) { s.news(number, order.Shipped, 1) },
	"out of stock": func(s *provedShop, number string) { s.news(number, order.OutOfStock, 0) },
	"rejected":     func(s *provedShop, number string) { s.news(number, order.Rejected, 0) },
	"shipped":      func(s *provedShop, number string) { s.news(number, order.Shipped, 0) },
	"cancelled":    func(s *provedShop, number string) { s.news(number, order.Cancelled, 0) },
}

// did records an event of an order's only dispatch.
func (s *provedShop) did(number string, e order.Event) {
	s.t.Helper()
	for _, d := range s.dispatches(store.DispatchFilter{Lane: "mail:orders"}) {
		if slices.Contains(d.POs, s.po(number+"-A").ID) {
			e.Dispatch, e.At = d.ID, s.at
		}
	}
	s.wrote(func(tx *store.Tx) error { _, err := tx.Record(e); return err })
}

func (s *provedShop) wrote(f func(*store.Tx) error) {
	s.t.Helper()
	if err := s.store.Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// driven receives an order and has its sending go as far as the events say.
func (s *provedShop) driven(number string, events ...order.EventKind) {
	s.t.Helper()
	s.receive(paidOrder(number))
	rows, err := s.store.Claim(s.t.Context(), "mail:orders", 1, 1000*time.Hour, func(string) bool { return true })
	if err != nil || len(rows) != 1 || !slices.Contains(rows[0].POs, s.po(number+"-A").ID) {
		s.t.Fatal(number, len(rows), err)
	}
	for _, kind := range events {
		if kind == order.Marked {
			err = s.store.Mark(s.t.Context(), rows[0].ID, rows[0].Epoch)
		} else {
			err = s.store.Settle(s.t.Context(), rows[0].ID, rows[0].Epoch, kind, time.Time{}, "", "", "")
		}
		if err != nil {
			s.t.Fatal(number, kind, err)
		}
	}
}

// news has the supplier say something; pieces 0 is everything.
func (s *provedShop) news(number string, kind order.EventKind, pieces int) {
	s.t.Helper()
	s.driven(number, order.Marked, order.SentOK)
	po := s.po(number + "-A")
	e := order.Event{Kind: kind, At: s.at, PO: po.ID, Order: po.Order, By: "desk"}
	if pieces > 0 {
		e.Lines = []order.LineQuantity{{Line: po.Lines[0].ID, Quantity: pieces}}
	}
	s.wrote(func(tx *store.Tx) error {
		if kind == order.Shipped {
			p, err := tx.AddPackage(store.PackageRow{PO: po.ID, Carrier: "ups", Number: "1Z-" + number, At: s.at})
			if err != nil {
				return err
			}
			e.Packages = []order.PackageID{p.ID}
		}
		_, err := tx.Record(e)
		return err
	})
}

// TestForgedBounces: a thousand reports that something came back, with every number and none of our keys, send nothing again, close nothing and ask nothing (promise 11).
// One that quotes our mail does ask.
func TestForgedBounces(t *testing.T) {
	f := newForger(t, true)
	s := f.s
	books := openBooks(t, s.shop)
	for _, n := range []string{"1001", "1002", "1003"} {
		s.driven(n, order.Marked, order.SentOK)
	}
	s.driven("1004", order.Marked, order.Doubted)
	before, asked := books.what(), len(s.desk())
	made := 1000
	if os.Getenv("WAYBILL_FORGERY_N") == "" {
		made = 200
	}
	report := func(i int, quoted string) string {
		po := fmt.Sprintf("%d-A", 1001+i%4)
		text := []string{"Your order " + po + " could not be delivered.", "Undelivered: order " + po, "User unknown: post@prairie.example, about order " + po}[i%3]
		action := []string{"failed", "delayed", "failed", "relayed", ""}[i%5]
		from := []string{"MAILER-DAEMON@mx.prairie.example", "<>", "postmaster@prairie.example", fromPrairie, "Mail Delivery System <x@evil.example>"}[i%5]
		kind := []string{"multipart/report; report-type=delivery-status; boundary=b", "multipart/mixed; boundary=b"}[i%2]
		return f.mail(from, "MIME-Version: 1.0\r\nReturn-Path: <>\r\nAuto-Submitted: auto-replied\r\nX-Failed-Recipients: post@prairie.example\r\nContent-Type: "+kind+"\r\n", "Undelivered Mail Returned to Sender: "+po, "--b\r\nContent-Type: text/plain\r\n\r\n"+text+
			"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.prairie.example\r\n\r\nFinal-Recipient: rfc822; post@prairie.example\r\nAction: "+action+"\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"+
			quoted+">\r\nSubject: Order "+po+"\r\n\r\n--b--")
	}
	for i := range made {
		s.put(stamp + report(i, fmt.Sprintf("%d.forged@lantern-lane.example", i)))
	}
	if after := books.what(); after != before {
		t.Errorf("forged bounces have changed:\n%s", difference(before, after))
	}
	for _, kind := range s.desk()[asked:] {
		if kind == string(BouncedBack) {
			t.Error("a forged bounce is told as one")
		}
	}
	t.Logf("%d forged bounces: sent again 0, closed 0, %d questions", made, len(s.desk())-asked)
	for _, d := range s.dispatches(store.DispatchFilter{Lane: "mail:orders", State: order.DispatchSent}) {
		s.put(stamp + report(0, d.Message.Key))
	}
	if !slices.Contains(s.desk(), string(BouncedBack)) {
		t.Error("a bounce that quotes our mail is not told: nothing is shown")
	}
}

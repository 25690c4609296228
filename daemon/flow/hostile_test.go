package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

func TestACustomersOddAddressStopsNoTracking(t *testing.T) {
	for _, email := range []string{"jürgen@mail.example", "no address", "a@b@c", "x@y.example\r\nBcc: evil@evil.example", "a@b.example, c@d.example", "<a@b.example>", "@", strings.Repeat("a", 400) + "@b.example"} {
		s := newShop(t, nil)
		doc := paidOrder("1001")
		doc.Customer.Email = email
		s.receive(doc)
		s.sent("mail:orders")
		s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
		if n := len(s.news()); n != 1 {
			t.Errorf("%q: the channel hears %d times", email, n)
		}
		if mails := s.dispatches(store.DispatchFilter{Purpose: order.PurposeCustomer}); len(mails) != 0 {
			t.Errorf("%q: a mail to %q\n%.300s", email, mails[0].Message.To, mails[0].Message.Body)
		}
		s.wantDesk()
	}
}

func TestWhatCannotBeWrittenForASupplierIsHeld(t *testing.T) {
	for name, batch := range map[string]string{"at once": "", "batch": "batch: \"0 * * * *\", "} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": fmt.Sprintf(latin, batch)})
			s.tickOnce(t.Context())
			bad := paidOrder("1001")
			bad.ShipTo.Name = "Ada 🌻"
			s.receive(bad)
			s.receive(paidOrder("1002"))
			s.at = s.at.Add(2 * time.Hour)
			s.tickOnce(t.Context())
			if n := len(s.dispatches(store.DispatchFilter{Lane: "folder:prairie"})); n != 1 {
				t.Errorf("%d files, want the one of 1002", n)
			}
			if d := s.desk(); len(d) != 1 {
				t.Errorf("desk %v", d)
			}
		})
	}
}

const latin = "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\n" +
	"send: {by: folder, path: STATE/out, %sfile: {name: \"po_{{.Number}}.csv\", encoding: windows-1252}}\n"

func TestOrdersOfOneNumberGetTheirOwnPurchaseOrders(t *testing.T) {
	s := newShop(t, nil)
	var numbers []string
	for i := range 4 {
		doc := paidOrder("1001")
		doc.ID = fmt.Sprint("id", i)
		numbers = append(numbers, s.receive(doc).PurchaseOrders...)
	}
	if want := []string{"1001-A", "SHOP-1001-A", "SHOP-id2-1001-A", "SHOP-id3-1001-A"}; !slices.Equal(numbers, want) {
		t.Errorf("got %v, want %v", numbers, want)
	}
}

func TestAFreeMailAddressSpeaksForItselfAlone(t *testing.T) {
	for _, domain := range []string{"gmail.com", "yahoo.co.uk", "hotmail.co.uk", "outlook.de", "live.co.uk", "yahoo.com.br", "hotmail.fr", "foxmail.com", "seznam.cz", "sky.com",
		"pm.me", "tuta.io", "mailbox.org", "sfr.fr", "uol.com.br", "yahoo.co.jp"} {
		b := newAddressBook(&config.Config{Suppliers: map[string]config.Supplier{"prairie": {Slug: "prairie", Email: []string{"prairie@" + domain}}}})
		if slug, _ := b.of("mallory@" + domain); slug != "" {
			t.Errorf("anybody at %s is %s", domain, slug)
		}
		if slug, _ := b.of("Prairie@" + domain); slug != "prairie" {
			t.Errorf("prairie@%s is %q", domain, slug)
		}
	}
}

func TestWhoLooksLikeASupplierIsNone(t *testing.T) {
	b := newAddressBook(&config.Config{Suppliers: map[string]config.Supplier{
		"prairie": {Slug: "prairie", Email: []string{"post@prairie.example"}}, "live": {Slug: "live", Email: []string{"post@live.prairie-goods.example"}},
		"twin": {Slug: "twin", Email: []string{"a@shared.example"}}, "sister": {Slug: "sister", Email: []string{"b@shared.example"}}}})
	for address, want := range map[string]string{
		"sales@prairie.example": "prairie", "POST@PRAIRIE.EXAMPLE": "prairie", "x@mail.prairie.example": "prairie", "a@shared.example": "twin", "c@shared.example": "",
		"x@live.prairie-goods.example": "live", "post@prairie.example.evil.example": "", "post@xprairie.example": "", "post@prairie.example@evil.example": "",
		"post@prairie-example.evil.example": "", "post@example": "", "post@prairie.example.": "", "post@prаirie.example": "", "@prairie.example.evil": "", "": "",
	} {
		if got, _ := b.of(address); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
}

func TestAStrangerFillsNoDesk(t *testing.T) {
	s := newShop(t, nil)
	var text strings.Builder
	for i := range 60 {
		number := fmt.Sprint(2000 + i)
		s.receive(paidOrder(number))
		fmt.Fprintf(&text, "Order %s has shipped. UPS 1Z999AA1%08d\r\n", number, i)
	}
	s.sent("mail:orders")
	s.mail("x@evil.example", "Your orders", "", text.String())
	if n := len(s.desk()); n != strangerMost+1 {
		t.Errorf("%d exceptions by one mail, want %d and one for the rest", n, strangerMost)
	}
}

func TestOnlyLinksOfCarriersAndOfTheSupplierArePassedOn(t *testing.T) {
	for link, want := range map[string]string{
		"https://track.prairie.example/QX771234AB": "https://track.prairie.example/QX771234AB",
		"https://www.ups.com/track?n=QX771234AB":   "https://www.ups.com/track?n=QX771234AB",
		"https://evil.example/QX771234AB":          "", "https://prairie.example.evil.example/QX771234AB": "", "https://www.ups.com@evil.example/QX771234AB": "",
		"javascript:alert(1)//prairie.example/QX771234AB": "", "data:text/html,QX771234AB": "", "//prairie.example/QX771234AB": "", "https://evil.example\\@prairie.example/": "",
	} {
		s := newShop(t, nil)
		s.receive(paidOrder("1001"))
		s.sent("mail:orders")
		po := s.po("1001-A")
		err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
			_, err := s.apply(tx, s.world.Load(), evidence{supplier: "prairie", by: "supplier"}, match.Finding{PO: po.ID, OrderID: po.Order, Kind: parsers.Shipment,
				Tracking: []match.Tracking{{Number: "QX771234AB", URL: link}}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := s.news(); len(n) != 1 || n[0].Data.Tracking[0].Number != "QX771234AB" || n[0].Data.Tracking[0].URL != want {
			t.Errorf("%s: the channel hears %+v", link, n)
		}
	}
}

// A mail in the supplier's name teaches that their SO-55512 is order 1001; it is 1002, which they say too late for it to be news.
func TestAReferenceThatTwoOrdersHaveIsNoMatch(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.receive(paidOrder("1002"))
	s.sent("mail:orders")
	for _, text := range []string{
		"We have received your order 1001-A. Our reference: SO-55512.",
		"Order 1002-A has shipped, UPS " + ups1 + ".",
		"We have received your order 1002-A. Our reference: SO-55512.",
		"Our order SO-55512 has shipped, UPS " + ups2 + ".",
	} {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "News", "", text+"\r\n")
	}
	if got := s.po("1001-A").State(); got != order.POAcknowledged {
		t.Errorf("1001-A is %s", got)
	}
	s.wantDesk("which_order")
}

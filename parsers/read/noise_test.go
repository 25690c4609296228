package read_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// idle are mails that sound like news of an order and are none: to everybody, about money, or from somebody who pretends.
var idle = []struct{ name, head, subject, body string }{
	// Newsletters and circulars.
	{"sale", "", "Our biggest sale of the year", "Up to 40% off everything. Orders over $50 ship free. Items in the outlet will not be restocked, once they are sold out they are gone!\n\nUnsubscribe: https://nordlicht.example/u\n"},
	{"new arrivals", "List-Unsubscribe: <https://nordlicht.example/u>\n", "New in: the autumn collection", "The lantern series is back in stock and shipping now. The green one was sold out within two days last year.\n"},
	{"price increase", "List-Unsubscribe: <mailto:u@nordlicht.example>\n", "Price changes from 1 January", "Dear partners,\n\nour new price list applies to all orders that we receive after 1 January. Backorders will be shipped at the old price.\n"},
	{"holiday hours", "List-Id: partners <p.nordlicht.example>\n", "Our opening hours over the holidays", "Dear customers,\n\nlast orders to be shipped this year: 19 December, noon. Orders received later will be dispatched from 5 January. Happy holidays!\n"},
	{"carrier strike", "List-Unsubscribe: <https://nordlicht.example/u>\n", "Carrier strike next week", "Dear all,\n\nbecause of a strike deliveries with Correos may be delayed by up to three days next week. Your Nordlicht team\n"},
	{"discontinued list", "List-Unsubscribe: <https://nordlicht.example/u>\n", "Range changes spring", "The following articles will be discontinued at the end of March: PS-310, PS-415. While stocks last.\n"},
	{"de Preiserhöhung", "", "Neue Preisliste ab 1. Januar", "Sehr geehrte Kunden,\n\nanbei unsere neue Preisliste. Aufträge, die bis zum 31.12. eingehen, werden noch zu alten Preisen ausgeliefert. Einige Artikel sind ausgelaufen.\n\nNewsletter abbestellen: https://nordlicht.example/ab\n"},
	{"de Inventur", "List-Unsubscribe: <https://nordlicht.example/ab>\n", "Inventur vom 29. bis 31. Dezember", "Liebe Kundinnen und Kunden,\n\nwährend der Inventur wird nicht versendet. Bestellungen bis 27.12. gehen noch raus. Danach ist der Versand ab 2. Januar wieder möglich.\n"},
	{"fr soldes", "", "Soldes d'été : jusqu'à -50 %", "Les articles épuisés ne seront pas réapprovisionnés. Commandes expédiées sous 24 h !\n\nSe désabonner\n"},
	{"fr fermeture", "List-Unsubscribe: <https://nordlicht.example/u>\n", "Fermeture annuelle", "Chers clients,\n\nnos bureaux seront fermés du 1er au 21 août. Les commandes reçues pendant cette période seront expédiées à partir du 22 août.\n"},
	{"es boletín", "", "Novedades de noviembre", "¡Ya disponible! La serie Linterna vuelve a estar en stock. Pedidos enviados en 24 h.\n\nDarse de baja\n"},
	{"it promozione", "", "Promozione d'autunno", "Gli articoli esauriti non saranno riordinati. Spedizione gratuita per ordini superiori a 50 euro.\n\nAnnulla iscrizione\n"},
	{"nl nieuwsbrief", "", "Nieuwsbrief november", "De lantaarns zijn weer op voorraad! Bestel voor 16.00 uur, morgen verzonden.\n\nUitschrijven\n"},
	{"pt promoção", "", "Promoção de outono", "Artigos esgotados não voltam! Encomendas enviadas em 24 horas.\n\nCancelar subscrição\n"},
	{"pl promocja", "", "Promocja jesienna", "Produkty wyprzedane nie wrócą do oferty. Zamówienia wysyłamy w 24 h!\n\nWypisz się\n"},
	{"zh 促销", "", "双十一促销", "全场8折优惠,今日下单,24小时内发货。部分商品已售罄,欲购从速。退订请回复TD\n"},
	{"ja セール", "", "秋のセール開催中", "新商品入荷しました。ご注文から24時間以内に発送いたします。品切れの際はご容赦ください。\n\n配信停止はこちら\n"},
	{"webinar", "List-Unsubscribe: <https://nordlicht.example/u>\n", "Webinar: shipping in the peak season", "Learn how orders that were cancelled or shipped late cost you customers. Save your seat.\n"},
	{"status page", "List-Id: status <s.nordlicht.example>\n", "[Resolved] Delays in order processing", "This incident has been resolved. Orders that were delayed have been processed.\n"},
	// Money.
	{"invoice", "", "Invoice INV-20931", "Please find attached invoice INV-20931 over $48.54. Delivery date: 11/10/2025. Payment due within 14 days.\n"},
	{"invoice with terms", "", "Your invoice", "Your invoice 88213 is attached. Goods delivered remain our property until paid in full. Refused deliveries are charged.\n"},
	{"statement", "", "Statement of account October", "Invoice 8812 10/02 48.54 paid\nInvoice 8830 10/09 120.00 open\nTotal due 120.00. Please pay by 11/15.\n"},
	{"payment reminder", "", "Payment reminder", "Our invoice 8830 is overdue. If we do not receive payment within 7 days, further orders will be held.\n"},
	{"de Rechnung", "", "Ihre Rechnung RE-4471", "Anbei erhalten Sie die Rechnung RE-4471. Lieferdatum: 10.11.2025. Zahlbar innerhalb von 14 Tagen ohne Abzug.\n"},
	{"fr facture", "", "Votre facture F-2201", "Veuillez trouver ci-joint votre facture F-2201. Date de livraison : 10/11/2025. Échéance : 10/12/2025.\n"},
	{"es factura", "", "Factura 3321", "Adjuntamos la factura 3321 correspondiente al mes de octubre. Vencimiento: 30 días.\n"},
	{"it fattura", "", "Fattura n. 118", "In allegato la fattura n. 118 relativa alla merce consegnata. Scadenza 30 gg.\n"},
	{"nl factuur", "", "Factuur 7712", "Bijgaand ontvangt u factuur 7712 voor de geleverde goederen. Betaaltermijn 14 dagen.\n"},
	{"pt fatura", "", "Fatura FT 2025/331", "Segue em anexo a fatura FT 2025/331 referente aos artigos entregues. Vencimento 30 dias.\n"},
	{"pl faktura", "", "Faktura FV/221/11", "W załączeniu faktura FV/221/11 za dostarczony towar. Termin płatności 14 dni.\n"},
	{"zh 发票", "", "11月发票", "您好,附件为11月发票,请查收并于月底前付款。\n"},
	{"ja 請求書", "", "11月分請求書", "いつもお世話になっております。11月分の請求書をお送りいたします。お支払い期限は12月末です。\n"},
	{"credit note", "", "Credit note CN-118", "Attached is credit note CN-118 for the goods that were out of stock in October.\n"},
	{"delivered, in words", "", "Invoice 8812", "Please find attached invoice 8812 for your order 10231. Goods delivered on 10 November 2025. Payment due within 30 days.\n"},
	{"de geliefert", "", "Rechnung RE-4471", "anbei die Rechnung zu Ihrer Bestellung 10231 vom 3. November. Die Ware wurde am 10.11. geliefert. Bitte überweisen Sie den Betrag bis 10.12.\n"},
	{"fr livrée", "", "Facture F-2201", "Veuillez trouver ci-joint la facture F-2201 relative à votre commande 10231, livrée le 10/11/2025.\n"},
	{"es entregado", "", "Factura 3321", "Adjuntamos la factura 3321 de su pedido 10231 entregado el 10/11/2025. Vencimiento 30 días.\n"},
	{"it consegnata", "", "Fattura 118", "In allegato la fattura n. 118 relativa all'ordine 10231. Merce consegnata il 10/11/2025.\n"},
	{"nl geleverd", "", "Factuur 7712", "Bijgaand factuur 7712 voor uw bestelling 10231, geleverd op 10-11-2025.\n"},
	{"pt entregue", "", "Fatura", "Segue a fatura FT 331 da encomenda 10231, entregue a 10/11/2025.\n"},
	{"pl dostarczono", "", "Faktura", "W załączeniu faktura FV/221 do zamówienia 10231. Towar dostarczono 10.11.2025.\n"},
	{"rate it", "", "Feedback", "Your order 10231 was delivered last week. How would you rate it?\n"},
	// Somebody pretends.
	{"customs fee", "From: DHL Express <notice@parcel-hold.example>\n", "Your shipment is waiting", "Your shipment " + ups3 + " is held at customs. Pay the fee of 1.99 EUR here: https://parcel-hold.example/pay?t=1\n"},
	{"redelivery", "From: Royal Mail <info@rm-redelivery.example>\n", "Your parcel could not be delivered", "Your parcel could not be delivered as the shipping fee is unpaid. Settle it at http://rm-redelivery.example/p within 24 hours.\n"},
	{"de Zoll", "From: DHL Paket <service@paket-zoll.example>\n", "Ihr Paket wird zurückgehalten", "Ihr Paket " + dpd1 + " wird im Verteilzentrum festgehalten. Bezahlen Sie die Gebühr von 2,99 EUR: https://paket-zoll.example/z\n"},
	{"fr colis", "From: Chronopost <info@chrono-colis.example>\n", "Votre colis est en attente", "Votre colis est en attente de livraison. Veuillez régler les frais de 1,95 € : https://chrono-colis.example/f\n"},
	{"seo offer", "From: Kim <kim@rank-fast.example>\n", "Ranking", "Hi, we can get your shop shipped to page one of Google. Orders will double. Reply for our price list.\n"},
}

func TestIdle(t *testing.T) {
	for _, c := range idle {
		t.Run(c.name, func(t *testing.T) {
			sender := c.head
			if len(sender) < 5 || sender[:5] != "From:" {
				sender = from + c.head
			} else {
				sender += "To: orders@shop.example\n"
			}
			r := read.Document([]byte(sender+"Subject: "+c.subject+"\n"+plain+c.body), "", parsers.Profile{OrderPatterns: orderNumbers, KeepText: true})
			if r.Kind != parsers.Other {
				t.Errorf("kind is %s %q", r.Kind, r.KindAt.Text)
			}
		})
	}
}

// newsworthy are mails that look like those and bring news all the same.
var newsworthy = []struct {
	name, head, subject, body string
	kind                      parsers.Kind
}{
	{"shipment with a footer", "List-Unsubscribe: <https://nordlicht.example/u>\n", "Your order 10231 has shipped", "Order 10231 is on its way with UPS, " + ups3 + ".\n\n20% off your next order! Unsubscribe.\n", parsers.Shipment},
	{"invoice with the parcel", "", "Invoice 8812 for order 10231", "Invoice 8812 is attached. Your order 10231 was shipped today with UPS, tracking " + ups3 + ".\n", parsers.Shipment},
	{"shipped, with the invoice", "", "Your order 10231", "Your order 10231 has shipped today. The invoice is attached.\n", parsers.Shipment},
	{"delay to some", "Precedence: bulk\n", "Delay of order 10231", "Order 10231 is delayed, we expect to ship it on 12 December.\n", parsers.Backorder},
	{"out of stock by list", "Precedence: bulk\n", "Order 10231", "PS-310 of order 10231 is sold out and will not be restocked.\n", parsers.OutOfStock},
	{"duty of a real carrier", "From: DHL <noreply@dhl.com>\n", "Import duty for shipment", "Your shipment 10231 is held at customs. Please pay the import duty at https://www.dhl.com/pay so that we can deliver order 10231.\n", parsers.Question},
	{"payment asked for an order", "", "Order 10231: prepayment", "Please pay the proforma invoice first, then we ship order 10231.\n", parsers.Question},
}

func TestMeant(t *testing.T) {
	for _, c := range newsworthy {
		t.Run(c.name, func(t *testing.T) {
			sender := c.head
			if len(sender) < 5 || sender[:5] != "From:" {
				sender = from + c.head
			} else {
				sender += "To: orders@shop.example\n"
			}
			r := read.Document([]byte(sender+"Subject: "+c.subject+"\n"+plain+c.body), "", parsers.Profile{OrderPatterns: orderNumbers, KeepText: true})
			if r.Kind != c.kind {
				t.Errorf("kind is %s %q, want %s", r.Kind, r.KindAt.Text, c.kind)
			}
		})
	}
}

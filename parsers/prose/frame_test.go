package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// What a sentence denies, supposes, doubts, asks or takes back is news to nobody, or for a person. "!kind" forbids to be sure of that kind.
func TestFrames(t *testing.T) {
	for text, want := range map[string]string{
		// Nobody is.
		"None of the items on order 1001 is out of stock.":               "!out_of_stock",
		"Keiner der Artikel aus Bestellung 1001 ist ausverkauft.":        "!out_of_stock",
		"Aucun des articles de la commande 1001 n'est épuisé.":           "!out_of_stock",
		"Ningún artículo del pedido 1001 está agotado.":                  "!out_of_stock",
		"Nessun articolo dell'ordine 1001 è esaurito.":                   "!out_of_stock",
		"Geen van de artikelen van bestelling 1001 is uitverkocht.":      "!out_of_stock",
		"Nenhum dos artigos da encomenda 1001 está esgotado.":            "!out_of_stock",
		"Żaden z artykułów zamówienia 1001 nie jest wyprzedany.":         "!out_of_stock",
		"订单1001中没有一个缺货。":                                                 "!out_of_stock",
		"ご注文1001の商品は在庫切れではございません。":                                       "!out_of_stock",
		"Commande 1001 : les articles ne sont plus en rupture de stock.": "!out_of_stock",
		"Neither 1001 nor 1002 is out of stock.":                         "!out_of_stock",
		// It was so, and is no longer.
		"1001 angekommen. Letzte Woche war die Laterne vergriffen, jetzt wieder genug da.": "!out_of_stock",
		"1001 received. Last month the lantern was sold out, now we have enough.":          "!out_of_stock",
		"1001を承りました。先月は欠品でしたが、今は在庫がございます。":                                                 "!out_of_stock",
		"1001已收到。上个月缺货，现在有货。":                                                              "!out_of_stock",
		// Sent to somebody who works on it.
		"1001 ist heute zum Gravieren gegangen.":      "!shipment",
		"1001 est parti chez le graveur ce matin.":    "!shipment",
		"1001 enviado hoy al grabador.":               "!shipment",
		"1001 naar de graveur gestuurd vandaag.":      "!shipment",
		"1001 è andato dal verniciatore oggi.":        "!shipment",
		"1001 was sent to our other warehouse today.": "!shipment",
		// Only under a condition.
		"Order 1001 will be cancelled unless you pay by Friday.":                   "!cancellation",
		"Bestellung 1001 wird storniert, sofern Sie nicht bis Freitag zahlen.":     "!cancellation",
		"La commande 1001 sera annulée sauf si vous payez avant vendredi.":         "!cancellation",
		"El pedido 1001 será cancelado a menos que pague antes del viernes.":       "!cancellation",
		"L'ordine 1001 sarà annullato a meno che non paghiate entro venerdì.":      "!cancellation",
		"Bestelling 1001 wordt geannuleerd, tenzij u voor vrijdag betaalt.":        "!cancellation",
		"A encomenda 1001 será cancelada a menos que pague até sexta-feira.":       "!cancellation",
		"Zamówienie 1001 zostanie anulowane, chyba że zapłacą Państwo do piątku.":  "!cancellation",
		"除非您周五前付款，否则订单1001将被取消。":                                                   "!cancellation",
		"Orders may be cancelled at any time if goods are out of stock: see 1001.": "!cancellation",
		// What would have been, and what should.
		"We would have shipped order 1001 yesterday but the truck broke down.":      "!shipment",
		"Order 1001 should have been shipped last week; I am checking.":             "!shipment",
		"Bestellung 1001 hätte gestern versandt werden sollen.":                     "!shipment",
		"La commande 1001 devait être expédiée hier.":                               "!shipment",
		"La commande 1001 aurait dû être expédiée hier.":                            "!shipment",
		"El pedido 1001 debía ser enviado ayer.":                                    "!shipment",
		"L'ordine 1001 doveva essere spedito ieri.":                                 "!shipment",
		"Bestelling 1001 had gisteren verzonden moeten worden, zou verzonden zijn.": "!shipment",
		"A encomenda 1001 devia ter sido enviada ontem.":                            "!shipment",
		"Zamówienie 1001 miało zostać wysłane wczoraj.":                             "!shipment",
		"Order 1001 is being shipped next week.":                                    "!shipment",
		"We may have to cancel order 1001.":                                         "!cancellation",
		"Before order 1001 is shipped we need the colour.":                          "!shipment",
		// Not quite.
		"Order 1001 has almost shipped.":               "!shipment",
		"Order 1001 was nearly cancelled.":             "!cancellation",
		"Bestellung 1001 wurde beinahe storniert.":     "!cancellation",
		"La commande 1001 a presque été annulée.":      "!cancellation",
		"Only half of order 1001 has shipped.":         "!shipment",
		"Items shipped: 0. Order 1001.":                "!shipment",
		"Order: 1001\nOut of stock: no\nCancelled: no": "!cancellation !out_of_stock",
		// Somebody says, asks or believes so.
		"I doubt that order 1001 has shipped.":                      "!shipment",
		"Please confirm that order 1001 shipped.":                   "!shipment",
		"You wrote that order 1001 was cancelled.":                  "!cancellation",
		"According to you order 1001 has shipped. It has not.":      "!shipment",
		"I thought order 1001 was out of stock but it is not.":      "!out_of_stock",
		"Sie schrieben, dass Bestellung 1001 storniert wurde.":      "!cancellation",
		"Selon vous, la commande 1001 a été expédiée.":              "!shipment",
		"Según usted, el pedido 1001 fue enviado.":                  "!shipment",
		"Previously out of stock, order 1001 is now being packed.":  "!out_of_stock",
		"For example, a tracking number looks like {A}. Order 1001": "!shipment",
		// Taken back.
		"Order 1001 is out of stock. That was a mistake, it is available.": "!out_of_stock",
		"Order 1001 was cancelled by mistake. We have reinstated it.":      "!cancellation",
		"Bestellung 1001 wurde irrtümlich storniert.":                      "!cancellation",
		"La commande 1001 a été annulée par erreur.":                       "!cancellation",
		"Order 1001 has been marked as shipped in error.":                  "!shipment",
		"The cancelled order 1001 has been reactivated.":                   "!cancellation",
		"Order 1001 has shipped (just kidding, still on the bench).":       "!shipment",
		// Another thing.
		"The invoice for order 1001 was cancelled and replaced by a new one.": "!cancellation",
		"La facture de la commande 1001 vous a été envoyée.":                  "!shipment",
		"La fattura dell'ordine 1001 è stata inviata.":                        "!shipment",
		"A fatura da encomenda 1001 foi enviada.":                             "!shipment",
		"订单1001的发票已寄出。":                                                       "!shipment",
		"The refund for order 1001 has been sent.":                            "!shipment",
		"We sent the documents of order 1001 to customs by UPS {A}.":          "!shipment",
		"We have sent you our new catalogue by UPS {A}.":                      "!shipment",
		"We shipped a sample to your office, UPS {A}.":                        "!shipment",
		"The goods for order 1001 were shipped to us today, tracking {A}.":    "!shipment",
		"The pickup of order 1001 was cancelled by UPS.":                      "!cancellation",
		"The card payment for order 1001 was rejected.":                       "!rejection",
		"Your request to cancel order 1001 was rejected.":                     "!rejection !cancellation",
		"ご注文1001のキャンセルは承れません。":                                                "!rejection !cancellation",
		"UPS rejected the address of order 1001, please check.":               "!rejection",
		// Of which order.
		"Unlike 1001, order 1002 is out of stock.":                   "out_of_stock 1002",
		"1001 is out of stock, 1002 is not.":                         "out_of_stock 1001",
		"Order 1001 replaces order 1002, which is cancelled.":        "cancellation 1002",
		"Bis auf 1002 sind alle Bestellungen (1001, 1002) versandt.": "shipment 1001",
		"Todos los pedidos (1001, 1002) enviados excepto 1002.":      "shipment 1001",
		"Les commandes 1001 et 1002 sont parties, sauf la 1002.":     "shipment 1001",
		"除1002外,订单1001、1002均已发货。":                                    "shipment 1001",
		"1002以外の注文(1001、1002)は発送済みです。":                               "shipment 1001",
		"All orders but 1002 are cancelled.":                         "!cancellation",
		"1001 und 1002 wurden storniert bzw. versandt.":              "!cancellation !shipment",
		"Order 1001 shipped on the same day as 1002 was cancelled.":  "shipment 1001; cancellation 1002",
		"Order 1001 (not 1002!) has shipped with UPS {A}.":           "shipment 1001 {A}",
		"Order 1001 shipped;1002 cancelled":                          "shipment 1001; cancellation 1002",
		"1001 (shipped) 1002 (cancelled)":                            "shipment 1001; cancellation 1002",
		"订单1001已发货;1002缺货;1003已取消。":                                  "shipment 1001; out_of_stock 1002; cancellation 1003",
		"Order 1001 shipped. Tracking changed from {A} to {B}.":      "shipment 1001 {B}",
		"Orders 1001 and 1002 went out with UPS today, {A} and {B} respectively, while order 1003 is unfortunately out of stock.": "shipment 1001 {A}; shipment 1002 {B}; out_of_stock 1003",
		// A buyer's words.
		"Order: 1001\nName: Order 1002\nUPS tracking: {A}":                                "shipment 1001 {A}",
		"Order: 1001\nStatus: shipped\nCustomer note: order 1002 was cancelled\nUPS: {A}": "shipment 1001 {A}",
		// Plain all the same.
		"We had to cancel order 1001.":                                   "cancellation 1001",
		"Die Ware zu Auftrag 1001 wurde gestern versandt.":               "shipment 1001",
		"Payment received, order 1001 has shipped with UPS {A}.":         "shipment 1001 {A}",
		"Your order 1001 has shipped, the invoice is attached, UPS {A}.": "shipment 1001 {A}",
	} {
		replaced := strings.NewReplacer("{A}", numbers["{A}"], "{B}", numbers["{B}"]).Replace(text)
		got := noticesOf(read(replaced, parsers.Profile{}).Statements)
		if why := agree(got, want); why != "" {
			t.Errorf("%q\n  want %s\n   got %v: %s", text, want, got, why)
		}
	}
}

// Numbers that stand where an order's could and name none.
func TestNumbersInTheirPlaces(t *testing.T) {
	for _, text := range []string{
		"Your order of 7 November has shipped.", "Your order (12 items) has shipped.", "Order 2025-11-02, shipped.", "Shipped to Celle 29221.",
		"Your parcel to Marie Dupont, 10482 Route de Lyon, has shipped.", "Shipped to 10482 Mill Street, Ashford.",
	} {
		for _, ref := range read(text, parsers.Profile{OrderPatterns: []string{`\b\d{4,5}\b`}}).Refs {
			t.Errorf("%q: %s is taken for a number", text, ref.Text)
		}
	}
}

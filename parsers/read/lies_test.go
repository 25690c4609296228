package read_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// TestParcelsThatStillLie holds that a number in a form is no parcel on its way where the words above it say that it still lies at the supplier's.
func TestParcelsThatStillLie(t *testing.T) {
	const form = "<table><tr><td>Order</td><td>1001</td><td>Carrier</td><td>UPS</td></tr><tr><td>Tracking</td><td>1ZR893900356770132</td><td>Ship to</td><td>Ada Loom</td></tr></table>"
	for words, want := range map[string]parsers.Kind{
		"The label has been created, UPS has not picked it up yet.":               parsers.Acknowledgement,
		"Your parcel is packed and waiting for collection.":                       parsers.Acknowledgement,
		"Das Etikett ist gedruckt, DHL holt morgen ab.":                           parsers.Acknowledgement,
		"L'étiquette est créée, le colis n'est pas encore remis au transporteur.": parsers.Acknowledgement,
		"La etiqueta está generada, pendiente de recogida.":                       parsers.Acknowledgement,
		"Etichetta creata, in attesa di ritiro.":                                  parsers.Acknowledgement,
		"Label aangemaakt, wacht op afhalen.":                                     parsers.Acknowledgement,
		"Etiqueta criada, aguarda recolha.":                                       parsers.Acknowledgement,
		"Etykieta utworzona, paczka czeka na kuriera.":                            parsers.Acknowledgement,
		"当前状态：待揽收":                                                                parsers.Acknowledgement,
		"伝票を作成しました。集荷待ちです。":                                                       parsers.Acknowledgement,
		"We have received your order.":                                            parsers.Shipment,
		"Thank you for your order!":                                               parsers.Shipment,
		"Your order has been shipped.":                                            parsers.Shipment,
		"The label was created, and UPS has it.":                                  parsers.Shipment,
	} {
		mail := "From: a@prairie-supply.example\nTo: o@shop.example\nSubject: Update\nContent-Type: text/html; charset=utf-8\n\n<p>" + words + "</p>" + form
		for _, s := range read.Document([]byte(mail), "x.eml", parsers.Profile{}).Statements {
			if len(s.Tracking) > 0 && s.Kind != want {
				t.Errorf("%s: the parcel says %s, want %s", words, s.Kind, want)
			}
		}
	}
}

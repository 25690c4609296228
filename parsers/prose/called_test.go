package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// TestCalled reads numbers that have the form of no carrier's and that words call a parcel's. "?" stands before what a person has to look at.
func TestCalled(t *testing.T) {
	for text, want := range map[string]string{
		"Order 1001 went out with Northwind Couriers, tracking number NWC 55 1029 38.":         "NWC55102938",
		"1001 dispatched today, tracking no. 883104":                                           "883104",
		"Consignment number K-77120-B with Bluebird Freight.":                                  "K77120B",
		"Spediteur: Nordfracht\nSendungsnummer: 7712-044-9":                                    "77120449",
		"La commande 1001 est partie, numéro de suivi : TL/26/10442.":                          "TL2610442",
		"Enviado hoy. Nº de seguimiento 90.441.207 (Mensajería Pirineos)":                      "90441207",
		"Spedito oggi, codice di tracciamento: CA55-0192-3.":                                   "CA5501923",
		"Verstuurd. Trackingcode: 33-10.882":                                                   "3310882",
		"Expedida hoje. Código de rastreio: TD 300 412 9.":                                     "TD3004129",
		"Wysłane, numer przesyłki: KM/0042/26.":                                                "KM004226",
		"订单48221今天已寄出，单号 6620-1193-07，请查收。":                                                    "6620119307",
		"本日発送。お問い合わせ番号：DO-441902":                                                              "DO441902",
		"Estes, PRO 044-8812093":                                                               "0448812093",
		"Tracking ref LH-2201-88, our ref 55012.":                                              "LH220188",
		"Tracking #\n4410-22-98":                                                               "44102298",
		"77-1203 is your tracking number":                                                      "771203",
		"Shipped in 3 parcels. Tracking numbers: MF-100231, MF-100232 and MF-100233.":          "MF100231 MF100232 MF100233",
		"Shipped. Tracking numbers:\n  * 77-1203\n  * 77-1204":                                 "771203 771204",
		"1001 shipped: tracking number corrected from PPX204418 to PPX204481.":                 "-PPX204418 PPX204481",
		"Sendungsnummer korrigiert: RK100483 (bisher RK100482).":                               "RK100483 -RK100482",
		"Shipped, number SPX 100 233 419.\nhttps://track.speedster.example/t?id=SPX100233419":  "SPX100233419",
		"Shipped with Evri, H00AB C123 4567 8901":                                              "?",
		"Shipped. Tracking number PPX2044…":                                                    "?",
		"Sendungsnummer 503277\n10448":                                                         "?",
		"Paket 1: RK100482":                                                                    "?",
		"The tracking number follows within 24 hours.":                                         "",
		"Tracking numbers for 8172 tomorrow.":                                                  "",
		"Tracking: 19.05.2026":                                                                 "",
		"For tracking call 1-800-555-0133.":                                                    "",
		"Order 1001 has shipped. Invoice 2026-55012, delivery note 883012, customer no 100233": "",
	} {
		var got []string
		for _, s := range read(text, parsers.Profile{}).Statements {
			for _, n := range s.Tracking {
				if n.Withdrawn {
					n.Number = "-" + n.Number
				} else if n.Score < 0.5 {
					n.Number = "?" + n.Number
				}
				got = append(got, n.Number)
			}
			if s.Unread.Text != "" {
				got = append(got, "?")
			}
		}
		if all := strings.Join(got, " "); all != want {
			t.Errorf("%q: %q, want %q", text, all, want)
		}
	}
}

func TestParcels(t *testing.T) {
	for text, want := range map[string]int{
		"1001 shipped in three parcels.":       3,
		"48213 shipped (3 separate parcels)":   3,
		"48214 in zwei Paketen verschickt":     2,
		"Votre commande est partie en 2 colis": 2,
		"Enviado en dos bultos":                2,
		"spedito in due colli":                 2,
		"verzonden in twee pakketten":          2,
		"Wysłane w 2 paczkach":                 2,
		"分两个包裹发货":                              2,
		"2個口で出荷しました":                           2,
		"Nombre de colis : 2":                  2,
		"Parcel 1 of 3 has left":               3,
		"shipped in 2 boxes":                   2,
		"We sent 3 packages of screws":         0,
		"2 boxes of candles left":              0,
		"Shipped in 2 parcels under one tracking number 1Z9X41W70312345671": 0,
		"due colli con un'unica lettera di vettura 16012345678":             0,
		"1  01149463285239   2 colli   4,2 kg":                              0,
		"the second of two parcels":                                         0,
		"Order 1001 has shipped.":                                           0,
	} {
		got := 0
		for _, s := range read(text, parsers.Profile{}).Statements {
			got += s.Parcels
		}
		if got != want {
			t.Errorf("%q: %d parcels, want %d", text, got, want)
		}
	}
}

package prose

import "testing"

// Goods that follow are a backorder where they are named and a time is told that is weeks away; that the rest follows, or what comes next week, says no more than the parcel beside it.
func TestWhatFollowsAParcel(t *testing.T) {
	for text, want := range map[string]string{
		"Order 1001 shipped today, UPS 1Z999AA10123456784. The lantern will follow in week 50.":                              "shipment 1001; backorder 1001",
		"Order 1001 shipped today, UPS 1Z999AA10123456784. The rest will follow next week.":                                  "shipment 1001",
		"Zamówienie 1001: 3 z 5 żarówek wysłane dziś, UPS 1Z999AA10123456784. Pozostałe 2 dosyłamy w przyszłym tygodniu.":    "shipment 1001",
		"La commande 1001 est partie hier, UPS 1Z999AA10123456784. Les trois coussins suivront en fin de semaine prochaine.": "shipment 1001",
		"注文1001の皿は本日発送しました（1Z999AA10123456784）。残りのランタンは12月5日頃にお送りします。":                                                       "shipment 1001; backorder 1001",
	} {
		if got := tellsOf(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

package prose_test

import "testing"

// What goes out when goods have come in is on backorder. An answer, money and the driver are no goods.
func TestOnArrival(t *testing.T) {
	check(t, [][2]string{
		{"5101 will go out when the feeders arrive. Factory says 21 August.", "backorder"},
		{"5101 geht raus, sobald die Handschuhe da sind, laut Lieferant am 22.8.", "backorder"},
		{"La 5101 partira dès que les gants seront arrivés, normalement le 22 août.", "backorder"},
		{"El 5101 saldrá cuando nos lleguen los guantes, previsto el 22 de agosto.", "backorder"},
		{"Il 5101 parte appena arrivano i guanti, previsti per il 22 agosto.", "backorder"},
		{"5101: gaat weg zodra het voederhuisje binnen is, de fabriek zegt 21 augustus", "backorder"},
		{"A 5101 segue assim que as luvas chegarem, previsto para 22 de agosto.", "backorder"},
		{"5101 wyślemy, jak tylko dojadą rękawice, czyli 22 sierpnia.", "backorder"},
		{"5101等手套到货就发，预计8月22日到。", "backorder"},
		{"5101はグローブが届き次第の発送となります。8月22日の予定です。", "backorder"},
		{"5101 will go out when the driver comes in tomorrow.", "acknowledgement"},
		{"5102 ist noch nicht raus, die Gießkanne fehlt, kommt am 21.8.", "backorder"},
		{"El 5102 no ha salido porque nos falta la regadera, entra el 21 de agosto.", "backorder"},
		{"5102 is still here because the watering can is missing, expected in on 21 August.", "backorder"},
		{"5101 goes out tomorrow.", "acknowledgement"},
	})
}

package prose_test

import "testing"

// What is said of one product is not said of another.
func TestOtherGoods(t *testing.T) {
	check(t, [][2]string{
		{"NF-4357 停产，没有了\nNF-5919 12月23日到货，到时单独补发", "out_of_stock backorder"},
		{"RB-5713 can't get any more, discontinued\nRB-1100 expected 8 July, will follow by itself", "out_of_stock backorder"},
		{"boa tarde, JE1931 já foi ({A}),\nJE4380 só temos a 4 de setembro, mandamos nessa altura", "shipment+ backorder"},
		{"AB-1931 left today ({A}), CD-4380 we only have on 4 September", "shipment+ backorder"},
		{"AB-1931 is out of stock. It comes back on 4 September.", "backorder"},
	})
}

// An order that waits for goods until a day is on backorder, whether or not it also says that nothing left.
func TestAwaited(t *testing.T) {
	check(t, [][2]string{
		{"Die 1001 ist noch nicht verschickt, wir warten auf die Becher bis 10. Februar", "backorder"},
		{"1001 n'est pas encore expédiée, nous attendons les plaids pour le 1 septembre", "backorder"},
		{"1001 is nog niet verzonden, we wachten op de kannen tot 3 maart", "backorder"},
		{"1001 has not shipped yet, we are waiting for the courier, Monday 25 May", "acknowledgement"},
		{"1001 not yet sent, we expect to ship on 25 May", "acknowledgement"},
	})
}
